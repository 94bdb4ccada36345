"""Hold the configuration to its schema, and say of each key that breaks it what must hold."""

from collections.abc import Iterator, Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.messages import MOVING
from ipt_evidence.plain_yaml import read_plain

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

SCHEMA = Path(__file__).parents[3] / "config" / "schemas" / "config.schema.yaml"
"""What every key means, and its range."""

RULES = {
    "enum": "must be one of {}",
    "minimum": "must be at least {}",
    "exclusiveMinimum": "must be above {}",
    "maximum": "must be at most {}",
    "exclusiveMaximum": "must be below {}",
    "minItems": "must list at least {}",
    "minLength": "must not be empty",
    "uniqueItems": "must list nothing twice",
    "pattern": "must have the form {}",
    "format": "must be a {} of the calendar",
}
"""What must hold, by keyword of the schema."""

KINDS = {
    "number": "a number", "integer": "a whole number", "string": "text", "boolean": "true or false",
    "array": "a list", "object": "a group of keys",
}  # fmt: skip


def read_settings(path: Path) -> Any:
    """Read a configuration, whatever it says.

    Parameters
    ----------
    path : Path
        A YAML file.

    Raises
    ------
    ExtractionError
        If it is not there, is not UTF-8 text, or is not YAML, with the line.
    """
    file = path.as_posix()
    try:
        return read_plain(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "Run in the folder of a review; `ipt-evidence init` makes one"
        breach = Breach(file=file, rule=f"cannot be read ({error.strerror})", remedy=remedy)
    except UnicodeDecodeError:
        breach = Breach(file=file, rule="is not UTF-8 text", remedy="Save it as UTF-8")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        remedy = "Mend the line or the one above it: keys end in a colon, spaces (no tabs) indent, quotes come in pairs"
        breach = Breach(file=file, line=line, rule=f"is not YAML: {error.problem}", remedy=remedy)
    except yaml.YAMLError as error:
        breach = Breach(file=file, rule=f"is not YAML: {error}", remedy="Remove what is no text")
    raise ExtractionError([breach])


def settings_breaches(settings: Any, file: str) -> list[Breach]:
    """Return every key of a configuration that breaks ``config/schemas/config.schema.yaml``.

    Numbers must be finite: a comparison with one that is none is never false, so no bound of the schema stops it. Texts
    must be seen: pages and documents show them as they are.

    Parameters
    ----------
    settings : any
        The configuration as read.
    file : str
        Where it was read, for messages.
    """
    errors = _validator().iter_errors(settings)
    return [*(breach for error in errors for breach in _of_error(error, file)), *_not_as_seen(settings, file, ())]


@cache
def _validator() -> "Draft202012Validator":
    # Here, as who reads a configuration need not hold it to its schema.
    from jsonschema import Draft202012Validator, FormatChecker

    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


def _of_error(error: "ValidationError", file: str) -> Iterator[Breach]:
    place = tuple(error.absolute_path)
    schema: Any = error.schema
    asked: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = schema["properties"]
        where = f"the keys of {_key(place)}" if place else "the keys"
        for name in (name for name in instance if name not in known):
            remedy = f"Correct or remove it; {where} are {', '.join(known)}"
            yield _breach(file, (*place, name), instance[name], "there is no such key", remedy)
    elif error.validator == "required":
        for name in (name for name in asked if name not in instance):
            yield Breach(file=file, column=_key((*place, name)), rule="the key is missing", remedy="Add it")
    else:
        yield _breach(file, place, instance, _rule(error), "Correct it")


def _rule(error: "ValidationError") -> str:
    asked: Any = error.validator_value
    if error.validator == "type":
        return f"must be {KINDS[asked]}"
    words = ", ".join(map(str, asked)) if isinstance(asked, list) else str(asked)
    return RULES[str(error.validator)].format(words)


def _not_as_seen(value: Any, file: str, place: tuple[Any, ...]) -> Iterator[Breach]:
    if isinstance(value, Mapping | list):
        parts = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, part in parts:
            yield from _not_as_seen(part, file, (*place, name))
    elif isinstance(value, float) and not isfinite(value):
        yield _breach(file, place, value, "must be a finite number", "Correct it")
    elif isinstance(value, str) and MOVING.search(value):
        yield _breach(file, place, value, "must be printable text", "Remove the characters that do not print")


def _breach(file: str, place: tuple[Any, ...], value: Any, rule: str, remedy: str) -> Breach:
    return Breach(file=file, column=_key(place), value=str(value), rule=rule, remedy=remedy)


def _key(place: tuple[Any, ...]) -> str:
    """Name a key by the way to it; items of a list by their place from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in place)
