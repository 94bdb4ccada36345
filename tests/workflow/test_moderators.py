"""Differences between the trials of the real review: groups joined once more, tests refitted, pages read back."""

import html
import re
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from ipt_evidence.appraisal.risk_of_bias import result_risk
from ipt_evidence.files import read_table

ROOT = Path(__file__).parents[2]
SHOWN_AS = {"SMD": lambda x: x, "MD": lambda x: x, "RD": lambda x: 100 * x}
ARM = {
    "control_condition": ("arm2_id", "treatment"),
    "format": ("arm1_id", "format"),
    "n_sessions": ("arm1_id", "n_sessions"),
}
OF_TRIAL = {"setting": "special_population", "country_income": "country", "year": "year"}


@pytest.fixture(scope="module")
def tables():
    return {path.stem: read_table(path) for path in (ROOT / "data/processed").glob("*.csv")}


@pytest.fixture(scope="module")
def run(tables):
    """Return the first row of every moderator that was run on a question, and a row of each group."""
    groups, slopes = (tables[name].query("status == 'run'") for name in ("subgroups", "regressions"))
    assert len(groups) > 50
    assert len(slopes) > 15
    return groups, slopes


def cells(tables, moderator):
    """Return a value for every arm or country behind every trial in every question, joined here once more."""
    used = tables["selections"].query("used")[["question_id", "trial_id", "arm1_id", "arm2_id"]]
    if moderator in ARM:
        side, column = ARM[moderator]
        arms = tables["arms"][["trial_id", "arm_id", column]].rename(columns={"arm_id": side, column: "value"})
        return used.drop_duplicates(["question_id", "trial_id", side]).merge(arms, on=["trial_id", side])
    one = used.drop_duplicates(["question_id", "trial_id"])
    if moderator in OF_TRIAL:
        trials = tables["trials"][["trial_id", OF_TRIAL[moderator]]].set_axis(["trial_id", "value"], axis=1)
        found = one.merge(trials, on="trial_id")
        return found.assign(value=found["value"].astype(str).str.split(";")).explode("value")
    if moderator == "risk_of_bias":
        risk = result_risk(tables["trial_risk"], tables["selections"].query("used")).rename("value").reset_index()
        return one.merge(risk, on=["question_id", "trial_id"], how="left")
    before = tables["outcomes"].query("instrument == 'HAM-D-17'").dropna(subset=["baseline_mean"])
    before = before.drop_duplicates(["trial_id", "arm_id"])[["trial_id", "arm_id", "baseline_mean"]]
    arms = used.melt(["question_id", "trial_id"], ["arm1_id", "arm2_id"], value_name="arm_id").drop_duplicates(
        ["question_id", "trial_id", "arm_id"]
    )
    return arms.merge(before, on=["trial_id", "arm_id"], how="left").rename(columns={"baseline_mean": "value"})


def values(tables, moderator):
    """Return the group, or the number, of every trial of every question that has one."""
    found = cells(tables, moderator)
    groups = tables["moderator_groups"].query("moderator_id == @moderator").set_index("value")["group"]
    if len(groups):
        found = found.assign(value=found["value"].map(groups))
    by_trial = found.groupby(["question_id", "trial_id"])["value"]
    known = by_trial.apply(lambda one: one.notna().all() and (not len(groups) or one.nunique() == 1))
    picked = (
        by_trial.first()
        if len(groups)
        else found.astype({"value": float}).groupby(["question_id", "trial_id"])["value"].mean()
    )
    return picked[known]


def f_test(effects, tau2, design):
    """Test a weighted regression given the variance between trials, its scale never below one."""
    fit = sm.WLS(
        effects["yi"].astype(float), sm.add_constant(design), weights=1 / (effects["vi"].astype(float) + tau2)
    ).fit()
    return fit, fit.fvalue * fit.scale / max(1.0, fit.scale)


def of(tables, moderator, question):
    """Return the trials of a question with their values."""
    weights = tables["synthesis_weights"].query("question_id == @question").set_index("trial_id")
    return weights.join(values(tables, moderator).loc[question].rename("value"), how="inner")


def test_every_comparison_of_groups_is_that_of_trials_joined_once_more(tables, run):
    for (question, moderator), rows in run[0].groupby(["question_id", "moderator_id"]):
        trials = of(tables, moderator, question)
        counts = trials["value"].value_counts().to_dict()
        assert dict(zip(rows["group"], rows["group_k"], strict=True)) == counts, (question, moderator)
        compared = rows[rows["compared"]]
        kept = trials[trials["value"].isin(compared["group"])]
        design = np.array([kept["value"].eq(group) for group in compared["group"].iloc[1:]], dtype=float).T
        fit, found = f_test(kept, rows["tau2"].iloc[0], design)
        assert found == pytest.approx(rows["qm"].iloc[0], rel=1e-6), (question, moderator)
        np.testing.assert_allclose(fit.params.iloc[1:], compared["difference"].iloc[1:], rtol=1e-6)


def test_every_slope_is_that_of_trials_joined_once_more(tables, run):
    for row in run[1].to_dict("records"):
        trials = of(tables, row["moderator_id"], row["question_id"])
        assert len(trials) == row["k"]
        fit, found = f_test(trials, row["tau2"], trials[["value"]].to_numpy(float))
        assert found == pytest.approx(row["qm"], rel=1e-6, abs=1e-9), row["question_id"]
        assert fit.params.iloc[1] == pytest.approx(row["slope"], rel=1e-6)


def test_every_question_with_two_trials_says_of_every_moderator_what_became_of_it(tables):
    asked = set(tables["syntheses"].query("k >= 2")["question_id"])
    kinds = dict(iter(tables["moderators"].groupby("kind")["moderator_id"]))
    for name, kind in (("subgroups", "categorical"), ("regressions", "continuous")):
        rows = tables[name]
        assert set(zip(rows["question_id"], rows["moderator_id"], strict=True)) == {
            (question, moderator) for question in asked for moderator in kinds[kind]
        }


def shown(value, measure, places=2):
    found = SHOWN_AS.get(measure, np.exp)(value)
    small_ratio = places == 2 and measure not in SHOWN_AS and found < 0.095
    return f"{found:.2g}" if small_ratio else f"{found:.{places}f}".replace("-", "−")


@pytest.fixture(scope="module")
def pages():
    """Return the page of a question as text, its tags gone."""

    def text(question):
        (path,) = (ROOT / "reports/conditions").glob(f"*/{question}.html")
        return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text("utf-8")))

    return text


def test_pages_show_every_difference_of_the_tables(run, pages):
    groups, slopes = run
    for question, rows in groups.groupby("question_id"):
        page = pages(question)
        for row in rows[rows["compared"]].to_dict("records"):
            if row["measure"] != "RD" and abs(row["estimate"]) > 0.02:
                assert shown(row["estimate"], row["measure"]) in page
            if not np.isnan(row["difference"]):
                ends = [shown(row[f"difference_ci_{end}"], row["measure"]) for end in ("low", "high")]
                assert f"95% CI {ends[0]} to {ends[1]}" in page, (question, row["group"])
    for row in slopes.to_dict("records"):
        ends = [shown(row[f"slope_ci_{end}"], row["measure"], 3) for end in ("low", "high")]
        assert f"95% CI {ends[0]} to {ends[1]}" in pages(row["question_id"]), (row["question_id"], row["moderator_id"])


def test_pages_name_every_influential_trial(tables, pages):
    labels = tables["trials"].set_index("trial_id")["label"]
    rows = tables["influence"].query("influential")
    assert len(rows) > 10
    for row in rows.to_dict("records"):
        assert re.search(
            rf"Influential by the usual rule (is|are) [^;]*{re.escape(labels[row['trial_id']])} \(without it",
            pages(row["question_id"]),
        )


def test_every_trial_of_a_question_with_five_or_more_has_its_influence(tables):
    many = tables["syntheses"].query("k >= 5").set_index("question_id")["k"].astype(int)
    assert tables["influence"].groupby("question_id").size().to_dict() == many.to_dict()
    subsets = tables["gosh"].groupby("question_id")["subsets"].sum()
    assert subsets.to_dict() == tables["influence"].groupby("question_id")["subsets"].first().to_dict()


def test_effects_are_kept_apart_wherever_a_trial_gives_several(tables):
    several = set(tables["syntheses"].query("n_effects > k and k >= 2")["question_id"])
    kept = tables["sensitivity"].query("variant == 'effects_kept_apart'")
    assert set(kept["question_id"]) == several
    without = kept["ci_low"].isna()
    assert (kept["df"] < 4).equals(without)
    assert (kept["kind"] == "kept_apart_few").equals(without)
