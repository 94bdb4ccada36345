"""Which questions an export is about."""

import pandas as pd

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.words.vocabulary import nearest


def questions_in(plan: pd.DataFrame, question: str | None, condition: str | None, *, form: str) -> pd.DataFrame:
    """Return the questions of the plan that are asked for, in its order: one by its id, or all on a condition.

    Raises
    ------
    ExtractionError
        If both or neither are given, or the plan has no such question or condition.
    """
    if (question is None) == (condition is None):
        rule = "one question or one condition must be named"
        remedy = f"Give --question ID, or --condition ID with one of {_listed(plan['condition'])}"
        refuse(f"export {form}", rule, remedy)
    column, value = ("condition", condition) if question is None else ("question_id", question)
    found = plan[plan[column].eq(str(value))]
    if found.empty:
        name = column.removesuffix("_id")
        rule = f"the review plan has no such {name}"
        near = nearest(str(value), plan[column].unique())
        there = f"; the conditions are {_listed(plan['condition'])}" if name == "condition" else ""
        refuse(f"export {form}", rule, f"Correct it: {near}{there}", column=f"--{name}", value=str(value))
    return found


def _listed(names: pd.Series) -> str:
    return ", ".join(dict.fromkeys(names))
