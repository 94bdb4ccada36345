import re
from html import unescape
from pathlib import Path

import pytest

from ipt_evidence.reporting.networks.view import networks_on
from ipt_evidence.words import networks, numbers

NETWORK = "depression_symptom_severity_post"


@pytest.fixture(scope="module")
def page(files):
    return files[f"conditions/depression/network-{NETWORK}.html"]


@pytest.fixture(scope="module")
def rows(review):
    found = review.tables["network_estimates"]
    return found[found["network_id"].eq(NETWORK)].to_dict("records")


def table(page, kind):
    """Return the cells of a table of the page by rows, as a reader sees them."""
    (found,) = re.findall(rf'<table class="{kind}".*?</table>', page, flags=re.DOTALL)
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in re.split(r"<tr[^>]*>", found)[1:]
    ]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def test_every_network_has_its_page_and_its_condition_leads_there(review, files):
    assert len(review.tables["networks"])
    for row in review.tables["networks"].to_dict("records"):
        address = f"conditions/{row['condition']}/network-{row['network_id']}.html"
        assert f'href="../{address}"' in files[f"conditions/{row['condition']}.html"]
        assert f'href="../../data/network-{row["network_id"]}.csv"' in files[address]


def test_every_comparison_stands_with_the_figures_of_its_table(review, page, rows):
    named = review.labels.classes
    printed = {cells[0]: cells[1:] for cells in table(page, "stacks networked")[1:]}
    assert set(printed) == {networks.pair(row, named) for row in rows}
    bases = set()
    for row in rows:
        direct, indirect, agree, together, new, low, _ = printed[networks.pair(row, named)]
        kind = "bayes" if review.tables["networks"].set_index("network_id").at[NETWORK, "interval"] == "bayes" else ""
        assert together == numbers.estimate(
            row["estimate"], row["ci_low"], row["ci_high"], "SMD", level=0.95, kind=kind
        )
        assert new == numbers.span(row["pi_low"], row["pi_high"], "SMD")
        assert low == numbers.percent(row["low_percent"])
        for text, name in ((direct, "direct"), (indirect, "indirect")):
            if numbers.is_missing(row[name]):
                assert text == numbers.MISSING
            else:
                assert text.startswith(f"{numbers.effect(row[name], 'SMD')} (")
        assert (agree == numbers.MISSING) == (row["basis"] != "mixed")
        bases.add(row["basis"])
    assert bases == {"direct", "indirect"} or "mixed" in bases


def test_only_what_the_plan_rates_is_shown_as_rated_and_indirect_comparisons_never(review, page, rows):
    printed = {cells[0]: cells[-1] for cells in table(page, "stacks networked")[1:]}
    asked = {
        frozenset((answer.intervention, answer.comparator)): answer
        for answer in review.answers.values()
        if answer.condition == "depression" and answer.is_main and answer.population == "all" and answer.k
    }
    rated = 0
    for row in rows:
        answer = asked.get(frozenset((row["treatment1"], row["treatment2"])))
        text = printed[networks.pair(row, review.labels.classes)]
        assert (text == "not rated") == (answer is None)
        rated += answer is not None
        if row["basis"] == "indirect":
            assert answer is None
    assert 0 < rated < len(rows)


def test_the_league_table_has_all_evidence_below_and_direct_trials_above_the_diagonal(review, page, rows):
    head, *body = table(page, "league")
    names = head[1:]
    pairs = {(review.labels.classes[row["treatment1"]], review.labels.classes[row["treatment2"]]): row for row in rows}
    assert [row[0] for row in body] == names
    for below, line in enumerate(body):
        for column, cell in enumerate(line[1:]):
            if column == below:
                assert cell == "the same treatment"
                continue
            row = pairs[names[min(below, column)], names[max(below, column)]]
            value = row["estimate"] if column < below else row["direct"]
            assert cell.startswith(f"{numbers.effect(value, 'SMD')} (") or cell == numbers.effect(value, "SMD") == "–"


def test_limits_are_said(page):
    text = unescape(page)
    for words in (networks.NOT_RATED, networks.ASSUMED, networks.SCORES):
        assert words in text


def test_the_picture_is_told_in_words_with_every_line(review, rows):
    (view,) = (one for one in networks_on(review, "depression") if one.network_id == NETWORK)
    for row in rows:
        told = (
            f"{networks.pair(row, review.labels.classes)}: {numbers.counted(row['k_direct'], 'trial')} (risk of bias:"
        )
        assert (told in view.described) == bool(row["k_direct"])
    assert unescape(view.described) in unescape(str(view.graph))


def test_what_a_network_rests_on_can_be_taken_away(review, files):
    lines = files[f"data/network-{NETWORK}.csv"].splitlines()
    rows = review.tables["network_contrasts"]
    assert len(lines) == 1 + rows["network_id"].eq(NETWORK).sum()
    assert {"trial_id", "yi", "vi", "risk", "row_ids"} <= set(lines[0].split(","))


def test_every_network_compares_connected_treatments_only(review):
    for row in review.tables["networks"].to_dict("records"):
        mine = review.tables["network_contrasts"].query("network_id == @row['network_id']")
        edges = set(zip(mine["treatment1"], mine["treatment2"], strict=True))
        reached = {row["treatments"].split(";")[0]}
        for _ in edges:
            reached |= {name for edge in edges if reached & set(edge) for name in edge}
        assert reached == set(row["treatments"].split(";"))
        assert Path(row["network_id"]).name == row["network_id"]
