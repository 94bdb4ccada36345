"""Restricted cubic splines: where knots lie, and the basis of the curve."""

from collections.abc import Sequence

import numpy as np

from ipt_evidence.engine.checks import Checks, Floats, read_numbers, short
from ipt_evidence.errors import SynthesisError

QUANTILES = {3: (0.1, 0.5, 0.9), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.5, 0.725, 0.95)}
"""Where knots lie by default, as shares of the effects."""


def knots_of(dose: Floats, knots: int | Sequence[float]) -> Floats:
    """Return so many knots (m,) at Harrell's quantiles of doses, or the doses given as knots.

    SynthesisError if knots are too few, not increasing or coincide.
    """
    if isinstance(knots, int | np.integer):
        if knots not in QUANTILES:
            raise SynthesisError(f"knots must be one of {', '.join(map(str, QUANTILES))}, or doses; got {short(knots)}")
        places = np.quantile(dose, QUANTILES[int(knots)])
    else:
        with Checks(SynthesisError) as checks:
            places = read_numbers(checks, "knots", knots)
    if places.ndim != 1 or places.size < 3 or not np.all(np.isfinite(places)) or np.any(np.diff(places) <= 0):
        raise SynthesisError(
            f"knots must be at least three increasing doses, got {places.tolist()}; with few distinct doses "
            "give them yourself, or use regress"
        )
    return places


def spline_basis(dose: Floats, knots: Floats) -> Floats:
    """Return the basis (k, m - 1) at doses (k,) without its column of ones; the first column is straight."""
    span = knots[-1] - knots[0]
    # From the first knot in units of the span: no cancellation where doses, such as years, are far from 0.
    x, places = (dose - knots[0]) / span, (knots - knots[0]) / span
    cubes = np.maximum(x[:, None] - places, 0.0) ** 3
    last, inner = places[-1] - places[-2], places[:-2]
    bends = cubes[:, :-2] - cubes[:, -2:-1] * (places[-1] - inner) / last + cubes[:, -1:] * (places[-2] - inner) / last
    return np.column_stack([x, bends])
