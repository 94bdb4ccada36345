"""Parts of a guide that state facts on the tables as a whole: what they cover, what limits them, what they list."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.files import rows_of
from ipt_evidence.reporting import tallies
from ipt_evidence.reporting.guides.said import Said, filled, leading, plainly
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.reporting.guides.stated import stated
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import FORMATS, listed

COUNTS, LIMITS, PUBLISHED = "index.html#counts", "index.html#limits", "published.html"
"""Where the figures stand that are not of one question."""


def last_review(desk: Desk) -> tuple[Said, ...]:
    """Say when the tables were last checked, when they are next, and how much they hold."""
    settings, found = desk.review.settings["review"], tallies.coverage(desk.review)
    last, due = settings["last_review"], next_due(settings)
    trials = f"{numbers.counted(found.trials, 'randomised trial')} on {numbers.counted(found.conditions, 'condition')}"
    return (
        plainly(
            f"The tables were last checked on {last}; the next check is due by {due}.",
            "setting:review.last_review", "setting:review.months_to_next",
        ),
        plainly("They record no date of a search for new trials, so trials may be missing.", "table:trials"),
        leading("They hold ", trials, ".", COUNTS, "table:trials"),
    )  # fmt: skip


def next_due(settings: Mapping[str, Any]) -> str:
    """Return the day on which the next check is due, by the last one and the months between them.

    Parameters
    ----------
    settings : mapping
        The part ``review`` of the settings.
    """
    due = pd.Timestamp(settings["last_review"]) + pd.DateOffset(months=settings["months_to_next"])
    return str(due.date())


def limitations(desk: Desk) -> tuple[Said, ...]:
    """Say what limits the answers as a whole, what weighs most first."""
    review = desk.review
    found, covered = tallies.limits(review), tallies.coverage(review)
    judged = f"{numbers.count(found.trials_not_judged)} of {numbers.counted(found.trials, 'trial')}"
    single = f"{numbers.count(covered.questions_single)} of {numbers.counted(covered.questions_answered, 'answer')}"
    followed = f"{numbers.count(found.trials_followed_up)} of {numbers.count(found.trials_used)}"
    new = f"{numbers.count(found.predictions_without_benefit)} of {numbers.counted(found.predictions, 'answer')}"
    none = numbers.counted(len(found.without_trial), "condition")
    unjudged = ", our sources do not say how sound they are." if desk.is_plain else ", risk of bias was not judged."
    later = " usable trials have results from some time after treatment."
    may = [leading("Only ", followed, later, LIMITS, "table:selections")]
    if found.predictions:
        favouring = f" in favour of {desk.voice.therapy} with enough trials to look ahead"
        ahead = f"{favouring}, there may be no benefit in a new setting."
        may.append(leading("For ", new, ahead, LIMITS, "table:ratings"))
    if found.without_trial:
        may.append(plainly(f"On {none} asked about, our tables hold no trial.", "table:trials"))
    must = [
        leading("For ", judged, unjudged, LIMITS, "table:trial_risk"),
        leading("", single, " rest on one trial.", LIMITS, "table:syntheses"),
    ]
    return filled(must, may, desk.room)


def adaptations(desk: Desk) -> tuple[Said, ...]:
    """Say how often each format was tried; that this is no sign of what works comes before the counts."""
    found = dict(tallies.trials_by(desk.review, "format"))
    silent, therapy = found.pop("not_reported", 0), desk.voice.therapy
    rest = f"; for {numbers.count(silent)} we do not know it." if silent else "."
    names = listed([f"{FORMATS[name]} ({numbers.count(number)})" for name, number in found.items()])
    return filled(
        [plainly("Counts of trials say what was tried, not what works.", "table:arms")],
        [
            *([leading(f"Trials of {therapy} by format: ", names, rest, COUNTS, "table:arms")] if found else []),
            plainly("Our tables do not record who gave the therapy.", "table:arms"),
        ],
        desk.room,
    )  # fmt: skip


def sources(desk: Desk) -> tuple[Said, ...]:
    """Say what the figures were read from."""
    number = numbers.counted(len(desk.review.tables["sources"]), "source")
    listed_there = ": databases of trials and published reports, listed in the full text."
    return (leading("The figures are from ", number, listed_there, COUNTS, "table:sources"),)


def reading(desk: Desk) -> tuple[Said, ...]:
    """Say how many works the guide recommends, and where newer results stand."""
    works = recommended(desk)
    newest = max((row["year"] for row in rows_of(desk.review.tables["benchmarks"]) if row["year"]), default=0)
    first = plainly(f"The guide recommends {numbers.counted(len(works), 'work')}.", *_listed(works, desk))
    if not newest:
        return (first,)
    newer = leading(
        "Pooled results ", f"published up to {newest:.0f}", " stand beside ours.", PUBLISHED, "table:benchmarks"
    )
    return (first, newer)


def references(desk: Desk) -> tuple[Said, ...]:
    """Say how many works the guide cites, and how many trials what it prints rests on."""
    works = cited(desk)
    trials = len({trial for one in stated(desk.review, desk.guide["guide_id"]) for trial in one.trials})
    first = plainly(f"The guide cites {numbers.counted(len(works), 'work')}.", *_listed(works, desk))
    if not trials:
        return (first,)
    rest = f"What it prints rests on {numbers.counted(trials, 'trial')}, listed in the full text."
    return (first, plainly(rest, "table:trials"))


def recommended(desk: Desk) -> tuple[str, ...]:
    """Return the works the guide recommends."""
    return tuple(key for key, item in _own(desk).items() if item["recommended"])


def cited(desk: Desk) -> tuple[str, ...]:
    """Return the works the guide cites: all of its own, but those its reading list holds already, if it prints one."""
    apart = set(recommended(desk)) if "recommended_reading" in desk.guide["evidence_parts"] else set()
    return tuple(key for key in _own(desk) if key not in apart)


def _listed(works: tuple[str, ...], desk: Desk) -> tuple[str, ...]:
    return (f"guide:{desk.guide['guide_id']}", *(f"work:{key}" for key in works))


def _own(desk: Desk) -> dict[str, dict[str, Any]]:
    works = desk.review.guide_references
    return {key: item for key, item in works.items() if desk.guide["guide_id"] in item["usedby"]}
