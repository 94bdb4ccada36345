"""Check everything the pipeline starts from, and say exactly what it was and what looks odd in it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, ExtractionError, errors_in
from ipt_evidence.extraction.checks.draft import Draft, can_be_weighed, sound_part
from ipt_evidence.extraction.checks.overruling import overrides_ask_of_the_plan
from ipt_evidence.extraction.checks.planning import combinations_are_asked
from ipt_evidence.extraction.checks.plausibility import weigh
from ipt_evidence.extraction.checks.recall import Recall, recall, recognised
from ipt_evidence.extraction.checks.words import therapy_is_listed
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.moderators import check_moderators, moderator_files
from ipt_evidence.extraction.questions import read_questions
from ipt_evidence.extraction.schemas import OPTIONAL, RAW_FILES, RAW_TABLES, VOCABULARY_TABLES
from ipt_evidence.extraction.strength_rules import check_strength_rules
from ipt_evidence.words.vocabulary import nearest


@dataclass(frozen=True, eq=False, kw_only=True)
class Examination:
    """What the checks say of the inputs.

    Attributes
    ----------
    findings : tuple of Breach
        Errors; or, where there are none, warnings and notes. In the order of files and lines.
    inputs : pandas.DataFrame
        One row per file: ``file``, ``bytes``, ``sha256``; no row if there are errors.
    doubts : tuple of Recall
        For each known doubt, whether a check finds it; empty if there are errors.
    draft : Draft
        Everything but the plan, as read.
    questions : pandas.DataFrame
        The plan, as read.
    """

    findings: tuple[Breach, ...]
    inputs: pd.DataFrame
    doubts: tuple[Recall, ...]
    draft: Draft
    questions: pd.DataFrame


def examine(raw: Path, vocabulary: Path, questions: Path, rules: Path, intervention: str) -> Examination:
    """Check raw tables, bibliographies, vocabulary, plan with moderators, and rules of the strength labels together.

    What the plan leaves out is told of sound tables only: what a table means is not known before. On sound tables the
    plausibility checks run twice: as corrected, and as typed in the files, so that what corrections.csv has mended is
    still seen. Beside errors they run only if asked for, by :func:`odd_beside_errors`. A finding that a doubt says
    already is a note.

    ``raw`` is the folder with the raw tables, guides.yaml and the two bibliographies, ``vocabulary`` that of the
    vocabulary; beside ``questions``, the review plan, lie its moderators; ``intervention`` is the treatment class under
    review, as the configuration names it.
    """
    draft, breaches = draft_evidence(raw, vocabulary)
    plan, of_the_plan = read_questions(questions, draft.vocabulary)
    unplanned = () if of_the_plan else overrides_ask_of_the_plan(draft, set(plan["question_id"]))
    found = [*_strangers(raw), *breaches, *of_the_plan, *unplanned, *therapy_is_listed(draft, intervention)]
    errors = errors_in(found) or list(combinations_are_asked(draft, plan, questions.as_posix(), intervention))
    if errors := [*errors, *check_strength_rules(rules), *check_moderators(questions, draft.vocabulary)]:
        wrong = ExtractionError(errors).breaches
        return Examination(findings=wrong, inputs=_inputs([]), doubts=(), draft=draft, questions=plan)
    doubts = draft.tables.frames["doubts"]
    as_corrected = weigh(draft)
    odd = recognised([*as_corrected, *_mended(draft, as_corrected)], doubts)
    files = [raw / name for name in RAW_FILES]
    there = [path for path in files if path.stem not in OPTIONAL or path.exists()]
    paths = [*there, *(vocabulary / f"{name}.csv" for name in VOCABULARY_TABLES)]
    return Examination(
        findings=tuple(sorted([*found, *odd], key=lambda finding: (finding.file, finding.line or 0))),
        inputs=_inputs([*paths, questions, *moderator_files(questions), rules]),
        doubts=recall(doubts, ((finding.check, name) for finding in odd for name in finding.doubts)),
        draft=draft,
        questions=plan,
    )


def odd_beside_errors(examination: Examination) -> list[Breach]:
    """Return what looks odd in the rows without errors: both can then be looked up at once."""
    draft = examination.draft
    return weigh(sound_part(draft, errors_in(examination.findings))) if can_be_weighed(draft) else []


def sound(examination: Examination) -> Examination:
    """Return the examination if it found no error.

    Raises
    ------
    ExtractionError
        With every error of every file.
    """
    if errors := errors_in(examination.findings):
        raise ExtractionError(errors)
    return examination


def findings_table(findings: Iterable[Breach]) -> pd.DataFrame:
    """Return findings as a table: one row each, ``doubts`` joined by semicolons, ``line`` missing for whole files."""
    rows = [
        {name: getattr(finding, name) for name in FINDING_COLUMNS} | {"doubts": ";".join(finding.doubts)}
        for finding in findings
    ]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS)).astype({"line": "Int64"})


FINDING_COLUMNS = (
    "level", "check", "file", "line", "key", "column", "value", "rule", "remedy", "trial_id", "doubts",
)  # fmt: skip


def _strangers(raw: Path) -> list[Breach]:
    """Refuse a table that nobody would read: its name may be mistyped."""
    remedy = "Move it away; or, if its name is mistyped, {}"
    strange = [path for path in sorted(raw.glob("*.csv")) if path.name not in RAW_FILES]
    breach = partial(Breach, rule="no raw table has this name")
    return [breach(file=path.as_posix(), remedy=remedy.format(nearest(path.name, RAW_FILES))) for path in strange]


def _mended(draft: Draft, as_corrected: list[Breach]) -> list[Breach]:
    """Return, as notes, what looks odd in the cells as typed and no longer in the corrected ones."""
    tables = replace(draft.tables, frames=draft.tables.as_typed(RAW_TABLES))
    still = {_place(finding) for finding in as_corrected}
    # A trial that no correction touches looks by itself as it did.
    typed = weigh(replace(draft, tables=tables), draft.tables.corrected_trials() | tables.corrected_trials())
    gone = [finding for finding in typed if _place(finding) not in still]
    return [
        replace(finding, level="note", rule=f"before corrections, {finding.rule}", remedy="Mended by corrections.csv")
        for finding in gone
    ]


def _place(finding: Breach) -> tuple[str, str, int | None, str]:
    return finding.check, finding.file, finding.line, finding.column


def _inputs(paths: list[Path]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "file": [path.as_posix() for path in paths],
            "bytes": [path.stat().st_size for path in paths],
            "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths],
        }
    )
