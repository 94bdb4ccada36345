"""Each check across tables, tried on the mini evidence base with one thing spoilt."""

from dataclasses import replace

import pandas as pd
import pytest

from ipt_evidence.extraction.checks import CHECKS, curation, directions, figures, links, words
from ipt_evidence.extraction.checks import check as run_all

NA = pd.NA


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_finds_nothing_in_sound_tables(finds, check):
    assert finds(check) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_says_in_its_docstring_what_it_finds(check):
    assert check.__doc__.startswith("Yield ")


@pytest.mark.parametrize(
    ("check", "table", "line", "cells", "place", "message"),
    [
        (
            links.trials_exist, "arms", 4, {"trial_id": "beta2020"},
            "trial_id=beta2020; arm_id=ipt: trial_id = 'beta2020'",
            "must be listed in trials.csv. Add it there, or correct it: did you mean beta2002?",
        ),
        (
            links.trials_exist, "doubts", 3, {"trial_id": "gamma"}, "doubt_id=beta2002_clusters: trial_id = 'gamma'",
            "must be listed in trials.csv. Add it there, or correct it: the words in use are alpha2001, beta2002.",
        ),
        (
            links.known_trials_exist, "benchmarks", 2, {"trials": "alpha2001;gamma"}, "trials = 'alpha2001;gamma'",
            "gamma must be listed in trials.csv. "
            "Correct or remove it: the words in use are alpha2001, beta2002.",
        ),
        (
            links.arms_exist, "contrasts", 3, {"arm2_id": "wl"}, "arm2_id = 'wl'",
            "must be an arm of beta2002. Add the arm to arms.csv, or correct it: the words in use are cau, ipt.",
        ),
        (
            links.arms_exist, "doubts", 4, {"arm_id": "wl"}, "arm_id = 'wl'",
            "must be an arm of beta2002. Add the arm to arms.csv, or correct it: the words in use are cau, ipt.",
        ),
        (
            links.trials_have_two_arms, "arms", 5, {"trial_id": "alpha2001"},
            "trial_id=beta2002: trial_id = 'beta2002'",
            "must have at least 2 arms in arms.csv, and has 1. Add its arms, or remove the trial.",
        ),
        (
            links.sources_exist, "risk_of_bias", 2, {"source_id": "data_opn"}, "source_id = 'data_opn'",
            "must be listed in sources.csv. Add it there, or correct it: did you mean data_open?",
        ),
        (
            links.guides_exist, "claims", 2, {"guide_id": "directry"}, "guide_id = 'directry'",
            "must be a guide listed in guides.yaml. Add it there, or correct it: did you mean directory?",
        ),
        (
            links.trials_are_cited, "trials", 2, {"citekey": "alpha2010"}, "citekey = 'alpha2010'",
            "must be the key of an entry in references.bib. Add it there, or correct it: did you mean alpha2001?",
        ),
        (
            links.excluded_reports_are_not_entered, "excluded_reports", 2, {"report_id": "alpha2001"},
            "report_id = 'alpha2001'", "the report is entered in trials.csv. Delete the row, or the trial.",
        ),
        (
            words.conditions_are_listed, "guidelines", 2, {"condition": "deppression"}, "condition = 'deppression'",
            "must be listed in vocabulary/conditions.csv. "
            "Add a row there (condition, label, plain_label), or correct it: did you mean depression?",
        ),
        (
            words.treatments_are_listed, "arms", 2, {"treatment": "itp"}, "treatment = 'itp'",
            "must be listed in vocabulary/treatments.csv. "
            "Add a row there (treatment, label, class), or correct it: did you mean ipt?",
        ),
        (
            words.comparators_are_listed, "claims", 2, {"comparator": "controls"}, "comparator = 'controls'",
            "must be any, or listed in vocabulary/treatment_classes.csv. Correct it: did you mean control?",
        ),
        (
            words.comparators_are_listed, "benchmarks", 2, {"comparator": "controls"},
            "id=epsilon2019: comparator = 'controls'",
            "must be any, or listed in vocabulary/treatment_classes.csv. Correct it: did you mean control?",
        ),
        (
            words.comparators_are_listed, "benchmarks", 2, {"intervention": "any"}, "intervention = 'any'",
            "must be listed in vocabulary/treatment_classes.csv. Correct it: the words in use are control, ipt.",
        ),
        (
            words.conditions_are_listed, "benchmarks", 2, {"condition": "depresion"}, "condition = 'depresion'",
            "must be listed in vocabulary/conditions.csv. "
            "Add a row there (condition, label, plain_label), or correct it: did you mean depression?",
        ),
        (
            words.outcomes_are_listed, "benchmarks", 2, {"outcome": "symptoms"}, "outcome = 'symptoms'",
            "must be listed in vocabulary/outcomes.csv. "
            "Add a row there (outcome, label, plain_label, kind, domain), or correct it: did you mean "
            "symptom_severity?",
        ),
        (
            words.outcomes_are_listed, "doubts", 4, {"outcome": "relaps"}, "outcome = 'relaps'",
            "must be listed in vocabulary/outcomes.csv. "
            "Add a row there (outcome, label, plain_label, kind, domain), or correct it: did you mean relapse?",
        ),
        (
            words.instruments_are_listed, "risk_of_bias", 2, {"instrument": "BDI-9"}, "instrument = 'BDI-9'",
            "must be listed in vocabulary/instruments.csv. "
            "Add a row there (instrument, name), or correct it: did you mean BDI?",
        ),
        (
            figures.measure_has_its_figures, "outcomes", 2, {"mean": NA}, "mean = ''",
            "must be filled where measure is continuous. "
            "Fill the cell, or remove the row if the figure is not reported.",
        ),
        (
            figures.measure_has_its_figures, "outcomes", 4, {"total": NA}, "total = ''",
            "must be filled where measure is binary. Fill the cell, or remove the row if the figure is not reported.",
        ),
        (
            figures.measure_has_its_figures, "outcomes", 4, {"sd": 2.5}, "sd = '2.5'",
            "must be empty where measure is binary. Empty the cell, or correct the measure.",
        ),
        (
            figures.events_within_total, "outcomes", 4, {"events": 21}, "events = '21'",
            "must not be above total, which is 20. Look both up in the source; they may be exchanged.",
        ),
        (
            figures.statistic_has_its_figures, "contrasts", 2, {"value": NA}, "value = ''",
            "must be filled where statistic is smd. Fill the cell, or remove the row.",
        ),
        (
            figures.statistic_has_its_figures, "contrasts", 2, {"value": NA, "statistic": "F1"}, "value = ''",
            "value or p_value must be filled where statistic is F1. Fill one of them, or remove the row.",
        ),
        (
            figures.ratios_are_ratios, "contrasts", 3, {"ci_low": -1.6}, "ci_low = '-1.6'",
            "must be above 0 where statistic is odds_ratio. Enter the ratio as printed, not its logarithm.",
        ),
        (
            figures.ratios_are_ratios, "benchmarks", 2, {"measure": "RR", "ci_low": -0.45}, "ci_low = '-0.45'",
            "must be above 0 where measure is RR. Enter the ratio as printed, not its logarithm.",
        ),
        (
            figures.published_intervals_are_symmetric, "benchmarks", 2, {"ci_low": -1.55}, "estimate = '0.6'",
            "2.15 above the lower and 0.15 below the upper limit. Look the three figures up.",
        ),
        (
            figures.results_within_a_group_compare_nothing, "benchmarks", 2, {"measure": "SMC"},
            "comparator = 'control'",
            "must be empty where measure is SMC. Empty the cell, or correct the measure.",
        ),
        (
            figures.intervals_hold_their_value, "contrasts", 3, {"ci_high": 0.4}, "value = '0.5'",
            "must lie within its interval, 0.2 to 0.4. Look the three figures up; a sign may be missing.",
        ),
        (
            figures.intervals_hold_their_value, "benchmarks", 2, {"ci_low": NA}, "ci_low = ''",
            "must be filled where ci_high is. Enter both limits, or neither.",
        ),
        (
            figures.event_says_whether_good, "contrasts", 3, {"event": "depressed again"}, "event_good = ''",
            "must be filled where event is. Fill both cells, or neither if the outcome itself is counted.",
        ),
        (
            figures.tools_keep_to_their_words, "risk_of_bias", 3, {"judgement": "unclear"}, "judgement = 'unclear'",
            "must be one of low, some_concerns, high where tool is RoB2 and domain is overall. "
            "Correct it, or the tool.",
        ),
        (
            directions.instruments_agree_on_direction, "outcomes", 2, {"lower_is_better": False},
            "lower_is_better = 'false'",
            "must be true for BDI. "
            "Correct it, or the direction in instruments.csv if the scale was turned round there.",
        ),
        (
            directions.contrasts_compare_two_arms, "contrasts", 2, {"arm2_id": "ipt"}, "arm2_id = 'ipt'",
            "must be another arm than ipt. Name the arm it is compared with.",
        ),
        (
            directions.favours_names_an_arm, "contrasts", 2, {"favours": "wl"}, "favours = 'wl'",
            "must be one of the two arms compared, ipt or cau. Name the arm with the better result.",
        ),
        (
            directions.favours_names_an_arm, "contrasts", 2, {"favours": NA}, "favours = ''",
            "must say which arm has the better result. "
            "Name the arm with the better result, or empty the figures that are of no use without it.",
        ),
        (
            directions.favours_names_an_arm, "contrasts", 4, {"p_value": 0.2}, "favours = ''",
            "must say which arm has the better result. "
            "Name the arm with the better result, or empty the figures that are of no use without it.",
        ),
        (
            directions.ratios_agree_with_favours, "contrasts", 3, {"favours": "cau"}, "favours = 'cau'",
            "must be ipt with odds_ratio 0.5 of a bad event, ipt over cau. "
            "Look up which arm had more events, and whether event_good is right.",
        ),
        (
            directions.ratios_agree_with_favours, "contrasts", 3, {"event": "well", "event_good": True},
            "favours = 'ipt'",
            "must be cau with odds_ratio 0.5 of a good event, ipt over cau. "
            "Look up which arm had more events, and whether event_good is right.",
        ),
        (
            curation.doubts_touch_rows, "doubts", 2, {"instrument": "CAPS"}, "table = 'outcomes'",
            "outcomes.csv has no row with trial_id alpha2001, arm_id wl, outcome symptom_severity, instrument CAPS, "
            "timepoint post. Correct what narrows the doubt down, or remove it.",
        ),
        (
            curation.doubts_touch_rows, "doubts", 3, {"arm_id": "ipt"}, "table = 'trials'",
            "trials.csv has no row with trial_id beta2002, arm_id ipt. "
            "Correct what narrows the doubt down, or remove it.",
        ),
        (
            curation.sensitivity_analyses_are_named, "doubts", 3, {"sensitivity": NA}, "sensitivity = ''",
            "must be filled where action is sensitivity, and only there. Name the analysis, or correct the action.",
        ),
        (
            curation.sensitivity_analyses_are_named, "doubts", 3, {"action": "flag"},
            "sensitivity = 'cluster_design_effect'",
            "must be filled where action is sensitivity, and only there. Name the analysis, or correct the action.",
        ),
        (
            curation.corrected_doubts_have_a_correction, "doubts", 4, {"action": "correction", "trial_id": "gamma"},
            "action = 'correction'",
            "corrections.csv must correct a cell of the trial. Add the correction, or choose another action.",
        ),
    ],
)  # fmt: skip
def test_names_the_cell_that_is_wrong(finds, check, table, line, cells, place, message):
    (found,) = finds(check, (table, line, cells))
    in_line = 4 if check is links.trials_have_two_arms else line
    file = "trials" if check is links.trials_have_two_arms else table
    assert found.startswith(f"raw/{file}.csv:{in_line}: ")
    assert found.endswith(f"{place}: {message}")


@pytest.mark.parametrize(
    ("check", "table", "line", "cells"),
    [
        pytest.param(figures.measure_has_its_figures, "outcomes", 2, {"sd": NA, "n": NA}, id="SD and n not reported"),
        pytest.param(directions.favours_names_an_arm, "contrasts", 4, {"value": 6.0}, id="nothing can be computed"),
        pytest.param(directions.ratios_agree_with_favours, "contrasts", 3, {"value": 1.0}, id="ratio of one"),
        pytest.param(
            directions.ratios_agree_with_favours,
            "contrasts",
            3,
            {"outcome": "symptom_severity", "favours": "cau"},
            id="event not known",
        ),
        pytest.param(words.conditions_are_listed, "trials", 2, {"condition": "unipolar_depression"}, id="a parent"),
    ],
)
def test_lets_pass_what_is_merely_incomplete(finds, check, table, line, cells):
    assert finds(check, (table, line, cells)) == []


def test_every_entry_of_the_trials_bibliography_needs_its_trial(finds):
    (found,) = finds(links.references_are_used, ("trials", 4, {"citekey": "alpha2001"}))
    assert found == (
        "raw/references.bib:11: beta2002: no trial of trials.csv cites the entry. "
        "Add the trial or companionof = {main report}, or move it to guide_references.bib if a guide cites it."
    )


def test_a_work_both_bibliographies_hold_is_named(sound_draft):
    twice = replace(sound_draft, references=replace(sound_draft.references, named=frozenset({"zeta1984"})))
    (found,) = links.guide_references_name_their_guides(twice)
    assert str(found).endswith(
        "guide_references.bib:1: zeta1984: the same key stands in references.bib. "
        "Keep the entry there with usedby = {guide_id}, or rename the key if it is another work."
    )


def test_a_citation_of_an_unknown_guide_is_named(sound_draft):
    (*_, found) = links.guides_exist(replace(sound_draft, guides={"portal": {}}))
    assert str(found).endswith("zeta1984: usedby = 'directory': must be a guide listed in guides.yaml. "
                               "Correct it: the words in use are portal.")  # fmt: skip


def test_a_missing_file_is_reported_once_and_not_as_unknown_names(mini):
    (mini.raw / "trials.csv").unlink()
    (mini.vocabulary / "instruments.csv").unlink()
    (mini.raw / "references.bib").unlink()
    assert [message.split(": ")[0] for message in mini.problems()] == [
        "raw/references.bib",
        "raw/trials.csv",
        "vocabulary/instruments.csv",
    ]


def test_a_row_out_of_joint_is_reported_once(mini):
    mini.swap("raw/outcomes.csv", "alpha2001,ipt,remission,target,", "alpha2001,ipt,remission,")
    (message,) = mini.problems()
    assert "the row has 20 cells where the first row has 21" in message


def test_all_checks_together_find_what_each_one_finds(sound_draft):
    assert run_all(sound_draft) == []


def test_guides_ask_about_what_the_vocabulary_holds(mini):
    asks = "{asks: differs, condition: deppression, comparator: cbtt, text: How}"
    mini.swap("raw/guides.yaml", "  notes: One mode only.", f"  questions: [{asks}]\n  notes: One mode only.")
    assert mini.problems() == [
        "raw/guides.yaml: guide_id=directory: questions, condition = 'deppression': must be listed in "
        "vocabulary/conditions.csv. Correct it: did you mean depression?",
        "raw/guides.yaml: guide_id=directory: questions, comparator = 'cbtt': must be listed in "
        "vocabulary/treatment_classes.csv. Correct it: the words in use are control, ipt.",
    ]


def test_a_claim_on_what_no_table_records_names_it(mini):
    mini.swap("raw/claims.csv", "directory,efficacy,", "directory,unrecorded,")
    assert any("not_measured = '': must be filled where kind is unrecorded" in one for one in mini.problems())
