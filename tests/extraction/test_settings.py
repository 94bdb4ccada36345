"""The configuration is held to its schema, numbers that are none included."""

from functools import reduce
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.extraction.settings import RULES, SCHEMA, settings_breaches

TEXT = Path(__file__).parents[2].joinpath("config/config.yaml").read_text(encoding="utf-8")
SETTINGS = yaml.safe_load(TEXT)
NUMBERS = [
    ("synthesis", "prior_scale"), ("synthesis", "level"), ("synthesis", "rho"), ("sensitivity", "rhos", 0),
    ("sensitivity", "design_effect"), ("appraisal", "mid_factors", 1), ("multiverse", "rho", 2),
    *(("appraisal", "certainty", key) for key in yaml.safe_load(TEXT)["appraisal"]["certainty"]),
]  # fmt: skip


def with_value(place, value):
    settings = yaml.safe_load(TEXT)
    reduce(lambda part, key: part[key], place[:-1], settings)[place[-1]] = value
    return settings


def lines(settings):
    return [str(breach) for breach in settings_breaches(settings, "c.yaml")]


def test_the_configuration_in_use_is_sound():
    assert lines(yaml.safe_load(TEXT)) == []


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf"])
@pytest.mark.parametrize("place", NUMBERS, ids=lambda place: ".".join(map(str, place)))
def test_a_number_that_is_none_passes_no_bound(place, value):
    name = ".".join(str(key + 1) if isinstance(key, int) else key for key in place)
    value = yaml.safe_load(value)
    assert f"c.yaml: {name} = '{value}': must be a finite number. Correct it." in lines(with_value(place, value))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("synthesis", "method"), "Reml", "must be one of REML, ML, DL, PM, SJ, EB, HE, HS, CE. Correct it."),
        (("synthesis", "prior_scale"), "0,3", "must be a number. Correct it."),
        (("synthesis", "level"), 2, "must be below 1. Correct it."),
        (("synthesis", "rho"), -0.1, "must be at least 0. Correct it."),
        (("networks", "compare"), "yes", "must be true or false. Correct it."),
        (("networks", "least"), 3, "there is no such key. Correct or remove it; the keys of networks are "
         "compare, least_treatments."),
        (("multiverse", "doubts"), [], "must list at least 1. Correct it."),
        (("review", "title"), "", "must not be empty. Correct it."),
        (("review", "months_to_next"), 1.0e308, "must be at most 120. Correct it."),
        (("review", "last_review"), "2026-02-30", "must be a date of the calendar. Correct it."),
        (("synthesis", "prior_scale"), 11, "must be at most 10. Correct it."),
        (("appraisal", "strength_rules"), "/etc/passwd",
         "must have the form ^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*[.]csv$. Correct it."),
        (("appraisal", "strength_rules"), "config/../../x.csv",
         "must have the form ^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*[.]csv$. Correct it."),
    ],
)  # fmt: skip
def test_each_rule_is_said_in_words(place, value, message):
    assert lines(with_value(place, value)) == [f"c.yaml: {'.'.join(place)} = '{value}': {message}"]


def test_a_missing_key_is_named():
    settings = yaml.safe_load(TEXT)
    del settings["synthesis"]["rho"], settings["networks"]
    assert lines(settings) == [
        "c.yaml: networks: the key is missing. Add it.",
        "c.yaml: synthesis.rho: the key is missing. Add it.",
    ]


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda part: st.lists(part, max_size=3)))
def test_whatever_stands_for_a_part_is_named(value):
    for part in SETTINGS:
        assert lines({**SETTINGS, part: value})


def test_every_rule_of_the_schema_has_words():
    def keywords(schema):
        for name, part in schema.items():
            if name in ("properties", "$defs"):
                for one in part.values():
                    yield from keywords(one)
            elif name in ("items", "additionalProperties") and isinstance(part, dict):
                yield from keywords(part)
            else:
                yield name

    silent = {"$schema", "$ref", "title", "description", "required", "type", "additionalProperties"}
    assert set(keywords(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))) - silent <= set(RULES)


def places(part, place=()):
    """Yield the place of each text of the configuration that is no choice from a list."""
    if isinstance(part, str):
        yield place
    for name, one in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield from places(one, (*place, name))


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\u202e", "\u061c", "\u00ad", "\U000e0041"])
def test_signs_that_are_not_seen_pass_in_no_text(sign):
    for place in places(SETTINGS):
        name = ".".join(str(key + 1) if isinstance(key, int) else key for key in place)
        escaped = sign.encode("unicode_escape").decode()
        rule = "must be printable text. Remove the characters that do not print."
        assert any(
            line.startswith(f"c.yaml: {name} = ") and (line.endswith(rule) or escaped in line)
            for line in lines(with_value(place, f"A{sign}review"))
        ), name


def test_every_number_of_the_schema_has_an_upper_end():
    def without_end(schema, place):
        if isinstance(schema, dict):
            if schema.get("type") in ("number", "integer") and not {"maximum", "exclusiveMaximum"} & schema.keys():
                yield place
            for name, part in schema.items():
                yield from without_end(part, f"{place}.{name}")

    assert list(without_end(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")), "")) == []
