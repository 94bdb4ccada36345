"""What documents say: the views that pages show, set in one text a document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from ipt_evidence.reporting.citing import citation
from ipt_evidence.reporting.documents.pictures import Picture, picture_of
from ipt_evidence.reporting.flow.counts import count_flow
from ipt_evidence.reporting.flow.page import flow_svg
from ipt_evidence.reporting.limitations import Limitation, limitations
from ipt_evidence.reporting.methods import methods_in_short
from ipt_evidence.reporting.pages.comparison import hundred
from ipt_evidence.reporting.pages.comparisons import Comparison, comparisons_on
from ipt_evidence.reporting.pages.condition import condition_view
from ipt_evidence.reporting.pages.index import in_short
from ipt_evidence.reporting.pages.methods import mids_of
from ipt_evidence.reporting.pages.question_forest import trial_facts
from ipt_evidence.reporting.pages.question_view import QuestionView, question_views
from ipt_evidence.reporting.pages.summary import Summary, summaries_on
from ipt_evidence.reporting.pages.trial_tables import source_rows, trial_rows, trials_on
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words import labels
from ipt_evidence.words.registers import PLAIN
from ipt_evidence.words.statements import state
from ipt_evidence.words.strength_rules import goes_by

WHOLE = "whole-review"
"""Name of the document on the whole review; with a hyphen, which no name of a condition has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document before it is set.

    Attributes
    ----------
    name : str
        Its file name without suffix.
    title, subtitle : str
        What stands at its head.
    html : str
        Its body.
    pictures : mapping of str to Picture
        Its pictures by name.
    """

    name: str
    title: str
    subtitle: str
    html: str
    pictures: Mapping[str, Picture]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A comparison as a document shows it.

    Attributes
    ----------
    anchor : str
        Where in the document.
    comparison : Comparison
        The comparison with its answers.
    summaries : tuple of Summary
        Its summaries of findings; none where no trial answers any of its questions.
    is_unusable : bool
        Whether trials report something on one of them, none of which could be used.
    plots : tuple of (QuestionView, Picture)
        The main questions that trials answer, with their forest plots.
    """

    anchor: str
    comparison: Comparison
    summaries: tuple[Summary, ...]
    is_unusable: bool
    plots: tuple[tuple[QuestionView, Picture], ...]


def condition_document(review: Review, condition: str, templates: Path, commit: str, differs: str = "") -> Document:
    """Write the document on one condition.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    condition : str
        A condition on which the plan asks something.
    templates : Path
        ``workflow/templates``.
    commit : str
        The commit that holds the review as it is; empty if there is none.
    differs : str
        That the pages beside it are of another state; empty if they are not.
    """
    page, compared = condition_view(review, condition), _compared(review, condition)
    words = {
        "page": page,
        "comparisons": compared,
        "hundred": hundred(review),
        "pools": len(review.vocabulary.members_of(condition)) > 1,
        "limitations": (*_limitations_on(page.main), *limitations(review)),
    }
    shared = _shared(review, trials_on(review, condition), commit)
    html = environment(templates).get_template("documents/condition.html.j2").render(**shared, **words, differs=differs)
    return Document(
        name=condition,
        title=page.label,
        subtitle=review.settings["review"]["title"],
        html=html,
        pictures=_pictures(compared, shared["flow"]),
    )


def review_document(review: Review, templates: Path, commit: str, differs: str = "") -> Document:
    """Write the document on the whole review; otherwise as :func:`condition_document`."""
    asked = set(review.questions["condition"])
    conditions = [condition for condition, _ in review.vocabulary.in_order() if condition in asked]
    found = [(condition_view(review, condition), _compared(review, condition)) for condition in conditions]
    short, voice = in_short(review), review.voice(PLAIN)
    words = {
        "found": short,
        "said": [(review.labels.conditions[one.condition], one, state(one, voice)) for one, *_ in short.short],
        "conditions": [{"page": one, "comparisons": compared} for one, compared in found],
        "pools": True,
        "limitations": limitations(review),
    }
    shared = _shared(review, review.tables["trials"], commit)
    html = environment(templates).get_template("documents/review.html.j2").render(**shared, **words, differs=differs)
    return Document(
        name=WHOLE,
        title=review.settings["review"]["title"],
        subtitle="",
        html=html,
        pictures=_pictures(tuple(one for _, compared in found for one in compared), shared["flow"]),
    )


def _shared(review: Review, trials: pd.DataFrame, commit: str) -> dict[str, Any]:
    """Gather what every document says, and what it says of the trials it rests on."""
    settings, cited_here = review.settings, set(trials["citekey"])
    return {
        "labels": review.labels,
        "cited": citation(settings["review"], commit),
        "rights": settings["review"]["rights"],
        "trials": trial_rows(review, trials, trial_facts(review)),
        "flow": picture_of("flow", flow_svg(count_flow(review.tables))),
        "methods": methods_in_short(settings, review.rules, review.labels.therapy),
        "rules": tuple((labels.STRENGTHS[rule.strength], rule) for rule in review.rules),
        "goes_by": goes_by(review.rules),
        "mids": mids_of(review),
        "sources": source_rows(review, trials),
        # The style has escaped all text in them.
        "references": [(key, Markup(text)) for key, text in review.trial_references.items() if key in cited_here],
    }


def _limitations_on(views: Iterable[QuestionView]) -> tuple[Limitation, ...]:
    """Say of each main answer what speaks against relying on it, as the page on its comparison does."""
    answered = (view for view in views if view.answer.k)
    return tuple((view.answer.asked, view.professional.limits) for view in answered if view.professional.limits)


def _pictures(compared: tuple[Compared, ...], flow: Picture) -> dict[str, Picture]:
    plots = (picture for one in compared for _, picture in one.plots)
    return {picture.name: picture for picture in (*plots, flow)}


@lru_cache
def _compared(review: Review, condition: str) -> tuple[Compared, ...]:
    """Gather the comparisons on a condition, once for the document on it and for that on the whole review."""
    views = question_views(review)
    found = []
    for comparison in comparisons_on(review, condition):
        anchor = f"{condition}-{comparison.name}"
        main = (views.view(one.question_id) for one in comparison.answers if one.primary)
        plots = ((view, view.plot) for view in main if view.plot)
        found.append(
            Compared(
                anchor=anchor,
                comparison=comparison,
                summaries=summaries_on(review, comparison, anchor),
                is_unusable=any(one.is_unusable for one in comparison.answers),
                plots=tuple((view, picture_of(view.answer.question_id, str(plot.drawing))) for view, plot in plots),
            )
        )
    return tuple(found)
