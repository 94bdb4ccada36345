"""Answers on several conditions in one text: what can be told, most certain first, and one sentence for the rest."""

from collections.abc import Iterable, Sequence

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.guides.said import (
    LINE,
    Piece,
    Said,
    filled,
    first_that_fits,
    length,
    listing,
    of_answer,
    plainly,
    pointing_on,
    questions,
    together,
)
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.words import numbers
from ipt_evidence.words.beside import (
    DIFFER,
    MIXED,
    SOUND,
    balance,
    in_new_settings,
    is_open,
    measured_by,
    otherwise,
    sound_alone,
    tails,
)
from ipt_evidence.words.brief import finding_of, may, must, plainly_shown, ways
from ipt_evidence.words.labels import CERTAINTIES, listed, within
from ipt_evidence.words.sentence_parts import begun
from ipt_evidence.words.sentences import NOT_TOLD, Answered, claimed, ending
from ipt_evidence.words.statements import compared_with

WIDE = "Prediction intervals include no difference."
LEFT_OPEN = "On {outcome}, {trials} settle nothing."
NONE = "On {number}, our tables settle nothing."


Group = tuple[Answer, ...]
"""Answers that one sentence can tell: they differ in their condition alone."""


def lowest(conditions: Iterable[str], desk: Desk) -> tuple[str, ...]:
    """Leave out conditions that pool another one named: their trials would be told twice."""
    named = tuple(conditions)
    above = {up for name in named for up in desk.review.vocabulary.ancestors_of(name)}
    return tuple(name for name in named if name not in above)


def groups(answers: Sequence[Answer], desk: Desk) -> tuple[Group, ...]:
    """Group the answers whose finding can be told by what is said, in the order of the first of each."""
    told = (one for one in answers if one.strength not in NOT_TOLD)
    found = grouped((ending(one, desk.voice), one) for one in told)
    return tuple(tuple(group) for group in found.values())


def line(conditions: Sequence[str], desk: Desk, room: int = LINE) -> Said:
    """Say in one sentence what can be relied on most; that nothing can, where nothing can."""
    counted = lowest(conditions, desk)
    found = groups(desk.main(counted), desk)
    if not found:
        rest, number = _rest(counted, desk), numbers.counted(len(counted), "condition")
        none = plainly(f"On {number}, our tables settle nothing.", *rest.rests_on)
        return rest if rest.length <= room else none
    group = found[0]
    finding = claimed(group[0], desk.voice)
    buts = _tails(group, desk)
    named, some = _names(group, desk), (Piece(f"{len(group)} of {len(counted)} conditions"),)
    # With room for more than a line, how many of all stays: what stands below names them. One of one is no number.
    openings = (named, some) if room <= LINE else (named,) if len(counted) == 1 else (some,)
    choices = [
        Said((Piece("For "), *names, Piece(f", {finding}{but}.")), questions(group))
        for but in buts
        for names in openings
    ]
    return next((one for one in choices if one.length <= room), choices[-1])


def _tails(group: Group, desk: Desk) -> tuple[str, ...]:
    """Say what must stand beside a group at the end of a line, longest way first; of how many, where not of all."""
    if len(group) == 1:
        return tails(group[0], desk.voice)
    apart = [one for one in group if one.sound_differ]
    others = [other for one in group if (other := otherwise(one))]
    finds = {one.sound_finds for one in apart}
    trials = f"; {_in_some(apart, group)}{desk.voice.register.risk['sound_name']}"
    sound = [f"{trials} {SOUND[finds.pop() if len(finds) == 1 else 'other']}", f"{trials} {DIFFER}"] if apart else [""]
    if not others:
        return tuple(sound)
    differing = [one for one in group if one.sound_differ or otherwise(one)]
    mixed = f"; {_in_some(differing, group)}{MIXED}"
    if not all(map(is_open, others)):
        return (mixed,)
    but = f"; {_in_some(others, group)}{measured_by(others[0], desk.voice)} left open"
    return (*(f"{one}{but}" for one in sound), *((mixed,) if apart else ()))


def _in_some(answers: Sequence[Answered], group: Group) -> str:
    return "" if len(answers) == len(group) else f"in {len(answers)}, "


def surest(desk: Desk, room: int) -> tuple[Said, ...]:
    """Tell the surest answers on other outcomes, as far as there is room: finding and what must stand beside it."""
    found: list[Said] = []
    for one in desk.surest:
        whole, bare = ([of_answer(each, one) for each in way] for way in (must(one, desk.voice), compared_with(one)))
        apart = _beside((one,), desk)
        said, untimed = (of_answer(finding_of(one, desk.voice, end), one) for end in (ending, claimed))
        choices = (whole, (said, *bare, *apart), (said, *apart), (untimed, *apart))
        found += first_that_fits(choices, room - length(found))
    return tuple(found)


def told(conditions: Sequence[str], desk: Desk, room: int) -> tuple[Said, ...]:
    """Tell what the answers on conditions come to.

    Group by group, most certain and most people first, each with what must stand beside it, as long as there is room
    for a last sentence on the rest; where a single condition is left alone, what else may be said of it.
    """
    named = lowest(conditions, desk)
    answers = desk.main(named)
    found = groups(answers, desk)
    parts: list[Said] = []
    done: set[str] = set()
    for place, group in enumerate(found):
        after = done | {one.condition for one in group}
        left = length(_last(named, after, desk))
        block = first_that_fits(_ways(group, desk), room - length(parts) - left)
        if not block:
            # What is left is less than what was told: it comes after it in the order.
            shortest = () if place else _ways(group, desk)[-1]
            return (*parts, *shortest, *_last(named, done if place else after, desk))
        parts, done = [*parts, *block], after
    parts += first_that_fits(_closings(named, done, answers, desk), room - length(parts))
    if len(named) == 1 and done:
        parts = list(filled(parts, (of_answer(one, answers[0]) for one in may(answers[0], desk.voice)), room))
    return tuple(parts)


def _names(group: Group, desk: Desk, *, figured: bool = False) -> tuple[Piece, ...]:
    names = []
    for one in group:
        label = desk.voice.conditions[one.condition]
        turned = f"; {one.good}" if one.rated.is_ratio else ""
        text = f"{label} ({one.rated.effect}, {one.rated.ci}{turned})" if figured else label
        names.append(Piece(text, question_address(one)))
    return listing(names)


def _ways(group: Group, desk: Desk) -> list[tuple[Said, ...]]:
    """Return the ways to tell a group with what must stand beside it, longest first."""
    if len(group) == 1:
        lead = group[0]
        return [tuple(of_answer(one, lead) for one in way) for way in ways(lead, desk.voice)]
    first, voice = group[0], desk.voice
    end = f", {ending(first, voice)}"
    certainty = f" ({within(CERTAINTIES[first.certainty])} certainty)" if not desk.is_plain else ""
    named = Said((Piece("For "), *_names(group, desk), Piece(f"{end}{certainty}.")), questions(group))
    counted = plainly(f"For {len(group)} conditions{end}{certainty}.", *questions(group))
    choices = [(named, *_beside(group, desk)), (counted, *_beside(group, desk))]
    if not desk.is_plain:
        figured = Said(
            (Piece("For "), *_names(group, desk, figured=True), Piece(f"{end}{certainty}.")), questions(group)
        )
        choices.insert(0, (figured, *_beside(group, desk)))
    return choices


def _beside(group: Group, desk: Desk) -> tuple[Said, ...]:
    """Say what must stand beside a group: that a new setting may differ, and what sound trials find alone."""
    voice, parts = desk.voice, []
    others = [other for one in group if (other := otherwise(one))]
    all_open = len(group) > 1 and bool(others) and all(map(is_open, others))
    wide = [one for one in group if in_new_settings(one, voice)]
    if wide:
        words = WIDE if not desk.is_plain else in_new_settings(wide[0], voice)[0].text
        parts.append(plainly(words, *questions(wide)))
    for one in group:
        # A group of one has been named.
        on = f"On {voice.conditions[one.condition]}: " if len(group) > 1 else ""
        found = (*sound_alone(one, voice), *(() if all_open else balance(one, voice)))
        parts += [of_answer(begun(on, each) if on else each, one) for each in found]
    return (*parts, *_left_open(others, group, desk)) if all_open else tuple(parts)


def _left_open(others: Sequence[Answered], group: Group, desk: Desk) -> tuple[Said, ...]:
    """Say of several conditions at once that the trials settle nothing on the other main outcome."""
    names = listed([desk.voice.conditions[one.condition] for one in others])
    trials = "their trials" if len(others) == len(group) else f"trials on {names}"
    words = LEFT_OPEN.format(outcome=measured_by(others[0], desk.voice), trials=trials)
    return (plainly(words, *questions(others)),)


def _closings(named: Sequence[str], done: set[str], answers: Sequence[Answer], desk: Desk) -> list[tuple[Said, ...]]:
    """Return the ways to end: what trials plainly show and the rest by name, the rest by number, all by number."""
    rest = [name for name in named if name not in done]
    if not rest:
        return [()]
    shown = [one for one in answers if one.condition in rest and plainly_shown(one, desk.voice)]
    pointed = tuple(_shown(one, desk) for one in shown)
    left = [name for name in rest if name not in {one.condition for one in shown}]
    return [
        (*pointed, *([_rest(left, desk)] if left else [])),
        (*pointed, *_last(left, set(), desk)),
        *([(*pointed[:1], *_last(rest[1:], set(), desk))] if len(pointed) > 1 else []),
        _last(named, done, desk),
    ]


def _shown(answer: Answer, desk: Desk) -> Said:
    (sentence,) = plainly_shown(answer, desk.voice)
    return of_answer(begun(f"On {desk.voice.conditions[answer.condition]}: ", sentence), answer)


def _rest(rest: Sequence[str], desk: Desk) -> Said:
    """Say of conditions by name that nothing can be relied on, or that there is no trial."""
    voice, review = desk.voice, desk.review
    tested = {one.condition for one in review.answers.values() if one.k or one.set_aside}
    unknown, none = ([name for name in rest if (name in tested) == known] for known in (True, False))
    parts = []
    if unknown:
        names = listing([Piece(voice.conditions[name], f"conditions/{name}.html") for name in unknown])
        parts.append(Said((Piece("For "), *names, Piece(", we know too little.")), _of(unknown, desk)))
    if none:
        names = listing([Piece(voice.conditions[name]) for name in none])
        parts.append(Said((Piece("Our tables hold no trial on "), *names, Piece(".")), _of(none, desk)))
    return together(parts)


def _last(named: Sequence[str], done: set[str], desk: Desk) -> tuple[Said, ...]:
    """Say in one number how many conditions are left."""
    rest = [name for name in named if name not in done]
    if not rest:
        return ()
    if not any(one.strength not in NOT_TOLD or plainly_shown(one, desk.voice) for one in desk.main(rest)):
        return (plainly(NONE.format(number=numbers.counted(len(rest), "other condition")), *_of(rest, desk)),)
    number = "1 other stands" if len(rest) == 1 else f"{len(rest)} others stand"
    return (pointing_on(number, *_of(rest, desk)),)


def _of(conditions: Iterable[str], desk: Desk) -> tuple[str, ...]:
    return questions(desk.main(conditions)) or ("table:trials",)
