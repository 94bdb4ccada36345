import pytest


def test_a_correction_that_fits_changes_one_cell(evidence):
    assert evidence.arms.set_index(["trial_id", "arm_id"])["treatment"][("beta2002", "cau")] == "care_as_usual"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "sd,1.1,4.8",
            "sd,1.2,4.8",
            "column=sd: expected_old = '1.2': must be what line 3 of outcomes.csv holds, which is '1.1'. "
            "Look the figure up in its source, then change or delete the correction.",
            id="another old value",
        ),
        pytest.param(
            "; outcome=symptom_severity",
            "",
            "column=sd: key = 'trial_id=alpha2001; arm_id=wl': must name exactly one row of outcomes.csv, and names "
            "lines 3, 5. Give all columns that tell the row apart, as they are typed there.",
            id="two rows",
        ),
        pytest.param(
            "arm_id=wl",
            "arm_id=xx",
            "column=sd: key = 'trial_id=alpha2001; arm_id=xx; outcome=symptom_severity': must name exactly one row of "
            "outcomes.csv, and names none. Give all columns that tell the row apart, as they are typed there.",
            id="no row",
        ),
        pytest.param(
            "arm_id=wl",
            "arm=wl",
            "column=sd: key = 'trial_id=alpha2001; arm=wl; outcome=symptom_severity': outcomes.csv has no column arm. "
            "Write it as column=value; column=value.",
            id="unknown key column",
        ),
        pytest.param(
            ",sd,1.1",
            ",sdd,1.1",
            "column=sdd: column = 'sdd': must be a column of outcomes.csv. Name the column of the cell to correct.",
            id="unknown column",
        ),
    ],
)
def test_a_correction_that_no_longer_fits_stops_the_run(mini, old, new, message):
    mini.swap("raw/corrections.csv", old, new)
    assert mini.problems()[0] == f"raw/corrections.csv:2: table=outcomes; {message}"


def test_the_new_value_is_held_to_the_same_rules(mini):
    mini.swap("raw/corrections.csv", "sd,1.1,4.8", "sd,1.1,0")
    (message,) = mini.problems()
    assert message.startswith("raw/outcomes.csv:3: ")
    assert "sd = '0': set by corrections.csv, must be above 0" in message


def test_corrections_are_applied_before_doubts_look_for_their_rows(mini):
    mini.swap("raw/doubts.csv", "alpha2001,outcomes,wl,symptom_severity,BDI", "beta2002,arms,cau,,")
    assert "doubt:alpha2001_sd_is_se" in mini.load().outcomes.set_index("arm_id")["flags"]["cau"]
