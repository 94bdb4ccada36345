"""The evidence parts of a published guide, as Markdown to paste and as a page to read."""

from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting import tallies, templating
from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.guides import markdown
from ipt_evidence.reporting.guides.brief import sentences
from ipt_evidence.reporting.guides.markdown import Markdown, escape, link
from ipt_evidence.reporting.guides.said import Said
from ipt_evidence.reporting.guides.short import on_claims, on_facts, on_guidelines, on_questions
from ipt_evidence.reporting.guides.short.desk import Desk, Part
from ipt_evidence.reporting.guides.stated import stated, within
from ipt_evidence.reporting.guides.views import by_condition, guidelines
from ipt_evidence.reporting.limitations import limitations
from ipt_evidence.reporting.references import cited, format_references_markdown
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import audit, labels, numbers
from ipt_evidence.words.guide_parts import HEADINGS, in_plain_words, without_scales
from ipt_evidence.words.registers import PLAIN, REGISTERS, Register
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.sentences import Answered, answered_by
from ipt_evidence.words.statements import Statement, state
from ipt_evidence.words.strength_rules import PLAIN_FACTORS, goes_by, needs


def assembled(review: Review, guide_id: str, parts: Iterable["FullReading"], templates: Path) -> str:
    """Set the parts of a guide, written in full, as one text: CommonMark with links as seen from ``reports/guides``."""
    guide = review.guides[guide_id]
    document = (
        _environment(review, templates)
        .get_template("guides/guide.md.j2")
        .render(
            labels=review.labels,
            guide=guide,
            settings=review.settings,
            readings=list(parts),
            states_answers=bool(stated(review, guide_id)),
        )
    )
    return markdown.tidy(document)


FullReading = tuple[Register, Mapping[str, Markdown]]
"""The parts of a guide in full in one register: their texts by name, in its order; ``how_to_read`` explains them."""


def full_parts(review: Review, guide_id: str, templates: Path) -> list[FullReading]:
    """Write the parts of a guide in full, one by one, in each of its registers."""
    guide = review.guides[guide_id]
    answers = stated(review, guide_id)
    shared = {
        "labels": review.labels, "guide": guide, "settings": review.settings,
        "coverage": tallies.coverage(review), "limits": tallies.limits(review),
        "limitations": limitations(review),
        "by_format": tallies.trials_by(review, "format"), "by_treatment": tallies.trials_by(review, "treatment"),
        "by_group": tallies.special_populations(review), "sources": rows_of(review.tables["sources"]),
        "next_due": on_facts.next_due(review.settings["review"]),
        "references": _references(review, guide, answers),
    }  # fmt: skip
    registers, environment = readings(guide), _environment(review, templates)
    found_readings: list[FullReading] = []
    for register in registers:
        reading = _reading(review, guide_id, register, len(registers))
        names = [*guide["evidence_parts"], *(["how_to_read"] if answers else [])]
        texts = {}
        for name in names:
            written = [name, *(["claims_here"] if reading["placed"].get(name) else [])]
            sources = (environment.get_template(f"guides/{one}.md.j2") for one in written)
            given = {"part": name, "reading": reading, **reading, **shared}
            texts[name] = Markdown("\n\n".join(source.render(**given) for source in sources))
        found_readings.append((register, texts))
    return found_readings


@lru_cache(maxsize=1)
def _environment(review: Review, templates: Path) -> Environment:
    """Open the templates with the words and numbers they may use."""
    environment = markdown.environment(templates)
    treatments = review.vocabulary.treatments
    environment.globals |= {
        "link": link, "linked": linked, "numbers": numbers, "full": full, "brief": brief,
        "cautioned": cautioned, "page": page,
        "rules": review.rules, "goes_by": goes_by, "needs": needs, "plain_factors": PLAIN_FACTORS,
        "verdicts": audit.VERDICTS, "stances": review.labels.named(audit.STANCES), "read": audit.READ_AS,
        "formats": labels.FORMATS, "groups": labels.SPECIAL, "source_kinds": labels.SOURCE_KINDS,
        "treatment_labels": dict(zip(treatments["treatment"], treatments["label"], strict=True)),
    }  # fmt: skip
    environment.filters |= {
        "together": together,
        "sentence": labels.capital,
        "words": labels.words,
        "without_scales": without_scales,
        "named": lambda name, names: names[name],
    }
    return environment


def guide_page(text: str, review: Review, guide_id: str, templates: Path) -> str:
    """Turn the Markdown of a guide into a page that works offline."""
    guide = review.guides[guide_id]
    body = markdown.to_html(text, review.kept)
    parts = markdown.headings(body, deepest=1 + len(readings(guide)))
    first = body.index("<h2")
    template = templating.environment(templates).get_template("guide.html.j2")
    return template.render(guide=guide, settings=review.settings, intro=body[:first], body=body[first:], parts=parts)


def readings(guide: dict[str, Any]) -> tuple[Register, ...]:
    """Return the registers a guide is written in, in the order in which guides.yaml lists them."""
    return tuple(REGISTERS[name] for name in guide["readings"])


def _reading(review: Review, guide_id: str, register: Register, registers: int) -> dict[str, Any]:
    """Gather what the parts of a guide print in one register, under headings of the level that leaves room for it."""
    main = [answer for answer in review.answers.values() if answer.primary]
    desk = Desk.of(review, guide_id, register)
    claims, speaker = desk.claims, desk.voice
    told = {claim.condition for claim in claims} | within(desk)
    claimed = [one for one in main if told.intersection((one.condition, one.question_id))]
    asked = [on_questions.answers_to(one, desk) for one in desk.questions]
    return {
        "register": register,
        "plain": register is PLAIN,
        "headings": {name: words[register is not PLAIN] for name, words in HEADINGS.items()},
        "questions": [
            (part.heading, sentences(_here(part)), [state(one, speaker) for one in found])
            for part, found in zip(on_questions.items(desk), asked, strict=True)
        ],
        "said": partial(said if register.statistics else said_plainly, answers=review.answers),
        "h": Markdown("##" if registers == 1 else "###"),
        "claims": claims,
        "placed": on_claims.placed(desk),
        "claims_by_label": grouped((one.label, one) for one in claims),
        "main": by_condition(main, speaker),
        "claimed": by_condition([*desk.surest, *claimed], speaker),
        "guidelines": guidelines(review, speaker),
        "bodies": on_guidelines.names_of(review.tables["guidelines"]),
        "conditions": speaker.conditions,
    }


def _here(part: Part) -> tuple[Said, ...]:
    """Leave out what points to the full text, which this is."""
    return tuple(one for one in part.short if not one.points_on)


def works_of(review: Review, guide_id: str) -> dict[str, Markdown]:
    """Set the works of a guide in its citation style, in the order of its list."""
    style = review.guides[guide_id]["citation_style"]
    works = [item for item in review.guide_references.values() if guide_id in item["usedby"]]
    return _set(review, works, style)


def _references(review: Review, guide: dict[str, Any], answers: Iterable[Answer]) -> dict[str, list[Markdown]]:
    """Set the works a guide cites or recommends, and the trials its statements rest on, in its citation style.

    Where a guide prints what it recommends apart, its references are the rest.
    """
    trials = review.tables["trials"].set_index("trial_id")["citekey"]
    own = {key: item for key, item in review.guide_references.items() if guide["guide_id"] in item["usedby"]}
    recommended = [key for key, item in own.items() if item["recommended"]]
    apart = recommended if "recommended_reading" in guide["evidence_parts"] else []
    keys = {
        "own": [key for key in own if key not in apart],
        "recommended": recommended,
        "trials": [trials[trial] for answer in answers for trial in answer.trials],
    }
    works = cited({**review.guide_references, **review.references}, [key for group in keys.values() for key in group])
    texts = _set(review, works, guide["citation_style"])
    return {name: [text for key, text in texts.items() if key in group] for name, group in keys.items()}


def _set(review: Review, works: list[dict[str, Any]], style: str) -> dict[str, Markdown]:
    texts = review.kept.get(
        f"references in Markdown, {style}", map(repr, works), lambda: format_references_markdown(works, style)
    )
    return {key: Markdown(text) for key, text in texts.items()}


def page(answer: Answered) -> str:
    """Return the address of the page on a question, seen from a guide."""
    return f"../{question_address(answer)}"


def linked(sentence: Sentence, address: str) -> Markdown:
    """Write a sentence whose figures link to where they come from, if they do."""
    if not (sentence.figures and address):
        return escape(sentence.text)
    return Markdown(f"{escape(sentence.start)}{link(sentence.figures, address)}{escape(sentence.after)}")


def said(sentences: Iterable[Sentence], answers: Mapping[str, Answer]) -> Markdown:
    """Write sentences of the audit, the figures of each linked to the question they answer."""
    return Markdown(
        " ".join(linked(one, page(answers[one.question_id]) if one.question_id else "") for one in sentences)
    )


def said_plainly(sentences: Iterable[Sentence], answers: Mapping[str, Answer]) -> Markdown:
    """Write the same without figures, nor scores on scales."""
    return said(map(in_plain_words, sentences), answers)


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
    answer = statement.answer
    return Markdown(" ".join(linked(sentence, page(answered_by(sentence, answer))) for sentence in sentences))


def together(words: Iterable[Any]) -> Markdown:
    """Join words as in a sentence."""
    return Markdown(labels.listed([escape(word) for word in words]))
