"""ipt-evidence pool: pool the effects of any table."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from ipt_evidence.cli.terminal import stop, table_of, two_columns
from ipt_evidence.errors import EvidenceError


def pool(
    file: Annotated[Path, typer.Argument(help="CSV with the columns yi and vi, one row a trial.")],
    method: Annotated[str, typer.Option(help="REML, ML, DL, PM, SJ, EB, HE, HS or CE.")] = "REML",
    interval: Annotated[str, typer.Option(help="adhoc (HKSJ with a floor), HKSJ or normal.")] = "adhoc",
    level: Annotated[float, typer.Option(help="Coverage of the intervals.")] = 0.95,
) -> None:
    """Pool the effects of any CSV with the columns yi and vi."""
    from ipt_evidence.engine.pooling.random_effects import pool as pool_effects

    table = table_of(file, ["yi", "vi"])
    for column in ("yi", "vi"):
        if not pd.api.types.is_numeric_dtype(table[column]):
            stop(f"{file}: the column {column} must hold numbers, one a row")
    try:
        result = pool_effects(table["yi"], table["vi"], method=method, interval=interval, level=level)
    except EvidenceError as problem:
        stop(f"{file}: {problem}")
    Console().print(two_columns("Pooled effect", pd.Series(asdict(result))))
