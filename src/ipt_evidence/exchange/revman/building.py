"""Raw tables from the results of a RevMan file."""

from collections import defaultdict

from ipt_evidence.exchange.ledger import Cells, Ledger, key_of
from ipt_evidence.exchange.names import unique_slugs, word
from ipt_evidence.exchange.numerals import same_cell, whole
from ipt_evidence.exchange.oddities import ask_about_alike, in_rows
from ipt_evidence.exchange.revman.arms import Arms, Group
from ipt_evidence.exchange.revman.figures import Read, read_figures
from ipt_evidence.exchange.revman.repeats import in_subgroups, repeated, split_groups
from ipt_evidence.exchange.revman.rows import Analysis, Judgement, Result, RevMan
from ipt_evidence.exchange.revman.words import (
    better_side,
    domain_of,
    measured_domain,
    outcome_of,
    treatment_of,
    verdict_of,
)
from ipt_evidence.extraction.choices import TOOL_JUDGEMENTS


class Builder:
    """Gathers the rows of one file; ``source`` is the key of the source its figures come from."""

    def __init__(self, content: RevMan, source: str) -> None:
        self.ledger = Ledger(content.file)
        self._source = source
        names = [*(each.study for each in content.results), *(each.study for each in content.judgements)]
        self._trials = unique_slugs({name: name for name in names if name}, "study", joint="")
        ask_about_alike(names, self.ledger)
        self._undirected: defaultdict[str, list[int]] = defaultdict(list)
        sound = [read for each in content.results if (read := self._read(each))]
        self._arms = Arms(sound)
        for read in sound:
            self._take(read)
        for judgement in content.judgements:
            self._judge(judgement)
        self._ask(sound)
        self._ask_directions(sound)

    def _read(self, result: Result) -> Read | None:
        """Return a result whose figures are sound; else say why it is left."""
        labels = {label.lower() for label in result.analysis.labels}
        try:
            if not result.study:
                raise ValueError("no study is named")
            if len(labels) < 2:
                raise ValueError("both groups have one label, so their arms cannot be told apart")
            return read_figures(result)
        except ValueError as problem:
            self.ledger.leave(result.line, f"{_what(result)}{_holding(result)}", str(problem))
            return None

    def _take(self, read: Read) -> None:
        arms = self._arms.of(read.result.study, read.result.analysis)
        self._take_trial(read.result, arms)
        keys = (arms[0][0], arms[1][0])
        if read.contrast is None:
            self._take_figures(read, keys)
        else:
            self._take_contrast(read.result, dict(read.contrast), keys)

    def _take_trial(self, result: Result, arms: tuple[tuple[str, Group], tuple[str, Group]]) -> None:
        trial = self._trials[result.study]
        cells = {"trial_id": trial, "label": result.study, "year": result.year, "citekey": trial}
        self.ledger.keep_first("trials", result.line, cells, f"trial {trial}")
        for side, (arm, group) in enumerate(arms, start=1):
            treatment = treatment_of(group.label, group.comparisons[0], side)
            row = {"trial_id": trial, "arm_id": arm, "treatment": treatment, "detail": _detail(group)}
            self.ledger.take("arms", result.line, row)

    def _take_figures(self, read: Read, arms: tuple[str, str]) -> None:
        result, what = read.result, _what(read.result)
        shared = {**_shared(result.analysis), "trial_id": self._trials[result.study], "source_id": self._source}
        rows = [{**shared, **cells, "arm_id": arm} for cells, arm in zip(read.figures, arms, strict=True)]
        before = [self.ledger.line_of("outcomes", row) for row in rows]
        if wrong := self.ledger.contradiction("outcomes", rows, ("mean", "sd", "n", "events", "total")):
            self.ledger.leave(result.line, what, wrong)
            return
        for row in rows:
            self._ask_of_turned(result, row)
        if None not in before:
            self.ledger.leave(result.line, what, f"repeats line {before[0]}")
            return
        for row in rows:
            self.ledger.take("outcomes", result.line, row)

    def _ask_of_turned(self, result: Result, row: Cells) -> None:
        """Ask about a result of which the plot says the opposite of what that of an earlier comparison said."""
        line, taken = self.ledger.rows["outcomes"].get(key_of("outcomes", row), (None, {}))
        said, here = taken.get("lower_is_better", ""), row.get("lower_is_better", "")
        if said and here and said != here:
            kept, turned = ("lower", "higher") if said == "true" else ("higher", "lower")
            reason = f"the plot of line {line} says that {kept} is better, this one {turned}: put lower_is_better right"
            self.ledger.ask(result.line, _what(result), reason)

    def _take_contrast(self, result: Result, contrast: Cells, arms: tuple[str, str]) -> None:
        trial, (first, second) = self._trials[result.study], arms
        better = better_side(result.analysis, float(contrast["signed"]))
        cells = {**_shared(result.analysis), **contrast, "source_id": self._source}
        cells |= {"trial_id": trial, "arm1_id": first, "arm2_id": second}
        cells["favours"] = {1: first, 2: second}.get(better, "")
        cells |= self._sizes(result)
        if wrong := self.ledger.contradiction("contrasts", [cells], ("value", "se", "favours")):
            self.ledger.leave(result.line, _what(result), wrong)
        elif (line := self.ledger.line_of("contrasts", cells)) is not None:
            self.ledger.leave(result.line, _what(result), f"repeats line {line}")
        else:
            self.ledger.take("contrasts", result.line, cells)
            if not better:
                self._undirected[result.analysis.outcome].append(result.line)

    def _sizes(self, result: Result) -> Cells:
        """Return the sizes of the groups behind an estimate; 0 is an unused cell."""
        found = {}
        for side in (1, 2):
            what = f"{_what(result)}: size of group {side}"
            size = self.ledger.read(whole, result.cells.get(f"total{side}", ""), result.line, what)
            found[f"n{side}"] = size if size and int(size) > 0 else ""
        return found

    def _judge(self, judgement: Judgement) -> None:
        """Take a judgement on the risk of bias, or say why it is left."""
        what = f"{judgement.study or 'study without a name'}: risk of bias, {judgement.item}"
        trial, verdict = self._trials.get(judgement.study, ""), verdict_of(judgement.result)
        tool, domain = domain_of(judgement.item)
        if not domain:
            self.ledger.leave(judgement.line, what, "the item has no place in risk_of_bias.csv")
        elif verdict not in TOOL_JUDGEMENTS[tool][domain]:
            self.ledger.leave(judgement.line, what, f"the result is '{judgement.result}'")
        elif self.ledger.line_of("trials", {"trial_id": trial}) is None:
            reason = f"the judgement is {verdict}, but no result of the study was taken, so it is not in trials.csv"
            self.ledger.leave(judgement.line, what, reason)
        else:
            cells = {"trial_id": trial, "tool": tool, "domain": domain, "judgement": verdict}
            cells["source_id"] = self._source
            self.ledger.keep_first("risk_of_bias", judgement.line, cells, what)

    def _ask(self, sound: list[Read]) -> None:
        """Ask what the figures leave open: arms under one label, groups that were split, results under two names."""
        for study, groups in self._arms.apart():
            keys = ", ".join(key for key, _ in groups)
            reason = (
                f"its figures differ from comparison to comparison, so it is taken as the arms {keys}: check which "
                "people each is, and what they were given"
            )
            self.ledger.ask(groups[1][1].line, f"{study}: group '{groups[0][1].label}'", reason)
        for remark in (*split_groups(sound), *repeated(sound), *in_subgroups(sound)):
            self.ledger.ask(*remark)

    def _ask_directions(self, sound: list[Read]) -> None:
        """Ask once an outcome which way means and estimates are better, where the labels of the plot do not say it."""
        open_: defaultdict[str, list[int]] = defaultdict(list)
        for read in sound:
            analysis = read.result.analysis
            if analysis.kind == "means" and not better_side(analysis, -1.0):
                open_[analysis.outcome].append(read.result.line)
        for name, lines in open_.items():
            reason = "the file does not say which way is better: fill lower_is_better in outcomes.csv"
            self.ledger.ask(lines[0], f"direction of {name}", f"{reason} ({in_rows(lines)})")
        for name, lines in self._undirected.items():
            reason = "the file does not say which side is better: fill favours in contrasts.csv"
            self.ledger.ask(lines[0], f"effects on {name}", f"{reason} ({in_rows(lines)})")


def _what(result: Result) -> str:
    return f"{result.study or 'study without a name'}: {result.analysis.outcome}"


def _holding(result: Result) -> str:
    """Return the figures of a result that is left; a 0 is an unused cell."""
    said = ", ".join(f"{name} {cell}" for name, cell in result.cells.items() if cell and not same_cell(cell, "0"))
    return f" ({said})" if said else ""


def _detail(group: Group) -> str:
    """Return the label of a group with the comparisons it stands in."""
    named = [f"comparison {name}" if name.isdigit() else name for name in group.comparisons if name]
    return f"{group.label} ({'; '.join(named)})" if named else group.label


def _shared(analysis: Analysis) -> Cells:
    """Return what the rows of an analysis have in common."""
    name = " | ".join(filter(None, (analysis.outcome, analysis.subgroup)))
    outcome = outcome_of(analysis.outcome) or word(analysis.outcome.lower()) or "outcome"
    change = analysis.kind == "means" and "change" in analysis.outcome.lower()
    cells = {
        "outcome": outcome,
        "domain": measured_domain(outcome, analysis.outcome),
        "criterion": name,
        "timepoint": "followup" if "follow" in name.lower() else "post",
    }
    if analysis.kind == "counts":
        return cells | {"measure": "binary"}
    low = better_side(analysis, -1.0)
    lower_is_better = {1: "true", 2: "false"}.get(low, "")
    return cells | {"measure": "change" if change else "continuous", "lower_is_better": lower_is_better}
