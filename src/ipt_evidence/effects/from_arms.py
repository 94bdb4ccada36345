"""Effect sizes from what was reported arm by arm: means of scales and counts of people."""

import numpy as np
import pandas as pd

from ipt_evidence.effects.rows import Candidates, join_flags
from ipt_evidence.engine.effect_sizes.binary import log_odds_ratio, log_risk_ratio, risk_difference
from ipt_evidence.engine.effect_sizes.conversions import smd_from_log_odds_ratio
from ipt_evidence.engine.effect_sizes.means import hedges_g, mean_difference
from ipt_evidence.extraction.pairs import CONVERTIBLE


def from_means(measured: pd.DataFrame) -> Candidates:
    """Hedges' g and the mean difference of endpoint means and of means of change from baseline."""
    rows = measured[measured["measure"].isin(["continuous", "change"])].copy()
    number = {
        name: rows[name].to_numpy(float, na_value=np.nan) for name in ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
    }
    complete = np.all([np.isfinite(values) for values in number.values()], axis=0)
    complete &= (number["n1"] > 1) & (number["n2"] > 1)
    candidates = Candidates()
    candidates.refuse(rows[~complete], "incomplete_means")
    rows, number = rows[complete], {name: values[complete] for name, values in number.items()}
    sign = np.where(rows["lower_is_better1"].to_numpy(bool), -1.0, 1.0)
    change = rows["measure"].eq("change")
    rows = rows.assign(
        evidence=np.where(change, "change", "endpoint"),
        flags=[
            join_flags(a, b, "change_scores" if c else "")
            for a, b, c in zip(rows["flags1"], rows["flags2"], change, strict=True)
        ],
        source_id=rows["source_id1"],
    )
    for measure, function in (("SMD", hedges_g), ("MD", mean_difference)):
        result = function(*number.values())
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
    events1, total1, events2, total2 = (
        rows[c].to_numpy(float, na_value=np.nan) for c in ("events1", "total1", "events2", "total2")
    )
    candidates = Candidates()
    none, everyone = (events1 == 0) & (events2 == 0), (events1 == total1) & (events2 == total2)
    candidates.refuse(rows[none], "no_event")
    candidates.refuse(rows[everyone], "all_events")
    # Where no ratio can be formed there still is a difference: next to none, and known as well as the arms are large.
    ratio = ~(none | everyone)
    counts = (events1, total1, events2, total2)
    sign = np.where(rows["outcome"].map(event_good).to_numpy(bool), 1.0, -1.0)
    zero = (counts[0] == 0) | (counts[2] == 0) | (counts[0] == counts[1]) | (counts[2] == counts[3])
    rows = rows.assign(
        n1=counts[1],
        n2=counts[3],
        evidence="counts",
        flags=[
            join_flags(a, b, "zero_cell_corrected" if z else "")
            for a, b, z in zip(rows["flags1"], rows["flags2"], zero, strict=True)
        ],
        source_id=rows["source_id1"],
    )
    odds = log_odds_ratio(*counts)
    for measure, result, formed in (
        ("logOR", odds, ratio),
        ("logRR", log_risk_ratio(*counts), ratio),
        ("RD", risk_difference(*counts), np.ones_like(ratio)),
    ):
        candidates.accept(
            rows[formed],
            measure=measure,
            formula=f"{measure} of counts",
            yi=(sign * result.values)[formed],
            vi=result.variances[formed],
        )
    _convert(candidates, rows[ratio], (sign * odds.values)[ratio], odds.variances[ratio])
    return candidates


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
