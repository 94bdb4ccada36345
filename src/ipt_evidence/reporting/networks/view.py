"""What the page on a network shows, from the tables of the review."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.risk_of_bias.assessments import DIRECT, WEIGHT
from ipt_evidence.files import records
from ipt_evidence.reporting.addresses import network_address
from ipt_evidence.reporting.networks.drawing import NARROW, WIDE, Edge, Graph, network_canvas
from ipt_evidence.reporting.review import Review, rows_by
from ipt_evidence.words import labels, networks, numbers
from ipt_evidence.words.figures import BAYES

Row = dict[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One pair of treatments of a network.

    Attributes
    ----------
    sides : str
        The two, the one that a positive effect favours first.
    network, direct, indirect : str
        What all trials say together, those that compare the two, and the others; a dash where there are none.
    agree : str
        How far direct and indirect evidence differ; a dash without one of them.
    prediction : str
        Where the effect of a new trial would lie; a dash where that is not given.
    k_direct : int
        Trials that compare the two.
    shares : tuple of (str, str)
        Risk of bias, and the share of the estimate from such trials, least worrying first.
    low : str
        That of trials at low risk of bias.
    answer : Answer or None
        The rated answer of the plan on the two, if it asks.
    """

    sides: str
    network: str
    direct: str
    indirect: str
    agree: str
    prediction: str
    k_direct: int
    shares: tuple[tuple[str, str], ...]
    low: str
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A treatment of a network: its label, what is in it, its trials and people, and its P-score."""

    label: str
    plain: str
    trials: str
    people: str
    score: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """A pair of treatments of a trial: its name, what it compares, people, effect, and risk of bias."""

    trial_id: str
    label: str
    compared: str
    people: str
    effect: str
    risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkView:
    """What the template ``network.html.j2`` shows.

    Attributes
    ----------
    network_id, condition, aspect : str
        The network, its condition, and what it is about.
    measure, good : str
        The measure, and which way is good.
    size, spread, apart : str
        Sentences of :mod:`ipt_evidence.words.networks`.
    consistency, scores : tuple of str
        Likewise.
    graph, narrow : Markup
        The drawing, for wide and for narrow windows.
    described : str
        What the drawing shows, in words.
    treatments : tuple of Treatment
        In the order of the vocabulary.
    compared : tuple of Compared
        Every pair.
    league : tuple of tuple of str
        A row per treatment: the estimates of the network before the diagonal, those of direct trials after it.
    trials : tuple of TrialRow
        What it rests on.
    """

    network_id: str
    condition: str
    aspect: str
    measure: str
    good: str
    size: str
    spread: str
    apart: str
    consistency: tuple[str, ...]
    scores: tuple[str, ...]
    graph: Markup
    narrow: Markup
    described: str
    treatments: tuple[Treatment, ...]
    compared: tuple[Compared, ...]
    league: tuple[tuple[str, ...], ...]
    trials: tuple[TrialRow, ...]

    @property
    def address(self) -> str:
        """Its page, as a path below ``reports``."""
        return network_address(self.condition, self.network_id)


def networks_on(review: Review, condition: str) -> tuple[NetworkView, ...]:
    """Return the networks on a condition: outcomes in the order of the vocabulary, the end of treatment first."""
    views = _views(review)
    return tuple(view for view in views if view.condition == condition)


@lru_cache(maxsize=1)
def _views(review: Review) -> tuple[NetworkView, ...]:
    parts = ("estimates", "ranks", "contrasts")
    rows = {name: rows_by(review.tables[f"network_{name}"], "network_id") for name in parts}
    return tuple(
        _view(review, row, **{name: found[row["network_id"]] for name, found in rows.items()})
        for row in records(review.tables["networks"])
    )


def _view(review: Review, row: Row, *, estimates: list[Row], ranks: list[Row], contrasts: list[Row]) -> NetworkView:
    named, measure = review.labels.classes, row["measure"]
    aspect = review.labels.aspect(row["outcome"], row["timepoint"], row["phase"], measure)
    treatments = row["treatments"].split(";")
    graph = _graph(treatments, estimates, ranks, named)
    described = _describe(graph)
    scale = review.settings["synthesis"]["prior_scale"]
    split = [one for one in estimates if not numbers.is_missing(one["difference_p_value"])]
    return NetworkView(
        network_id=row["network_id"],
        condition=row["condition"],
        aspect=aspect,
        measure=numbers.MEASURES[measure].name,
        good=numbers.favourable(measure, "the treatment named first"),
        size=networks.size(row),
        spread=networks.spread(row, scale),
        apart=networks.apart(row, named),
        consistency=networks.consistency(row, split, named),
        scores=networks.p_scores(row),
        graph=_drawn(graph, WIDE, f"Network: {aspect}", described, f"network-{row['network_id']}"),
        narrow=_drawn(graph, NARROW, f"Network: {aspect}", described, f"narrow-{row['network_id']}"),
        described=described,
        treatments=tuple(_treatment(one, review) for one in ranks),
        compared=tuple(_compared(one, row, review) for one in estimates),
        league=_league(treatments, estimates, measure),
        trials=tuple(_trial(one, measure, review) for one in contrasts),
    )


def _graph(treatments: list[str], estimates: list[Row], ranks: list[Row], named: Mapping[str, str]) -> Graph:
    edges = [
        Edge(
            first=treatments.index(one["treatment1"]),
            second=treatments.index(one["treatment2"]),
            trials={risk: int(one[column]) for risk, column in DIRECT.items() if one[column]},
        )
        for one in estimates
        if one["k_direct"]
    ]
    people = tuple(float(one["n_participants"]) for one in ranks)
    return Graph(names=tuple(named[name] for name in treatments), people=people, edges=tuple(edges))


def _describe(graph: Graph) -> str:
    """Say what a drawing shows, for those who cannot see it."""
    parts = []
    for edge in graph.edges:
        risks = ", ".join(f"{numbers.count(number)} {labels.RISKS[risk]}" for risk, number in edge.trials.items())
        names = f"{graph.names[edge.first]} v {labels.within(graph.names[edge.second])}"
        parts.append(f"{names}: {numbers.counted(edge.k, 'trial')} (risk of bias: {risks})")
    return f"{numbers.counted(len(graph.names), 'treatment')}: {', '.join(graph.names)}. {'; '.join(parts)}."


def _drawn(graph: Graph, width: float, title: str, description: str, name: str) -> Markup:
    # ElementTree has escaped all text in it.
    return Markup(network_canvas(graph, width).svg(title=title, description=description, name=name))


def _treatment(row: Row, review: Review) -> Treatment:
    words = review.vocabulary.treatment_classes.set_index("class")["plain_label"]
    people = numbers.count(row["n_participants"])
    return Treatment(
        label=review.labels.classes[row["treatment"]],
        plain=str(words[row["treatment"]]),
        trials=numbers.count(row["k"]),
        people=f"at least {people}" if row["k_without_n"] else people,
        score=numbers.decimal(row["p_score"]),
    )


def _compared(one: Row, row: Row, review: Review) -> Compared:
    measure, level = row["measure"], row["level"]
    kind = BAYES if row["interval"] == BAYES else ""

    def written(name: str) -> str:
        return numbers.with_bounds(one[name], one[f"{name}_low"], one[f"{name}_high"], measure)

    network = numbers.estimate(one["estimate"], one["ci_low"], one["ci_high"], measure, level=level, kind=kind)
    tail = "tail " if kind else ""
    p = numbers.p_value(one["difference_p_value"])
    ratio = numbers.MEASURES[measure].is_ratio
    differ = f"{'ratio of the two' if ratio else 'difference'} {written('difference')}, {tail}{p}"
    trials = numbers.counted(one["k_direct"], "trial")
    return Compared(
        sides=networks.pair(one, review.labels.classes),
        network=network,
        direct=f"{written('direct')}; {trials}" if one["k_direct"] else numbers.MISSING,
        indirect=written("indirect"),
        agree=numbers.MISSING if numbers.is_missing(one["difference"]) else differ,
        prediction=numbers.span(one["pi_low"], one["pi_high"], measure),
        k_direct=one["k_direct"],
        shares=tuple(
            (labels.RISKS[risk], numbers.percent(one[column])) for risk, column in WEIGHT.items() if one[column] > 1e-6
        ),
        low=numbers.percent(one["low_percent"]),
        answer=_asked(one, row, review),
    )


def _asked(one: Row, row: Row, review: Review) -> Answer | None:
    """Find the answer of the plan on a pair of treatments, whichever of them it names first."""
    about = {name: row[name] for name in ("condition", "outcome", "timepoint", "phase")} | {"population": "all"}
    pair = {one["treatment1"], one["treatment2"]}
    for answer in review.answers.values():
        same = {answer.intervention, answer.comparator} == pair and answer.pooled.measure == row["measure"]
        if same and answer.k and all(getattr(answer, name) == value for name, value in about.items()):
            return answer
    return None


def _league(treatments: list[str], estimates: list[Row], measure: str) -> tuple[tuple[str, ...], ...]:
    pairs = {(one["treatment1"], one["treatment2"]): one for one in estimates}

    def cell(row: str, column: str) -> str:
        if row == column:
            return ""
        one = pairs.get((column, row)) or pairs[row, column]
        below = (column, row) in pairs
        names = ("estimate", "ci_low", "ci_high") if below else ("direct", "direct_low", "direct_high")
        value, low, high = (one[name] for name in names)
        return numbers.with_bounds(value, low, high, measure)

    return tuple(tuple(cell(row, column) for column in treatments) for row in treatments)


def _trial(one: Row, measure: str, review: Review) -> TrialRow:
    return TrialRow(
        trial_id=one["trial_id"],
        label=review.labels.trials[one["trial_id"]] + _part(one),
        compared=networks.pair(one, review.labels.classes),
        people=f"{numbers.count(one['n1'])} v {numbers.count(one['n2'])}",
        effect=numbers.with_bounds(one["yi"], one["ci_low"], one["ci_high"], measure),
        risk=one["risk"],
    )


def _part(one: Row) -> str:
    """Return what tells the part of a trial from the others; empty text where it has none."""
    return str(one["study"]).removeprefix(str(one["trial_id"]))
