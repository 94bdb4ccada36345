"""Codes that do not tell high from unclear, read either way."""

from collections.abc import Mapping

import pandas as pd

from ipt_evidence.appraisal.risk_of_bias.assessments import HIGH_OR_UNCLEAR, ROB1_ITEMS

READINGS: Mapping[str, Mapping[str, str]] = {
    "as_coded": {},
    "high": {"item": "high", "overall": "high"},
    "unclear": {"item": "unclear", "overall": "some_concerns"},
}
"""What each reading puts in the place of ``high_or_unclear``, in an item and overall."""


def read_codes(table: pd.DataFrame, reading: str) -> pd.DataFrame:
    """Return the assessments as they are if every code that means high or unclear is read in one way.

    The levels of trials and results follow from it by :func:`~ipt_evidence.appraisal.risk_of_bias.trial_overall` and
    :func:`~ipt_evidence.appraisal.risk_of_bias.result_risk`.

    Parameters
    ----------
    table : DataFrame
        ``trial_risk.csv``, from :func:`~ipt_evidence.appraisal.risk_of_bias.risk_table`.
    reading : str
        as_coded: as it is; high: every such code means high; unclear: every one means unclear.

    Returns
    -------
    DataFrame
        The same rows. The overall judgement of RoB 1 follows its items, so that it need not be made anew: it is
        high_or_unclear only where no item is known to be high.
    """
    places = dict.fromkeys(ROB1_ITEMS, "item") | dict.fromkeys(("algorithm", "overall"), "overall")
    words = READINGS[reading]
    if not words:
        return table
    return table.assign(
        **{name: table[name].replace({HIGH_OR_UNCLEAR: words[place]}) for name, place in places.items()}
    )
