"""The sensitivity analysis that keeps the effects of a trial apart: where it is made, and what it holds."""

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.synthesis import pool_dependent
from ipt_evidence.synthesis.sensitivity import kept_apart
from ipt_evidence.synthesis.trials import Choices, EffectsByTrial

CHOICES = Choices(method="REML", interval="adhoc", level=0.95, rho=0.6, few_trials=4, prior_scale=0.5)


def effects(*sizes):
    """Make effects of as many trials as there are sizes, each with so many measurements of the same two arms."""
    rng = np.random.default_rng(len(sizes))
    rows = [
        {"trial_id": f"t{trial}", "measurement": f"m{place}", "yi": 0.3 + 0.2 * rng.normal(), "vi": 0.05 + 0.01 * trial}
        for trial, size in enumerate(sizes)
        for place in range(size)
    ]
    same = {
        "arm1_id": "a",
        "arm2_id": "b",
        "n1": 40.0,
        "n2": 40.0,
        "n_randomised": 80.0,
        "flags": "",
        "measure": "logOR",
    }
    return EffectsByTrial(pd.DataFrame(rows).assign(**same))


def rows(*sizes, rhos=(0.2,)):
    return list(kept_apart(effects(*sizes), CHOICES, list(rhos)))


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1, 1, 1), (3,)])
def test_without_several_effects_or_several_trials_there_is_nothing_to_keep_apart(sizes):
    assert rows(*sizes) == []


def test_it_is_the_model_of_correlated_and_hierarchical_effects():
    sizes = (2, 1, 3, 1, 2, 1, 1, 1)
    (primary, facts, answer), (other, *_) = rows(*sizes)
    assert (primary, other) == ("effects_kept_apart", "effects_kept_apart_rho_0.2")
    assert facts == {"kind": "kept_apart", "value": 0.6}
    used = effects(*sizes).used
    expected = pool_dependent(used["yi"], used["vi"], used["trial_id"], rho=0.6)
    assert answer["estimate"] == pytest.approx(expected.estimate, rel=1e-6)
    # These trials agree more than sampling error lets them, so that it is the error which the interval goes by.
    assert expected.held_at_sampling
    assert answer["se"] == pytest.approx(expected.sampling_se, rel=1e-5)
    assert [answer["ci_low"], answer["ci_high"]] == pytest.approx([expected.ci_low, expected.ci_high], rel=1e-5)
    assert (answer["k"], answer["interval"]) == (8, "CR2")


@pytest.mark.parametrize("sizes", [(2, 1), (2, 1, 1, 1)])
def test_few_trials_have_an_estimate_without_interval(sizes):
    ((_, facts, answer),) = rows(*sizes)
    assert facts["kind"] == "kept_apart_few"
    assert np.isfinite(answer["estimate"])
    assert answer["df"] < 4
    assert not {"ci_low", "ci_high", "p_value", "pi_low", "pi_high"} & set(answer)
