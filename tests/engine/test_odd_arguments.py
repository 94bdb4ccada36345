"""Whatever any argument of any public function is, it is an answer or a sentence of the package that comes back."""

import datetime
import inspect
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.synthesis import compare_subgroups, outliers, p_uniform_star, pool
from public_calls import FUNCTIONS, PUBLIC, inputs_of

PRIORS = {
    "HalfNormal": {}, "InverseGamma": {}, "LogNormal": {"mean": -2.0, "sd": 1.0},
    "LogStudentT": {"location": -2.0, "scale": 1.0}, "SlopeOnError": {"power": 1, "scale": 1.0},
    "WeightSteps": {"steps": (0.05,)},
}  # fmt: skip
SMALL = {"draws": 100, "iterations": 20, "max_subsets": 20, "published": (0.5,), "bias": ()}


class Raises:
    """An object that can be made no number, no array and no text, and be compared with nothing."""

    __hash__ = object.__hash__

    def _fail(self, *_, **__):
        raise RuntimeError("an error of one's own")

    __float__ = __array__ = __eq__ = __repr__ = __str__ = _fail


class Text(str):
    __slots__ = ()


LOOP: list = [1.0]
LOOP.append(LOOP)
ODD = {
    "none": None, "missing": pd.NA, "no time": pd.NaT, "nan": np.nan, "inf": np.inf, "least": 1e-300, "most": 1e300,
    "minus": -1, "zero": 0, "huge": 10**5000, "large": 2**64, "yes": True, "no text": "", "text": "abc",
    "subclass": Text("REML"), "bytes": b"abc", "no list": [], "mapping": {"a": 1}, "set": {1, 2},
    "ragged": [[1, 2], [3]], "deep": [[[1.0]]], "itself": LOOP, "one number": np.array(0.5),
    "one object": np.array(None, dtype=object), "one text": np.array("x"),
    "objects": np.array([1, None, "x", {}, pd.NA], dtype=object), "no rows": np.empty((0, 5)),
    "no columns": np.empty((5, 0)), "too long": np.ones(7), "date": datetime.date(2026, 1, 1),
    "span": np.timedelta64(1, "D"), "complex": 1j, "decimal": Decimal("0.5"), "no decimal": Decimal("sNaN"),
    "wide": np.longdouble("1e4000"), "half": np.float16(0.5), "iterator": iter([1.0]), "type": float,
    "raises": Raises(), "masked": np.ma.masked, "fields": np.zeros(5, dtype=[("a", float)]),
    "column": pd.Series([0.1] * 5, index=list("vwxyz")), "table": pd.DataFrame({"a": [0.1] * 5}),
    "texts": list("abcde"), "pairs": [(1, [2])] * 5, "all raise": [Raises()] * 5, "all huge": [10**5000] * 5,
    "all infinite": [np.inf] * 5, "dates": np.arange(5).astype("datetime64[D]"),
}  # fmt: skip


def ends(function, given):
    """Return an answer or a refusal; any other error or warning is a fault."""
    try:
        return function(**given)
    except EvidenceError as refusal:
        return str(refusal)


@pytest.mark.parametrize("name", [*FUNCTIONS, *PRIORS])
def test_an_odd_argument_ends_in_an_answer_or_a_sentence(name):
    function = PUBLIC[name]
    taken = inspect.signature(function).parameters
    given = PRIORS[name] if name in PRIORS else inputs_of(name) | {key: n for key, n in SMALL.items() if key in taken}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for argument in taken:
            for kind, value in ODD.items():
                try:
                    found = ends(function, given | {argument: value})
                except Exception as problem:
                    raise AssertionError(f"{argument}, {kind}: {problem!r}") from problem
                assert not isinstance(found, str) or len(found) < 600, (argument, kind)


@pytest.mark.parametrize("level", [Decimal("0.9"), Fraction(9, 10), np.array(0.9), np.longdouble(0.9)])
def test_a_level_is_a_number_whatever_holds_it(level):
    for function in (pool, p_uniform_star, compare_subgroups, outliers):
        given = inputs_of(function.__name__)
        found, expected = function(**given, level=level), function(**given, level=0.9)
        assert found.ci_low == pytest.approx(expected.ci_low, rel=1e-14)
    assert type(pool(**inputs_of("pool"), level=level).level) is float
