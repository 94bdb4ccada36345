"""The effects behind each answer, as a table to take away."""

from ipt_evidence.files import guarded_table
from ipt_evidence.reporting.addresses import data_address
from ipt_evidence.reporting.review import Review


def effects_tables(review: Review, condition: str) -> dict[str, str]:
    """Write the rows of ``selections.csv`` on each question on a condition: its effects, used or not, with the reason.

    Returns
    -------
    dict of str to str
        CSV by address; only the names of the columns where nothing bears on a question.
    """
    # Guarded once: most texts stand in many rows.
    table = guarded_table(review.tables["selections"])
    parts = dict(iter(table.groupby("question_id", sort=False)))
    return {
        data_address(answer): str(parts.get(name, table.iloc[:0]).to_csv(index=False, lineterminator="\n"))
        for name, answer in review.answers.items()
        if answer.condition == condition
    }
