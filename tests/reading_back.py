"""Every number of a page, held to where it may come from, without the code that wrote it.

A number may be that of a row which its place names (an id, a link, the page itself), or of the tables that its page is
on; it may stand in words that people typed, or in words that code and templates always say. Figures that belong
together, an estimate with its interval, must be those of one row. A number that none of these explains is a fault.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache, reduce
from html import unescape
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd

from ipt_evidence.reporting.review import Review

ROOT = Path(__file__).parents[1]

TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>|([^<]+)")
INLINE = {"a", "b", "span", "code", "br", "wbr", "i", "em", "strong", "label"}
VOID = {"meta", "link", "img", "input", "hr", "col", "circle", "line", "rect", "path", "polygon"}
UNREAD = {"style", "script", "sup", "nav", "pre"}
NAMED = ("tr", "li", "section", "dd", "div", "p", "figure", "details")
"""Elements that links in them give a name to."""

PLAIN = r"[<>]?[−-]?\d+(?:,\d{3})*(?:\.\d+)?"
NUMBER = re.compile(rf"(?<![\w.,]){PLAIN}(?!\w*_)")
TOGETHER = re.compile(rf"(?:({PLAIN})%?(?:, | ?\()(?:[A-Za-z ]+ )?)?(?<![\w.])({PLAIN})%? to ({PLAIN})")
COMMIT = re.compile(r"\bcommit [0-9a-f]{7,40}\b")
"""How to cite names the commit, which may begin like a number."""

COVERAGE = re.compile(r"\b\d\d% (?=CI|CrI|widened|prediction|interval|confidence|credible)|(?<=at )95%")

UNITS = {
    "trials": (
        re.compile(r" (?:more )?trials?\b"),
        re.compile(r"^k|trial|^n_effects|^n$|^unjudged|packed"),
    ),
    "people": (re.compile(r" (?:people|participants)\b"), re.compile(r"^n|people|size|packed")),
    "year": (re.compile(r"(?<=(?<![\w.,])(?:19|20)\d\d)(?![\d,.]\d)"), re.compile("^(-?year|lowest|highest)$")),
    "percent": (re.compile("%"), re.compile(r"percent|^i2|share|risk|^with|^p_|packed|^control|^[a-z_]*$")),
}
"""What stands behind a number, and the columns that it can then come from."""

YEAR = re.compile(r"(?:19|20)\d\d")

NOTE = re.compile(r"<li>\[(\d+)\] (\S+)</li>")
"""Where a number in brackets leads, as a text to be pasted lists it."""

KEY = re.compile(r"_ids?$|^id$|citekey|^condition$")
PART = re.compile(r"-(title|summary|caption|choices|less|origins|certainty|small|pulls)$|^(trial|ref|network)-|\.html$")
PROSE = {
    "claims": ("why", "instead", "sentences"), "certainty": ("reason", "note"), "ratings": ("trace",),
    "summary_of_findings": ("sentence", "footnotes"), "small_study": ("note",),
}  # fmt: skip
"""Words that code makes from figures: they explain no number."""

PACKED = ("inputs", "inputs_seen", "by_choice", "labels", "footnotes")
"""Columns of JSON."""

PAGES = {
    "checks": ("findings", "checks", "doubts", "corrections", "recall", "inputs"), "gaps": ("gaps",),
    "flow": ("flow", "excluded_reports", "trials", "screening_agreement"), "published": ("agreement", "benchmarks"),
    "prisma": ("settings", "ratings", "trials", "sources", "networks", "excluded_reports",
               "flow", "screening", "screening_agreement", "subgroups", "regressions", "moderators"),
    "index": ("ratings", "trials", "flow", "effect_sizes"), "methods": ("syntheses", "settings"),
    "glossary": ("settings",),
    "guides": ("trials", "sources", "ratings", "families", "settings", "guidelines"),
    "claims": ("claims", "families", "guidelines"), "guidelines": ("guidelines",),
}  # fmt: skip
"""The tables that a page, or each page of a folder, counts or shows whole."""


@dataclass(slots=True)
class Place:
    """An element, and what its id and the links in it name."""

    tag: str
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text, with the elements around it."""

    text: str
    places: tuple[Place, ...]

    @property
    def is_tick(self) -> bool:
        """Whether it is a figure of an axis."""
        return any(place.tag == "svg" for place in self.places) and bool(re.fullmatch(rf"{PLAIN}%?", self.text))

    @property
    def names(self) -> Iterator[tuple[str, ...]]:
        """What is named, the nearest first."""
        return (tuple(dict.fromkeys(place.names)) for place in reversed(self.places) if place.names)


def blocks_of(page: str) -> list[Block]:
    """Cut a page into blocks of text that hold a digit."""
    places, found, text, unread = [Place("page")], [], [], 0

    def close() -> None:
        said = COMMIT.sub("commit", re.sub(r"\s+", " ", unescape("".join(text))).strip())
        text.clear()
        if re.search(r"\d", said):
            found.append(Block(said, tuple(places)))

    for end, tag, facts, words in TOKEN.findall(page):
        if words:
            text.append("" if unread else words)
        elif tag in UNREAD:
            unread += -1 if end else 1
        elif tag in INLINE:
            text.append(" " if tag == "br" else "")
            _name(places, facts)
        else:
            close()
            (_leave if end else _enter)(places, tag, facts)
    close()
    return found


def _leave(places: list[Place], tag: str, _: str) -> None:
    while len(places) > 1 and places.pop().tag != tag:
        pass


def _enter(places: list[Place], tag: str, facts: str) -> None:
    if tag in VOID:
        return
    if re.fullmatch("h[2-4]", tag):
        # What a heading names holds for what follows it, up to the next.
        places[-1] = Place(places[-1].tag)
    places.append(Place(tag))
    _name(places, facts)


def _name(places: list[Place], facts: str) -> None:
    names = [name for address in re.findall(r'\b(?:id|href)="([^"]+)"', facts) for name in _named_by(address)]
    if names:
        heading = re.fullmatch("h[2-4]", places[-1].tag) and len(places) > 1
        nearest = places[-2] if heading else next((one for one in reversed(places) if one.tag in NAMED), places[0])
        nearest.names += names
        around = next((one for one in reversed(places) if one.tag == "section"), nearest)
        if around is not nearest:
            around.names += names


def _named_by(address: str) -> list[str]:
    return [PART.sub("", PART.sub("", unquote(part))) for part in re.split(r"[/#?]", address)[-2:] if part]


class Known:
    """What the numbers of the pages of a review may come from.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Its processed tables.
    typed : iterable of str
        What people typed besides: vocabulary, references, guides, settings.
    below : mapping of str to sequence of str
        Each condition with all that belong to it, itself among them.
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], typed: Iterable[str], below: Mapping[str, Sequence[str]]
    ) -> None:
        self._below = below
        answers = tables["ratings"].merge(
            tables["syntheses"][["question_id", "condition", "measure"]], on="question_id"
        )
        beside = tables["agreement"][["question_id", "benchmark_id"]].merge(
            tables["benchmarks"], left_on="benchmark_id", right_on="id"
        )
        held = {name: table for name, table in tables.items() if name != "multiverse" and len(table)}
        held["beside"] = beside
        self._tables = {**held, "ratings": answers, **_summaries(tables, below)}
        lines = {
            row: line
            for table in held.values()
            if {"row_id", "line"} <= set(table)
            for row, line in zip(table["row_id"], table["line"], strict=True)
        }
        values = [_values(table, _logs(table, tables), lines) for table in self._tables.values()]
        width = max(len(table.columns) for table in values)
        self._rows = np.vstack([np.pad(table.to_numpy(), ((0, 0), (0, width - len(table.columns))),
                                       constant_values=np.nan) for table in values])  # fmt: skip
        self._starts = dict(zip(self._tables, np.cumsum([0, *map(len, values)]), strict=False))
        self._of_unit = {
            unit: np.repeat(
                [[bool(of.search(name)) for name in [*table, *[""] * (width - len(table.columns))]]
                 for table in values],
                [len(table) for table in values], axis=0,
            )
            for unit, (_, of) in UNITS.items()
        }  # fmt: skip
        self._named = self._names()
        self._typed = _by_number([*typed, *self._words()])
        self._scopes: dict[tuple[str, ...], Scope | None] = {}
        self._counts: dict[str, set[float]] = {}

    def _names(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, table in self._tables.items():
            for column in filter(KEY.search, table.select_dtypes(["object", "string"]).columns):
                for place, cell in enumerate(table[column], start=int(self._starts[name])):
                    for key in cell.split(";") if isinstance(cell, str) else ():
                        found.setdefault(key, []).append(place)
        return found

    def _words(self) -> Iterator[str]:
        for name, table in self._tables.items():
            for column in table.select_dtypes(["object", "string"]).columns:
                if column not in (*PROSE.get(name, ()), *PACKED):
                    yield from (cell for cell in table[column].unique() if isinstance(cell, str))
        # Of a long cell a page tells how long it is.
        yield from (f"({len(cell)} characters)" for cell in self._tables["findings"]["value"].dropna())

    def scope(self, names: tuple[str, ...]) -> "Scope | None":
        """Return the rows that are named, None if there are none."""
        if names not in self._scopes:
            rows = sorted({row for name in names for row in self._named.get(name, ())})
            self._scopes[names] = self._scope(rows) if rows else None
        return self._scopes[names]

    def whole(self, page: str) -> "Scope | None":
        """Return the tables that a page is on, with how many rows they have of each kind."""
        if page not in PAGES:
            return None
        key = (f"page {page}",)
        if key not in self._scopes:
            tables = {name: self._tables[name] for name in PAGES[page] if name in self._tables}
            starts = [int(self._starts[name]) for name in tables]
            rows = [
                row
                for start, table in zip(starts, tables.values(), strict=True)
                for row in range(start, start + len(table))
            ]
            self._scopes[key] = self._scope(rows, set[float]().union(*map(self._counted, tables)))
        return self._scopes[key]

    def _counted(self, name: str) -> set[float]:
        if name not in self._counts:
            self._counts[name] = set(_counts(self._tables[name]))
        return self._counts[name]

    def _scope(self, rows: list[int], counts: Iterable[float] = ()) -> "Scope":
        return Scope(self._rows[rows], {unit: columns[rows] for unit, columns in self._of_unit.items()}, counts)

    def family(self, condition: str) -> "Scope | None":
        """Return the rows on a condition and all that belong to it."""
        return self.scope(tuple(self._below.get(condition, ())))

    def is_typed(self, number: str, text: str, start: int) -> bool:
        """Tell whether a number stands in words of people, whole or cut, or in those that code always says."""
        around = text[max(0, start - 12) : start + len(number) + 12]
        return any(words in text for words in said_by_code().get(number, ())) or any(
            words in text or around in words for words in self._typed.get(number, ())
        )


class Scope:
    """Rows that figures are looked for in.

    Parameters
    ----------
    rows : ndarray, shape (n, width)
        What may be printed of each row.
    of_unit : mapping of str to ndarray, shape (n, width)
        Which of it may be printed with a unit.
    counts : iterable of float
        What else may be counted.
    """

    def __init__(self, rows: np.ndarray, of_unit: Mapping[str, np.ndarray], counts: Iterable[float] = ()) -> None:
        self._rows, self._of_unit = rows, {"": ~np.isnan(rows), **of_unit}
        self._counts = [float(len(rows)), *counts]
        self._sorted: dict[str, np.ndarray] = {}
        self._found: dict[tuple[str, ...], bool] = {}

    def holds(self, figures: tuple[str, ...], unit: str) -> bool:
        """Tell whether figures are those of one row, ends of an interval beside each other."""
        if (*figures, unit) not in self._found:
            bounds = [_between(figure) for figure in figures]
            holds = self._holds_one(bounds[0], unit) if len(bounds) == 1 else self._holds_together(bounds)
            self._found[*figures, unit] = holds
        return self._found[*figures, unit]

    def _holds_one(self, bounds: tuple[float, float], unit: str) -> bool:
        if unit not in self._sorted:
            found = self._rows[self._of_unit.get(unit, ...)]
            self._sorted[unit] = np.unique(np.concatenate([found[~np.isnan(found)], self._counts]))
        place = np.searchsorted(self._sorted[unit], bounds[0])
        return bool(place < len(self._sorted[unit]) and self._sorted[unit][place] <= bounds[1])

    def _holds_together(self, bounds: list[tuple[float, float]]) -> bool:
        is_low, is_high = ((self._rows >= least) & (self._rows <= most) for least, most in bounds[-2:])
        beside = (is_low[:, :-1] & is_high[:, 1:]) | (is_high[:, :-1] & is_low[:, 1:])
        rows = self._rows[beside.any(axis=1)]
        return (
            all(((rows >= least) & (rows <= most)).any(axis=1).any() for least, most in bounds[:-2]) and len(rows) > 0
        )


def _between(figure: str) -> tuple[float, float]:
    """Return the values that a printed figure may stand for."""
    plain = figure.lstrip("<>").replace("−", "-").replace(",", "")
    value, half = float(plain), 0.5 * 10.0 ** -len(plain.partition(".")[2]) + 1e-9
    if figure[0] in "<>":
        return (-np.inf, value) if figure[0] == "<" else (value, np.inf)
    return value - half, value + half


def _summaries(tables: Mapping[str, pd.DataFrame], below: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    """Return what pages say of many rows at once: least and greatest, sums, shares, quartiles, worked out anew."""
    weights, multiverse, subsets = (tables[name] for name in ("synthesis_weights", "multiverse", "gosh"))
    labels = multiverse.groupby(["question_id", "label"]).size().unstack(fill_value=0)
    shares = labels.div(labels.sum(axis=1) / 100, axis=0).add_prefix("percent_")
    half = subsets["estimate_width"] / 2
    ends = subsets.assign(low=subsets["estimate"] - half, high=subsets["estimate"] + half)
    found = {
        "effects": weights.groupby("question_id").agg(
            low=("yi", "min"), high=("yi", "max"), n1=("n1", "sum"), n2=("n2", "sum")
        ),
        "subsets": ends.groupby("question_id").agg(low=("low", "min"), high=("high", "max")),
        "choices": multiverse.groupby("question_id")
        .agg(low=("estimate", "min"), high=("estimate", "max"), choices=("estimate", "count"))
        .join(labels)
        .join(shares),
        "labels": _label_shares(tables["robustness"]),
        "biases": _weight_by_risk(weights, tables["trial_risk"]),
        "missing": _missing(tables),
        "reports": tables["fates"]
        .groupby(["question_id", "fate", "same_comparison"], dropna=False)
        .size()
        .unstack([1, 2])
        .pipe(lambda counts: counts.set_axis([f"k_{place}" for place in range(counts.shape[1])], axis=1)),
        "families": pd.DataFrame(_families(tables, below)).set_index("condition"),
    }
    return {name: table.reset_index() for name, table in found.items()}


def _label_shares(stands: pd.DataFrame) -> pd.DataFrame:
    """Share of the combinations of choices that give each label, multiples of the important difference among them."""
    labels = pd.DataFrame(stands["labels"].map(json.loads).tolist(), index=stands["question_id"])
    return labels.div(stands["specifications"].to_numpy() / 100, axis=0).add_prefix("percent_")


def _weight_by_risk(weights: pd.DataFrame, risk: pd.DataFrame) -> pd.DataFrame:
    """Share of the weight of each question by judgement, domain by domain."""
    domains = list(risk.loc[:, "randomisation":"incomplete_outcome_data"])
    judged = weights.merge(risk[risk["counts"]].drop_duplicates("trial_id"), on="trial_id", how="left")
    long = judged.melt(["question_id", "weight_percent"], domains, "domain", "judgement").fillna({"judgement": "none"})
    return long.groupby(["question_id", "domain", "judgement"])[["weight_percent"]].sum()


def _missing(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Share of the people on a question whose results could not be used."""
    rows = tables["certainty"].query("domain == 'publication_bias'").merge(tables["ratings"], on="question_id")
    unused = rows["inputs"].map(lambda cell: json.loads(cell).get("unusable_people") or np.nan)
    rows["share"] = unused / (unused + rows["n_participants"])
    return rows[["question_id", "share"]].set_index("question_id")


def _families(
    tables: Mapping[str, pd.DataFrame], below: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, str | float]]:
    """Count the trials on a condition and those nobody judged, with range and middle half of the sessions planned."""
    arms = tables["arms"].merge(tables["trials"][["trial_id", "condition"]], on="trial_id")
    ends = pd.concat([tables[name].query("timepoint == 'post'") for name in ("outcomes", "contrasts")])
    arms["weeks"] = arms["trial_id"].map(ends.groupby("trial_id")["weeks"].max())
    for condition, members in below.items():
        mine = tables["trials"][tables["trials"]["condition"].isin(members)]
        unjudged = ~mine["trial_id"].isin(tables["risk_of_bias"]["trial_id"])
        here = arms[arms["condition"].isin(members)]
        for given in (*(group for _, group in here.groupby("treatment")), here):
            for planned in (given["n_sessions"], given.drop_duplicates("trial_id")["weeks"]):
                quartiles = planned.describe()[["min", "max", "25%", "75%"]]
                yield {"condition": condition, "trials": len(mine), "unjudged": unjudged.sum(), **quartiles}


def _logs(table: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Tell which rows hold logarithms of ratios."""
    for key, name in (("question_id", "syntheses"), ("network_id", "networks")):
        if "measure" not in table and key in table:
            table = table.assign(measure=table[key].map(tables[name].set_index(key)["measure"]))
    measure = table["measure"] if "measure" in table else pd.Series("", index=table.index)
    return measure.astype(str).str.startswith("log").to_numpy()


def _values(table: pd.DataFrame, logs: np.ndarray, lines: Mapping[str, int]) -> pd.DataFrame:
    """Return the numbers of each row as they may be printed: ratios, shares of 100 and of 1,000, errors, raw lines."""
    numbers = table.select_dtypes("number")
    plain, packed = numbers.astype(float), _packed(table)
    ratio = np.where(logs[:, None], 1.0, np.nan)
    shares = plain.where((plain.abs() <= 1) & (numbers.dtypes.map(pd.api.types.is_float_dtype)))
    few = packed.where(packed.abs() <= 1)
    parts = [plain, -plain, 100 * shares, 100 - 100 * shares, 1000 * shares, packed, 100 * few]
    parts += [np.exp(ratio * one.clip(-20, 20)) for one in (plain, -plain, packed)]
    parts.append(100 - plain.filter(like="percent"))
    if "mid" in plain:
        parts += [-plain[["mid"]], plain[["mid"]], np.exp(-ratio * plain[["mid"]]), np.exp(ratio * plain[["mid"]])]
    parts += [np.sqrt(plain[["vi"]])] if "vi" in plain else []
    # Cells of text that are a number, such as what a correction puts for what.
    said = table.select_dtypes(["object", "string"]).apply(pd.to_numeric, errors="coerce").astype(float)
    parts.append(said.dropna(axis=1, how="all"))
    parts += [np.ceil(plain.filter(like="nnt").abs())] if "nnt" in plain else []
    parts += [table[[name]].map(lines.get).astype(float) for name in ("row1_id", "row2_id") if name in table]
    return pd.concat(parts, axis=1)


def _packed(table: pd.DataFrame) -> pd.DataFrame:
    cells = table[[name for name in PACKED if name in table]].fillna("").astype(str)
    # By place, as rows hold different numbers of them.
    found = [dict(enumerate(re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", " ".join(row)))) for row in cells.to_numpy()]
    return pd.DataFrame(found, index=table.index, dtype=float).add_prefix("packed")


def _counts(table: pd.DataFrame) -> Iterator[float]:
    """Count rows, those of each kind, those of two kinds at once, and the others."""
    signs = {f"{name} > 0": table[name].gt(0) for name in table.select_dtypes("number")}
    missing = {f"no {name}": table[name].isna() for name in table if table[name].isna().any()}
    kinds = table.assign(**signs, **missing)
    few = [name for name in kinds if kinds[name].nunique() <= 40]
    codes = [pd.factorize(kinds[name], use_na_sentinel=False)[0] for name in few]
    if codes:
        of_kind = np.hstack([np.equal.outer(code, np.unique(code)) for code in codes]).astype(np.float32)
        counts = np.unique(of_kind.T @ of_kind)
        counts = counts[counts > 0]
        yield from (*counts.tolist(), *(len(table) - counts).tolist())
    yield len(table)
    # Whole numbers may be added up, over as many rows as have one.
    for name in table.select_dtypes("number"):
        yield from (table[name].sum(), table[name].notna().sum())


def _by_number(texts: Iterable[str]) -> dict[str, list[str]]:
    """Sort words by the numbers in them."""
    found: dict[str, list[str]] = {}
    for text in dict.fromkeys(re.sub(r"\s+", " ", text).replace("-", "–").strip() for text in texts):
        numbers = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)
        # A figure by itself would explain itself wherever it stands.
        for number in (
            set(numbers) if re.search(r"[^\W\d]", text) or (len(text) > 3 and not YEAR.fullmatch(text)) else ()
        ):
            found.setdefault(number, []).append(text)
    return found


@cache
def said_by_code() -> dict[str, list[str]]:
    """Return the words of the package and the templates that hold a number, by number."""
    texts: list[str] = []
    for room in ("words", "reporting", "appraisal", "extraction", "effects"):
        for file in (ROOT / "src/ipt_evidence" / room).rglob("*.py"):
            for text in re.findall(r'"([^"\n]*\d[^"\n]*)"', file.read_text(encoding="utf-8")):
                texts += re.split(r"\{[^{}]*\}", text)
    for file in (ROOT / "workflow/templates").rglob("*.j2"):
        text = re.sub(r"<[^>]*>", "\0", file.read_text(encoding="utf-8"))
        texts += unescape(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\0", text, flags=re.DOTALL)).split("\0")
        texts += re.findall(r'"([^"]*)"', text)
    return _by_number(text for text in texts if re.search(r"\d", text) and re.search(r"[a-zA-Z%²]", text))


def unexplained(name: str, page: str, known: Known) -> list[str]:
    """Return the numbers of a page that nothing explains, each with what stands around it."""
    return [fault for text, scopes in _read_in_place(name, page, known) for fault in _faults(text, scopes, known)]


def unnoticed(name: str, page: str, known: Known, every: int) -> list[bool]:
    """Change the last digit of every so many intervals; tell for each whether that goes unnoticed."""
    found = []
    read = [one for one in _read_in_place(name, page, known) if TOGETHER.search(one[0])]
    for text, scopes in read[::every]:
        for match in TOGETHER.finditer(text):
            other = f"{text[: match.end() - 1]}{(int(match[0][-1]) + 3) % 10}{text[match.end() :]}"
            found.append(not any(_faults(other, scopes, known)))
    return found


def _read_in_place(name: str, page: str, known: Known) -> Iterator[tuple[str, list[Scope]]]:
    folder, _, stem = name.removesuffix(".html").rpartition("/")
    condition = folder.rpartition("/")[2] if stem == "all-trials" else stem
    whole = (known.whole(stem), known.whole(folder), known.scope((PART.sub("", stem),)), known.family(condition))
    shown, notes = _rows_shown(page), {f"[{number}]": _named_by(address) for number, address in NOTE.findall(page)}
    for block in blocks_of(page):
        if not block.is_tick:
            noted = [note for note in re.findall(r"\[\d+\]", block.text) if note in notes]
            names = (*block.names, tuple(name for note in noted for name in notes[note]))
            text = reduce(lambda text, note: text.replace(f" {note}", ""), noted, block.text)
            yield text, [scope for scope in (*map(known.scope, names), *whole, shown) if scope]


def _rows_shown(page: str) -> Scope:
    """How many rows a page shows, and how many with the same words in a cell."""
    cells = Counter(re.findall(r"<td[^>]*>([^<]+)</td>", page))
    return Scope(np.empty((0, 2)), {}, [page.count("<tr>") - 1.0, page.count('scope="row"'), *cells.values()])


def _faults(text: str, scopes: list[Scope], known: Known) -> Iterator[str]:
    plain = COVERAGE.sub("", text).replace("fewer than 1 ", "<1 ")
    typed = plain.replace("-", "–")
    for figures, start, end in _figures(plain):
        unit = next((name for name, (behind, _) in UNITS.items() if behind.match(plain, end)), "")
        if any(scope.holds(figures, unit) for scope in scopes):
            continue
        if unit == "percent" and len(figures) == 1 and _is_ratio(figures[0], plain):
            continue
        bare = [figure.lstrip("<>−-") for figure in figures]
        if not all(known.is_typed(one, typed, typed.find(one, start)) for one in bare):
            yield f"{' '.join(figures)}: {plain[max(0, start - 80) : end + 40]}"


def _is_ratio(percent: str, text: str) -> bool:
    """Tell whether a percentage is one number of the text in another."""
    low, high = _between(percent)
    whole = [int(one) for one in re.findall(r"(?<![\w.,])\d+(?![\d.,%])", text)]
    return any(low <= 100 * part / of <= high for part in whole for of in whole if of)


def _figures(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Find the figures of a text, those together that belong together."""
    at = 0
    for match in TOGETHER.finditer(text):
        yield from (((one[0],), *one.span()) for one in NUMBER.finditer(text, at, match.start()))
        yield tuple(filter(None, match.groups())), *match.span()
        at = match.end()
    yield from (((one[0],), *one.span()) for one in NUMBER.finditer(text, at))


def _next_check(settings: Mapping[str, Any]) -> str:
    """Write the day on which the tables are to be checked again, counted in years and months."""
    year, month, day = map(int, str(settings["last_review"]).split("-"))
    years, months = divmod(month - 1 + settings["months_to_next"], 12)
    return f"due by {year + years}-{months + 1:02}-{day:02}"


def known_of(review: Review, taken: Mapping[str, str]) -> Known:
    """Gather what the numbers of the pages of a review may come from.

    Parameters
    ----------
    review : Review
        Its tables, vocabulary, references, guides and settings.
    taken : mapping of str to str
        Its reports by address, the tables of its pictures among them.
    """
    numbers = [*strings(review.settings), *(str(value) for rule in review.rules for value in asdict(rule).values())]
    figures = [float(text) for text in numbers if re.fullmatch(r"-?\d+(?:\.\d+)?", text)]
    tables = {**review.tables, "settings": pd.DataFrame([figures]).add_prefix("k_people_percent")}
    for kind in ("years", "sessions", "funnel"):
        found = {name: text for name, text in taken.items() if name.endswith(f"-{kind}.csv")}
        if found:
            parts = [
                pd.read_csv(StringIO(text)).assign(question_id=re.split(r"[/-]", name)[1])
                for name, text in found.items()
            ]
            tables[kind] = pd.concat(parts, ignore_index=True)
    if "sessions" in tables:
        planned = tables["sessions"].groupby("question_id")["sessions"]
        tables["planned"] = planned.agg(low="min", high="max").reset_index()
    vocabulary = [getattr(review.vocabulary, one.name) for one in fields(review.vocabulary)]
    typed = [str(cell) for table in vocabulary if isinstance(table, pd.DataFrame) for cell in table.to_numpy().ravel()]
    cited = [*strings(review.references), *strings(review.guide_references)]
    typed += [*strings(review.guides), *strings(review.settings), *cited, *_as_cited(cited)]
    typed += [version(name) for name in ("numpy", "scipy", "pandas", "statsmodels", "ipt-evidence")]
    typed += ["1,000 or more", _next_check(review.settings["review"])]
    typed += [f"{word} below {1 - review.settings['synthesis']['level']:.2g}" for word in ("p", "tail probability")]
    below = {name: review.vocabulary.members_of(name) for name in review.vocabulary.conditions["condition"]}
    return Known(tables, typed, below)


def _as_cited(cited: Iterable[str]) -> Iterator[str]:
    """Return years, volumes and last pages as references print them."""
    for text in cited:
        if text.isdigit():
            yield from (f"({text}", f", {text}(", f", {text},", f"; {text}")
        elif pages := re.fullmatch(r"(\d+)-(\d+)", text):
            first, last = pages.groups()
            yield f"{first}-{first[: len(first) - len(last)]}{last}"


def strings(found: Any) -> Iterator[str]:
    """Return all texts and figures of nested lists and mappings, as text."""
    parts = found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else None
    if parts is None:
        yield str(found)
    for part in parts or ():
        yield from strings(part)
