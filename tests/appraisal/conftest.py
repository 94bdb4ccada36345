"""Bodies of evidence made to measure."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from ipt_evidence.appraisal.certainty import Body, Pooled, Thresholds, pool_body
from ipt_evidence.appraisal.importance import Importance
from ipt_evidence.engine.information_size import people_for_difference
from ipt_evidence.synthesis.model import Model

MID = 0.24
IMPORTANT = Importance(mid=MID, information_size=people_for_difference(MID), control_risk=float("nan"))
MODEL = Model(method="REML", interval="adhoc", level=0.95, few_trials=4, prior_scale=0.5)


@pytest.fixture(scope="session")
def thresholds():
    return Thresholds(
        low_risk_percent=50, high_risk_percent=50, heterogeneity_p=0.10, heterogeneity_i2=40, considerable_i2=75,
        other_side_percent=20, apart_percent=20, indirect_percent=50,
        one_setting_percent=75, asymmetry_p=0.10, asymmetry_trials=10, small_trial=100, unusable_percent=33,
    )  # fmt: skip


@pytest.fixture(scope="session")
def primary():
    return partial(pool_body, model=MODEL)


@pytest.fixture(scope="session")
def model():
    return MODEL


@pytest.fixture(scope="session")
def make_body():
    """Make a body of trials that nothing is wrong with; what a test is about is given by name."""

    def make(effects, people=200.0, **changes):
        effects = np.asarray(effects, dtype=float)
        people = np.broadcast_to(np.asarray(people, dtype=float), effects.shape).copy()
        k = effects.size
        body = Body(
            trials=tuple(f"trial_{number}" for number in range(k)), effects=effects, variances=4 / people,
            participants=people, risk=("low",) * k, marks=(frozenset(),) * k, settings=("",) * k,
            randomised=np.ones(k, dtype=bool), unusable=0, unusable_people=0.0, measure="SMD", important=IMPORTANT,
        )  # fmt: skip
        return replace(body, **changes)

    return make


@pytest.fixture(scope="session")
def make_pooled():
    """State what a body says together, for rules that look at nothing else."""

    def make(estimate, low, high, *, k=1, pi=(np.nan, np.nan), tau2=0.1, i2=60.0, p=0.01, weights=None):
        shares = np.full(k, 100 / k) if weights is None else np.asarray(weights, dtype=float)
        return Pooled(
            estimate=estimate,
            ci_low=low,
            ci_high=high,
            pi_low=pi[0],
            pi_high=pi[1],
            tau2=tau2,
            i2=i2,
            q_p_value=p,
            decided_by="adhoc",
            weights=shares,
        )

    return make
