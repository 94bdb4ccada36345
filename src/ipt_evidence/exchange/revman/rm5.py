"""Read the XML files of RevMan 5 (RM5)."""

from collections.abc import Iterator
from pathlib import Path

from ipt_evidence.exchange.foreign import read_bytes, refuse
from ipt_evidence.exchange.mojibake import words_put_right
from ipt_evidence.exchange.revman.rows import Analysis, Judgement, Kind, Result, RevMan
from ipt_evidence.exchange.xml import Document, Element
from ipt_evidence.words.numbers import counted

KINDS: dict[str, Kind] = {"DICH": "counts", "CONT": "means", "CONTINUOUS": "means", "IV": "estimate"}
"""Beginning of the tags of an outcome and its data, and what they hold.

``IPD`` (O-E and variance) and ``OTHER`` have no place in the raw tables."""

CELLS = {
    **{f"{name}{side}": f"{tag}_{side}" for name, tag in (("events", "EVENTS"), ("mean", "MEAN")) for side in (1, 2)},
    **{f"{name}{side}": f"{tag}_{side}" for name, tag in (("sd", "SD"), ("total", "TOTAL")) for side in (1, 2)},
    **{"estimate": "EFFECT_SIZE", "se": "SE", "o_e": "O_E", "variance": "VAR"},
}


def read_rm5(path: Path) -> RevMan:
    """Read an RM5 file.

    Raises
    ------
    ExtractionError
        If it cannot be read, is no safe XML, or no review of RevMan 5.
    """
    file = path.as_posix()
    document = Document(read_bytes(path), file, "Export the review again")
    root = document.root()
    if root.tag != "COCHRANE_REVIEW":
        refuse(file, f"the XML is no RevMan review: it starts with <{root.tag}>", "Choose the .rm5 file of the review")
    studies = {
        study.attributes.get("ID", ""): study
        for part in root.walk("INCLUDED_STUDIES", "STUDIES")
        for study in part.walk("STUDY")
    }
    title = next((each.get("TITLE") for each in root.walk("COVER_SHEET")), "")
    return RevMan(
        file=file,
        title=title,
        results=tuple(_results(root, studies)),
        judgements=tuple(_judgements(root, studies)),
        left=tuple(_left(root)),
        asked=tuple(words_put_right(document.misread)),
    )


def _results(root: Element, studies: dict[str, Element]) -> Iterator[Result]:
    for comparison in root.walk("COMPARISON"):
        for outcome in comparison.children:
            if outcome.tag.endswith("_OUTCOME"):
                kind = KINDS.get(outcome.tag.removesuffix("_OUTCOME"), "other")
                yield from _of_outcome(outcome, comparison.get("NAME"), kind, studies)


def _of_outcome(outcome: Element, comparison: str, kind: Kind, studies: dict[str, Element]) -> Iterator[Result]:
    subgroups = [child for child in outcome.children if child.tag.endswith("_SUBGROUP")]
    for part in (outcome, *subgroups):
        analysis = Analysis(
            comparison=comparison,
            outcome=outcome.get("NAME"),
            subgroup="" if part is outcome else part.get("NAME"),
            labels=(outcome.get("GROUP_LABEL_1") or "experimental", outcome.get("GROUP_LABEL_2") or "control"),
            sides=(outcome.get("GRAPH_LABEL_1"), outcome.get("GRAPH_LABEL_2")),
            measure=outcome.get("EFFECT_MEASURE"),
            kind=kind,
        )
        for data in part.children:
            if data.tag.endswith("_DATA"):
                yield _result(data, analysis, studies)


def _result(data: Element, analysis: Analysis, studies: dict[str, Element]) -> Result:
    study = studies.get(data.attributes.get("STUDY_ID", ""))
    cells = {name: data.attributes.get(tag, "").strip() for name, tag in CELLS.items()}
    for side in (1, 2):
        cells[f"total{side}"] = cells[f"total{side}"] or data.attributes.get(f"N_{side}", "").strip()
    return Result(
        line=data.line,
        study=_label(data.attributes.get("STUDY_ID", ""), study),
        year=study.get("YEAR").rstrip(".") if study else "",
        analysis=analysis,
        cells=cells,
    )


def _label(identifier: str, study: Element | None) -> str:
    name = study.get("NAME") if study else ""
    return " ".join((name or identifier.removeprefix("STD-").replace("_x002d_", "-").replace("-", " ")).split())


def _judgements(root: Element, studies: dict[str, Element]) -> Iterator[Judgement]:
    for item in root.walk("QUALITY_ITEM"):
        for entry in item.walk("QUALITY_ITEM_DATA_ENTRY"):
            identifier = entry.attributes.get("STUDY_ID", "")
            label = _label(identifier, studies.get(identifier))
            yield Judgement(line=entry.line, study=label, item=item.get("NAME"), result=entry.get("RESULT"))


def _left(root: Element) -> Iterator[tuple[int | None, str, str]]:
    for tag, reason in (
        ("INCLUDED_CHAR", "descriptions in words: read them, and fill trials.csv and arms.csv by hand"),
        ("EXCLUDED_CHAR", "reasons in words: enter them in excluded_reports.csv with one of its reasons"),
        ("FOOTNOTE", "notes in words: read them beside the figures they stand at"),
        ("REFERENCE", "export the references from RevMan as RIS, and import that file"),
    ):
        found = list(root.walk(tag))
        if found:
            yield found[0].line, f"{counted(len(found), 'element')} {tag}", reason
