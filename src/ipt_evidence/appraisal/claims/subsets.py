"""Claims about a way of delivering IPT, or a group of people, that the plan does not ask about on its own."""

from dataclasses import replace

import pandas as pd

from ipt_evidence.appraisal.certainty.body import pool_effects
from ipt_evidence.appraisal.claims import words
from ipt_evidence.appraisal.claims.efficacy import against_label, compares
from ipt_evidence.appraisal.claims.findings import Base, Claim, Finding, ipt_arms
from ipt_evidence.appraisal.claims.questions import asked, tested
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.appraisal.strength import read_interval, strength_of
from ipt_evidence.words.labels import SPECIAL

FORMATS = {"couple": "given to couples", "group": "given in groups", "telephone": "given by telephone"}
"""Ways of delivery that ``arms.format`` records, in words that follow IPT."""

UNRECORDED = {"non_specialist": "given by workers without mental-health training"}
"""Deliveries that no column of the tables records, in words that follow IPT."""


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim about a way of delivery or a group of people by pooling the trials that are about it.

    The pool is made of the weights of the question that decides, so each trial counts with the effect it has there.
    """
    if claim.delivery in UNRECORDED:
        return _unrecorded(UNRECORDED[claim.delivery])
    members, what = _members(claim, base)
    questions = tuple(one for one in asked(claim, base) if compares(claim, one))
    parts = [part for one in questions if (part := part_of(one, members, base))]
    if not parts:
        return _untested(claim, members, what, base)
    verdict = against_label(claim, tested(parts)[0], base, f"IPT {what}")
    why = f"{_where(claim, members, what, base)} {verdict.why}"
    return replace(verdict, rule_id=f"subset_{verdict.rule_id}", why=why)


def _unrecorded(what: str) -> Verdict:
    why = (
        "Who gives the therapy, and with what training, is not a column of our tables. "
        "The free text on some arms names it, and is not counted."
    )
    instead = f"Our tables cannot say how well IPT {what} does."
    return Verdict(verdict="not_assessable", rule_id="not_recorded", why=why, instead=instead)


def _members(claim: Claim, base: Base) -> tuple[set[str], str]:
    """Return the trials a claim singles out, and what sets their IPT apart, in words that follow IPT."""
    if claim.delivery == "hiv":
        return with_hiv(base.tables["trials"]), f"in people {SPECIAL['hiv']}"
    arms, treatments = base.tables["arms"], base.vocabulary.treatments
    given = treatments.loc[treatments["class"].isin(["ipt", "combined"]), "treatment"]
    here = arms["treatment"].isin(given) & arms["format"].eq(claim.delivery)
    return set(arms.loc[here, "trial_id"]), FORMATS[claim.delivery]


def with_hiv(trials: pd.DataFrame) -> set[str]:
    """Return the trials in people with HIV."""
    chosen = trials["special_population"].eq("hiv") | trials["second_population"].eq("hiv")
    return set(trials.loc[chosen, "trial_id"])


def part_of(finding: Finding, members: set[str], base: Base) -> Finding | None:
    """Pool the trials of a question that belong to a set, None if none do, and label what they say together.

    Nobody rated the certainty of a part, so the rules of the strength labels are applied as if it were low.
    """
    weights = base.tables["synthesis_weights"]
    rows = weights[weights["question_id"].eq(finding.question_id) & weights["trial_id"].isin(members)]
    if rows.empty:
        return None
    people = rows[["n1", "n2"]].sum(axis=1, min_count=2)
    pooled = pool_effects(rows["yi"].to_numpy(float), rows["vi"].to_numpy(float), **base.pooling)
    reading = read_interval(pooled.estimate, pooled.ci_low, pooled.ci_high, finding.mid)
    strength = strength_of(
        reading, certainty="low", k=len(rows), n_participants=float(people.sum()), comparator=finding.comparator,
        rules=base.rules,
    )  # fmt: skip
    return replace(
        finding, basis="all_trials", k=len(rows), k_without_n=int(people.isna().sum()),
        n_participants=float(people.sum()), estimate=pooled.estimate, ci_low=pooled.ci_low, ci_high=pooled.ci_high,
        certainty="", direction=reading.direction, strength=strength.strength, label=strength.label,
    )  # fmt: skip


def _where(claim: Claim, members: set[str], what: str, base: Base) -> str:
    """Say how many trials on the condition are about it, and for how many the tables do not say."""
    label = words.condition_label(claim.condition, base.vocabulary)
    arms = ipt_arms(base, claim)
    trials = set(arms["trial_id"])
    opening = f"On {label}, {len(trials & members)} of {words.counted(len(trials), 'trial')} tested IPT {what}."
    if claim.delivery == "hiv":
        return opening
    known = set(arms.loc[arms["format"].notna(), "trial_id"])
    return f"{opening} For {len(trials - known)} the tables do not name the format." if trials - known else opening


def _untested(claim: Claim, members: set[str], what: str, base: Base) -> Verdict:
    label = words.condition_label(claim.condition, base.vocabulary)
    trials = base.tables["trials"]
    here = set(ipt_arms(base, claim)["trial_id"]) & members
    elsewhere = trials[trials["trial_id"].isin(members - here)]
    if here:
        names = words.together(list(trials.loc[trials["trial_id"].isin(here), "label"]))
        why = f"{_where(claim, members, what, base)} No effect can be computed from the figures of {names}."
        rule_id, verdict = "no_usable_result", "not_assessable"
    else:
        why = f"On {label}, our tables hold no trial of IPT {what}. That says nothing for or against it."
        rule_id, verdict = "no_trials", "no_trials"
    if len(elsewhere):
        conditions = dict.fromkeys(words.condition_label(name, base.vocabulary) for name in elsewhere["condition"])
        names = words.together(list(elsewhere["label"]))
        number = words.counted(len(elsewhere), "trial")
        why = f"{why} On {words.together(list(conditions))}, they hold {number} of it ({names})."
    instead = f"For {label}, we do not know how IPT {what} does: no usable result is in our tables."
    return Verdict(verdict=verdict, rule_id=rule_id, why=why, instead=instead)
