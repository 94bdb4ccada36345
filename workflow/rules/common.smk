"""
Common: what every other rules file uses.

of_project(path)        a file of the project, wherever the review is that it works on: by its way from the working directory.
library(script)         digests of the package files that a script rests on, and of the versions of all libraries. Snakemake does
                        not see edits to imported modules, so each rule has them as a parameter; an edit re-runs what imports the
                        edited file, and nothing else; another version of a library re-runs everything.
written(...)            a digest of those inputs of a rule that people write. Snakemake asks for times alone whether an input is
                        new, and a copy that is put back has old ones (cp -p, rsync, unzip), so each rule has it as a parameter.
FAMILIES                the conditions that belong to no other. A question pools what lies under its condition, so a family
                        needs nothing of another one: work is cut by family.
after_checks(...)       a file that is known to have changed only once the raw tables have been checked. A job whose inputs
                        come through it, and are what they were, does not run: else a plan made before would run it.
of_families(...)        the same file of every family.
state_now()             a digest of review and program, computed once a run.
made_by_rules()         every file that the rules make.
made_from(job)          where a job of reporting says which tables it showed.
commit_now              the commit to cite, as a parameter; a function, since only the run itself needs to know, not each of its jobs.
tell(...)               sentences for the end of a run.
page(...)               a page for the report of Snakemake, which stays as it is until there is another text for it.
"""

import csv
import os
import re
from functools import cache
from glob import glob
from pathlib import Path

import yaml

from ipt_evidence.extraction.breaches import shown
from ipt_evidence.extraction.laid import misnamed
from ipt_evidence.imports import code_behind, content_of, libraries, state_of
from ipt_evidence.plain_yaml import read_plain
from ipt_evidence.reporting.as_left import note, tidy, to_make_anew
from ipt_evidence.reporting.citing import commit_of
from ipt_evidence.reporting.leftovers import BY_NAME, remove_leftovers
from ipt_evidence.reporting.made_from import FINGERPRINTS, mark_pages
from ipt_evidence.words.vocabulary import heads

# What belongs to a review (config, data, reports) lies in the working directory; templates, schemas and code do not.
RAW = "data/raw"
OUT = "data/processed"
# The words that rooms after extraction go by; what they need of the instruments is in the rows of the studies.
WORDS = expand(
    "config/vocabulary/{table}.csv",
    table=["conditions", "treatments", "treatment_classes", "outcomes", "mids"],
)
VOCABULARY = [*WORDS, "config/vocabulary/instruments.csv"]
QUESTIONS = "config/questions.csv"
RULES = config["appraisal"]["strength_rules"]
# A review need not plan any.
MODERATORS = [
    path
    for path in ("config/moderators.csv", "config/moderator_groups.csv")
    if Path(path).exists()
]


# A condition, question or guide, or what lies below a condition. Braces would be wildcards, dots lead out of the folder.
PLAIN = re.compile("[a-z0-9_]+(/[a-z0-9_]+(-v-[a-z0-9_]+)?)?")


if wrong := misnamed(Path.cwd()):
    raise WorkflowError(str(ExtractionError(wrong)))


def listed(names):
    """The names a table lists that files may bear; check_evidence says what is wrong with the others, or with the table."""
    try:
        return [name for name in dict.fromkeys(names()) if PLAIN.fullmatch(name)]
    except (OSError, ValueError, LookupError, TypeError, csv.Error, yaml.YAMLError):
        return []


def rows(table):
    with open(table, encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


NAME = "[a-z0-9_]+"
FAMILIES = listed(
    lambda: heads((row["condition"], row["parent"]) for row in rows(WORDS[0]))
)
ASKED = listed(lambda: [row["condition"] for row in rows(QUESTIONS)])
GUIDES = listed(
    lambda: [
        guide["guide_id"]
        for guide in read_plain(Path(RAW, "guides.yaml").read_text("utf-8"))
    ]
)


localrules:
    validate_evidence,
    gather_effects,
    gather_answers,
    gather_ratings,
    list_tables,
    changes,
    trust,


wildcard_constraints:
    family=NAME,
    condition=NAME,
    guide=NAME,


def of_project(path):
    # Relative, so that a folder that is moved, or copied to a cluster, still counts as done.
    return os.path.relpath(Path(workflow.basedir, path))


LIBRARIES = libraries(of_project("requirements/main.txt"))


def library(script):
    return f"{code_behind(of_project(f'workflow/scripts/{script}.py'))} {LIBRARIES}"


def written(*inputs):
    return content_of(
        path
        for paths in inputs
        for path in ([paths] if isinstance(paths, str) else paths)
    )


@cache
def wait_for_checks():
    """Refuse, as Snakemake wants it, until the raw tables are checked. What is over stays so, and is asked for once."""
    checkpoints.validate_evidence.get()


@cache
def state_now():
    return state_of(Path.cwd())


def after_checks(path):
    def found(wildcards):
        wait_for_checks()
        return path.format(**wildcards)

    return found


def of_families(path):
    def found(wildcards):
        wait_for_checks()
        return expand(path, family=FAMILIES)

    return found


def page(name, caption, category="Pages", **labels):
    shown = report(
        f"reports/{name}.html",
        caption=f"../report/{caption}.rst",
        category=category,
        labels=labels,
    )
    return update(shown)


@cache
def made_by_rules():
    paths = [str(path) for rule in workflow.rules for path in rule.output]
    family = re.compile(r"\{family[^}]*\}")
    return {
        family.sub(one, path)
        for path in paths
        for one in (FAMILIES if family.search(path) else [""])
    }


def made_from(job):
    return f"{FINGERPRINTS}/{job}.txt"


def commit_now(_):
    return commit_of(Path.cwd())


def tell(*sentences):
    for sentence in sentences:
        logger.warning(sentence)
