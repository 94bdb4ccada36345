"""Effect sizes from what was reported arm by arm: means of scales and counts of people."""

import numpy as np
import pandas as pd

from ipt_evidence.effects.rows import Candidates, join_flags
from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.effect_sizes.binary import log_odds_ratio, log_risk_ratio, risk_difference
from ipt_evidence.engine.effect_sizes.conversions import smd_from_log_odds_ratio
from ipt_evidence.engine.effect_sizes.means import hedges_g, mean_difference
from ipt_evidence.extraction.pairs import CONVERTIBLE


def from_means(measured: pd.DataFrame) -> Candidates:
    """Hedges' g and the mean difference of endpoint means and of means of change from baseline."""
    rows = measured[measured["measure"].isin(["continuous", "change"])].copy()
    figures = _figures(rows, ("mean1", "sd1", "n1", "mean2", "sd2", "n2"))
    complete = np.isfinite(figures).all(axis=0) & (figures[2] > 1) & (figures[5] > 1)
    candidates = Candidates()
    candidates.refuse(rows[~complete], "incomplete_means")
    rows, figures = rows[complete], figures[:, complete]
    sign = np.where(rows["lower_is_better1"].to_numpy(bool), -1.0, 1.0)
    change = rows["measure"].eq("change").to_numpy()
    rows = _of_both(rows, change, "change_scores").assign(evidence=np.where(change, "change", "endpoint"))
    for measure, function in (("SMD", hedges_g), ("MD", mean_difference)):
        result = function(*figures)
        formula = np.where(change, f"{measure} of change scores", f"{measure} of endpoint means")
        candidates.accept(rows, measure=measure, formula=formula, yi=sign * result.values, vi=result.variances)
    return candidates


def from_counts(measured: pd.DataFrame, event_good: pd.Series) -> Candidates:
    """Log odds ratio, log risk ratio, risk difference, and the odds ratio carried over to the SMD scale.

    Parameters
    ----------
    measured : DataFrame
        From :func:`measured_pairs`.
    event_good : Series of bool, indexed by outcome
        Whether the event counted is good for the person; where it is not, the sign of the effect is turned.
    """
    rows = measured[measured["measure"].eq("binary")].copy()
    counts = events1, total1, events2, total2 = _figures(rows, ("events1", "total1", "events2", "total2"))
    candidates = Candidates()
    none, everyone = (events1 == 0) & (events2 == 0), (events1 == total1) & (events2 == total2)
    candidates.refuse(rows[none], "no_event")
    candidates.refuse(rows[everyone], "all_events")
    # Where no ratio can be formed there still is a difference: next to none, and known as well as the arms are large.
    ratio = ~(none | everyone)
    sign = np.where(rows["outcome"].map(event_good).to_numpy(bool), 1.0, -1.0)
    zero = (events1 == 0) | (events2 == 0) | (events1 == total1) | (events2 == total2)
    rows = _of_both(rows, zero, "zero_cell_corrected").assign(n1=total1, n2=total2, evidence="counts")
    odds = log_odds_ratio(*counts)
    for measure, result, formed in (
        ("logOR", odds, ratio),
        ("logRR", log_risk_ratio(*counts), ratio),
        ("RD", risk_difference(*counts), np.ones_like(ratio)),
    ):
        yi, vi = (sign * result.values)[formed], result.variances[formed]
        candidates.accept(rows[formed], measure=measure, formula=f"{measure} of counts", yi=yi, vi=vi)
    _convert(candidates, rows[ratio], (sign * odds.values)[ratio], odds.variances[ratio])
    return candidates


def _figures(rows: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    """Return some columns as an array, a row each, NaN where a cell is empty."""
    return np.array([rows[name].to_numpy(float, na_value=np.nan) for name in names])


def _of_both(rows: pd.DataFrame, marked: Bools, flag: str) -> pd.DataFrame:
    """Give rows the flags of both arms, with one more where they are marked, and the source of the first."""
    cells = zip(rows["flags1"], rows["flags2"], marked, strict=True)
    flags = [join_flags(first, second, flag if one else "") for first, second, one in cells]
    return rows.assign(flags=flags, source_id=rows["source_id1"])


def _convert(candidates: Candidates, rows: pd.DataFrame, values: np.ndarray, variances: np.ndarray) -> None:
    """Add the log odds ratios of :data:`CONVERTIBLE` counts as SMDs of symptom severity, flagged."""
    chosen = (rows["outcome"].isin(CONVERTIBLE) & rows["domain"].eq("target")).to_numpy(bool)
    smd = smd_from_log_odds_ratio(values[chosen], variances[chosen])
    source = rows[chosen]
    converted = source.assign(
        counted=source["outcome"],
        outcome="symptom_severity",
        evidence="converted",
        flags=[join_flags(flags, "converted_from_counts") for flags in source["flags"]],
    )
    candidates.accept(converted, measure="SMD", formula="SMD from log OR (logit)", yi=smd.values, vi=smd.variances)
