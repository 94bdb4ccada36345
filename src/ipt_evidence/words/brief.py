"""An answer in few words: what may never be left out, and what may stand beside it where there is room.

Whatever is left out, a short text stays as sure, and no surer, than the long one: the word of certainty, what the
interval means, that sound trials find something else, and what trials plainly show where they cannot be relied on yet.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from ipt_evidence.words.beside import balance, in_new_settings, is_open, otherwise, sound_alone, tails
from ipt_evidence.words.frequencies import FROM_COUNTS, FROM_SCORES, KINDS, counts
from ipt_evidence.words.labels import listed
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.sentences import NOT_TOLD, Answered, claimed, ending, opening, rated_figures
from ipt_evidence.words.statements import FEW, NO_TRIAL, TWO, compared_with, given_as

End = Callable[[Answered, Voice], str]
"""How a sentence on an answer ends: with the time it holds for, or without."""

UNCOUNTED = "Counts of people"
"""What settles nothing where numbers of people are worked out from scores."""

ABBREVIATION = re.compile(r"\(([A-Z]{2,})\)$")

ONE_TRIAL = "This is from one trial."
ONE_TRIAL_V = "One trial, against {}."
"""What is said beside a finding that one trial alone gave, where no figures do."""

POINT = "{which} of {subject} against {comparator} in our tables favour {side}, but that is too little to rely on."
"""What is said where every trial by itself excludes no difference on one side, and the label stays insufficient."""

OPPOSED = "Of the two usable trials in our tables, one favours {subject} and one {comparator}."
"""What is said where two trials each exclude no difference, on opposite sides."""


def must(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Return the sentences on an answer without which it would be misread.

    The finding, as numbers of people where a register counts them and the answer leads to them, else with its figures
    where the register prints them; what trials plainly show; what it may be in a new setting; what sound trials find;
    what the other main outcome says.
    """
    people = None if voice.register.statistics else people_on(answer, voice)
    if people is None:
        first = with_figures(answer, voice) if voice.register.statistics else finding_of(answer, voice)
        return (first, *beside(answer, voice))
    return (people, *(_uncounted(answer, voice) or balance(answer, voice)), *_limits(answer, voice))


def ways(answer: Answered, voice: Voice) -> tuple[tuple[Sentence, ...], ...]:
    """Return the ways to tell an answer with what must stand beside it, longest first.

    The end of treatment is where answers are from unless they say otherwise: it is dropped before figures are.
    """
    ends = (ending, claimed) if answer.timepoint == "post" and answer.k else (ending,)
    stands = beside(answer, voice)
    figured = [(with_figures(answer, voice, end), *stands) for end in ends[1:] if voice.register.statistics]
    return (must(answer, voice), *figured, *((finding_of(answer, voice, end), *stands) for end in ends))


def beside(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Return what must stand with the finding of an answer, wherever it stands."""
    if answer.k == 0:
        return (Sentence(NO_TRIAL),)
    return (*_limits(answer, voice), *balance(answer, voice))


def _uncounted(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say beside numbers of people that are worked out that counts leave open what they say."""
    counted, other = counts(answer, voice), otherwise(answer)
    if counted is None or other is None or not (counted.of_scale and is_open(other)):
        return ()
    return (Sentence("", UNCOUNTED, " settle nothing.", other.question_id),)


def _limits(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    if answer.strength in NOT_TOLD:
        return (*given_as(answer), *plainly_shown(answer, voice))
    plain = not voice.register.statistics
    spread = in_new_settings(answer, voice) if plain else ()
    beside = _of_one_trial(answer) if plain and answer.rated.k == 1 else compared_with(answer)
    return (*beside, *spread, *sound_alone(answer, voice))


def _of_one_trial(answer: Answered) -> tuple[Sentence, ...]:
    """Say that one trial alone found it, and what it compared with."""
    few = 0 < len(answer.compared) <= FEW
    return (*given_as(answer), Sentence(ONE_TRIAL_V.format(listed(list(answer.compared))) if few else ONE_TRIAL))


def may(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Return what may be said of an answer besides, most useful first; a register with figures has said it."""
    if answer.k == 0 or voice.register.statistics:
        return ()
    counted = counts(answer, voice)
    return (
        *([Sentence(f"{voice.register.certainty[answer.certainty]}.")] if answer.strength not in NOT_TOLD else []),
        *([Sentence(FROM_SCORES if counted.of_scale else FROM_COUNTS)] if counted else []),
        Sentence("This rests on ", answer.rated.size(voice.register.people), "."),
    )


def in_a_line(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say what was found in one short sentence, with what must stand beside it; the longest way first."""
    condition, more = opening(answer, voice)
    said = Sentence(more, claimed(answer, voice), opening=condition)
    return tuple(replace(said, after=f"{tail}.") for tail in tails(answer, voice))


def plainly_shown(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say what two trials or more, each by itself, show on one side, where the answer cannot be relied on.

    Of two trials that show opposite things, that they do.
    """
    if answer.strength not in NOT_TOLD or answer.k < TWO or not (answer.agree or answer.opposed):
        return ()
    sides = voice.sides(answer.intervention, answer.comparator)
    subject, comparator = (short(sides[name]) for name in ("subject", "comparator"))
    if answer.opposed:
        return (Sentence(OPPOSED.format(subject=subject, comparator=comparator)),)
    side = subject if answer.effects[0][1] > 0 else comparator
    which = "Both usable trials" if answer.k == TWO else f"All {answer.k} usable trials"
    return (Sentence(POINT.format(which=which, subject=subject, comparator=comparator, side=side)),)


def short(label: str) -> str:
    """Return the abbreviation that a label ends with, else the label: ``CBT``."""
    found = ABBREVIATION.search(label)
    return found[1] if found else label


def finding_of(answer: Answered, voice: Voice, end: End = ending) -> Sentence:
    """Say what was found; what is said of the condition leads to where it comes from."""
    condition, more = opening(answer, voice)
    return Sentence(more, end(answer, voice), ".", opening=condition)


def with_figures(answer: Answered, voice: Voice, end: End = ending) -> Sentence:
    """Say what was found, with its figures in parentheses: ``... (3 trials with 200 people; g = ...)``."""
    if answer.k == 0:
        return finding_of(answer, voice, end)
    condition, more = opening(answer, voice)
    return Sentence(f"{more}{end(answer, voice)} (", figures(answer, voice), ").", opening=condition)


def figures(answer: Answered, voice: Voice) -> str:
    """Write what an answer rests on, with a prediction interval that includes no difference."""
    wide = answer.strength not in NOT_TOLD and in_new_settings(answer, voice)
    return rated_figures(answer, voice) + (f"; {answer.rated.prediction}" if wide else "")


def people_on(answer: Answered, voice: Voice) -> Sentence | None:
    """Say what an answer means for 100 people, beginning with the condition; None where it leads to no numbers."""
    counted = counts(answer, voice)
    if counted is None:
        return None
    later = voice.register.times[answer.timepoint] if answer.timepoint != "post" else ""
    condition, more = opening(answer, voice, ": ", later)
    told = f"{more}of 100 people, {counted.compared}; {counted.treated}"
    source = answer.counted.question_id if answer.counted else ""
    kind = KINDS[counted.of_scale]
    return Sentence(f"{told} ({kind}), but could be ", counted.span, ".", source, opening=condition, kind=kind)
