"""The pages on methods and on terms, written from the settings, rules and tables that the run really used."""

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ipt_evidence.files import records
from ipt_evidence.reporting.methods import methods_in_short
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages.question_details import SMALL_STUDY_METHODS
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels
from ipt_evidence.words.glossary import glossary
from ipt_evidence.words.strength_rules import goes_by

SECTIONS = ("synthesis", "sensitivity", "multiverse", "appraisal")
"""The parts of the configuration that decide about answers."""

SOFTWARE = ("ipt-evidence", "numpy", "scipy", "pandas", "statsmodels")
"""What computes."""


def methods_page(review: Review, schema: Mapping[str, Any], templates: Path) -> str:
    """Write the page on methods, otherwise as :func:`page_of` does.

    Parameters
    ----------
    schema : mapping
        ``config/schemas/config.schema.yaml``, which says what each setting means.
    """
    settings, asked = review.settings, Counter(answer.outcome for answer in review.answers.values())
    return page_of(
        review,
        templates,
        "methods",
        sentences=methods_in_short(settings, review.rules, review.labels.therapy),
        chosen=tuple(one for part in SECTIONS for one in settings_of(part, settings[part], schema)),
        rules=tuple((labels.STRENGTHS[rule.strength], rule) for rule in review.rules),
        goes_by=goes_by(review.rules),
        mids=mids_of(review),
        asked=len(review.answers),
        outcomes=[(labels.capital(name), asked[slug]) for slug, name in review.labels.outcomes.items() if asked[slug]],
        small_study=tuple(SMALL_STUDY_METHODS.values()),
        asymmetry_trials=settings["appraisal"]["certainty"]["asymmetry_trials"],
        software=tuple((name, version(name)) for name in SOFTWARE),
    )


def glossary_page(review: Review, templates: Path) -> str:
    """Write the glossary, as :func:`page_of` does; settings and labels fill the explanations."""
    return page_of(review, templates, "glossary", terms=glossary(review.settings, review.labels.therapy))


def settings_of(name: str, value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """List a setting by its place, value and meaning; a part of the configuration setting by setting."""
    place: Any = schema
    for step in name.split("."):
        place = place.get("properties", {}).get(step, {})
    if isinstance(value, Mapping) and "properties" in place:
        for key, part in value.items():
            yield from settings_of(f"{name}.{key}", part, schema)
    else:
        yield name, _written(value), " ".join(str(place.get("description", "")).split())


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_written(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_written, value)) or "none"
    return str(value)


def mids_of(review: Review) -> tuple[tuple[str, ...], ...]:
    """List the smallest important differences in words: outcome, condition, size, scale, basis and source."""
    rows = review.vocabulary.mids
    return tuple(
        (
            review.labels.outcomes[row["outcome"]],
            review.labels.conditions.get(row["condition"], "any other"),
            f"{row['mid']:g}",
            "people of 1,000" if row["scale"] == "per_1000" else row["scale"],
            row["basis"],
            row["source"],
        )
        for row in records(rows)
    )
