"""The audit: every claim of the guides with its verdict, one row each."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims import (
    beyond,
    breadth,
    comparative,
    dose,
    efficacy,
    guidance,
    indications,
    reading_list,
    subsets,
)
from ipt_evidence.appraisal.claims.base import Base, Claim, claims_of
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.words.beside import balance
from ipt_evidence.words.figures import FIGURES
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence, joined, parts_of
from ipt_evidence.words.statements import caution

JUDGES: dict[str, Callable[[Claim, Base], Verdict]] = {
    "efficacy": efficacy.judge,
    "comparative": comparative.judge,
    "dose": dose.judge,
    "delivery": subsets.judge,
    "breadth": breadth.judge,
    "non_indication": indications.judge_non_indication,
    "adaptation": indications.judge_adaptation,
    "guideline": guidance.judge,
    "reading_list": reading_list.judge,
    "unrecorded": beyond.judge_unrecorded,
    "exclusive": beyond.judge_exclusive,
}
"""Who judges a claim, by its kind; a claim of any kind that singles out a delivery goes to ``subsets``."""

STANDS = ("supported", "partly_supported")
"""Verdicts that let a claim stand, whole or in part."""

VERDICT_COLUMNS = (
    "question_ids", "deciding_ids", "singled_out",
    "verdict", "rule_id", "why", "instead", "sentences", "strength_found", "certainty", *FIGURES,
)  # fmt: skip


def audit_claims(stated: pd.DataFrame, base: Base, voices: Mapping[str, Voice]) -> pd.DataFrame:
    """Judge every claim of the guides.

    Parameters
    ----------
    stated : DataFrame
        The validated rows of ``claims.csv``.
    base : Base
        The evidence base.
    voices : mapping of str to Voice
        Words by register: a guide prints the reason, and what could be printed instead, in its own.

    Returns
    -------
    DataFrame
        The columns of ``stated`` and those of ``VERDICT_COLUMNS``: questions joined by semicolons, the deciding one
        first; those that decided, and the trials of them that a claim singles out; the verdict with its rule, its
        reason and what could be printed instead; both as JSON too, by register, with each sentence in the parts
        that :func:`parts_of` gives; strength and figures of the answer that decided, empty where none did.
    """
    bases = {name: replace(base, voice=voice) for name, voice in voices.items()}
    rows = [
        _row(judge(claim, base), {name: judge(claim, other) for name, other in bases.items()})
        for claim in claims_of(stated)
    ]
    return pd.concat([stated.reset_index(drop=True), pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))], axis="columns")


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge one claim by the rules of its kind; where it can stand, say what stands beside the finding.

    That is what the other main outcome says, and what sound trials find, where either is something else.
    """
    verdict = (subsets.judge if claim.delivery else JUDGES[claim.kind])(claim, base)
    if verdict.answer is None or verdict.verdict not in STANDS:
        return verdict
    return replace(verdict, why=(*verdict.why, *_beside(verdict.answer, base)))


def _beside(answer: Answer, base: Base) -> tuple[Sentence, ...]:
    """Say so in the form in which the audit quotes figures."""
    others = tuple(Sentence(one.text) for one in balance(answer, base.voice))
    found = caution(answer, base.voice)
    if not found or base.voice.register.statistics:
        return (*(replace(one, question_id=answer.question_id) for one in found), *others)
    # In plain words the last of them has no figures, and its full stop in ``after``: the figures of the trials fit in.
    said = found[-1].before
    return (*found[:-1], Sentence(f"{said} (", answer.sound, ").", answer.question_id), *others)


def _row(verdict: Verdict, said: Mapping[str, Verdict]) -> dict[str, object]:
    answer = verdict.answer
    rated = asdict(answer.rated) if answer else {}
    return {
        "question_ids": ";".join(verdict.question_ids),
        "deciding_ids": ";".join(verdict.deciding),
        "singled_out": ";".join(verdict.singled_out),
        "verdict": verdict.verdict,
        "rule_id": verdict.rule_id,
        "why": joined(verdict.why),
        "instead": joined(verdict.instead),
        "sentences": json.dumps(
            {
                name: {"why": list(map(parts_of, one.why)), "instead": list(map(parts_of, one.instead))}
                for name, one in said.items()
            }
        ),
        "strength_found": answer.strength if answer else "",
        "certainty": answer.certainty if answer else None,
        **{name: rated.get(name) for name in FIGURES},
    }
