"""Short labels for headings, columns and links; sentences have their words in the registers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.words import numbers
from ipt_evidence.words.vocabulary import Vocabulary

TIMES = {"post": "at the end of treatment", "followup": "at follow-up"}

PHASES = {"acute": "", "maintenance": ", maintenance treatment", "prevention": ", prevention"}

DEFAULT_MEASURES = ("SMD", "logOR")
"""Measures that a heading need not name."""

POPULATIONS = {
    "adults": "adults",
    "children_adolescents": "children and adolescents",
    "older_adults": "older adults",
}

SPECIAL = {
    "perinatal": "in pregnancy or after birth",
    "medical_illness": "with a physical illness",
    "primary_care": "in primary care",
    "low_income_country": "in a low-income country",
    "hiv": "with HIV",
    "inpatients": "in hospital",
    "treatment_resistant": "whom earlier treatment had not helped",
}
"""Special populations; a trial whose population is of another kind says so in its notes."""

STRENGTHS = {
    "strong": "Strong",
    "moderate": "Moderate",
    "limited": "Limited",
    "insufficient": "Insufficient",
    "no_evidence": "No evidence",
}
"""Labels of strength, strongest first."""

LABELS = {
    **STRENGTHS,
    "no_benefit": "No important benefit",
    "harm": "Worse than control",
    "no_difference": "No important difference",
    "comparator_better": "Comparator better",
}
"""Labels of answers: a strength where it is one of a benefit, and else what it is one of."""

CERTAINTIES = {"high": "High", "moderate": "Moderate", "low": "Low", "very_low": "Very low"}

CERTAINTY_DOMAINS = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}

DIRECTIONS = {
    "favours_intervention": "favours {intervention}",
    "favours_comparator": "favours {comparator}",
    "no_important_difference": "no important difference",
    "unclear": "which does better is open",
    "none": "no trial",
}

RISKS = {
    "low": "low",
    "self_report": "rated by the patients: no assessor to blind",
    "unclear": "unclear",
    "some_concerns": "some concerns",
    "high": "high",
    "unknown": "not assessed",
}
"""Judgements on risk of bias, least worrying first; what nobody judged last."""

RISK_LETTERS = {"low": "L", "self_report": "P", "unclear": "U", "some_concerns": "S", "high": "H", "unknown": "?"}
"""A letter for each, so that a mark's meaning never hangs on its colour."""

TAU2_METHODS = {
    "REML": "restricted maximum likelihood (REML)",
    "ML": "maximum likelihood (ML)",
    "DL": "DerSimonian and Laird (DL)",
    "PM": "Paule and Mandel (PM)",
    "SJ": "Sidik and Jonkman (SJ)",
    "EB": "empirical Bayes (EB)",
    "HE": "Hedges (HE)",
    "HS": "Hunter and Schmidt (HS)",
    "CE": "common effect (CE)",
}
"""Estimators of the variance between trials."""

INTERVALS = {"HKSJ": "Hartung, Knapp, Sidik and Jonkman (HKSJ)", "normal": "the normal distribution"}
"""Kinds of confidence interval."""


def text(value: Any, missing: str = numbers.MISSING) -> str:
    """Return a cell as text, or what stands for a cell that is empty."""
    return missing if pd.isna(value) or value == "" else str(value)


def words(slug: Any, missing: str = numbers.MISSING) -> str:
    """Return a slug as words."""
    return text(slug, missing).replace("_", " ")


def listed(parts: list[str]) -> str:
    """Join words as a sentence lists them: ``a, b and c``; empty text for none."""
    return " and ".join([*([", ".join(parts[:-1])] if len(parts) > 1 else []), *parts[-1:]])


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def within(label: str) -> str:
    """Write a label as it stands within a sentence: ``other psychotherapy``, but ``IPT plus medication``."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def treatment_labels(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the label of each treatment within a sentence; one that names its class goes by the short label."""
    classes = dict(zip(vocabulary.treatment_classes["class"], vocabulary.treatment_classes["label"], strict=True))
    labels = zip(vocabulary.treatments["treatment"], vocabulary.treatments["label"], strict=True)
    return {treatment: within(classes.get(treatment, label)) for treatment, label in labels}


def sides(question: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[str, str]:
    """Return the labels of the two sides of a question: ``IPT``, ``other psychotherapy``."""
    classes = dict(zip(vocabulary.treatment_classes["class"], vocabulary.treatment_classes["label"], strict=True))
    first, second = question["intervention"], question["comparator"]
    other = "another form of IPT" if first == second == "ipt" else within(classes[second])
    return within(classes[first]), other


def aspect(question: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """Return what a question asks about two treatments: ``Response at follow-up, maintenance treatment``."""
    outcomes = dict(zip(vocabulary.outcomes["outcome"], vocabulary.outcomes["label"], strict=True))
    measure = question["measure"]
    named = "" if measure in DEFAULT_MEASURES else f" ({numbers.MEASURES[measure].name})"
    asked = f"{outcomes[question['outcome']]} {TIMES[question['timepoint']]}"
    return f"{asked}{PHASES[question['phase']]}{named}"


def strength(strength: str, label: str) -> str:
    """Return a strength, with what it is one of where that is not a benefit: ``Limited: comparator better``."""
    return STRENGTHS[strength] if label == strength else f"{STRENGTHS[strength]}: {within(LABELS[label])}"


def direction(question: Mapping[str, Any], named: tuple[str, str]) -> str:
    """Say which side a rated answer favours; nothing where it is too weak to say."""
    if question["strength"] == "insufficient":
        return "too little to say"
    return DIRECTIONS[question["direction"]].format(intervention=named[0], comparator=named[1])
