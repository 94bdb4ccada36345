"""The effects behind each answer, as a table to take away."""

from ipt_evidence.files import table_text
from ipt_evidence.reporting.addresses import data_address
from ipt_evidence.reporting.review import Review


def effects_tables(review: Review, condition: str) -> dict[str, str]:
    """Write the rows of ``selections.csv`` on each question on a condition: its effects, used or not, with the reason.

    Returns
    -------
    dict of str to str
        CSV by address; only the names of the columns where nothing bears on a question.
    """
    table = review.tables["selections"]
    return {
        data_address(answer): table_text(table[table["question_id"].eq(name)])
        for name, answer in review.answers.items()
        if answer.condition == condition
    }
