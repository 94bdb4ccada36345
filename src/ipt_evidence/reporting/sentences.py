"""Sentences about one question: what was found, on how much it rests, what speaks against relying on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.answers import Answer
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed, within
from ipt_evidence.words.registers import Register

OPEN = "we do not know whether {subject} {either}"

FRAMES = {
    ("favours_intervention", "strong"): "{subject} {better}",
    ("favours_intervention", "moderate"): "{subject} probably {better}",
    ("favours_intervention", "limited"): "{subject} may {to_better}",
    ("favours_intervention", "insufficient"): "we do not know whether {subject} {better}",
    ("favours_comparator", "strong"): "{subject} {worse}",
    ("favours_comparator", "moderate"): "{subject} probably {worse}",
    ("favours_comparator", "limited"): "{subject} may {to_worse}",
    ("favours_comparator", "insufficient"): "we do not know whether {subject} {worse}",
    ("no_important_difference", "strong"): "{subject} {same}",
    ("no_important_difference", "moderate"): "{subject} probably {same}",
    ("no_important_difference", "limited"): "{subject} may {to_same}",
    ("no_important_difference", "insufficient"): OPEN,
    ("unclear", "strong"): OPEN,
    ("unclear", "moderate"): OPEN,
    ("unclear", "limited"): OPEN,
    ("unclear", "insufficient"): OPEN,
    ("none", "no_evidence"): "we do not know whether {subject} {better}",
}
"""How sure a sentence sounds: decided by direction and strength alone, and nowhere else."""

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


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence whose figures can be linked to where they come from; either part may be empty."""

    before: str
    figures: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return f"{self.before}{self.figures}{self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What can be said on one question.

    Attributes
    ----------
    answer : Answer
        The question and its figures.
    finding : Sentence
        What was found, as sure as direction and strength allow.
    support : tuple of Sentence
        Trials, participants and estimate.
    limits : tuple of Sentence
        What speaks against relying on it: certainty, spread between trials, other choices of method, risk of
        bias, results that could not be used.
    """

    answer: Answer
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
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A register with the labels that its sentences need.

    Attributes
    ----------
    register : Register
        Professional or plain words.
    conditions, classes, trials : mapping of str to str
        Labels by condition, treatment class and trial_id.
    """

    register: Register
    conditions: Mapping[str, str]
    classes: Mapping[str, str]
    trials: Mapping[str, str]


def voice(review: Review, register: Register) -> Voice:
    """Prepare a register for the sentences of a review."""
    words, trials = review.vocabulary, review.tables["trials"]
    labels = dict(zip(words.treatment_classes["class"], words.treatment_classes[register.label], strict=True))
    conditions = zip(words.conditions["condition"], words.conditions[register.label], strict=True)
    return Voice(
        register=register,
        conditions={name: within(label) for name, label in conditions},
        classes={name: within(label) for name, label in labels.items()} | dict(register.classes),
        trials=dict(zip(trials["trial_id"], trials["label"], strict=True)),
    )


def state(answer: Answer, voice: Voice) -> Statement:
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
        finding=_finding(answer, voice),
        support=_support(answer, voice),
        limits=(*limits, *_set_aside(answer, voice)),
    )


def _sides(answer: Answer, voice: Voice) -> dict[str, str]:
    subject = "IPT" if answer.intervention == "ipt" else voice.classes[answer.intervention]
    return {"subject": subject, "comparator": voice.classes[answer.comparator]}


def _finding(answer: Answer, voice: Voice) -> Sentence:
    frame = FRAMES.get((answer.direction, answer.strength))
    if frame is None:
        pair = f"direction {answer.direction!r} with strength {answer.strength!r}"
        raise EvidenceError(f"{answer.question_id}: no words for {pair}; see FRAMES in reporting/wording.py")
    register, sides = voice.register, _sides(answer, voice)
    claim = frame.format(subject=sides["subject"], **_comparisons(answer, sides["comparator"], register))
    opening = f"For {voice.conditions[answer.condition]}{register.phases[answer.phase]}"
    when = register.times["dropout" if answer.outcome == "dropout" else answer.timepoint]
    return Sentence(f"{opening}, {claim} {when}.")


def _comparisons(answer: Answer, comparator: str, register: Register) -> dict[str, str]:
    """Say what doing better, worse, either or the same means on the outcome of a question."""
    words = register.outcomes.get(answer.outcome)
    if words is None:
        raise EvidenceError(f"outcome {answer.outcome!r} has no {register.name} words; see reporting/registers.py")
    infinitive, third = words.verb
    either = "more or less often" if words.more.endswith("often") else "more or less"
    ends = {
        name: f"{words.object} {degree} than {comparator}"
        for name, degree in (("better", words.more), ("worse", words.less), ("either", either))
    }
    same = f"no important difference to {words.noun} compared with {comparator}"
    return {
        **{name: f"{third} {end}" for name, end in ends.items()},
        **{f"to_{name}": f"{infinitive} {end}" for name, end in ends.items()},
        "same": f"makes {same}",
        "to_same": f"make {same}",
    }


def _support(answer: Answer, voice: Voice) -> tuple[Sentence, ...]:
    if answer.k == 0:
        return (Sentence(NO_TRIAL),)
    sides = _sides(answer, voice)
    estimate = numbers.estimate(answer.estimate, answer.ci_low, answer.ci_high, answer.measure, level=answer.level)
    good = f"; {numbers.favourable(answer.measure, sides['subject'])}."
    weak = answer.strength == "insufficient"
    if answer.k == 1:
        trial = f"One trial ({voice.trials[answer.trials[0]]}, {_size_of_one(answer)})"
        reliance = ", which is too little to rely on." if weak else "."
        pointing = SINGLE[answer.direction].format(**sides)
        return Sentence("", trial, f" bears on this{reliance}"), Sentence(pointing, estimate, good)
    pooled = (
        Sentence("This rests on ", size(answer, voice.register), "."),
        Sentence("On average, ", estimate, good),
    )
    return (*pooled, Sentence(SEVERAL[answer.direction].format(**sides))) if weak else pooled


def _size_of_one(answer: Answer) -> str:
    return "n not known" if answer.k_without_n else f"n = {numbers.count(answer.n_participants)}"


def size(answer: Answer, register: Register) -> str:
    """Say how many trials and people an answer rests on, and for how many trials the people are not known."""
    trials = numbers.counted(answer.k, "trial")
    if answer.k_without_n == answer.k:
        return f"{trials} whose numbers of {register.people[1]} are not known"
    people = numbers.counted(int(answer.n_participants), *register.people)
    if not answer.k_without_n:
        return f"{trials} with {people}"
    rest = numbers.counted(answer.k - answer.k_without_n, "trial")
    return f"{trials}, with {people} in {rest} and numbers not known for {numbers.count(answer.k_without_n)}"


def _certainty(answer: Answer, voice: Voice) -> tuple[Sentence, ...]:
    """Say how certain the answer is, what took certainty away, and which trials it rests on if not all."""
    if answer.k == 0:
        return ()
    words = voice.register.certainty
    reasons = listed([voice.register.domains[domain] for domain in answer.downgraded])
    level = words[answer.certainty] + (words["because"].format(reasons=reasons) if reasons else "")
    sentences = (Sentence(f"{words['opening']}{level}."),)
    if answer.basis != "without_high_risk":
        return sentences
    k, average, low, high = answer.rated
    figures = numbers.estimate(average, low, high, answer.measure, level=answer.level)
    trials = numbers.counted(k, "trial")
    return (*sentences, Sentence(words["basis"].format(trials=trials), figures, "."))


def _spread(answer: Answer, voice: Voice) -> tuple[Sentence, ...]:
    """Warn where a prediction interval includes no difference."""
    if numbers.is_missing(answer.pi_low) or not answer.pi_low <= 0 <= answer.pi_high:
        return ()
    texts, sides = voice.register.spread, _sides(answer, voice)
    before, after = texts.get(answer.direction, texts["either"])
    figures = numbers.prediction_interval(answer.pi_low, answer.pi_high, answer.measure, level=answer.level)
    return (Sentence(before.format(**sides), figures, after.format(**sides)),)


def _fragility(answer: Answer, voice: Voice) -> tuple[Sentence, ...]:
    """Say how often other choices, or fewer trials, take away a difference that the sentence relies on."""
    if answer.strength == "insufficient" or not answer.checks_failed:
        return ()
    before, after = voice.register.fragile
    checks = numbers.counted(answer.checks, "sensitivity analysis", "sensitivity analyses")
    figures = f"{numbers.count(answer.checks_failed)} of {checks}"
    return (Sentence(before, figures, after),)


def _risk_of_bias(answer: Answer, voice: Voice) -> tuple[Sentence, ...]:
    words = voice.register.risk
    shares = {
        "low": answer.low_risk_percent,
        "some_concerns": answer.some_concerns_percent,
        "high": answer.high_risk_percent,
        "unknown": answer.unknown_risk_percent,
    }
    if answer.k == 0:
        return ()
    if answer.k == 1:
        return (Sentence(words[max(shares, key=lambda name: shares[name])]),)
    if shares["unknown"] > 100 - 1e-6:
        return (Sentence(words["all_unknown"]),)
    unknown = numbers.percent(shares["unknown"])
    also = words["share_unknown"].format(unknown=unknown) if shares["unknown"] else ""
    return (Sentence(words["share_of"], numbers.percent(shares["low"]), f"{words['share']}{also}."),)


def _set_aside(answer: Answer, voice: Voice) -> tuple[Sentence, ...]:
    """Name the trials that report something on a question which could not be used."""
    if not answer.set_aside:
        return ()
    names = ", ".join(voice.trials[trial] for trial in answer.set_aside)
    which = numbers.counted(len(answer.set_aside), "other trial" if answer.k else "trial")
    return (Sentence("Results of ", which, f" on this question could not be used ({names})."),)
