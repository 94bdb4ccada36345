"""Speed and memory of the engine, side by side with metafor in R, in one run; prints a table and writes nothing.

``make bench``, or ``python benchmarks/engine.py``. Each time is the best of several rounds, in which Python and R take
turns, so that a busy machine slows both. Memory is the most that Python's own objects and arrays took on top of the
data; of R what ``gc`` reports as the peak above the data.
"""

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ipt_evidence.engine.pooling.inputs import INTERVALS, METHODS
from ipt_evidence.synthesis import pool, pool_dependent, pool_specifications, pool_subsets, regress

ROUNDS = 3
R_SCRIPT = """
suppressMessages({library(metafor); library(jsonlite)})
args <- commandArgs(TRUE); d <- fromJSON(args[1]); y <- d$effects; v <- d$variances; x <- d$moderator; cl <- d$cluster
V <- outer(cl, cl, "==") * .6 * sqrt(outer(v, v)); diag(V) <- v; id <- seq_along(y)
tasks <- list(
  pool = list(20, function() { r <- rma(y, v, test = "knha"); predict(r); confint(r) }),
  subsets = list(1, function() suppressWarnings(gosh(rma(y, v), subsets = 300, progbar = FALSE))),
  regress = list(20, function() rma(y, v, mods = x, test = "knha")),
  dependent = list(3, function() rma.mv(y, V, random = ~ 1 | cl / id, data = data.frame(y, cl, id))))
out <- lapply(tasks, function(task) {
  task[[2]](); invisible(gc(reset = TRUE)); before <- sum(gc()[, 2])
  seconds <- system.time(for (i in seq_len(task[[1]])) task[[2]]())[["elapsed"]] / task[[1]]
  list(seconds = seconds, megabytes = sum(gc()[, 6]) - before)
})
out$subsets$seconds <- out$subsets$seconds / 300
cat(toJSON(out, auto_unbox = TRUE, digits = NA))
"""


def timed(task: Callable[[], object], repeats: int, units: int = 1) -> float:
    """Return seconds per unit of work."""
    start = time.perf_counter()
    for _ in range(repeats):
        task()
    return (time.perf_counter() - start) / repeats / units


def peak_megabytes(task: Callable[[], object]) -> float:
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2026)
    variances = rng.uniform(0.02, 0.2, 31)
    return {
        "effects": rng.normal(0.4, np.sqrt(variances + 0.1)),
        "variances": variances,
        "moderator": rng.normal(size=31),
        "cluster": rng.integers(0, 14, 31),
    }


def specifications(given: dict[str, np.ndarray], size: int = 10_000) -> dict[str, object]:
    """Return a grid of at least ``size`` specifications over five versions of 31 trials."""
    rng = np.random.default_rng(7)
    versions = np.array([given["effects"] + rng.normal(0, 0.05, 31) for _ in range(5)])
    masks = rng.random((20, 31)) < np.linspace(0.3, 1.0, 20)[:, None]
    grid = list(itertools.product(range(5), range(20), METHODS, INTERVALS, (False, True)))
    grid = (grid * (size // len(grid) + 1))[:size]
    version, mask, methods, intervals, outliers = zip(*grid, strict=True)
    return {
        "effects": versions,
        "variances": np.tile(given["variances"], (5, 1)),
        "data": list(version),
        "subsets": masks[list(mask)],
        "methods": methods,
        "intervals": intervals,
        "without_outliers": np.array(outliers),
    }


def run_r(given: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        script, values = Path(folder) / "engine.R", Path(folder) / "data.json"
        script.write_text(R_SCRIPT, encoding="utf-8")
        values.write_text(json.dumps({name: array.tolist() for name, array in given.items()}), encoding="utf-8")
        done = subprocess.run(
            ["Rscript", str(script), str(values)], capture_output=True, check=True, text=True, encoding="utf-8"
        )
    return json.loads(done.stdout)


def main() -> None:
    given = data()
    y, v = given["effects"], given["variances"]
    subsets = np.random.default_rng(1).random((100_000, 31)) < 0.5
    subsets[subsets.sum(axis=1) < 2, :2] = True
    many = specifications(given)
    tasks: dict[str, tuple[str, Callable[[], object], int, int]] = {
        "pool": ("one synthesis, everything (31 trials)", lambda: pool(y, v), 200, 1),
        "subsets": ("one fit of 100,000 subsets", lambda: pool_subsets(y, v, subsets), 1, 100_000),
        "regress": ("one meta-regression", lambda: regress(y, v, given["moderator"]), 100, 1),
        "dependent": ("correlated and hierarchical effects", lambda: pool_dependent(y, v, given["cluster"]), 5, 1),
        "multiverse": ("multiverse of 10,000 specifications", lambda: pool_specifications(**many), 1, 1),
    }
    with_r = shutil.which("Rscript") is not None
    best: dict[str, float] = dict.fromkeys(tasks, np.inf)
    r_best: dict[str, float] = {}
    r_memory: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, (_, task, repeats, units) in tasks.items():
            best[name] = min(best[name], timed(task, repeats, units))
        for name, found in (run_r(given) if with_r else {}).items():
            r_best[name] = min(r_best.get(name, np.inf), found["seconds"])
            r_memory[name] = found["megabytes"]
    print(f"{'task':40} {'Python':>12} {'metafor':>12} {'ratio':>8} {'MB Python':>10} {'MB R':>8}")
    for name, (title, task, _, _) in tasks.items():
        ours, theirs = best[name], r_best.get(name)
        ratio = f"{theirs / ours:,.0f}x" if theirs else "-"
        shown = f"{theirs * 1e3:.3f} ms" if theirs else "-"
        memory = f"{r_memory[name]:.1f}" if name in r_memory else "-"
        line = f"{title:40} {ours * 1e3:9.4f} ms {shown:>12} {ratio:>8} {peak_megabytes(task):10.1f} {memory:>8}"
        print(line)
    if not with_r:
        print("Rscript is not installed: no comparison", file=sys.stderr)


if __name__ == "__main__":
    main()
