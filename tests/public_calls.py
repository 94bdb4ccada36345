"""A small call of every public function of the engine, for tests that go through them all."""

import inspect

import numpy as np

from ipt_evidence import effects, synthesis

PUBLIC = {name: getattr(face, name) for face in (effects, synthesis) for name in face.__all__}
FUNCTIONS = sorted(name for name, value in PUBLIC.items() if inspect.isfunction(value))

K = 5
COLUMNS = {
    "effects": [0.9, 0.1, 0.35, 0.65, -0.2],
    "values": [0.9, 0.1, 0.35, 0.65, -0.2],
    "difference": [2.0, 1.0, 3.0, 1.5, -1.0],
    "variances": [0.03, 0.05, 0.02, 0.04, 0.06],
    "covariance": np.diag([0.03, 0.05, 0.02, 0.04, 0.06]),
    "clusters": ["a", "a", "b", "c", "d"],
    "groups": ["x", "y", "x", "y", "y"],
    "moderators": [1.0, 2.0, 3.0, 5.0, 4.0],
    "scale_moderators": [1.0, 2.0, 3.0, 5.0, 4.0],
    "doses": [1.0, 2.0, 3.0, 5.0, 4.0],
    "arms1": ["i1", "i2", "i3", "i4", "i5"],
    "arms2": ["c1", "c1", "c2", "c3", "c4"],
    "variances1": [0.01] * K,
    "variances2": [0.02] * K,
    "treatments1": ["A", "B", "A", "C", "A"],
    "treatments2": ["B", "C", "C", "D", "D"],
    "studies": ["1", "2", "3", "4", "5"],
    "subsets": [[True, True, True, False, False], [True, True, True, True, True]],
    "events1": [4, 7, 0, 3, 9], "total1": [20, 30, 25, 20, 40], "events2": [9, 9, 3, 4, 5], "total2": [21] * K,
    "mean": [9.0] * K, "mean1": [9.0] * K, "mean2": [7.0] * K, "mean_before": [12.0] * K, "mean_after": [9.0] * K,
    "sd": [3.0] * K, "sd1": [3.0] * K, "sd2": [4.0] * K, "sd_before": [3.0] * K, "sd_after": [4.0] * K,
    "n": [30.0] * K, "n1": [30.0] * K, "n2": [40.0] * K,
    "minimum": [1.0] * K, "q1": [4.0] * K, "median": [6.0] * K, "q3": [9.0] * K, "maximum": [15.0] * K,
    "low": [0.1] * K, "high": [0.9] * K,
    "t": [2.0] * K, "f": [4.0] * K, "p": [0.03] * K, "se": [0.5] * K, "cutoff": [6.0] * K, "correlation": [0.5] * K,
    "control_risks": [0.1, 0.3],
}  # fmt: skip
OTHERS = {
    "estimate": 0.4, "ci_low": 0.1, "ci_high": 0.7, "tau2": 0.01, "lower_is_better": True,
    "threshold": 0.2, "factors": {"trial": ["a", "a", "b", "c", "d"], "effect": [1, 2, 3, 4, 5]},
    "methods": ["REML", "DL"], "intervals": ["HKSJ", "normal"], "data": [0, 0],
}  # fmt: skip


def inputs_of(name: str) -> dict:
    """Choose small inputs by the names of a function's parameters; lists become arrays of the caller."""
    given = {column: np.array(values) for column, values in COLUMNS.items()} | OTHERS
    given["first"] = given["second"] = effects.hedges_g(9, 3, [30, 20], 7, 4, 40)
    given["found"] = synthesis.network(
        *(given[part] for part in list(inspect.signature(synthesis.network).parameters)[:5])
    )
    if name == "pool_specifications":
        given |= {"effects": given["effects"][None], "variances": given["variances"][None]}
    if name in ("pool_multivariate", "multivariate_sensitivity"):
        given |= {part: np.column_stack([given[part], given[part][::-1]]) for part in ("effects", "variances")}
    if name == "z_curve":
        given |= {"effects": np.linspace(2, 4, 12), "variances": np.ones(12)}
    wanted = inspect.signature(PUBLIC[name]).parameters.values()
    return {part.name: given[part.name] for part in wanted if part.default is part.empty}
