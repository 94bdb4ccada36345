"""
Common: what every other rules file uses.

of_project(path)        a file of the project, wherever the review is that it works on: by its way from the working directory.
library(script)         the package files that a script rests on. Snakemake does not see edits to imported modules, so each
                        rule lists them as inputs; an edit re-runs what imports the edited file, and nothing else.
studied()               the conditions that have trials; known only once the raw tables have been validated.
studies_of(wildcards)   the slice of studies of the condition.
below(table)            one table of effects of the condition and of all conditions under it.
by_condition(...)       one table of each condition.
answers(table)          one table of answers of each condition, asked for only once the raw tables have been validated:
                        else a plan made before would make all answers again, although none of them changed.
page(...)               a page for the report of Snakemake, which stays as it is until there is another text for it.
"""

import os
from pathlib import Path

import pandas as pd
import yaml

from ipt_evidence.imports import files_behind

# What belongs to a review (config, data, reports) lies in the working directory; templates, schemas and code do not.
RAW = "data/raw"
OUT = "data/processed"
VOCABULARY = expand(
    "config/vocabulary/{table}.csv",
    table=["conditions", "treatments", "treatment_classes", "outcomes", "instruments"],
)
QUESTIONS = "config/questions.csv"


def listed(names):
    """What a table lists; nothing if it cannot be read, because then check_evidence says what is wrong with it."""
    try:
        return sorted(set(names()))
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError):
        return []


ASKED = listed(lambda: pd.read_csv(QUESTIONS)["condition"].dropna())
GUIDES = listed(
    lambda: [
        guide["guide_id"]
        for guide in yaml.safe_load(Path(RAW, "guides.yaml").read_text("utf-8"))
    ]
)


wildcard_constraints:
    condition="[a-z0-9_]+",
    guide="[a-z0-9_]+",


def of_project(path):
    # Relative, so that a folder that is moved, or copied to a cluster, still counts as done.
    return os.path.relpath(Path(workflow.basedir, path))


def library(script):
    files = files_behind(of_project(f"workflow/scripts/{script}.py"))
    return [os.path.relpath(file) for file in files]


def studied():
    studies = Path(checkpoints.validate_evidence.get().output.studies)
    return sorted(path.stem for path in studies.glob("*.json"))


def studies_of(wildcards):
    checkpoints.validate_evidence.get()
    return f"{OUT}/studies/{wildcards.condition}.json"


def below(table):
    def tables(wildcards):
        parent = pd.read_csv("config/vocabulary/conditions.csv").set_index("condition")[
            "parent"
        ]

        def belongs(condition):
            return condition == wildcards.condition or (
                pd.notna(parent[condition]) and belongs(parent[condition])
            )

        return by_condition("effects", table, filter(belongs, studied()))

    return tables


def by_condition(room, table, conditions):
    return [f"{OUT}/{room}/{condition}/{table}.csv" for condition in conditions]


def answers(table):
    def paths(wildcards):
        checkpoints.validate_evidence.get()
        return by_condition("answers", table, ASKED)

    return paths


def page(name, caption, category="Pages", **labels):
    shown = report(
        f"reports/{name}.html",
        caption=f"../report/{caption}.rst",
        category=category,
        labels=labels,
    )
    return update(shown)
