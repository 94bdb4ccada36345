"""Which trials an answer hangs on: deletion diagnostics, Baujat's coordinates, and averages of subsets."""

from collections import Counter

import numpy as np

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.diagnostics.deletion import Deletion
from ipt_evidence.engine.diagnostics.gosh import Gosh, gosh
from ipt_evidence.synthesis.trials import Choices, Trials

LEAST = 5
"""Trials below which leaving one out tells of the number of trials rather than of the trial."""

SUBSETS = 2048
"""Subsets pooled at most: all there are up to eleven trials, else a sample of them."""

BINS = (40, 20)
"""Cells of the picture of subsets, along the average and along I2."""

INFLUENCE_COLUMNS = [
    "question_id", "trial_id", "k", "rstudent", "dffits", "cooks_distance", "covariance_ratio", "hat", "dfbetas",
    "tau2_deleted", "q_deleted", "estimate_deleted", "influential", "baujat_x", "baujat_y", "subsets", "all_subsets",
    "estimate_shift", "i2_shift",
]  # fmt: skip

GOSH_COLUMNS = ["question_id", "trial_id", "with_trial", "estimate", "i2", "estimate_width", "i2_width", "subsets"]

Row = dict[str, object]


def influence_rows(question_id: str, trials: Trials, choices: Choices) -> tuple[list[Row], list[Row]]:
    """Tell what each trial does to the answer to one question; nothing for fewer than five trials.

    Parameters
    ----------
    question_id : str
        The question.
    trials : Trials
        One effect per trial.
    choices : Choices
        The primary model; its estimator of tau2 is used, with normal intervals as metafor's ``influence`` has them
        unless told otherwise.

    Returns
    -------
    influence, gosh : list of dict
        The columns of :data:`INFLUENCE_COLUMNS`, a row a trial, and of :data:`GOSH_COLUMNS`, a row for each cell of the
        picture of subsets that holds any.

    Notes
    -----
    Viechtbauer & Cheung (2010); Baujat et al. (2002); Olkin, Dahabreh & Trikalinos (2012). ``estimate_shift`` is the
    mean average of subsets with the trial less that of those without it, ``i2_shift`` likewise; the picture is split by
    the trial with the largest shift of the average.
    """
    if len(trials.names) < LEAST:
        return [], []
    y, v = trials.effects, trials.variances
    method = choices.method
    deletion = Deletion(y, v, method=method, interval="normal")
    found, pulls = deletion.influence(), deletion.baujat()
    subsets = gosh(y, v, method=method, max_subsets=SUBSETS)
    shifts = {"estimate_shift": _shift(subsets, subsets.estimate), "i2_shift": _shift(subsets, subsets.i2)}
    columns = {
        **{name: getattr(found, name) for name in ("rstudent", "dffits", "cooks_distance", "covariance_ratio", "hat",
                                                   "dfbetas", "tau2_deleted", "q_deleted")},
        "estimate_deleted": deletion.others.estimate,
        "influential": found.is_influential,
        "baujat_x": pulls.heterogeneity,
        "baujat_y": pulls.influence,
        **shifts,
    }  # fmt: skip
    fixed = {"question_id": question_id, "k": len(y), "subsets": len(subsets.k), "all_subsets": subsets.exhaustive}
    rows: list[Row] = [
        {**fixed, "trial_id": trial, **{name: values[place].item() for name, values in columns.items()}}
        for place, trial in enumerate(trials.names)
    ]
    most = int(np.argmax(np.abs(shifts["estimate_shift"])))
    return rows, _cells(question_id, str(trials.names[most]), subsets, subsets.included[:, most])


def _shift(subsets: Gosh, values: Floats) -> Floats:
    """Return the mean of ``values`` (b,) over subsets with each trial, less that over those without it: (k,)."""
    inside = subsets.included.astype(float)
    outside = 1 - inside
    return np.asarray(values @ inside / inside.sum(axis=0) - values @ outside / outside.sum(axis=0))


def _cells(question_id: str, trial: str, subsets: Gosh, inside: np.ndarray) -> list[Row]:
    """Count subsets by average and I2, apart for those with and without a trial."""
    low, high = float(subsets.estimate.min()), float(subsets.estimate.max())
    widths = ((high - low) / BINS[0] or 1.0, 100 / BINS[1])
    places = [
        np.minimum(((values - start) / width).astype(int), most - 1)
        for values, start, width, most in zip((subsets.estimate, subsets.i2), (low, 0.0), widths, BINS, strict=True)
    ]
    counts = Counter(zip(inside.tolist(), *(place.tolist() for place in places), strict=True))
    return [
        {
            "question_id": question_id, "trial_id": trial, "with_trial": within,
            "estimate": low + (x + 0.5) * widths[0], "i2": (y + 0.5) * widths[1],
            "estimate_width": widths[0], "i2_width": widths[1], "subsets": count,
        }
        for (within, x, y), count in sorted(counts.items())
    ]  # fmt: skip
