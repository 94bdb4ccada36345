"""The methods in short say what the settings say."""

from pathlib import Path

import pytest
import yaml

from ipt_evidence.reporting.methods import methods_in_short
from ipt_evidence.reporting.pages.methods import SECTIONS, settings_of
from ipt_evidence.words.glossary import glossary
from ipt_evidence.words.labels import RISKS

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("excluded", "sentence"),
    [
        ([], "No trial is left out because its report was retracted or called into question."),
        (["retracted"], "A trial whose report is known to be retracted is not pooled;"),
        (
            ["retracted", "expression_of_concern"],
            "A trial whose report is known to be retracted or is known to be under an expression of concern is not",
        ),
    ],
)
def test_they_say_which_reports_keep_a_trial_out(strength_rules, excluded, sentence):
    settings = CONFIG | {"synthesis": CONFIG["synthesis"] | {"excluded_reports": excluded}}
    assert any(text.startswith(sentence) for text in methods_in_short(settings, strength_rules, "IPT"))


def test_they_say_what_the_labels_go_by(strength_rules):
    last = methods_in_short(CONFIG, strength_rules, "IPT")[-1]
    assert last.startswith("The label of strength goes by the certainty of the evidence by the five domains of GRADE, ")


def test_every_setting_on_the_page_says_what_it_decides():
    schema = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    shown = [one for part in SECTIONS for one in settings_of(part, CONFIG[part], schema)]
    assert len(shown) > len(SECTIONS)
    assert [name for name, _, meaning in shown if not meaning] == []


def test_kinds_of_risk_of_bias_are_told_apart_in_the_glossary():
    (term,) = [one for one in glossary(CONFIG, "IPT") if one.anchor == "risk-of-bias"]
    assert all(name in term.meaning.partition(": ")[2].partition(". It is")[0].split("; ") for name in RISKS.values())
