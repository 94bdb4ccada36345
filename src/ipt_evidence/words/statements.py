"""All that can be said on one question: what was found, on how much it rests, what speaks against relying on it."""

from dataclasses import dataclass

from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentences import Answered, Sentence, finding, joined

SEVERAL = {
    "favours_intervention": "The results favour {subject}, but are too little to rely on.",
    "favours_comparator": "The results favour {comparator}, but are too little to rely on.",
    "no_important_difference": "The results show no important difference, but are too little to rely on.",
    "unclear": "The results leave open which does better.",
}
"""Which way several trials point where the evidence is insufficient, by direction."""

SINGLE = {
    "favours_intervention": "It favours {subject}: ",
    "favours_comparator": "It favours {comparator}: ",
    "no_important_difference": "It shows no important difference: ",
    "unclear": "It leaves open which does better: ",
}
"""Which way a single trial points, by direction."""

NO_TRIAL = "No trial in our tables answers this question."


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What can be said on one question.

    Attributes
    ----------
    answer : Answered
        The question and its figures.
    finding : Sentence
        What was found, as sure as direction and strength allow.
    support : tuple of Sentence
        Trials, participants and estimate.
    limits : tuple of Sentence
        What speaks against relying on it: certainty, spread between trials, other choices of method, risk of
        bias, results that could not be used.
    """

    answer: Answered
    finding: Sentence
    support: tuple[Sentence, ...]
    limits: tuple[Sentence, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in reading order."""
        return (self.finding, *self.support, *self.limits)

    @property
    def text(self) -> str:
        """All sentences as plain text."""
        return joined(self.sentences)


def state(answer: Answered, voice: Voice) -> Statement:
    """Put the answer to a question into sentences.

    Raises
    ------
    EvidenceError
        If the outcome, or the pair of direction and strength, has no words.
    """
    limits = (
        *_certainty(answer, voice),
        *_spread(answer, voice),
        *_fragility(answer, voice),
        *_risk_of_bias(answer, voice),
    )
    return Statement(
        answer=answer,
        finding=Sentence(f"{finding(answer, voice)}."),
        support=_support(answer, voice),
        limits=(*limits, *_set_aside(answer, voice)),
    )


def _support(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    if answer.k == 0:
        return (Sentence(NO_TRIAL),)
    pooled, sides = answer.pooled, voice.sides(answer.intervention, answer.comparator)
    good = f"; {numbers.favourable(pooled.measure, sides['subject'])}."
    weak = answer.strength == "insufficient"
    if answer.k == 1:
        trial = f"One trial ({voice.trials[answer.trials[0]]}, {_people_of_one(answer)})"
        reliance = ", which is too little to rely on." if weak else "."
        pointing = SINGLE[answer.direction].format(**sides)
        return Sentence("", trial, f" bears on this{reliance}"), Sentence(pointing, pooled.written, good)
    several = (
        Sentence("This rests on ", pooled.size(voice.register.people), "."),
        Sentence("On average, ", pooled.written, good),
    )
    return (*several, Sentence(SEVERAL[answer.direction].format(**sides))) if weak else several


def _people_of_one(answer: Answered) -> str:
    return "n not known" if answer.pooled.k_without_n else f"n = {numbers.count(answer.pooled.n_participants)}"


def _certainty(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how certain the answer is, what took certainty away, and which trials it rests on if not all."""
    if answer.k == 0:
        return ()
    words = voice.register.certainty
    reasons = listed([voice.register.domains[domain] for domain in answer.downgraded])
    level = words[answer.certainty] + (words["because"].format(reasons=reasons) if reasons else "")
    sentences = (Sentence(f"{words['opening']}{level}."),)
    if answer.basis != "without_high_risk":
        return sentences
    trials = numbers.counted(answer.rated.k, "trial")
    return (*sentences, Sentence(words["basis"].format(trials=trials), answer.rated.written, "."))


def _spread(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Warn where a prediction interval includes no difference."""
    if not answer.pooled.pi_low <= 0 <= answer.pooled.pi_high:
        return ()
    texts, sides = voice.register.spread, voice.sides(answer.intervention, answer.comparator)
    before, after = texts.get(answer.direction, texts["either"])
    return (Sentence(before.format(**sides), answer.pooled.prediction, after.format(**sides)),)


def _fragility(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how often other choices, or fewer trials, take away a difference that the sentence relies on."""
    if answer.strength == "insufficient" or not answer.checks_failed:
        return ()
    before, after = voice.register.fragile
    checks = numbers.counted(answer.checks, "sensitivity analysis", "sensitivity analyses")
    figures = f"{numbers.count(answer.checks_failed)} of {checks}"
    return (Sentence(before, figures, after),)


def _risk_of_bias(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    words, shares = voice.register.risk, answer.shares
    if answer.k == 0:
        return ()
    if answer.k == 1:
        return (Sentence(words[max(shares, key=lambda name: shares[name])]),)
    if shares["unknown"] > 100 - 1e-6:
        return (Sentence(words["all_unknown"]),)
    unknown = numbers.percent(shares["unknown"])
    also = words["share_unknown"].format(unknown=unknown) if shares["unknown"] else ""
    return (Sentence(words["share_of"], numbers.percent(shares["low"]), f"{words['share']}{also}."),)


def _set_aside(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Name the trials that report something on a question which could not be used."""
    if not answer.set_aside:
        return ()
    names = ", ".join(voice.trials[trial] for trial in answer.set_aside)
    which = numbers.counted(len(answer.set_aside), "other trial" if answer.k else "trial")
    return (Sentence("Results of ", which, f" on this question could not be used ({names})."),)
