"""
Common: what every other rules file uses.

library(room)   the package files a job of that room depends on. Snakemake does not see edits to imported modules, so
                each rule lists them as inputs. A room imports only from rooms to its left, hence "that room and all
                before it" is always enough (tests/test_rooms.py holds the package to it).
"""

from pathlib import Path

import pandas as pd
import yaml

from ipt_evidence import ROOMS

RAW = "data/raw"
OUT = "data/processed"
VOCABULARY = expand(
    "config/vocabulary/{table}.csv",
    table=["conditions", "treatments", "treatment_classes", "outcomes", "instruments"],
)
QUESTIONS = "config/questions.csv"

ASKED = sorted(set(pd.read_csv(QUESTIONS)["condition"]))
GUIDES = sorted(
    guide["guide_id"]
    for guide in yaml.safe_load(Path(RAW, "guides.yaml").read_text(encoding="utf-8"))
)


wildcard_constraints:
    condition="[a-z0-9_]+",
    guide="[a-z0-9_]+",


def library(room):
    package = Path("src/ipt_evidence")
    rooms = ROOMS[: ROOMS.index(room) + 1]
    return sorted(
        map(
            str,
            [
                *package.glob("*.py"),
                *(file for name in rooms for file in (package / name).rglob("*.py")),
            ],
        )
    )
