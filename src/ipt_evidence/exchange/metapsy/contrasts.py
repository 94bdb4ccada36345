"""Effects that a Metapsy file gives ready-made, and which way their sign points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ipt_evidence.exchange.ledger import Cells, Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.arms import Comparison
from ipt_evidence.exchange.metapsy.figures import Setting
from ipt_evidence.exchange.metapsy.reading import as_float
from ipt_evidence.exchange.numerals import number, whole
from ipt_evidence.extraction.schemas import RAW_TABLES

CONTRAST_KEY = tuple(RAW_TABLES["contrasts"].unique or ())

RATIO_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Signs:
    """Which way the signs of a file point, and which way the scales do.

    Attributes
    ----------
    g : int
        1 if a positive ``.g`` favours the first arm, -1 if a negative one does.
    precalc : int
        The same of ``precalc_g``.
    reason : str
        What this was concluded from.
    lower_is_better : dict of str to bool
        Direction of each instrument of the file for which most rows say it.
    """

    g: int
    precalc: int
    reason: str
    lower_is_better: dict[str, bool]


def signs_of(comparisons: Sequence[Comparison]) -> Signs:
    """Conclude from the rows with means and ``.g`` what the signs of the file mean.

    The format does not fix the sign. Where most rows with means have a positive ``.g`` with the lower mean in the first
    arm, a positive one is taken to favour that arm, because most scales count symptoms. ``precalc_g`` follows ``.g`` in
    rows that hold both; without ``.g`` it is first arm minus second arm, so that a negative one favours the first.
    """
    votes = [(_instrument(each), vote) for each in comparisons if (vote := _vote(each))]
    total = sum(vote for _, vote in votes)
    g = 1 if total > 0 else -1
    pairs = [(as_float(each.record.get("precalc_g")), as_float(each.record.get(".g"))) for each in comparisons]
    same = sum(int(math.copysign(1, p * g)) for p, g in pairs if p and g)
    reason = (
        f"{sum(vote == g for _, vote in votes)} of {len(votes)} rows with means and .g have a "
        f"{'positive' if g > 0 else 'negative'} .g where the first arm has the lower mean, which is taken to favour it"
        if votes
        else "no row has both means and .g, so effects are taken as first arm minus second arm"
    )
    directions = {name: sum(vote for each, vote in votes if each == name) * g for name in {name for name, _ in votes}}
    return Signs(
        g, -g if same < 0 else g, reason, {name: balance > 0 for name, balance in directions.items() if balance}
    )


def directions(comparison: Comparison, signs: Signs) -> dict[str, bool]:
    """Return whether lower is better in a row, by measure: as its instrument, for changes as its own ``.g`` says.

    Reports count the same change as a fall of the score or as an improvement, so changes speak for themselves.
    """
    name = _instrument(comparison)
    found = {"continuous": signs.lower_is_better[name]} if name in signs.lower_is_better else {}
    vote = _vote(comparison, "mean_change")
    return found | ({"change": vote == signs.g} if vote else {})


def _instrument(comparison: Comparison) -> str:
    return words.instrument(comparison.record.get("instrument"))


def _vote(comparison: Comparison, stem: str = "mean") -> int:
    """Return 1 if ``.g`` is positive where the first arm has the lower mean, -1 if negative, 0 if it cannot be said."""
    first, second = (as_float(comparison.record.get(f"{stem}_arm{side}")) for side in (1, 2))
    effect = as_float(comparison.record.get(".g"))
    if first is None or second is None or not effect or first == second:
        return 0
    return 1 if (second - first) * effect > 0 else -1


def take_contrasts(comparison: Comparison, shared: Setting, signs: Signs, *, by_arm: bool, ledger: Ledger) -> bool:
    """Take the ready-made effects of a row that has no figures by arm; return whether there are any."""
    record = comparison.record
    rows = [row for row in (_smd(comparison, signs), _risk_ratio(comparison, shared)) if row]
    if by_arm:
        if record.get("precalc_g", "precalc_log_rr"):
            ledger.leave(record.line, f"{comparison.trial}: ready-made effect", "the row has figures by arm")
        return bool(rows)
    for row in rows:
        first, second = comparison.arms
        cells = {**shared.cells, "trial_id": comparison.trial, "arm1_id": first, "arm2_id": second, **row}
        key = tuple(cells.get(name, "") for name in CONTRAST_KEY)
        ledger.keep_first("contrasts", key, record.line, cells, f"{comparison.trial}: {first} v {second}")
    return bool(rows)


def _smd(comparison: Comparison, signs: Signs) -> Cells:
    record = comparison.record
    column, sign = ("precalc_g", signs.precalc) if record.get("precalc_g") else (".g", signs.g)
    value = as_float(record.get(column))
    if value is None:
        return {}
    said = record.get("other_stat")
    origin = "ready-made in the file" if column == "precalc_g" else "computed by the database"
    return {
        "statistic": "smd",
        "value": number(record.get(column)).removeprefix("-"),
        "se": _positive(record.get(f"{column}_se")),
        # Of an effect of nothing, either arm may be named.
        "favours": comparison.arms[0 if value * sign >= 0 else 1],
        "derived": " ".join(f"{column} {record.get(column)}, {origin}{': ' if said else ''}{said}".split()),
        **_sizes(comparison),
    }


def _risk_ratio(comparison: Comparison, shared: Setting) -> Cells:
    record = comparison.record
    value = as_float(record.get("precalc_log_rr"))
    good = words.EVENT_IS_GOOD.get(shared.cells["outcome"])
    if value is None or abs(value) > math.log(1e6):
        return {}
    favoured = "" if good is None or value == 0 else comparison.arms[0 if (value > 0) == good else 1]
    return {
        "statistic": "risk_ratio",
        "value": f"{math.exp(value):.{RATIO_DIGITS}g}",
        "se": _positive(record.get("precalc_log_rr_se")),
        "favours": favoured,
        "derived": f"exp({record.get('precalc_log_rr')}), ready-made in the file",
        **_sizes(comparison),
    }


def _positive(cell: str) -> str:
    value = as_float(cell)
    return number(cell) if value is not None and value > 0 else ""


def _sizes(comparison: Comparison) -> Cells:
    found = {}
    for side in (1, 2):
        cell = comparison.record.get(*(f"{stem}_arm{side}" for stem in ("n", "n_change", "totaln")))
        try:
            found[f"n{side}"] = whole(cell)
        except ValueError:
            found[f"n{side}"] = ""
    return found
