"""What was found on one question, as a sentence: how sure it sounds is decided here, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ipt_evidence.errors import EvidenceError
from ipt_evidence.words import numbers
from ipt_evidence.words.contrasts import Contrast
from ipt_evidence.words.figures import AbsoluteFigures, Figures, PooledFigures
from ipt_evidence.words.labels import CERTAINTIES, within
from ipt_evidence.words.registers import OutcomeWords, Voice
from ipt_evidence.words.sentence_parts import Sentence

OPEN = "we do not know how {subject} compares with {comparator} {on}"

VERY_UNCERTAIN = "the evidence is very uncertain on how {subject} compares with {comparator} {on}"
"""What is said of an answer of very low certainty (GRADE guidelines 26), whichever way it points."""

FRAMES = {
    ("favours_intervention", "high"): "{subject} {better}",
    ("favours_intervention", "moderate"): "{subject} probably {better}",
    ("favours_intervention", "low"): "{subject} may {to_better}",
    ("favours_comparator", "high"): "{subject} {worse}",
    ("favours_comparator", "moderate"): "{subject} probably {worse}",
    ("favours_comparator", "low"): "{subject} may {to_worse}",
    ("no_important_difference", "high"): "{subject} {same}",
    ("no_important_difference", "moderate"): "{subject} probably {same}",
    ("no_important_difference", "low"): "{subject} may {to_same}",
    ("little_difference", "high"): "{subject} {little}",
    ("little_difference", "moderate"): "{subject} probably {little}",
    ("little_difference", "low"): "{subject} may {to_little}",
}
"""How sure a sentence sounds, by direction and certainty (GRADE guidelines 26)."""

NOT_TOLD = ("insufficient", "no_evidence")
"""Labels of answers whose direction is not told as a finding, however certain it is."""

POINTING = {
    "favours_intervention": "{trials} favour{s} {subject} over {comparator}",
    "favours_comparator": "{trials} favour{s} {comparator} over {subject}",
    "no_important_difference": "{trials} show{s} no important difference from {comparator}",
    "little_difference": "{trials} show{s} little or no difference from {comparator}",
    "unclear": "{trials} leave{s} open how {subject} compares with {comparator}",
}
"""Which way trials point, by direction."""


UNSETTLED = {
    "benefit": "we do not know whether {subject} helps",
    "effect": "we do not know how {subject} bears on {outcome}",
    "form": "we do not know how {subject} does",
    "as_well": "the trials in our tables leave open whether {subject} does as well as {comparator}",
    "adapted": "no trial in our tables tells whether {subject} works better in an adapted form",
}
"""What is open, where no answer of the plan says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What sentences say of a question.

    Attributes
    ----------
    question_id, condition, intervention, comparator, outcome, timepoint, phase : str
        The question, in the slugs of the plan.
    pooled : PooledFigures
        What all its trials say together.
    rated : Figures
        What the trials say that the rating rests on.
    absolute : AbsoluteFigures or None
        The same as numbers of people; None where it leads to none.
    risk_from : str
        The wider condition whose trials the control risk of these numbers is from; empty where it is its own.
    counted : Answered or None
        Of symptoms on a scale: the answer of the same comparison that counts people who respond, if most of its trials
        counted them. Its numbers of people come before numbers that are worked out.
    counterpart : Answered or None
        The answer of the same comparison on the other main outcome, if trials answer it: of symptoms, that which counts
        people who respond; of what counts people who get better, that on symptoms.
    compared : tuple of str
        The treatments that its trials compare with, most frequent first, where the class of them holds several.
    given : tuple of str
        The forms in which its trials gave the therapy under review, most frequent first, where none gave the usual one.
    from_counts : bool
        Whether it is on a scale, and every effect of its trials was converted from counts of people.
    direction, strength : str
        The rating.
    certainty : str
        high, moderate, low or very_low; empty text where nothing was rated.
    provisional : bool
        Whether certainty would be another if the trials nobody judged were judged.
    certainty_if_sound, certainty_if_at_risk : str
        What it would be if these were at low, or at high risk of bias.
    mid : float
        Minimal important difference on the scale of the effect; NaN where none is defined.
    downgraded : tuple of (str, str)
        Domains that took levels of certainty away, each with the rule that decided; the start, if it was low.
    shares : mapping of str to float
        Percent of the weight by risk of bias: low, some_concerns, high, unknown.
    checks, checks_failed : int
        Sensitivity analyses of an answer whose interval excludes no difference, and how many of their intervals do
        not; 0 of 0 for other answers.
    trials : tuple of str
        Trials pooled, by weight, largest first.
    effects : tuple of (str, int)
        The effect of each, with its interval, and on which side of no difference that lies.
    short : frozenset of str
        Those of them whose whole interval is short of the smallest important difference either way.
    sound : str
        What the trials at low risk of bias say alone; empty text where they are all, fewer than two, or none.
    sound_differ : bool
        Whether that provably differs from what the others say.
    sound_finds : str
        How it differs, in words a register knows: ``less``, ``less_or_none``, or ``other``.
    set_aside : tuple of str
        Trials that report something on the question none of which could be used.
    reports : tuple of str
        Excluded reports that make the comparison asked about and gave no figure that could be used.
    other_reports : int
        Excluded reports on the condition that do not tell what they compared.
    contrasts : tuple of Contrast
        Differences between trials credible enough to be spoken of.
    """

    question_id: str
    condition: str
    intervention: str
    comparator: str
    outcome: str
    timepoint: str
    phase: str
    pooled: PooledFigures
    rated: Figures
    absolute: AbsoluteFigures | None
    direction: str
    strength: str
    certainty: str
    provisional: bool
    certainty_if_sound: str
    certainty_if_at_risk: str
    mid: float
    downgraded: tuple[tuple[str, str], ...]
    shares: Mapping[str, float]
    checks: int
    checks_failed: int
    trials: tuple[str, ...]
    effects: tuple[tuple[str, int], ...]
    sound: str
    sound_differ: bool
    sound_finds: str
    set_aside: tuple[str, ...]
    reports: tuple[str, ...]
    other_reports: int
    contrasts: tuple[Contrast, ...]
    risk_from: str = ""
    counted: "Answered | None" = None
    counterpart: "Answered | None" = None
    short: frozenset[str] = frozenset()
    compared: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    from_counts: bool = False

    @property
    def k(self) -> int:
        """Trials pooled."""
        return self.pooled.k

    @property
    def agree(self) -> bool:
        """Whether there are trials, and each by itself excludes no difference on the same side."""
        return self.k > 0 and abs(sum(side for _, side in self.effects)) == self.k

    @property
    def opposed(self) -> bool:
        """Whether there are two trials, and each by itself excludes no difference, on opposite sides."""
        return self.k == len(self.effects) and sorted(side for _, side in self.effects) == [-1, 1]

    @property
    def slight(self) -> bool:
        """Whether the average is short of the MID; it never is where none is defined."""
        return abs(self.rated.estimate) < self.mid


def finding(answer: Answered, voice: Voice, subject: str = "") -> str:
    """Say what was found on a question, as sure as direction and strength allow.

    Parameters
    ----------
    answer : Answered
        The question and its rating.
    voice : Voice
        The words.
    subject : str
        What the answer is about, if it is not all trials of the question: ``IPT given in groups``.

    Raises
    ------
    EvidenceError
        If the outcome, or the pair of direction and certainty, has no words.
    """
    return f"{''.join(opening(answer, voice))}{ending(answer, voice, subject)}"


def opening(answer: Answered, voice: Voice, end: str = ", ", when: str = "") -> tuple[str, str]:
    """Begin a sentence on an answer: ``For dysthymia, ``, and what else comes first: ``in prevention, ``.

    Parameters
    ----------
    answer : Answered
        The question.
    voice : Voice
        The words.
    end : str
        What ends the beginning.
    when : str
        The time the answer holds for, if the sentence begins with it.
    """
    condition = f"For {voice.conditions[answer.condition]}"
    more = ", ".join(filter(None, (voice.register.phases[answer.phase], when)))
    return (f"{condition}, ", f"{more}{end}") if more else (f"{condition}{end}", "")


def ending(answer: Answered, voice: Voice, subject: str = "") -> str:
    """End the sentence on an answer, as sure as direction and strength allow; parameters as for :func:`finding`."""
    when = "dropout" if answer.outcome == "dropout" else answer.timepoint
    return f"{claimed(answer, voice, subject)} {voice.register.times[when]}"


def claimed(answer: Answered, voice: Voice, subject: str = "") -> str:
    """Say the same without the time it holds for."""
    sides, frame = voice.sides(answer.intervention, answer.comparator), _frame(answer)
    ends = _comparisons(voice.does[answer.outcome], sides["comparator"], slight=answer.slight)
    return frame.format(subject=subject or sides["subject"], comparator=sides["comparator"], **ends)


def _frame(answer: Answered) -> str:
    """Return the sentence of an answer, as sure as its certainty; open where its label does not let it be told."""
    if answer.certainty == "very_low":
        return VERY_UNCERTAIN
    if answer.strength in NOT_TOLD:
        return OPEN
    # Trials singled out for a claim are not rated on their own, and count as of low certainty at most.
    certainty = answer.certainty or "low"
    frame = FRAMES.get((answer.direction, certainty))
    if frame is None:
        pair = f"direction {answer.direction!r} with certainty {certainty!r}"
        raise EvidenceError(f"{answer.question_id}: no words for {pair}; add them to FRAMES in words/sentences.py")
    return frame


def unsettled(what: str, condition: str, voice: Voice, end: str = ".", **named: str) -> Sentence:
    """Say what is not known on a condition.

    Parameters
    ----------
    what : str
        Key of ``UNSETTLED``.
    condition : str
        The condition.
    voice : Voice
        The words.
    end : str
        What ends the sentence.
    **named : str
        What the words name; the subject is the therapy under review unless it is named.
    """
    unknown = UNSETTLED[what].format(**{"subject": voice.therapy} | named)
    return Sentence(f"{unknown}{end}", opening=f"For {voice.conditions[condition]}, ")


def _comparisons(words: OutcomeWords, comparator: str, *, slight: bool) -> dict[str, str]:
    """Say what doing better, worse or the same means on an outcome; ``on`` says what treatments are compared on.

    An average short of the smallest important difference is ``slight``.
    """
    infinitive, third = words.verb
    slightly = "slightly " if slight else ""
    ends = {
        name: f"{words.object} {slightly}{degree} than {comparator}"
        for name, degree in (("better", words.more), ("worse", words.less))
    }
    same = f"no important difference to {words.noun} compared with {comparator}"
    return {
        **{name: f"{third} {end}" for name, end in ends.items()},
        **{f"to_{name}": f"{infinitive} {end}" for name, end in ends.items()},
        "same": f"makes {same}",
        "to_same": f"make {same}",
        "little": f"makes little or no difference to {words.noun} compared with {comparator}",
        "to_little": f"make little or no difference to {words.noun} compared with {comparator}",
        "on": f"in {words.noun}",
    }


def pointing(answer: Answered, voice: Voice) -> str:
    """Say which way the trials point that a rating rests on, without saying how sure that is."""
    trials, s = ("One trial", "s") if answer.rated.k == 1 else ("The trials", "")
    return POINTING[answer.direction].format(trials=trials, s=s, **voice.sides(answer.intervention, answer.comparator))


def quoted(before: str, answer: Answered, after: str, voice: Voice) -> Sentence:
    """Set the figures of a rating between two texts, in parentheses, linked to their question."""
    return Sentence(f"{before} (", rated_figures(answer, voice), f"){after}", answer.question_id)


def suggested(answer: Answered, voice: Voice, subject: str = "") -> Sentence:
    """Say what was found with the figures of the rating: what could be printed on a question, as its page says it."""
    condition, more = opening(answer, voice)
    return replace(quoted(f"{more}{ending(answer, voice, subject)}", answer, ".", voice), opening=condition)


def rated_figures(answer: Answered, voice: Voice) -> str:
    """Write what a rating rests on and how certain it is: ``3 trials with 200 people; ...; low certainty``.

    A ratio says which way is good: tables turn it, so that of a bad event too more is better.
    """
    rated = answer.rated
    subject = voice.sides(answer.intervention, answer.comparator)["subject"]
    turned = [numbers.favourable(rated.measure, subject)] if rated.is_ratio and answer.k else []
    certainty = [f"{within(CERTAINTIES[answer.certainty])} certainty"] if answer.certainty else []
    return "; ".join([rated.size(), f"{rated.effect}, {rated.ci}", *turned, *certainty])


def answered_by(sentence: Sentence, answer: Answered) -> Answered:
    """Return the answer whose figures a sentence on an answer gives: that one, or another that it is told by."""
    others = (one for one in (answer.counted, answer.counterpart) if one)
    return next((one for one in others if one.question_id == sentence.question_id), answer)
