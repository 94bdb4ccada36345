"""Read study records of ClinicalTrials.gov in JSON: one study, a list of them, or the answer to a search."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.ctgov.arms import Arms
from ipt_evidence.exchange.ctgov.measures import take_measure
from ipt_evidence.exchange.ctgov.tree import Node
from ipt_evidence.exchange.ctgov.trial import take_trial
from ipt_evidence.exchange.ctgov.words import kind
from ipt_evidence.exchange.foreign import Text, read_foreign, refuse
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.extraction.breaches import shown
from ipt_evidence.words.numbers import counted

TABLES = ("trials", "arms", "outcomes", "sources")


def read_ctgov(path: Path) -> Imported:
    """Read the results of studies in the JSON of ClinicalTrials.gov.

    Parameters
    ----------
    path : Path
        A study as the API (version 2) gives it, a list of such, or ``{"studies": [...]}``.

    Returns
    -------
    Imported
        trials, arms, outcomes and sources, with what was left and what is to be done; lines are those on which the
        records begin.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is no JSON, or holds no such record.
    """
    source = read_foreign(path)
    ledger = Ledger(source.file)
    studies = _studies(source, ledger)
    for place, study in enumerate(studies):
        number = Node(study, "", set()).at("protocolSection", "identificationModule", "nctId").text
        _take_study(Node(study, number or f"study {place + 1}", set()), _line_of(source.text, number), ledger)
    if ledger.rows["trials"]:
        _ask(ledger)
    return ledger.imported("ctgov", TABLES)


def _studies(source: Text, ledger: Ledger) -> list[Any]:
    try:
        content = json.loads(source.text)
    except ValueError as problem:
        refuse(source.file, f"the file is no JSON ({problem})", "Download the record again")
    if isinstance(content, dict) and "studies" in content:
        if content.get("nextPageToken"):
            reason = "this is one page of an answer, and others follow: save and import them too"
            ledger.ask(1, "nextPageToken", reason)
        content = content["studies"]
    studies = content if isinstance(content, list) else [content]
    if not any(isinstance(study, dict) and "protocolSection" in study for study in studies):
        rule = "no record of a study: none has a protocolSection"
        refuse(source.file, rule, "Download the record in JSON, in the form of version 2 of the API")
    return studies


def _line_of(text: str, number: str) -> int:
    place = text.find(f'"{number}"') if number else -1
    return text.count("\n", 0, place) + 1 if place >= 0 else 1


def _take_study(study: Node, line: int, ledger: Ledger) -> None:
    """Take one record, or say why it is left; name what of it was not read."""
    number = study.at("protocolSection", "identificationModule", "nctId").text
    if reason := _not_taken(study, number):
        ledger.leave(line, f"{study.path}: record", reason)
        return
    trial = number.lower()
    source = f"ctgov_{trial}"
    arms = Arms(study, trial, line, ledger)
    model = study.at("protocolSection", "designModule", "designInfo", "interventionModel").text
    if model and kind(model) != "PARALLEL":
        reason = "its groups are taken as arms: check that each pair of them compares what was randomised"
        ledger.ask(line, f"{trial}: intervention model {model.lower()}", reason)
    take_trial(study, trial, line, arms, ledger)
    shared = {"trial_id": trial, "source_id": source}
    _take_source(study, number, source, line, ledger)
    _take_dropout(arms, shared, line, ledger)
    for measure in study.at("resultsSection", "outcomeMeasuresModule", "outcomeMeasures"):
        take_measure(measure, arms, shared, line, ledger)
    _leave_harms(study, trial, line, ledger)
    _leave_unread(study, line, ledger)


def _not_taken(study: Node, number: str) -> str:
    design = study.at("protocolSection", "designModule", "designInfo")
    allocation, model = (kind(design.at(name).text) for name in ("allocation", "interventionModel"))
    if not number:
        return "it has no NCT number"
    if not study.at("resultsSection").value:
        return "it has no posted results"
    if allocation != "RANDOMIZED":
        said = allocation.lower().replace("_", "-") or "not stated"
        return f"its allocation is {said}: the tables hold randomised trials"
    if model == "CROSSOVER":
        return "a crossover trial: its groups are sequences, and both have had the treatment in the end"
    return ""


def _take_source(study: Node, number: str, source: str, line: int, ledger: Ledger) -> None:
    updated = study.at("protocolSection", "statusModule", "lastUpdatePostDateStruct", "date").text
    title = f"ClinicalTrials.gov {number}, posted results{f', record of {updated}' if updated else ''}"
    ledger.take("sources", line, {"source_id": source, "kind": "database", "title": title})


def _take_dropout(arms: Arms, shared: Cells, line: int, ledger: Ledger) -> None:
    """Take those who started and did not complete the first period."""
    for arm, started in arms.started.items():
        completed, what = arms.completed.get(arm, ""), f"{shared['trial_id']}: dropout of {arm}"
        if not completed:
            ledger.leave(line, what, "the participant flow does not say how many completed")
        elif not 0 <= int(completed) <= int(started) or started == "0":
            ledger.leave(line, what, f"{completed} completed of {started} who started")
        else:
            cells = {
                **{**shared, "arm_id": arm, "outcome": "dropout", "domain": "dropout", "timepoint": "post"},
                **{"measure": "binary", "events": str(int(started) - int(completed)), "total": started},
                "derived": f"participant flow: {started} started, {completed} completed the first period",
            }
            ledger.take("outcomes", line, cells)


def _leave_harms(study: Node, trial: str, line: int, ledger: Ledger) -> None:
    for group in study.at("resultsSection", "adverseEventsModule", "eventGroups"):
        counted = {
            name: f"{group.at(f'{name}NumAffected').text} of {group.at(f'{name}NumAtRisk').text}"
            for name in ("deaths", "serious", "other")
            if group.at(f"{name}NumAffected").text
        }
        said = ", ".join(f"{name} {people}" for name, people in counted.items()) or "no numbers"
        what = f"{trial}: adverse events, {group.at('title').text}: {said}"
        ledger.leave(line, what, "the vocabulary has no outcome for harms: enter them by hand if the review asks")


def _leave_unread(study: Node, line: int, ledger: Ledger) -> None:
    """Name each module of which something was not read, with how many values and the first of them."""
    modules: defaultdict[str, list[Node]] = defaultdict(list)
    for node in study.unread():
        modules[".".join(node.path.split("[")[0].split(".")[:3])].append(node)
    for module, nodes in modules.items():
        first, values = nodes[0], counted(len(nodes), "value")
        what = f"{module}: {values}, the first {first.path.removeprefix(f'{module}.')} '{shown(first.value)}'"
        ledger.leave(line, what, "the raw tables have no place for them")


def _ask(ledger: Ledger) -> None:
    """Ask once what no record says."""
    ledger.ask(None, "references", "references.bib needs an entry for each trial; the notes in trials.csv name reports")
    ledger.ask(None, "trial_id", "the registry number: write the key of the trial if other tables hold it already")
    ledger.ask(None, "sources.licence", "fill it: the registry's terms of use, as you read them")
    ledger.ask(None, "time point", "post, unless the title or time frame speaks of follow-up: check it")
    adjusted = "an adjusted mean, and the SD from its standard error or interval holds the adjustment: look it up"
    for _, cells in ledger.rows["outcomes"].values():
        what = f"{cells['trial_id']}: {cells.get('criterion', '')}: arm {cells['arm_id']}"
        if cells["derived"].startswith("least squares"):
            ledger.ask(None, what, adjusted)
        if not cells.get("weeks") and cells["outcome"] != "dropout":
            ledger.ask(None, what, "weeks: the record names no time or several")
    ledger.ask_to_fill("trials.condition", "trials.phase")
