"""What a claim rests on beside answers: what the guide is read to say, and the rows its kind is judged by."""

from collections.abc import Iterator

from ipt_evidence.appraisal.claims.base import Base, Claim, claims_of, reviewed_arms
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tracing.graph import Node, cell
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.registers import PLAIN

WEEKS = ("outcomes", "contrasts")
"""Tables that say in which week the end of treatment was."""


def beside_answers(review: Review) -> Iterator[tuple[Node, Node]]:
    """Yield each claim with the cells, guidelines and works that its verdict rests on beside answers."""
    base, table = _base(review), review.tables["claims"]
    stated = {row["claim_id"]: row for row in rows_of(review.tables["stated_claims"])}
    for claim in claims_of(table):
        this, own = Node("claim", claim.claim_id), stated[claim.claim_id]
        yield from ((this, _cell("claims", own, name)) for name in own if own[name] != "" and name != "line")
        yield from ((this, node) for node in _by_kind(claim, base))


def _by_kind(claim: Claim, base: Base) -> Iterator[Node]:
    if claim.delivery:
        return _delivered(claim, base)
    if claim.kind == "dose":
        return _doses(claim, base)
    if claim.kind == "breadth" and not claim.condition:
        return (_cell("trials", row, "condition") for row in rows_of(base.tables["trials"]))
    if claim.kind == "guideline":
        return _recommendations(claim, base)
    known = {str(work["id"]) for work in base.works} if claim.kind == "reading_list" else ()
    return (Node("reference", work) for work in claim.works if work in known)


def _delivered(claim: Claim, base: Base) -> Iterator[Node]:
    """Yield the cells that single out the trials of a claim: on its condition, or elsewhere where there are none."""
    own = {row["trial_id"] for row in _arms(claim, base)}
    arms, trials = rows_of(base.vocabulary.given(base.tables["arms"])), rows_of(base.tables["trials"])
    found = [(row["trial_id"], _cell("arms", row, "format")) for row in arms if row["format"] == claim.delivery]
    found += [
        (row["trial_id"], _cell("trials", row, name))
        for row in trials
        for name in ("special_population", "second_population")
        if row[name] == claim.delivery
    ]
    here = [node for trial, node in found if trial in own]
    yield from here or (node for _, node in found)


def _recommendations(claim: Claim, base: Base) -> Iterator[Node]:
    for cited in claim.bodies:
        name, _, code = cited.partition(":")
        for row in rows_of(base.tables["guidelines"]):
            if row["body"] == name and code in ("", row["code"]) and row["condition"] == claim.condition:
                yield Node("guideline", row["guideline_id"])


def _doses(claim: Claim, base: Base) -> Iterator[Node]:
    arms = _arms(claim, base)
    if claim.unit != "weeks":
        yield from (_cell("arms", row, "n_sessions") for row in arms if row["n_sessions"] != "")
    if claim.unit in ("weeks", "weekly_sessions"):
        trials = {row["trial_id"] for row in arms}
        for name in WEEKS:
            table = base.tables[name]
            last = table[table["timepoint"].eq("post") & table["weeks"].notna() & table["trial_id"].isin(trials)]
            yield from (_cell(name, row, "weeks") for row in rows_of(last))


def _arms(claim: Claim, base: Base) -> list[dict[str, object]]:
    return rows_of(reviewed_arms(base.tables, base.vocabulary, claim.condition, claim.phase))


def _cell(table: str, row: dict[str, object], column: str) -> Node:
    return cell(table, int(str(row["line"])), column)


def _base(review: Review) -> Base:
    """Return the evidence base as far as claims are held against it."""
    return Base(
        answers=tuple(review.answers.values()),
        tables=review.tables,
        works=tuple(review.guide_references.values()),
        vocabulary=review.vocabulary,
        voice=review.voice(PLAIN),
        model=Model.of(review.settings["synthesis"]),
        rules=review.rules,
    )
