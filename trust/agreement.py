"""R with metafor finds the figures of the review again: each beside ours, from the tables of the last run.

``python trust/agreement.py`` from the root. It prints for every quantity how many figures were compared and how far
apart they are at most, and fails where one is further apart than allowed, or where only one of the two engines has it.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import recomputed
from copies import ROOT, record, state, tell, today

from ipt_evidence.reporting.schemas import PROCESSED_TABLES
from ipt_evidence.reporting.trust import read_records


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures of one table.

    Attributes
    ----------
    name, table : str
        What they are, and the processed table that holds them.
    ours, theirs : DataFrame
        The same columns, a row for the same things by their index.
    relative, absolute : float
        How far apart two figures may be: the absolute limit and the relative one times theirs.
    """

    name: str
    table: str
    ours: pd.DataFrame
    theirs: pd.DataFrame
    relative: float = 1e-6
    absolute: float = 1e-8


def parts(tables: recomputed.Tables, networks: list[str]) -> tuple[dict[str, str], list[Part]]:
    """Return the versions of R and metafor, and every figure that both engines have, of networks those named."""
    found = recomputed.by_metafor(tables)
    compared = recomputed.networks(tables, networks)

    def part(name: str, table: str, pair: recomputed.Pair, **limits: float) -> Part:
        return Part(name=name, table=table, ours=pair[0], theirs=pair[1], **limits)

    return found["versions"], [
        part("Effects of arms", "effect_sizes", recomputed.effects(tables, found), relative=1e-8, absolute=1e-10),
        part("Pooled answers", "syntheses", recomputed.pooled(tables, found)),
        part("Groups of trials", "subgroups", recomputed.groups(tables, found)),
        part("Slopes", "regressions", recomputed.slopes(tables, found)),
        part("Numbers of people", "absolute", recomputed.people(tables), relative=1e-8, absolute=1e-10),
        part("Networks", "network_estimates", compared["estimates"]),
        part("Networks, direct and indirect evidence", "network_estimates", compared["split"]),
        part("Networks, differences between trials", "networks", compared["heterogeneity"]),
    ]


def lines(part: Part) -> Iterator[dict[str, Any]]:
    """Yield a line for each quantity: how many figures, how far apart at most, whether all are as close as allowed."""
    for quantity in part.theirs:
        columns = {"ours": part.ours[quantity], "theirs": part.theirs[quantity]}
        pair = pd.concat(columns, axis=1).astype(float).dropna(how="all")
        alone, both = int(pair.isna().any(axis=1).sum()), pair.dropna()
        apart = (both["ours"] - both["theirs"]).abs().where(both["ours"] != both["theirs"], 0.0)
        size = both["theirs"].abs()
        # What is as small as the absolute limit differs by as much as itself if the other is 0.
        share = (apart / size)[size > part.absolute]
        yield {
            "part": part.name, "table": part.table, "quantity": quantity,
            "title": PROCESSED_TABLES[part.table].columns[quantity].title, "number": len(both), "alone": alone,
            "difference": largest(apart), "share": largest(share),
            "relative": part.relative, "absolute": part.absolute,
            "held": bool(len(both) and not alone and (apart <= part.absolute + part.relative * size).all()),
        }  # fmt: skip


def largest(numbers: pd.Series) -> float | None:
    """Return the largest number; None if there is none or if it has no end."""
    found = numbers.max()
    return float(found) if np.isfinite(found) else None


def dated(line: Mapping[str, Any], now: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with the run in which it held last: this one, or that which the record before tells of."""
    names = ("part", "quantity")
    same = (old for old in before.get("tried", []) if [old[name] for name in names] == [line[name] for name in names])
    return {**line, "last_held": dict(now) if line["held"] else next(same, {}).get("last_held")}


def said(line: Mapping[str, Any]) -> str:
    sizes = ("-" if line[name] is None else f"{line[name]:.1e}" for name in ("difference", "share"))
    verdict = "held" if line["held"] else "DIFFERENT"
    alone = f", {line['alone']} that only one engine has" if line["alone"] else ""
    return f"{line['part']:40} {line['quantity']:22} {line['number']:5}  {'  '.join(sizes)}  {verdict}{alone}"


def main() -> None:
    if not shutil.which("Rscript"):
        sys.exit("Agreement is found with R and its packages metafor and jsonlite: Rscript is not installed.")
    of, tables = state(), recomputed.processed()
    before = read_records(ROOT).get("agreement", {})
    # A comparison that stops has found nothing; when each quantity held last is kept.
    record("agreement", [{**line, "held": None} for line in before.get("tried", [])], of)
    try:
        versions, compared = parts(tables, list(tables["networks"]["network_id"]))
    except subprocess.CalledProcessError as failure:
        sys.exit(f"R stopped in {failure.cmd[1]}; what it said stands above.")
    now = {**of, "date": today()}
    found = [dated(line, now, before) for part in compared for line in lines(part)]
    tell(f"R {versions['R']}, metafor {versions['metafor']}: figures, largest difference, largest relative difference")
    for line in found:
        tell(said(line))
    sys.exit(0 if record("agreement", found, {**of, **versions}) else 1)


if __name__ == "__main__":
    main()
