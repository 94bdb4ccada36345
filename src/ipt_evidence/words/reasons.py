"""Why a result, a trial or a report is in no answer: the ids that tables hold, and their words, in one place."""

from collections.abc import Mapping
from typing import Any

from ipt_evidence.words import labels

LEFT_OUT = {
    "other_domain": "measures {domain}, not the outcome in question",
    "chosen_after_randomisation": "counted among people chosen after randomisation",
    "retracted": "the report is retracted",
    "expression_of_concern": "the report is under an expression of concern",
    "subgroup": "describes part of the trial's participants",
    "doubt": "kept out because of a doubt about the {about}: {doubt} {resolution}",
    "fewer_of_those_randomised": "the same measurement is used as reported for more of those randomised",
    "kind_not_pooled": "results of the kind '{evidence}' are not pooled here",
    "better_kind": "the trial offers a better kind of result ({outranked_by})",
}
"""Why an effect that matches a question is not pooled, in the order in which the rules are tried."""

NOT_COMPUTED = {
    "no_arm_in_question": "no arm of the trial was given the treatment in question, alone or with medication",
    "one_arm_only": "no arm it is compared with reports the same measurement",
    "other_instrument_name": "the arms report this outcome at this time under different names of instruments",
    "incomplete_means": "a mean, SD or number of people is not reported for both arms",
    "no_event": "no event in either arm: no ratio can be formed",
    "all_events": "everyone in both arms had the event: no ratio can be formed",
    "no_direction": "the direction is not stated: nothing says which arm the statistic favours",
    "no_numbers": "the numbers of people in the two arms are not known",
    "yes_no_outcome": "a {reported} statistic of a yes/no outcome gives no odds ratio",
    "no_value": "no value is printed",
    "no_statistic": "neither the statistic nor an exact p value is printed",
    "no_error_of_difference": "a mean difference without SD, standard error, interval or exact p value",
    "no_error_of_ratio": "a ratio without standard error, interval, exact p value or counts",
    "event_not_told": "a ratio on a scale does not say whether the event counted is good or bad",
    "ratio_of_scale": "a {reported} of a scale cannot be turned into an SMD",
    "impossible_figures": "the figures printed are out of range, so no effect follows from them",
}
"""Why no effect follows from a reported result."""

EXCLUDED = {
    "no_arm_level_data": "no outcome figures by arm were found",
    "not_retrieved": "the report was not obtained",
    "no_comparator": "no comparison group",
    "not_randomised": "not randomised",
    "duplicate_population": "people already counted in another report",
    "intervention_mixed": "the treatment is mixed with others",
    "other_intervention": "the treatment is not the one in question",
    "outcome_not_eligible": "no outcome that this review asks about",
}
"""Why a report that was sought was not entered."""

SCREENED_OUT = {
    **EXCLUDED,
    "no_original_results": "no report of results of its own",
    "other_condition": "another condition",
    "other_population": "other people",
    "not_recorded": "the reason is not recorded",
}
"""Why a record was excluded at screening."""

NO_RESULT = "no result in the tables"

TRIAL_FATES = {
    "pooled": "answer at least one question",
    "not_pooled": "have an effect size, but none that an answer could use",
    "not_computed": "report results from which no effect size follows",
    "no_result": f"have {NO_RESULT}",
}
"""What became of a trial over all questions."""

REASONS = {**LEFT_OUT, **NOT_COMPUTED, **EXCLUDED}
"""Every reason id with its words; names in braces are columns of the row that has the reason, or of its doubt."""


def why(row: Mapping[Any, Any], doubts: Mapping[Any, Mapping[Any, Any]]) -> str:
    """Say why the result of a row is in no answer.

    Parameters
    ----------
    row : mapping
        A row of ``selections.csv`` that is not used, or a row of ``not_computed.csv``.
    doubts : mapping of str to mapping
        The rows of ``doubts.csv`` by ``doubt_id``.
    """
    doubt = doubts[row["doubt_id"]] if row["reason_id"] == "doubt" else {}
    figures = {name: labels.words(value) for name, value in row.items()}
    return REASONS[row["reason_id"]].format_map({**figures, **doubt})
