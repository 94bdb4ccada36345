"""The small-study methods side by side: whether smaller trials show more, and what is left without that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ipt_evidence.engine.small_study.asymmetry import EggerTest, RankTest, egger_test, rank_test
from ipt_evidence.engine.small_study.limit_meta_analysis import LimitMetaAnalysis, limit_meta_analysis
from ipt_evidence.engine.small_study.pet_peese import PetPeese, pet_peese
from ipt_evidence.engine.small_study.selection_models import SelectionModel, selection_model
from ipt_evidence.engine.small_study.trim_and_fill import TrimAndFill, trim_and_fill
from ipt_evidence.engine.small_study.weighted_line import HeldCoefficient
from ipt_evidence.errors import SynthesisError

ENOUGH = 10
"""Trials below which these methods have next to no power (Sterne et al. 2011)."""

SMALL_STUDY_COLUMNS = ["question_id", "method", "k", "statistic", "p_value", "estimate", "ci_low", "ci_high", "note"]


ADJUSTED = ("trim_and_fill", "pet_peese", "selection_model")
"""The methods whose averages ratings go by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """What ratings go by of what the methods find.

    Attributes
    ----------
    egger_intercept, egger_p_value : float
        Egger's test: effect per unit of standard error.
    adjusted : mapping of str to float
        The adjusted averages by the name of their method; without the selection model where it cannot be fitted.
    """

    egger_intercept: float
    egger_p_value: float
    adjusted: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallStudyMethods:
    """What the methods that ratings go by find.

    Attributes
    ----------
    k : int
        Number of trials.
    egger : EggerTest
        Test for asymmetry.
    trim_and_fill, pet_peese : TrimAndFill, PetPeese
        Averages adjusted for asymmetry.
    selection : SelectionModel or None
        Average adjusted for selection by p value; None where the model cannot be fitted.
    why_no_selection : str
        Why it cannot; empty if it can.
    """

    k: int
    egger: EggerTest
    trim_and_fill: TrimAndFill
    pet_peese: PetPeese
    selection: SelectionModel | None
    why_no_selection: str

    @property
    def asymmetry(self) -> Asymmetry:
        """What ratings go by."""
        averages = (self.trim_and_fill, self.chosen, self.selection)
        adjusted = {name: found.estimate for name, found in zip(ADJUSTED, averages, strict=True) if found is not None}
        return Asymmetry(egger_intercept=self.egger.intercept, egger_p_value=self.egger.p_value, adjusted=adjusted)

    @property
    def chosen(self) -> HeldCoefficient:
        """The one of PET and PEESE that their rule chooses."""
        return self.pet_peese.peese if self.pet_peese.chosen == "peese" else self.pet_peese.pet


def small_study_methods(effects: ArrayLike, variances: ArrayLike, *, level: float = 0.95) -> SmallStudyMethods:
    """Apply the methods that ratings go by to the same trials.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials of different precision; below ten the results
        mean next to nothing.
    level : float
        Coverage of the intervals.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3 or all variances are equal.
    """
    egger = egger_test(effects, variances, level=level)
    selection, why = None, ""
    try:
        selection = selection_model(effects, variances, level=level)
    except SynthesisError as problem:
        why = str(problem)
    return SmallStudyMethods(
        k=egger.k, egger=egger, trim_and_fill=trim_and_fill(effects, variances, level=level),
        pet_peese=pet_peese(effects, variances, level=level), selection=selection, why_no_selection=why,
    )  # fmt: skip


def small_study_rows(
    question_id: str, effects: ArrayLike, variances: ArrayLike, *, level: float, people: ArrayLike = float("nan")
) -> list[dict[str, object]]:
    """Lay the methods out for one question; where there are none, with fewer than ten trials say, one row says why.

    ``people`` are those in each trial; NaN where that is not known.

    Returns
    -------
    list of dict
        The columns of ``small_study.csv``; tests have a statistic, adjusted averages an estimate with interval.
    """
    k = len(effects)  # type: ignore[arg-type]
    if k < ENOUGH:
        note = f"fewer than {ENOUGH} trials: these methods would have next to no power"
        return [{"question_id": question_id, "method": "none", "k": k, "note": note}]
    if of_one_size(people):
        note = "trials of one size have no funnel: the less precise are those with the larger effects"
        return [{"question_id": question_id, "method": "none", "k": k, "note": note}]
    try:
        rank, limit = rank_test(effects, variances), limit_meta_analysis(effects, variances, level=level)
        rows = _rows(small_study_methods(effects, variances, level=level), rank, limit)
    except SynthesisError as problem:  # Trials of one size have no funnel to look at; their average stands.
        rows = [{"method": "none", "k": k, "note": f"not tried: {problem}"}]
    return [{"question_id": question_id, **row} for row in rows]


def of_one_size(people: ArrayLike) -> bool:
    """Tell whether trials are known to be of one size: what their precision differs by is then the size of effects."""
    return bool(np.ptp(np.asarray(people, dtype=float)) == 0)


def asymmetries(rows: pd.DataFrame) -> dict[str, Asymmetry]:
    """Return what ratings go by, by question, of ``small_study.csv``; questions without the methods are absent."""
    by_question: dict[str, dict[str, dict[Any, Any]]] = {}
    for row in rows.to_dict("records"):
        by_question.setdefault(row["question_id"], {})[row["method"]] = row
    return {
        name: Asymmetry(
            egger_intercept=float(methods["egger"]["statistic"]),
            egger_p_value=float(methods["egger"]["p_value"]),
            adjusted={one: float(methods[one]["estimate"]) for one in ADJUSTED if pd.notna(methods[one]["estimate"])},
        )
        for name, methods in by_question.items()
        if "egger" in methods
    }


def _rows(found: SmallStudyMethods, rank: RankTest, limit: LimitMetaAnalysis) -> list[dict[str, object]]:
    filled, selection = found.trim_and_fill, found.selection
    # Where trials agree better than sampling error lets them, by chance: the published test takes that as certain.
    nearer = "; trials lie nearer the line than sampling error lets them on average"
    line = f"{nearer}, which the p-value takes as certain" if found.egger.dispersion < 1 else ""
    chosen = f"{found.pet_peese.chosen.upper()} chosen"
    if found.chosen.held_at_sampling:
        chosen += f"{nearer}: the interval goes by sampling error"
    rows: list[dict[str, object]] = [
        {"method": "egger", "statistic": found.egger.intercept, "p_value": found.egger.p_value,
         "note": f"effect per unit of standard error{line}"},
        {"method": "rank", "statistic": rank.tau, "p_value": rank.p_value, "note": "Kendall's tau"},
        {"method": "trim_and_fill", **_average(filled), "note": f"{filled.k_filled} trials added on the {filled.side}"},
        {"method": "pet_peese", **_average(found.chosen), "note": chosen},
        {"method": "limit_meta_analysis", **_average(limit), "note": ""},
    ]  # fmt: skip
    if selection is None:
        rows.append({"method": "selection_model", "note": f"not fitted: {found.why_no_selection}"})
    else:
        weight = f"relative chance of publication without significance {selection.weights[1]:.2g}"
        if selection.at_bound:  # The interval is then too short: that of the profile likelihood may be twice as long.
            weight += "; heterogeneity held at 0, which the interval takes as certain"
        rows.append({"method": "selection_model", "statistic": selection.lr_statistic, **_average(selection),
                     "p_value": selection.lr_p_value, "note": weight})  # fmt: skip
    return [{**row, "k": found.k} for row in rows]


def _average(found: TrimAndFill | HeldCoefficient | LimitMetaAnalysis | SelectionModel) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("estimate", "ci_low", "ci_high", "p_value")}
