"""Nothing read is dropped without a line: by column, by code, by row."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import report_of
from ipt_evidence.exchange.metapsy.columns import PAIRED, READ, canonical, names_what_is_measured
from ipt_evidence.exchange.metapsy.contrasts import READY_MADE
from ipt_evidence.extraction.breaches import ExtractionError

BARE = {"study": "Ash, 2001", "condition_arm1": "cbt", "condition_arm2": "cau", "instrument": "bdi-1"}
MEANS = {"mean_arm1": "10", "sd_arm1": "4", "n_arm1": "20", "mean_arm2": "12", "sd_arm2": "4", "n_arm2": "20"}
COUNTS = {"event_arm1": "5", "totaln_arm1": "20", "event_arm2": "9", "totaln_arm2": "20"}
FULL = BARE | MEANS
# Numbers that stand nowhere else, as a number is all that these columns can hold.
NUMBERS = {"n": "61", "sd": "6.17", "mean": "61.7", "totaln": "617", "event": "13", "rand": "617", "attr": "17"}
WANTS = {"attr": {"rand_arm1": "99", "rand_arm2": "99"}, "event": COUNTS, "totaln": COUNTS}
CHANGES = {name.replace("_arm", "_change_arm"): cell for name, cell in MEANS.items()}
WORDS = [
    "study", "condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2", "outcome_type", "instrument", "time",
    "time_weeks", "rating", "dich", "year", "country", "age_group", "target_group", "diagnosis", "mean_age",
    "percent_women", "doi", "full_ref", "format", "format_details", "n_sessions", "post_crossover", "other_stat",
    "precalc_g", "precalc_g_se", "precalc_log_rr", "precalc_log_rr_se", "sg", "ac", "ba", "itt", "d1", "d2", "d3",
    "d4", "d5", "rob", "outcome_domain", "construct", "symptom_domain", "gambling_outcome", "depanx",
    "outcome_subcategory", "outcome_category", "recruitment", "a colour", ".log_rr",
]  # fmt: skip


def lines_of(imported):
    return {int(line) for line in report_of(imported)["line"].dropna()}


def everything(imported):
    cells = [str(cell) for table in imported.tables.values() for row in table.to_numpy() for cell in row]
    report = report_of(imported)
    return "\n".join([*cells, *report["what"], *report["reason"]])


@pytest.mark.parametrize("with_figures", [True, False])
@pytest.mark.parametrize("column", WORDS)
def test_a_marker_in_any_column_is_found_again(imported, column, with_figures):
    found = everything(imported((FULL if with_figures else BARE) | {column: "zymurgy"}))
    assert "zymurgy" in found


# The condition and the name of an arm are words, which the test of words goes through.
@pytest.mark.parametrize(
    "column", [f"{name}_arm{side}" for name in PAIRED if name not in ("condition", "multi") for side in (1, 2)]
)
def test_a_figure_in_any_column_is_found_again(imported, column):
    stem = column[:-5]
    marker = NUMBERS.get(stem.removesuffix("_change").removeprefix("baseline_"), "617")
    row = FULL | (CHANGES if "change" in stem else {}) | WANTS.get(stem, {}) | {column: marker}
    assert marker in everything(imported(row))


def test_every_column_that_is_read_has_a_marker():
    paired = {f"{name}_arm{side}" for name in PAIRED for side in (1, 2)}
    assert set(READ) - paired - {".g", ".g_se"} <= set(WORDS)
    assert set(READY_MADE) <= set(WORDS)


def test_effects_of_the_file_are_taken_or_counted(imported):
    taken = imported(BARE | {".g": "0.617", ".g_se": "0.31"})
    assert taken.tables["contrasts"][["value", "se"]].to_numpy().tolist() == [["0.617", "0.31"]]
    assert any(item.what == "effects .g, .g_se in 1 row" for item in imported(FULL | {".g": "0.5"}).left)


SPELLINGS = {
    "bl_mean_arm1": "baseline_mean_arm1", "m_baseline_arm2": "baseline_mean_arm2", "baseline_m_arm1":
    "baseline_mean_arm1", "dropout_n_arm1": "attr_arm1", "RoB_D1": "d1", "rob_domain3": "d3", "domain.4": "d4",
    "domain 5": "d5", "rob_overall": "rob", "mean_age_not rounded": "mean_age", ".event_arm1": ".event_arm1",
    "Risk of bias (overall)": "rob", "RoB judgement": "rob", "risk_of_bias": "rob", "rob_total": "rob",
    "n_sessions_arm1_not rounded": "n_sessions", "Mean_Arm_1": "mean_arm1", ".g": ".g", "colour": "colour",
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
def test_columns_are_known_in_every_spelling(name):
    assert canonical(name) == SPELLINGS[name]


@pytest.mark.parametrize(
    "name", ["outcome_domain", "outcome.domain", "Outcome Subcategory", "domain", "subscale", "outcome_cat", "Symptom"]
)
def test_columns_that_say_what_is_measured_are_known(name):
    assert names_what_is_measured(canonical(name))


@pytest.mark.parametrize("name", ["outcome_type", "primary_outcome", "d1", "category", "recruitment", "age_group"])
def test_other_columns_do_not_say_what_is_measured(name):
    assert not names_what_is_measured(canonical(name))


def test_after_a_crossover_nothing_is_compared_as_randomised(imported):
    found = imported(FULL | {"post_crossover": "0"}, FULL | {"time": "fu", "post_crossover": "1"})
    assert found.tables["outcomes"]["timepoint"].unique().tolist() == ["post"]
    assert [item.line for item in found.left if "after the crossover" in item.reason] == [3]


def test_columns_of_one_meaning_that_differ_are_told(imported):
    found = imported(FULL | {"mean_age": "37", "mean_age_not rounded": "37.4"})
    assert found.tables["trials"]["mean_age"].tolist() == ["37"]
    assert any(item.what == "columns mean_age, mean_age_not_rounded" for item in found.todo)


CELLS = st.sampled_from(["", "NA", "10", "4", "0", "-1", "12,5", "x", "0.3"])
ROWS = st.fixed_dictionaries(
    {"study": st.sampled_from(["Ash, 2001", "Elm, 2002", "Elm 2002", ""])},
    optional=dict.fromkeys((*MEANS, *COUNTS, *CHANGES, "precalc_g", ".g", "rand_arm1", "attr_arm1", "d1", "sg"), CELLS)
    | {"multi_arm1": st.sampled_from(["a", "b"]), "time": st.sampled_from(["post", "fu", "later"])},
)


@given(rows=st.lists(ROWS, min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
def test_no_row_vanishes(imported, rows):
    with suppress(ExtractionError):  # of figures that contradict the file's own effects: nothing is taken then
        found = imported(*(BARE | row for row in rows))
        assert lines_of(found) >= set(range(2, len(rows) + 2))


WOMEN = [
    (["0,71", "0,9", "1,02"], ["71", "90", ""], "left"),
    (["71", "90", "0,4"], ["71", "90", ""], "left"),
    (["1", "0,5", "64"], ["100", "50", "64"], "asked"),
    (["0", "55", "60"], ["0", "55", "60"], ""),
    (["0,7", "x", "130"], ["70", "", ""], "left"),
    (["0,71", "0,9", "64 %"], ["71", "90", "64"], ""),
    (["70%", "0.5%", "65"], ["70", "0.5", "65"], ""),
]


@pytest.mark.parametrize(("cells", "percent", "told"), WOMEN)
def test_one_slip_does_not_change_how_women_are_read(imported, cells, percent, told):
    found = imported(*(FULL | {"study": f"Ash {n}, 2001", "percent_women": cell} for n, cell in enumerate(cells)))
    assert found.tables["trials"]["percent_women"].tolist() == percent
    assert any("women" in item.what for item in found.left) == (told == "left")
    assert any("women" in item.what for item in found.todo) == (told == "asked")


def test_a_few_contradictions_are_asked_about_and_have_no_vote(imported):
    sound = [FULL | {"study": f"Ash {n}, 2001", ".g": "0.49"} for n in range(4)]
    broken = FULL | {"study": "Elm, 2002", "mean_arm1": "1000", ".g": "0.49"}
    found = imported(*sound, broken, broken | {"study": "Oak, 2002"})
    assert [(item.line, item.what) for item in found.todo if item.what.endswith(": figures")] == [
        (6, "line 6: figures"),
        (7, "line 7: figures"),
    ]
    reason = next(item.reason for item in found.todo if item.what == "direction of effects")
    assert "(4 of 4 rows agree)" in reason
