"""Risk of bias on pages: tables that say each judgement by a letter and a word, in rows and columns with headers."""

import os
import re
import shutil
import subprocess
from html import escape
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest

from ipt_evidence.appraisal.risk_of_bias import ROB1_ITEMS, assess, risk_table
from ipt_evidence.extraction import rob2
from ipt_evidence.reporting.forest.marks import RISK_COLOURS
from ipt_evidence.reporting.pages.risk_of_bias import Bar, BiasSection, WeightShares, bias_section, readings_of
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words import labels

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"
RAISED = dict.fromkeys(rob2.DOMAINS, "low") | {"overall": "high"}


def judged(trial, tool, said, instrument=None):
    rows = [(trial, tool, instrument, domain, judgement) for domain, judgement in said.items()]
    return pd.DataFrame(rows, columns=["trial_id", "tool", "instrument", "domain", "judgement"])


DOUBTED = ["trial_id", "table", "instrument", "about", "doubt", "resolution"]


def review(assessments, trials, used=(), weights=(), doubts=()):
    return SimpleNamespace(
        tables={
            "doubts": pd.DataFrame(doubts, columns=DOUBTED, dtype=object),
            "trial_risk": risk_table(assess(assessments), trials),
            "selections": pd.DataFrame(
                [(*row, True) for row in used], columns=["question_id", "trial_id", "instrument", "used"]
            ).astype({"used": bool}),
            "synthesis_weights": pd.DataFrame(weights, columns=["question_id", "trial_id", "weight_percent"]),
        }
    )


def labelled(*trials):
    return pd.DataFrame({"trial_id": trials, "label": [f"Trial {name.upper()}" for name in trials]})


def printed(macro, *arguments):
    return str(getattr(environment(TEMPLATES).get_template("risk_of_bias.html.j2").module, macro)(*arguments))


def cells(html):
    """The rows of the first table of a text, each cell with what is read out and what is seen."""
    table = ElementTree.fromstring(re.search(r"<table.*?</table>", html, re.DOTALL).group())
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]


BOTH = pd.concat([judged("b", "RoB2", RAISED), judged("a", "RoB1", dict.fromkeys(ROB1_ITEMS, "low"), "BDI")])


def test_each_tool_has_its_table_and_trials_nobody_assessed_are_named():
    section = bias_section(review(BOTH, ["a", "b", "c"]), labelled("a", "b", "c"))
    assert [(light.tool, [row.label for row in light.rows]) for light in section.lights] == [
        ("RoB 2", ["Trial B"]),
        ("RoB 1", ["Trial A"]),
    ]
    assert section.unassessed == ("Trial C",)


def test_a_row_gives_each_domain_its_letter_and_word_and_stars_what_is_not_the_algorithms():
    table = cells(printed("section", bias_section(review(BOTH, ["a", "b"]), labelled("a", "b"))))
    assert table == [
        ["Trial", "Randomisation", "Deviations", "Missing data", "Measurement", "Reporting", "Overall"],
        ["Trial B", *["Llow"] * 5, "Hhigh*"],
    ]


def test_the_caption_explains_the_judgements_that_occur_and_no_others():
    lights = bias_section(review(BOTH, ["a", "b"]), labelled("a", "b")).lights
    captions = [re.sub(r"<[^>]*>", "", printed("traffic_light", light, "x").split("</caption>")[0]) for light in lights]
    assert [caption.strip() for caption in captions] == [
        "RoB 2: 1 assessment. L low, H high. An asterisk: not what the algorithm gives; see the remarks.",
        "RoB 1: 1 assessment. L low.",
    ]


def test_the_instrument_stands_beside_the_trial_where_one_is_named():
    rob_2, rob_1 = bias_section(review(BOTH, ["a", "b"]), labelled("a", "b")).lights
    assert [cells(printed("traffic_light", light, "x"))[1][0] for light in (rob_2, rob_1)] == ["Trial B", "Trial A BDI"]


def test_a_judgement_that_is_not_the_algorithms_has_a_remark():
    section = bias_section(review(BOTH, ["a", "b"]), labelled("a", "b"))
    assert section.remarks == (("Trial B", "Overall: The assessors judged high, the algorithm gives low."),)
    assert "<li><b>Trial B</b>: Overall: The assessors judged high" in printed("section", section)


def test_a_doubt_about_judgements_is_a_remark_and_other_doubts_are_none():
    about = ("two ratings", "They differ.", "Both are kept.")
    doubts = [
        ("a", "risk_of_bias", "BDI", *about),
        ("a", "outcomes", None, *about),
        ("c", "risk_of_bias", None, *about),
    ]
    section = bias_section(review(BOTH.iloc[:0], ["a"], doubts=doubts), labelled("a"))
    assert section.remarks == (("Trial A (BDI)", "Two ratings: They differ. What was done: Both are kept."),)


def test_only_the_trials_of_the_page_are_shown():
    section = bias_section(review(BOTH, ["a", "b", "c"]), labelled("a"))
    assert (len(section.lights), section.unassessed, section.remarks) == (1, (), ())


def test_a_page_without_judgement_has_no_table_and_counts_who_was_not_assessed():
    section = bias_section(review(BOTH.iloc[:0], ["a"]), labelled("a"))
    assert (section.lights, section.unassessed) == ((), ("Trial A",))
    page = printed("section", section)
    assert ("<table" in page, "Remarks" in page, "Not assessed: 1 trial<" in page) == (False, False, True)
    assert '<span class="risk risk-unknown" aria-hidden="true">?</span> Trial A' in page


def test_text_from_the_tables_stays_text():
    spoiled = "<script>alert(1)</script>"
    lights = bias_section(review(judged("a", "RoB2", RAISED), ["a"]), labelled("a").assign(label=spoiled)).lights
    page = printed("section", BiasSection(lights=lights, unassessed=(spoiled,), remarks=((spoiled, spoiled),)))
    assert ("<script>" in page, page.count("&lt;script&gt;")) == (False, 4)


def test_each_judgement_has_a_letter_of_its_own_and_the_same_colours_in_page_and_plot():
    assert list(labels.RISK_LETTERS) == list(labels.RISKS)
    assert len(set(labels.RISK_LETTERS.values())) == len(labels.RISKS)
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    assert all(f".risk-{judgement}" in style for judgement in labels.RISKS)
    for judgement, (colour, ink) in RISK_COLOURS.items():
        assert f".risk-{judgement} {{ color: {ink}; background: {colour};" in style


USED = [("q", "a", "BDI"), ("q", "b", "BDI"), ("q", "c", "BDI"), ("none", "c", "BDI")]
WEIGHTS = [("q", "a", 50.0), ("q", "b", 30.0), ("q", "c", 20.0), ("none", "c", 100.0)]


def shares():
    return WeightShares(review(BOTH, ["a", "b", "c"], USED, WEIGHTS))


def test_the_bars_share_the_weight_of_an_answer_overall_and_by_domain():
    bars = shares().bars("q")
    assert bars[0].shares == {"low": 50.0, "high": 30.0, "unknown": 20.0}
    assert [bar.group for bar in bars] == ["", *["By domain of RoB 2"] * 5, *["By domain of RoB 1"] * 4]
    assert bars[1].shares == {"low": 30.0, "unknown": 70.0}
    assert bars[-1].shares == {"low": 50.0, "unknown": 50.0}
    assert all(sum(bar.shares.values()) == pytest.approx(100) for bar in bars)


def test_an_answer_from_trials_nobody_assessed_has_no_bars():
    assert shares().bars("none") == ()


BARS = (
    Bar(group="", label="All trials, overall", shares={"low": 20.0, "self_report": 79.7, "unknown": 0.3}),
    Bar(group="By domain of RoB 2", label="Randomisation", shares={"low": 100.0}),
    Bar(group="By domain of RoB 2", label="Reporting", shares={"low": 50.0, "unknown": 50.0}),
)


def test_the_table_of_weights_names_each_group_once_and_gives_every_share_as_a_figure():
    assert cells(printed("weighted", BARS, (), True)) == [
        ["", "Llow", "Prated by the patients: no assessor to blind", "?not assessed"],
        ["All trials, overall", "20%", "80%", "<1%"],
        ["By domain of RoB 2"],
        ["Randomisation", "100%", "0%", "0%"],
        ["Reporting", "50%", "0%", "50%"],
    ]


def test_the_length_of_a_part_of_a_bar_is_its_share():
    found = re.findall(r'<i class="risk-(\w+)" style="width: ([0-9.]+)%">', printed("weighted", BARS, (), True))
    assert found == [(risk, f"{share:.2f}") for bar in BARS for risk, share in bar.shares.items()]


@pytest.mark.parametrize(("is_open", "tag"), [(True, "<details open>"), (False, "<details>")])
def test_the_weights_are_open_where_they_are_asked_to_be(is_open, tag):
    assert tag in printed("weighted", BARS, (), is_open)


ANSWER = SimpleNamespace(pooled=SimpleNamespace(measure="SMD", level=0.95))
READ = [
    {"reading": "high", "certainty": "very_low", "label": "insufficient", "k": 0, "estimate": float("nan"),
     "ci_low": float("nan"), "ci_high": float("nan"), "decided_by": "none"},
    {"reading": "unclear", "certainty": "low", "label": "comparator_better", "k": 3, "estimate": -0.5,
     "ci_low": -0.8, "ci_high": -0.2, "decided_by": "bayes"},
]  # fmt: skip


def test_each_reading_of_an_ambiguous_code_has_its_rating_and_what_the_trials_not_at_high_risk_say():
    page = printed("weighted", BARS, readings_of(READ, ANSWER), True)
    assert re.findall("<li>(.*)</li>", page) == [
        "All of them mean high: certainty very low, label insufficient; trials then not at high risk of bias: 0, "
        "no estimate.",
        "All of them mean unclear: certainty low, label comparator better; trials then not at high risk of bias: 3, "
        "g = −0.50 (95% CrI −0.80 to −0.20).",
    ]
    assert "<li>" not in printed("weighted", BARS, (), True)


def test_an_item_judged_high_or_unclear_is_shown_as_that_and_rob_1_gives_way_to_rob_2_in_sight():
    said = dict.fromkeys(ROB1_ITEMS, "low") | {"allocation_concealment": "high_or_unclear"}
    both = pd.concat([judged("a", "RoB1", said, "BDI"), judged("a", "RoB2", {"overall": "low"})])
    both = pd.concat([both, judged("b", "RoB1", said, "BDI")])
    lights = bias_section(review(both, ["a", "b"]), labelled("a", "b")).lights
    word = "HUhigh or unclear, not told apart"
    assert [cells(printed("traffic_light", light, "x"))[1:] for light in lights] == [
        [["Trial A", *["?not assessed"] * 5, "Llow"]],
        [["Trial A BDI (RoB 2 counts)", "Llow", word, "Llow", "Llow", word],
         ["Trial B BDI", "Llow", word, "Llow", "Llow", word]],
    ]  # fmt: skip


LONG = "Donaudampfschifffahrtsgesellschaftskapitän 1999"
MEASURE = """<script>onload = () => {
    const page = frames[0].document, parts = [...page.querySelectorAll('table, td, th, .bar')];
    const ends = parts.map(part => Math.ceil(part.getBoundingClientRect().right));
    document.title = [...ends, page.documentElement.scrollWidth].join();
}</script>"""


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_reaches_beyond_the_window_of_a_phone_or_a_desk(width, tmp_path):
    program = shutil.which("chromium")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    lights = bias_section(review(BOTH, ["a", "b"]), labelled("a", "b").assign(label=LONG))
    bars = (Bar(group="", label=LONG, shares=dict.fromkeys(labels.RISKS, 100 / len(labels.RISKS))), *BARS)
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    body = printed("section", lights) + printed("weighted", bars, readings_of(READ, ANSWER), True)
    page = tmp_path / "page.html"
    # A window of Chromium is never as narrow as a phone, a frame in it is.
    inner = escape(f"<!DOCTYPE html><style>{style}</style><main>{body}</main>")
    frame = f'<iframe width="{width}" height="5000" style="border: 0" srcdoc="{inner}"></iframe>'
    page.write_text(f'<!DOCTYPE html><meta charset="utf-8">{frame}{MEASURE}', encoding="utf-8")
    ways = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    command = [program, *ways, page.as_uri()]
    found = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()
    ends = [int(end) for end in re.search(r"<title>([0-9,]+)</title>", found).group(1).split(",")]
    assert len(ends) > 60
    assert max(ends) <= width
