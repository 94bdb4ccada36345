"""Computed judgements, and people who overrule them: an override holds as long as its inputs do."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

TOLERANCE = 1e-6
"""Relative change below which a number counts as the same: far above rounding, far below any decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A row of ``overrides.csv``.

    Attributes
    ----------
    judgement : str
        What the computed judgement is to be.
    assessor, date, reason : str
        Who overrules, when and why.
    inputs_seen : mapping
        The inputs of the computed judgement at that time.
    """

    judgement: str
    assessor: str
    date: str
    reason: str
    inputs_seen: Mapping[str, Any]


def override_of(row: Mapping[Any, Any]) -> Override:
    """Return a row of ``overrides.csv`` as an override."""
    words = {name: str(row[name]) for name in ("judgement", "assessor", "date", "reason")}
    return Override(**words, inputs_seen=json.loads(row["inputs_seen"]))


def certainty_overrides(table: pd.DataFrame) -> dict[str, dict[str, Override]]:
    """Return the overrides of certainty in ``overrides.csv`` by question and domain."""
    found: dict[str, dict[str, Override]] = {}
    for row in table[table["subject"].eq("certainty")].to_dict("records"):
        found.setdefault(str(row["question_id"]), {})[str(row["domain"])] = override_of(row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A judgement, and how it came about.

    Attributes
    ----------
    judgement, computed : str
        What holds, and what the rule alone says.
    status : str
        computed, overridden, or expired: there is an override, and it is not used because an input changed.
    note : str
        Who overruled, when and why; or which inputs changed. Empty if computed.
    """

    judgement: str
    computed: str
    status: str
    note: str


def decide(computed: str, inputs: Mapping[str, Any], override: Override | None) -> Decision:
    """Let an override replace a computed judgement unless an input it was made on has changed."""
    if override is None:
        return Decision(judgement=computed, computed=computed, status="computed", note="")
    who = f"{override.assessor}, {override.date}: {override.reason}"
    changed = changes(override.inputs_seen, inputs)
    if changed:
        note = f"The override of {who} has expired, because its inputs changed: {'; '.join(changed)}."
        return Decision(judgement=computed, computed=computed, status="expired", note=note)
    return Decision(judgement=override.judgement, computed=computed, status="overridden", note=f"Overruled by {who}")


def changes(seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say of each input that is not what it was what it was and what it is."""
    # Through JSON, as the override stores them: what is written alike is alike.
    before, after = json.loads(inputs_json(seen)), json.loads(inputs_json(now))
    names = sorted(before.keys() | after.keys())
    return [
        f"{name} was {_worded(before, name)}, is {_worded(after, name)}"
        for name in names
        if not _same(before.get(name), after.get(name))
    ]


def inputs_json(inputs: Mapping[str, Any]) -> str:
    """Write inputs as an override stores them; what does not exist is null."""
    return json.dumps({name: _plain(value) for name, value in inputs.items()}, sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, int | float) and isinstance(after, int | float):
        return math.isclose(before, after, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(_same(before[name], after[name]) for name in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after)


def _worded(inputs: Mapping[str, Any], name: str) -> str:
    value = inputs.get(name)
    if value is None:
        return "not known"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
