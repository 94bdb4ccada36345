"""The answer to a question of the plan under choices of one's own, by the rules of the review."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.analysis.loading import EvidenceTables
from ipt_evidence.effects.rows import as_effects
from ipt_evidence.errors import EvidenceError, SynthesisError
from ipt_evidence.synthesis.selection import select
from ipt_evidence.synthesis.trials import Choices, EffectsByTrial, deciding_row, pool_trials
from ipt_evidence.words import labels
from ipt_evidence.words.vocabulary import nearest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """A question answered under some choices.

    Attributes
    ----------
    question_id, measure : str
        The question, and the measure of its effects.
    sides : (str, str)
        What a positive effect favours, and a negative one, in words.
    mid : float
        Smallest difference that matters, on the scale of the effects; NaN if the measure has none.
    level : float
        Coverage of the intervals.
    figures : mapping of str to Any
        The pooled answer by the names of ``syntheses``: ``k``, ``estimate``, ``ci_low``, ``ci_high``, ``pi_low``,
        ``pi_high``, ``tau2``, ``i2``, ... Of few trials by what decides for them; ``interval`` says what that is.
    trials : DataFrame
        One row per trial: ``trial_id``, ``label``, ``year``, ``arms`` (treatments in words), ``yi``, ``vi``,
        ``ci_low``, ``ci_high``, ``n1``, ``n2``, ``weight_percent``, ``risk``.
    selection : DataFrame
        Every effect on the question: ``used``, and the ``reason_id`` of those that are not.
    """

    question_id: str
    measure: str
    sides: tuple[str, str]
    mid: float
    level: float
    figures: Mapping[str, Any]
    trials: pd.DataFrame
    selection: pd.DataFrame


def answer(
    evidence: EvidenceTables, question_id: str, *, effects: pd.DataFrame | None = None, **choices: Any
) -> Answered:
    """Answer a question of the plan again.

    Without ``effects`` and ``choices`` it gives what the reports say: the same effects chosen by the same rules, one
    effect per trial, the same model.

    Parameters
    ----------
    evidence : EvidenceTables
        From :func:`ipt_evidence.load`.
    question_id : str
        A question of the plan.
    effects : DataFrame, optional
        Effects to choose from, as in ``effect_sizes``, in the place of those of the review.
    **choices
        Settings of the section ``synthesis`` of the configuration to change: ``method``, ``interval``, ``level``,
        ``few_trials``, ``prior_scale``, ``rho``, ``evidence_order``, ``excluded_reports``. See
        :func:`ipt_evidence.synthesis.pool` for the first three.

    Raises
    ------
    EvidenceError
        If the plan has no such question, or the configuration no such setting.
    SynthesisError
        If no effect answers the question, or effects cannot be combined or pooled as asked.
    """
    settings = evidence.settings["synthesis"]
    if strange := [name for name in choices if name not in settings]:
        raise EvidenceError(f"'{strange[0]}' is no setting of synthesis; {nearest(strange[0], settings)}")
    chosen = settings | choices
    model = Choices.of(chosen)
    question = evidence.question(question_id)
    selection = _selection(evidence, question, evidence["effect_sizes"] if effects is None else effects, chosen)
    used = EffectsByTrial(selection[selection["used"]])
    if not len(used.names):
        raise SynthesisError(
            f"no effect answers '{question_id}' under these choices; `fates` says what became of trials"
        )
    trials = used.combine(model.rho)
    _, shares = pool_trials(trials, model)
    table = trials.table(model.level).assign(weight_percent=shares)
    return Answered(
        question_id=question_id,
        measure=question["measure"],
        sides=evidence.labels.sides(question["intervention"], question["comparator"]),
        # The smallest important difference that the rating of the question goes by.
        mid=float(evidence["ratings"].set_index("question_id")["mid"].get(question_id, float("nan"))),
        level=model.level,
        figures=deciding_row(trials, model),
        trials=_named(evidence, table, selection[selection["used"]]),
        selection=selection,
    )


def _selection(
    evidence: EvidenceTables, question: pd.Series, effects: pd.DataFrame, chosen: Mapping[str, Any]
) -> pd.DataFrame:
    words = evidence.vocabulary
    near = effects[effects["outcome"].eq(question["outcome"]) & effects["measure"].eq(question["measure"])]
    domain = dict(zip(words.outcomes["outcome"], words.outcomes["domain"], strict=True))[question["outcome"]]
    return select(
        question, as_effects(near), words.members_of(question["condition"]), domain, list(chosen["evidence_order"]),
        excluded_reports=frozenset(chosen["excluded_reports"]),
    )  # fmt: skip


def _named(evidence: EvidenceTables, trials: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Join to trials what they are called and what their arms were given; in the order of a forest plot."""
    arms = evidence["arms"]
    treatment = dict(zip(zip(arms["trial_id"], arms["arm_id"], strict=True), arms["treatment"], strict=True))
    given: dict[str, list[dict[str, None]]] = {}
    for trial, *sides in used[["trial_id", "arm1_id", "arm2_id"]].itertuples(index=False, name=None):
        mine = given.setdefault(trial, [{}, {}])
        for side, arm in zip(mine, sides, strict=True):
            side[evidence.labels.treatments.get(treatment.get((trial, arm), ""), arm)] = None
    words = [labels.capital(" v ".join(", ".join(side) for side in given[trial])) for trial in trials["trial_id"]]
    return evidence.labelled(trials.assign(arms=words), str(used["question_id"].iloc[0])).sort_values(
        ["year", "label"], ignore_index=True
    )


FIGURES = ("k", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2")
"""What a comparison of answers shows of each."""


def compared(found: Mapping[str, Answered]) -> pd.DataFrame:
    """Set answers under one another: one row each by its name, :data:`FIGURES` and ``interval``.

    A figure that an answer does not have, as tau2 of a single trial, is NaN.
    """
    rows = [[one.figures.get(name, float("nan")) for name in (*FIGURES, "interval")] for one in found.values()]
    table = pd.DataFrame(rows, columns=[*FIGURES, "interval"], index=pd.Index(found, name="choice"))
    return table.astype(dict.fromkeys(FIGURES[1:], float))
