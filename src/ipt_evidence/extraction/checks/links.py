"""Checks that whatever a row names exists: trial, arm, source, guide, citation."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.schemas.links import ARM_LINKS, SOURCE_LINKS, TRIAL_LINKS, Link
from ipt_evidence.words.vocabulary import nearest

ADD = "Add it there, or correct it: {near}"


def trials_exist(draft: Draft) -> Iterator[Breach]:
    """Yield rows of a trial that trials.csv does not list."""
    for link in TRIAL_LINKS:
        yield from _unlisted(draft, link)


def known_trials_exist(draft: Draft) -> Iterator[Breach]:
    """Yield published results that name a trial that trials.csv does not list."""
    if not draft.tables.readable("trials"):
        return
    known = set(draft.tables.frames["trials"]["trial_id"].dropna())
    named = draft.tables.frames["benchmarks"]["trials"]
    for line, row in draft.rows("benchmarks", named.notna()):
        for trial in sorted(set(row["trials"].split(";")) - known):
            rule, remedy = f"{trial} must be listed in trials.csv", f"Correct or remove it: {nearest(trial, known)}"
            yield draft.breach("benchmarks", line, row, "trials", rule, remedy)


def sources_exist(draft: Draft) -> Iterator[Breach]:
    """Yield rows from a source that sources.csv does not list."""
    for link in SOURCE_LINKS:
        yield from _unlisted(draft, link)


def arms_exist(draft: Draft) -> Iterator[Breach]:
    """Yield rows of an arm that arms.csv does not list for their trial."""
    arms = draft.tables.frames["arms"].groupby("trial_id")["arm_id"].agg(set).to_dict()
    for link in ARM_LINKS:
        table, column = link.table, link.columns[-1]
        frame = draft.tables.frames[table]
        pairs = zip(frame["trial_id"], frame[column], strict=True)
        # A trial without any arm is named once, by trials_have_two_arms.
        stray = pd.Series([arm not in arms.get(trial, {arm}) for trial, arm in pairs], index=frame.index, dtype=bool)
        for line, row in draft.rows(table, frame[column].notna() & stray):
            remedy = f"Add the arm to arms.csv, or correct it: {nearest(row[column], arms[row['trial_id']])}"
            yield draft.breach(table, line, row, column, f"must be an arm of {row['trial_id']}", remedy)


def trials_have_two_arms(draft: Draft) -> Iterator[Breach]:
    """Yield trials of fewer than two arms."""
    if not draft.tables.readable("arms"):
        return
    arms = draft.tables.frames["arms"].groupby("trial_id")["arm_id"].nunique()
    trials = draft.tables.frames["trials"]["trial_id"]
    found = trials.map(arms).fillna(0)
    for line, row in draft.rows("trials", trials.notna() & (found < 2)):
        rule = f"must have at least 2 arms in arms.csv, and has {found[line]:.0f}"
        yield draft.breach("trials", line, row, "trial_id", rule, "Add its arms, or remove the trial")


def guides_exist(draft: Draft) -> Iterator[Breach]:
    """Yield claims and citations of a guide that guides.yaml does not list."""
    if draft.guides is None:
        return
    rule = "must be a guide listed in guides.yaml"
    yield from draft.unlisted("claims", "guide_id", draft.guides, rule, ADD)
    for library in (draft.references, draft.guide_references):
        for key, entry in library.entries.items():
            for guide in (guide for guide in entry.used_by if guide not in draft.guides):
                breach = partial(Breach, file=library.file, line=entry.line, key=key, column="usedby", value=guide)
                yield breach(rule=rule, remedy=f"Correct it: {nearest(guide, draft.guides)}")


def trials_are_cited(draft: Draft) -> Iterator[Breach]:
    """Yield trials whose report references.bib does not hold."""
    if draft.references.readable:
        rule = "must be the key of an entry in references.bib"
        yield from draft.unlisted("trials", "citekey", draft.references.named, rule, ADD)


def excluded_reports_are_not_entered(draft: Draft) -> Iterator[Breach]:
    """Yield excluded reports that trials.csv holds as a trial or as the report of one."""
    reports = draft.tables.frames["excluded_reports"]["report_id"]
    trials = draft.tables.frames["trials"]
    entered = reports.isin(trials["trial_id"].dropna()) | reports.isin(trials["citekey"].dropna())
    rule, remedy = "the report is entered in trials.csv", "Delete the row, or the trial"
    yield from draft.breaches("excluded_reports", entered, "report_id", rule, remedy)


def reports_belong_to_something_known(draft: Draft) -> Iterator[Breach]:
    """Yield excluded reports that are said to be part of a trial or report that no table holds, or of themselves."""
    reports, trials = draft.tables.frames["excluded_reports"], draft.tables.frames["trials"]
    if not draft.tables.readable("trials"):
        return
    known = {*trials["trial_id"].dropna(), *reports["report_id"].dropna()}
    wrong = reports["part_of"].notna() & (~reports["part_of"].isin(known) | reports["part_of"].eq(reports["report_id"]))
    for line, row in draft.rows("excluded_reports", wrong):
        rule = "must be a trial_id of trials.csv, or another report_id"
        remedy = f"Correct it: {nearest(row['part_of'], known - {row['report_id']})}"
        yield draft.breach("excluded_reports", line, row, "part_of", rule, remedy)


def references_are_used(draft: Draft) -> Iterator[Breach]:
    """Yield entries of references.bib that no trial cites and that are no companion of one a trial cites."""
    if not draft.tables.readable("trials"):
        return
    cited = set(draft.tables.frames["trials"]["citekey"].dropna())
    for key, entry in draft.references.entries.items():
        if key not in cited and entry.companion_of not in cited:
            rule = "no trial of trials.csv cites the entry"
            elsewhere = "move it to guide_references.bib if a guide cites it"
            remedy = f"Add the trial or companionof = {{main report}}, or {elsewhere}"
            yield Breach(file=draft.references.file, line=entry.line, key=key, rule=rule, remedy=remedy)


def guide_references_name_their_guides(draft: Draft) -> Iterator[Breach]:
    """Yield entries of guide_references.bib that no guide uses, or that references.bib holds too."""
    file = draft.guide_references.file
    for key, entry in draft.guide_references.entries.items():
        if not entry.used_by:
            remedy = "Add usedby = {guide_id}, or remove the entry"
            yield Breach(file=file, line=entry.line, key=key, column="usedby", rule="must name a guide", remedy=remedy)
        if key in draft.references.named:
            rule = "the same key stands in references.bib"
            remedy = "Keep the entry there with usedby = {guide_id}, or rename the key if it is another work"
            yield Breach(file=file, line=entry.line, key=key, rule=rule, remedy=remedy)


def _unlisted(draft: Draft, link: Link) -> Iterator[Breach]:
    if draft.tables.readable(link.target):
        (column,), (key,) = link.columns, link.keys
        known = set(draft.tables.frames[link.target][key].dropna())
        yield from draft.unlisted(link.table, column, known, f"must be listed in {link.target}.csv", ADD)
