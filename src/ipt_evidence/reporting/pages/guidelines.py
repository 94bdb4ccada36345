"""The page on guidelines: what each body says, as stated, dated, with how we read it, beside our label."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.recommendations import Recommendation, recommendations
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.audit import READ_AS, RELATIONS, STANCES
from ipt_evidence.words.labels import capital


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCondition:
    """What guidelines say on one condition.

    Attributes
    ----------
    condition, label : str
        The condition.
    has_page : bool
        Whether the plan asks about it.
    recommendations : tuple of Recommendation
        All of them, in the order of the table.
    differences : tuple of (str, tuple of Recommendation)
        Those that go further, or less far, than our label, by relation; repeated ones are left out.
    """

    condition: str
    label: str
    has_page: bool
    recommendations: tuple[Recommendation, ...]
    differences: tuple[tuple[str, tuple[Recommendation, ...]], ...]


def guidelines_page(review: Review, templates: Path) -> str:
    """Write the page on guidelines, as :func:`page_of` does."""
    groups, stances = by_condition(review), review.labels.named(STANCES)
    return page_of(review, templates, "guidelines", groups=groups, stances=stances, read=READ_AS, relations=RELATIONS)


def by_condition(review: Review) -> tuple[OnCondition, ...]:
    """Group what guidelines say by condition, in the order of the vocabulary."""
    found, pages = grouped((one.condition, one) for one in recommendations(review)), set(review.questions["condition"])
    return tuple(
        OnCondition(
            condition=name, label=capital(label), has_page=name in pages, recommendations=tuple(found[name]),
            differences=_differences(found[name]),
        )
        for name, label in review.labels.conditions.items()
        if name in found
    )  # fmt: skip


def _differences(stated: Sequence[Recommendation]) -> tuple[tuple[str, tuple[Recommendation, ...]], ...]:
    found = {
        relation: tuple(one for one in stated if one.relation == relation and not one.same_as)
        for relation in ("guideline_stronger", "guideline_weaker")
    }
    return tuple((relation, group) for relation, group in found.items() if group)
