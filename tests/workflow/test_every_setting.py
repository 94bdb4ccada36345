"""Each value that the schema of the configuration allows, of each key, ends with a whole site on a small review."""

import shutil
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from ipt_evidence.extraction.settings import SCHEMA, settings_breaches
from sites import faults_of
from small_review import lay_small_review

SCHEMA_OF_ALL = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))

FREE = {
    "review.title": ["A title", '<b>&amp; "quoted" =1+1</b>'],
    "review.intervention": ["ba", "ba_with_medication"],
    "review.authors": ["A. Author", "Ä. & B. <Author>"],
    "review.rights": ["All rights reserved.", "CC BY 4.0"],
    "review.last_review": ["2026-11-22", "2024-02-29"],
    "review.data.name": ["raw", "a.b_c-1"],
    "review.data.title": ["Tables", "<Tables>"],
    "review.data.description": ["All tables.", "One & all."],
    "review.data.licence.name": ["ODC-By-1.0", "none"],
    "review.data.licence.path": ["https://example.org/licence"],
    "review.data.licence.title": ["A licence", "Another & one"],
    "site.base_url": ["", "https://example.org/reports", "http://example.org/reports/"],
    "appraisal.strength_rules": ["config/strength_rules.csv", "config/other_rules.csv"],
}
"""Values of the keys whose texts the schema does not list: what a new one of them may be, is to be said here."""

MANY = 10
"""Whole numbers from which of a range only the ends and a few near the lower one are tried."""

Place = tuple[str, ...]


def keys_of(schema: Mapping[str, Any], place: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Yield every key that holds a value and no further keys, with its schema."""
    for name, part in schema["properties"].items():
        part = SCHEMA_OF_ALL["$defs"][part["$ref"].rpartition("/")[2]] | part if "$ref" in part else part
        if "properties" in part:
            yield from keys_of(part, (*place, name))
        else:
            yield (*place, name), part


def values_of(key: str, schema: Mapping[str, Any]) -> list[Any]:
    """Return values of a key: all there are, or the bounds of a range and what lies between."""
    if "enum" in schema:
        return list(schema["enum"])
    match schema.get("type"):
        case "boolean":
            return [True, False]
        case "integer":
            least, most = schema["minimum"], schema.get("maximum", schema["minimum"] + 2)
            return list(range(least, most + 1)) if most - least < MANY else [least, least + 1, least + 2, most]
        case "number":
            return _numbers(schema)
        case "array":
            return _lists(values_of(key, schema["items"]), schema.get("minItems", 0))
        case "object":
            of_any = [{"any": value} for value in values_of(key, schema["additionalProperties"])]
            return [{}, {"control": of_any[0]["any"]}, *of_any]
    return FREE[key]


def _numbers(schema: Mapping[str, Any]) -> list[float]:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 0.001)
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 1000.001) - 0.001)
    return [low, (low + high) / 2, high]


def _lists(values: list[Any], least: int) -> list[list[Any]]:
    """Return all values in another order, the first alone, the last alone and, if it may be, none."""
    return [*([[]] if least == 0 else []), values[::-1], values[:1], values[-1:]]


VALUES = {".".join(place): values_of(".".join(place), schema) for place, schema in keys_of(SCHEMA_OF_ALL)}
RUNS = max(map(len, VALUES.values()))


def settings_of(run: int) -> dict[str, Any]:
    """Return the configuration of a run: keys move on from run to run, each from another start, so that values mix."""
    chosen: dict[str, Any] = {}
    for start, (key, values) in enumerate(VALUES.items()):
        *above, name = key.split(".")
        reduce(lambda part, step: part.setdefault(step, {}), above, chosen)[name] = values[(run + start) % len(values)]
    return chosen


@pytest.fixture(scope="module")
def small(tmp_path_factory, compute_effects) -> Iterator[Path]:
    """A part of the invented review, its effects computed, in the working directory."""
    folder = tmp_path_factory.mktemp("small")
    lay_small_review(folder)
    (folder / "logs").mkdir()
    shutil.copy(folder / "config/strength_rules.csv", folder / "config/other_rules.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        compute_effects()
        yield folder


@pytest.mark.parametrize("run", range(RUNS))
def test_each_value_of_each_key_gives_a_whole_site(small, answer_and_publish, run):
    chosen = settings_of(run)
    assert settings_breaches(chosen, "config/config.yaml") == []
    (small / "config/config.yaml").write_text(yaml.safe_dump(chosen), encoding="utf-8")
    shutil.rmtree(small / "reports", ignore_errors=True)
    answer_and_publish()
    assert faults_of(small / "reports") == []
    asked = pd.read_csv(small / "config/questions.csv")["question_id"]
    assert {path.stem for path in small.glob("reports/data/*.csv")} >= set(asked)


def test_every_value_is_in_a_run():
    for key, values in VALUES.items():
        met = [reduce(lambda part, step: part[step], key.split("."), settings_of(run)) for run in range(RUNS)]
        assert all(value in met for value in values), key
