"""The short form of a guide as Markdown: what a site pastes."""

from collections.abc import Mapping, Sequence

from ipt_evidence.reporting.guides.markdown import Markdown, escape, link, tidy
from ipt_evidence.reporting.guides.said import Said
from ipt_evidence.reporting.guides.short.desk import Part
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.frequencies import KINDS
from ipt_evidence.words.labels import capital, words
from ipt_evidence.words.registers import REGISTERS

NO_ADVICE = "This is general information on research. It does not replace advice from a doctor or a therapist."
OF_PEOPLE = {
    KINDS[False]: f'"{KINDS[False]}" means counted in trials',
    KINDS[True]: f'"{KINDS[True]}" means worked out from the average effect',
}
"""What the words mean that say which kind a number of people is."""


def brief_markdown(
    review: Review, guide_id: str, readings: Mapping[str, Sequence[Part]], works: Mapping[str, Markdown]
) -> Markdown:
    """Write the short form of a guide, its links as seen from ``reports/guides``.

    Parameters
    ----------
    review : Review
        The evidence base, its answers and their ratings.
    guide_id : str
        A guide of guides.yaml.
    readings : mapping of str to sequence of Part
        Its parts by register, in the order of its readings.
    works : mapping of str to Markdown
        The works of the guide by key, set in its citation style, in the order of its list.
    """
    guide, settings = review.guides[guide_id], review.settings["review"]
    name = words(guide_id)
    full = link("full text with all figures and trials", f"../guides/{guide_id}.full.html")
    head = [
        f"# {escape(capital(review.labels.therapy_in_full))}: evidence for the {escape(name)}",
        f"From the review *{escape(settings['title'])}*, tables last checked on {settings['last_review']}; {full}.",
        *([NO_ADVICE] if guide["audience"] == "public" else []),
    ]
    texts: list[str] = []
    kinds = {kind for parts in readings.values() for part in parts for one in _said(part) for kind in one.kinds}
    level = 2 if len(readings) == 1 else 3
    for register, parts in readings.items():
        texts += [f"## {REGISTERS[register].heading}"] if len(readings) > 1 else []
        texts += [block for part in parts for block in _part(part, level, works)]
    used = [meaning for kind, meaning in OF_PEOPLE.items() if kind in kinds]
    head += [f"Of 100 people: {'; '.join(used)}."] if used else []
    return Markdown(tidy("\n\n".join(head + texts)))


def _said(part: Part) -> tuple[Said, ...]:
    """Return all that a part says, and its items."""
    return (*part.short, *(one for item in part.items for one in item.short))


def _part(part: Part, level: int, works: Mapping[str, Markdown]) -> list[str]:
    blocks = [f"{'#' * level} {escape(part.heading)}", sentences(part.short)]
    for item in part.items:
        end = "" if item.heading.endswith((".", "?", "!")) else "."
        blocks.append(f"**{escape(item.heading)}{end}** {sentences(item.short)}")
    listed = [text for key, text in works.items() if key in part.works]
    return [*blocks, *(["\n".join(f"- {text}" for text in listed)] if listed else [])]


def sentences(said: tuple[Said, ...]) -> Markdown:
    """Write sentences, their links as seen from ``reports/guides``."""
    return Markdown(" ".join("".join(_piece(one.text, one.address) for one in each.pieces) for each in said))


def _piece(text: str, address: str) -> Markdown:
    if not address:
        return escape_within(text)
    return link(text, address if address.startswith("http") else f"../{address}")


def escape_within(text: str) -> Markdown:
    """Escape words of a sentence, keeping the space at either end."""
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return Markdown(f"{start}{escape(text.strip())}{end}") if text.strip() else Markdown(text)
