from ipt_evidence.appraisal.claims import findings_of
from ipt_evidence.appraisal.claims.words import figures
from ipt_evidence.reporting.guides.figures import linked_figures

SEVERITY = "depression_ipt_v_control_symptom_severity_post"
LATE = "late_life_depression_ipt_v_control_symptom_severity_post"


def findings(review, *questions):
    tables = review.tables
    known = {one.question_id: one for one in findings_of(review.questions, tables["syntheses"], tables["ratings"])}
    return [known[question] for question in questions]


def test_each_figure_links_to_its_own_question(review):
    one, other = findings(review, SEVERITY, LATE)
    text = linked_figures(f"First ({figures(one)}). Then ({figures(other)}).", [one, other])
    assert f"(../conditions/depression.html#{SEVERITY})" in text.split("Then")[0]
    assert f"(../conditions/late_life_depression.html#{LATE})" in text.split("Then")[1]


def test_figures_of_some_trials_link_to_the_question_they_are_part_of(review):
    text = linked_figures("In groups (4 trials with 371 people; g = 1.02).", findings(review, SEVERITY, LATE))
    assert text.count("](") == 1
    assert f"#{SEVERITY})" in text


def test_other_parentheses_and_texts_without_a_question_stay_text(review):
    assert "](" not in linked_figures("Therapy (CBT) is another.", findings(review, SEVERITY))
    assert linked_figures("None (1 trial with 2 people).", []) == "None (1 trial with 2 people)."


def test_markup_in_a_reason_stays_text():
    assert linked_figures("<b>*x*</b>", []) == r"\<b\>\*x\*\</b\>"
