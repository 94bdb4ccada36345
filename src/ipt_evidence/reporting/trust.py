"""The pages on trust: what was tried on this state of review and program to make it fail, how far R agrees."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from ipt_evidence.extraction.breaches import shown
from ipt_evidence.files import UnreadableError, read_json
from ipt_evidence.reporting.templating import environment

RECORDS = "reports/trust"
"""Where trials leave their records, a file each; they are of one machine and one day, so no release holds them."""

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
SIZE = {"type": ["number", "null"]}
HELD = {"type": ["boolean", "null"]}
WHEN = {"commit": TEXT, "state": TEXT, "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}\Z"}}
"""Of which state, and on which day."""


def _of(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


LINE = _of({"what": TEXT, "how": TEXT, "found": TEXT, "held": HELD})
"""One thing that was tried; whether it held is null where it was not tried after all."""

COMPARED = _of(
    {"part": TEXT, "table": TEXT, "quantity": TEXT, "title": TEXT, "number": COUNT, "alone": COUNT, "difference": SIZE,
     "share": SIZE, "relative": SIZE, "absolute": SIZE, "held": HELD,
     "last_held": {"anyOf": [{"type": "null"}, _of(WHEN)]}}
)  # fmt: skip
"""One quantity that R was asked for."""

AGREEMENT = "agreement"
"""Name of the record that has a page of its own."""

TRIALS = {
    "verify": (
        "The same bytes",
        "make verify",
        "A review is made whole twice from clean copies, in folders of different names, with other seeds of hashing, "
        "time zones and numbers of cores, the second time without a network. Every file must be the same, each byte.",
    ),
    "crash-test": (
        "Any crash",
        "make crash-test",
        "A run of the invented review is killed at random moments, meets a full disk, a folder that cannot be written, "
        "a second run, files of a later date than now, a table put back with an older date. The next run must end with "
        "the same bytes by itself, or the one that cannot go on must say in one sentence what to do.",
    ),
    "fuzz": (
        "Hostile input",
        "make fuzz",
        "Every reader is given sound files that are spoilt at random: bytes cut, doubled and exchanged, and markup, "
        "script, control and direction characters, formulas, paths, tags and entities set in. What is in them must be "
        "taken as text or refused by name.",
    ),
    "test-slurm": (
        "A cluster",
        "make test-slurm",
        "The invented review is run on this machine, and by jobs of a SLURM that is made for it and taken down. Every "
        "file must be the same, each byte, also after a run that was killed while its jobs were at work; a further run "
        "must hand in no job.",
    ),
}
"""Title, command and meaning of each trial, by the name of its record."""


def trust_page(
    records: Mapping[str, Mapping[str, Any]], state: str, settings: Mapping[str, Any], templates: Path
) -> str:
    """Write the page.

    Parameters
    ----------
    records : mapping of str to mapping
        The record of each trial that was run, by its name.
    state : str
        The state of the review as it is now: :func:`ipt_evidence.imports.state_of`.
    settings : mapping
        The part ``review`` of the configuration.
    templates : Path
        ``workflow/templates``.
    """
    trials = [
        {
            "name": name, "title": title, "command": command, "meaning": meaning,
            "record": records.get(name), "is_now": records.get(name, {}).get("state") == state,
        }
        for name, (title, command, meaning) in TRIALS.items()
    ]  # fmt: skip
    return environment(templates).get_template("trust.html.j2").render(trials=trials, settings=settings)


def agreement_page(record: Mapping[str, Any] | None, state: str, settings: Mapping[str, Any], templates: Path) -> str:
    """Write the page on agreement: how far our figures are from those that R with metafor finds, and when they agreed.

    Parameters
    ----------
    record : mapping or None
        What ``make agreement`` left; None where it was never run. The others as for :func:`trust_page`.
    """
    lines = record.get("tried", []) if record else []
    parts = [(name, list(own)) for name, own in groupby(lines, lambda line: line["part"])]
    template = environment(templates).get_template("agreement.html.j2")
    return template.render(record=record, parts=parts, state=state, settings=settings, size=_size)


def _size(number: float | None) -> str:
    """Set the size of a difference; there is none where nothing was compared."""
    return "–" if number is None else f"{number:.1e}" if number else "0"


def read_records(review: Path) -> dict[str, dict[str, Any]]:
    """Read the records that trials have left in a review, by their names; one that was never run is not in it.

    Returns
    -------
    dict of str to dict
        Each record as it was left, with ``held``: whether all held that was tried, None if nothing was. Of one that is
        not whole there is ``wrong`` alone, which says so.
    """
    return {path.stem: _record(path) for path in sorted((review / RECORDS).glob("*.json"))}


def _record(path: Path) -> dict[str, Any]:
    from jsonschema import Draft202012Validator  # here: it loads slowly, and few reviews have a record

    line = COMPARED if path.stem == AGREEMENT else LINE
    try:
        record: dict[str, Any] = read_json(path)
    except UnreadableError as problem:
        return {"wrong": problem.reason}
    schema = _of(WHEN | {"tried": {"type": "array", "items": line}})
    if wrong := next(Draft202012Validator(schema).iter_errors(record), None):
        place, message = ".".join(map(str, wrong.absolute_path)), shown(wrong.message, 200)
        return {"wrong": f"{place}: {message}" if place else message}
    return {**record, "held": _held(line["held"] for line in record["tried"])}


def _held(lines: Iterable[bool | None]) -> bool | None:
    known = [line for line in lines if line is not None]
    return all(known) if known else None
