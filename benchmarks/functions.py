"""How long every public function of the engine takes with 99 trials, and how long importing the engine takes.

``python benchmarks/functions.py [TIMES]`` writes two sections of results.md: the slowest functions, and imports beside
those of scipy.special and numpy. Times are the best of TIMES (3), in seconds of the processor.
"""

import inspect
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from measuring import machine, table, write_section

import ipt_evidence.effects
import ipt_evidence.synthesis
from ipt_evidence.engine.checks import Floats

K = 99
SHOWN = 5
NOTHING = "import numpy, scipy.special"
IMPORTS = {
    "numpy, scipy.special": NOTHING,
    "`ipt_evidence.synthesis`": "import ipt_evidence.synthesis",
    "`pool`, `pool_subsets`, `regress` and `network` of it": (
        "from ipt_evidence.synthesis import network, pool, pool_subsets, regress"
    ),
    "every public name": (
        "import ipt_evidence.effects as e, ipt_evidence.synthesis as s; "
        "[getattr(m, n) for m in (e, s) for n in m.__all__]"
    ),
}


def functions() -> dict[str, Callable[..., Any]]:
    """Return the public functions that live in the engine."""
    modules = (ipt_evidence.effects, ipt_evidence.synthesis)
    named = {name: getattr(module, name) for module in modules for name in module.__all__}
    return {
        name: value
        for name, value in named.items()
        if inspect.isfunction(value) and value.__module__.startswith("ipt_evidence.engine.")
    }


def arguments() -> dict[str, Any]:
    """Return a value for every argument that a function of the engine needs, by its name."""
    rng = np.random.default_rng(2026)
    variances = rng.uniform(0.02, 0.2, K)
    effects = rng.normal(0.4, np.sqrt(variances + 0.1))
    numbers = np.arange(K)
    treatments = np.array(["usual care", "waiting list", "IPT", "CBT", "drug"])
    first = rng.integers(0, 5, K)
    subsets = rng.random((1000, K)) < 0.5
    network = {
        "treatments1": treatments[first],
        "treatments2": treatments[(first + rng.integers(1, 5, K)) % 5],
        "studies": numbers,
    }
    people = {"n": 60, "n1": rng.integers(20, 90, K), "n2": rng.integers(20, 90, K)}
    tables = {
        "events1": rng.integers(3, 15, K),
        "events2": rng.integers(3, 15, K),
        "total1": rng.integers(20, 90, K),
        "total2": rng.integers(20, 90, K),
    }
    scores = {
        "mean1": rng.normal(12, 2, K),
        "mean2": rng.normal(15, 2, K),
        "sd1": 6.0,
        "sd2": 7.0,
        "mean": 12.0,
        "sd": 6.0,
    }
    before = {"mean_before": 20.0, "mean_after": rng.normal(14, 2, K), "sd_before": 6.0, "sd_after": 7.0}
    five = {"minimum": 2.0, "q1": rng.uniform(5, 8, K), "median": 10.0, "q3": rng.uniform(12, 18, K), "maximum": 30.0}
    statistics = {
        "t": effects * 5,
        "f": (effects * 5) ** 2,
        "p": rng.uniform(0.001, 0.9, K),
        "difference": effects,
        "se": 0.3,
    }
    contrast = ipt_evidence.effects.hedges_g(12, 6, 40, 15, 7, 41)
    return {
        **network,
        **people,
        **tables,
        **scores,
        **before,
        **five,
        **statistics,
        "effects": effects,
        "values": effects,
        "variances": variances,
        "covariance": np.diag(variances),
        "moderators": rng.normal(size=K),
        "scale_moderators": rng.normal(size=K),
        "doses": rng.uniform(0, 20, K),
        "clusters": rng.integers(0, 40, K),
        "groups": np.array(["a", "b", "c"])[rng.integers(0, 3, K)],
        "factors": {"team": rng.integers(0, 12, K), "trial": numbers},
        "subsets": subsets,
        "data": np.zeros(1000, dtype=int),
        "methods": ["REML"] * 1000,
        "intervals": ["HKSJ"] * 1000,
        "found": ipt_evidence.synthesis.network(effects, variances, **network),
        "estimate": 0.4,
        "ci_low": 0.2,
        "ci_high": 0.6,
        "control_risks": rng.uniform(0.1, 0.6, K),
        "tau2": 0.1,
        "threshold": 0.24,
        "arms1": 2 * numbers,
        "arms2": 2 * (numbers // 2) + 1,
        "variances1": 0.05,
        "variances2": 0.05,
        "first": contrast,
        "second": contrast,
        "correlation": 0.5,
        "cutoff": 8.0,
        "lower_is_better": True,
        "low": effects - 0.3,
        "high": effects + 0.3,
    }


def uneven() -> tuple[Floats, Floats]:
    """Return effects and variances of trials from tiny to huge: the slowest kind known of model-averaged Bayes."""
    rng = np.random.default_rng(2026)
    variances = 10 ** rng.uniform(-5, 2, K)
    return rng.normal(0.2, np.sqrt(variances + 0.01)), variances


def given(name: str, function: Callable[..., Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the needed arguments of one function; several versions of the trials, or outcomes, where it takes them."""
    needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    taken = {argument: known[argument] for argument in needed}
    if name == "pool_specifications":
        taken |= {part: taken[part][None, :] for part in ("effects", "variances")}
    if "multivariate" in name:
        taken |= {part: np.column_stack([taken[part], taken[part][::-1]]) for part in ("effects", "variances")}
    return taken


def seconds(task: Callable[[], object], times: int) -> float:
    """Return the least seconds of the processor that a task took."""
    best = np.inf
    for _ in range(times):
        start = time.process_time()
        task()
        best = min(best, time.process_time() - start)
    return float(best)


def importing(code: str, times: int) -> float:
    """Return the least seconds of the processor for a new interpreter that runs some imports, its start not counted.

    From byte code, as what is installed has it: without, compiling our modules each time would be most of it.
    """
    timed = f"import time; start = time.process_time(); exec({code!r}); print(time.process_time() - start)"
    run = [sys.executable, "-c", timed]
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    runs = (subprocess.run(run, capture_output=True, check=True, text=True, env=known) for _ in range(times + 1))
    return min(float(done.stdout) for done in runs)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    known, public = arguments(), functions()
    tasks = {f"`{name}`": partial(function, **given(name, function, known)) for name, function in public.items()}
    tasks["`pool_model_averaged`, variances over seven decades"] = partial(public["pool_model_averaged"], *uneven())
    took = {name: seconds(task, times) for name, task in tasks.items()}
    slowest = sorted(took.items(), key=lambda item: -item[1])[:SHOWN]
    here = f"{machine(1)} Best of {times}, in seconds of the processor: `benchmarks/functions.py`."
    rows = [(name, f"{value:.2f} s") for name, value in slowest]
    said = f"Of {len(public)} public functions with {K} trials the slowest. Aim: none takes a second."
    write_section("Slowest functions of the engine", f"{here} {said}\n\n{table(('function', 'time'), rows)}")
    loads = {words: importing(code, max(times, 5)) for words, code in IMPORTS.items()}
    least = loads["numpy, scipy.special"]
    rows = [(words, f"{1000 * value:.0f} ms", f"{value / least:.2f}") for words, value in loads.items()]
    said = "What the engine offers is loaded on first use; averages need no library beside numpy and scipy.special."
    text = f"{here} Aim: not above numpy and scipy.special. {said}\n\n"
    write_section("Imports", text + table(("what", "time", "ratio"), rows))


if __name__ == "__main__":
    main()
