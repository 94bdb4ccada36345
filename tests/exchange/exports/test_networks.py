"""Networks for netmeta and CINeMA: the effects of the pipeline, contrasts that add up, and what comes back."""

import io
import json
import math
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.exports import FORMATS
from ipt_evidence.exchange.exports.arms import Counts, Means, contrasts_of_counts, contrasts_of_means
from ipt_evidence.exchange.exports.network import network_of
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.exchange.names import slug
from ipt_evidence.exchange.network.reading import read_network
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.files import rows_of

ORACLE = Path(__file__).parents[2] / "oracle" / "golden_network_files.R"


def first_question(review):
    """The question of a review whose network is asked for when all its questions are."""
    return review.questions[review.questions["outcome"].eq("symptom_severity")].head(1)


def contrasts(review):
    """Contrasts of the network, by study and the keys of both arms' treatments."""
    network = network_of(review, rows_of(first_question(review))[0])
    return {
        (trial.study, slug(trial.treatments[each.first]), slug(trial.treatments[each.second])): each
        for trial in network.trials
        for each in trial.contrasts
    }


@pytest.fixture(params=["invented", "real"])
def review(request):
    return request.getfixturevalue(request.param)


def test_trials_of_two_arms_have_the_effects_of_the_pipeline(review):
    network = network_of(review, rows_of(first_question(review))[0])
    effects = review.tables["effect_sizes"]
    effects = effects[effects["outcome"].eq("symptom_severity") & effects["measure"].eq("SMD")]
    checked = 0
    for trial in network.trials:
        mine = effects[effects["trial_id"].eq(trial.trial_id)]
        arms = review.tables["arms"]
        if len(mine) == 0 or (arms["trial_id"].eq(trial.trial_id)).sum() > 2:
            continue
        (only,) = trial.contrasts
        # The pipeline has the therapy under review first.
        same = np.isclose(abs(mine["yi"]), abs(only.value), rtol=1e-9) & np.isclose(
            mine["vi"], only.variance, rtol=1e-9
        )
        assert same.any(), trial.study
        checked += 1
    assert checked > len(network.trials) / 3


@pytest.mark.parametrize("name", ["netmeta", "cinema-contrasts"])
def test_contrasts_come_back(name, invented, tmp_path, effects_of):
    exported = FORMATS[name].export(invented, first_question(invented))
    path = tmp_path / "out.csv"
    path.write_text(exported.content, encoding="utf-8")
    assert kind_of(path) == "network"
    effects = effects_of(read_network(path), invented.vocabulary)
    expected = contrasts(invented)
    assert len(effects) > 0
    for row in effects.to_dict("records"):
        each = expected[row["study"], row["arm1_id"], row["arm2_id"]]
        assert (row["yi"], row["vi"]) == pytest.approx((each.value, each.variance), rel=1e-9)


def test_figures_by_arm_come_back(invented, tmp_path, effects_of):
    exported = FORMATS["cinema"].export(invented, first_question(invented))
    path = tmp_path / "out.csv"
    path.write_text(exported.content, encoding="utf-8")
    effects = effects_of(read_network(path), invented.vocabulary)
    arms = pd.read_csv(io.StringIO(exported.content)).groupby("study").size()
    # Of a trial of three arms, an effect of two alone has another standard deviation than that of all its arms.
    alone = effects[effects["study"].map(arms).eq(2) & effects["measure"].eq("SMD")]
    expected = contrasts(invented)
    assert len(alone) == (arms == 2).sum() > 1
    for row in alone.to_dict("records"):
        each = expected[row["study"], row["arm1_id"], row["arm2_id"]]
        assert (row["yi"], row["vi"]) == pytest.approx((each.value, each.variance), rel=1e-9)


def test_netmeta_and_escalc_read_what_was_meant(review, rscript, tmp_path):
    """R holds the file to what netmeta asks of it; metafor makes the same effects of the arms."""
    for name in ("netmeta", *(["cinema"] if "trial_risk" in review.tables else [])):
        content = FORMATS[name].export(review, first_question(review)).content
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    found = run_r(rscript, tmp_path, "--contrasts", "netmeta.csv")
    rows = pd.read_csv(io.StringIO((tmp_path / "netmeta.csv").read_text(encoding="utf-8")))
    assert found["complete"]
    assert found["gap"] < 1e-12
    assert found["least_eigenvalue"] > 0
    assert found.get("least_weight", 0) >= 0
    assert found["rows"] == sum(len({*part["treat1"], *part["treat2"]}) - 1 for _, part in rows.groupby("studlab"))
    if not (tmp_path / "cinema.csv").exists():
        return
    by_pair = {(row["studlab"], row["treat1"], row["treat2"]): row for row in rows.to_dict("records")}
    pairs = run_r(rscript, tmp_path, "cinema.csv")
    times = pd.Series([pair["study"] for pair in pairs]).value_counts()
    alone = [pair for pair in pairs if times[pair["study"]] == 1]
    assert alone
    for pair in alone:
        row = by_pair[pair["study"], pair["t1"], pair["t2"]]
        assert (row["TE"], row["seTE"]) == pytest.approx((pair["yi"], math.sqrt(pair["vi"])), rel=1e-9)


def run_r(rscript, folder, *arguments):
    subprocess.run([rscript, ORACLE, *arguments, "out.json"], cwd=folder, check=True, capture_output=True)
    return json.loads((folder / "out.json").read_text(encoding="utf-8"))


ARM = st.builds(Means, mean=st.floats(-30, 30), sd=st.floats(0.5, 20), n=st.integers(2, 300).map(float))
COUNTED = st.integers(1, 200).flatmap(
    lambda total: st.builds(Counts, events=st.integers(0, total).map(float), total=st.just(float(total)))
)


def implied_covariances(m, found):
    """Covariances of the contrasts with the first arm that the variances of all pairs imply."""
    variance = {(each.first, each.second): each.variance for each in found}
    return np.array(
        [
            [
                (variance[0, i] + variance[0, j] - (variance[min(i, j), max(i, j)] if i != j else 0)) / 2
                for j in range(1, m)
            ]
            for i in range(1, m)
        ]
    )


@given(arms=st.lists(ARM, min_size=2, max_size=5), measure=st.sampled_from(["SMD", "MD"]))
def test_means_of_a_trial_add_up_and_covary_as_shared_arms_do(arms, measure):
    found = contrasts_of_means(arms, measure)
    values = {(each.first, each.second): each.value for each in found}
    for second, third in ((each.first, each.second) for each in found if each.first):
        assert values[0, second] + values[second, third] == pytest.approx(values[0, third], rel=1e-9, abs=1e-9)
    covariances = implied_covariances(len(arms), found)
    first = arms[0]
    shared = first.sd**2 / first.n if measure == "MD" else 1 / first.n
    people = sum(arm.n for arm in arms)
    for i, j in ((i, j) for i in range(1, len(arms)) for j in range(1, len(arms)) if i != j):
        both = 0 if measure == "MD" else values[0, i] * values[0, j] / (2 * people)
        assert covariances[i - 1, j - 1] == pytest.approx(shared + both, rel=1e-6, abs=1e-9)


@given(arms=st.lists(COUNTED, min_size=2, max_size=5), measure=st.sampled_from(["logOR", "logRR", "RD"]))
def test_counts_of_a_trial_add_up(arms, measure):
    found = contrasts_of_counts(arms, measure)
    nobody = all(arm.events == 0 for arm in arms) or all(arm.events == arm.total for arm in arms)
    assert (found == []) == nobody
    values = {(each.first, each.second): each.value for each in found}
    for second, third in ((each.first, each.second) for each in found if each.first):
        assert values[0, second] + values[second, third] == pytest.approx(values[0, third], rel=1e-9, abs=1e-9)
    assert all(each.variance > 0 for each in found)


def test_a_condition_without_its_main_outcome_names_its_questions(invented):
    others = invented.questions[invented.questions["outcome"].ne("symptom_severity")]
    several = pd.concat([others, others]) if len(others) == 1 else others
    with pytest.raises(ExtractionError) as caught:
        FORMATS["netmeta"].export(invented, several)
    (breach,) = caught.value.breaches
    assert breach.value == several["condition"].iat[0]
    assert breach.rule == (
        "the plan asks nothing on this condition about its main outcome, so there is no network to choose"
    )
    assert breach.remedy == f"Name one of its questions with --question: {', '.join(several['question_id'])}"
