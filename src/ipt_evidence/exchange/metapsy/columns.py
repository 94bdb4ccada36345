"""The columns of Metapsy files under the names this importer reads, whatever their spelling."""

import re
from collections.abc import Mapping
from functools import cache

PAIRED = (
    *("condition", "multi", "mean", "sd", "n", "mean_change", "sd_change", "n_change", "event", "totaln"),
    *("baseline_mean", "baseline_sd", "rand", "attr"),
)
"""Beginnings of the names of columns that stand once an arm, such as ``mean_arm1`` and ``mean_arm2``."""

SINGLE = (
    *("study", "outcome_type", "instrument", "time", "time_weeks", "rating", "dich", "post_crossover", "year"),
    *("country", "age_group", "target_group", "diagnosis", "mean_age", "percent_women", "doi", "full_ref"),
    *("format", "format_details", "n_sessions", "precalc_g", "precalc_g_se", "precalc_log_rr", "precalc_log_rr_se"),
    *("other_stat", ".g", ".g_se", "sg", "ac", "ba", "itt", "d1", "d2", "d3", "d4", "d5", "rob"),
)

READ = frozenset((*SINGLE, *(f"{name}_arm{side}" for name in PAIRED for side in (1, 2))))
"""Columns this importer reads, beside those that `names_what_is_measured`; any other is named in the report."""

DERIVED = frozenset(
    (
        *("", ".id", ".log_rr", ".log_rr_se", "rand_ratio"),
        *(f".{name}_arm{side}" for name in ("event", "totaln") for side in (1, 2)),
    )
)
"""Columns that follow from others, or only number the rows."""

_STEMS = {
    **dict.fromkeys(
        ("baseline_m", "bl_mean", "bl_m", "mean_baseline", "m_baseline", "mean_bl", "m_bl", "pre_mean", "mean_pre"),
        "baseline_mean",
    ),
    **dict.fromkeys(("bl_sd", "sd_baseline", "sd_bl", "pre_sd", "sd_pre"), "baseline_sd"),
    **dict.fromkeys(("m", "post_mean", "mean_post"), "mean"),
    **dict.fromkeys(("post_sd", "sd_post"), "sd"),
    **dict.fromkeys(("post_n", "n_post"), "n"),
    **dict.fromkeys(("m_change", "change_mean", "change_m"), "mean_change"),
    **{"change_sd": "sd_change", "change_n": "n_change"},
    **dict.fromkeys(("events", "event_n", "n_event", "n_events"), "event"),
    **dict.fromkeys(("total_n", "n_total", "total"), "totaln"),
    **dict.fromkeys(("rand_n", "n_rand", "randomised", "randomized", "n_randomised", "n_randomized"), "rand"),
    **dict.fromkeys(("dropout_n", "n_dropout", "dropout", "dropouts", "attrition", "attrition_n", "attr_n"), "attr"),
}

_SINGLES = {
    **{"dich_paper": "dich", "mean_age_not_rounded": "mean_age", "age_mean": "mean_age", "agegroup": "age_group"},
    **dict.fromkeys(
        ("number_sessions", "sessions", "number_of_sessions", "n_sessions_arm1", "n_sessions_arm1_not_rounded"),
        "n_sessions",
    ),
    **dict.fromkeys(("seq_gen", "sequence_generation"), "sg"),
    **dict.fromkeys(("alloc_conce", "allocation_concealment"), "ac"),
    **dict.fromkeys(("blinding_assess", "blinding_of_assessors"), "ba"),
    "missing_data": "itt",
    **dict.fromkeys(("overall", "overall_bias", "overall_risk", "risk_of_bias", "rob2"), "rob"),
    **{
        name: "rob"
        for tool in ("rob", "rob2", "rob_2", "risk_of_bias")
        for whole in ("overall", "total", "judgement", "judgment", "rating")
        for name in (f"{tool}_{whole}", f"{whole}_{tool}")
    },
    **dict.fromkeys(("rater", "rated_by"), "rating"),
    **{
        f"{share}_{people}": "percent_women"
        for share in ("percent", "perc", "pct", "percentage", "prop", "proportion")
        for people in ("women", "female", "females")
    },
    **dict.fromkeys(("women_percent", "female_percent", "women", "female", "females"), "percent_women"),
    **dict.fromkeys(("postcrossover", "after_crossover"), "post_crossover"),
    **dict.fromkeys(("g", "hedges_g"), ".g"),
    **dict.fromkeys(("g_se", "se_g"), ".g_se"),
    **dict.fromkeys(("publication_year", "pub_year", "year_of_publication", "study_year"), "year"),
    **{"reference": "full_ref", "study_id": "study", "weeks": "time_weeks", "scale": "instrument"},
}

_ARM = re.compile(r"(.+?)_?(?:arm|trt)_?([12])(?:_not_rounded)?|(?:arm|trt)_?(?P<side>[12])_(?P<stem>.+)")
_ROB2 = re.compile(r"(?:rob_?2?_?)?(?:domain|dom|d)_?([1-5])(?:_.*)?")
_MEASURED = re.compile(
    r"(?:outcome|symptom|measure)_?(?:sub)?_?(?:domain|category|cat|class|group|construct|dimension|label|name|area)s?"
    r"|(?:sub)?_?(?:domain|construct|scale)s?(?:_of)?(?:_?(?:outcome|symptom|measure)s?)?"
    r"|outcome_?(?:sub)?_?scale|(?:(?:target|measured)_)?(?:outcome|symptom)s?|depanx|(?!primary|secondary|other)[a-z]+_outcome"
)


@cache
def canonical(name: str) -> str:
    """Return the name of a column as `READ` has it; a name of another column with ``_`` for what is no letter or digit.

    Parameters
    ----------
    name : str
        Such as ``bl_mean_arm_1``, ``RoB_D1``, ``domain 1`` or ``mean_age_not rounded``.
    """
    dot = "." if name.startswith(".") else ""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not dot and (judged := _ROB2.fullmatch(plain)):
        return f"d{judged[1]}"
    if not dot and plain in _SINGLES:
        return _SINGLES[plain]
    if arm := _ARM.fullmatch(plain):
        stem, side = arm["stem"] or arm[1], arm["side"] or arm[2]
        return f"{dot}{stem if dot else _STEMS.get(stem, stem)}_arm{side}"
    return dot + plain


def names_what_is_measured(name: str) -> bool:
    """Return whether a column says what an outcome is about, such as ``outcome_domain`` or ``construct``."""
    return name not in READ and _MEASURED.fullmatch(name) is not None


def in_our_names(cells: Mapping[str, str]) -> dict[str, str]:
    """Return cells by `canonical` name: of columns that mean the same, the first that holds something."""
    named: dict[str, str] = {}
    for name, cell in cells.items():
        if not named.get(ours := canonical(name)):
            named[ours] = cell
    return named
