"""Write golden_location_scale.json: the highest likelihood of 200 searches where trials are told apart in many ways.

``python tests/oracle/golden_location_scale.py``. The likelihood is written from its definition and shares nothing with
the engine; scipy climbs it from random starts. The sets have four scale moderators and tau2 at its bound: in one, only
two of twelve trials differ from the average at the maximum, and a search of 200 climbs meets it in three or four.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy import optimize

STARTS = 200
SEEDS = (25, 7)


def invented(seed):
    """Return effects, variances and four scale moderators, some of two values, of 19 or 12 trials."""
    draw = np.random.default_rng([7, seed])
    k, _ = int(draw.integers(9, 61)), draw.random()
    moderators = draw.standard_normal((k, 4))
    for column in range(4):
        if draw.random() < 0.4:
            moderators[:, column] = draw.random(k) < draw.uniform(0.2, 0.5)
    variances = draw.uniform(0.01, 0.2, k) if draw.random() < 0.7 else 10 ** draw.uniform(-3, 0, k)
    tau2 = np.exp(-3 + moderators @ (draw.standard_normal(4) * draw.choice([0.3, 1, 2])))
    effects = 0.3 + draw.standard_normal(k) * np.sqrt(variances + tau2)
    return np.round(effects, 9), np.round(variances, 9), np.round(moderators, 9)


def restricted(alpha, effects, variances, columns):
    """Return minus the restricted log-likelihood with one average for all, constants as metafor has them."""
    total = variances + np.exp(np.clip(columns @ alpha, -60, 60))
    weight = (1 / total).sum()
    average = (effects / total).sum() / weight
    k = len(effects)
    fit = (k - 1) * np.log(2 * np.pi) + np.log(total).sum() + ((effects - average) ** 2 / total).sum()
    return 0.5 * (fit + np.log(weight) - np.log(k))


def highest(effects, variances, moderators, draw):
    """Return the highest log-likelihood uphill of random starts."""
    scaled = (moderators - moderators.mean(axis=0)) / moderators.std(axis=0)
    columns = np.column_stack([np.ones(len(effects)), scaled])
    ends = []
    for place in range(STARTS):
        slopes = draw.standard_normal(4) * draw.choice([0.3, 1, 3, 10, 30])
        ends.append(
            optimize.minimize(
                restricted, np.append(draw.normal(-3, 2), slopes), args=(effects, variances, columns),
                method="L-BFGS-B" if place % 4 else "BFGS",
            )
        )  # fmt: skip
    # Where a climb ends depends on the processor; from the best it goes on until nothing is gained.
    best = min(ends, key=lambda end: end.fun)
    for _ in range(5):
        best = optimize.minimize(
            restricted, best.x, args=(effects, variances, columns), method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-13, "maxfev": 20000, "adaptive": True},
        )  # fmt: skip
    return round(-float(best.fun), 6)


def searched(seed):
    """Return invented data and the highest likelihood found for them."""
    effects, variances, moderators = invented(seed)
    best = highest(effects, variances, moderators, np.random.default_rng(seed))
    given = {"effects": effects, "variances": variances, "scale_moderators": moderators}
    return {"data": {name: part.tolist() for name, part in given.items()}, "log_likelihood": best}


def main():
    found = {"versions": {"scipy": scipy.__version__}, "sets": [searched(seed) for seed in SEEDS]}
    Path(__file__).with_name("golden_location_scale.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
