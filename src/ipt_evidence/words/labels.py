"""Labels for headings, columns and links, by slug; sentences have their words in the registers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipt_evidence.words import numbers
from ipt_evidence.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas as pd

TIMES = {"post": "at the end of treatment", "followup": "at follow-up"}

PHASES = {"acute": "", "maintenance": "maintenance treatment", "prevention": "prevention"}

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
    "other": "in another special group",
}
"""Special groups of people, in words that follow them."""

FORMATS = {
    "individual": "individual",
    "group": "group",
    "mixed": "more than one format",
    "telephone": "telephone",
    "family": "family",
    "couple": "couple",
    "internet": "internet",
    "not_reported": "format not reported",
}
"""Formats of treatment."""

DELIVERIES = {
    "couple": "given to couples",
    "group": "given in groups",
    "telephone": "given by telephone",
    "non_specialist": "given by workers without mental-health training",
    "hiv": f"in people {SPECIAL['hiv']}",
}
"""Ways of delivery, and people, that claims single out, in words that follow the name of a therapy."""

SOURCE_KINDS = {
    "abstract": "report", "full_text": "full report", "supplement": "supplement of a report", "thesis": "thesis",
    "registry": "trial registry", "correspondence": "answer of the authors", "database": "database",
    "review_table": "table of a review",
}  # fmt: skip
"""Kinds of source."""

STRENGTHS = {
    "strong": "Strong",
    "moderate": "Moderate",
    "limited": "Limited",
    "insufficient": "Insufficient",
    "no_evidence": "No trial",
}
"""Labels of strength, strongest first."""

UNUSABLE = "Reported, not usable"
"""In the place of a strength where trials report something on a question and none of it could be used."""

LABELS = {
    **STRENGTHS,
    "no_benefit": "No important benefit",
    "harm": "Worse than control",
    "no_difference": "No important difference",
    "comparator_better": "Comparator better",
    "little_difference": "Little or no difference",
}
"""Labels of answers: a strength where it is one of a benefit, and else what it is one of."""

EVIDENCE = {slug: label if slug == "no_evidence" else f"{label} evidence" for slug, label in STRENGTHS.items()}
"""Labels of strength that can begin an entry."""

BARS = {"strong": 3, "moderate": 2, "limited": 1, "insufficient": 0, "no_evidence": 0}
"""Bars of three that are filled beside the labels of strength: a sign of its own, not that of certainty."""

CERTAINTIES = {"high": "High", "moderate": "Moderate", "low": "Low", "very_low": "Very low"}

CIRCLES = {"high": "⊕⊕⊕⊕", "moderate": "⊕⊕⊕◯", "low": "⊕⊕◯◯", "very_low": "⊕◯◯◯"}
"""GRADE's signs of certainty."""

CERTAINTY_DOMAINS = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}

REASONS = {"start": "Start", **CERTAINTY_DOMAINS}
"""Why an answer is not of high certainty: that it started low, and what took levels away."""

DIRECTIONS = {
    "favours_intervention": "favours {intervention}",
    "favours_comparator": "favours {comparator}",
    "no_important_difference": "no important difference",
    "little_difference": "little or no difference",
    "unclear": "which does better is open",
    "none": "no trial",
}

LEANINGS = {
    "favours_intervention": " in favour of {intervention}",
    "favours_comparator": " in favour of {comparator}",
    "no_important_difference": " of no important difference",
    "little_difference": " of little or no difference",
    "unclear": "",
}
"""What evidence is evidence of, by direction."""

RISKS = {
    "low": "low",
    "self_report": "rated by the patients: no assessor to blind",
    "unclear": "unclear",
    "some_concerns": "some concerns",
    "high_or_unclear": "high or unclear, not told apart",
    "high": "high",
    "unknown": "not assessed",
}
"""Judgements on risk of bias, least worrying first; what nobody judged last."""

RISK_LETTERS = {
    "low": "L",
    "self_report": "P",
    "unclear": "U",
    "some_concerns": "S",
    "high_or_unclear": "HU",
    "high": "H",
    "unknown": "?",
}
"""Letters for each, so that a mark's meaning never hangs on its colour."""

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

INTERVALS = {
    "adhoc": "Hartung, Knapp, Sidik and Jonkman with a floor (adhoc)",
    "HKSJ": "Hartung, Knapp, Sidik and Jonkman (HKSJ)",
    "normal": "the normal distribution",
}
"""Kinds of confidence interval."""


def text(value: Any, missing: str = numbers.MISSING) -> str:
    """Return a cell as text, or what stands for a cell that is empty."""
    from pandas import isna  # here: what has no cells, such as a notebook to be set, need not wait for it

    return missing if isna(value) or value == "" else str(value)


def words(slug: Any, missing: str = numbers.MISSING) -> str:
    """Return a slug as words."""
    return text(slug, missing).replace("_", " ")


def listed(parts: list[str]) -> str:
    """Join words as a sentence lists them: ``a, b and c``, or ``a, of b; and c``; empty text for none."""
    most, last = parts[:-1], parts[-1:]
    if most and any("," in part for part in parts):
        return "; ".join([*most, f"and {parts[-1]}"])
    return " and ".join([*([", ".join(most)] if most else []), *last])


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def within(label: str) -> str:
    """Write a label as it stands within a sentence: ``other psychotherapy``, but ``IPT plus medication``."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the slugs of a review are called; a review makes them once.

    Attributes
    ----------
    reviewed : str
        The class of the therapy under review.
    therapy, therapy_in_full : str
        Its name within a sentence, and as texts call it at first: ``IPT``, ``interpersonal psychotherapy (IPT)``.
    conditions, classes, outcomes : mapping of str to str
        By slug, as a heading shows them; :func:`within` fits them into a sentence.
    treatments : mapping of str to str
        By slug, as they stand within a sentence; one that names its class goes by the label of the class.
    trials, sources : mapping of str to str
        Names of trials and excluded reports, and titles of sources, by id.
    """

    reviewed: str
    therapy: str
    therapy_in_full: str
    conditions: Mapping[str, str]
    classes: Mapping[str, str]
    outcomes: Mapping[str, str]
    treatments: Mapping[str, str]
    trials: Mapping[str, str]
    sources: Mapping[str, str]

    def sides(self, intervention: str, comparator: str) -> tuple[str, str]:
        """Return the labels of the two sides of a question: ``IPT``, ``other psychotherapy``."""
        first, second = within(self.classes[intervention]), within(self.classes[comparator])
        return first, f"another form of {first}" if intervention == comparator else second

    def named(self, words: Mapping[str, str]) -> dict[str, str]:
        """Set the name of the therapy into words that leave a place for it."""
        return {slug: text.format(therapy=self.therapy) for slug, text in words.items()}

    def aspect(self, outcome: str, timepoint: str, phase: str, measure: str) -> str:
        """Return what a question asks about two treatments: ``Response at follow-up, maintenance treatment``."""
        named = "" if measure in DEFAULT_MEASURES else f" ({numbers.MEASURES[measure].name})"
        when = ", ".join(filter(None, (TIMES[timepoint], PHASES[phase])))
        return f"{self.outcomes[outcome]} {when}{named}"


def labels_of(vocabulary: Vocabulary, tables: Mapping[str, "pd.DataFrame"], reviewed: str) -> Labels:
    """Collect the labels of a review.

    Parameters
    ----------
    vocabulary : Vocabulary
        Labels of conditions, classes, outcomes and treatments.
    tables : mapping of str to DataFrame
        ``trials``, ``excluded_reports`` and ``sources``; what is not there has no labels.
    reviewed : str
        The class of the therapy under review.
    """
    classes = _column(vocabulary.treatment_classes, "class")
    treatments = _column(vocabulary.treatments, "treatment")
    return Labels(
        reviewed=reviewed,
        therapy=within(classes[reviewed]),
        therapy_in_full=_column(vocabulary.treatment_classes, "class", "plain_label")[reviewed],
        conditions=_column(vocabulary.conditions, "condition"),
        classes=classes,
        outcomes=_column(vocabulary.outcomes, "outcome"),
        treatments={name: within(classes.get(name, label)) for name, label in treatments.items()},
        trials={
            **(_column(tables["trials"], "trial_id") if "trials" in tables else {}),
            **(_column(tables["excluded_reports"], "report_id") if "excluded_reports" in tables else {}),
        },
        sources=_column(tables["sources"], "source_id", "title") if "sources" in tables else {},
    )


def _column(table: "pd.DataFrame", key: str, label: str = "label") -> dict[str, str]:
    return dict(zip(table[key], table[label], strict=True))


def strength(strength: str, label: str) -> str:
    """Return a strength, with what it is one of where that is not a benefit: ``Limited: comparator better``."""
    return STRENGTHS[strength] if label == strength else f"{STRENGTHS[strength]}: {within(LABELS[label])}"


def direction(direction: str, strength: str, sides: tuple[str, str]) -> str:
    """Say which side a rated answer favours; nothing where it is too weak to say."""
    if strength == "insufficient":
        return "too little to say"
    return DIRECTIONS[direction].format(intervention=sides[0], comparator=sides[1])


def evidence(direction: str, strength: str, sides: tuple[str, str]) -> str:
    """Say what a rating amounts to: ``limited evidence in favour of IPT``."""
    leaning = "" if strength == "insufficient" else LEANINGS[direction]
    return f"{EVIDENCE[strength].lower()}{leaning.format(intervention=sides[0], comparator=sides[1])}"
