"""From effect sizes to pooled answers, question by question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from ipt_evidence.effects.rows import EFFECT_COLUMNS, NUMBERS, REFUSED_COLUMNS, as_effects
from ipt_evidence.synthesis.fates import fates_of
from ipt_evidence.synthesis.influential import GOSH_COLUMNS, INFLUENCE_COLUMNS, influence_rows
from ipt_evidence.synthesis.selection import COMPARED, QUESTION_KEYS, select
from ipt_evidence.synthesis.sensitivity import (
    BESIDE_RATIOS,
    SENSITIVITY_COLUMNS,
    CountsBeside,
    report_rows,
    sensitivity_rows,
)
from ipt_evidence.synthesis.small_study import SMALL_STUDY_COLUMNS, small_study_rows
from ipt_evidence.synthesis.specifications import LAYOUT_COLUMNS, VERSION_COLUMNS, Layout, lay_out
from ipt_evidence.synthesis.trials import TRIAL_COLUMNS, Choices, EffectsByTrial, pool_trials
from ipt_evidence.words.vocabulary import Vocabulary

SYNTHESIS_COLUMNS = [
    "question_id", *QUESTION_KEYS, "model", "k", "n_effects", "n_participants", "k_without_n", "k_randomised",
    "estimate", "se",
    "ci_low", "ci_high", "statistic", "p_value", "pi_low", "pi_high", "tau2", "tau2_low", "tau2_high",
    "i2", "i2_low", "i2_high", "h2", "q", "q_df", "q_p_value", "method", "interval", "level",
]  # fmt: skip

WEIGHT_COLUMNS = ["question_id", *TRIAL_COLUMNS, "weight_percent"]

SELECTION_COLUMNS = [
    *EFFECT_COLUMNS, "question_id", "reason_id", "doubt_id", "outranked_by", "used", "question_condition",
]  # fmt: skip

MATCHED = [*COMPARED, "measure"]
"""What an effect and its question have in common to the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to a set of questions; the attributes are the names of the tables they become (see the schemas).

    ``multiverse`` is a table that ratings complete, ``versions`` holds the effects of trials that it rests on.
    """

    syntheses: pd.DataFrame
    synthesis_weights: pd.DataFrame
    sensitivity: pd.DataFrame
    selections: pd.DataFrame
    fates: pd.DataFrame
    small_study: pd.DataFrame
    influence: pd.DataFrame
    gosh: pd.DataFrame
    multiverse: pd.DataFrame
    versions: pd.DataFrame


def answer_questions(
    questions: pd.DataFrame,
    effects: pd.DataFrame,
    not_computed: pd.DataFrame,
    reports: pd.DataFrame,
    vocabulary: Vocabulary,
    *,
    synthesis: Mapping[str, Any],
    sensitivity: Mapping[str, Any],
    multiverse: Mapping[str, Any],
) -> Answers:
    """Answer every question with the primary model, under its variants and under every combination of choices.

    Parameters
    ----------
    questions : DataFrame
        Rows of the review plan.
    effects, not_computed : DataFrame
        Effect sizes, and results from which none follows, of all conditions the questions need; may be without rows,
        even without columns.
    reports : DataFrame
        ``excluded_reports.csv``.
    vocabulary : Vocabulary
        Tells which conditions a parent pools and which domain answers an outcome.
    synthesis, sensitivity, multiverse : mapping
        The sections of that name of the configuration.

    Raises
    ------
    SynthesisError
        If the effects of a trial cannot be combined, or those of a question not be pooled.
    """
    pooling = _Pooling(as_effects(effects), vocabulary, synthesis, sensitivity, multiverse)
    answered = [pooling.answer(question) for _, question in questions.iterrows()]
    selections = _stacked([one.selection for one in answered], SELECTION_COLUMNS)
    return Answers(
        syntheses=pd.DataFrame([one.synthesis for one in answered], columns=SYNTHESIS_COLUMNS),
        synthesis_weights=_stacked([one.weights for one in answered], WEIGHT_COLUMNS),
        sensitivity=pd.DataFrame([row for one in answered for row in one.variants], columns=SENSITIVITY_COLUMNS),
        selections=selections,
        fates=fates_of(questions, selections, not_computed.reindex(columns=REFUSED_COLUMNS), reports, vocabulary),
        small_study=pd.DataFrame([row for one in answered for row in one.small_study], columns=SMALL_STUDY_COLUMNS),
        influence=pd.DataFrame([row for one in answered for row in one.influence], columns=INFLUENCE_COLUMNS),
        gosh=pd.DataFrame([row for one in answered for row in one.gosh], columns=GOSH_COLUMNS),
        multiverse=_stacked([one.layout.specifications for one in answered], LAYOUT_COLUMNS),
        versions=_stacked([one.layout.versions for one in answered], VERSION_COLUMNS),
    )


def _stacked(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Set tables of one kind under one another; those without rows have no say in the types."""
    filled = [table for table in tables if len(table)] or [pd.DataFrame(columns=columns)]
    return pd.concat(filled, ignore_index=True)[columns]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Answer:
    """What one question adds to each table of :class:`Answers`."""

    synthesis: dict[str, object]
    weights: pd.DataFrame
    variants: list[dict[str, object]]
    selection: pd.DataFrame
    small_study: list[dict[str, object]]
    influence: list[dict[str, object]]
    gosh: list[dict[str, object]]
    layout: Layout


class _Pooling:
    """The effects, sorted once for any number of questions, and how they are pooled."""

    def __init__(
        self,
        effects: pd.DataFrame,
        vocabulary: Vocabulary,
        synthesis: Mapping[str, Any],
        sensitivity: Mapping[str, Any],
        multiverse: Mapping[str, Any],
    ) -> None:
        # As objects: hundreds of selections take rows of them, and columns of text are then one table, not many arrays.
        text = [name for name in effects.columns if name not in NUMBERS]
        self._effects, self._vocabulary = effects.astype(dict.fromkeys(text, object)), vocabulary
        self._sensitivity, self._multiverse = sensitivity, multiverse
        self._choices = Choices.of(synthesis)
        self._order, self._excluded = list(synthesis["evidence_order"]), frozenset(synthesis["excluded_reports"])
        self._domains = dict(zip(vocabulary.outcomes["outcome"], vocabulary.outcomes["domain"], strict=True))
        self._matching = dict(iter(self._effects.groupby(MATCHED)))
        self._beside = CountsBeside(self._effects[effects["measure"].isin(BESIDE_RATIOS)])

    def _selection(self, question: pd.Series, **changed: str) -> Callable[..., pd.DataFrame]:
        """Return what selects the effects of a question, or of one that differs from it in what is ``changed``."""
        asked = pd.Series({**question, **changed})
        near = self._matching.get(tuple(asked[key] for key in MATCHED), self._effects.iloc[:0])
        members = self._vocabulary.members_of(asked["condition"])
        return partial(select, asked, near, members, self._domains[asked["outcome"]], self._order)

    def answer(self, question: pd.Series) -> _Answer:
        """Answer one question."""
        identity, choices = question["question_id"], self._choices
        choose = self._selection(question)
        found = choose(excluded_reports=self._excluded)
        counted = (found["used"] & found["evidence"].eq("counts")).any()
        differences = self._selection(question, measure="RD")(excluded_reports=self._excluded) if counted else found[:0]
        grouped = EffectsByTrial(found[found["used"]])
        trials = grouped.combine(choices.rho)
        answer, shares = pool_trials(trials, choices)
        influence, gosh = influence_rows(identity, trials, choices)
        weights = trials.table(choices.level).assign(question_id=identity, weight_percent=shares)
        return _Answer(
            synthesis={**{key: question[key] for key in QUESTION_KEYS}, "question_id": identity, **answer},
            weights=weights,
            variants=[
                *sensitivity_rows(
                    question, grouped, self._beside, differences[differences["used"]], choices, **self._sensitivity
                ),
                *report_rows(question, found, choose, self._excluded, choices),
            ],
            selection=found.assign(question_condition=question["condition"]),
            small_study=small_study_rows(
                identity, trials.effects, trials.variances, level=choices.level, people=weights["n1"] + weights["n2"]
            ),
            influence=influence,
            gosh=gosh,
            layout=lay_out(identity, grouped, self._multiverse, level=choices.level),
        )
