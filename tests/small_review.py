"""A part of the invented review, for what has to be done to a whole review several times."""

import shutil
from pathlib import Path

import pandas as pd

EXAMPLE = Path(__file__).parents[1] / "examples" / "behavioural_activation"
KEPT = {"alder2011", "birch2012", "cedar2013", "elm2015", "fir2016"}
"""Trials that are kept: two against control, one against another therapy, a printed contrast, a retraction."""


def lay_small_review(folder: Path) -> None:
    """Lay the part of the invented review into a folder: ``config`` and ``data/raw``."""
    for name in ("config", "data/raw"):
        shutil.copytree(EXAMPLE / name, folder / name)
    raw = folder / "data/raw"
    for name in ("trials", "arms", "outcomes", "contrasts", "risk_of_bias", "doubts", "overrides", "corrections"):
        table = pd.read_csv(raw / f"{name}.csv", dtype=str, keep_default_na=False)
        kept = table["trial_id"].isin(KEPT) if "trial_id" in table else pd.Series(False, index=table.index)
        kept &= ~table.get("action", pd.Series("", index=table.index)).isin(["correction"])
        table[kept].to_csv(raw / f"{name}.csv", index=False, lineterminator="\n")
    (raw / "screening.csv").unlink()  # it names the trials that are left out
    entries = (raw / "references.bib").read_text(encoding="utf-8").split("\n\n")
    cited = [entry for entry in entries if any(f"{{{name}," in entry for name in KEPT)]
    (raw / "references.bib").write_text("\n\n".join(cited), encoding="utf-8")
    plan = pd.read_csv(folder / "config/questions.csv", dtype=str, keep_default_na=False)
    few = plan["comparator"].isin(["control", "talking_therapy"]) & plan["intervention"].eq("ba")
    plan[few].to_csv(folder / "config/questions.csv", index=False, lineterminator="\n")
