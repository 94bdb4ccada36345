"""The analyses beside a complete script of R with metafor, at about 1,000 trials of 200 conditions; side by side.

``python benchmarks/baseline.py`` from the root: ``--conditions 8`` and ``--trials 1`` say how often the tables are
repeated (see grow.py). Ours is the whole analysis as ``make`` runs it, processes and files included: effects,
pooling, rating. R does what metafor has a function for (baseline.R), and is given the effects of trials, which it
need not choose. Both use two cores, one after the other; it stops at the first figure that the two tell otherwise than
allowed. R takes hours, so it may be stopped (``--most 8``: after eight times our time); what it has found by then is
compared. The table goes into benchmarks/results.md.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from grow import RAW, sized
from measuring import Measured, machine, measured, snakemake, table, write_section

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "trust"))
from recomputed import arm_effects, valued  # noqa: E402

from ipt_evidence.files import read_table, write_table  # noqa: E402

LIMITS = {"close": 1e-6, "searched": 1e-3}
"""Largest difference, absolute or relative, of figures that both compute to the end, and of those that R searches for
with a tolerance of its own: limits of tau², trim and fill, selection models."""

Tables = Mapping[str, pd.DataFrame]
AIM = 5
CORES = 2


def tables_of(folder: Path) -> dict[str, pd.DataFrame]:
    processed = folder / "data" / "processed"
    found = {path.stem: read_table(path) for path in processed.glob("*.csv")}
    for name in ("multiverse", "versions"):
        parts = [read_table(path) for path in sorted(processed.glob(f"answers/*/{name}.csv"))]
        found[f"{name}_laid_out"] = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return found


def hand_over(tables: Tables, folder: Path) -> None:
    """Write what R is given."""
    given = {
        "pairs": arm_effects(tables), "weights": tables["synthesis_weights"], "valued": valued(tables),
        "versions": tables["versions_laid_out"], "choices": tables["multiverse_laid_out"],
    }  # fmt: skip
    for name, rows in given.items():
        write_table(rows, folder / f"{name}.csv")


def ours(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return our figures under the names of R, by analysis."""
    variants, small = tables["sensitivity"], tables["small_study"]
    renamed = {"egger": "p_value", "rank": "statistic", "trim_and_fill": "estimate", "selection_model": "estimate"}
    short = {"trim_and_fill": "filled"}
    methods = [
        small[small["method"].eq(method)].set_index("question_id")[column].rename(short.get(method, method))
        for method, column in renamed.items()
    ]
    moderated = pd.concat([tables["subgroups"], tables["regressions"]]).query("status == 'run'")
    left = variants[variants["kind"].eq("without_trial") & variants["interval"].eq("adhoc")]
    return {
        "pooled": tables["syntheses"].query("k >= 2"),
        "variants": variants[variants["variant"].isin(["common_effect", "method_DL", "method_PM", "interval_normal"])],
        "without": left.rename(columns={"trials": "trial_id"}),
        "influence": tables["influence"],
        "small": pd.concat(methods, axis=1).reset_index(),
        "multiverse": tables["multiverse_laid_out"].drop_duplicates(KEYS["multiverse"]),
        "moderators": moderated.drop_duplicates(KEYS["moderators"]),
    }


KEYS = {
    "pooled": ["question_id"], "variants": ["question_id", "variant"], "without": ["question_id", "trial_id"],
    "influence": ["question_id", "trial_id"], "small": ["question_id"],
    "multiverse": ["question_id", "version", "method", "interval", "outliers"],
    "moderators": ["question_id", "moderator_id"],
}  # fmt: skip
SEARCHED = ("tau2_low", "tau2_high", "filled", "selection_model")


def differences(mine: Mapping[str, pd.DataFrame], theirs: Mapping[str, Any]) -> list[tuple[str, str, int, float]]:
    """Return analysis, figure, how many both have, and the largest difference, absolute or relative if that is less."""
    found = []
    for name, key in KEYS.items():
        if name not in theirs:
            continue
        both = mine[name].merge(pd.DataFrame(theirs[name]), on=key, suffixes=("", "_r"), validate="one_to_one")
        for column in sorted(column.removesuffix("_r") for column in both if column.endswith("_r")):
            one, other = both[column].astype(float), both[f"{column}_r"].astype(float)
            apart = (one - other).abs()
            apart = pd.concat([apart, apart / other.abs()], axis=1).min(axis=1).dropna()
            found.append((name, column, len(apart), float(apart.max())))
    return found


def check(found: list[tuple[str, str, int, float]]) -> None:
    for name, column, count, most in found:
        limit = LIMITS["searched" if column in SEARCHED else "close"]
        print(f"{name:12} {column:18} {count:7,} figures, at most {most:.1e} apart")
        if not count or most > limit:
            sys.exit(f"{name}, {column}: {count} figures, apart by up to {most:.3g}; allowed {limit:g}")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--conditions", type=int, default=8, help="how many times the conditions, with their trials")
    given.add_argument("--trials", type=int, default=1, help="how many times the trials of each")
    given.add_argument("--most", type=float, default=math.inf, help="how many times our time R is given")
    choices = given.parse_args()
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory(prefix="baseline-") as work:
        folder, handed = sized(Path(work, "review"), choices.conditions, choices.trials), Path(work, "handed")
        trials = len(pd.read_csv(folder / RAW / "trials.csv"))
        measured(snakemake("data/processed/trials.csv", cores=CORES), folder, programs)
        made = [f"data/processed/{name}.csv" for name in ("effect_sizes", "syntheses", "ratings")]
        here = measured(snakemake(*made, cores=CORES), folder, programs)
        tables = tables_of(folder)
        handed.mkdir()
        hand_over(tables, handed)
        script = ["Rscript", str(ROOT / "benchmarks/baseline.R"), str(handed), str(CORES)]
        there = measured(stopped_after(choices.most * here.seconds, script), folder, programs)
        theirs = {path.stem: json.loads(path.read_text("utf-8")) for path in (handed / "found").glob("*.json")}
        found = differences(ours(tables), theirs)
    check(found)
    left = [name for name in KEYS if name not in theirs]
    write_section(f"Beside R, {trials:,} trials", page(trials, here, there, found, left))


def stopped_after(seconds: float, command: list[str]) -> list[str]:
    """Return the command, to be stopped after a time without that being an error."""
    if math.isinf(seconds):
        return command
    return ["sh", "-c", 'timeout "$0" "$@" || [ $? -eq 124 ]', f"{seconds:.0f}", *command]


def page(
    trials: int, here: Measured, there: Measured, found: list[tuple[str, str, int, float]], left: list[str]
) -> str:
    rows = [
        (name, f"{one.seconds:.0f} s", f"{one.busy:.0f} s", f"{one.megabytes:.0f} MB")
        for name, one in (("here: effects, pooling, rating", here), ("R with metafor", there))
    ]
    ratios = [f"{there.seconds / here.seconds:.1f}", f"{there.busy / here.busy:.1f}"]
    if left:
        # The system does not tell the time of what was stopped with its processes.
        rows[1] = (rows[1][0], f"stopped after {rows[1][1]}", "-", rows[1][3])
        ratios = [f"more than {ratios[0]}", "-"]
    rows.append(("R / here", *ratios, f"{there.megabytes / here.megabytes:.1f}"))
    head = (f"{trials:,} trials", "by the clock", "of the processor", "memory")
    agreeing = f"{sum(count for _, _, count, _ in found):,} figures that both compute agree"
    aim = f"Aim: at least {AIM} times as fast by the clock. `benchmarks/baseline.py`, `benchmarks/baseline.R`."
    within = f"within {LIMITS['close']:g}, searched ones within {LIMITS['searched']:g}"
    stopped = f" R was stopped before it had all of: {', '.join(left)}." if left else ""
    said = f"{machine(CORES)} {aim} {agreeing}: {within}.{stopped}"
    return f"{said}\n\n{table(head, rows)}"


if __name__ == "__main__":
    main()
