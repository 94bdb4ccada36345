"""Every number of a page is read back from it and held to the table it comes from, without the code that wrote it."""

import re
from html.parser import HTMLParser
from io import StringIO
from math import ceil, exp, isnan, sqrt
from xml.etree import ElementTree

import pandas as pd
import pytest

FIGURE = re.compile(r"(?<![\w.])([<>]?)([−-]?\d[\d,]*(?:\.\d+)?)")
TEXT = "{http://www.w3.org/2000/svg}text"
VOID = {"meta", "link", "br", "img", "input", "hr", "col", "wbr"}


class Page(HTMLParser):
    """Reads rows of tables by the id of their caption, figures by their term, and cells of the overview by address."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.terms, self.cells, self.open = {}, {}, {}, []
        self._caption = self._term = self._cell = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        if tag in VOID:
            return
        self.open.append((tag, facts))
        if tag == "table":
            self._caption = None
        if tag == "caption":
            self._caption = facts.get("id", "")
            self.tables[self._caption] = []
        if tag == "tr" and self._caption is not None:
            self.tables[self._caption].append([])
        if tag in ("td", "th") and self._caption is not None:
            self.tables[self._caption][-1].append("")
        if tag == "dt":
            self._term = ""
        if tag == "a" and facts.get("class") == "cell":
            self._cell = facts["href"]
            self.cells[self._cell] = ""

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag == "table":
            self._caption = None
        if tag == "a":
            self._cell = None

    def handle_data(self, text):
        tags = [tag for tag, _ in self.open]
        classes = [facts.get("class") for _, facts in self.open]
        # Marks of notes are no figures; hints stand beside figures and are read on their own.
        if "sup" in tags:
            return
        if self._cell:
            self.cells[self._cell] += f" {text}" if classes[-1] in ("effect", "interval", "hint") else ""
        if {"td", "th"} & set(tags) and self._caption is not None:
            self.tables[self._caption][-1][-1] += text
        elif "dt" in tags:
            self._term += text
        elif tags and tags[-1] == "dd" and self._term:
            self.terms.setdefault(self._term, text)


def read(words):
    """Return the figures in words, each with what stands before it; the coverage of an interval is no figure."""
    plain = re.sub(r"\d+% (CI|CrI|widened CI|prediction)", "", words).replace("g = ", "")
    return [(sign, text.replace("−", "-").replace(",", "")) for sign, text in FIGURE.findall(plain)]


def holds(printed, value):
    """Tell whether a figure is a value, rounded to as many places as are printed."""
    sign, text = printed
    if sign:
        return value < float(text) if sign == "<" else value > float(text)
    return abs(float(text) - value) <= 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-9


def hold(words, *values):
    """Hold the figures in words to values, of which those that are missing are not printed."""
    found, values = read(words), [value for value in values if not isnan(value)]
    assert len(found) == len(values), (words, values)
    assert all(holds(one, value) for one, value in zip(found, values, strict=True)), (words, values)


def shown(row, *names):
    """Return values of a row as they are shown: ratios exponentiated, differences of risk in percentage points."""
    turned = exp if row["measure"].startswith("log") else lambda value: value * (100 if row["measure"] == "RD" else 1)
    return [float("nan") if pd.isna(row[name]) else turned(row[name]) for name in names]


EFFECT = ("estimate", "ci_low", "ci_high")


@pytest.fixture(scope="module")
def tables(review):
    """The tables by question, each rating with the measure of its question."""
    measure = review.tables["syntheses"].set_index("question_id")["measure"]
    names = (
        "syntheses", "ratings", "sensitivity", "bayes", "certainty", "selections", "synthesis_weights",
        "summary_of_findings", "absolute", "multiverse",
    )  # fmt: skip
    return {
        name: {
            question: [{"measure": measure[question], **row} for row in rows.to_dict("records")]
            for question, rows in review.tables[name].groupby("question_id", sort=False)
        }
        for name in names
    }


@pytest.fixture(scope="module")
def asked(files, tables):
    """The page of each question that trials answer, by question_id."""
    found = {
        name.split("/")[-1].removesuffix(".html"): name for name in files if re.match(r"conditions/\w+/\w+\.html", name)
    }
    pages = {question: Page(files[name]) for question, name in found.items() if tables["ratings"][question][0]["k"]}
    assert len(pages) > 15
    return pages


def test_a_wrong_figure_is_found():
    assert holds(("", "0.52"), 0.5249)
    assert not holds(("", "0.52"), 0.5251)
    assert not holds(("<", "0.001"), 0.002)
    with pytest.raises(AssertionError):
        hold("g = 0.52 (95% CI 0.14 to 0.91)", 0.52, 0.14, 0.92)


def test_figures_of_answers(asked, tables):
    for question, page in asked.items():
        (rated,), (pooled,) = tables["ratings"][question], tables["syntheses"][question]
        hold(page.terms["Average effect" if rated["k"] > 1 else "Effect in the only trial"], *shown(rated, *EFFECT))
        if "Test of no difference" in page.terms:
            hold(page.terms["Test of no difference"], pooled["p_value"])
        if "Bayesian answer" in page.terms:
            hold(page.terms["Bayesian answer"], *shown(tables["bayes"][question][0], *EFFECT))
        if "95% prediction interval" in page.terms and rated["k"] > 2:
            hold(page.terms["95% prediction interval"], *shown(rated, "pi_low", "pi_high"))
        if rated["k"] > 2:
            hold(page.terms["τ²"], pooled["tau2"], pooled["tau2_low"], pooled["tau2_high"])
            hold(page.terms["I²"], pooled["i2"], pooled["i2_low"], pooled["i2_high"])


def test_certainty_other_choices_and_trials_left_out(asked, tables):
    seen = 0
    for question, page in asked.items():
        levels = [row["downgrade"] for row in tables["certainty"][question]]
        for cells, taken in zip(page.tables[f"{question}-certainty"][1:], levels, strict=True):
            hold(cells[1], taken)
        rows = tables["sensitivity"].get(question, [])
        for part, wanted in (("choices", False), ("less", True)):
            chosen = [row for row in rows if (row["kind"] == "without_trial") is wanted]
            cells = page.tables.get(f"{question}-{part}", [[]])[1:]
            assert len(cells) == len(chosen)
            for cell, row in zip(cells, chosen, strict=True):
                seen += 1
                hold(cell[1], row["k"])
                hold(cell[2], row["n_participants"])
                effect = shown(row, *EFFECT)
                # Of few trials the interval is another one, or none is printed.
                hold(cell[3], *effect[: len(read(cell[3]))])
                hold(cell[4], *[row["tau2"]][: len(read(cell[4]))])
                hold(cell[5], *[row["i2"]][: len(read(cell[5]))])
    assert seen > 30


def test_effects_behind_answers(asked, tables, files):
    for question, page in asked.items():
        used = [row for row in tables["selections"][question] if row["used"]]
        cells = page.tables[f"{question}-origins"][1:]
        assert len(cells) == len(used)
        for cell, row in zip(cells, used, strict=True):
            hold(cell[4], *shown(row, "yi"))
            hold(cell[5], sqrt(row["vi"]))
        taken = pd.read_csv(StringIO(files[f"data/{question}.csv"]))
        assert list(taken["yi"]) == [row["yi"] for row in tables["selections"][question]]


def test_forest_plots_wide_and_stacked(asked, tables, files):
    for question in asked:
        (name,) = [name for name in files if name.endswith(f"/{question}.html")]
        plots = re.findall(r"<svg.*?</svg>", files[name], flags=re.DOTALL)
        for kind in ("plot", "stack"):
            (plot,) = [one for one in plots if f'id="{kind}-{question}-title"' in one]
            words = [element.text for element in ElementTree.fromstring(plot).iter(TEXT)]
            effects = [read(text) for text in words if re.search(r"\d \(.*\d to .*\)$", text) and "," not in text[:4]]
            rows = [*tables["synthesis_weights"][question]]
            expected = [shown({**row, "estimate": row["yi"]}, *EFFECT) for row in rows]
            expected += [shown(row, *EFFECT) for row in tables["ratings"][question] if row["k"] > 1]
            for values in expected:
                assert any(len(one) == 3 and all(map(holds, one, values)) for one in effects), (
                    question,
                    kind,
                    values,
                    words,
                )


def test_pages_of_comparisons_and_the_overview(files, tables):
    told = 0
    for name in [name for name in files if "-v-" in name and name.endswith(".html")]:
        text, page = files[name], Page(files[name])
        questions = re.findall(r'<section class="question" id="(\w+)"', text)
        answers = page.tables["answers-caption"][1:]
        assert len(answers) == len(questions)
        for cells, question in zip(answers, questions, strict=True):
            (rated,) = tables["ratings"][question]
            if rated["k"]:
                hold(cells[4], *[rated["k"], rated["n_participants"]][-len(read(cells[4])) :])
            if read(cells[3]):
                (found,) = tables["absolute"][question]
                names = ("with_intervention", "with_low", "with_high", "control_risk")
                hold(cells[3], *(100 * found[name] for name in names))
                told += 1
    assert told
    for address, words in Page(files["index.html"]).cells.items():
        (rated,) = tables["ratings"][address.split("/")[-1].removesuffix(".html")]
        if rated["k"]:
            hold(re.sub(r"a single trial|\d+ trials?.*", "", words), *shown(rated, *EFFECT))


def test_summaries_of_findings(files, tables):
    seen = told = 0
    for name in [name for name in files if "-v-" in name and name.endswith(".html")]:
        page = Page(files[name])
        for caption in [caption for caption in page.tables if "-summary-" in caption]:
            order = re.findall(r'rowheader"><a href="#(\w+)"', files[name].split(f'id="{caption}"')[1])
            for cells, question in zip(page.tables[caption][1:], order, strict=False):
                (row,) = tables["summary_of_findings"][question]
                if not row["k"]:
                    continue
                seen += 1
                hold(cells[5].partition("above")[0].partition("below")[0], *shown(row, *EFFECT))
                if read(cells[3]):
                    hold(cells[3], *(1000 * row[name] for name in ("with_intervention", "with_low", "with_high")))
                    hold(cells[2].partition("[")[0], 1000 * row["control_risk"])
                    hold_difference(cells[4], row)
                    told += 1
    assert seen > 15
    assert told > 8


def hold_difference(words, row):
    """Hold a difference per 1,000 and its number needed to the risks of the row that they follow from."""
    more = [1000 * (row[name] - row["control_risk"]) for name in ("with_intervention", "with_low", "with_high")]
    difference, _, needed = words.partition("NNT")
    difference = difference.replace("under 1", "0")
    kinds = re.findall("more|fewer", difference)
    # Where both ends of the interval lie on one side, the side is named once.
    assert kinds == [
        "more" if value > 0 else "fewer" for value in (more if more[1] * more[2] < 0 else (more[0], more[2]))
    ]
    hold(difference, *map(abs, more))
    kind, *figures = re.findall(r"^[BH]|\d[\d,]*", needed)
    assert kind == ("B" if (more[0] > 0) == row["event_good"] else "H")
    assert sorted(int(one.replace(",", "")) for one in figures) == sorted(ceil(1000 / abs(value)) for value in more)
    assert ("∞" in needed) == (more[1] * more[2] < 0)


def test_pictures_are_drawn_from_the_tables_beside_them(files, tables, review):
    (name,) = [name for name in files if name.endswith("-specifications.csv")]
    question = name.split("/")[1].partition("-")[0]
    taken = pd.read_csv(StringIO(files[name]))
    rows = pd.DataFrame(tables["multiverse"][question])
    assert list(taken["estimate"]) == list(rows["estimate"])
    assert list(taken["label"]) == list(rows["label"])
    (address,) = [address for address in files if address.endswith(f"/{question}.html")]
    said = re.search(r"<figcaption>The same question under (\d+) combinations[^<]*Labels: ([^<]*)\. <a", files[address])
    assert int(said.group(1)) == len(rows)
    counts = [int(count) for count in re.findall(r"(\d+) of \d+", said.group(2))]
    assert counts == sorted(rows["label"].value_counts(), reverse=True)
    doses = pd.read_csv(StringIO(files[f"data/{question}-sessions.csv"]))
    arms = review.tables["arms"].set_index(["trial_id", "arm_id"])["n_sessions"]
    used = [row for row in tables["selections"][question] if row["used"]]
    for row in doses.to_dict("records"):
        assert {arms[one["trial_id"], one["arm1_id"]] for one in used if one["trial_id"] == row["trial_id"]} == {
            row["sessions"]
        }
