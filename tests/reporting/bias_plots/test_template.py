"""Risk of bias as a page prints it."""

from pathlib import Path

from markupsafe import Markup

from ipt_evidence.reporting.bias_plots.views import BiasSection
from ipt_evidence.reporting.templating import environment

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"
PLOT = Markup("<svg></svg>")


def section(**parts):
    empty = {"plots": (), "unassessed": (), "remarks": ()}
    module = environment(TEMPLATES).get_template("risk_of_bias.html.j2").module
    return str(module.section(BiasSection(**(empty | parts))))


def test_expired_overrides_and_other_remarks_are_printed_under_the_name_of_the_trial():
    page = section(remarks=(("One 2001", "Overall: The override of A. Reader has expired."),))
    assert "<li><b>One 2001</b>: Overall: The override of A. Reader has expired.</li>" in page


def test_trials_nobody_assessed_are_counted_and_marked_with_a_sign_that_is_not_colour_alone():
    page = section(unassessed=("One 2001", "Two 2002"))
    assert "Not assessed: 2 trials" in page
    assert page.count('risk-unknown" aria-hidden="true">?</span>') == 2
    assert "Not assessed: 1 trial<" in section(unassessed=("One 2001",))


def test_nothing_is_said_of_what_there_is_not():
    page = section(plots=(PLOT,))
    assert "<svg></svg>" in page
    assert "Not assessed" not in page
    assert "Remarks" not in page


def test_text_from_the_tables_stays_text():
    page = section(unassessed=("<b>One</b>",), remarks=(("<i>", "<script>"),))
    assert "<b>One</b>" not in page
    assert "<script>" not in page


def test_the_bar_of_an_answer_is_open_where_it_is_asked_to_be():
    module = environment(TEMPLATES).get_template("risk_of_bias.html.j2").module
    assert "<details open>" in module.weighted(PLOT, True)
    assert "<details>" in module.weighted(PLOT, False)
