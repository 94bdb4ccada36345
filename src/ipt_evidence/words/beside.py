"""What belongs beside a finding wherever it stands: new settings, sound trials, and the other main outcome.

Scores of symptoms and counts of people who clearly improve are two measures of one question. Where one favours a side
and the other leaves it open, or tells something else, a text that gives the one alone hides the other.
"""

from dataclasses import replace

from ipt_evidence.words import numbers
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.sentences import NOT_TOLD, Answered, claimed

SOUND = {"less": "find less", "less_or_none": "find less, or nothing", "other": "find something else"}
"""What trials judged sound find beside all of them."""

DIFFER = "find otherwise"
"""That trials judged sound find something else, where there is no room for what: less alone would hide "or nothing"."""

OPEN, ALIKE = "open", "alike"
"""What an answer says that tells no finding, and one that tells little or no difference."""

FAVOURS = "favours"
"""How the direction of an answer begins whose interval lies on one side of no difference."""

MIXED = "not all results agree"
"""What stands in a line that has no room to say for sound trials and the other main outcome."""


def in_new_settings(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Warn where a prediction interval includes no difference."""
    rated = answer.rated
    # Where true effects do not vary, a prediction interval is the confidence interval again.
    alike = answer.pooled.tau2 == 0 and rated.interval not in numbers.INTERVALS
    if alike or not rated.predicts_null:
        return ()
    texts, sides = voice.register.spread, voice.sides(answer.intervention, answer.comparator)
    before, after = texts.get(answer.direction, texts["either"])
    figures = answer.rated.prediction if voice.register.statistics else ""
    return (Sentence(before.format(**sides), figures, after.format(**sides)),)


def sound_alone(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say what sound trials find alone, where that is something else."""
    if not answer.sound_differ:
        return ()
    if voice.register.statistics:
        return (Sentence("Alone, trials at low risk of bias find ", answer.sound, "."),)
    return (Sentence(f"Sound trials {SOUND[answer.sound_finds]}."),)


def balance(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say what the other main outcome says, as sure as it can be told; nothing where it says the same."""
    other = otherwise(answer)
    if other is None:
        return ()
    if _says(other) == OPEN:
        trials, s = numbers.counted(other.k, "trial"), "s" if other.k == 1 else ""
        pointing = f" favour{s} {_favoured(other, voice)}, but that is too little to rely on."
        end = f" settle{s} nothing." if is_open(other) else pointing
        return (Sentence(f"On {measured_by(other, voice)}, ", trials, end, other.question_id),)
    said = Sentence("But ", claimed(other, voice), f"{_sound(other, voice)}.", other.question_id)
    return (said, *(replace(one, question_id=other.question_id) for one in in_new_settings(other, voice)))


def tails(answer: Answered, voice: Voice) -> tuple[str, ...]:
    """Say in a few words, at the end of a line, what sound trials and the other main outcome say; longest way first."""
    other, sound = otherwise(answer), _sound(answer, voice)
    but = ""
    if other:
        name = measured_by(other, voice)
        but = f"; {name} left open" if is_open(other) else f"; not so on {name}"
    if not sound:
        return (but,)
    briefly = f"; {voice.register.risk['sound_name']} {DIFFER}{but}"
    return (f"{sound}{but}", briefly, *((f"; {MIXED}",) if but else ()))


def measured_by(answer: Answered, voice: Voice) -> str:
    """Name the outcome of an answer in a few words."""
    return voice.outcomes[answer.outcome] if answer.rated.is_ratio else voice.does[answer.outcome].noun


def otherwise(answer: Answered) -> Answered | None:
    """Return the answer on the other main outcome, where both rest on trials and do not say the same.

    One that favours the side of the finding too, but cannot be relied on, says nothing else: it takes nothing back.
    """
    other = answer.counterpart
    if not (other and answer.k and other.k) or _says(other) == _says(answer):
        return None
    return None if _says(other) == OPEN and not is_open(other) and other.direction == answer.direction else other


def is_open(answer: Answered) -> bool:
    """Tell whether an answer neither tells a finding nor favours a side."""
    return _says(answer) == OPEN and not answer.direction.startswith(FAVOURS)


def _favoured(answer: Answered, voice: Voice) -> str:
    sides = voice.sides(answer.intervention, answer.comparator)
    return sides["subject" if answer.direction == "favours_intervention" else "comparator"]


def _sound(answer: Answered, voice: Voice) -> str:
    return f"; {voice.register.risk['sound_name']} {SOUND[answer.sound_finds]}" if answer.sound_differ else ""


def _says(answer: Answered) -> str:
    if answer.strength in NOT_TOLD:
        return OPEN
    return answer.direction if answer.direction.startswith(FAVOURS) else ALIKE
