"""Effects, answers and ratings of one family of conditions."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.absolute import absolute_table
from ipt_evidence.appraisal.bodies import body_tables
from ipt_evidence.appraisal.moderation import moderate
from ipt_evidence.appraisal.ratings import rate_questions
from ipt_evidence.appraisal.risk_of_bias import assess, risk_table
from ipt_evidence.appraisal.risk_readings import rate_risk_readings
from ipt_evidence.appraisal.tables import evidence_gaps
from ipt_evidence.effects.tables import EffectTables, compute_effects
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.files import as_read
from ipt_evidence.synthesis.deciding import Model
from ipt_evidence.synthesis.moderators import moderators_of
from ipt_evidence.synthesis.specifications import layouts
from ipt_evidence.synthesis.tables import Answers, answer_questions
from ipt_evidence.words.strength_rules import rules_of
from ipt_evidence.words.vocabulary import Vocabulary


def answer_family(
    family: str,
    table: Mapping[str, pd.DataFrame],
    studies: Studies,
    vocabulary: Vocabulary,
    intervention: str,
    settings: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Answer and rate the questions on one family of conditions.

    Each room gets the tables of the one before as files hold them.

    Parameters
    ----------
    family, studies, vocabulary, intervention
        As in :func:`rate_family`.
    table : mapping of str to DataFrame
        The plan, the rules, the overrides, the excluded reports and the moderators, by name.
    settings : mapping
        The sections ``synthesis``, ``sensitivity``, ``multiverse`` and ``appraisal`` of the configuration.

    Returns
    -------
    dict of str to DataFrame
        The processed tables of the family, by name; ``multiverse`` with its ratings.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.tables.answer_questions`.
    """
    effects = _as_read(compute_effects(studies, vocabulary))
    results = (table["plan"], effects["effect_sizes"], effects["not_computed"], table["excluded_reports"])
    rooms = {section: settings[section] for section in ("synthesis", "sensitivity", "multiverse")}
    answers = _as_read(answer_questions(*results, vocabulary, **rooms))
    model = {field.name: settings["synthesis"][field.name] for field in fields(Model)}
    sections = {"synthesis": model, "appraisal": settings["appraisal"]}
    rated = rate_family(family, {**table, **answers}, studies, vocabulary, intervention, sections)
    return {**effects, **answers, **rated}


def _as_read(tables: EffectTables | Answers) -> dict[str, pd.DataFrame]:
    return {field.name: as_read(getattr(tables, field.name), field.name) for field in fields(tables)}


def rate_family(
    family: str,
    table: Mapping[str, pd.DataFrame],
    studies: Studies,
    vocabulary: Vocabulary,
    intervention: str,
    settings: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Rate the questions on one family of conditions.

    Parameters
    ----------
    family : str
        The condition at its head.
    table : mapping of str to DataFrame
        The plan, its answers, the rules, the overrides and the moderators, by name.
    studies : Studies
        The trials of the family.
    vocabulary : Vocabulary
        The words in use.
    intervention : str
        The class of the therapy under review.
    settings : mapping
        The sections of the configuration that ratings go by.

    Returns
    -------
    dict of str to DataFrame
        The processed tables of the family, by name.
    """
    overrides, trials = table["overrides"], studies.trials["trial_id"]
    risk = risk_table(assess(studies.risk_of_bias, overrides[overrides["trial_id"].isin(trials)]), trials)
    known = body_tables({**table, **vars(studies), "trial_risk": risk}, vocabulary)
    weights, rules = table["synthesis_weights"], rules_of(table["rules"])
    rated = rate_questions(
        known, weights, overrides, layouts(table["multiverse"], table["versions"]), rules, **settings
    )
    moderators = moderators_of(table["moderators"], table["moderator_groups"])
    moderation = moderate(known, weights, studies, moderators, settings["synthesis"])
    return {
        **vars(rated),
        "subgroups": moderation.subgroups,
        "regressions": moderation.regressions,
        "absolute": absolute_table(known.syntheses, rated.ratings, known.selections, studies.outcomes, vocabulary),
        "trial_risk": risk,
        "risk_readings": rate_risk_readings(known, risk, weights, overrides, rules, **settings),
        "gaps": evidence_gaps(
            vocabulary.members_of(family), table["plan"], table["syntheses"], rated.ratings, table["fates"],
            vocabulary, intervention,
        ),
    }  # fmt: skip
