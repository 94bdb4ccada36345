"""Where each answer is: one page a condition, under it one page a comparison and one page a question.

Names of comparisons and of the page of trials hold a hyphen, which no slug does, so that no question can take them.
"""

from ipt_evidence.words.sentences import Answered


def condition_address(condition: str) -> str:
    """Return the page on a condition, as a path below ``reports``."""
    return f"conditions/{condition}.html"


def comparison_name(intervention: str, comparator: str) -> str:
    """Return the name of a comparison in addresses: ``ipt-v-control``."""
    return f"{intervention}-v-{comparator}"


def comparison_address(answer: Answered) -> str:
    """Return the page on the comparison that a question belongs to, as a path below ``reports``."""
    return f"conditions/{answer.condition}/{comparison_name(answer.intervention, answer.comparator)}.html"


def question_address(answer: Answered) -> str:
    """Return the page on a question, as a path below ``reports``."""
    return f"conditions/{answer.condition}/{answer.question_id}.html"


def trials_address(condition: str) -> str:
    """Return the page on the trials of a condition, as a path below ``reports``."""
    return f"conditions/{condition}/all-trials.html"


def network_address(condition: str, network_id: str) -> str:
    """Return the page on a network of treatments, as a path below ``reports``."""
    return f"conditions/{condition}/network-{network_id}.html"


def network_data_address(network_id: str) -> str:
    """Return the table of what a network rests on, as a path below ``reports``."""
    return f"data/network-{network_id}.csv"


def data_address(answer: Answered) -> str:
    """Return the table of the effects behind an answer, as a path below ``reports``."""
    return f"data/{answer.question_id}.csv"


def picture_address(answer: Answered, name: str) -> str:
    """Return the table behind a picture of an answer, as a path below ``reports``."""
    return f"data/{answer.question_id}-{name}.csv"
