"""The tables of a review made once more with some inputs changed, as the workflow makes them."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.absolute import RESPONSE, SAME, SYMPTOMS
from ipt_evidence.appraisal.beside import TABLES, beside_answers
from ipt_evidence.appraisal.family import rate_family
from ipt_evidence.appraisal.networks import compare_networks
from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.evidence import evidence_of
from ipt_evidence.extraction.export import write_tables
from ipt_evidence.extraction.inputs import examine, sound
from ipt_evidence.extraction.moderators import planned_moderators
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.extraction.slices import write_plan, write_studies
from ipt_evidence.extraction.studies import read_studies
from ipt_evidence.files import read_json, read_table, write_json, write_table
from ipt_evidence.synthesis.tables import answer_questions
from ipt_evidence.words.strength_rules import rules_of
from ipt_evidence.words.vocabulary import Vocabulary, nearest, read_vocabulary

WORDS = ("conditions", "treatments", "treatment_classes", "outcomes")
"""Tables of the vocabulary that every step goes by; important differences bear on ratings only."""

REMADE = "remade.json"
"""Beside the tables made here: digests of what each family was made from."""

STEPS = ("effects", "answers", "ratings")

NETWORKS = shutil.ignore_patterns("network*.csv")
"""Tables of a base that are not taken over, as those of other families would be missing beside them."""


_Known = list[tuple[Path, dict[str, dict[str, str]]]]
"""Tables that may be taken over, with the digests of what each step of each family was made from."""


@dataclass(frozen=True, eq=False, slots=True)
class _Given:
    """What the tables of all families are made from."""

    folder: Path
    made: Path
    settings: Mapping[str, Any]
    vocabulary: Vocabulary
    questions: pd.DataFrame

    @property
    def rules(self) -> Path:
        return self.folder / str(self.settings["appraisal"]["strength_rules"])


def remake(folder: Path, *bases: Path) -> None:
    """Make the processed tables of a review, those of unchanged families taken from others.

    Answers, ratings and verdicts come out as the workflow makes them; networks are not compared again.

    Parameters
    ----------
    folder : Path
        The review: ``config/`` and ``data/raw``. Its tables are written to ``data/processed``.
    *bases : Path
        Reviews whose tables were made by the program that runs, by the workflow or by this function.

    Raises
    ------
    EvidenceError
        If the raw tables, the plan or the rules are not sound.
    """
    given = _checked(folder, folder / "data/processed")
    keys = {family: _keys(given, family) for family in given.vocabulary.families}
    write_json(keys, given.made / REMADE)
    known = [(base / "data/processed", _known(base)) for base in bases]
    for family, own in keys.items():
        _family(given, family, own, known)
    _gather(given, list(keys))
    _audit(given)


def remake_condition(folder: Path, made: Path, condition: str) -> pd.DataFrame:
    """Make the tables that the pages on one condition show, as they will be once the workflow has run.

    Parameters
    ----------
    folder : Path
        The review: ``config/`` and ``data/raw``.
    made : Path
        Where the tables are written.
    condition : str
        The condition. What is asked on wider ones is answered only where numbers of people are taken from it.

    Returns
    -------
    DataFrame
        The questions answered, in the order of the plan.

    Raises
    ------
    EvidenceError
        If the raw tables, the plan or the rules are not sound, or the plan asks nothing on the condition.
    """
    plan = read_table(folder / "config/questions.csv")
    own = plan["condition"].eq(condition)
    if not own.any():
        raise EvidenceError(f"the plan asks nothing on '{condition}'; {nearest(condition, plan['condition'].unique())}")
    given = _checked(folder, made)
    words = given.vocabulary
    compared = set(plan.loc[own & plan["outcome"].eq(SYMPTOMS), list(SAME)].itertuples(index=False, name=None))
    wider = plan["condition"].isin(words.ancestors_of(condition)) & plan["outcome"].eq(RESPONSE)
    rows = plan[list(SAME)].itertuples(index=False, name=None)
    lent = wider & np.array([row in compared for row in rows])
    given = replace(given, questions=plan[own | lent])
    family = words.family_of(condition)
    write_table(given.questions, made / f"plan/{family}.csv")
    _family(given, family, {}, [])
    _gather(given, [family])
    _compare(given, family)
    _audit(given)
    return given.questions


def _checked(folder: Path, made: Path) -> _Given:
    settings = read_settings(folder / "config/config.yaml")
    plan, words = folder / "config/questions.csv", folder / "config/vocabulary"
    rules = folder / str(settings["appraisal"]["strength_rules"])
    checked = sound(examine(folder / "data/raw", words, plan, rules, settings["review"]["intervention"]))
    evidence = evidence_of(checked.draft)
    made.mkdir(parents=True, exist_ok=True)
    write_table(checked.inputs, made / "inputs.csv")
    write_tables(evidence, made)
    write_studies(evidence, made / "studies")
    write_plan(checked.questions, evidence, made / "plan")
    for name, planned in planned_moderators(plan).items():
        write_table(planned, made / f"{name}.csv")
    return _Given(folder, made, settings, read_vocabulary(sorted(words.glob("*.csv"))), read_table(plan))


def _keys(given: _Given, family: str) -> dict[str, str]:
    """Return a digest of all that each step of a family is made from."""
    made, words, settings = given.made, given.folder / "config/vocabulary", given.settings
    members = given.vocabulary.members_of(family)
    mids = read_table(words / "mids.csv")
    own = mids[mids["condition"].isna() | mids["condition"].isin(members)]
    effects = [(made / f"studies/{family}.json").read_text("utf-8"), *_texts(words / f"{name}.csv" for name in WORDS)]
    answers = [
        *effects,
        *_texts([made / f"plan/{family}.csv", made / "excluded_reports.csv"]),
        json.dumps([settings[name] for name in ("synthesis", "sensitivity", "multiverse")], sort_keys=True),
    ]
    ratings = [
        *answers,
        *_texts(made / f"{name}.csv" for name in ("overrides", "moderators", "moderator_groups")),
        *_texts([given.rules]),
        own.to_csv(index=False),
        json.dumps([settings["appraisal"], settings["review"]["intervention"]], sort_keys=True),
    ]
    made_from = dict(zip(STEPS, (effects, answers, ratings), strict=True))
    return {step: hashlib.sha256("\0".join(parts).encode()).hexdigest() for step, parts in made_from.items()}


def _texts(paths: Iterable[Path]) -> list[str]:
    return [table.drop(columns="line", errors="ignore").to_csv(index=False) for table in map(read_table, paths)]


def _known(base: Path) -> dict[str, dict[str, str]]:
    """Return the digests of what another review was made from, if its tables by family are there."""
    made = base / "data/processed"
    if (made / REMADE).is_file():
        return dict(read_json(made / REMADE))
    if not (made / "studies").is_dir():
        return {}
    settings = read_settings(base / "config/config.yaml")
    vocabulary = read_vocabulary(sorted((base / "config/vocabulary").glob("*.csv")))
    given = _Given(base, made, settings, vocabulary, pd.DataFrame())
    return {family: _keys(given, family) for family in vocabulary.families}


def _family(given: _Given, family: str, keys: Mapping[str, str], known: _Known) -> None:
    """Make the tables of a family step by step, but those that a base made from the same."""
    found = {step: _base_of(step, family, keys.get(step, ""), known) for step in STEPS}
    there = [step for step, base in found.items() if base]
    for step, base in found.items():
        if base:
            shutil.copytree(base / step / family, given.made / step / family, ignore=NETWORKS, dirs_exist_ok=True)
    tables = {} if len(there) == len(STEPS) else _tables(given, there, family)
    for step in (step for step in STEPS if step not in there):
        for name, table in MAKERS[step](given, family, tables).items():
            write_table(table, given.made / step / family / f"{name}.csv")
        tables |= _tables(given, (step,), family)


def _base_of(step: str, family: str, key: str, known: _Known) -> Path | None:
    """Return the tables of a base that a step of a family made from the same there; None if there is none."""
    made = (base for base, keys in known if keys.get(family, {}).get(step) == key and (base / step / family).is_dir())
    return next(made, None)


def _tables(given: _Given, steps: Iterable[str], family: str) -> dict[str, pd.DataFrame]:
    return {path.stem: read_table(path) for step in steps for path in (given.made / step / family).glob("*.csv")}


def _effects(given: _Given, family: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    made = compute_effects(read_studies(given.made / f"studies/{family}.json"), given.vocabulary)
    return {name: getattr(made, name) for name in ("effect_sizes", "not_computed")}


def _answers(given: _Given, family: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    plan, reports = read_table(given.made / f"plan/{family}.csv"), read_table(given.made / "excluded_reports.csv")
    sections = {name: given.settings[name] for name in ("synthesis", "sensitivity", "multiverse")}
    effects = tables["effect_sizes"], tables["not_computed"]
    answers = answer_questions(plan, *effects, reports, given.vocabulary, **sections)
    return {name: getattr(answers, name) for name in type(answers).__dataclass_fields__}


def _ratings(given: _Given, family: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    names = ("overrides", "excluded_reports", "moderators", "moderator_groups")
    table = {
        **tables,
        **{name: read_table(given.made / f"{name}.csv") for name in names},
        "plan": read_table(given.made / f"plan/{family}.csv"),
        "rules": read_table(given.rules),
    }
    studies = read_studies(given.made / f"studies/{family}.json")
    settings = {name: given.settings[name] for name in ("synthesis", "appraisal")}
    return rate_family(family, table, studies, given.vocabulary, given.settings["review"]["intervention"], settings)


def _compare(given: _Given, family: str) -> None:
    """Write the networks of a family."""
    effects, risk = (read_table(given.made / f"{name}.csv") for name in ("effect_sizes", "trial_risk"))
    studies = read_studies(given.made / f"studies/{family}.json")
    settings = {name: given.settings[name] for name in ("synthesis", "networks")}
    for name, table in compare_networks(studies, effects, risk, given.vocabulary, **settings).items():
        write_table(table, given.made / f"{name}.csv")


MAKERS = {"effects": _effects, "answers": _answers, "ratings": _ratings}


def _gather(given: _Given, families: list[str]) -> None:
    for step in STEPS:
        for name in sorted({path.stem for path in (given.made / step).rglob("*.csv")} - {"multiverse", "versions"}):
            parts = [read_table(given.made / step / family / f"{name}.csv") for family in families]
            filled = [part for part in parts if len(part)] or parts[:1]
            write_table(pd.concat(filled, ignore_index=True), given.made / f"{name}.csv")


def _audit(given: _Given) -> None:
    made = beside_answers(
        given.questions,
        {name: read_table(given.made / f"{name}.csv") for name in TABLES},
        read_json(given.made / "guide_references.json"),
        given.vocabulary,
        rules_of(read_table(given.rules)),
        intervention=given.settings["review"]["intervention"],
        synthesis=given.settings["synthesis"],
    )
    for name, table in made.items():
        write_table(table, given.made / f"{name}.csv")
