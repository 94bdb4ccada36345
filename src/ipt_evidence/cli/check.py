"""ipt-evidence check: everything that is wrong or odd in what the pipeline starts from."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ipt_evidence.cli.terminal import CONFIG, QUESTIONS, RAW, STRENGTH_RULES, VOCABULARY, Terminal, settings_of
from ipt_evidence.extraction.breaches import LEVELS, Breach, ExtractionError, Level, counted, errors_in
from ipt_evidence.extraction.checks.recall import Recall
from ipt_evidence.extraction.inputs import Examination, examine, odd_beside_errors
from ipt_evidence.extraction.settings import settings_breaches
from ipt_evidence.words.doubts import share_found

COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def check(
    raw: Annotated[Path, typer.Option(help="Folder with the raw tables.")] = RAW,
    vocabulary: Annotated[Path, typer.Option(help="Folder with the vocabulary.")] = VOCABULARY,
    questions: Annotated[Path, typer.Option(help="The review plan.")] = QUESTIONS,
    rules: Annotated[Path, typer.Option(help="The rule table of the strength labels.")] = STRENGTH_RULES,
    config: Annotated[Path, typer.Option(help="The configuration, which names the therapy under review.")] = CONFIG,
    level: Annotated[Level, typer.Option(help="Show findings from this level up.")] = "warning",
    doubts: Annotated[bool, typer.Option("--doubts", help="List the known doubts, and which a check finds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON document.")] = False,
) -> None:
    """Check tables, references, plan, rules and configuration: errors stop the pipeline, warnings and notes do not."""
    settings = settings_of(config)
    examination = examine(raw, vocabulary, questions, rules, str(settings["review"]["intervention"]))
    if wrong := settings_breaches(settings, config.as_posix()):
        found = ExtractionError([*errors_in(examination.findings), *wrong]).breaches
        examination = replace(examination, findings=found, inputs=examination.inputs.head(0), doubts=())
    errors = errors_in(examination.findings)
    if as_json:
        print(_document(examination))
    elif errors:
        print(ExtractionError(errors), file=sys.stderr)
        _tell_beside(Terminal(), examination, level)
    else:
        _tell(Terminal(), examination, level, doubts)
    if not as_json:
        _tell_of_reports(Terminal())
    raise typer.Exit(1 if errors else 0)


def _tell_of_reports(console: Terminal) -> None:
    from ipt_evidence.reporting.as_left import NOTES, not_as_noted
    from ipt_evidence.reporting.made_from import out_of_date

    edited = not_as_noted(Path()) if NOTES.is_file() else []  # there need not have been a run
    for sentence in [*edited, *out_of_date(Path())]:
        console.print(Text(sentence))


def _document(examination: Examination) -> str:
    content = {
        "counts": _counts(examination.findings),
        "findings": [asdict(finding) for finding in examination.findings],
        "inputs": examination.inputs.to_dict("records"),
        "doubts": [asdict(doubt) for doubt in examination.doubts],
    }
    return json.dumps(content, indent=1)


def _counts(findings: Iterable[Breach]) -> dict[str, int]:
    found = Counter(finding.level for finding in findings)
    return {level: found[level] for level in LEVELS}


def _tell(console: Terminal, examination: Examination, level: Level, doubts: bool) -> None:
    shown = LEVELS[: LEVELS.index(level) + 1]
    _tell_by_file(console, [finding for finding in examination.findings if finding.level in shown])
    if doubts:
        console.print(_list_of_doubts(examination.doubts), "")
    counts = _counts(examination.findings)
    numbers = ", ".join(counted(number, name) for name, number in counts.items())
    hidden = sum(number for name, number in counts.items() if name not in shown)
    more = f"; {hidden} not shown, see --level note" if hidden else ""
    console.print(Text(f"{counted(len(examination.inputs), 'file')} checked: {numbers}{more}."))
    if examination.doubts:
        console.print(Text(share_found([doubt.seen for doubt in examination.doubts])))


def _tell_beside(console: Terminal, examination: Examination, level: Level) -> None:
    """Lay out what looks odd in the rows without errors, so that both can be looked up at once."""
    shown = LEVELS[: LEVELS.index(level) + 1]
    visible = [finding for finding in odd_beside_errors(examination) if finding.level in shown]
    if visible:
        console.print(Text("What looks odd in the rows without errors:"))
    _tell_by_file(console, sorted(visible, key=lambda finding: finding.file))


def _tell_by_file(console: Terminal, findings: Iterable[Breach]) -> None:
    for file, found in groupby(findings, key=lambda finding: finding.file):
        console.print(_of_file(file, list(found)), "")


def _of_file(file: str, found: list[Breach]) -> Table:
    """Lay out the findings of a file; text from data is printed as it is, never as markup."""
    view = Table.grid(padding=(0, 1))
    view.title, view.title_justify = Text(f"{file} ({counted(len(found), 'finding')})"), "left"
    view.title_style = "bold"
    view.add_column(no_wrap=True)
    view.add_column(no_wrap=True, justify="right")
    view.add_column(overflow="fold")
    for finding in found:
        place = "" if finding.line is None else f"line {finding.line}"
        row = Text(f"{finding.row}\n" if finding.row else "", style="dim")
        view.add_row(Text(finding.level, style=COLOURS[finding.level]), place, row + Text(finding.message))
    return view


def _list_of_doubts(doubts: tuple[Recall, ...]) -> Table:
    view = Table(title="Known doubts, and which check points at them", title_justify="left")
    for name in ("doubt", "table", "found by", "why it needs a reader"):
        view.add_column(name, overflow="fold")
    for doubt in sorted(doubts, key=lambda doubt: doubt.seen != "reader"):
        view.add_row(Text(doubt.doubt_id), Text(doubt.table), Text(", ".join(doubt.checks)), Text(doubt.reason))
    return view
