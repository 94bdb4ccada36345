"""Checks across tables: each a function that takes the draft and yields what it finds wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks import (
    curation,
    directions,
    figures,
    links,
    overruling,
    references,
    screening,
    signalling,
    stated,
    words,
)
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.tables import settled

CHECKS: tuple[Callable[[Draft], Iterator[Breach]], ...] = (
    links.trials_exist,
    links.known_trials_exist,
    links.arms_exist,
    links.trials_have_two_arms,
    links.sources_exist,
    links.guides_exist,
    links.trials_are_cited,
    links.excluded_reports_are_not_entered,
    links.reports_belong_to_something_known,
    screening.duplicates_repeat_a_record,
    screening.decisions_come_in_their_order,
    screening.exclusions_have_their_reason,
    screening.screened_reports_are_known,
    links.references_are_used,
    links.guide_references_name_their_guides,
    references.works_are_entered_once,
    references.preprints_give_way,
    references.companions_name_their_main_report,
    references.reports_of_one_trial_are_known,
    references.pages_run_forwards,
    references.years_agree,
    references.authors_are_all_named,
    references.report_statuses_are_dated,
    words.conditions_are_listed,
    words.treatments_are_listed,
    words.comparators_are_listed,
    words.compared_classes_are_listed,
    words.guides_ask_about_what_is_listed,
    words.outcomes_are_listed,
    words.instruments_are_listed,
    words.ranges_have_a_source,
    figures.measure_has_its_figures,
    figures.events_within_total,
    figures.statistic_has_its_figures,
    figures.ratios_are_ratios,
    figures.intervals_hold_their_value,
    figures.published_intervals_are_symmetric,
    figures.results_within_a_group_compare_nothing,
    figures.event_says_whether_good,
    figures.tools_keep_to_their_words,
    signalling.flowcharts_come_to_an_end,
    signalling.assessors_follow_the_algorithm,
    overruling.overrides_name_their_subject,
    overruling.overrides_keep_to_their_words,
    overruling.overrides_hold_their_inputs,
    directions.instruments_agree_on_direction,
    directions.contrasts_compare_two_arms,
    directions.favours_names_an_arm,
    directions.ratios_agree_with_favours,
    curation.doubts_touch_rows,
    curation.sensitivity_analyses_are_named,
    curation.corrected_doubts_have_a_correction,
    stated.claims_fill_what_they_are_judged_by,
    stated.unrecorded_claims_name_their_topic,
    stated.stated_ranges_are_whole,
    stated.guidelines_name_the_row_they_repeat,
    stated.second_populations_follow_a_first,
    stated.claims_say_what_their_columns_hold,
    stated.guidelines_say_what_their_columns_hold,
    stated.people_with_hiv_are_coded,
)
"""All checks, in the order in which an extractor would want to mend what they find."""


def check(draft: Draft) -> list[Breach]:
    """Return what all checks find, each finding with the name of its check."""
    found = [replace(breach, check=find.__name__) for find in CHECKS for breach in find(draft)]
    tables = {file: draft.tables.cells[name] for name, file in draft.tables.files.items()}
    elsewhere = [breach for breach in found if breach.file not in tables]
    inside = ((cells, [breach for breach in found if breach.file == file]) for file, cells in tables.items())
    return elsewhere + [breach for cells, breaches in inside for breach in settled(breaches, cells)]


__all__ = ["CHECKS", "Draft", "check"]
