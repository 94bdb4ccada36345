"""The codes of Metapsy files as words of this vocabulary; a code that is not here stays a word of its own."""

import re
from collections.abc import Mapping
from functools import cache

from ipt_evidence.exchange.names import word

TREATMENTS = {
    **{"pst": "problem_solving", "sup": "supportive", "cau": "care_as_usual", "tau": "care_as_usual"},
    **{"wl": "wait_list", "wlc": "wait_list", "plac": "pill_placebo", "placebo": "pill_placebo"},
    **{"pill placebo": "pill_placebo", "other ctr": "other_control", "no treatment": "no_treatment"},
    **dict.fromkeys(("care as usual", "usual care", "treatment as usual", "standard care"), "care_as_usual"),
    **dict.fromkeys(("waiting list", "wait list", "waitlist", "wait-list", "waiting list control"), "wait_list"),
}
"""``pha`` (medication of any kind) and ``other psy`` have no word here: which one it was must be looked up."""

INSTRUMENT_ALIASES = {
    **{"bdi-1": "BDI", "bdi-i": "BDI", "bdi-2": "BDI-II", "cesd": "CES-D", "phq9": "PHQ-9"},
    **dict.fromkeys(("hdrs", "hrsd", "hamd"), "HAM-D"),
    **{f"{name}-{items}": f"HAM-D-{items}" for name in ("hdrs", "hrsd") for items in (17, 21, 24)},
    "hdrs-25": "HAM-D-25",
}

INSTRUMENTS = (
    *("APAI", "BDI", "BDI-II", "BIS-11", "BPDSI-IV", "CAPS", "CAPS-5", "CDI", "CDRS-R", "CDRS-dysthymia", "CES-D"),
    *("CGI", "CGI-I", "CORE-OM", "CTS", "EDE", "EPDS", "GDS", "HADS", "HAM-D", "HAM-D-17", "HAM-D-21", "HAM-D-24"),
    *("HAM-D-25", "HSCL-D", "HTQ", "IIP", "LIFE", "LSAS", "LSAS-SR", "MADRS", "MFQ-C", "MFQ-P", "MINI", "PHQ-9"),
    *("PRIME-MD", "Q-LES-Q", "QIDS", "QoL-30", "Raskin", "SAS", "SAS-SR", "SCID", "SCL-20", "SF-36", "SPAI", "WAI"),
)
"""Names that stay as they are but for small and capital letters."""

LOWER_IS_BETTER = {
    name: name not in {"Q-LES-Q", "QoL-30", "SF-36", "WAI"}
    for name in INSTRUMENTS
    if name not in {"MINI", "PRIME-MD", "SCID"}
}
"""Whether lower is better on these; interviews give no score. A review's own vocabulary goes before it."""

OUTCOMES = {
    **dict.fromkeys(("msd", "imsd", "mean", "change", "other stat", "symptom"), "symptom_severity"),
    **{"function": "functioning", "response": "response", "remission": "remission", "recover": "recovery"},
    **{"relapse": "relapse", "recurrence": "relapse", "onset": "onset", "drop": "dropout"},
}
"""Beginnings of outcome types in small letters, and the outcome they stand for."""

EVENT_IS_GOOD = dict.fromkeys(("response", "remission", "recovery"), True)
EVENT_IS_GOOD |= dict.fromkeys(("relapse", "onset", "dropout"), False)

ABSENT = re.compile(
    r"\b(?:no|not|non|none|without|never|free (?:of|from)|fail(?:ed|ure|ures|ing)?|lack)\b|[- ]free\b|\bnon-?re"
)
"""What turns the name of an event into that of its absence, such as ``failure to respond``."""

EVENTS = frozenset({"response", "remission", "recovery", "relapse", "dropout"})
"""Outcomes that are counted."""

DOMAINS = {"dropout": "dropout", "functioning": "functioning"}

MEASURED = (
    ("quality_of_life", r"(?:hr)?qol|(?:health related )?quality of life"),
    ("depression", r"dep|mdd|depress\w*(?: symptoms| severity)?"),
    ("anxiety", r"anx|anxiety(?: symptoms| severity)?|worry|panic|phobia|social anxiety|generali[sz]ed anxiety"),
    ("stress", r"(?:perceived )?stress"),
    ("anger", r"anger"),
    ("impulsivity", r"impulsivity|impulsiveness"),
    ("violence", r"violence"),
    ("wellbeing", r"(?:mental )?well ?being"),
    ("functioning", r"(?:social |daily |work )?function(?:ing|al impairment)?|disability|impairment"),
)
"""Our domain, and what files call it, in small letters with spaces for other signs."""

RATERS = {
    **dict.fromkeys(
        ("self", "sr", "self report", "self reported", "self rated", "self rating", "self rater", "patient"), "self"
    ),
    **dict.fromkeys(
        ("clinician", "cr", "clinician rated", "clinician report", "clinician rating", "interviewer", "observer"),
        "clinician",
    ),
    **dict.fromkeys(("interviewer rated", "observer rated", "interview", "clinician administered"), "clinician"),
    **dict.fromkeys(("parent", "parent report", "parent rated", "parent reported"), "parent"),
}
POPULATIONS = {
    **dict.fromkeys(("adul", "yadul", "adult", "adults", "young adults", "young adult", "general adults"), "adults"),
    **dict.fromkeys(("old", "olderold", "older adults", "older adult", "elderly", "older"), "older_adults"),
    **dict.fromkeys(
        ("ado", "adol", "child", "children", "adolescents", "adolescent", "youth", "children adolescents"),
        "children_adolescents",
    ),
}
GROUPS = {"ppd": "perinatal", "med": "medical_illness"}
FORMATS = {
    **dict.fromkeys(("ind", "individual"), "individual"),
    **dict.fromkeys(("grp", "group", "groups"), "group"),
    **dict.fromkeys(("tel", "telephone", "phone"), "telephone"),
    **dict.fromkeys(("cpl", "couple", "couples"), "couple"),
    **dict.fromkeys(("family", "fam"), "family"),
    **dict.fromkeys(("internet", "web", "online", "internet based"), "internet"),
    **dict.fromkeys(("mixed", "mix", "combined"), "mixed"),
}
"""``gsh`` and ``ush`` (guided and unguided self-help) have no word here: it may be a book, or on the internet."""
COUNTRIES = {
    **{"us": "US", "usa": "US", "united states": "US", "uk": "GB", "united kingdom": "GB", "can": "CA", "canada": "CA"},
    **{"au": "AU", "australia": "AU", "germany": "DE", "netherlands": "NL", "the netherlands": "NL", "sweden": "SE"},
    **{"china": "CN", "india": "IN", "iran": "IR", "japan": "JP", "spain": "ES", "italy": "IT", "norway": "NO"},
}
"""Countries as files write them; ``eu``, ``eas`` and ``oth`` are none."""

ROB1 = {"sequence_generation": "sg", "allocation_concealment": "ac", "blinding_of_assessors": "ba"}
ROB1 |= {"incomplete_outcome_data": "itt"}
ROB1_JUDGEMENTS = {"0": "high_or_unclear", "1": "low", "sr": "self_report", "?": "unclear"}
"""Of an item a 1 says that it is met, a 0 only that it is not: high and unclear are one code (decision 26)."""
ROB1_WORDS = {"low": "low", "high": "high", "unclear": "unclear"}

ROB2 = {"randomisation": "d1", "deviations": "d2", "missing_data": "d3", "measurement": "d4", "reporting": "d5"}
ROB2 |= {"overall": "rob"}
ROB2_JUDGEMENTS = {"low": "low", "some concerns": "some_concerns", "high": "high"}
ROB2_CODES = {"l": "low", "s": "some_concerns", "sc": "some_concerns", "h": "high", "some": "some_concerns"}
ROB2_CODES |= {"some concern": "some_concerns"}
"""Files with the first Cochrane tool count its items in ``rob``, so a number there is no judgement."""

_INSTRUMENTS = {name.lower(): name for name in INSTRUMENTS} | INSTRUMENT_ALIASES


@cache
def treatment(code: str) -> str:
    """Return the word for the condition of an arm."""
    return TREATMENTS.get(code.lower(), word(code.lower()))


@cache
def instrument(code: str) -> str:
    """Return the word for an instrument; empty text stays empty."""
    return _INSTRUMENTS.get(code.lower().replace(" ", "-"), word(code))


@cache
def outcome(code: str) -> str:
    """Return the word for an outcome type; the absence of an event, as ``relapse-free``, is another than the event."""
    small = code.lower()
    if ABSENT.search(small.replace("_", " ")):
        return word(small)
    return next((ours for start, ours in OUTCOMES.items() if small.startswith(start)), word(small))


_OTHER_SIGNS = re.compile(r"[^a-z0-9&/;,+]+")


def said(table: Mapping[str, str], code: str) -> str:
    """Return the word of ``table`` for a code, whatever its signs and letters; several codes if they have one word."""
    if not code:
        return ""
    plain = _OTHER_SIGNS.sub(" ", code.lower()).strip()
    if plain in table:
        return table[plain]
    found = {table.get(part.strip(), "") for part in re.split(r"[&/;,+]", plain)}
    return found.pop() if len(found) == 1 else ""


def judgement(table: Mapping[str, str], code: str) -> str:
    """Return the judgement a code stands for, with or without the words "risk (of bias)"; empty text if none."""
    return table.get(re.sub(r" risk(?: of bias)?$", "", re.sub(r"[\s_-]+", " ", code.lower()).strip()), "")


def measured(name: str) -> str:
    """Return our domain for what a file says an outcome is about, empty text if there is none that is the same."""
    plain = re.sub(r"[^a-z]+", " ", name.lower()).strip()
    return next((domain for domain, called in MEASURED if re.fullmatch(called, plain)), "")


def is_before(code: str) -> bool:
    """Return whether a time is that before treatment."""
    plain = re.sub(r"[\s_-]+", "", code.lower())
    return plain in {"pre", "pretest", "pretreatment", "preintervention", "baseline", "bl", "t0", "week0"}


def timepoint(code: str) -> str:
    """Return the time point, empty text if the code says neither the end of treatment nor a follow-up."""
    small = code.lower()
    if small.startswith(("post", "end of", "end-of", "endpoint")) or "posttest" in small:
        return "post"
    return "followup" if small.startswith(("fu", "f-u", "follow")) or "follow" in small else ""
