"""Whether percentages that somebody printed give the people that were entered."""

import re
from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, by_result, by_trial
from ipt_evidence.grouping import grouped

# No trial has more people than nine digits say, and of more than some thousand digits no number can be read.
OF = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%(?: \([^)]*\))? of (\d{1,9})\b")
PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")
MARGIN = re.compile(r"\b(\d{1,9}) of (\d{1,9}) in (\w+(?: \+ \w+)+)")
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
        share = 100 * row["events"] / row["total"]
        near = [
            number
            for number in PERCENT.findall(figures.trials[row["trial_id"]]["notes"] or "")
            if "." in number and abs(float(number) - share) <= NEAR
            and not _rounds_to(row["events"], row["total"], number)
        ]  # fmt: skip
        if near:
            rule = f"{row['events']} of {row['total']} is {share:.1f} %, the notes of the trial print {near[0]} %"
            yield figures.finding("outcomes", row, "events", rule, "Look up whom the percentage is of")


def margins_agree_with_cells(figures: Figures) -> Iterator[Breach]:
    """Yield counts of arms that do not add up to a margin that the notes of the trial print.

    Rule: notes of trials.csv say "75 of 142 in one_arm + another"; for an outcome of which all these arms are counted,
    once each, their events and people add up to a margin printed for them. Source: arithmetic.
    """
    counts = by_trial(figures.counts)
    for trial, row in figures.trials.items():
        found = MARGIN.findall(row["notes"] or "")
        margins = grouped((tuple(arms.split(" + ")), (int(events), int(people))) for events, people, arms in found)
        for group in by_result(counts.get(trial, [])):
            cells = {one["arm_id"]: one for one in group}
            for arms, printed in margins.items():
                if not set(arms) <= cells.keys():
                    continue
                events, people = (sum(cells[arm][name] for arm in arms) for name in ("events", "total"))
                if (events, people) not in printed and any(of == people for _, of in printed):
                    said = " or ".join(f"{number} of {of}" for number, of in printed)
                    rule = f"{events} of {people} in {' + '.join(arms)}, the notes of the trial print {said}"
                    yield figures.finding("outcomes", cells[arms[0]], "events", rule, "Look up the cells of the table")


def _near(printed: str, total: int) -> range:
    middle = min(round(float(printed) * total / 100), total)  # whatever is printed, nobody counted more than all
    return range(max(middle - 1, 0), min(middle + 1, total) + 1)


def _rounds_to(events: int, total: int, printed: str) -> bool:
    unit = 10.0 ** -len(printed.partition(".")[2])
    return abs(100 * events / total - float(printed)) <= unit / 2 + 1e-9


def _nearest(printed: str, total: int) -> str:
    events = min(_near(printed, total), key=lambda number: abs(100 * number / total - float(printed)))
    return f"{events}, {100 * events / total:.1f} %"
