"""Every report for people but the notebooks, made in one go: what the pages share is computed once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.files import table_text, table_texts, write_file
from ipt_evidence.memory import give_back
from ipt_evidence.reporting.addresses import (
    comparison_address,
    condition_address,
    data_address,
    question_address,
    trials_address,
)
from ipt_evidence.reporting.flow.counts import count_flow, flow_table
from ipt_evidence.reporting.flow.page import flow_page, flow_svg
from ipt_evidence.reporting.gap_map.page import gap_page, gap_svg
from ipt_evidence.reporting.guides.formats import guide_files
from ipt_evidence.reporting.leftovers import BY_NAME
from ipt_evidence.reporting.networks.page import network_page, networks_data
from ipt_evidence.reporting.networks.view import networks_on
from ipt_evidence.reporting.pages.checks import checks_page
from ipt_evidence.reporting.pages.claims import claims_page
from ipt_evidence.reporting.pages.comparison import comparison_page
from ipt_evidence.reporting.pages.comparisons import comparisons_on
from ipt_evidence.reporting.pages.condition import condition_page
from ipt_evidence.reporting.pages.guidelines import guidelines_page
from ipt_evidence.reporting.pages.index import index_page
from ipt_evidence.reporting.pages.methods import glossary_page, methods_page
from ipt_evidence.reporting.pages.prisma import prisma_page
from ipt_evidence.reporting.pages.question_view import question_page, question_views
from ipt_evidence.reporting.pages.search import search_page
from ipt_evidence.reporting.pages.trials import trials_page
from ipt_evidence.reporting.parts import Part, Parts
from ipt_evidence.reporting.published.page import published_page
from ipt_evidence.reporting.review import Review


def site(
    review: Review,
    *,
    settings: Mapping[str, Any],
    templates: Path,
    notebooks: Sequence[str],
    commit: str,
) -> Iterator[tuple[str, str | bytes]]:
    """Write every report but the notebooks and the document for machines.

    Parameters
    ----------
    review : Review
        The evidence base, its answers and their ratings.
    settings : mapping
        ``config/schemas/config.schema.yaml``, which says what each setting means.
    templates : Path
        ``workflow/templates``.
    notebooks : sequence of str
        Names of the notebooks of the review, without suffix.
    commit : str
        The commit that holds the review as it is; empty if there is none.

    Returns
    -------
    iterator of (str, str or bytes)
        The path of each file under ``reports`` and its content. All are written before the first is given.

    Raises
    ------
    EvidenceError
        If something in the review cannot be put into words.
    """
    # Pandoc sets references first and guides last: it takes much memory, and the notebooks hold theirs in between.
    parts = Parts(review)
    files: dict[str, str | bytes] = {
        "index.html": index_page(review, templates, notebooks, commit),
        "claims.html": claims_page(review, templates),
        "guidelines.html": guidelines_page(review, templates),
        "published.html": published_page(review, templates),
        "published.csv": table_text(review.tables["agreement"]),
        "gaps.html": gap_page(review, templates),
        "gaps.svg": gap_svg(review),
        "gaps.csv": table_text(review.tables["gaps"]),
        "flow.html": flow_page(review, templates),
        "flow.svg": flow_svg(count_flow(review.tables)),
        "flow.csv": table_text(flow_table(count_flow(review.tables))),
        "checks.html": checks_page(review, templates),
        "methods.html": methods_page(review, settings, templates),
        "prisma.html": prisma_page(review, templates),
        "glossary.html": glossary_page(review, templates),
        "search.html": search_page(review, templates),
        **networks_data(review),
    }
    on_conditions = condition_pages(parts, templates)
    guides = [file for guide in review.guides for file in guide_files(review, guide, templates).items()]
    return chain(files.items(), on_conditions, guides)


def condition_pages(parts: Parts, templates: Path) -> Iterator[tuple[str, str]]:
    """Write the pages on conditions; those whose part of the review is what it was are taken from the last run.

    They are most of what there is, and are held packed until they are given.
    """
    held = []
    for condition in parts.review.questions["condition"].unique():
        held.append(_unless_kept(parts.on(condition), condition, templates))
        give_back()
    return (page for pages in held for page in pages().items())


def _unless_kept(part: Part, condition: str, templates: Path) -> Callable[[], dict[str, str]]:
    def make() -> dict[str, str]:
        return pages_on(part.as_review(), condition, templates)

    return part.parts.review.kept.hold(f"pages on {condition}", part.in_words(), make)


def pages_on(review: Review, condition: str, templates: Path) -> dict[str, str]:
    """Write the pages on a condition, its comparisons, questions, networks and trials, with the tables beside them."""
    files = {
        condition_address(condition): condition_page(review, condition, templates),
        trials_address(condition): trials_page(review, condition, templates),
        **_effects_tables(review, condition),
    }
    for comparison in comparisons_on(review, condition):
        page = comparison_page(review, condition, comparison, templates)
        files[comparison_address(comparison.answers[0])] = page
    for network in networks_on(review, condition):
        files[network.address] = network_page(review, network, templates)
    for answer in review.answers.values():
        if answer.condition == condition:
            files[question_address(answer)] = question_page(review, answer.question_id, templates)
            for picture in question_views(review).view(answer.question_id).drawn:
                files[picture.address] = table_text(pd.DataFrame(picture.rows))
    return files


def _effects_tables(review: Review, condition: str) -> dict[str, str]:
    """Write the rows of ``selections.csv`` on each question on a condition, by address: its effects, used or not."""
    asked = {name: answer for name, answer in review.answers.items() if answer.condition == condition}
    texts = table_texts(review.tables["selections"], "question_id", asked)
    return {data_address(answer): texts[name] for name, answer in asked.items()}


def publish(files: Iterable[tuple[str, str | bytes]], folder: Path) -> None:
    """Write the reports that changed, and remove those on conditions and guides that are no longer asked for.

    Parameters
    ----------
    files : iterable of (str, str or bytes)
        The path of each file and its content, as :func:`site` returns them.
    folder : Path
        ``reports``; what else it holds is left alone.
    """
    wanted = set()
    for name, content in files:
        write_file(content, folder / name)
        wanted.add(folder / name)
    for stale in {path for part in BY_NAME for path in (folder / part).rglob("*.*")} - wanted:
        stale.unlink()
        if not any(stale.parent.iterdir()):
            stale.parent.rmdir()
