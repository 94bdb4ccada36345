"""Publication bias: asymmetry and what is left without it; with few trials, their size and what could not be used."""

import numpy as np

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import on_side, target_of
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.intervals import excludes_null
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis.small_study import Asymmetry, of_one_size, small_study_methods
from ipt_evidence.words.labels import capital

MOST_ADJUSTED = 2
"""Adjusted averages on the other side that count without a significant test."""


def publication_bias(
    body: Body, pooled: Pooled, thresholds: Thresholds, asymmetry: Asymmetry | None = None
) -> Judgement:
    """Judge publication bias.

    The small-study methods are applied to trials that differ in size, here unless ``asymmetry`` says what they found on
    these trials before.

    Notes
    -----
    From ``asymmetry_trials`` trials on: one level if Egger's test finds that smaller trials show more of the effect and
    an adjusted average (PET-PEESE, selection model, trim and fill) leaves the side of the threshold, or if two of them
    do; two levels if the test finds it and every adjusted average shows no effect in the direction of the average.
    With fewer trials: one level if a difference rests on small trials only. With any number: one level if
    ``unusable_percent`` or more of the people in all trials that bear on the question are in those that gave no figure
    that could be used; of the trials, where one of these does not say how many people it has.

    GRADE asks for suspicion where small trials are all there is; the small-study methods are those of the synthesis.
    The combination is ours: with standardised mean differences Egger's test alone finds too much.
    """
    trials = 100 * body.unusable / (body.unusable + body.k)
    people = 100 * body.unusable_people / max(body.unusable_people + body.n_participants, 1.0)
    missing = trials if np.isnan(people) else people
    testable = body.k >= thresholds.asymmetry_trials and not of_one_size(body.participants)
    found = (asymmetry or _asymmetry(body)) if testable else None
    if found is None:
        rule, downgrade, reason, inputs = _by_size(body, pooled, thresholds)
    else:
        rule, downgrade, reason, inputs = _by_asymmetry(body, pooled, found, thresholds)
    if missing >= thresholds.unusable_percent and downgrade == 0:
        rule, downgrade = "results_missing", -1
    if body.unusable:
        more = "trial or report" if body.unusable == 1 else "trials or reports"
        share = f"{trials:.0f}% of the trials" if np.isnan(people) else f"{people:.0f}% of the people"
        reason += f" {body.unusable} more {more} on this gave no figure that could be used ({share})."
    return Judgement(
        domain="publication_bias",
        downgrade=downgrade,
        rule=rule,
        say=lambda: reason,
        show=lambda: {"k": body.k, "unusable_trials": body.unusable, "unusable_people": body.unusable_people, **inputs},
    )


def _asymmetry(body: Body) -> Asymmetry | None:
    try:
        return small_study_methods(body.effects, body.variances).asymmetry
    except SynthesisError:
        return None  # Trials of one size have no funnel to look at.


def _by_size(body: Body, pooled: Pooled, thresholds: Thresholds) -> tuple[str, int, str, dict[str, object]]:
    known = body.participants[np.isfinite(body.participants)]
    largest = float(known.max()) if known.size else float("nan")
    difference = excludes_null(pooled.ci_low, pooled.ci_high)
    # Trials that do not say how large they are have not shown that they are large.
    suspected = bool(difference and not largest >= thresholds.small_trial)
    size = f"the largest has {largest:,.0f} people" if known.size else "their size is not known"
    untested = (
        f"{body.k} {'trial is' if body.k == 1 else 'trials are'} too few to test for"
        if body.k < thresholds.asymmetry_trials
        else f"the {body.k} trials have no funnel that could be tested"
    )
    reason = f"{capital(untested)}; {size}" + (
        ", and a difference found by small trials only is where unpublished ones matter most." if suspected else "."
    )
    inputs: dict[str, object] = {"largest_trial": largest, "ci_low": pooled.ci_low, "ci_high": pooled.ci_high}
    rule = "small_trials_only" if known.size else "sizes_not_known"
    otherwise = "too_few_to_test" if body.k < thresholds.asymmetry_trials else "no_funnel"
    return rule if suspected else otherwise, -int(suspected), reason, inputs


def _by_asymmetry(
    body: Body, pooled: Pooled, found: Asymmetry, thresholds: Thresholds
) -> tuple[str, int, str, dict[str, object]]:
    target = target_of(pooled.estimate, body.mid)
    sign = np.sign(pooled.estimate)
    asymmetrical = bool(found.egger_p_value < thresholds.asymmetry_p and np.sign(found.egger_intercept) == sign)
    adjusted = np.array(list(found.adjusted.values()))
    left = int((~on_side(adjusted, target, body.mid)).sum())
    gone = bool((adjusted * sign <= 0).all())
    if asymmetrical and gone:
        rule, downgrade = "nothing_left", -2
    elif (asymmetrical and left) or left >= MOST_ADJUSTED:
        rule, downgrade = "adjusted_averages_differ", -1
    else:
        rule, downgrade = "adjusted_averages_agree", 0
    shows = "smaller trials show more" if asymmetrical else "no sign that smaller trials show more"
    reason = (
        f"Egger's test: {shows} (p = {found.egger_p_value:.2g}); {left} of {len(adjusted)} adjusted averages fall on "
        "the other side of the threshold."
    )
    inputs: dict[str, object] = {
        "egger_p_value": found.egger_p_value, "egger_intercept": found.egger_intercept,
        **{f"adjusted_{name}": value for name, value in found.adjusted.items()}, "estimate": pooled.estimate,
    }  # fmt: skip
    return rule, downgrade, reason, inputs
