"""What limits the answers of the review as a whole, in professional words: one wording for guides and documents."""

from collections.abc import Iterable

from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tallies import Coverage, Limits, coverage, limits
from ipt_evidence.words.labels import listed
from ipt_evidence.words.numbers import count, counted, percent
from ipt_evidence.words.registers import PROFESSIONAL
from ipt_evidence.words.sentence_parts import Sentence

Limitation = tuple[str, tuple[Sentence, ...]]
"""What limits the answers in a word, and as sentences."""


def limitations(review: Review) -> tuple[Limitation, ...]:
    """Say what limits the review as a whole; the figures of the sentences are those that :mod:`tallies` counts."""
    found, names = limits(review), review.voice(PROFESSIONAL).conditions

    def of(conditions: Iterable[str], before: str) -> tuple[Sentence, ...]:
        listed_here = listed([names[slug] for slug in conditions])
        return (Sentence(f"{before} for {listed_here}."),) if listed_here else ()

    said = {
        "Risk of bias": _risk_of_bias(found),
        "Spread between trials": _spread(found, review.labels.therapy),
        "Single trials": of(found.single_trial, "Every answer rests on a single trial"),
        "No usable result": of(found.without_result, "Trials exist, but no effect could be used,"),
        "No trial": of(found.without_trial, "Our tables hold no trial"),
        "Follow-up": (
            Sentence(
                "",
                f"{count(found.trials_followed_up)} of {counted(found.trials_used, 'trial')}",
                " with a usable result report one at follow-up.",
            ),
        ),
        "Doubts": _doubts(found),
        "Results lost": _lost(found, coverage(review)),
    }
    return tuple((name, sentences) for name, sentences in said.items() if sentences)


def _risk_of_bias(found: Limits) -> tuple[Sentence, ...]:
    if not found.trials:
        return ()
    of_all = f"{count(found.trials_not_judged)} of {counted(found.trials, 'trial')}"
    share = percent(100 * found.trials_not_judged / found.trials)
    after = " have no risk-of-bias judgement in our sources; unknown is not counted as low."
    return (Sentence("", f"{of_all} ({share})", after),)


def _spread(found: Limits, therapy: str) -> tuple[Sentence, ...]:
    if not found.predictions:
        return ()
    answers = f"{counted(found.predictions, 'answer')} that favour {therapy} and have a prediction interval"
    without = count(found.predictions_without_benefit)
    return (Sentence("Of the ", answers, ","), Sentence("", without, " have an interval that includes no benefit."))


def _doubts(found: Limits) -> tuple[Sentence, ...]:
    if not found.doubts:
        return (Sentence("The tables note no doubts."),)
    known = f"{counted(found.doubts, 'known doubt')} about {counted(found.doubted_trials, 'trial')}"
    after = (
        f"; {count(found.doubts_kept_out)} keep results out of the pools, the others are flagged, corrected or tested "
        "in sensitivity analyses."
    )
    return (Sentence("", known, after),)


def _lost(found: Limits, covered: Coverage) -> tuple[Sentence, ...]:
    if not found.trials:
        return ()
    single = f"{counted(covered.questions_single, 'question')} of {count(covered.questions_answered)}"
    after = f"{single} with an answer rest on a single trial."
    if not found.trials_without_result:
        return (Sentence(f"Every trial reports something from which a usable effect follows; {after}"),)
    without = counted(found.trials_without_result, "trial")
    return (Sentence("", without, f" report nothing from which a usable effect follows; {after}"),)
