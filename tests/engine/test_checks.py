"""Breaches are gathered and raised together; what goes wrong in between is not hidden by them."""

import pytest

from ipt_evidence.engine import maxima
from ipt_evidence.engine.checks import Checks, one_of
from ipt_evidence.errors import EffectSizeError, SynthesisError
from ipt_evidence.synthesis import pool_dependent, pool_multilevel


def test_all_breaches_are_raised_at_the_end_of_a_with():
    checks = Checks(SynthesisError)
    one_of(checks, "a", "y", ["x"])
    with pytest.raises(SynthesisError, match=r"^a must be one of x; got 'y'; more$"), checks:
        checks.note("more")


def test_without_breaches_nothing_is_raised():
    with Checks() as checks:
        one_of(checks, "a", "x", ["x"])


def test_another_error_is_not_hidden_by_breaches():
    checks = Checks(SynthesisError)
    checks.note("breach")
    with pytest.raises(EffectSizeError, match=r"^first$"), checks:
        raise EffectSizeError("first")


@pytest.mark.parametrize("function", [pool_dependent, pool_multilevel])
def test_variances_that_do_not_settle_are_refused_with_a_remedy(function, monkeypatch):
    monkeypatch.setattr(maxima, "_ASCENT", 1)
    labels = ["a", "a", "b", "b", "c"]
    given = labels if function is pool_dependent else {"trial": labels, "effect": range(5)}
    with pytest.raises(SynthesisError, match="did not converge in 1 steps; look at their profile"):
        function([0.9, 0.1, 1.3, 0.6, -0.8], [0.03, 0.05, 0.02, 0.04, 0.06], given)
