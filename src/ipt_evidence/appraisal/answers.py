"""One record per question: what was asked, what was found, how it was rated and on which trials it rests."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.absolute import RESPONSE, SAME, SYMPTOMS
from ipt_evidence.appraisal.strength import INACTIVE
from ipt_evidence.engine.intervals import includes_null, short_of, side_of_null
from ipt_evidence.files import cells, records
from ipt_evidence.grouping import grouped
from ipt_evidence.synthesis.fates import reports_on, unusable
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.contrasts import Contrast
from ipt_evidence.words.figures import ABSOLUTE, AbsoluteFigures, Figures, PooledFigures
from ipt_evidence.words.labels import Labels, within
from ipt_evidence.words.sentences import Answered

TABLES = (
    "syntheses", "ratings", "absolute", "certainty", "synthesis_weights", "sensitivity", "fates", "selections", "arms",
)  # fmt: skip
"""The processed tables that answers are made from."""

PLANNED = (
    "question_id", "title", "condition", "population", "intervention", "comparator", "outcome", "timepoint", "phase",
)  # fmt: skip
RATED = ("direction", "strength", "mid", "label", "rule_id", "reason", "provisional")
FIGURES = tuple(field.name for field in fields(PooledFigures))
"""Columns of the plan, of the ratings and of the syntheses that a record takes as they are."""

SHARES = {
    "low": "low_risk_percent",
    "some_concerns": "some_concerns_percent",
    "high_or_unclear": "high_or_unclear_risk_percent",
    "high": "high_risk_percent",
    "unknown": "unknown_risk_percent",
}
"""Column of the ratings that holds the share of the weight at each risk of bias."""

SIDES = {"favours_intervention": 1, "favours_comparator": -1}
"""On which side of no difference an answer lies that claims a difference."""

CONVERTED = "converted"
"""The evidence of an effect on a scale that is worked out from counts of people."""

NOT_RANDOMISED = ("start", "low")
"""The reason that is no domain: for most of the weight it is not certain that people were allocated by chance."""

MOST = 0.5
"""More than this share of the trials on symptoms must have counted people for their count to speak for them."""

IMPROVED = (RESPONSE, "remission", "recovery")
"""Outcomes that count people who get better."""

MAIN = ("symptom_severity", "post", "acute")
"""Outcome, time point and phase of the questions that stand for a comparison in an overview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Answered):
    """A question of the plan with its pooled answer, its rating, its trials and its labels.

    Attributes
    ----------
    title, population : str
        The question, as in the review plan.
    primary : bool
        Whether the plan counts it among the main questions.
    sides : tuple of str
        Labels of the two sides.
    aspect : str
        What is asked about them.
    label, rule_id, reason : str
        The label of the rating, the rule that gave it and its words.
    """

    title: str
    population: str
    primary: bool
    sides: tuple[str, str]
    aspect: str
    label: str
    rule_id: str
    reason: str

    @property
    def comparison(self) -> str:
        """What is compared: ``IPT v CBT``."""
        return " v ".join(self.sides)

    @property
    def asked(self) -> str:
        """The question in a few words: ``IPT v CBT, response at follow-up``."""
        return f"{self.comparison}, {labels.within(self.aspect)}"

    @property
    def good(self) -> str:
        """Which way is good: ``above 0 favours IPT``."""
        return numbers.favourable(self.pooled.measure, self.sides[0])

    @property
    def is_main(self) -> bool:
        """Whether it asks about symptoms at the end of acute treatment."""
        return (self.outcome, self.timepoint, self.phase) == MAIN

    @property
    def is_unusable(self) -> bool:
        """Whether trials report something on it, none of which could be used."""
        return self.k == 0 and bool(self.set_aside)

    @property
    def strength_label(self) -> str:
        """The strength, with what it is one of where that is not a benefit, or that nothing reported is usable."""
        if self.is_unusable:
            return labels.UNUSABLE
        return labels.strength(self.strength, self.label)

    @property
    def evidence_label(self) -> str:
        """The strength so that it can begin an entry: ``Limited evidence``."""
        return labels.UNUSABLE if self.is_unusable else labels.EVIDENCE[self.strength]

    @property
    def favours(self) -> str:
        """Which side the answer favours, in words; nothing where it is too weak to say."""
        if self.is_unusable:
            return "no usable result"
        return labels.direction(self.direction, self.strength, self.sides)

    @property
    def in_brief(self) -> str:
        """The rating in a few words: ``limited evidence in favour of IPT, 45 trials``."""
        if self.is_unusable:
            return labels.within(labels.UNUSABLE)
        if self.k == 0:
            return "no trial"
        return f"{labels.evidence(self.direction, self.strength, self.sides)}, {numbers.counted(self.k, 'trial')}"


def answers_of(
    questions: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    names: Labels,
    contrasts: Mapping[str, tuple[Contrast, ...]] = MappingProxyType({}),
) -> dict[str, Answer]:
    """Return the answer to every question of the plan by question_id, in the order of the plan.

    Parameters
    ----------
    questions : DataFrame
        The review plan.
    tables : mapping of str to DataFrame
        Those that :data:`TABLES` names.
    names : Labels
        Labels of the two sides and of what is asked.
    contrasts : mapping of str to tuple of Contrast
        Credible differences between trials by question; only sentences need them.
    """
    pooled, rated = ({row["question_id"]: row for row in records(tables[name])} for name in ("syntheses", "ratings"))
    weights, set_aside = _trials_by_weight(tables["synthesis_weights"], pooled), unusable(tables["fates"])
    short = _short(tables["synthesis_weights"], rated)
    reports, others = (reports_on(tables["fates"], same_comparison=same) for same in (True, False))
    downgraded, compared = _downgraded(tables["certainty"], rated), _compared(tables, names)
    given, converted = _given(tables, names), _converted(tables["selections"])
    conditions = dict(zip(questions["question_id"], questions["condition"], strict=True))
    of_people = {
        row["question_id"]: AbsoluteFigures(**{name: row[name] for name in ABSOLUTE})
        for row in records(tables["absolute"])
    }
    variants = tables["sensitivity"].dropna(subset=["ci_low"])
    tried = grouped(zip(variants["question_id"], _sides(variants), strict=True))
    found = {}
    for question in records(questions):
        key = question["question_id"]
        rating = rated[key]
        side = SIDES.get(rating["direction"])
        checks = tried.get(key, ()) if side else ()
        found[key] = Answer(
            **{name: question[name] for name in PLANNED},
            **{name: rating[name] for name in RATED},
            primary=bool(question["primary"]),
            certainty=labels.text(rating["certainty"], ""),
            certainty_if_sound=labels.text(rating["certainty_if_sound"], ""),
            certainty_if_at_risk=labels.text(rating["certainty_if_at_risk"], ""),
            sides=names.sides(question["intervention"], question["comparator"]),
            aspect=names.aspect(*(question[name] for name in ("outcome", "timepoint", "phase", "measure"))),
            pooled=PooledFigures(**{name: pooled[key][name] for name in FIGURES}),
            rated=_rated(pooled[key], rating),
            absolute=of_people.get(key),
            risk_from=_risk_from(question["condition"], of_people.get(key), conditions),
            compared=compared.get(key, ()),
            given=given.get(key, ()),
            from_counts=key in converted,
            shares={risk: rating[column] for risk, column in SHARES.items()},
            downgraded=downgraded.get(key, ()),
            checks=len(checks),
            checks_failed=sum(one != side for one in checks),
            trials=tuple(trial for trial, *_ in weights.get(key, ())),
            effects=tuple((effect, side) for _, effect, side in weights.get(key, ())),
            short=short.get(key, frozenset()),
            sound=_sound(pooled[key], rating),
            sound_differ=bool(rating["low_risk_differs"]),
            sound_finds=_sound_finds(rating),
            set_aside=set_aside.get(key, ()),
            reports=reports.get(key, ()),
            other_reports=len(others.get(key, ())),
            contrasts=contrasts.get(key, ()),
        )
    return _with_counterparts(found)


def _with_counterparts(found: Mapping[str, Answer]) -> dict[str, Answer]:
    """Give each answer those on the other main outcome of its comparison, which are told beside it."""
    counted, scored = (
        {_asked(one): one for one in found.values() if one.outcome == outcome and one.k}
        for outcome in (RESPONSE, SYMPTOMS)
    )
    beside = dict.fromkeys(IMPROVED, scored) | {SYMPTOMS: counted}
    return {
        key: replace(
            one,
            counted=_counted(one, counted.get(_asked(one))),
            counterpart=beside[one.outcome].get(_asked(one)) if one.outcome in beside else None,
        )
        for key, one in found.items()
    }


def _asked(answer: Answer) -> tuple[str, ...]:
    """Return what an answer on symptoms has in common with the one that counts who responds."""
    return (answer.condition, *(getattr(answer, name) for name in SAME))


def _counted(answer: Answer, counted: Answer | None) -> Answer | None:
    """Return the answer that counts people, if it is of most trials of one on symptoms on a scale."""
    if counted is None or answer.outcome != SYMPTOMS or answer.rated.is_ratio:
        return None
    return counted if len(set(answer.trials).intersection(counted.trials)) > MOST * answer.k else None


def _risk_from(condition: str, of_people: AbsoluteFigures | None, conditions: Mapping[str, str]) -> str:
    """Return the condition that a control risk is from, if it is another than that asked about."""
    source = conditions[of_people.control_question_id] if of_people else condition
    return "" if source == condition else source


def _compared(tables: Mapping[str, pd.DataFrame], names: Labels) -> dict[str, tuple[str, ...]]:
    """Return, by question, the treatments its trials compare with, where the class says less than their names.

    The label of control lists what it holds; a treatment that names its class goes by the label of the class.
    """
    found = {}
    for question, comparator, ranked in _treatments(tables, "arm2_id", "comparator"):
        named = tuple(dict.fromkeys(names.treatments[name] for name in ranked))
        if comparator != INACTIVE and named != (within(names.classes[comparator]),):
            found[question] = named
    return found


def _given(tables: Mapping[str, pd.DataFrame], names: Labels) -> dict[str, tuple[str, ...]]:
    """Return, by question on the therapy under review, the forms in which its trials gave it, if none is the usual one.

    The usual one is the treatment that bears the name of its class.
    """
    return {
        question: tuple(dict.fromkeys(names.treatments[name] for name in ranked))
        for question, intervention, ranked in _treatments(tables, "arm1_id", "intervention")
        if intervention == names.reviewed and names.reviewed not in ranked
    }


def _converted(selections: pd.DataFrame) -> frozenset[str]:
    """Return the questions whose effects were all converted from counts of people: no trial gave scores for them."""
    used = selections[selections["used"].astype(bool)]
    alone = used["evidence"].eq(CONVERTED).groupby(used["question_id"]).all()
    return frozenset(alone.index[alone])


def _treatments(tables: Mapping[str, pd.DataFrame], arm: str, side: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each question with the class of one side and its treatments, most frequent first among the trials."""
    chosen = tables["selections"].loc[tables["selections"]["used"].astype(bool), ["question_id", side, "trial_id", arm]]
    arms = tables["arms"][["trial_id", "arm_id", "treatment"]].rename(columns={"arm_id": arm})
    pairs = chosen.merge(arms.astype({"treatment": str}), on=["trial_id", arm])
    once = dict.fromkeys(map(tuple, cells(pairs.drop(columns=arm))))
    found = grouped(((question, given), treatment) for question, given, _, treatment in once)
    for (question, given), treatments in found.items():
        often = Counter(treatments)
        yield question, given, sorted(often, key=lambda name: (-often[name], name))


def _rated(pooled: Mapping[Any, Any], rating: Mapping[Any, Any]) -> Figures:
    """Return what the trials say that a rating rests on."""
    own = ("k", "n_participants", "estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    same = ("measure", "level", "k_without_n", "k_randomised")
    return Figures(
        **{name: pooled[name] for name in same}, **{name: rating[name] for name in own}, interval=rating["decided_by"]
    )


def _sound(pooled: Mapping[Any, Any], rating: Mapping[Any, Any]) -> str:
    """Write what the trials at low risk of bias say alone; empty text where they are all, fewer than two, or none."""
    if not 1 < rating["low_risk_trials"] < rating["k"]:
        return ""
    value, low, high = (rating[f"low_risk_{name}"] for name in ("estimate", "ci_low", "ci_high"))
    kind = rating["low_risk_decided_by"]
    return numbers.estimate(value, low, high, pooled["measure"], level=pooled["level"], kind=kind)


def _sound_finds(rating: Mapping[Any, Any]) -> str:
    """Say in a word what the trials at low risk of bias find beside all of them."""
    value, all_of_them = rating["low_risk_estimate"], rating["estimate"]
    if not (abs(value) < abs(all_of_them) and value * all_of_them >= 0):
        return "other"
    return "less_or_none" if includes_null(rating["low_risk_ci_low"], rating["low_risk_ci_high"]) else "less"


def _downgraded(
    certainty: pd.DataFrame, rated: Mapping[Any, Mapping[Any, Any]]
) -> dict[Any, tuple[tuple[str, str], ...]]:
    """Return, by question, the domains that took levels away, each with the rule that decided, or what a person did.

    First that it started low, where it did: that takes levels away as well.
    """
    started = [(key, NOT_RANDOMISED) for key, rating in rated.items() if rating["start"] == "low"]
    rows = cells(certainty.loc[certainty["downgrade"].lt(0), ["question_id", "domain", "rule", "status"]])
    taken = [(key, (domain, status if status == "overridden" else rule)) for key, domain, rule, status in rows]
    return {key: tuple(domains) for key, domains in grouped([*started, *taken]).items()}


def _trials_by_weight(
    weights: pd.DataFrame, pooled: Mapping[Any, Mapping[Any, Any]]
) -> dict[Any, tuple[tuple[str, str, int], ...]]:
    """Return, by question, its trials, largest weight first, with the effect in words and the side it lies on."""
    ordered = weights.sort_values(["question_id", "weight_percent", "trial_id"], ascending=[True, False, True])
    shown = zip(cells(ordered[["question_id", "trial_id", "yi", "ci_low", "ci_high"]]), _sides(ordered), strict=True)
    found = grouped(
        (key, (trial, numbers.estimate(value, low, high, pooled[key]["measure"], level=pooled[key]["level"]), side))
        for (key, trial, value, low, high), side in shown
    )
    return {key: tuple(trials) for key, trials in found.items()}


def _short(weights: pd.DataFrame, rated: Mapping[Any, Mapping[Any, Any]]) -> dict[Any, frozenset[str]]:
    """Return, by question, the trials whose whole interval is short of an important difference either way."""
    rows = cells(weights[["question_id", "trial_id", "ci_low", "ci_high"]])
    found = grouped((key, trial) for key, trial, low, high in rows if all(short_of(low, high, rated[key]["mid"])))
    return {key: frozenset(trials) for key, trials in found.items()}


def _sides(table: pd.DataFrame) -> list[int]:
    """Return on which side of no difference the interval of each row lies."""
    return list(side_of_null(table["ci_low"].to_numpy(), table["ci_high"].to_numpy()).tolist())
