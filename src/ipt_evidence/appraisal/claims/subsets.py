"""Claims about a way of delivering the therapy, or a group of people, that the plan does not ask about on its own."""

from dataclasses import replace

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims.base import Base, Claim, reviewed_arms
from ipt_evidence.appraisal.claims.efficacy import against_label, compares
from ipt_evidence.appraisal.claims.questions import asked, tested
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.appraisal.strength import read_interval, strength_of
from ipt_evidence.synthesis.deciding import decide
from ipt_evidence.words import numbers
from ipt_evidence.words.figures import Figures
from ipt_evidence.words.labels import DELIVERIES, listed
from ipt_evidence.words.sentence_parts import Sentence, whole
from ipt_evidence.words.sentences import unsettled

UNRECORDED = ("non_specialist",)
"""Deliveries that no column of the tables records."""


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim about a way of delivery or a group of people by pooling the trials that are about it.

    The pool is made of the weights of the question that decides, so each trial counts with the effect it has there.
    """
    what = f"{base.voice.therapy} {DELIVERIES[claim.delivery]}"
    if claim.delivery in UNRECORDED:
        return _unrecorded(what)
    members = _members(claim, base)
    questions = tuple(one for one in asked(claim, base) if compares(claim, one, base))
    parts = [part for one in questions if (part := part_of(one, members, base))]
    if not parts:
        return _untested(claim, members, what, base)
    decides = tested(parts, base)[0]
    verdict = against_label(claim, decides, base, what)
    why = (whole(_where(claim, members, what, base)), *verdict.why)
    return replace(verdict, rule_id=f"subset_{verdict.rule_id}", why=why, singled_out=decides.trials)


def _unrecorded(what: str) -> Verdict:
    why = (
        "Who gives the therapy, and with what training, is not a column of our tables. "
        "The free text on some arms names it, and is not counted."
    )
    instead = Sentence(f"Our tables cannot say how well {what} does.")
    return Verdict(verdict="not_assessable", rule_id="not_recorded", why=(Sentence(why),), instead=(instead,))


def _members(claim: Claim, base: Base) -> set[str]:
    """Return the trials a claim singles out."""
    if claim.delivery == "hiv":
        return with_hiv(base.tables["trials"])
    arms = base.vocabulary.given(base.tables["arms"])
    return set(arms.loc[arms["format"].eq(claim.delivery), "trial_id"])


def with_hiv(trials: pd.DataFrame) -> set[str]:
    """Return the trials in people with HIV."""
    chosen = trials["special_population"].eq("hiv") | trials["second_population"].eq("hiv")
    return set(trials.loc[chosen, "trial_id"])


def part_of(answer: Answer, members: set[str], base: Base) -> Answer | None:
    """Pool the trials of a question that belong to a set, None if none do, and label what they say together.

    Nobody rated the certainty of a part, so the rules of the strength labels are applied as if it were low, or very
    low for a single trial, or where that of all trials is: a part is no surer than the whole.
    """
    weights = base.tables["synthesis_weights"]
    rows = weights[weights["question_id"].eq(answer.question_id) & weights["trial_id"].isin(members)]
    if rows.empty:
        return None
    people = rows[["n1", "n2"]].sum(axis=1, min_count=2)
    instead = people.isna() & rows["n_randomised"].notna()
    people = people.where(~instead, rows["n_randomised"])
    pooled = decide(rows["yi"].to_numpy(float), rows["vi"].to_numpy(float), answer.rated.measure, base.model)
    rated = Figures(
        measure=answer.rated.measure, level=answer.rated.level, k=len(rows), k_without_n=int(people.isna().sum()),
        k_randomised=int(instead.sum()), interval=pooled.decided_by,
        n_participants=float(people.sum()), estimate=pooled.estimate, ci_low=pooled.ci_low, ci_high=pooled.ci_high,
        pi_low=pooled.pi_low, pi_high=pooled.pi_high,
    )  # fmt: skip
    reading = read_interval(rated.estimate, rated.ci_low, rated.ci_high, answer.mid)
    certainty = "very_low" if rated.k == 1 or answer.certainty == "very_low" else "low"
    strength = strength_of(
        reading, certainty=certainty, k=rated.k,
        n_participants=rated.n_participants, comparator=answer.comparator,
        rules=base.rules,
    )  # fmt: skip
    return replace(
        answer, trials=tuple(rows["trial_id"]), rated=rated, absolute=None, counted=None,
        counterpart=None, compared=(), certainty="", provisional=False,
        direction=reading.direction, strength=strength.strength, label=strength.label, sound="", sound_differ=False,
    )  # fmt: skip


def _where(claim: Claim, members: set[str], what: str, base: Base) -> str:
    """Say how many trials on the condition are about it, and for how many the tables do not say; no full stop."""
    label = base.voice.conditions[claim.condition]
    arms = reviewed_arms(base.tables, base.vocabulary, claim.condition, claim.phase)
    trials = set(arms["trial_id"])
    opening = f"On {label}, {len(trials & members)} of {numbers.counted(len(trials), 'trial')} tested {what}"
    if claim.delivery == "hiv":
        return opening
    known = set(arms.loc[arms["format"].notna(), "trial_id"])
    return f"{opening}. For {len(trials - known)} the tables do not name the format" if trials - known else opening


def _untested(claim: Claim, members: set[str], what: str, base: Base) -> Verdict:
    label = base.voice.conditions[claim.condition]
    trials = base.tables["trials"]
    here = set(reviewed_arms(base.tables, base.vocabulary, claim.condition, claim.phase)["trial_id"]) & members
    elsewhere = trials[trials["trial_id"].isin(members - here)]
    if here:
        names = listed(list(trials.loc[trials["trial_id"].isin(here), "label"]))
        why = f"{_where(claim, members, what, base)}. No effect can be computed from the figures of {names}"
        rule_id, verdict = "no_usable_result", "not_assessable"
    else:
        why = f"On {label}, our tables hold no trial of {what}. That says nothing for or against it"
        rule_id, verdict = "no_trials", "no_trials"
    if len(elsewhere):
        conditions = dict.fromkeys(base.voice.conditions[name] for name in elsewhere["condition"])
        names = listed(list(elsewhere["label"]))
        number = numbers.counted(len(elsewhere), "trial")
        why = f"{why}. On {listed(list(conditions))}, they hold {number} of it ({names})"
    instead = unsettled("form", claim.condition, base.voice, ": no usable result is in our tables.", subject=what)
    return Verdict(verdict=verdict, rule_id=rule_id, why=(whole(why),), instead=(instead,))
