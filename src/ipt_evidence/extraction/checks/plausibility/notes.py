"""What extractors wrote beside the figures: derivations, clusters, treatments that sound like another one."""

import re
from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures
from ipt_evidence.extraction.checks.plausibility.statistics import Z95

DERIVATION = re.compile(
    r"\bof \d+\b|\binferred\b|\binverted\b|\bcomputed\b|\bconverted\b|\bminus\b|\brebuilt\b|"
    r"not stated?\b|does not state|\bassum|\bdirection checked\b|\bsplit equally\b|\broot of n\b",
    re.IGNORECASE,
)
CLUSTERS = re.compile(r"\bcluster", re.IGNORECASE)
GONE = re.compile(r"\b(?:not|gone|lost|no longer)(?: [a-z]+){0,2} (\d+) (week|month)s", re.IGNORECASE)
WEEKS = {"week": 1.0, "month": 52.18 / 12}
OTHER_HELP = re.compile(
    r"\b(education|psychoeducation|counsell?ing|support group|discussion board|self-help|creative play)\b",
    re.IGNORECASE,
)
WORDS = {
    "wait_list": re.compile(r"\bwait(?:ing|-)?[ -]?list", re.IGNORECASE),
    "care_as_usual": re.compile(r"\busual\b", re.IGNORECASE),
}


def figures_are_printed(figures: Figures) -> Iterator[Breach]:
    """Yield figures that, by the extractor's own words in ``derived``, were worked out and not printed.

    Rule: ``derived`` speaks of a percentage of people, of converting, inverting, subtracting, inferring or assuming.
    """
    for table, rows in (("outcomes", figures.outcomes), ("contrasts", figures.contrasts)):
        for row in rows:
            if DERIVATION.search(row["derived"] or ""):
                yield figures.finding(table, row, "derived", "worked out, not printed", "Look for the printed figure")


def clusters_are_named(figures: Figures) -> Iterator[Breach]:
    """Yield trials whose notes speak of clusters: standard errors that ignore them are too small.

    Rule: the word cluster in diagnosis or notes of trials.csv. Source: Cochrane Handbook 23.1.
    """
    for row in figures.trials.values():
        if CLUSTERS.search(f"{row['diagnosis'] or ''} {row['notes'] or ''}"):
            rule = "groups of people may have been randomised; errors that ignore this are too small"
            yield figures.finding("trials", row, "notes", rule, "Name a sensitivity analysis in doubts.csv")


def notes_agree_with_followups(figures: Figures) -> Iterator[Breach]:
    """Yield follow-ups that clearly favour one arm although the notes of the trial say that the difference was gone.

    Rule: notes of trials.csv say not, gone, lost or no longer, at most two words, and a number of weeks or months; a
    printed SMD of that week is further from 0 than 1.96 of its standard errors. Weeks count as the same within 1.
    """
    for row in figures.contrasts:
        if (
            row["timepoint"] != "followup"
            or row["statistic"] != "smd"
            or None in (row["value"], row["se"], row["weeks"])
        ):
            continue
        said = GONE.findall(figures.trials[row["trial_id"]]["notes"] or "")
        same = [number for number, unit in said if abs(float(number) * WEEKS[unit.lower()] - row["weeks"]) <= 1]
        if same and abs(row["value"]) > Z95 * row["se"]:
            rule = f"{row['value']:g} with a standard error of {row['se']:g}, and the notes say that nothing was left"
            yield figures.finding("contrasts", row, "value", rule, "Look up both, or file a doubt")


def treatments_fit_their_details(figures: Figures) -> Iterator[Breach]:
    """Yield arms whose detail speaks of another treatment than the coded one.

    Rule: an arm coded as the therapy under review itself, by the word for its class, whose detail names education,
    counselling, a support group or self-help; a waiting list whose detail says usual care, and the reverse.
    """
    itself = figures.draft.vocabulary.interventions
    for arms in figures.arms.values():
        for row in arms.values():
            detail, treatment = row["detail"] or "", row["treatment"]
            other = OTHER_HELP.search(detail) if treatment in itself else _other_control(treatment, detail)
            if other:
                rule = f"the detail speaks of '{other.group(0)}'"
                yield figures.finding("arms", row, "treatment", rule, "Look up what the arm was given")


def trials_have_an_arm_under_review(figures: Figures) -> Iterator[Breach]:
    """Yield trials none of whose arms is coded as the therapy under review, alone or with something else.

    Rule: at least one arm of a class whose role is both; else the trial answers no question.
    """
    for arms in figures.arms.values():
        if arms and not any(map(figures.is_reviewed, arms.values())):
            rule = "no arm of the trial is coded as the therapy under review, alone or with something else"
            first = next(iter(arms.values()))
            yield figures.finding(
                "arms", first, "treatment", rule, "Correct the codes, or exclude the trial by a doubt"
            )


def _other_control(treatment: str, detail: str) -> re.Match[str] | None:
    mine = WORDS.get(treatment)
    if mine is None or mine.search(detail):
        return None
    return next((found for word in WORDS.values() if (found := word.search(detail))), None)
