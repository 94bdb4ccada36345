"""What guidelines say, condition by condition: how far the bodies go, and where they differ."""

from collections.abc import Mapping

from ipt_evidence.reporting.guides.said import SHORT, Said, first_that_fits, leading, plainly
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.reporting.recommendations import Recommendation, recommendations
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed

PAGE = "guidelines.html"

NAMED = ("recommended_first_line", "recommended_second_line", "recommended", "option")
"""What a body can say that names the therapy for a condition."""

PEOPLE = "Each is about its own group of people, named in the full text."
NO_MEASURE = "They say what experts advise, not how strong the trials are."


def support(desk: Desk) -> tuple[Said, ...]:
    """Say for which conditions bodies name the therapy, and for which they differ."""
    found = _by_condition(desk)
    names, therapy = desk.voice.conditions, desk.voice.therapy
    ids = tuple(f"guideline:{one.guideline_id}" for group in found.values() for one in group)
    all_name, differ, none = ([name for name, group in found.items() if _place(group) == place] for place in (1, 0, -1))
    bodies = len({one.name for group in found.values() for one in group})
    opening = f"{numbers.counted(bodies, 'guideline')} in our tables"
    kinds = (
        (all_name, "Those we read name it for {}."),
        (differ, "They differ on {}."),
        (none, "None we read names it for {}."),
    )
    long = [plainly(words.format(listed([names[one] for one in group])), *ids) for group, words in kinds if group]
    counts = [plainly(words.format(numbers.counted(len(group), "condition")), *ids) for group, words in kinds if group]
    some = [*long[:1], *counts[1:]]
    first = leading("", opening, f" speak of {therapy} for {numbers.counted(len(found), 'condition')}.", PAGE, *ids)
    people, measure = plainly(PEOPLE, *ids), plainly(NO_MEASURE, *ids)
    ways = [(first, *told, people, *more) for told in (long, some, counts) for more in ((measure,), ())]
    return first_that_fits(ways, SHORT)


def line(desk: Desk) -> Said:
    """Say it in one sentence."""
    found = _by_condition(desk)
    ids = tuple(f"guideline:{one.guideline_id}" for group in found.values() for one in group)
    named = sum(_place(group) >= 0 for group in found.values())
    said = f"Guidelines we read name {desk.voice.therapy} for {named} of {numbers.counted(len(found), 'condition')}"
    return plainly(f"{said}, each for its own group of people.", *ids)


def _by_condition(desk: Desk) -> Mapping[str, list[Recommendation]]:
    found: dict[str, list[Recommendation]] = {}
    for one in recommendations(desk.review):
        found.setdefault(one.condition, []).append(one)
    return {name: found[name] for name in desk.voice.conditions if name in found}


def _place(group: list[Recommendation]) -> int:
    """Return 1 where every body names the therapy, -1 where none does, and 0 where they differ."""
    names = [one.stance in NAMED for one in group]
    return 1 if all(names) else 0 if any(names) else -1
