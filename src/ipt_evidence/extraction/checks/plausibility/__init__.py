"""The plausibility gate: what the rules of the tables allow, and a reader of many trials would still look up."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from inspect import getdoc
from typing import Literal

from ipt_evidence.extraction.breaches import Breach, Level
from ipt_evidence.extraction.checks.draft import Draft, of_trials
from ipt_evidence.extraction.checks.plausibility import (
    counts,
    effects,
    notes,
    order,
    people,
    repeats,
    scales,
    spread,
    statistics,
)
from ipt_evidence.extraction.checks.plausibility.rows import Figures


@dataclass(frozen=True, slots=True)
class Check:
    """A plausibility check.

    Attributes
    ----------
    find : callable
        Takes the figures and yields what looks odd; its docstring says rule, threshold and source.
    level : {"warning", "note"}
        How much its findings weigh.
    subject : str
        Words of a doubt that is about the same matter, joined by ``|``.
    reads : {"figures", "texts"}
        Whether it judges by the figures, or by what the extractor wrote beside them.
    sees : {"trial", "trials"}
        Whether it judges each trial by itself, or beside the others.
    """

    find: Callable[[Figures], Iterator[Breach]]
    level: Level
    subject: str
    reads: Literal["figures", "texts"] = "figures"
    sees: Literal["trial", "trials"] = "trial"

    @property
    def name(self) -> str:
        """Return the name of the check, as findings carry it."""
        return self.find.__name__

    @property
    def summary(self) -> str:
        """Return what it finds, as a sentence."""
        return summary_of(self.find)

    @property
    def rule(self) -> str:
        """Return rule, threshold and source, as one paragraph."""
        return " ".join(_document(self.find).partition("\n")[2].split())


def summary_of(find: Callable[..., object]) -> str:
    """Return what a check finds as a sentence, from the first line of its docstring."""
    sentence = _document(find).partition("\n")[0].removeprefix("Yield ")
    return sentence[:1].upper() + sentence[1:]


def _document(find: Callable[..., object]) -> str:
    return (getdoc(find) or "").replace("``", "")


SPREAD = "sd|sds|standard error"
EFFECT = "smd|effect"
PEOPLE = "randomised|arm sizes|arm_sizes|numbers"
DIRECTION = "direction|reverse|swapped|exchanged|worst"
LOST = "completers|missing|attrition|subset"
SHARES = "percentage|percentages|approximate counts|%"
WORKED_OUT = "derived|follows|inverted|rounded|converted|approximate|applied|not stated|back-computed|from percentages"

PLAUSIBILITY = (
    Check(spread.sd_reads_as_standard_error, "warning", SPREAD, sees="trials"),
    Check(spread.sd_far_from_other_trials, "warning", SPREAD, sees="trials"),
    Check(spread.sd_is_a_rounded_standard_error, "note", SPREAD),
    Check(spread.sd_possible_on_scale, "warning", SPREAD),
    Check(spread.sd_at_baseline_is_alike, "warning", SPREAD),
    Check(scales.means_within_range, "warning", "range|instrument|mean"),
    Check(scales.means_fit_whole_scores, "note", "mean"),
    Check(effects.effects_within_reference, "warning", EFFECT),
    Check(effects.arms_alike_at_baseline, "warning", "baseline"),
    Check(effects.contrasts_agree_with_means, "warning", DIRECTION),
    Check(effects.means_agree_with_counts, "warning", DIRECTION),
    Check(people.arms_add_up, "warning", PEOPLE),
    Check(people.results_within_trial, "warning", PEOPLE),
    Check(people.results_within_arm, "warning", PEOPLE),
    Check(people.counts_of_everybody_agree, "warning", PEOPLE),
    Check(people.most_people_assessed, "note", LOST),
    Check(people.completers_are_named, "note", LOST),
    Check(people.randomised_is_stated, "note", PEOPLE),
    Check(people.ages_fit_population, "warning", "age|ages"),
    Check(counts.percentages_fit_people, "warning", SHARES),
    Check(counts.margins_agree_with_cells, "warning", "margins"),
    Check(counts.notes_agree_with_counts, "note", SHARES, "texts"),
    Check(repeats.baselines_agree, "warning", "baseline"),
    Check(repeats.figures_stand_once, "warning", "copy|duplicate|labelled"),
    Check(repeats.groups_stand_in_one_trial, "warning", "copy|duplicate|split", sees="trials"),
    Check(repeats.figures_keep_their_decimals, "note", "rounded|graph", sees="trials"),
    Check(order.followup_after_post, "warning", "weeks|follow-up"),
    Check(order.post_at_one_time, "note", "weeks"),
    Check(order.changes_go_the_right_way, "warning", DIRECTION),
    Check(order.treatments_help_before_they_harm, "warning", DIRECTION),
    Check(statistics.ratio_intervals_are_symmetric, "warning", "interval|ratio"),
    Check(statistics.difference_intervals_are_symmetric, "warning", "interval"),
    Check(statistics.intervals_fit_standard_errors, "warning", "interval|standard error"),
    Check(statistics.smd_errors_fit_people, "warning", EFFECT),
    Check(statistics.p_values_fit, "warning", "p value|statistic"),
    Check(statistics.precision_is_stated, "note", "standard error|totals|sd"),
    Check(notes.figures_are_printed, "note", WORKED_OUT, "texts"),
    Check(notes.clusters_are_named, "note", "cluster|clustered|clustering", "texts"),
    Check(
        notes.treatments_fit_their_details, "note", "treatment|control|comparator|education|self-help|delivery", "texts"
    ),
    Check(notes.notes_agree_with_followups, "warning", "follow-up", "texts"),
    Check(notes.trials_have_an_arm_under_review, "note", "pooled"),
)
"""All plausibility checks, in the order in which pages list them."""


def weigh(draft: Draft, trials: Collection[str] | None = None) -> list[Breach]:
    """Return what looks odd in the figures of sound tables, each finding with level and name of its check.

    Parameters
    ----------
    draft : Draft
        The evidence base, without errors.
    trials : collection of str, optional
        The trials to judge, by default all. Checks that judge trials beside each other tell of all even so.
    """
    every = Figures(draft)
    figures = {"trial": every if trials is None else Figures(of_trials(draft, trials)), "trials": every}
    return [
        replace(found, level=check.level, check=check.name)
        for check in PLAUSIBILITY
        for found in check.find(figures[check.sees])
    ]


__all__ = ["PLAUSIBILITY", "Check", "summary_of", "weigh"]
