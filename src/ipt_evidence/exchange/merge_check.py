"""What the checks would say of a review once a merge is done, in the places of the files as they are now."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ipt_evidence.exchange.merging import Merge
from ipt_evidence.exchange.records import read_records
from ipt_evidence.extraction.breaches import Breach, errors_in
from ipt_evidence.extraction.checks.planning import plan_row, unasked
from ipt_evidence.extraction.inputs import examine
from ipt_evidence.extraction.schemas import RAW_FILES

UNASKED = "combinations_are_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFiles:
    """Where the parts of a review lie.

    Attributes
    ----------
    raw, vocabulary, questions, rules : Path
        Folder of the raw tables, folder of the vocabulary, the plan, the rule table of the labels.
    intervention : str
        The treatment class under review.
    """

    raw: Path
    vocabulary: Path
    questions: Path
    rules: Path
    intervention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What the checks say of a review after a merge.

    Attributes
    ----------
    errors : tuple of Breach
        What would stop the pipeline, but for questions that the plan does not ask.
    warnings : tuple of Breach
        What is odd in the rows that come from the folder, beside those that are there; none where there are errors.
    plan_rows : tuple of str
        Rows that the plan would need, as lines of its file.
    """

    errors: tuple[Breach, ...]
    warnings: tuple[Breach, ...]
    plan_rows: tuple[str, ...]


def foresee(merge: Merge, folder: Path, review: ReviewFiles) -> Foreseen:
    """Check a review as a merge would leave it, without touching it.

    What is said of a row or an entry that comes from the folder names the folder's file and line, so that it is mended
    there.
    """
    with tempfile.TemporaryDirectory(prefix="merge-") as draft:
        together = Path(draft) / "raw"
        _lay_out(merge.texts, review.raw, together)
        examination = examine(together, review.vocabulary, review.questions, review.rules, review.intervention)
        origins = _origins(merge, together, folder)
        found = tuple(_as_now(breach, together, review.raw, origins) for breach in examination.findings)
    errors = tuple(breach for breach in errors_in(found) if breach.check != UNASKED)
    if errors:
        return Foreseen(errors=errors, warnings=(), plan_rows=())
    words, missing = examination.draft.vocabulary, unasked(examination.draft, examination.questions)
    rows = tuple(plan_row(question, words, review.intervention) for question, _ in missing)
    offered = {file for file, _ in origins.values()}
    odd = tuple(breach for breach in found if breach.level == "warning" and breach.file in offered)
    return Foreseen(errors=(), warnings=odd, plan_rows=rows)


def _lay_out(texts: Mapping[str, str], raw: Path, folder: Path) -> None:
    folder.mkdir()
    for name in RAW_FILES:
        if name in texts:
            (folder / name).write_text(texts[name], encoding="utf-8", newline="")
        elif (raw / name).exists():
            shutil.copyfile(raw / name, folder / name)


def _origins(merge: Merge, together: Path, folder: Path) -> dict[tuple[str, int], tuple[str, int]]:
    """Return file and line in the folder of each new row or entry, by its file and line after the merge."""
    places: dict[tuple[str, int], tuple[str, int]] = {}
    for each in merge.files:
        path = together / each.name
        records = read_records(path)[0][-each.new :] if each.new else []
        for record, at in zip(records, each.new_lines, strict=True):
            places[path.as_posix(), record.line] = (folder / each.name).as_posix(), at
    return places


def _as_now(breach: Breach, together: Path, raw: Path, origins: Mapping[tuple[str, int], tuple[str, int]]) -> Breach:
    temporary, real = together.as_posix(), raw.as_posix()
    file, line = origins.get((breach.file, breach.line or 0), (breach.file.replace(temporary, real), breach.line))
    rule, remedy = (text.replace(temporary, real) for text in (breach.rule, breach.remedy))
    return replace(breach, file=file, line=line, rule=rule, remedy=remedy)
