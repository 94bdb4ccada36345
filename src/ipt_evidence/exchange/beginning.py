"""Begin a review of one's own: its configuration, its words, its empty tables, in a folder anywhere."""

import csv
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.imported import table_text
from ipt_evidence.exchange.names import slug
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.schemas import QUESTIONS, RAW_TABLES

PROJECT = Path(__file__).parents[3]
"""The checkout this package runs from: rules, scripts, templates, and the review a new one takes its settings from."""

EXAMPLE = PROJECT / "examples" / "behavioural_activation"
CONTROL = "control"
"""The class that rules know by its name."""

MADE = ("reports", "drafts", "processed", "logs", ".snakemake")
"""Folders that a run makes."""

IGNORED = "/data/processed/\n/reports/\n/drafts/\n/logs/\n/.snakemake/\n"
"""The same for git."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy:
    """The therapy under review.

    Attributes
    ----------
    name, short : str
        As texts write it first, such as ``Behavioural activation``, and from then on, such as ``BA``.
    """

    name: str
    short: str

    @property
    def word(self) -> str:
        """What tables call it."""
        return slug(self.short)

    @property
    def in_words(self) -> str:
        """How it stands within a sentence."""
        plain = _within(self.name)
        return plain if plain.lower() == self.short.lower() else f"{plain} ({self.short})"


def begin_example(folder: Path) -> None:
    """Copy the invented example into a folder that is new or empty.

    Raises
    ------
    ExtractionError
        If there is something in the folder.
    """
    _refuse_filled(folder)
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(*MADE), dirs_exist_ok=True)
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")


def begin_review(folder: Path, therapy: Therapy, title: str, conditions: list[str]) -> None:
    """Write everything a review consists of, but for its trials.

    Method choices, outcomes, instruments, comparators and rules are those of the review in this checkout, without what
    is about its therapy or its conditions. The folder is new or empty; conditions are named as ``Panic disorder``.

    Raises
    ------
    ExtractionError
        If there is something in the folder, or a name leaves no word for the tables or one that is taken.
    """
    _refuse_filled(folder)
    _refuse_unfit(therapy, conditions)
    texts = {
        "config/config.yaml": _config(therapy, title),
        "config/questions.csv": ",".join(QUESTIONS.columns) + "\n",
        "config/strength_rules.csv": _of_project("config/strength_rules.csv"),
        "data/raw/guides.yaml": "[]\n",
        "data/raw/references.bib": "",
        "data/raw/guide_references.bib": "",
        "README.md": _readme(therapy, title),
        ".gitignore": IGNORED,
    }
    texts |= {f"data/raw/{name}.csv": table_text(name, []) for name in RAW_TABLES}
    texts |= {f"config/vocabulary/{name}.csv": text for name, text in _vocabulary(therapy, conditions).items()}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _refuse_filled(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        refuse(folder.as_posix(), "the folder is not empty", "Name a new one; nothing that is there is replaced")


def _refuse_unfit(therapy: Therapy, conditions: list[str]) -> None:
    """Refuse names that leave no word for tables, or one that is taken."""
    words = [slug(name) for name in conditions]
    named = [("--condition", name, word) for name, word in zip(conditions, words, strict=True)]
    remedy = "Give one with letters from a to z that is not taken"
    found = []
    for option, name, word in [("--short", therapy.short, therapy.word), *named]:
        if not word:
            rule = "no word for tables can be made of the name"
        elif option == "--condition" and words.count(word) > 1:
            rule = f"'{word}' is the word of {words.count(word)} conditions"
        elif option == "--short" and word == CONTROL:
            rule = f"'{CONTROL}' is the word for no therapy, usual care and waiting lists"
        else:
            continue
        found.append(Breach(file=option, column="name", value=name, rule=rule, remedy=remedy))
    if found:
        raise ExtractionError(found)


def _of_project(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def _config(therapy: Therapy, title: str) -> str:
    """Return the configuration of this checkout with another review at its head."""
    settings = _of_project("config/config.yaml")
    head, rest = settings.split("\nreview:\n", 1)
    review = {
        "title": title,
        "intervention": therapy.word,
        "authors": f"The authors of {title}",
        "rights": "The authors have not stated under which terms these texts and tables may be used.",
        "last_review": date.today().isoformat(),
        "months_to_next": 12,
        "data": {
            "name": f"{therapy.word}-evidence-raw".replace("_", "-"),
            "title": f"Trials of {therapy.name}: extraction tables",
            "description": f"Randomised trials of {therapy.name}, arm by arm, as extracted.",
            "licence": {
                "name": "all-rights-reserved",
                "path": "https://choosealicense.com/no-permission/",
                "title": "No licence stated",
            },
        },
    }
    own = {"review": review, "site": {"base_url": ""}}
    kept = rest[rest.index("\nsynthesis:\n") :]
    return f"{head}\n{yaml.safe_dump(own, sort_keys=False, allow_unicode=True, width=110)}{kept}"


def _vocabulary(therapy: Therapy, conditions: list[str]) -> Mapping[str, str]:
    combined, both = f"{therapy.word}_with_medication", f"{therapy.word}+pharmacotherapy"
    roles = {row["class"]: row["role"] for row in _rows("treatment_classes")}
    compared = {name for name, role in roles.items() if role != "both" and name != therapy.word}

    def is_other(row: Row) -> bool:
        """Tell a treatment that the therapy may be compared with from the therapy itself under another class."""
        is_compared = row["class"] in compared and roles[row["class"]] == "comparator"
        own = row["treatment"] == therapy.word or row["label"].lower() in (therapy.name.lower(), therapy.short.lower())
        return is_compared and not own

    own_classes = [
        {"class": therapy.word, "label": therapy.short, "plain_label": therapy.in_words, "role": "both"},
        {
            "class": combined,
            "label": f"{therapy.short} plus medication",
            "plain_label": f"{therapy.short} together with medication",
            "role": "both",
        },
    ]
    own_treatments = [
        {"treatment": therapy.word, "label": therapy.name, "class": therapy.word},
        {"treatment": both, "label": f"{therapy.short} plus medication", "class": combined},
    ]
    own_conditions = [{"condition": slug(name), "label": name, "plain_label": _within(name)} for name in conditions]
    start = "A first value, not a judgement: one person in twenty. Set your own, and say where it is from"
    general = [row for row in _rows("mids") if not row["condition"]]
    rows = {
        "conditions": own_conditions,
        "treatment_classes": own_classes + [row for row in _rows("treatment_classes") if row["class"] in compared],
        "treatments": own_treatments + [row for row in _rows("treatments") if is_other(row)],
        "outcomes": _rows("outcomes"),
        "instruments": _rows("instruments"),
        "mids": [row | ({"source": start} if row["basis"] == "judgement" else {}) for row in general],
    }
    return {name: _table(name, found) for name, found in rows.items()}


def _within(name: str) -> str:
    """Return a name as it stands within a sentence; one of capitals stays as it is."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _rows(name: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(_of_project(f"config/vocabulary/{name}.csv"), newline="")))


def _table(name: str, rows: list[Row]) -> str:
    text = io.StringIO()
    header = _of_project(f"config/vocabulary/{name}.csv").split("\n", 1)[0].split(",")
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _readme(therapy: Therapy, title: str) -> str:
    return f"""# {title}

A review of {therapy.in_words}. Its trials go into `data/raw/`, its words and method choices are in `config/`.

    ipt-evidence export template trials.xlsx        an empty workbook to fill
    ipt-evidence import workbook trials.xlsx        its rows as raw tables, in imported/trials
    ipt-evidence merge imported/trials --plan       into data/raw, if they pass the checks; opens the questions
    ipt-evidence check                              everything that is wrong or odd
    ipt-evidence run                                the reports; begin at reports/index.html

Set first, in `config/config.yaml`: authors, rights and licence of the tables, and the day on which they were last
checked. In `config/vocabulary/`: conditions, treatments, instruments, and in `mids.csv` what difference matters.
"""
