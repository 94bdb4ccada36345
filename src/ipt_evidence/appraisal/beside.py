"""What stands beside the answers: claims, guidelines, published results, and the summary of findings."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ipt_evidence.appraisal import answers
from ipt_evidence.appraisal.agreement import agreement
from ipt_evidence.appraisal.claims.audit import audit_claims
from ipt_evidence.appraisal.claims.base import TABLES as HELD
from ipt_evidence.appraisal.claims.base import Base
from ipt_evidence.appraisal.guidelines import concordance
from ipt_evidence.appraisal.summary import summary_of_findings
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.labels import labels_of
from ipt_evidence.words.registers import PLAIN, REGISTERS, voice
from ipt_evidence.words.strength_rules import StrengthRule
from ipt_evidence.words.vocabulary import Vocabulary

TABLES = tuple(dict.fromkeys((*answers.TABLES, *HELD, "selections", "stated_claims", "benchmarks")))
"""The processed tables that are held against each other."""


def beside_answers(
    questions: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    works: Sequence[Mapping[str, Any]],
    vocabulary: Vocabulary,
    rules: tuple[StrengthRule, ...],
    *,
    intervention: str,
    synthesis: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Hold claims, guidelines and published results against the answers, and sum these up.

    Returns ``claims``, ``concordance``, ``agreement`` and ``summary_of_findings``. ``questions`` is the review plan,
    ``tables`` those that :data:`TABLES` names, ``works`` what the guides cite, as CSL-JSON items, ``intervention`` the
    class of the therapy under review, ``synthesis`` the section of that name of the configuration.
    """
    labels = labels_of(vocabulary, tables, intervention)
    voices = {name: voice(register, vocabulary, labels) for name, register in REGISTERS.items()}
    base = Base(
        answers=tuple(answers.answers_of(questions, tables, labels).values()),
        tables=tables,
        works=works,
        vocabulary=vocabulary,
        voice=voices[PLAIN.name],
        model=Model.of(synthesis),
        rules=rules,
    )
    order = vocabulary.outcomes["outcome"].tolist()
    return {
        "claims": audit_claims(tables["stated_claims"], base, voices),
        "concordance": concordance(base),
        "agreement": agreement(tables["benchmarks"], base.answers, tables["trials"], tables["selections"]),
        "summary_of_findings": summary_of_findings(base.answers, tables["certainty"], order, base.voice),
    }
