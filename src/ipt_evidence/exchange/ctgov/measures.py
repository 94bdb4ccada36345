"""The outcome measures of a registry record, class by class and category by category."""

from ipt_evidence.exchange.ctgov import words
from ipt_evidence.exchange.ctgov.arms import Arms
from ipt_evidence.exchange.ctgov.figures import Cell, Measured
from ipt_evidence.exchange.ctgov.posted import PEOPLE, Part, cells_of, other_units, parts_of, said_of
from ipt_evidence.exchange.ctgov.tree import Node
from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.names import word
from ipt_evidence.exchange.revman.words import PERCENT_CHANGE, is_percent_change, measured_domain, outcome_of


def take_measure(measure: Node, arms: Arms, shared: Cells, line: int, ledger: Ledger) -> None:
    """Take an item of ``outcomeMeasures``, or say why it is left, part by part and arm by arm.

    All rows of the study share the cells ``shared``: trial and source. Its record begins on ``line``.
    """
    title, frame = measure.at("title").text, measure.at("timeFrame").text
    what = f"{shared['trial_id']}: {title}{f' ({frame})' if frame else ''}"
    for analysis in measure.at("analyses"):
        ledger.leave(line, f"{what}: analysis by {_analysis(analysis)}", "figures by arm are taken, not comparisons")
    for units, people in other_units(measure):
        ledger.leave(line, f"{what}: {units} analysed: {people}", "only participants are taken as numbers analysed")
    groups = _groups(measure, arms, what, line, ledger)
    measured = Measured(*(measure.at(name).text for name in ("paramType", "dispersionType", "unitOfMeasure")))
    if reason := _not_usable(measure, groups, measured):
        said = "; ".join(filter(None, map(said_of, parts_of(measure))))
        ledger.leave(line, f"{what}: {said}" if said else what, reason)
        return
    parts = list(parts_of(measure))
    baselines = _baselines(measure, parts, measured, (line, what), ledger)
    for part in parts:
        told = f"{what}{''.join(f', {name}' for name in (part.title, part.category) if name)}"
        if measured.is_mean and words.BASELINE.fullmatch(part.title):
            if len(parts) == 1:
                ledger.leave(line, f"{told}: {said_of(part)}", "a mean at baseline")
        elif reason := _not_taken(part, measured):
            ledger.leave(line, told, f"{reason}: {said_of(part)}")
        else:
            row = shared | _setting(measure, part, measured)
            _take_part(cells_of(measure, part), groups, measured, (row, baselines), (line, told), ledger)


def _not_usable(measure: Node, groups: dict[str, str], measured: Measured) -> str:
    """Return why a whole measure is left, empty text if it is not."""
    status = measure.at("reportingStatus").text
    if status and words.kind(status) != "POSTED":
        return f"its results are {status.lower().replace('_', ' ')}"
    if len(groups) < 2:
        return "fewer than two of its groups are arms of the participant flow"
    units = measure.at("typeUnitsAnalyzed").text or measure.at("denomUnitsSelected").text
    if units and units.lower() not in PEOPLE:
        return f"its figures are of {units.lower()}, not of participants"
    if measured.is_mean and is_percent_change(f"{measure.at('title').text} {measured.unit}"):
        return PERCENT_CHANGE
    if measured.is_mean and words.TIME_TO.search(measure.at("title").text):
        return "a time to an event: people without the event have none, so its mean does not compare the arms"
    if measured.is_mean and words.turned(measure.at("title").text, measure.at("description").text):
        return "a reduction or an improvement: which sign is better must be looked up"
    return ""


def _analysis(analysis: Node) -> str:
    said = (analysis.at(name).text for name in ("statisticalMethod", "paramType", "paramValue", "pValue"))
    return ", ".join(filter(None, said)) or "an unnamed method"


def _groups(measure: Node, arms: Arms, what: str, line: int, ledger: Ledger) -> dict[str, str]:
    """Return the arm of each group; a group that is none, such as a total, is left."""
    found = {}
    for group in measure.at("groups"):
        if arm := arms.of(group):
            found[group.at("id").text] = arm
        else:
            reason = "no arm of the participant flow has this title"
            ledger.leave(line, f"{what}: group '{group.at('title').text}'", reason)
    return found


def _not_taken(part: Part, measured: Measured) -> str:
    """Return why a category is left: only of an event and its absence is one of several categories an event."""
    if len(part.among) < 2:
        return ""
    absent = [title for title in part.among if words.NEGATED.match(title)]
    if measured.is_mean or len(part.among) > 2 or len(absent) != 1:
        return f"one of {len(part.among)} categories"
    return "those without the event, whose others are counted" if part.category in absent else ""


def _baselines(
    measure: Node, parts: list[Part], measured: Measured, place: tuple[int, str], ledger: Ledger
) -> dict[str, Cells]:
    """Return means at baseline by group, where the measure has a class of that name."""
    line, what = place
    found: dict[str, Cells] = {}
    for part in parts:
        if measured.is_mean and len(part.among) == 1 and words.BASELINE.fullmatch(part.title):
            for group, cell in cells_of(measure, part).items():
                try:
                    figures = measured.figures(cell)
                except ValueError as problem:
                    ledger.leave(line, f"{what}: {part.title}, {group}, {cell.posted}", str(problem))
                    continue
                found[group] = {"baseline_mean": figures["mean"], "baseline_sd": figures["sd"]}
    return found


def _setting(measure: Node, part: Part, measured: Measured) -> Cells:
    """Return what the rows of a part have in common."""
    title, frame, described = (measure.at(name).text for name in ("title", "timeFrame", "description"))
    unit = measure.at("unitOfMeasure").text
    # Whom the figures rest on stays in the criterion: no list of words says it.
    population = measure.at("populationDescription").text
    name = " | ".join(filter(None, (title, part.title, part.category)))
    instrument = words.instrument_in(f"{title} {part.title}") or words.instrument_in(described)
    # The narrowest name says what was counted: a measure of response and remission has a class for each.
    said = next(filter(None, map(outcome_of, (part.category, part.title, title))), "")
    outcome = said or ("symptom_severity" if instrument else word(title.lower()) or "outcome")
    time = part.title if words.names_a_time(part.title) else frame
    point = "followup" if words.FOLLOWUP.search(f"{name} {frame}") else "post"
    place = f"{measure.path.split('.', 1)[1]}, time frame {frame}"
    cells = {
        **{"outcome": outcome, "domain": measured_domain(outcome, name), "criterion": name},
        **{"timepoint": point, "weeks": words.weeks_in(time)},
        "derived": " | ".join(filter(None, (place, unit and f"unit {unit}", described, population))),
    }
    if not measured.is_mean:
        return cells | {"measure": "binary"}
    change = words.CHANGE.search(name) is not None
    direction = {"instrument": instrument, "lower_is_better": words.lower_is_better(described)}
    return cells | direction | {"measure": "change" if change else "continuous"}


def _take_part(
    posted: dict[str, Cell],
    groups: dict[str, str],
    measured: Measured,
    given: tuple[Cells, dict[str, Cells]],
    place: tuple[int, str],
    ledger: Ledger,
) -> None:
    (row, baselines), (line, what) = given, place
    for group in [each for each in posted if each not in groups]:
        what_else = f"{what}: group {group}, {posted[group].posted}"
        ledger.leave(line, what_else, "no arm of the participant flow is this group")
    for group, arm in groups.items():
        if group not in posted or not posted[group].value:
            ledger.leave(line, f"{what}: arm {arm}", "no figure is posted")
            continue
        cell = posted[group]
        try:
            figures = measured.figures(cell)
        except ValueError as problem:
            ledger.leave(line, f"{what}: arm {arm}, {cell.posted}", str(problem))
            continue
        baseline = baselines.get(group, {}) if row["measure"] == "continuous" else {}
        cells = {**row, **baseline, **figures, "arm_id": arm}
        cells["derived"] = f"{figures['derived']} | {row['derived']}, group {group}"
        ledger.keep_first("outcomes", line, cells, f"{what}: arm {arm}")
