"""Names of authors as reference managers write them, as CSL-JSON names."""

import re

from bibtexparser.middlewares.names import InvalidNameError

from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.extraction.references.bibtex import escaped
from ipt_evidence.extraction.references.csl import person
from ipt_evidence.extraction.references.entries import CAPITAL, DEGREE

INITIALS = re.compile(
    rf"(?P<family>.*?[^\s.,])\s+(?P<initials>{CAPITAL}{{1,4}}|{CAPITAL}(?:-{CAPITAL}){{1,2}}|"
    rf"{CAPITAL}\.(?:[\s-]?{CAPITAL}\.?){{0,3}})"
    r"(?:\s+(?P<suffix>Jr|Sr|2nd|3rd|4th|II|III|IV))?\.?"
)
"""``Doe JK`` or ``King ML Jr``, as PubMed writes names in short, or ``Doe J. K.``."""

GROUP = re.compile(
    r"\b(?:group|team|consortium|collaborati\w+|committee|organi[sz]ation|network|investigators|initiative|society|"
    r"association|institute|department|hospital|university|centre|center|council|agency|foundation|project|study|trial)"
    r"\b",
    re.IGNORECASE,
)
"""Words that no person is called."""

SUFFIX = re.compile(r"(?P<given>.*\S),?\s+(?P<suffix>Jr|Sr|2nd|3rd|4th|II|III|IV)\.?")

BEHIND = re.compile(r"(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\.?")
"""What stands alone behind a family name with its initials."""

OTHERS = re.compile(r"\[?(?:et\.?\s+al\.?|and\s+others|others)\]?", re.IGNORECASE)

AND_OTHERS = re.compile(r"(?P<name>.+?)[\s,;]+\[?et\.?\s+al\.?\]?", re.IGNORECASE)

AND = re.compile(r"\s+(?:and|&)\s+")
GIVEN = re.compile(rf"(?:{CAPITAL}\.?[\s-]?){{1,4}}")
"""Given names in the form of initials."""

ONE = re.compile(r"(?:(?:d[aeiou]|de[lnr]|la|te[nr]|van|von) ){0,2}[A-Z][\w’'-]*, [A-Z][\w’-]*\.?(?: [A-Z]\.?)*")
"""Most lines: one name, with a particle perhaps, but without a suffix or a degree."""

TOLD = re.compile(r"(.*[a-z.])\s+((?:Ph\.?\s?D|D\.?Phil|Psy\.?D|M\.D|MBBS|M\.?Sc|MPH)\.?)")
BESIDE_OTHERS = re.compile(rf"(.*[a-z.])\s+({DEGREE.pattern})")
"""A degree right behind a given name: one that no initials look like, or any beside a degree behind a comma."""


IN_PIECES = "which part is which cannot be told: taken as a name in one piece; check it"


def persons(lines: list[str], line: int, ledger: Ledger) -> list[dict[str, str]]:
    """Return the names of a record; degrees are left, lines taken apart and names without a comma asked about."""
    people = []
    for typed in lines:
        if ONE.fullmatch(typed):
            people.append(person(typed))
            continue
        names = people_in(unmarked(typed))
        if len(names) > 1:
            ledger.ask(line, typed[:200], f"one line with {len(names)} names, taken as so many people")
        for name in names:
            people.append(named(name))
            if degrees := without_degrees(name)[1]:
                ledger.leave(line, f"{name}: {degrees}", "a degree is no part of a name")
            if people[-1].get("literal", "others") != "others":
                reason = IN_PIECES if "," in name else "a name without a comma, taken as an organisation"
                ledger.ask(line, people[-1]["literal"], reason)
    return people


def people_in(line: str) -> list[str]:
    """Return the names on one line: several if semicolons, ``and``, or commas behind initials divide them.

    Parameters
    ----------
    line : str
        Such as ``Doe, Jane; Roe, Ada``, ``Doe, Jane and Roe, Ada``, ``Doe, J., Roe, A.``, ``Doe J, Roe A`` or
        ``Doe, J. et al.``; mostly one name.
    """
    others = AND_OTHERS.fullmatch(line)
    whole = others["name"] if others else line
    names = [name for part in whole.split(";") for name in _joined(part.strip(" ,")) if name]
    return [*(one for name in names for one in _paired(name)), *(["et al."] if others else [])]


def _joined(part: str) -> list[str]:
    """Return ``Doe, Jane and Roe, Ada`` as two names; where one side has no comma it is one, as a department."""
    names = [name.strip(" ,") for name in AND.split(part)]
    return names if all("," in name for name in names) else [part]


def _paired(name: str) -> list[str]:
    """Return ``Doe, J., Roe, A.`` or ``Doe J, Roe A`` as two names; any other as it is."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) > 1 and all(INITIALS.fullmatch(part) and not GROUP.search(part) for part in parts):
        return parts
    families, given = parts[::2], parts[1::2]
    alike = len(parts) > 3 and len(families) == len(given) and all(map(GIVEN.fullmatch, given))
    if alike and not any(map(GIVEN.fullmatch, families)):
        return [", ".join(pair) for pair in zip(families, given, strict=True)]
    return [name]


def named(name: str) -> dict[str, str]:
    """Return one name; without a comma or initials it is the name of an organisation. Degrees are no part of it.

    Parameters
    ----------
    name : str
        Such as ``Doe, Jane K``, ``de Mello, M. F.``, ``Doe JK``, ``King, Martin L Jr``, ``Doe, Jane, PhD`` or
        ``Trial Group``.
    """
    name, _ = without_degrees(" ".join(name.replace("{", "").replace("}", "").split()).rstrip(",;"))
    if OTHERS.fullmatch(name):
        return {"literal": "others"}
    short = INITIALS.fullmatch(name) if "," not in name else None
    if short and not GROUP.search(short["family"]):
        name = f"{short['family']}, {_dotted(short['initials'])} {short['suffix'] or ''}".rstrip()
    if "," not in name:
        return {"literal": name}
    family, given = name.split(",", 1)
    if " " in family and GROUP.search(family):
        # Department of Psychiatry, Leiden
        return {"literal": name}
    if BEHIND.fullmatch(given.strip()) and (short := INITIALS.fullmatch(family)):
        # Wu XY, Jr
        family, given = short["family"], f"{_dotted(short['initials'])}, {given.strip()}"
    if tail := SUFFIX.fullmatch(given.strip()):
        name = f"{family}, {tail['suffix']}, {tail['given'].rstrip(',')}"
    elif given.count(",") == 1:
        # RIS puts what belongs behind a name last; BibTeX would take the given name for it.
        first, last = given.split(",")
        name = f"{family}, {last.strip()}, {first.strip()}" if first.strip() and last.strip() else name
    try:
        return person(escaped(name))
    except InvalidNameError:
        return {"literal": name}


def _dotted(initials: str) -> str:
    """Return ``JK`` as ``J. K.``, and ``X-Y`` as ``X.-Y.``; initials with dots stay as they are."""
    if "." in initials:
        return initials
    return ".-".join(initials.split("-")) + "." if "-" in initials else " ".join(f"{letter}." for letter in initials)


def without_degrees(name: str) -> tuple[str, str]:
    """Return a name without the degrees behind it, and those degrees; two letters of a second part may be initials."""
    family, *parts = (part.strip() for part in name.split(","))
    degrees: list[str] = []
    # Doe J, PhD has its initials before the comma.
    short = INITIALS.fullmatch(family) and not GROUP.search(family)
    while len(parts) > (0 if short else 1) and _is_degree(parts[-1]):
        degrees.insert(0, parts.pop())
    told = BESIDE_OTHERS if degrees else TOLD
    if parts and (found := told.fullmatch(parts[-1])):
        parts[-1] = found[1]
        degrees.insert(0, found[2])
    return ", ".join([family, *parts]), ", ".join(degrees)


def _is_degree(part: str) -> bool:
    return bool(part) and all(map(DEGREE.fullmatch, re.split(r"[\s/&]+", part)))
