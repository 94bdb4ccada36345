"""The maxima of a smooth function: of one number, and on a grid of two."""

from collections.abc import Callable

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats


def peaks(of: Callable[[Floats], Floats], points: Floats) -> list[tuple[float, float]]:
    """Return places and values of the maxima of a smooth function near those of its values at ``points`` (m,)."""
    from scipy import optimize  # here: half of the time to import the package

    values = of(points)
    beside = np.maximum(np.append(-np.inf, values[:-1]), np.append(values[1:], -np.inf))
    found = list[tuple[float, float]]()
    for place in np.flatnonzero(values >= beside).tolist():
        low, high = points[max(place - 1, 0)], points[min(place + 1, points.size - 1)]
        near = optimize.minimize_scalar(
            lambda at: -float(of(np.array([at]))[0]),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-10 * max(abs(low), abs(high))},
        )
        best = (float(near.x), -float(near.fun))
        found.append(max(best, (float(points[place]), float(values[place])), key=lambda pair: pair[1]))
    return found


def peaks_of_grid(heights: Floats) -> Bools:
    """Return which of the values on a grid (m, n) are no lower than their neighbours, corner to corner, too."""
    ringed = np.pad(heights, 1, constant_values=-np.inf)
    return np.asarray(heights >= np.lib.stride_tricks.sliding_window_view(ringed, (3, 3)).max(axis=(2, 3)))
