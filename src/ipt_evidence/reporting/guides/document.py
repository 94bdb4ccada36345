"""The evidence parts of a published guide, as Markdown to paste and as a page to read."""

from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.reporting import tallies, templating
from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.guides import markdown
from ipt_evidence.reporting.guides.markdown import Markdown, escape, link
from ipt_evidence.reporting.guides.views import ClaimView, by_condition, claims_of, guidelines
from ipt_evidence.reporting.limitations import limitations
from ipt_evidence.reporting.references import cited, format_references_markdown
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import audit, labels, numbers
from ipt_evidence.words.registers import PLAIN, REGISTERS, Register
from ipt_evidence.words.sentences import Answered, Sentence
from ipt_evidence.words.statements import Statement
from ipt_evidence.words.strength_rules import PLAIN_FACTORS, goes_by, needs

ALL_MAIN_QUESTIONS = ("strength_of_evidence", "indications")
QUESTIONS_ON_CLAIMED_CONDITIONS = ("evidence_summary", "effectiveness", "when_it_is_used")
QUESTIONS_OF_CLAIMS = ("claims_by_condition", "questions_and_answers")
"""Which answers the evidence parts state; the other parts state none."""


def guide_markdown(review: Review, guide_id: str, templates: Path) -> str:
    """Write the evidence parts that a guide lists, in its readings and its citation style.

    Parameters
    ----------
    review : Review
        The evidence base, its answers and their ratings.
    guide_id : str
        A guide of guides.yaml.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        Markdown (CommonMark) whose figures link to the pages of their conditions, as seen from ``reports/guides``.
    """
    guide, found = review.guides[guide_id], review.answers
    stated = _stated(review, guide_id, found)
    registers = readings(guide)
    document = (
        _environment(review, templates)
        .get_template("guides/guide.md.j2")
        .render(
            labels=review.labels,
            guide=guide,
            settings=review.settings,
            readings=[_reading(review, guide_id, found, register, len(registers)) for register in registers],
            states_answers=bool(stated),
            coverage=tallies.coverage(review, found),
            limits=tallies.limits(review, found),
            limitations=limitations(review),
            by_format=tallies.trials_by(review, "format"),
            by_treatment=tallies.trials_by(review, "treatment"),
            by_group=tallies.special_populations(review),
            sources=rows_of(review.tables["sources"]),
            references=_references(review, guide, stated),
        )
    )
    return markdown.tidy(document)


@lru_cache(maxsize=1)
def _environment(review: Review, templates: Path) -> Environment:
    """Open the templates with the words and numbers they may use."""
    environment = markdown.environment(templates)
    treatments = review.vocabulary.treatments
    environment.globals |= {
        "link": link, "linked": linked, "numbers": numbers, "strengths": labels.EVIDENCE, "full": full, "brief": brief,
        "cautioned": cautioned, "page": page,
        "rules": review.rules, "goes_by": goes_by, "needs": needs, "plain_factors": PLAIN_FACTORS,
        "said": partial(said, answers=review.answers),
        "verdicts": audit.VERDICTS, "stances": review.labels.named(audit.STANCES), "read": audit.READ_AS,
        "formats": labels.FORMATS, "groups": labels.SPECIAL, "source_kinds": labels.SOURCE_KINDS,
        "treatment_labels": dict(zip(treatments["treatment"], treatments["label"], strict=True)),
    }  # fmt: skip
    environment.filters |= {
        "together": together,
        "sentence": labels.capital,
        "named": lambda name, names: names[name],
    }
    return environment


def guide_page(text: str, review: Review, guide_id: str, templates: Path) -> str:
    """Turn the Markdown of a guide into a page that works offline."""
    guide = review.guides[guide_id]
    body = Markup(review.kept.get("guide as HTML", [text], lambda: str(markdown.to_html(text))))
    parts = markdown.headings(body, deepest=1 + len(readings(guide)))
    first = body.index("<h2")
    template = templating.environment(templates).get_template("guide.html.j2")
    return template.render(guide=guide, settings=review.settings, intro=body[:first], body=body[first:], parts=parts)


def readings(guide: dict[str, Any]) -> tuple[Register, ...]:
    """Return the registers a guide is written in, in the order in which guides.yaml lists them."""
    return tuple(REGISTERS[name] for name in guide["readings"])


def _reading(
    review: Review, guide_id: str, found: dict[str, Answer], register: Register, registers: int
) -> dict[str, Any]:
    """Gather what the parts of a guide print in one register, under headings of the level that leaves room for it."""
    speaker = review.voice(register)
    claims = claims_of(review, guide_id, speaker)
    claimed = {claim.condition for claim in claims}
    main = [answer for answer in found.values() if answer.primary]
    return {
        "register": register,
        "plain": register is PLAIN,
        "h": Markdown("##" if registers == 1 else "###"),
        "claims": claims,
        "claims_by_label": {label: [each for each in claims if each.label == label] for label in _labels(claims)},
        "main": by_condition(main, speaker),
        "claimed": by_condition([answer for answer in main if answer.condition in claimed], speaker),
        "guidelines": guidelines(review, speaker),
        "conditions": speaker.conditions,
    }


def _labels(claims: Iterable[ClaimView]) -> list[str]:
    return list(dict.fromkeys(claim.label for claim in claims))


def _stated(review: Review, guide_id: str, found: dict[str, Answer]) -> list[Answer]:
    """Return the answers that a guide states, whatever the register."""
    parts, claims = set(review.guides[guide_id]["evidence_parts"]), review.tables["claims"]
    own = claims[claims["guide_id"].eq(guide_id)]
    claimed = set(own["condition"])
    of_claims = set(own["question_ids"].dropna().str.split(";").explode())
    return [
        answer
        for answer in found.values()
        if (answer.primary and parts.intersection(ALL_MAIN_QUESTIONS))
        or (answer.primary and answer.condition in claimed and parts.intersection(QUESTIONS_ON_CLAIMED_CONDITIONS))
        or (answer.question_id in of_claims and parts.intersection(QUESTIONS_OF_CLAIMS))
    ]


def _references(review: Review, guide: dict[str, Any], stated: list[Answer]) -> dict[str, list[Markdown]]:
    """Set the works a guide cites or recommends, and the trials its statements rest on, in its citation style."""
    trials = review.tables["trials"].set_index("trial_id")["citekey"]
    own = {key: item for key, item in review.guide_references.items() if guide["guide_id"] in item["usedby"]}
    keys = {
        "own": list(own),
        "recommended": [key for key, item in own.items() if item["recommended"]],
        "trials": [trials[trial] for answer in stated for trial in answer.trials],
    }
    works = cited({**review.guide_references, **review.references}, [key for group in keys.values() for key in group])
    style = guide["citation_style"]
    texts = review.kept.get(
        f"references in Markdown, {style}", map(repr, works), lambda: format_references_markdown(works, style)
    )
    return {name: [Markdown(text) for key, text in texts.items() if key in group] for name, group in keys.items()}


def page(answer: Answered) -> str:
    """Return the address of the page on a question, seen from a guide."""
    return f"../{question_address(answer)}"


def linked(sentence: Sentence, address: str) -> Markdown:
    """Write a sentence whose figures link to where they come from."""
    figures = link(sentence.figures, address) if sentence.figures else ""
    return Markdown(f"{escape(sentence.before)}{figures}{escape(sentence.after)}")


def said(sentences: Iterable[Sentence], answers: Mapping[str, Answer]) -> Markdown:
    """Write sentences of the audit, the figures of each linked to the question they answer."""
    return Markdown(
        " ".join(linked(one, page(answers[one.question_id]) if one.question_id else "") for one in sentences)
    )


def full(statement: Statement) -> Markdown:
    """Write all that can be said on a question."""
    return _written(statement, statement.sentences)


def cautioned(statement: Statement) -> Markdown:
    """Write what belongs beside the finding wherever it stands; empty text if nothing does."""
    return _written(statement, statement.caution)


def brief(statement: Statement) -> Markdown:
    """Write all that can be said where that can be relied on, or trials agree; else the finding and its size."""
    answer = statement.answer
    if answer.strength != "insufficient":
        return _written(statement, statement.sentences)
    # What trials plainly show must not vanish because it is too little to rely on.
    return _written(statement, (statement.finding, *(statement.support if answer.agree else statement.support[:1])))


def _written(statement: Statement, sentences: Iterable[Sentence]) -> Markdown:
    address = page(statement.answer)
    return Markdown(" ".join(linked(sentence, address) for sentence in sentences))


def together(words: Iterable[Any]) -> Markdown:
    """Join words as in a sentence."""
    return Markdown(labels.listed([escape(word) for word in words]))
