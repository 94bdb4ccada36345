from dataclasses import asdict
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.analysis import answer, effect_axis, forest_of, forest_plot, network_contrasts, network_plot
from ipt_evidence.errors import EvidenceError, SynthesisError
from ipt_evidence.synthesis import pool


@pytest.fixture
def trials():
    effects, half = np.array([0.2, 0.5, 0.9]), 0.3
    names = ["A 2001", "<b>B</b> & co", "C 2003"]
    return pd.DataFrame({"label": names, "yi": effects, "ci_low": effects - half, "ci_high": effects + half})


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_table_of_ones_own_becomes_a_forest_plot(trials):
    pooled = pool(trials["yi"], [0.02] * 3)
    picture = forest_plot(trials, asdict(pooled), sides=("therapy", "usual care"), mid=0.24)
    assert {"A 2001", "<b>B</b> & co", "Average of 3 trials", "favours usual care", "0.20 (−0.10 to 0.50)"} <= set(
        texts(picture.svg)
    )
    assert "A 2001: 0.20 (−0.10 to 0.50)" in picture.description
    assert picture == forest_plot(trials, asdict(pooled), sides=("therapy", "usual care"), mid=0.24)


def test_a_picture_is_shown_and_saved_as_it_is(trials, tmp_path):
    picture = forest_plot(trials)
    shown = picture._repr_mimebundle_()
    assert shown == {"image/svg+xml": picture.svg, "text/plain": picture.description}
    picture.save(tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8") == f"{picture.svg}\n"


@pytest.mark.parametrize(
    ("change", "choice", "message"),
    [
        (
            lambda t: t.drop(columns="ci_low"),
            {},
            "the table has no column ci_low; a plot of it needs label, yi, ci_low",
        ),
        (lambda t: t.iloc[:0], {}, "the table has no rows: there is nothing to draw"),
        (lambda t: t, {"measure": "d"}, "there is no measure 'd'; the measures are SMD, MD, logOR"),
        (lambda t: t.assign(risk="huge"), {}, "there is no risk of bias 'huge'; the risks are low, some_concerns"),
    ],
)
def test_what_cannot_be_drawn_is_refused(trials, change, choice, message):
    with pytest.raises(EvidenceError) as caught:
        forest_plot(change(trials), **choice)
    assert str(caught.value).startswith(message)


def test_an_answer_is_drawn_with_the_words_of_its_review(tables):
    found = forest_of(answer(tables, tables.most_studied(measure="SMD")))
    assert "favours BA" in texts(found.svg)


def test_contrasts_are_those_of_the_networks_of_the_review(tables):
    networks = tables["networks"]
    whole = networks[networks["components"].eq(1)]
    assert len(whole)
    columns = ["trial_id", "treatment1", "treatment2", "yi", "vi", "n1", "n2", "risk"]
    for row in whole.itertuples():
        found = network_contrasts(
            tables, condition=row.condition, outcome=row.outcome, timepoint=row.timepoint, phase=row.phase
        )
        theirs = tables["network_contrasts"].query("network_id == @row.network_id")
        pd.testing.assert_frame_equal(
            found[columns].reset_index(drop=True), theirs[columns].reset_index(drop=True), check_dtype=False
        )


def test_a_network_is_drawn_with_its_trials_counted(tables):
    row = tables["networks"].sort_values("k").iloc[-1]
    found = network_contrasts(tables, condition=row["condition"], outcome=row["outcome"], timepoint=row["timepoint"])
    picture = network_plot(found, tables.labels.classes)
    pairs = found.groupby(["treatment1", "treatment2"])["trial_id"].nunique()
    assert picture.description.count("trial") == len(pairs)
    assert {str(k) for k in pairs} <= set(texts(picture.svg))


def test_what_no_trial_compares_is_refused(tables):
    with pytest.raises(SynthesisError) as caught:
        network_contrasts(tables, condition="chronic_pain", outcome="symptom_severity", phase="prevention")
    assert str(caught.value) == (
        "no trial in the tables compares treatments on symptom_severity, post, in chronic_pain"
    )
    with pytest.raises(EvidenceError, match="the vocabulary has no condition 'pain'"):
        network_contrasts(tables, condition="pain", outcome="symptom_severity")


def test_an_axis_of_ratios_is_labelled_with_ratios():
    _, axes = effect_axis("logOR", ("therapy", "usual care"), mid=None)
    assert axes.xaxis.get_major_formatter()(np.log(2), 0) == "2.00"
    assert axes.get_xlabel() == "Odds ratio: left favours usual care, right favours therapy"
