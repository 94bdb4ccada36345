"""The terms that pages use, each explained once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ipt_evidence.words import labels, numbers


@dataclass(frozen=True, slots=True)
class Term:
    """A term with its meaning.

    Attributes
    ----------
    anchor, name, meaning : str
        Where in the glossary, the term, and what it means.
    others : tuple of str
        Other words for it that pages print.
    """

    anchor: str
    name: str
    meaning: str
    others: tuple[str, ...] = ()


TERMS = (
    Term("absolute", "Of 100 people, per 1,000 people",
         "How many people have an outcome with one treatment and with the other. The number with what is compared is "
         "the median of the trials; the number with {therapy} follows from it and the effect. For symptoms on a "
         "scale it is the number of people who clearly improve, worked out from the scores (Furukawa & Leucht 2011).",
         ("How many of 100", "Absolute effect")),
    Term("bayes", "Bayesian answer, credible interval (CrI)",
         "For two to {few_trials} trials, where a confidence interval is too wide to say anything: values of the "
         "average that are probable, if the true effects of trials differ no more than such effects usually do.",
         ("Bayesian answer", "credible interval")),
    Term("certainty", "Certainty (GRADE)",
         "How sure one can be of the result: {circles}. Provisional: it would be another if the trials whose risk of "
         "bias nobody in our sources judged were judged.",
         ("Certainty", "How sure")),
    Term("trials-intervals", "CIs of the trials",
         "Where every one of a few trials by itself excludes no difference on the same side: from the lowest to the "
         "highest limit of their own intervals."),
    Term("confidence-interval", "Confidence interval (CI)",
         "Values of the average effect that fit the data, at {level}. If it includes no difference (0, or 1 for "
         "ratios), the trials leave open which treatment does better.",
         ("confidence interval",)),
    Term("direction", "Direction",
         "Every effect is turned so that more is better for the treatment named first. g above 0, or a ratio above "
         "1, favours {therapy}; g below 0, or a ratio below 1, favours what it is compared with.",
         ("Direction",)),
    Term("effect", "Effect, average effect",
         "What the trials show taken together: the average of their effects, larger trials counting for more. Of a "
         "single trial: its own effect.",
         ("Average effect", "Effect in the only trial", "Effect")),
    Term("funnel", "Funnel plot",
         "Each trial by its effect and its standard error. If small trials show more than large ones, the picture "
         "leans to one side; that may be bias, or chance, or true differences between small and large trials."),
    Term("g", "g (Hedges' g)", "How far apart the two groups are, in standard deviations of the score.", ("SMD",)),
    Term("heterogeneity", "Heterogeneity: τ², I²",
         "How much the true effects of trials differ. τ² is their variance; I² is the share of the variation between "
         "results that is not chance, computed from τ².",
         ("τ²", "I²", "Inconsistency")),
    Term("imprecision", "Imprecision",
         "The interval of the effect is wide, or few people took part, so that the truth may lie on another side of "
         "a line that matters.",
         ("Imprecision",)),
    Term("indirect-comparison", "Indirect comparison, network",
         "Two treatments compared by way of others that both were compared with. It holds only if the trials are alike "
         "in all else that bears on the effect. A network puts direct and indirect comparisons together; nothing in it "
         "is rated."),
    Term("indirectness", "Indirectness",
         "The people, treatments or measurements of the trials are not quite those that the question asks about.",
         ("Indirectness",)),
    Term("nnt", "NNTB, NNTH",
         "Number of people to treat for one more to benefit, or to be harmed, than with what is compared."),
    Term("no-trial", "No trial",
         "No trial in our tables answers the question. That says nothing for or against {therapy}."),
    Term("ratio", "Odds ratio, risk ratio, hazard ratio",
         "How often, for hazard ratios how soon, something happens with one treatment relative to the other. Odds "
         "ratios compare odds, not risks: where the event is common they lie further from 1 than the risk ratio. For "
         "bad events (relapse, dropout) the figure is turned round, so that above 1 still favours {therapy}.",
         ("odds ratio", "risk ratio", "hazard ratio")),
    Term("p-score", "P-score",
         "How sure a network is, on average over the other treatments in it, that one does better. It is not the "
         "probability of being the best, and says nothing of how large a difference is."),
    Term("p-value", "p-value, test of no difference",
         "How often chance alone would give an effect at least so large if there were no difference. It says nothing "
         "of how large the effect is.",
         ("Test of no difference",)),
    Term("prediction-interval", "Prediction interval",
         "Where the effect of a new, similar trial would lie. It is wider than the confidence interval, as trials "
         "differ.",
         ("prediction interval",)),
    Term("publication-bias", "Publication bias, small-study effects",
         "Trials that find little may stay unpublished. Tests look for signs of it where there are at least "
         "{asymmetry_trials} trials; with fewer they say nothing.",
         ("Publication bias",)),
    Term("risk-of-bias", "Risk of bias",
         "Whether the way a trial was done may have moved its result: {risks}. It is taken from our sources; what "
         "nobody judged is unknown, never low.",
         ("Risk of bias",)),
    Term("single-trial", "A single trial",
         "Its effect is shown as it is. Our tables hold no other trial with usable figures; others may exist."),
    Term("mid", "Smallest important difference",
         "The smallest difference taken to matter to people. It depends on outcome and condition; each answer names "
         "it, and the page on methods lists all with their sources.",
         ("Smallest important difference",)),
    Term("specification-curve", "Specification curve",
         "The same question under every combination of choices that could be defended, in the order of the results. "
         "It shows whether the answer hangs on one of these choices."),
    Term("strength", "Strength of evidence",
         "How well the trials in our tables support the direction stated: {strengths}. The label comes from stated "
         "rules, which the page on methods lists; it has a sign of its own, three bars, and is not the certainty of "
         "GRADE.",
         ("Strength", "Answer")),
    Term("widened-interval", "Widened CI",
         "For two to {few_trials} trials, where it is narrower than the credible interval: that of the most precise "
         "trial, widened by how far the trials lie apart. How often it holds the average is not fixed: nearly always "
         "where true effects hardly differ, less often where they differ and the trials happen to agree.",
         ("widened interval",)),
)  # fmt: skip
"""All terms, in the order of their names."""


def glossary(settings: Mapping[str, Any], therapy: str) -> tuple[Term, ...]:
    """Return the terms with the numbers and labels in use.

    Parameters
    ----------
    settings : mapping
        The configuration of the run.
    therapy : str
        The short name of the therapy under review.
    """
    facts = {
        "therapy": therapy,
        "level": numbers.percent(100 * settings["synthesis"]["level"]),
        "few_trials": settings["synthesis"]["few_trials"],
        "asymmetry_trials": settings["appraisal"]["certainty"]["asymmetry_trials"],
        "circles": ", ".join(f"{labels.CIRCLES[slug]} {name.lower()}" for slug, name in labels.CERTAINTIES.items()),
        "risks": "; ".join(labels.RISKS.values()),
        "strengths": ", ".join(name.lower() for name in labels.STRENGTHS.values()),
    }
    return tuple(Term(one.anchor, one.name, one.meaning.format(**facts), one.others) for one in TERMS)


ANCHORS = {word.casefold(): term.anchor for term in TERMS for word in (term.name, *term.others)}


def anchor_of(words: str) -> str | None:
    """Return where in the glossary words that a page prints are explained; None if they are not."""
    # A level may stand before the name of an interval: "95% prediction interval".
    return ANCHORS.get(words.casefold()) or ANCHORS.get(words.partition(" ")[2].casefold())
