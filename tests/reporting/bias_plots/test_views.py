"""Risk of bias on pages, from tables as the pipeline leaves them."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ipt_evidence.appraisal.risk_of_bias import ROB1_ITEMS, assess, risk_table
from ipt_evidence.extraction import rob2
from ipt_evidence.reporting.bias_plots.views import SHEET, WeightedPlots, bias_section

RAISED = dict.fromkeys(rob2.DOMAINS, "low") | {"overall": "high"}


def judged(trial, tool, said, instrument=None):
    rows = [(trial, tool, instrument, domain, judgement) for domain, judgement in said.items()]
    return pd.DataFrame(rows, columns=["trial_id", "tool", "instrument", "domain", "judgement"])


def review(assessments, trials, used=(), weights=()):
    return SimpleNamespace(
        tables={
            "trial_risk": risk_table(assess(assessments), trials),
            "selections": pd.DataFrame(
                [(*row, True) for row in used], columns=["question_id", "trial_id", "instrument", "used"]
            ).astype({"used": bool}),
            "synthesis_weights": pd.DataFrame(weights, columns=["question_id", "trial_id", "weight_percent"]),
        }
    )


def labelled(*trials):
    return pd.DataFrame({"trial_id": trials, "label": [f"Trial {name.upper()}" for name in trials]})


BOTH = pd.concat([judged("b", "RoB2", RAISED), judged("a", "RoB1", dict.fromkeys(ROB1_ITEMS, "low"), "BDI")])


def test_each_tool_has_its_plot_and_trials_nobody_assessed_are_named():
    section = bias_section(review(BOTH, ["a", "b", "c"]), labelled("a", "b", "c"))
    rob_2, rob_1 = section.plots
    assert ("Trial B" in rob_2, "Trial A" in rob_2, "Randomisation" in rob_2) == (True, False, True)
    assert ("Trial A" in rob_1, "BDI" in rob_1, "Sequence" in rob_1) == (True, True, True)
    assert section.unassessed == ("Trial C",)


def test_a_judgement_that_is_not_the_algorithms_has_a_remark():
    section = bias_section(review(BOTH, ["a", "b"]), labelled("a", "b"))
    assert section.remarks == (("Trial B", "Overall: The assessors judged high, the algorithm gives low."),)


def test_only_the_trials_of_the_page_are_shown():
    section = bias_section(review(BOTH, ["a", "b", "c"]), labelled("a"))
    assert (len(section.plots), section.unassessed, section.remarks) == (1, (), ())


def test_a_page_without_judgement_has_no_plot():
    section = bias_section(review(BOTH.iloc[:0], ["a"]), labelled("a"))
    assert (section.plots, section.unassessed) == ((), ("Trial A",))


@pytest.mark.parametrize(("trials", "sheets"), [(SHEET, 1), (SHEET + 1, 2), (2 * SHEET + 1, 3)])
def test_long_lists_come_on_sheets_of_like_length(trials, sheets):
    names = [f"t{place:03}" for place in range(trials)]
    section = bias_section(review(pd.concat([judged(name, "RoB2", RAISED) for name in names]), names), labelled(*names))
    counts = [sum(f"Trial {name.upper()}<" in plot for name in names) for plot in section.plots]
    assert (len(counts), sum(counts)) == (sheets, trials)
    assert max(counts) - min(counts) <= sheets - 1


def test_names_stay_text():
    trials = labelled("a").assign(label="<script>alert(1)</script>")
    (plot,) = bias_section(review(judged("a", "RoB2", RAISED), ["a"]), trials).plots
    assert "<script>" not in plot


USED = [("q", "a", "BDI"), ("q", "b", "BDI"), ("q", "c", "BDI"), ("none", "c", "BDI")]
WEIGHTS = [("q", "a", 50.0), ("q", "b", 30.0), ("q", "c", 20.0), ("none", "c", 100.0)]


def test_the_bars_share_the_weight_of_an_answer_overall_and_by_domain():
    bars = WeightedPlots(review(BOTH, ["a", "b", "c"], USED, WEIGHTS)).bars("q")
    assert bars[0].shares == {"low": 50.0, "high": 30.0, "unknown": 20.0}
    assert [bar.group for bar in bars] == ["", *["By domain of RoB 2"] * 5, *["By domain of RoB 1"] * 4]
    assert bars[1].shares == {"low": 30.0, "unknown": 70.0}
    assert bars[-1].shares == {"low": 50.0, "unknown": 50.0}
    assert all(sum(bar.shares.values()) == pytest.approx(100) for bar in bars)


def test_an_answer_from_trials_nobody_assessed_has_no_bars():
    plots = WeightedPlots(review(BOTH, ["a", "b", "c"], USED, WEIGHTS))
    assert plots.plot("none") is None
    assert "All trials, overall: 50% low, 30% high, 20% not assessed." in plots.plot("q")
