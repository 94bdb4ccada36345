"""Nothing read is dropped without a line: by column, by row."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import report_of
from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.network.columns import SPELLINGS, renamed

PAIR = {"study": "Ash 2001", "t1": "IPT", "t2": "CBT", "effect": "-0.3", "se": "0.2", "sm": "SMD"}
ARM = {"study": "Ash 2001", "t": "IPT", "y": "10", "sd": "4", "n": "20"}
COUNTS = {"study": "Ash 2001", "t": "IPT", "r": "5", "n": "20"}
MEANS = {"study": "Ash 2001", "t1": "IPT", "t2": "CBT", "y1": "10", "sd1": "4", "n1": "20", "y2": "9", "sd2": "4",
         "n2": "20"}  # fmt: skip
EVENTS = {"study": "Ash 2001", "t1": "IPT", "t2": "CBT", "r1": "5", "n1": "20", "r2": "6", "n2": "20"}
ROWS = [ARM, COUNTS, PAIR, MEANS, EVENTS]


def everything(imported):
    cells = [str(cell) for table in imported.tables.values() for row in table.to_numpy() for cell in row]
    report = report_of(imported)
    return "\n".join([*cells, *report["what"], *report["reason"]]).lower()


@pytest.mark.parametrize(("ours", "names"), SPELLINGS.items())
def test_every_spelling_of_a_column_is_read(ours, names):
    for name in names:
        sheet = Sheet("f.csv", (name,), (Record(2, {name: "zymurgy"}),), (), ())
        found, unread = renamed(sheet, frozenset())
        assert (found.columns, found.records[0].get(ours), unread) == ((ours,), "zymurgy", ())


@pytest.mark.parametrize("column", [*(names[-1] for names in SPELLINGS.values()), "a colour"])
@pytest.mark.parametrize("row", ROWS, ids=["arm", "counts", "pair", "means", "events"])
def test_a_marker_in_any_column_is_found_again(imported, row, column):
    assert "zymurgy" in everything(imported(row | {column: "zymurgy"}))


@pytest.mark.parametrize("row", ROWS, ids=["arm", "counts", "pair", "means", "events"])
def test_a_number_in_any_column_of_figures_is_found_again(imported, row):
    for column in (
        "y",
        "sd",
        "n",
        "r",
        "y1",
        "sd1",
        "n1",
        "r1",
        "y2",
        "sd2",
        "n2",
        "r2",
        "effect",
        "se",
        "weeks",
        "year",
    ):
        assert "17" in everything(imported(row | {column: "17"})), column


CELLS = st.sampled_from(["", "NA", "10", "4", "0", "-1", "12,5", "x", "0.3"])
NAMES = st.sampled_from(["", "IPT", "CBT", "Waiting list"])
STUDIES = st.sampled_from(["", "Ash 2001", "Ash, 2001", "Elm 2002"])
BY_ARM = st.fixed_dictionaries(dict.fromkeys(("y", "sd", "n", "r"), CELLS) | {"study": STUDIES, "t": NAMES})
BY_PAIR = st.fixed_dictionaries(
    dict.fromkeys(("effect", "se", "y1", "sd1", "n1", "y2", "sd2", "n2", "r1", "r2"), CELLS)
    | {"study": STUDIES, "t1": NAMES, "t2": NAMES, "sm": st.sampled_from(["SMD", "OR", "RD", ""])}
)


@given(rows=st.one_of(st.lists(BY_ARM, min_size=1, max_size=6), st.lists(BY_PAIR, min_size=1, max_size=6)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_row_vanishes(imported, rows):
    report = report_of(imported(*rows))
    told = {int(line) for line in report["line"].dropna()}
    # A row whose figures repeat an earlier one is told by that line; an empty row is none.
    filled = {line for line, row in enumerate(rows, start=2) if any(cell not in ("", "NA") for cell in row.values())}
    assert told >= filled
