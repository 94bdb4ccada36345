"""Differences between trials in words: why a moderator was not run, and how credible a difference is."""

from collections.abc import Mapping

NOT_RUN = {
    "no_value": "no trial of the question has a value that belongs to it",
    "one_group": "fewer than two groups have two trials or more",
    "one_value": "all trials have the same value",
    "too_few_trials": "fewer trials have a value than it takes",
}
"""Why a moderator was not run on a question, by the id that tables hold."""

ANSWERS = {
    "within_trials": {"definitely_less": "trials are compared with other trials, never people within a trial"},
    "many_trials": {
        "definitely_less": "very few trials to compare",
        "probably_less": "rather few trials to compare",
        "probably_more": "rather many trials to compare",
        "definitely_more": "many trials to compare",
    },
    "direction": {
        "definitely_less": "it points the other way than was expected",
        "probably_less": "no direction was expected, or the group expected to do best was not compared",
        "probably_more": "it points the way the plan expected",
    },
    "chance": {
        "definitely_less": "chance is a very likely explanation",
        "probably_less": "chance is a likely explanation",
        "probably_more": "chance may not explain it",
        "definitely_more": "chance is an unlikely explanation",
    },
    "few_tested": {
        "definitely_less": "very many characteristics were tested",
        "probably_less": "many characteristics were tested",
        "probably_more": "few characteristics were tested",
    },
    "random_effects": {
        "probably_less": "the model leaves no room for other differences between trials",
        "definitely_more": "the model leaves room for other differences between trials",
    },
    "cut_points": {"definitely_more": "no cut points were chosen"},
}
"""What each answer to each item of ICEMAN says."""

SURE = ("moderate", "high")
"""Credibilities at which an answer speaks of a difference."""


def why(found: Mapping[str, str]) -> tuple[str, ...]:
    """Return what lowers the credibility, item by item."""
    return tuple(ANSWERS[item][answer] for item, answer in found.items() if answer.endswith("_less"))
