"""What the columns of results are called: what was measured, when, and which figure it is."""

import re

_FIGURES = (
    ("ci_low", r"(?:95%?_)?(?:ci|confidence_interval)_?(?:low|lower|lower_limit|ll|lb)"),
    ("ci_high", r"(?:95%?_)?(?:ci|confidence_interval)_?(?:high|upper|upper_limit|ul|ub)"),
    ("ci_low", r"lower_(?:95%?_)?ci"),
    ("ci_high", r"upper_(?:95%?_)?ci"),
    ("event", r"(?:number_of_|n_|no\._of_)?events?|cases"),
    ("sd", r"sd|std\.?_dev\.?|standard_deviations?"),
    ("se", r"sem?|std\.?_err(?:or)?\.?|standard_errors?"),
    ("n", r"n|totals?|total_n|n_total|n_anal[yi][sz]ed|sample_size|(?:number_of_)?participants"),
    ("n", r"total_n_anal[yi][sz]ed"),
    ("mean", r"means?"),
)
_MEASURE = re.compile(r"\((?:mean|continuous)\)$")
_TIME = (
    r"baseline|pre[_-]?(?:treatment|test|intervention)?|(?:at_)?week_0"
    r"|(?:\d+(?:\.\d+)?[_-]?(?:days?|weeks?|wks?|months?|years?)|(?:day|week|month|year)_\d+)"
    r"(?:_?(?:post|after|follow)[\w-]*)?"
    r"|(?:post|end)[_-]?(?:of_)?(?:treatment|test|intervention|study)?(?:_?\([^()]*\))?|endpoint"
    r"|follow[_-]?up(?:_\d+)?(?:_?\([^()]*\))?|t\d+|time_?point_\d+"
)
_BASELINE = re.compile(r"baseline|pre[_-]?(?:treatment|test|intervention)?|(?:at_)?week_0|t0", re.IGNORECASE)
_AGAIN = re.compile(r"_\(again,_column_\d+\)$")


def figure_of(measure: str) -> str:
    """Return which figure a measure is: mean, sd, se, n, event, ci_low or ci_high; empty text if it is none of them."""
    plain = re.sub(r"[_\s]+", "_", _MEASURE.sub("", measure.strip().lower())).strip("_")
    plain = re.sub(r"[()]", "", plain)
    return next((figure for figure, form in _FIGURES if re.fullmatch(form, plain)), "")


def named_by(column: str) -> tuple[str, str, str] | None:
    """Return outcome, time and figure that the name of a column says, None if it ends in no figure.

    Parameters
    ----------
    column : str
        Such as ``bdi-ii_12_weeks_mean``, as :func:`ipt_evidence.exchange.foreign.column_name` writes it.
    """
    words = once(column).split("_")
    for length in range(min(5, len(words) - 1), 0, -1):
        if figure := figure_of("_".join(words[-length:])):
            outcome, time = _timed("_".join(words[:-length]))
            return (outcome, time, figure) if outcome else None
    return None


def once(column: str) -> str:
    """Return the name of a column as the file has it, also where it has it several times."""
    return _AGAIN.sub("", column)


def is_baseline(time: str) -> bool:
    """Return whether a time is before treatment."""
    return _BASELINE.fullmatch(re.sub(r"\s+", "_", time.strip())) is not None


def _timed(name: str) -> tuple[str, str]:
    found = re.fullmatch(rf"(.*?)_(?:at_)?({_TIME})", name)
    outcome, time = found.groups() if found else (name, "")
    return outcome.replace("_", " ").strip(" ,:-"), time.replace("_", " ")
