"""The templates of the pages: text from data stays text, an undefined name is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ipt_evidence.words import labels, numbers

SITE = (
    ("index.html", "Answers"),
    ("claims.html", "Claims"),
    ("guidelines.html", "Guidelines"),
    ("published.html", "Published results"),
    ("gaps.html", "Gap map"),
    ("flow.html", "Flow of reports"),
    ("checks.html", "Data checks"),
)
"""The pages of the report, as the navigation of each page names them."""


def breakable(slug: str) -> Markup:
    """Return a slug that a narrow column may break after its underscores."""
    return escape(slug).replace("_", Markup("_<wbr>"))


@cache
def environment(templates: Path) -> Environment:
    """Open the folder of templates for HTML.

    Whatever a page prints is escaped, unless the code that made it marked it as HTML. The style sheet is at hand as
    ``style``, to be set into the page: pages work offline and can be sent as one file.

    Parameters
    ----------
    templates : Path
        ``workflow/templates``.
    """
    pages = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.globals["style"] = Markup((templates / "style.css").read_text(encoding="utf-8"))
    pages.globals |= {
        "site": SITE, "risks": labels.RISKS, "risk_letters": labels.RISK_LETTERS, "certainties": labels.CERTAINTIES,
        "dots": labels.DOTS,
    }  # fmt: skip
    pages.filters["breakable"] = breakable
    pages.filters["percent"] = numbers.percent
    return pages
