"""What every guide, claim, answer, trial and effect of a review rests on, from its processed tables."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from ipt_evidence.appraisal.claims.audit import STANDS
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import key_columns
from ipt_evidence.files import records, rows_of
from ipt_evidence.reporting.guides.stated import stated
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tracing import columns
from ipt_evidence.reporting.tracing.claims import beside_answers
from ipt_evidence.reporting.tracing.graph import Links, Node, cell
from ipt_evidence.reporting.tracing.raw import RawCells
from ipt_evidence.words.beside import otherwise

Pair = tuple[Node, Node]

ROWS = ("outcomes", "contrasts")
"""Tables whose rows effects are computed from."""

JUDGED = ("tool", "domain", "judgement")
"""Columns of ``risk_of_bias`` that the certainty of an answer rests on."""

GUIDELINES = "guideline_support"
"""The part of a guide that prints what guidelines say."""


def links_of(review: Review, raw: RawCells) -> Links:
    """Link all that is said in a review with all that it rests on.

    Parameters
    ----------
    review : Review
        The evidence base with its answers and the audited claims.
    raw : RawCells
        The raw tables it was made from.
    """
    parts = (_guides(review), _claims(review), _answers(review), _trials(review), _effects(review), _cells(raw))
    return Links(chain.from_iterable(parts))


def _guides(review: Review) -> Iterator[Pair]:
    claims, guidelines = (review.tables[name] for name in ("claims", "guidelines"))
    for name, guide in review.guides.items():
        this = Node("guide", name)
        yield from ((this, Node("claim", claim)) for claim in claims.loc[claims["guide_id"].eq(name), "claim_id"])
        yield from ((this, Node("question", one.question_id)) for one in stated(review, name))
        if GUIDELINES in guide["evidence_parts"]:
            yield from ((this, Node("guideline", one)) for one in guidelines["guideline_id"])


def _claims(review: Review) -> Iterator[Pair]:
    for row in rows_of(review.tables["claims"]):
        this = Node("claim", row["claim_id"])
        deciding, trials = (list(filter(None, row[name].split(";"))) for name in ("deciding_ids", "singled_out"))
        # A claim on a part of the trials rests on these as they stand in the answer, not on the answer.
        yield from ((this, Node("pooled", f"{one}/{trial}")) for one in deciding for trial in trials)
        yield from ((this, Node("question", one)) for one in deciding if not trials)
        # The reason of a claim that can stand says what the other main outcome says.
        stands = row["verdict"] in STANDS and deciding and not trials
        other = otherwise(review.answers[deciding[0]]) if stands else None
        yield from ((this, Node("question", one.question_id)) for one in (other,) if one)
    yield from beside_answers(review)
    for row in rows_of(review.tables["guidelines"]):
        filled = [name for name in row if row[name] != "" and name != "line"]
        yield from _to_cells(Node("guideline", row["guideline_id"]), "guidelines", row, filled)


def _answers(review: Review) -> Iterator[Pair]:
    for answer in review.answers.values():
        this = Node("question", answer.question_id)
        yield this, Node("rule", answer.rule_id)
        # A sentence names the trials whose results could not be used.
        yield from ((this, Node("trial", trial)) for trial in answer.set_aside)
    used = review.tables["selections"]
    for row in rows_of(used[used["used"].astype(bool)]):
        pooled = Node("pooled", f"{row['question_id']}/{row['trial_id']}")
        yield Node("question", row["question_id"]), pooled
        yield pooled, Node("trial", row["trial_id"])
        yield pooled, Node("effect", row["effect_id"])
    judged = dict(iter(review.tables["risk_of_bias"].groupby("trial_id")))
    for question, trial in review.tables["synthesis_weights"][["question_id", "trial_id"]].itertuples(index=False):
        for row in rows_of(judged[trial]) if trial in judged else ():
            yield from _to_cells(Node("question", question), "risk_of_bias", row, JUDGED)


def _trials(review: Review) -> Iterator[Pair]:
    for row in rows_of(review.tables["trials"]):
        this = Node("trial", row["trial_id"])
        yield this, Node("reference", row["citekey"])
        yield from _to_cells(this, "trials", row, [name for name in columns.OF_TRIALS if row[name] != ""])


def _effects(review: Review) -> Iterator[Pair]:
    tables = review.tables
    found = {row["row_id"]: (name, row) for name in ROWS for row in records(tables[name])}
    trials = {row["trial_id"]: row for row in rows_of(tables["trials"])}
    arms = {(row["trial_id"], row["arm_id"]): row for row in rows_of(tables["arms"])}
    for effect in rows_of(tables["effect_sizes"]):
        this, trial = Node("effect", effect["effect_id"]), trials[effect["trial_id"]]
        for row_id in filter(None, (effect["row1_id"], effect["row2_id"])):
            name, row = found[row_id]
            yield from _to_cells(this, name, row, (*columns.figures(name, row), *_about(name, row)))
        randomised = effect["n1"] == "" or effect["n2"] == "" or "n_randomised_used" in effect["flags"].split(";")
        for arm_id in (effect["arm1_id"], effect["arm2_id"]):
            arm = arms[effect["trial_id"], arm_id]
            counted = ["n_randomised"] if randomised and arm["n_randomised"] != "" else []
            yield from _to_cells(this, "arms", arm, ["treatment", *counted])
        yield from _to_cells(
            this, "trials", trial, [name for name in ("condition", "population", "phase") if trial[name]]
        )
        flags = (flag.partition(":") for flag in effect["flags"].split(";"))
        yield from ((this, Node("doubt", name)) for kind, _, name in flags if kind == "doubt")


def _about(table: str, row: dict[Any, Any]) -> tuple[str, ...]:
    """Return the filled columns that say what a row is about."""
    return columns.filled(row, (*key_columns(RAW_TABLES[table]), *(("analysis",) if table == "outcomes" else ())))


def _cells(raw: RawCells) -> Iterator[Pair]:
    """Link cells to where they were read, and to the correction that set them."""
    for name, table in raw.tables.items():
        if name == "corrections" or "source_id" not in table:
            continue
        for line, source in zip(table.index, table["source_id"], strict=True):
            read = Node("source", str(source))
            yield from ((cell(name, int(line), str(column)), read) for column in table if column != "source_id")
    for (name, line, column), correction in raw.corrected_by.items():
        yield cell(name, line, column), Node("correction", f"corrections.csv:{correction}")


def _to_cells(this: Node, table: str, row: dict[Any, Any], names: Iterable[str]) -> Iterator[Pair]:
    yield from ((this, cell(table, int(row["line"]), name)) for name in names)
