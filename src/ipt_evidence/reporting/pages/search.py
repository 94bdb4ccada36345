"""The page on which everything can be found: conditions, questions and trials, one row each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ipt_evidence.reporting.addresses import condition_address, question_address, trials_address
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words import labels, numbers


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found.

    Attributes
    ----------
    kind, name, address, note : str
        What it is, what it is called, where it is (empty: no page), and what else it can be found by.
    """

    kind: str
    name: str
    address: str
    note: str


def search_page(review: Review, templates: Path) -> str:
    """Write the page of everything that can be found.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else: the rows are the index that its script searches.
    """
    entries = (*_conditions(review), *_questions(review), *_trials(review))
    page = environment(templates).get_template("search.html.j2")
    return page.render(labels=review.labels, settings=review.settings["review"], entries=entries)


def _conditions(review: Review) -> Iterator[Entry]:
    asked, words = set(review.questions["condition"]), review.vocabulary.conditions.set_index("condition")
    for condition, _ in review.vocabulary.in_order():
        if condition in asked:
            plain = str(words.at[condition, "plain_label"])
            yield Entry("Condition", str(words.at[condition, "label"]), condition_address(condition), plain)


def _questions(review: Review) -> Iterator[Entry]:
    for answer in review.answers.values():
        where = review.labels.conditions[answer.condition]
        yield Entry("Question", f"{where}: {answer.asked}", question_address(answer), labels.capital(answer.in_brief))


def _trials(review: Review) -> Iterator[Entry]:
    asked = set(review.questions["condition"])
    for row in review.tables["trials"].sort_values("label", key=lambda names: names.str.casefold()).to_dict("records"):
        wider = (row["condition"], *review.vocabulary.ancestors_of(row["condition"]))
        page = next((trials_address(condition) for condition in wider if condition in asked), "")
        people = "" if numbers.is_missing(row["n_randomised"]) else f", {numbers.count(row['n_randomised'])} people"
        note = f"{review.labels.conditions[row['condition']]}{people}"
        yield Entry("Trial", row["label"], f"{page}#trial-{row['trial_id']}" if page else "", note)
