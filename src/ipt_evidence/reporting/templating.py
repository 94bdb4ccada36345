"""The templates of the pages: text from data stays text, an undefined name is an error."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ipt_evidence.reporting import addresses
from ipt_evidence.reporting.drawing.style import dark_rules
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.glossary import anchor_of
from ipt_evidence.words.sentences import answered_by

SITE = (
    ("index.html", "Answers"),
    ("claims.html", "Claims"),
    ("guidelines.html", "Guidelines"),
    ("published.html", "Published results"),
    ("gaps.html", "Gap map"),
    ("flow.html", "Flow of reports"),
    ("checks.html", "Data checks"),
    ("methods.html", "Methods"),
    ("prisma.html", "PRISMA checklist"),
    ("glossary.html", "Glossary"),
)
"""The pages of the report, as the navigation of each page names them."""


def breakable(slug: str) -> Markup:
    """Return a slug that a narrow column may break after its underscores."""
    return escape(slug).replace("_", Markup("_<wbr>"))


def compiled(templates: Path) -> FileSystemBytecodeCache | None:
    """Keep compiled templates beside them, as Python does modules; where it cannot, they are compiled each time."""
    folder = templates / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder), f"%s.jinja-{version('jinja2')}.pyc")


def opened(templates: Path, **options: Any) -> Environment:
    """Open the folder of templates, with options of Jinja2: undefined names are errors, blocks leave no empty line."""
    return Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=compiled(templates),
        **options,
    )


@cache
def environment(templates: Path) -> Environment:
    """Open the folder of templates for HTML.

    Whatever a page prints is escaped, unless the code that made it marked it as HTML. Style sheet and script are at
    hand as ``style`` and ``script``, to be set into the page: pages work offline and can be sent as one file. The
    browser runs no other script: pages name the digest of this one, ``script_digest``, in their security policy.

    Parameters
    ----------
    templates : Path
        ``workflow/templates``.
    """
    # Not optimized: else what filters make of constants is compiled in, and an edited filter would not be seen.
    pages = opened(templates, autoescape=True, optimized=False)
    style, script = ((templates / name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))
    pages.globals |= {
        "style": Markup(f"{style}\n{dark_rules()}"), "script": Markup(script),
        "script_digest": b64encode(sha256(script.encode("utf-8")).digest()).decode("ascii"),
        "site": SITE, "risks": labels.RISKS, "risk_letters": labels.RISK_LETTERS, "certainties": labels.CERTAINTIES,
        "bars": labels.BARS, "circles": labels.CIRCLES,
    }  # fmt: skip
    pages.filters["breakable"] = breakable
    pages.filters["explained"] = anchor_of
    pages.filters["address"] = addresses.question_address
    pages.filters["answered_by"] = answered_by
    pages.filters["percent"] = numbers.percent
    pages.filters["within"] = labels.within
    pages.filters["words"] = labels.words
    pages.filters["capital"] = labels.capital
    return pages
