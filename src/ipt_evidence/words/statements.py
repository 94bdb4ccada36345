"""All that can be said on one question: what was found, on how much it rests, what speaks against relying on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ipt_evidence.words import labels, numbers
from ipt_evidence.words.beside import balance, in_new_settings
from ipt_evidence.words.frequencies import of_hundred
from ipt_evidence.words.labels import CERTAINTIES, listed, within
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence, joined
from ipt_evidence.words.sentences import NOT_TOLD, Answered, finding

SEVERAL = {
    "favours_intervention": "The results favour {subject}, but cannot be relied on.",
    "favours_comparator": "The results favour {comparator}, but cannot be relied on.",
    "no_important_difference": "The results show no important difference, but cannot be relied on.",
    "little_difference": "On average there is little or no difference, but that cannot be relied on.",
    "unclear": "The results leave open which does better.",
}
"""Which way several trials point where the evidence is insufficient, by direction."""

SINGLE = {
    "favours_intervention": "It favours {subject}",
    "favours_comparator": "It favours {comparator}",
    "no_important_difference": "It shows no important difference",
    "little_difference": "It shows little or no difference",
    "unclear": "It leaves open which does better",
}
"""Which way a single trial points, by direction."""

WAYS = {
    1: "{trial} favours {subject}",
    -1: "{trial} favours {comparator}",
    0: "{trial} leaves open which does better",
}
"""Which way one of two trials points, by the side of no difference on which its interval lies."""

SHORT = "{trial} shows no important difference"
"""What one of them shows whose whole interval is short of an important difference either way."""

TWO, FEW, HALF = 2, 3, 50

UNJUDGED = ("risk_of_bias", "not_assessed")
"""The reason that says already that nobody judged the trials."""

UNSCORED = "No scores could be used: this is worked out from counts of people."

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
    people : tuple of Sentence
        What it means for 100 people, in registers that count people.
    limits : tuple of Sentence
        What speaks against relying on it: certainty, spread between trials, other choices of method, risk of bias,
        results that could not be used, the other main outcome.
    caution : tuple of Sentence
        What belongs beside the finding wherever it stands: that no scores tell it, that sound trials find something
        else, what it may be in a new setting, that the other main outcome says something else.
    """

    answer: Answered
    finding: Sentence
    support: tuple[Sentence, ...]
    people: tuple[Sentence, ...]
    limits: tuple[Sentence, ...]
    caution: tuple[Sentence, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in reading order."""
        return (self.finding, *self.support, *self.people, *self.limits)

    @property
    def text(self) -> str:
        """All sentences as plain text."""
        return joined(self.sentences)


def state(answer: Answered, voice: Voice) -> Statement:
    """Put the answer to a question into sentences.

    Raises
    ------
    EvidenceError
        If the outcome, or the pair of direction and certainty, has no words.
    """
    risk = _risk_of_bias(answer, voice)
    spread = (*in_new_settings(answer, voice), *_contrasts(answer, voice))
    limits = (*_certainty(answer, voice), *spread, *_fragility(answer, voice), *risk)
    return Statement(
        answer=answer,
        finding=Sentence(f"{finding(answer, voice)}."),
        support=_support(answer, voice),
        people=of_hundred(answer, voice),
        # Last, so that what is said of "this" is said of the question.
        limits=(*limits, *_set_aside(answer, voice), *_reports(answer, voice), *balance(answer, voice)),
        caution=(*_reservations(answer, voice), *balance(answer, voice)),
    )


def compared_with(answer: Answered) -> tuple[Sentence, ...]:
    """Name what trials gave and compared with, where their classes say less than their names."""
    with_what = (
        (Sentence(f"The comparison was with {listed(list(answer.compared))}."),)
        if 0 < len(answer.compared) <= FEW
        else ()
    )
    return (*given_as(answer), *with_what)


def scored(answer: Answered) -> tuple[Sentence, ...]:
    """Say that an answer on a scale rests on no scores: what counted people shows may not show in their scores."""
    return (Sentence(UNSCORED),) if answer.from_counts else ()


def _reservations(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say of a finding that no scores tell it, what sound trials find, and what it may be in a new setting."""
    sound = caution(answer, voice)
    return sound if answer.strength in NOT_TOLD else (*scored(answer), *sound, *in_new_settings(answer, voice))


def given_as(answer: Answered) -> tuple[Sentence, ...]:
    """Name the form in which the therapy was given, where no trial gave it in the usual one."""
    if not answer.given:
        return ()
    return (Sentence(f"It was given as {listed([labels.within(one) for one in answer.given])}."),)


def caution(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say what belongs beside a finding wherever it stands: that sound trials find something else."""
    return _risk_of_bias(answer, voice) if answer.sound_differ else ()


def _contrasts(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    subject, statistics = voice.sides(answer.intervention, answer.comparator)["subject"], voice.register.statistics
    return tuple(Sentence(*contrast.parts(subject, statistics=statistics)) for contrast in answer.contrasts)


def _support(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    if answer.k == 0:
        return (Sentence(NO_TRIAL),)
    rated, sides = answer.rated, voice.sides(answer.intervention, answer.comparator)
    good = f"; {numbers.favourable(rated.measure, sides['subject'])}."
    weak = answer.strength == "insufficient"
    if answer.k == 1:
        trial = f"One trial ({voice.trials[answer.trials[0]]}, {_people_of_one(answer)})"
        reliance = ", which is too little to rely on." if weak else "."
        pointing = SINGLE[answer.direction].format(**sides)
        where = (
            Sentence(f"{pointing}: ", rated.written, good) if voice.register.statistics else Sentence(f"{pointing}.")
        )
        return (
            Sentence("", trial, f" in our tables bears on this{reliance}"),
            *compared_with(answer),
            where,
            *scored(answer),
        )
    several = (
        Sentence("This rests on ", rated.size(voice.register.people), "."),
        *compared_with(answer),
        *([Sentence("On average, ", rated.written, good)] if voice.register.statistics else []),
        *_trial_by_trial(answer, voice),
        *scored(answer),
    )
    return (*several, Sentence(SEVERAL[answer.direction].format(**sides))) if weak else several


def _people_of_one(answer: Answered) -> str:
    if answer.rated.k_without_n:
        return "n not known"
    randomised = " randomised" if answer.rated.k_randomised else ""
    return f"n = {numbers.count(answer.rated.n_participants)}{randomised}"


def _trial_by_trial(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Name which way each of two trials points: what few trials show must not vanish in their average."""
    if len(answer.effects) != TWO:
        return ()
    sides = voice.sides(answer.intervention, answer.comparator)
    words = [
        (SHORT if trial in answer.short else WAYS[side]).format(**sides, trial=voice.trials[trial])
        + (f", {effect}" if voice.register.statistics else "")
        for trial, (effect, side) in zip(answer.trials, answer.effects, strict=True)
    ]
    return (Sentence("Trial by trial: ", "; ".join(words), "."),)


def _certainty(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how certain the answer is, what took certainty away, and what judging unjudged trials could change."""
    if answer.k == 0:
        return ()
    words, register = voice.register.certainty, voice.register
    # Those of the domain where the rule has no words of its own.
    reasons = listed([register.rules.get(rule, register.domains[domain]) for domain, rule in answer.downgraded])
    level = words[_as_told(answer, voice)] + (words["because"].format(reasons=reasons) if reasons else "")
    sentence = Sentence(f"{words['opening']}{level}.")
    return (sentence, *_provisional(answer, words)) if answer.provisional else (sentence,)


def _as_told(answer: Answered, voice: Voice) -> str:
    """Return the certainty to be worded: in words for it, nobody is sure of what is too little to be told."""
    doubted = not voice.register.statistics and answer.strength in NOT_TOLD and answer.certainty in ("moderate", "high")
    return "low" if doubted else answer.certainty


def _provisional(answer: Answered, words: Mapping[str, str]) -> tuple[Sentence, ...]:
    """Say what the certainty would be if the trials nobody judged were judged."""
    other = {
        "if_sound": answer.certainty_if_sound,
        "if_at_risk": answer.certainty_if_at_risk,
    }
    told = [
        words[name].format(level=within(CERTAINTIES[level]))
        for name, level in other.items()
        if level != answer.certainty
    ]
    return (Sentence(words["provisional"].format(outcomes=", and if they ".join(told))),)


def _fragility(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how often other choices, or fewer trials, take away a difference that the sentence relies on."""
    if answer.strength == "insufficient" or not answer.checks_failed:
        return ()
    before, after = voice.register.fragile
    checks = numbers.counted(answer.checks, *voice.register.checks)
    figures = f"{numbers.count(answer.checks_failed)} of {checks}"
    return (Sentence(before, figures, after),)


def _risk_of_bias(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    words, shares = voice.register.risk, answer.shares
    nobody_judged = shares["unknown"] > 100 - 1e-6
    if answer.k == 0 or (nobody_judged and UNJUDGED in answer.downgraded):
        return ()
    if answer.k == 1:
        return (Sentence(words[max(shares, key=lambda name: shares[name])]),)
    if nobody_judged:
        return (Sentence(words["all_unknown"]),)
    return _shares(answer, voice) if voice.register.statistics else _shares_in_words(answer, voice)


def _shares(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how much of the weight is from sound trials, and what these say alone."""
    words, shares = voice.register.risk, answer.shares
    also = words["share_unknown"].format(unknown=numbers.percent(shares["unknown"])) if shares["unknown"] else ""
    if not shares["low"]:
        return (Sentence(f"{words['share_none']}{also}."),)
    weight = Sentence(words["share_of"], numbers.percent(shares["low"]), f"{words['share']}{also}.")
    if not answer.sound:
        return (weight,)
    end = words["sound_differ"] if answer.sound_differ else "."
    return weight, Sentence(words["sound"], answer.sound, end)


def _shares_in_words(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say the same without a figure."""
    words, shares = voice.register.risk, answer.shares
    share = "none" if not shares["low"] else "most" if shares["low"] >= HALF else "less"
    also = words["share_unknown"] if shares["unknown"] else ""
    weight = Sentence(f"{words[f'share_{share}']}{also}.")
    return (weight, Sentence(words[f"sound_{answer.sound_finds}"], after=".")) if answer.sound_differ else (weight,)


def _set_aside(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Name the trials that report something on a question which could not be used."""
    if not answer.set_aside:
        return ()
    names = ", ".join(voice.trials[trial] for trial in answer.set_aside)
    which = numbers.counted(len(answer.set_aside), "other trial" if answer.k else "trial")
    return (Sentence("Results of ", which, f" on this question could not be used ({names})."),)


def _reports(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Name the reports that are known and gave no figure: what our tables lack is not what the world lacks."""
    sentences = []
    if answer.reports:
        names = "; ".join(voice.trials[report] for report in answer.reports)
        which = numbers.counted(len(answer.reports), "report")
        made = "makes" if len(answer.reports) == 1 else "make"
        sentences.append(
            Sentence("We know of ", which, f" that {made} this comparison and gave us no figures ({names}).")
        )
    if answer.other_reports:
        which = numbers.counted(answer.other_reports, "more report" if answer.reports else "report")
        end = " on the condition gave us no figures and may compare the same."
        sentences.append(Sentence("", labels.capital(which), end))
    return tuple(sentences)
