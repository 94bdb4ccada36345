"""Whether percentages that somebody printed give the people that were entered."""

import re
from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures

OF = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%(?: \([^)]*\))? of (\d+)")
PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")
NEAR = 1.0


def percentages_fit_people(figures: Figures) -> Iterator[Breach]:
    """Yield percentages of ``derived`` that no whole number of the people they are of gives.

    Rule: "35 % of 28" needs a whole number of people whose share of 28 rounds to 35 %. Source: arithmetic, as the GRIM
    test for means (Brown and Heathers, Soc Psychol Personal Sci 2017;8:363). A percentage that fails is one of other
    people, a survival estimate, or a slip.
    """
    for row in figures.counts:
        for printed, people in OF.findall(row["derived"] or ""):
            total = int(people)
            if total and not any(_rounds_to(events, total, printed) for events in _near(printed, total)):
                rule = f"no whole number of {total} people is {printed} %: the nearest is {_nearest(printed, total)}"
                yield figures.finding("outcomes", row, "events", rule, "Look up whom the percentage is of")


def notes_agree_with_counts(figures: Figures) -> Iterator[Breach]:
    """Yield counts next to which the notes of the trial print almost the same percentage, but not it.

    Rule: a percentage with a decimal in the notes of trials.csv within 1 point of events over total that does not
    equal it when rounded. Threshold of this project.
    """
    for row in figures.counts:
        printed = [
            number for number in PERCENT.findall(figures.trials[row["trial_id"]]["notes"] or "") if "." in number
        ]
        share = 100 * row["events"] / row["total"]
        near = [number for number in printed if abs(float(number) - share) <= NEAR]
        near = [number for number in near if not _rounds_to(row["events"], row["total"], number)]
        if near:
            rule = f"{row['events']} of {row['total']} is {share:.1f} %, the notes of the trial print {near[0]} %"
            yield figures.finding("outcomes", row, "events", rule, "Look up whom the percentage is of")


def _near(printed: str, total: int) -> range:
    middle = round(float(printed) * total / 100)
    return range(max(middle - 1, 0), min(middle + 1, total) + 1)


def _rounds_to(events: int, total: int, printed: str) -> bool:
    unit = 10.0 ** -len(printed.partition(".")[2])
    return abs(100 * events / total - float(printed)) <= unit / 2 + 1e-9


def _nearest(printed: str, total: int) -> str:
    events = min(_near(printed, total), key=lambda number: abs(100 * number / total - float(printed)))
    return f"{events}, {100 * events / total:.1f} %"
