"""The chain of one sentence, claim, trial, effect or cell: what it rests on and what rests on it, step by step."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.breaches import shown
from ipt_evidence.reporting.review import Review, rows_by
from ipt_evidence.reporting.tracing.graph import KINDS, Node, cell
from ipt_evidence.reporting.tracing.links import links_of
from ipt_evidence.reporting.tracing.raw import RawCells
from ipt_evidence.reporting.tracing.words import Said, Words

CELL = re.compile(r"(?:data/raw/)?(\w+)\.csv:(\d+)(?::(\w+))?", re.IGNORECASE)
"""How a row or a cell of a raw table is named: file, line, column."""

ASKED = ("question", "claim", "trial", "effect", "pooled", "guide", "guideline", "rule", "source", "doubt", "reference")
"""Kinds that can be asked for by their id alone, the first that has it."""

OF_TRIALS = ("outcomes.csv", "contrasts.csv")
"""Files that hold what trials found."""

NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a chain.

    Attributes
    ----------
    kind, name : str
        What it is, and its id.
    text, place, value : str
        What it says; file and line it stands in; of a cell what it is read as. Empty where there is none.
    typed : str or None
        What is typed in the file where a correction sets the cell; None for all others.
    rests_on : tuple of str
        The next steps, each as ``kind:name``.
    """

    kind: str
    name: str
    text: str
    place: str
    value: str
    typed: str | None
    rests_on: tuple[str, ...]

    @property
    def key(self) -> str:
        """How other steps name it."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The chain of what was asked for, both ways.

    Attributes
    ----------
    asked : str
        The id that was asked for.
    start, down, up : tuple of Step
        What it is; all it rests on; all that rests on it. From what is said to what it was read from.
    without : str
        Why it rests on no result of a trial; empty where it does.
    """

    asked: str
    start: tuple[Step, ...]
    down: tuple[Step, ...]
    up: tuple[Step, ...]
    without: str


class Tracer:
    """Follows chains; what they share is prepared once.

    Parameters
    ----------
    review : Review
        The evidence base with its answers and the audited claims.
    raw : RawCells
        The raw tables it was made from.

    Attributes
    ----------
    links : Links
        What rests on what.
    """

    def __init__(self, review: Review, raw: RawCells) -> None:
        self.links = links_of(review, raw)
        self._raw, self._words = raw, Words(review, raw)
        effects = rows_by(review.tables["effect_sizes"][["effect_id", "trial_id"]], "trial_id")
        self._effects = {trial: [Node("effect", row["effect_id"]) for row in rows] for trial, rows in effects.items()}
        self._rows = {
            row_id: (name, int(line))
            for name in ("outcomes", "contrasts")
            for row_id, line in review.tables[name][["row_id", "line"]].itertuples(index=False)
        }
        known = {kind: {node.name for node in self.links.nodes if node.kind == kind} for kind in KINDS}
        self._known: Mapping[str, set[str]] = {
            **known,
            "question": set(review.answers),
            "trial": set(review.tables["trials"]["trial_id"]),
        }
        # Ids are of small letters; nobody need know that. An id that is typed as it stands comes before all others.
        self._called = {
            kind: {**{name.casefold(): name for name in sorted(names)}, **{name: name for name in names}}
            for kind, names in self._known.items()
        }

    def trace(self, asked: str) -> Trace:
        """Follow the chain of an id, or of a row or cell of a raw table, both ways.

        Raises
        ------
        EvidenceError
            If nothing is called so, naming what is called nearly so.
        """
        start = self.find(asked)
        below = self.links.below(start)
        return Trace(
            asked=asked,
            start=self._steps(start),
            down=self._steps(below),
            up=self._steps(self.links.above(start)),
            without="" if _has_result((*start, *below)) else self._words.without(start),
        )

    def find(self, asked: str) -> tuple[Node, ...]:
        """Return what an id, or a row or cell of a raw table, stands for, in large or small letters.

        Of a trial, its effects too.
        """
        if place := CELL.fullmatch(asked):
            table, line, column = place.groups()
            return self._cells(asked, table.casefold(), line, column and column.casefold())
        if row := self._rows.get(asked) or self._rows.get(asked.casefold()):
            return self._row(*row)
        kind, _, name = asked.partition(":")
        kind = kind.casefold()
        kinds = (kind,) if kind in ASKED and name else ASKED
        wanted = name if kind in ASKED and name else asked
        for kind in kinds:
            if called := self._called[kind].get(wanted) or self._called[kind].get(wanted.casefold()):
                return (Node(kind, called), *(self._effects.get(called, []) if kind == "trial" else ()))
        raise EvidenceError(f"nothing in the review is called {shown(asked)!r}{self._near(wanted)}")

    def _cells(self, asked: str, table: str, line: str, column: str | None) -> tuple[Node, ...]:
        if table not in self._raw.tables:
            raise EvidenceError(f"{shown(asked)}: data/raw has no table {table}.csv; {_listed(self._raw.tables)}")
        frame, number = self._raw.tables[table], int(line)
        if number not in frame.index:
            near = sorted(frame.index, key=lambda at: abs(at - number))[:2]
            raise EvidenceError(f"{shown(asked)}: no row of {table}.csv starts on that line; nearest: {_listed(near)}")
        if column is None:
            return self._row(table, number)
        if column not in frame:
            near = get_close_matches(column, frame.columns, n=NEAR, cutoff=0) or list(frame.columns)
            raise EvidenceError(f"{shown(asked)}: {table}.csv has no column {column}; nearest: {_listed(near)}")
        return (cell(table, number, column),)

    def _row(self, table: str, line: int) -> tuple[Node, ...]:
        nodes = (cell(table, line, column) for column in self._raw.tables[table].columns)
        return tuple(node for node in nodes if self._words.say(node).value)

    def _near(self, wanted: str) -> str:
        names = sorted(set().union(*(self._known[kind] for kind in ASKED)))
        near = [*(name for name in names if wanted and wanted in name), *get_close_matches(wanted, names, n=NEAR)]
        if not near:
            return "; `ipt-evidence trace --help` says what can be asked for"
        return f"; nearest: {_listed(list(dict.fromkeys(near))[:NEAR])}"

    def _steps(self, nodes: Iterable[Node]) -> tuple[Step, ...]:
        nodes = tuple(nodes)
        self._words.set_references(node.name for node in nodes if node.kind == "reference")
        return tuple(self._step(node, self._words.say(node)) for node in nodes)

    def _step(self, node: Node, said: Said) -> Step:
        rests_on = tuple(f"{below.kind}:{below.name}" for below in self.links.down.get(node, ()))
        return Step(kind=node.kind, name=node.name, **asdict(said), rests_on=rests_on)


def _has_result(nodes: Iterable[Node]) -> bool:
    return any(node.kind == "cell" and node.name.startswith(OF_TRIALS) for node in nodes)


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))
