"""Raw tables from the results of a RevMan file."""

from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.names import unique_slugs, word
from ipt_evidence.exchange.numerals import number, whole
from ipt_evidence.exchange.revman.rows import Analysis, Judgement, Result, RevMan
from ipt_evidence.exchange.revman.words import better_side, domain_of, outcome_of, treatment_of
from ipt_evidence.extraction.schemas import RAW_TABLES

OUTCOME_KEY = tuple(RAW_TABLES["outcomes"].unique or ())
CONTRAST_KEY = tuple(RAW_TABLES["contrasts"].unique or ())

STATISTICS = {"OR": "odds_ratio", "PETO_OR": "odds_ratio", "RR": "risk_ratio", "HR": "hazard_ratio"}
DIFFERENCES = {"SMD": "smd", "MD": "mean_difference"}
RESULTS = {"YES": "low", "NO": "high", "UNKNOWN": "unclear"}
FIGURES = {"counts": {"events": "events", "total": "total"}, "means": {"mean": "mean", "sd": "sd", "n": "total"}}


class Builder:
    """Gathers rows, one result at a time.

    Parameters
    ----------
    content : RevMan
        The file.
    source : str
        Key of the source its figures come from.
    """

    def __init__(self, content: RevMan, source: str) -> None:
        self.ledger = Ledger(content.file)
        self._source = source
        names = [*(each.study for each in content.results), *(each.study for each in content.judgements)]
        self._trials = unique_slugs({name: name for name in names if name}, "study", joint="")
        labels: dict[str, dict[str, str]] = {}
        for each in content.results:
            for label in each.analysis.labels:
                labels.setdefault(each.study, {})[label.lower()] = label
        self._arms = {study: unique_slugs(found, "arm") for study, found in labels.items()}

    def add(self, result: Result) -> None:
        """Take a result, or say why it is left."""
        line, what = result.line, f"{result.study or 'study without a name'}: {result.analysis.outcome}"
        if not result.study:
            self.ledger.leave(line, what, "no study is named")
        elif len(set(self._sides(result))) < 2:
            self.ledger.leave(line, what, "both groups have one label, so their arms cannot be told apart")
        elif result.analysis.kind == "other":
            self.ledger.leave(line, what, "neither counts nor means nor an estimate with its standard error")
        else:
            self._take(result, what)

    def judge(self, judgement: Judgement) -> None:
        """Take a judgement on the risk of bias, or say why it is left."""
        domain, verdict = domain_of(judgement.item), RESULTS.get(judgement.result.upper(), "")
        what = f"{judgement.study}: risk of bias, {judgement.item}"
        if not domain or not verdict:
            reason = (
                "the item has no place in risk_of_bias.csv" if not domain else f"the result is '{judgement.result}'"
            )
            self.ledger.leave(judgement.line, what, reason)
            return
        trial = self._trials[judgement.study]
        cells = {"trial_id": trial, "tool": "RoB1", "domain": domain, "judgement": verdict, "source_id": self._source}
        self.ledger.keep_first("risk_of_bias", (trial, domain), judgement.line, cells, what)

    def _take(self, result: Result, what: str) -> None:
        try:
            figures = _by_arm(result) if result.analysis.kind != "estimate" else []
            contrast = _contrast(result) if result.analysis.kind == "estimate" else {}
        except ValueError as problem:
            self.ledger.leave(result.line, what, str(problem))
            return
        self._take_trial(result)
        if figures:
            self._take_figures(result, figures, what)
        else:
            self._take_contrast(result, contrast, what)

    def _take_trial(self, result: Result) -> None:
        trial = self._trials[result.study]
        cells = {"trial_id": trial, "label": result.study, "year": result.year, "citekey": trial}
        self.ledger.keep_first("trials", (trial,), result.line, cells, f"trial {trial}")
        for arm, label in zip(self._sides(result), result.analysis.labels, strict=True):
            row = {"trial_id": trial, "arm_id": arm, "treatment": treatment_of(label), "detail": label}
            self.ledger.take("arms", (trial, arm), result.line, row)

    def _sides(self, result: Result) -> tuple[str, str]:
        first, second = (self._arms[result.study][label.lower()] for label in result.analysis.labels)
        return first, second

    def _take_figures(self, result: Result, figures: list[Cells], what: str) -> None:
        trial = self._trials[result.study]
        rows = [
            {**_shared(result.analysis), **cells, "trial_id": trial, "arm_id": arm, "source_id": self._source}
            for cells, arm in zip(figures, self._sides(result), strict=True)
        ]
        keys = [tuple(row.get(name, "") for name in OUTCOME_KEY) for row in rows]
        for key, row in zip(keys, rows, strict=True):
            if differing := self.ledger.contradicts("outcomes", key, row, ("mean", "sd", "n", "events", "total")):
                before = self.ledger.line_of("outcomes", key)
                reason = f"contradicts line {before} on the arm {row['arm_id']} ({differing}); line {before} is kept"
                self.ledger.leave(result.line, what, reason)
                return
        for key, row in zip(keys, rows, strict=True):
            self.ledger.take("outcomes", key, result.line, row)

    def _take_contrast(self, result: Result, contrast: Cells, what: str) -> None:
        trial, (first, second) = self._trials[result.study], self._sides(result)
        better = better_side(result.analysis, float(contrast["signed"]))
        shared = {**_shared(result.analysis), "source_id": self._source}
        cells = {**shared, **contrast, "trial_id": trial, "arm1_id": first, "arm2_id": second}
        cells["favours"] = {1: first, 2: second}.get(better, "")
        if not better:
            self.ledger.ask(
                result.line, what, "the file does not say which side is better: fill favours in contrasts.csv"
            )
        key = tuple(cells.get(name, "") for name in CONTRAST_KEY)
        self.ledger.keep_first("contrasts", key, result.line, cells, what)


def _shared(analysis: Analysis) -> Cells:
    """Return what the rows of an analysis have in common."""
    name = " | ".join(part for part in (analysis.outcome, analysis.subgroup) if part)
    outcome = outcome_of(analysis.outcome) or word(analysis.outcome.lower()) or "outcome"
    change = analysis.kind == "means" and "change" in analysis.outcome.lower()
    cells = {
        "outcome": outcome,
        "domain": outcome if outcome in ("dropout", "functioning") else "target",
        "criterion": name,
        "timepoint": "followup" if "follow" in name.lower() else "post",
    }
    if analysis.kind == "counts":
        return cells | {"measure": "binary"}
    low = better_side(analysis, -1.0)
    lower_is_better = {1: "true", 2: "false"}.get(low, "")
    return cells | {"measure": "change" if change else "continuous", "lower_is_better": lower_is_better}


def _by_arm(result: Result) -> list[Cells]:
    """Return the figures of both groups.

    Raises
    ------
    ValueError
        If one is missing or impossible.
    """
    names = FIGURES[result.analysis.kind]
    sides = []
    for side in (1, 2):
        raw = {name: result.cells.get(f"{column}{side}", "") for name, column in names.items()}
        if missing := [name for name, cell in raw.items() if not cell]:
            raise ValueError(f"{', '.join(missing)} of group {side} missing")
        cells = {name: (number if name in ("mean", "sd") else whole)(cell) for name, cell in raw.items()}
        people = int(cells.get("n") or cells.get("total") or 0)
        if people < 1:
            raise ValueError(f"nobody in group {side}: the result is not estimable")
        if "sd" in cells and float(cells["sd"]) <= 0:
            raise ValueError(f"SD of group {side} is {cells['sd']}")
        if "events" in cells and not 0 <= int(cells["events"]) <= people:
            raise ValueError(f"{cells['events']} events among {people} people in group {side}")
        sides.append(cells)
    return sides


def _contrast(result: Result) -> Cells:
    """Return an estimate with its standard error; ``signed`` is negative where the first group has less.

    Raises
    ------
    ValueError
        If the file does not say what it is, or it is impossible.
    """
    measure = result.analysis.measure.upper().replace(" ", "_")
    statistic = STATISTICS.get(measure) or DIFFERENCES.get(measure)
    if not statistic:
        known = ", ".join((*STATISTICS, *DIFFERENCES))
        said = f"the effect measure '{result.analysis.measure}' is none of {known}"
        raise ValueError(said if measure else "only an estimate, and the file does not say which effect measure it is")
    estimate, se = number(result.cells.get("estimate", "")), number(result.cells.get("se", ""))
    if not estimate or not se or float(se) <= 0:
        raise ValueError("the estimate or its standard error is missing")
    if statistic in STATISTICS.values() and float(estimate) <= 0:
        raise ValueError(f"a ratio of {estimate}: it seems to be a logarithm")
    signed = float(estimate) - (1.0 if statistic in STATISTICS.values() else 0.0)
    return {
        "statistic": statistic,
        "value": estimate.removeprefix("-"),
        "se": se,
        "signed": repr(signed),
        "derived": f"{result.analysis.measure} {estimate} as in the RevMan file",
    }
