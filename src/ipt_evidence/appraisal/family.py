"""All ratings of one family of conditions."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.absolute import absolute_table
from ipt_evidence.appraisal.bodies import body_tables
from ipt_evidence.appraisal.moderation import moderate
from ipt_evidence.appraisal.ratings import rate_questions
from ipt_evidence.appraisal.risk_of_bias import assess, risk_table
from ipt_evidence.appraisal.risk_readings import rate_risk_readings
from ipt_evidence.appraisal.tables import evidence_gaps
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.moderators import moderators_of
from ipt_evidence.synthesis.specifications import layouts
from ipt_evidence.words.strength_rules import rules_of
from ipt_evidence.words.vocabulary import Vocabulary


def rate_family(
    family: str,
    table: Mapping[str, pd.DataFrame],
    studies: Studies,
    vocabulary: Vocabulary,
    intervention: str,
    settings: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Rate the questions on one family of conditions, and return its processed tables by name.

    ``table`` holds by name the plan, its answers, the rules, the overrides and the moderators; ``family`` is the
    condition at the head, ``intervention`` the class of the therapy under review; ``settings`` are the sections of the
    configuration that ratings go by.
    """
    overrides, trials = table["overrides"], studies.trials["trial_id"]
    risk = risk_table(assess(studies.risk_of_bias, overrides[overrides["trial_id"].isin(trials)]), trials)
    known = body_tables({**table, **vars(studies), "trial_risk": risk}, vocabulary)
    weights, rules = table["synthesis_weights"], rules_of(table["rules"])
    rated = rate_questions(
        known,
        weights,
        overrides,
        layouts(table["multiverse"], table["versions"]),
        rules,
        teams=dict(zip(trials, studies.trials["team"], strict=True)),
        **settings,
    )
    moderators = moderators_of(table["moderators"], table["moderator_groups"])
    return {
        **vars(rated),
        **moderate(known, weights, studies, moderators, Model.of(settings["synthesis"])),
        "absolute": absolute_table(known.syntheses, rated.ratings, known.selections, studies.outcomes, vocabulary),
        "trial_risk": risk,
        "risk_readings": rate_risk_readings(known, risk, weights, overrides, rules, **settings),
        "gaps": evidence_gaps(
            vocabulary.members_of(family), table["plan"], table["syntheses"], rated.ratings, table["fates"],
            vocabulary, intervention,
        ),
    }  # fmt: skip
