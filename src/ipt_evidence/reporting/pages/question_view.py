"""Everything a page shows on one question, in words."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.forest.content import Forest
from ipt_evidence.reporting.forest.drawing import forest_canvas
from ipt_evidence.reporting.forest.stacked import stacked_canvas
from ipt_evidence.reporting.influence import section as influence
from ipt_evidence.reporting.moderation import section as moderation
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages import question_details as details
from ipt_evidence.reporting.pages.icon_array import icon_array
from ipt_evidence.reporting.pages.question_figures import Figure, figures_of
from ipt_evidence.reporting.pages.question_forest import DAGGER, forest_of, trial_facts
from ipt_evidence.reporting.pages.question_pictures import pictures_of
from ipt_evidence.reporting.pages.rating_view import RatingView, rating_view
from ipt_evidence.reporting.pages.risk_of_bias import Bar, CodeReading, WeightShares, readings_of
from ipt_evidence.reporting.picture import Picture, picture
from ipt_evidence.reporting.provenance import RawLines
from ipt_evidence.reporting.published.results import PublishedResult, beside
from ipt_evidence.reporting.remarks import Remark, Remarks
from ipt_evidence.reporting.review import Review, by_question
from ipt_evidence.words import numbers
from ipt_evidence.words.frequencies import event_words
from ipt_evidence.words.registers import PLAIN, PROFESSIONAL
from ipt_evidence.words.sentence_parts import joined
from ipt_evidence.words.statements import Statement, state

ROWS = (
    "synthesis_weights", "selections", "sensitivity", "ratings", "certainty", "robustness", "bayes", "risk_readings",
    "small_study", "multiverse", "absolute",
)  # fmt: skip
"""Tables with rows by question."""

Row = dict[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question as a page shows it.

    Attributes
    ----------
    answer : Answer
        The question with its answer and its rating.
    plain, professional : Statement
        The answer in sentences.
    figures : tuple of Figure
        The figures of the answer; empty without trials.
    rating : RatingView or None
        How it was rated; None without trials.
    people : Picture or None
        A hundred people on either side, where numbers of people are told.
    plot, stacked : Picture or None
        The forest plot, if any trial answers the question, and the same for narrow windows.
    bias : tuple of Bar
        How the weight is shared by risk of bias, if anybody assessed any of the trials.
    readings : tuple of CodeReading
        The rating under each reading of codes that mean high or unclear, if any trial has such a code.
    remarks : tuple of Remark
        On trials marked in the plot.
    left_out : dict of str to tuple of str
        Results not pooled by reason.
    variants, without_one, small_study, origins : tuple
        Other choices, each trial left out in turn, small-study methods, raw lines.
    pictures : tuple of Picture
        Funnel plot, specification curve, answers by year and effects by sessions, as far as there are trials enough.
    differences : Differences or None
        Whether its trials differ by kind.
    hangs : Hangs or None
        Which trials it hangs on.
    published : tuple of PublishedResult
        Published pooled results on the question.
    """

    answer: Answer
    plain: Statement
    professional: Statement
    figures: tuple[Figure, ...]
    rating: RatingView | None
    people: Picture | None
    plot: Picture | None
    stacked: Picture | None
    bias: tuple[Bar, ...]
    readings: tuple[CodeReading, ...]
    remarks: tuple[Remark, ...]
    left_out: dict[str, tuple[str, ...]]
    variants: tuple[details.Variant, ...]
    without_one: tuple[details.Variant, ...]
    small_study: tuple[tuple[str, str, str], ...]
    origins: tuple[details.Origin, ...]
    pictures: tuple[Picture, ...]
    differences: moderation.Differences | None
    hangs: influence.Hangs | None
    published: tuple[PublishedResult, ...]

    @property
    def drawn(self) -> tuple[Picture, ...]:
        """Every picture with a table of its own."""
        hangs = self.hangs.pictures if self.hangs else ()
        return (*(one for one in (self.plot, self.people) if one), *self.pictures, *hangs)


def question_page(review: Review, question_id: str, templates: Path) -> str:
    """Write the page on one question of the plan, otherwise as :func:`page_of` does."""
    return page_of(review, templates, "question_page", view=question_views(review).view(question_id))


class QuestionViews:
    """Makes the views of questions; what they share is prepared once.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    """

    def __init__(self, review: Review) -> None:
        self._review = review
        self._voices = review.voice(PLAIN), review.voice(PROFESSIONAL)
        self._facts = trial_facts(review)
        self._bias = WeightShares(review)
        self._remarks = Remarks(review)
        self._lines = RawLines(review)
        self._rows = {name: by_question(review, name) for name in ROWS}
        self._made: dict[str, QuestionView] = {}

    def view(self, question_id: str) -> QuestionView:
        """Return the view of one question, made once for all pages that show it."""
        if question_id not in self._made:
            self._made[question_id] = self._view(question_id)
        return self._made[question_id]

    def _view(self, question_id: str) -> QuestionView:
        answer = self._review.answers[question_id]
        rows = {name: found.get(question_id, []) for name, found in self._rows.items()}
        weights, selected, variants = (rows[name] for name in ("synthesis_weights", "selections", "sensitivity"))
        bayes, robustness = (next(iter(rows[name]), None) for name in ("bayes", "robustness"))
        used = [row for row in selected if row["used"]]
        remarks = {row["trial_id"]: self._remarks.on(row["trial_id"], row["flags"]) for row in weights}
        remarks = {trial: remark for trial, remark in remarks.items() if remark.notes or remark.doubts}
        plain = state(answer, self._voices[0])
        forest = forest_of(answer, weights, used, self._facts, remarks) if answer.k else None
        first, second = answer.sides
        people = icon_array(plain, (f"With {second}", f"With {first}"), event_words(answer, self._voices[0]))
        return QuestionView(
            answer=answer,
            plain=plain,
            professional=state(answer, self._voices[1]),
            figures=figures_of(answer, bayes, self._review.vocabulary, self._review.labels) if answer.k else (),
            rating=rating_view(rows["ratings"][0], rows["certainty"], robustness) if answer.k else None,
            people=_people(people, answer, plain, rows["absolute"]) if people else None,
            plot=_forest(forest_canvas(forest), forest, answer, "plot", weights) if forest else None,
            stacked=_forest(stacked_canvas(forest), forest, answer, "stack", weights) if forest else None,
            bias=self._bias.bars(question_id) if answer.k else (),
            readings=readings_of(rows["risk_readings"], answer),
            remarks=tuple(sorted(remarks.values(), key=lambda remark: remark.trial)),
            left_out=details.left_out_of((row for row in selected if not row["used"]), self._facts, self._remarks),
            variants=details.variants_of((row for row in variants if row["kind"] != "without_trial"), self._remarks),
            without_one=details.variants_of((row for row in variants if row["kind"] == "without_trial"), self._remarks),
            small_study=details.small_study_of(rows["small_study"], answer.pooled),
            origins=details.origins_of(used, self._facts, self._lines, self._review.labels.sources),
            pictures=pictures_of(answer, rows, used, self._facts, self._review.settings["synthesis"]),
            differences=moderation.section(self._review, question_id),
            hangs=influence.section(self._review, answer),
            published=beside(self._review, question_id),
        )


def _forest(canvas: Canvas, forest: Forest, answer: Answer, kind: str, weights: list[Row]) -> Picture:
    return picture(answer, kind, canvas, title="Forest plot", words=describe(forest, answer), rows=weights)


def _people(canvas: Canvas, answer: Answer, plain: Statement, rows: list[Row]) -> Picture:
    return picture(answer, "people", canvas, title="The same in pictures", words=joined(plain.people), rows=rows)


@lru_cache(maxsize=1)
def question_views(review: Review) -> QuestionViews:
    """Prepare the views of the questions of a review."""
    return QuestionViews(review)


def describe(forest: Forest, answer: Answer) -> str:
    """Say what a forest plot shows, for those who cannot see it."""
    effects = sorted(row.estimate for row in forest.rows)
    ends = [numbers.effect(effect, forest.measure) for effect in (effects[0], effects[-1])]
    found = f"{answer.rated.written}; {answer.good}."
    if forest.average is None:
        return f"One trial, {forest.rows[0].label.removesuffix(DAGGER)}: {found}"
    trials = numbers.counted(len(forest.rows), "trial")
    words = f"{trials} with effects from {ends[0]} to {ends[1]}; average {found}"
    if forest.average.is_predictive:
        words += (
            f" {forest.prediction_label} {numbers.span(forest.average.pi_low, forest.average.pi_high, forest.measure)}."
        )
    return words
