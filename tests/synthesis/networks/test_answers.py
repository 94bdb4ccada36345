"""Every network of the review as it once stood, against metafor, integration and listed paths in R."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.networks.answers import answer_network
from ipt_evidence.words.vocabulary import read_vocabulary

ROOT = Path(__file__).parents[3]
ORACLE = ROOT / "tests" / "oracle"
GOLDEN = json.loads((ORACLE / "golden_network_review.json").read_text("utf-8"))
NETWORKS = GOLDEN["networks"]
CONTRASTS = dict(iter(pd.read_csv(ORACLE / "networks_of_review.csv").groupby("network_id", sort=False)))
MODEL = Model(
    method="REML", interval="adhoc", level=0.95, few_trials=GOLDEN["few_trials"], prior_scale=GOLDEN["prior_scale"]
)
ORDER = list(read_vocabulary((ROOT / "config" / "vocabulary").glob("*.csv")).treatment_classes["class"])
CLOSE = {"rel": 1e-6, "abs": 1e-8}


def answered(name):
    rows = CONTRASTS[name].reset_index(drop=True)
    return answer_network(rows.assign(trial_id=rows["study"], n1=10.0, n2=10.0), ORDER, "SMD", MODEL)


FOUND = {name: answered(name) for name in NETWORKS}
BAYESIAN = [name for name in NETWORKS if NETWORKS[name]["tau"]]


def turned(row):
    """Return a row of R as the package states it: the treatment that comes first in the vocabulary first."""
    pair = row.pop("treatment1"), row.pop("treatment2")
    if ORDER.index(pair[0]) < ORDER.index(pair[1]):
        return pair, row
    ends = {"low": "high", "high": "low"}
    swapped = {
        name.replace(name.rpartition("_")[2], ends.get(name.rpartition("_")[2], name.rpartition("_")[2])): value
        if "p_value" in name or name == "joined" or value is None
        else -value
        for name, value in row.items()
    }
    return pair[::-1], swapped


def test_every_network_is_compared_and_both_models_occur():
    assert list(NETWORKS) == list(CONTRASTS)
    assert 5 < len(BAYESIAN) < len(NETWORKS) - 5
    assert [FOUND[name].fit["interval"] == "bayes" for name in NETWORKS] == [name in BAYESIAN for name in NETWORKS]


@pytest.mark.parametrize("name", NETWORKS)
def test_estimates_agree_with_r(name):
    found = FOUND[name].estimates.set_index(["treatment1", "treatment2"])
    assert len(found) == len(NETWORKS[name]["estimates"])
    for row in NETWORKS[name]["estimates"]:
        pair, expected = turned(dict(row))
        got = found.loc[pair, list(expected)].astype(float).to_dict()
        missing = {field: float("nan") if value is None else value for field, value in expected.items()}
        assert got == pytest.approx(missing, nan_ok=True, **CLOSE), pair


@pytest.mark.parametrize("name", NETWORKS)
def test_direct_and_indirect_evidence_agree_with_r(name):
    found = FOUND[name].estimates.set_index(["treatment1", "treatment2"])
    golden = dict(turned(dict(row)) for row in NETWORKS[name].get("split") or [])
    joined = {pair for pair, row in golden.items() if row.pop("joined")}
    assert {pair for pair, row in found.iterrows() if row["basis"] == "mixed"} == joined
    for pair, values in golden.items():
        # R fits the model also where only trials of both say anything; of these it has the same direct effect.
        expected = values if pair in joined else {name: values[name] for name in values if name.startswith("direct")}
        assert found.loc[pair, list(expected)].astype(float).to_dict() == pytest.approx(expected, **CLOSE), pair


@pytest.mark.parametrize("name", NETWORKS)
def test_heterogeneity_agrees_with_r(name):
    golden, fit = NETWORKS[name], FOUND[name].fit
    for field in ("tau2", "q", "q_df", "q_heterogeneity", "q_heterogeneity_df"):
        expected = golden[field] if golden.get(field) not in (None, {}, 0) or field in ("tau2", "q") else None
        if expected in (None, {}):
            assert np.isnan(fit[field]), field
        else:
            assert fit[field] == pytest.approx(expected, **CLOSE), field
    if golden["tau"]:
        assert [fit["tau_low"], fit["tau"], fit["tau_high"]] == pytest.approx(golden["tau"], **CLOSE)


@pytest.mark.parametrize("name", NETWORKS)
def test_p_scores_and_shares_of_trials_agree_with_r(name):
    golden, found = NETWORKS[name], FOUND[name]
    scores = dict(zip(golden["treatments"], golden["p_scores"], strict=True))
    assert found.ranks.set_index("treatment")["p_score"].to_dict() == pytest.approx(scores, **CLOSE)
    rows = zip(golden["estimates"], golden["contributions"], strict=True)
    expected = {
        (frozenset((row["treatment1"], row["treatment2"])), study): share
        for row, shares in rows
        for study, share in zip(golden["studies"], shares, strict=True)
    }
    got = {
        (frozenset((one.treatment1, one.treatment2)), one.trial_id): one.weight_percent
        for one in found.contributions.itertuples()
    }
    assert got == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_has_no_indirect_evidence_is_direct_and_the_other_way_round(name):
    for row in FOUND[name].estimates.to_dict("records"):
        assert (row["basis"] == "indirect") == (row["k_direct"] == 0)
        other = {"direct": "indirect", "indirect": "direct"}.get(row["basis"])
        if other:
            assert np.isnan([row[other], row["difference"], row["difference_p_value"]]).all()
        if row["basis"] == "indirect" or row["direct_percent"] == 100:
            assert row[row["basis"]] == pytest.approx(row["estimate"], rel=1e-9)
        else:
            # Trials of both have further arms, of which other trials tell.
            assert 0 < row["direct_percent"] < 100
        assert (row["direct_percent"] == 0) == (row["basis"] == "indirect")


def test_an_estimator_that_networks_do_not_have_gives_way_to_reml_by_name():
    name = next(name for name in NETWORKS if name not in BAYESIAN)
    rows = CONTRASTS[name].reset_index(drop=True).assign(n1=10.0, n2=10.0)
    found = answer_network(rows.assign(trial_id=rows["study"]), ORDER, "SMD", replace(MODEL, method="SJ"))
    assert found.fit == pytest.approx(FOUND[name].fit, nan_ok=True)
    assert found.fit["method"] == "REML"
    pd.testing.assert_frame_equal(found.estimates, FOUND[name].estimates)
