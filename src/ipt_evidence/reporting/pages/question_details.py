"""What stands behind one answer: other choices, results left out, and the raw lines of each effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ipt_evidence.engine.intervals import excludes_null
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.pages.question_forest import TrialFacts
from ipt_evidence.reporting.provenance import Lines, RawLines
from ipt_evidence.reporting.remarks import Remarks
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.figures import Figures
from ipt_evidence.words.variants import VARIANTS

SMALL_STUDY_METHODS = {
    "egger": "Egger's test",
    "rank": "Rank correlation test",
    "trim_and_fill": "Trim and fill",
    "pet_peese": "PET-PEESE",
    "limit_meta_analysis": "Limit meta-analysis",
    "selection_model": "Selection model (one step at p = 0.025)",
}

ANALYSES = {
    "itt": "intention to treat",
    "available": "available cases",
    "observed": "observed cases",
    "completers": "completers",
    "recovered_subset": "of those recovered",
    "responders_reassessed": "of responders seen again",
}
"""Sets of people for whom results are reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The answer under another choice.

    Attributes
    ----------
    choice, k, people, estimate, tau2, i2 : str
        What was chosen otherwise, and what follows.
    excludes : str
        Whether the interval excludes no difference.
    """

    choice: str
    k: str
    people: str
    estimate: str
    tau2: str
    i2: str
    excludes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one effect comes from.

    Attributes
    ----------
    trial_id, trial, compared, measured, formula, effect, se : str
        Trial and its label, arms, what was measured, how the effect was computed, and what came out with its standard
        error (of the logarithm for ratios).
    lines : Lines
        The raw lines it was computed from.
    source : str
        Title of the source.
    """

    trial_id: str
    trial: str
    compared: str
    measured: str
    formula: str
    effect: str
    se: str
    lines: Lines
    source: str


def variants_of(answers: Iterable[Mapping[Any, Any]], remarks: Remarks) -> tuple[Variant, ...]:
    """Write rows of ``sensitivity.csv`` for readers."""
    return tuple(_variant(row, remarks) for row in answers)


def _variant(row: Mapping[Any, Any], remarks: Remarks) -> Variant:
    facts = {"method": labels.TAU2_METHODS.get(row["method"], row["method"]), "trials": remarks.named(row["trials"])}
    choice = VARIANTS[row["kind"]].format(value=numbers.number(row["value"]), **facts)
    figures = row["estimate"], row["ci_low"], row["ci_high"]
    return Variant(
        choice=choice,
        k=numbers.count(row["k"]),
        people=numbers.count(row["n_participants"]),
        estimate=numbers.estimate(*figures, row["measure"], level=row["level"], kind=row["interval"]),
        # What a model takes to be 0 is no finding beside an I² of the same trials.
        tau2=numbers.MISSING if row["method"] == "CE" else numbers.tau2(row["tau2"]),
        i2=numbers.i2(row["i2"]),
        excludes=_excludes(row["ci_low"], row["ci_high"]),
    )


def _excludes(low: float, high: float) -> str:
    if numbers.is_missing(low):
        return numbers.MISSING
    return "yes" if excludes_null(low, high) else "no"


def small_study_of(rows: Iterable[Mapping[Any, Any]], pooled: Figures) -> tuple[tuple[str, str, str], ...]:
    """Write rows of ``small_study.csv`` as method, finding and note; nothing where there were too few trials."""
    return tuple(_small_study(row, pooled) for row in rows if row["method"] != "none")


def _small_study(row: Mapping[Any, Any], pooled: Figures) -> tuple[str, str, str]:
    if not numbers.is_missing(row["estimate"]):
        bounds = row["estimate"], row["ci_low"], row["ci_high"]
        found = f"adjusted average {numbers.estimate(*bounds, pooled.measure, level=pooled.level)}"
    elif not numbers.is_missing(row["p_value"]):
        found = f"{numbers.p_value(row['p_value'])}, statistic {numbers.decimal(row['statistic'])}"
    else:
        found = numbers.MISSING
    return SMALL_STUDY_METHODS[row["method"]], found, labels.capital(labels.text(row["note"], ""))


def left_out_of(unused: Iterable[Mapping[Any, Any]], facts: TrialFacts, remarks: Remarks) -> dict[str, tuple[str, ...]]:
    """Gather, by the reason in a sentence, the results that match a question but were not pooled."""
    found = grouped((remarks.reason(one), one) for one in unused)
    return {
        reason: tuple(dict.fromkeys(f"{facts.label[row['trial_id']]} ({measured(row)})" for row in rows))
        for reason, rows in found.items()
    }


def origins_of(
    used: Iterable[Mapping[Any, Any]], facts: TrialFacts, lines: RawLines, sources: Mapping[str, str]
) -> tuple[Origin, ...]:
    """Follow each effect of a pool back to its raw lines and its source, trials in the order of the plot."""
    ordered = sorted(used, key=lambda row: (facts.year[row["trial_id"]], facts.label[row["trial_id"]]))
    return tuple(_origin(row, facts, lines, sources) for row in ordered)


def _origin(row: Mapping[Any, Any], facts: TrialFacts, lines: RawLines, sources: Mapping[str, str]) -> Origin:
    arms = [facts.treatment[row["trial_id"], row[arm]] for arm in ("arm1_id", "arm2_id")]
    return Origin(
        trial_id=row["trial_id"],
        trial=facts.label[row["trial_id"]],
        compared=" v ".join(arms),
        measured=measured(row),
        formula=formula(row["formula"], row["measure"]),
        effect=numbers.effect(row["yi"], row["measure"]),
        se=numbers.standard_error(row["vi"], row["measure"]),
        lines=lines.behind(row),
        source=sources[row["source_id"]],
    )


def measured(row: Mapping[Any, Any]) -> str:
    """Say what an effect measures: ``HAM-D-17, clinician, week 16``."""
    parts = [
        labels.text(row["instrument"], ""),
        labels.text(row["criterion"], ""),
        labels.words(row.get("counted"), "") and f"from counts of {labels.words(row['counted'])}",
        labels.words(row.get("rater"), "") and f"{labels.words(row['rater'])} rated",
        "" if numbers.is_missing(row["weeks"]) else f"week {numbers.number(row['weeks'])}",
        ANALYSES.get(labels.text(row.get("analysis"), ""), ""),
        labels.text(row.get("subgroup"), ""),
    ]
    return ", ".join(part for part in parts if part) or "measure not named"


def formula(text: str, measure: str) -> str:
    """Write out a measure where its formula begins with its short name."""
    if measure == "SMD" or not text.startswith(f"{measure} "):  # The caption of the table explains what SMD stands for.
        return text
    return f"{numbers.MEASURES[measure].name}{text.removeprefix(measure)}"
