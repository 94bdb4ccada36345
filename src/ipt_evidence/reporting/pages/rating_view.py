"""How an answer was rated, in words: certainty domain by domain, other systems, and how the label would stand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ipt_evidence.words import labels, numbers

CHOICES = {
    "rho": "correlation within trials",
    "evidence": "kinds of result",
    "doubts": "doubtful results",
    "outliers": "outlying trials",
    "method": "estimator of τ²",
    "interval": "interval",
    "mid_factor": "smallest important difference, times",
}
"""The choices that are combined, by the name of their column."""


DECIDED = {
    "bayes": "With so few trials the credible interval decides, because a confidence interval would say the same "
    "whatever they show.",
    "widened": "With so few trials the credible interval would decide; the interval of the most precise trial, widened "
    "by how far the trials lie apart, is narrower, and decides.",
    "each_trial": "With so few trials the credible interval would decide; as every trial by itself excludes no "
    "difference on the same side, the range of their own intervals does.",
}
"""What is to be said of the interval that decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One domain of the certainty.

    Attributes
    ----------
    label, levels, reason : str
        Its name, the levels it takes away (``−1``, ``0``), and why.
    note : str
        Who overruled it, or why an override no longer holds; empty if neither.
    """

    label: str
    levels: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    """The rating of an answer with at least one trial.

    Attributes
    ----------
    certainty, start, decided : str
        The level, where it started, and which interval decided.
    domains : tuple of Domain
        The five domains.
    label, rule, rule_id : str
        The label, the words of its rule and its name.
    others : tuple of str
        What older systems would say.
    stands : tuple of str
        How the label would survive other choices; empty for a single trial.
    choices : tuple of (str, str)
        Choices that it hangs on, with the share of each of their values: ``REML: 80%, DL: 100%``.
    overrides : tuple of str
        What people overruled, and which overrides have expired; shown without being asked for.
    """

    certainty: str
    start: str
    decided: str
    domains: tuple[Domain, ...]
    label: str
    rule: str
    rule_id: str
    others: tuple[str, ...]
    stands: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    overrides: tuple[str, ...]


def rating_view(
    rating: Mapping[Any, Any], domains: Sequence[Mapping[Any, Any]], robustness: Mapping[Any, Any] | None
) -> RatingView:
    """Put a rating into words.

    Parameters
    ----------
    rating : mapping
        Its row of ``ratings.csv``.
    domains : sequence of mapping
        Its rows of ``certainty.csv``.
    robustness : mapping or None
        Its row of ``robustness.csv``; None for a single trial.
    """
    judged = tuple(_domain(row) for row in domains)
    return RatingView(
        certainty=labels.CERTAINTIES[rating["certainty"]],
        start=_start(rating["start"]),
        decided=DECIDED.get(rating["decided_by"], ""),
        domains=judged,
        label=labels.LABELS[rating["label"]],
        rule=rating["reason"],
        rule_id=rating["rule_id"],
        others=_others(rating),
        stands=_stands(robustness) if robustness else (),
        choices=_choices(robustness) if robustness else (),
        overrides=tuple(f"{domain.label}: {domain.note}" for domain in judged if domain.note),
    )


def _start(start: str) -> str:
    if start == "high":
        return "Randomised trials start at high certainty."
    return "For most of the weight it is not certain that people were randomised, so it starts at low certainty."


def _domain(row: Mapping[Any, Any]) -> Domain:
    note = labels.text(row["note"], "")
    changed = f". The rule alone gives {_levels(row['computed'])}." if row["status"] == "overridden" else ""
    levels = _levels(row["downgrade"])
    return Domain(
        label=labels.CERTAINTY_DOMAINS[row["domain"]], levels=levels, reason=row["reason"], note=f"{note}{changed}"
    )


def _levels(taken: float) -> str:
    """Write levels taken away with a true minus sign."""
    return f"{taken:.0f}".replace("-", "−")


def _others(rating: Mapping[Any, Any]) -> tuple[str, ...]:
    if labels.text(rating["est_level"], "") == "":
        return ()
    return (
        f"Chambless and Hollon (1998), by counting trials: {labels.words(rating['est_level'])}. {rating['est_reason']} "
        "Teams are told apart by the first author of the main report; where none is named, a trial is not taken for "
        "that of another team. Manuals, samples and measures are taken as sound, other treatments as established; "
        "trials that find nothing do not count against it.",
        f"Tolin et al. (2015), as Division 12 words it: {labels.words(rating['tolin_level'])}. "
        f"{rating['tolin_reason']} Harms, resources and use outside research are not in the tables.",
    )


def _stands(row: Mapping[Any, Any]) -> tuple[str, ...]:
    sentences = [_under_other_choices(row)]
    if row["label"] != "insufficient":
        sentences.append(_fragility(row))
    return (*sentences, *_people_needed(row))


def _under_other_choices(row: Mapping[Any, Any]) -> str:
    if not row["specifications"]:
        return "No combination of the choices tried leaves a trial: whether the label would stand is not known."
    label = labels.within(labels.LABELS[row["label"]])
    counts = json.loads(row["labels"])
    rest = sorted(((n, name) for name, n in counts.items() if name != row["label"]), reverse=True)
    others = "".join(f"; {labels.within(labels.LABELS[name])}: {_share(n, row['specifications'])}" for n, name in rest)
    same = _share(row["same_label"], row["specifications"])
    return (
        f"Of {numbers.count(row['specifications'])} combinations of defensible choices, {same} give the same label "
        f"({label}){others}. {labels.capital(_whole_percent(row['same_direction_percent']))} read the direction in the "
        "same way."
    )


def _people_needed(row: Mapping[Any, Any]) -> tuple[str, ...]:
    if numbers.is_missing(row["information_size"]):
        return ()
    enough = row["n_participants"] >= row["required_size"]
    return (
        f"People needed to show the smallest important difference: {numbers.count(row['information_size'])} in one "
        f"trial, {numbers.count(round(row['required_size']))} with the heterogeneity there is; "
        f"{'' if enough else 'only '}{numbers.count(row['n_participants'])} took part.",
    )


def _fragility(row: Mapping[Any, Any]) -> str:
    people = numbers.count(round(row["null_trial_size"]))
    if numbers.is_missing(row["null_trials"]):
        many = f"Even 50 more trials of {people} people each without any effect would not change the label"
    else:
        trials = numbers.counted(int(row["null_trials"]), "more trial")
        new = labels.within(labels.LABELS[row["changed_label"]])
        each = " each" if row["null_trials"] > 1 else ""
        many = f"{trials} of {people} people{each} without any effect would change it to {new}"
    return f"{labels.capital(many)}."


def _share(part: float, whole: float) -> str:
    return _whole_percent(100 * part / whole)


def _whole_percent(share: float) -> str:
    """Write a share so that only all is 100 and only none is 0."""
    if 0 < share < 1:
        return "under 1%"
    if 99 < share < 100:
        return "over 99%"
    return f"{share:.0f}%"


def _choices(row: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    """List the choices under whose values the share differs, the most telling first."""
    found = []
    for name, shares in json.loads(row["by_choice"]).items():
        spread = max(shares.values()) - min(shares.values())
        if spread > 0:
            words = ", ".join(f"{labels.words(value)}: {_whole_percent(share)}" for value, share in shares.items())
            found.append((-spread, CHOICES[name], words))
    return tuple((choice, words) for _, choice, words in sorted(found))
