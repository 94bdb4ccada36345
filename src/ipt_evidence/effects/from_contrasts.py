"""Effect sizes from statistics that compare two arms: printed SMDs, t, F, mean differences and ratios."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.effects.rows import Candidates, NoEffectError, join_flags
from ipt_evidence.engine.effect_sizes.conversions import (
    se_from_ci,
    se_from_p,
    smd_from_f,
    smd_from_log_odds_ratio,
    smd_from_mean_difference_se,
    smd_from_p,
    smd_from_t,
)
from ipt_evidence.engine.effect_sizes.means import smd_variance
from ipt_evidence.errors import EffectSizeError
from ipt_evidence.extraction.pairs import oriented

RATIOS = {"odds_ratio": "logOR", "risk_ratio": "logRR", "hazard_ratio": "logHR"}

Row = Mapping[Any, Any]
"""One statistic, by column."""

Effect = tuple[str, str, str, float, float]
"""Measure, formula, evidence, value in favour of the first arm, variance."""


def from_contrasts(pairs: pd.DataFrame, contrasts: pd.DataFrame, sizes: pd.Series, event_good: pd.Series) -> Candidates:
    """Turn between-arm statistics into effects in favour of the arm given the therapy under review.

    Parameters
    ----------
    pairs : DataFrame
        From :func:`ipt_evidence.extraction.pairs.reviewed_pairs`; statistics of other pairs are passed over.
    contrasts : DataFrame
        The validated table.
    sizes : Series, indexed by (trial_id, arm_id)
        Numbers randomised, used and flagged where a statistic needs numbers and states none.
    event_good : Series, indexed by outcome
        True or False for outcomes that are events, missing for scales.
    """
    accepted: list[dict[str, Any]] = []
    refused: dict[str, list[Row]] = {}
    numbers, good = sizes.to_dict(), event_good.to_dict()
    for given in oriented(pairs, contrasts).to_dict("records"):
        row = _with_sizes(given, numbers)
        try:
            effects = _READERS[row["statistic"]](row, good)
        except NoEffectError as found:
            refused.setdefault(found.reason_id, []).append(row)
            continue
        except EffectSizeError:  # The engine refuses figures that cannot be.
            refused.setdefault("impossible_figures", []).append(row)
            continue
        if row["statistic"] == "mean_difference" and len(effects) == 1:
            # It stands in points of the scale only, and questions on scales are asked in SDs.
            refused.setdefault("no_numbers", []).append(row)
        accepted += [_found(row, *effect) for effect in effects]
    # Gathered first: a table for each row would take most of the time.
    candidates = Candidates()
    for reason_id, rows in refused.items():
        candidates.refuse(pd.DataFrame(rows), reason_id)
    if accepted:
        candidates.accepted.append(pd.DataFrame(accepted))
    return candidates


def _found(row: Row, measure: str, formula: str, evidence: str, value: float, variance: float) -> dict[str, Any]:
    found = {**row, "evidence": evidence, "measure": measure, "formula": formula, "yi": value, "vi": variance}
    if evidence == "converted":
        flags = join_flags(row["flags"], "converted_from_counts")
        found |= {"counted": row["outcome"], "outcome": "symptom_severity", "flags": flags}
    return found


def _with_sizes(row: Row, sizes: Mapping[Any, Any]) -> Row:
    """Fill numbers of people from the numbers randomised, flagged, where the statistic comes without."""
    if _given(row, "n1", "n2"):
        return row
    randomised = [sizes.get((row["trial_id"], row[arm])) for arm in ("arm1_id", "arm2_id")]
    if any(pd.isna(n) for n in randomised):
        return row
    flags = join_flags(row["flags"], "n_randomised_used")
    return {**row, "n1": randomised[0], "n2": randomised[1], "flags": flags}


def _sign(row: Row) -> float:
    """Return +1 if the printed magnitude favours the first arm, -1 if the second."""
    if row["favours"] not in (row["arm1_id"], row["arm2_id"]):
        raise NoEffectError("no_direction")
    return 1.0 if row["favours"] == row["arm1_id"] else -1.0


def _sizes_of(row: Row) -> tuple[float, float]:
    if not _given(row, "n1", "n2"):
        raise NoEffectError("no_numbers")
    return float(row["n1"]), float(row["n2"])


def _given(row: Row, *columns: str) -> bool:
    return all(pd.notna(row[column]) for column in columns)


def _needs_scale(row: Row, event_good: Mapping[Any, Any]) -> None:
    if pd.notna(event_good.get(row["outcome"])):
        raise NoEffectError("yes_no_outcome")


def _standard_error(row: Row, scale: Callable[[float], float] = float) -> float | None:
    """Return the printed standard error, else the one behind the printed interval; None if there is neither."""
    if _given(row, "se"):
        return float(row["se"])
    if _given(row, "ci_low", "ci_high"):
        return float(se_from_ci(scale(row["ci_low"]), scale(row["ci_high"]))[0])
    return None


def _smd(row: Row, event_good: Mapping[Any, Any]) -> list[Effect]:
    _needs_scale(row, event_good)
    if not _given(row, "value"):
        raise NoEffectError("no_value")
    value = _sign(row) * float(row["value"])
    error = _standard_error(row)
    if error is not None:
        return [("SMD", "SMD as printed, with its SE or CI", "contrast", value, error**2)]
    n1, n2 = _sizes_of(row)
    return [("SMD", "SMD as printed, variance from n", "contrast", value, float(smd_variance(value, n1, n2)))]


def _test(row: Row, event_good: Mapping[Any, Any]) -> list[Effect]:
    """Read a t or F(1, n-2) statistic, or the exact p value printed in its stead."""
    _needs_scale(row, event_good)
    sign, (n1, n2) = _sign(row), _sizes_of(row)
    if _given(row, "value"):
        result = (smd_from_t if row["statistic"] == "t" else smd_from_f)(abs(float(row["value"])), n1, n2)
        formula = f"SMD from {row['statistic']}"
    elif _given(row, "p_value"):
        result, formula = smd_from_p(float(row["p_value"]), n1, n2), "SMD from p"
    else:
        raise NoEffectError("no_statistic")
    return [("SMD", formula, "contrast", sign * float(result.values[0]), float(result.variances[0]))]


def _mean_difference(row: Row, event_good: Mapping[Any, Any]) -> list[Effect]:
    _needs_scale(row, event_good)
    if not _given(row, "value"):
        raise NoEffectError("no_value")
    value, error = _sign(row) * float(row["value"]), _standard_error(row)
    formula = "from its SE or CI"
    if error is None and _given(row, "p_value"):
        n1, n2 = _sizes_of(row)
        error, formula = float(se_from_p(value, row["p_value"], df=n1 + n2 - 2)[0]), "from its p value"
    if error is None:
        raise NoEffectError("no_error_of_difference")
    effects: list[Effect] = [("MD", f"mean difference, variance {formula}", "contrast", value, error**2)]
    if _given(row, "n1", "n2"):
        smd = smd_from_mean_difference_se(value, error, *_sizes_of(row))
        found = float(smd.values[0]), float(smd.variances[0])
        effects.append(("SMD", f"SMD of a mean difference, SD {formula}", "contrast", *found))
    return effects


def _ratio(row: Row, event_good: Mapping[Any, Any]) -> list[Effect]:
    if not _given(row, "value"):
        raise NoEffectError("no_value")
    good = row["event_good"] if _given(row, "event_good") else event_good.get(row["outcome"])
    if pd.isna(good):
        raise NoEffectError("event_not_told")
    printed = float(np.log(row["value"]))
    error, formula = _standard_error(row, np.log), "with its SE or CI"
    if error is None and _given(row, "p_value"):
        error, formula = float(se_from_p(printed, row["p_value"])[0]), "variance from its p value"
    if error is None:
        raise NoEffectError("no_error_of_ratio")
    towards_first = (1.0 if good else -1.0) * (-1.0 if row["turned"] else 1.0)
    value, measure = towards_first * printed, RATIOS[row["statistic"]]
    if pd.notna(event_good.get(row["outcome"])):
        return [(measure, f"{measure} as printed, {formula}", "contrast", value, error**2)]
    if measure != "logOR":
        raise NoEffectError("ratio_of_scale")
    smd = smd_from_log_odds_ratio(value, error**2)
    return [("SMD", "SMD from log OR (logit)", "converted", float(smd.values[0]), float(smd.variances[0]))]


_READERS: dict[str, Callable[[Row, Mapping[Any, Any]], list[Effect]]] = {
    "smd": _smd,
    "t": _test,
    "F1": _test,
    "mean_difference": _mean_difference,
    **dict.fromkeys(RATIOS, _ratio),
}
