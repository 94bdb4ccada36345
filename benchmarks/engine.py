"""Speed and memory of the engine, side by side with metafor in R, in one run; writes a section of results.md.

``make bench``, or ``python benchmarks/engine.py [ROUNDS]``. Each time is the best of several rounds, in which Python
and R take turns, in seconds of the processor (user and system, every thread): other work on the machine matters little.
Memory is the most that Python's own objects and arrays took on top of the data; of R what ``gc`` reports as the peak
above the data.
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
from typing import NamedTuple

import numpy as np
from measuring import machine, table, write_section

from ipt_evidence.engine.pooling.inputs import INTERVALS, METHODS
from ipt_evidence.synthesis import (
    bootstrap,
    permutation_test,
    pool,
    pool_dependent,
    pool_specifications,
    pool_subsets,
    regress,
)

R_SCRIPT = """
suppressMessages({library(metafor); library(jsonlite)})
args <- commandArgs(TRUE); d <- fromJSON(args[1]); y <- d$effects; v <- d$variances; x <- d$moderator; cl <- d$cluster
V <- outer(cl, cl, "==") * .6 * sqrt(outer(v, v)); diag(V) <- v; id <- seq_along(y)
one <- rma(y, v); by <- rma(y, v, mods = x, test = "knha"); n <- length(y)
loop <- function(draw) for (i in 1:100) { d <- draw(); r <- suppressWarnings(rma(d[[1]], d[[2]])); c(r$beta, r$tau2) }
tasks <- list(
  pool = list(20, 1, function() { r <- rma(y, v, test = "knha"); predict(r); confint(r) }),
  subsets = list(1, 300, function() suppressWarnings(gosh(one, subsets = 300, progbar = FALSE))),
  permutation = list(1, 100, function() permutest(by, iter = 100, progbar = FALSE)),
  parametric = list(1, 100, function() loop(function() list(rnorm(n, coef(one), sqrt(v + one$tau2)), v))),
  nonparametric = list(1, 100, function() loop(function() { i <- sample(n, replace = TRUE); list(y[i], v[i]) })),
  regress = list(20, 1, function() rma(y, v, mods = x, test = "knha")),
  dependent = list(3, 1, function() rma.mv(y, V, random = ~ 1 | cl / id, data = data.frame(y, cl, id))))
out <- lapply(tasks, function(task) {
  task[[3]](); invisible(gc(reset = TRUE)); before <- sum(gc()[, 2])
  seconds <- sum(system.time(for (i in seq_len(task[[1]])) task[[3]]())[1:2]) / task[[1]] / task[[2]]
  list(seconds = seconds, megabytes = sum(gc()[, 6]) - before)
})
cat(toJSON(out, auto_unbox = TRUE, digits = NA))
"""


class Task(NamedTuple):
    """What is timed: so many times, each for so many units of work; how many times faster than R it should be."""

    words: str
    run: Callable[[], object]
    repeats: int
    units: int
    aim: int | None


def timed(task: Task) -> float:
    """Return seconds of the processor per unit of work."""
    start = time.process_time()
    for _ in range(task.repeats):
        task.run()
    return (time.process_time() - start) / task.repeats / task.units


def peak_megabytes(run: Callable[[], object]) -> float:
    tracemalloc.start()
    run()
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


def tasks() -> dict[str, Task]:
    given = data()
    y, v, x = given["effects"], given["variances"], given["moderator"]
    subsets = np.random.default_rng(1).random((100_000, 31)) < 0.5
    subsets[subsets.sum(axis=1) < 2, :2] = True
    many = specifications(given)

    def draws(kind: str) -> Task:
        return Task(f"one of 10,000 {kind} bootstrap draws", lambda: bootstrap(y, v, kind=kind), 1, 10_000, 100)

    return {
        "pool": Task("one synthesis, everything (31 trials)", lambda: pool(y, v), 200, 1, 20),
        "subsets": Task("one of 100,000 subsets", lambda: pool_subsets(y, v, subsets), 1, 100_000, 3000),
        "permutation": Task("one of 10,000 permutations", lambda: permutation_test(y, v, x), 1, 10_000, 100),
        "parametric": draws("parametric"),
        "nonparametric": draws("nonparametric"),
        "regress": Task("one meta-regression", lambda: regress(y, v, x), 100, 1, None),
        "dependent": Task(
            "correlated and hierarchical effects", lambda: pool_dependent(y, v, given["cluster"]), 5, 1, None
        ),
        "multiverse": Task("one of 10,000 specifications", lambda: pool_specifications(**many), 1, 10_000, None),
    }


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    todo, given = tasks(), data()
    if shutil.which("Rscript") is None:
        sys.exit("Rscript is not installed: there is nothing to compare with")
    best: dict[str, float] = dict.fromkeys(todo, np.inf)
    r_best: dict[str, float] = {}
    r_memory: dict[str, float] = {}
    for _ in range(rounds):
        for name, task in todo.items():
            best[name] = min(best[name], timed(task))
        for name, found in run_r(given).items():
            r_best[name] = min(r_best.get(name, np.inf), found["seconds"])
            r_memory[name] = found["megabytes"]
    rows = []
    for name, task in todo.items():
        theirs, aim = r_best.get(name), f"{task.aim:,}" if task.aim else "-"
        shown = (f"{1e3 * theirs:.3f} ms", f"{theirs / best[name]:,.0f}") if theirs else ("-", "-")
        memory = f"{r_memory[name]:.1f} MB" if theirs else "-"
        rows.append(
            (task.words, f"{1e3 * best[name]:.4f} ms", *shown, aim, f"{peak_megabytes(task.run):.1f} MB", memory)
        )
    head = ("", "here", "metafor", "times faster", "at least", "memory here", "memory of R")
    text = (
        f"{machine(1)} Best of {rounds} rounds side by side, in seconds of the processor: `benchmarks/engine.py`. "
        "One synthesis: `rma()`, `predict()` and `confint()`; subsets: `gosh()`; permutations: `permutest()`; "
        "bootstrap: a loop over `rma()`. P-values of subsets, which `gosh()` has not, are worked out when asked for. "
        "Memory of R is for 300 subsets and 100 draws, not for all that are made here."
    )
    write_section("The engine beside metafor", f"{text}\n\n{table(head, rows)}")


if __name__ == "__main__":
    main()
