"""The page on which everything can be found: from conditions and questions to terms, one row each."""

from collections.abc import Iterator
from pathlib import Path

from ipt_evidence.files import records, rows_of
from ipt_evidence.reporting.addresses import condition_address, network_address, question_address, trials_address
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.recommendations import recommendations
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, networks, numbers
from ipt_evidence.words.audit import STANCES, VERDICTS
from ipt_evidence.words.glossary import glossary

Entry = tuple[str, str, str, str]
"""Something that can be found: its kind, its name, its address (empty: no page), and what else it can be found by."""


def search_page(review: Review, templates: Path) -> str:
    """Write the page of everything that can be found, as :func:`page_of` does; its script searches the rows."""
    entries = (
        *_conditions(review), *_questions(review), *_networks(review), *_trials(review), *_claims(review),
        *_guidelines(review), *_terms(review),
    )  # fmt: skip
    return page_of(review, templates, "search", entries=entries)


def _conditions(review: Review) -> Iterator[Entry]:
    asked, words = set(review.questions["condition"]), review.vocabulary.conditions.set_index("condition")
    for condition, _ in review.vocabulary.in_order():
        if condition in asked:
            plain = str(words.at[condition, "plain_label"])
            yield "Condition", str(words.at[condition, "label"]), condition_address(condition), plain


def _questions(review: Review) -> Iterator[Entry]:
    for answer in review.answers.values():
        where = review.labels.conditions[answer.condition]
        yield "Question", f"{where}: {answer.asked}", question_address(answer), labels.capital(answer.in_brief)


def _networks(review: Review) -> Iterator[Entry]:
    for row in rows_of(review.tables["networks"]):
        aspect = review.labels.aspect(row["outcome"], row["timepoint"], row["phase"], row["measure"])
        name = f"{review.labels.conditions[row['condition']]}: {aspect}"
        yield "Network", name, network_address(row["condition"], row["network_id"]), networks.size(row)


def _trials(review: Review) -> Iterator[Entry]:
    asked, measured = set(review.questions["condition"]), _instruments(review)
    for row in records(review.tables["trials"].sort_values("label", key=lambda names: names.str.casefold())):
        wider = (row["condition"], *review.vocabulary.ancestors_of(row["condition"]))
        page = next((trials_address(condition) for condition in wider if condition in asked), "")
        people = "" if numbers.is_missing(row["n_randomised"]) else f", {numbers.count(row['n_randomised'])} people"
        by = f"; {', '.join(measured[row['trial_id']])}" if row["trial_id"] in measured else ""
        note = f"{review.labels.conditions[row['condition']]}{people}{by}"
        yield "Trial", row["label"], f"{page}#trial-{row['trial_id']}" if page else "", note


def _instruments(review: Review) -> dict[str, list[str]]:
    """Return by trial the instruments that it measured with."""
    found = review.tables["outcomes"][["trial_id", "instrument"]].dropna()
    return {str(trial): list(names.unique()) for trial, names in found.groupby("trial_id")["instrument"]}


def _claims(review: Review) -> Iterator[Entry]:
    for row in records(review.tables["claims"]):
        _, verdict, _ = VERDICTS[row["verdict"]]
        yield "Claim", row["claim"], f"claims.html#{row['claim_id']}", verdict


def _guidelines(review: Review) -> Iterator[Entry]:
    stances, conditions = review.labels.named(STANCES), review.labels.conditions
    for one in recommendations(review):
        name = f"{one.name}: {stances[one.stance]}"
        yield "Guideline", name, f"guidelines.html#{one.guideline_id}", conditions[one.condition]


def _terms(review: Review) -> Iterator[Entry]:
    for term in glossary(review.settings, review.labels.therapy):
        yield "Term", term.name, f"glossary.html#{term.anchor}", ", ".join(term.others)
