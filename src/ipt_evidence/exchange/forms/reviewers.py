"""Which program a form comes from, and whose extraction of a study is taken where several people extracted it."""

from collections import defaultdict
from dataclasses import dataclass, replace

from ipt_evidence.exchange.foreign import Record, Sheet


@dataclass(frozen=True, slots=True)
class Program:
    """A program that reviewers extract in.

    Attributes
    ----------
    name : str
        What it is called.
    columns : frozenset of str
        Columns that every export of it has.
    study, reviewer : str
        Columns that name the study, and who extracted it; empty text if there is none.
    consensus : (str, str)
        A column, and what stands in it where the reviewers agreed.
    """

    name: str
    columns: frozenset[str]
    study: str
    reviewer: str = ""
    consensus: tuple[str, str] = ("", "")


COVIDENCE_1 = Program(
    "Covidence (Extraction 1)", frozenset({"study_identifier", "intervention"}), study="study_identifier"
)
COVIDENCE_2 = Program(
    "Covidence (Extraction 2)",
    frozenset({"covidence_#", "study_id", "reviewer_name"}),
    study="study_id",
    reviewer="reviewer_name",
    consensus=("reviewer_name", "consensus"),
)
DISTILLER = Program("DistillerSR", frozenset({"refid", "user", "level"}), study="refid", reviewer="user")
SRDR = Program(
    "SRDR+",
    frozenset({"extraction_id", "consolidated", "username", "citation_id", "citation_name"}),
    study="citation_id",
    reviewer="username",
    consensus=("consolidated", "true"),
)
PROGRAMS = (COVIDENCE_1, COVIDENCE_2, DISTILLER, SRDR)


def program_of(columns: tuple[str, ...]) -> Program | None:
    """Return the program that a table with these columns comes from, None if it is none of `PROGRAMS`."""
    return next((program for program in PROGRAMS if program.columns <= {*columns}), None)


def agreed(sheet: Sheet) -> Sheet:
    """Return the rows of one extraction a study: the consensus, or that of the only reviewer; any other table as it is.

    The rows that go, each with a line of its own, are those beside a consensus, and all those of a study that several
    people extracted without one.
    """
    program = program_of(sheet.columns)
    if program is None or not program.reviewer:
        return sheet
    by_study: defaultdict[str, list[Record]] = defaultdict(list)
    for record in sheet.records:
        by_study[record.get(program.study)].append(record)
    kept, left = [], list(sheet.left)
    for rows in by_study.values():
        column, said = program.consensus
        consensus = [record for record in rows if column and record.get(column).lower() == said]
        people = list(dict.fromkeys(record.get(program.reviewer) for record in rows))
        taken = consensus or (rows if len(people) < 2 else [])
        kept += taken
        reason = (
            "the consensus is taken"
            if consensus
            else f"{', '.join(people)} extracted it and there is no consensus: keep the rows of one of them"
        )
        left += [(record.line, _row(record, program), reason) for record in rows if record not in taken]
    return replace(sheet, records=tuple(sorted(kept, key=lambda each: each.line)), left=tuple(left))


def _row(record: Record, program: Program) -> str:
    return f"{record.get(program.study)}: row of {record.get(program.reviewer) or 'nobody'}"
