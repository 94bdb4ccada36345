"""Links that survive pasting: absolute, or numbered notes that name the page."""

import re

from ipt_evidence.reporting.guides.markdown import Markdown, escape

RELATIVE = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(\.\./([^()\s]+)\)")
"""A link of ours to another page of the reports; text from data never looks like one, its brackets are escaped."""

HEADING = "Where the numbers in brackets lead"


def absolute(text: str, base_url: str) -> Markdown:
    """Let links to pages of the reports begin with where these are published.

    Parameters
    ----------
    text : str
        Markdown whose links to other reports begin with ``../``.
    base_url : str
        The web address of ``reports``.
    """
    return Markdown(RELATIVE.sub(rf"[\1]({base_url.rstrip('/')}/\2)", text))


def noted(text: str, title: str, base_url: str = "") -> Markdown:
    """Put numbers in the place of links to pages of the reports, and name the pages in notes at the end.

    Parameters
    ----------
    text : str
        Markdown whose links to other reports begin with ``../``.
    title : str
        The title of the review the pages belong to.
    base_url : str
        The web address of ``reports``, if they are published.
    """
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return rf"{found[1]} \[{numbers.setdefault(found[2], len(numbers) + 1)}\]"

    body = RELATIVE.sub(number, text)
    if not numbers:
        return Markdown(text)
    begin = f"{base_url.rstrip('/')}/" if base_url else "reports/"
    where = "" if base_url else f", below the folder of the review {escape(title)}"
    lines = "\n".join(rf"- \[{place}\] {escape(begin + address)}" for address, place in numbers.items())
    return Markdown(f"{body.rstrip()}\n\n**{HEADING}{where}:**\n\n{lines}\n")


def to_paste(text: str, title: str, base_url: str) -> Markdown:
    """Return a text whose links work wherever it is pasted: absolute if the reports are published, else noted."""
    return absolute(text, base_url) if base_url else noted(text, title)
