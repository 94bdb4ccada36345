"""The judgements of a table of risk of bias, row by row."""

import re
from collections import defaultdict

from ipt_evidence.exchange.bias.columns import column_of
from ipt_evidence.exchange.bias.shape import Shape
from ipt_evidence.exchange.bias.words import ANSWERS, JUDGEMENTS, SIGNS, plain, signs
from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy.words import INSTRUMENTS, instrument
from ipt_evidence.exchange.mojibake import mended
from ipt_evidence.exchange.oddities import in_lines
from ipt_evidence.extraction import rob2
from ipt_evidence.extraction.choices import TOOL_JUDGEMENTS
from ipt_evidence.words import labels

ADHERING = "adhering to intervention"
"""How the RoB 2 workbook begins the aim of a row that judges the per-protocol effect."""

OF_ADHERENCE = frozenset({"deviations", "overall", *rob2.QUESTIONS["deviations"]})
"""What the tool judges otherwise there: other questions are asked on deviations."""

OTHER_WORDS = frozenset({"low", "high", "some", "concerns", "unclear", "moderate"})
"""What the text behind a judgement may not hold: it may be another judgement."""

NO_TEXTS = "risk_of_bias.csv holds no texts"

Place = tuple[str, str]


class Judging:
    """Takes the judgements of a table of some shape into a ledger; ``source`` is the key of the file in ``sources``."""

    def __init__(self, sheet: Sheet, shape: Shape, source: str, ledger: Ledger) -> None:
        self._shape, self._source, self._ledger = shape, source, ledger
        self._answers = [name for name in sheet.columns if column_of(name).role == "answer"]
        self._algorithm = [name for name in sheet.columns if column_of(name).role == "algorithm"]
        self._support = [name for name in sheet.columns if column_of(name).role == "support"]
        self._outcomes = [name for name in sheet.columns if column_of(name).role == "outcome"]
        cells = [(record.line, plain(record.get(name))) for record in sheet.records for name in shape.judged]
        self._signed = [line for line, cell in cells if cell in SIGNS]
        tools = {tool for tool, _ in shape.judged.values()}
        self._signs = {tool: signs((cell for _, cell in cells), tool) for tool in tools}
        self._lines: dict[tuple[str, str, str], tuple[int, str]] = {}
        self._again: defaultdict[str, list[str]] = defaultdict(list)

    def take(self, record: Record, trial: str) -> None:
        """Take the judgements and answers of one row; of several rows on one trial and instrument, those of the first.

        A row is one result with all its domains: they are not mixed with those of another.
        """
        said = self._said(record, trial)
        outcome = mended(" | ".join(cell for name in self._outcomes if (cell := record.get(name))))
        judged = instrument(outcome) if instrument(outcome) in INSTRUMENTS else ""
        if outcome and not judged:
            self._ledger.leave(record.line, f"{trial}: judged for '{outcome}'", "no instrument of ours: no column")
        for tool in dict.fromkeys(tool for tool, _ in said):
            of_tool = {domain: judgement for (by, domain), judgement in said.items() if by == tool}
            self._take_row(record, (trial, tool, judged), of_tool, outcome)
        if not said:
            self._ledger.leave(record.line, f"{trial}: row", "it holds no judgement that can be taken")
        for name in self._support:
            if text := record.get(name):
                what = f"{trial}: {labels.words(name)}: {mended(text)}"
                self._ledger.leave(record.line, what, NO_TEXTS)

    def ask(self) -> None:
        """Ask what concerns many rows: what signs mean, and which result of a trial its judgements are of."""
        for trial, told in self._again.items():
            reason = f"judged several times, and the first row is kept: choose; {'; '.join(told)}"
            self._ledger.ask(None, f"{trial}: risk of bias", reason)
        if self._signed:
            read = {sign: word for meaning in self._signs.values() for sign, word in meaning.items()}
            means = ", ".join(f"{sign} {word}" for sign, word in read.items()) or "nothing: they are of two sets"
            what = f"signs in {in_lines(sorted(set(self._signed)))}"
            self._ledger.ask(self._signed[0], what, f"taken to mean {means}: check it")

    def _said(self, record: Record, trial: str) -> dict[Place, str]:
        """Return what a row says by tool and domain or question, and note what it says in other words."""
        adhering = any(cell.lower().startswith(ADHERING) for cell in record.cells.values())
        said: dict[Place, str] = {}
        for name, place in self._shape.judged.items():
            words = {**JUDGEMENTS[place[0]], **self._signs[place[0]]}
            self._add(said, record, trial, name, place, words.get(plain(record.get(name)), ""))
        for name in self._answers:
            question = column_of(name).about
            self._add(said, record, trial, name, ("RoB2", question), ANSWERS.get(plain(record.get(name)), ""))
        for place in [each for each in said if adhering and each[1] in OF_ADHERENCE]:
            reason = f"{said.pop(place)}: the row judges the effect of adhering, the tables hold those of assignment"
            self._ledger.leave(record.line, f"{trial}: risk of bias, {place[1]}", reason)
        self._compare_algorithm(record, trial, said)
        return said

    def _add(self, said: dict[Place, str], record: Record, trial: str, name: str, place: Place, judgement: str) -> None:
        tool, about = place
        allowed = TOOL_JUDGEMENTS[tool][about]
        word, text = ("", "") if judgement else self._with_text(record.get(name), tool)
        if judgement in allowed:
            said[place] = judgement
        elif word in allowed:
            said[place] = word
            self._ledger.leave(record.line, f"{trial}: risk of bias, {about}: {text}", NO_TEXTS)
        elif cell := record.get(name):
            reason = f"'{cell}' is none of {', '.join(allowed)}"
            self._ledger.leave(record.line, f"{trial}: risk of bias, {about}", reason)

    def _with_text(self, cell: str, tool: str) -> tuple[str, str]:
        """Return judgement and text of a cell such as ``High (dropouts)``; empty texts where it may be another."""
        head, _, text = re.sub(r"[(:;,–—-]", "|", cell, count=1).partition("|")
        judgement = JUDGEMENTS[tool].get(plain(head), "") if len(plain(head)) > 1 else ""
        if not text or {*re.findall(r"[a-z]+", text.lower())} & OTHER_WORDS:
            return "", ""
        return judgement, text.strip(" )")

    def _compare_algorithm(self, record: Record, trial: str, said: dict[Place, str]) -> None:
        for name in self._algorithm:
            about, cell = column_of(name).about, record.get(name)
            if cell and JUDGEMENTS["RoB2"].get(plain(cell)) != said.get(("RoB2", about)):
                taken = said.get(("RoB2", about))
                told = f"{taken}, which is taken" if taken else "no judgement that can be taken"
                reason = f"the algorithm gives '{cell}', the assessor {told}"
                self._ledger.leave(record.line, f"{trial}: {labels.words(name)} {cell}", reason)

    def _take_row(self, record: Record, key: tuple[str, str, str], said: dict[str, str], outcome: str) -> None:
        trial, tool, judged = key
        if key in self._lines:
            self._leave_again(record, key, said, outcome)
            return
        self._lines[key] = record.line, outcome
        for domain, judgement in said.items():
            cells = {"trial_id": trial, "tool": tool, "instrument": judged, "domain": domain, "judgement": judgement}
            cells["source_id"] = self._source
            self._ledger.take("risk_of_bias", record.line, cells)

    def _leave_again(self, record: Record, key: tuple[str, str, str], said: dict[str, str], outcome: str) -> None:
        trial, (line, first) = key[0], self._lines[key]
        rows = self._ledger.rows["risk_of_bias"]
        before = {domain: rows[*key, domain][1]["judgement"] if (*key, domain) in rows else "empty" for domain in said}
        differing = [
            f"{domain} {said[domain]} here, {before[domain]} there" for domain in said if before[domain] != said[domain]
        ]
        reason = f"{'; '.join(differing)}: the row of line {line} is kept" if differing else f"repeats line {line}"
        self._ledger.leave(record.line, f"{trial}: risk of bias{f' for {outcome}' if outcome else ''}", reason)
        if differing:
            place = (
                f"line {line}{f' ({first})' if first else ''}, line {record.line}{f' ({outcome})' if outcome else ''}"
            )
            self._again[trial].append(place)
