"""The effects behind each answer, as a table to take away."""

from ipt_evidence.files import table_texts
from ipt_evidence.reporting.addresses import data_address
from ipt_evidence.reporting.review import Review


def effects_tables(review: Review, condition: str) -> dict[str, str]:
    """Write the rows of ``selections.csv`` on each question on a condition: its effects, used or not, with the reason.

    Returns
    -------
    dict of str to str
        CSV by address; only the names of the columns where nothing bears on a question.
    """
    asked = {name: answer for name, answer in review.answers.items() if answer.condition == condition}
    texts = table_texts(review.tables["selections"], "question_id", asked)
    return {data_address(answer): texts[name] for name, answer in asked.items()}
