"""Coverage and width of what decides for two to four trials, beside the intervals it could be: for decision 28.

``python benchmarks/few_trials.py`` from the root prints the table. Effects are normal round 0.3 with standard deviation
tau; standard errors are those of a standardised mean difference of trials of 40 or 400 people.
"""

import sys
from collections.abc import Callable

import numpy as np
from measuring import table
from scipy import stats

from ipt_evidence.engine.pooling.bayes import pool_bayes
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.synthesis.deciding import decide
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.figures import WIDENED

RUNS, TRUE = 500, 0.3
SMALL, LARGE = 2 / np.sqrt(40), 2 / np.sqrt(400)
BODIES = {
    "2 small": [SMALL] * 2,
    "2 large": [LARGE] * 2,
    "1 large, 1 small": [LARGE, SMALL],
    "3 large": [LARGE] * 3,
    "4 small": [SMALL] * 4,
    "1 large, 3 small": [LARGE] + [SMALL] * 3,
}
TAUS = (0.0, 0.2, 0.4)
MODEL = Model(method="REML", interval="adhoc", level=0.95, few_trials=4, prior_scale=0.5)

Interval = Callable[[np.ndarray, np.ndarray], tuple[float, float]]


def _of(found: object) -> tuple[float, float]:
    return found.ci_low, found.ci_high  # type: ignore[attr-defined]


def most_precise(effects: np.ndarray, variances: np.ndarray) -> tuple[float, float]:
    best = int(np.argmin(variances))
    low, high = stats.norm(effects[best], np.sqrt(variances[best])).interval(0.95)
    return float(low), float(high)


WAYS: dict[str, Interval] = {
    "decides": lambda y, v: _of(decide(y, v, "SMD", MODEL)),
    "credible": lambda y, v: _of(pool_bayes(y, v)),
    "floored HKSJ": lambda y, v: _of(pool(y, v, interval="adhoc")),
    "common effect": lambda y, v: _of(pool(y, v, method="CE", interval="normal")),
    "most precise trial": most_precise,
}


def row(errors: list[float], tau: float, random: np.random.Generator) -> list[str]:
    variances = np.square(errors)
    drawn = random.normal(TRUE, np.sqrt(tau**2 + variances), size=(RUNS, len(errors)))
    cells = [where_widened(drawn, variances)]
    for way in WAYS.values():
        bounds = np.array([way(effects, variances) for effects in drawn])
        covered = np.mean((bounds[:, 0] <= TRUE) & (bounds[:, 1] >= TRUE))
        cells.append(f"{100 * covered:.0f} % ({np.median(bounds[:, 1] - bounds[:, 0]):.2f})")
    return cells


def where_widened(drawn: np.ndarray, variances: np.ndarray) -> str:
    """Say how often the widened interval is the one that decides, and how often it then holds the average."""
    found = [
        one for one in (decide(effects, variances, "SMD", MODEL) for effects in drawn) if one.decided_by == WIDENED
    ]
    share = f"{100 * len(found) / RUNS:.0f} %"
    return f"{100 * np.mean([one.ci_low <= TRUE <= one.ci_high for one in found]):.0f} % of {share}" if found else "–"


def main() -> None:
    random = np.random.default_rng(20261129)
    rows = [(name, f"{tau:g}", *row(errors, tau, random)) for name, errors in BODIES.items() for tau in TAUS]
    sys.stdout.write(table(("trials", "tau", "where widened", *WAYS), rows))


if __name__ == "__main__":
    main()
