"""The chain from sentence to cell over the real review: nothing that is said hangs in the air."""

from math import log
from pathlib import Path

import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.reading import read_cells
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.reporting.guides.document import stated
from ipt_evidence.reporting.review import review_in
from ipt_evidence.reporting.tracing.chain import Tracer
from ipt_evidence.reporting.tracing.graph import Node
from ipt_evidence.reporting.tracing.raw import raw_cells

ROOT = Path(__file__).parents[2]
FOUND = ("outcomes.csv", "contrasts.csv")


@pytest.fixture(scope="module")
def review():
    return review_in(ROOT)


@pytest.fixture(scope="module")
def tracer(review):
    return Tracer(review, raw_cells(ROOT / "data/raw", review.tables["inputs"]))


@pytest.fixture(scope="module")
def typed():
    """The raw tables as they are typed, read by line."""
    return {
        name: read_cells(ROOT / f"data/raw/{name}.csv", list(one.columns)).frame for name, one in RAW_TABLES.items()
    }


def cells_below(tracer, node):
    return [one.name for one in tracer.links.below([node]) if one.kind == "cell"]


def test_every_answer_a_guide_states_reaches_the_figures_of_its_trials_or_says_why_not(review, tracer):
    answers = {one.question_id: one for guide in review.guides for one in stated(review, guide)}
    assert len(answers) > 50
    for name, answer in answers.items():
        results = [cell for cell in cells_below(tracer, Node("question", name)) if cell.startswith(FOUND)]
        trials = {one.name for one in tracer.links.below([Node("question", name)]) if one.kind == "trial"}
        assert bool(results) == (answer.k > 0), name
        assert trials == {*answer.trials, *answer.set_aside}, name
        if not results:
            assert "No trial in our tables answers this question." in tracer.trace(name).without


def test_every_claim_reaches_what_it_was_judged_by_or_says_why_not(review, tracer):
    claims = review.tables["claims"]
    for claim in claims.to_dict("records"):
        below = tracer.links.below([Node("claim", claim["claim_id"])])
        kinds = {one.kind for one in below}
        judged = {one.name.split(":")[0] for one in below if one.kind == "cell"} - {"claims.csv"}
        assert judged or "reference" in kinds or tracer.trace(claim["claim_id"]).without == claim["why"]
        assert tracer.links.above([Node("claim", claim["claim_id"])]) == (Node("guide", claim["guide_id"]),)


def test_a_claim_rests_on_the_trials_its_verdict_counts_and_on_no_other(review, tracer):
    """Both ways: of a claim on a part of the trials, a figure of another trial of the question names no such claim."""
    counted = review.tables["claims"][lambda table: table["k"].notna()]
    parts = counted[counted["singled_out"].notna()]
    assert {"cp_group", "cp_hiv", "cp_telephone"} <= set(parts["claim_id"])
    for claim in counted.to_dict("records"):
        below = tracer.links.below([Node("claim", claim["claim_id"])])
        trials = {one.name.split("/")[1] for one in below if one.kind == "pooled"}
        assert len(trials) == claim["k"], claim["claim_id"]
        whole = review.answers[claim["deciding_ids"].split(";")[0]].trials
        for trial in set(whole) - trials:
            above = tracer.links.above([Node("trial", trial)])
            assert Node("claim", claim["claim_id"]) not in above, (claim["claim_id"], trial)


def test_a_claim_rests_on_the_other_main_outcome_where_its_reason_tells_it(review, tracer):
    told = 0
    for claim in review.tables["claims"].to_dict("records"):
        below = {one.name for one in tracer.links.below([Node("claim", claim["claim_id"])]) if one.kind == "question"}
        if "On clear improvement, " in claim["why"]:
            told += 1
            assert any("_response_" in one for one in below), claim["claim_id"]
    assert told


def test_every_cell_of_a_chain_is_where_it_says_and_holds_what_it_says(review, tracer, typed):
    cells = [node.name for node in tracer.links.nodes if node.kind == "cell" and tracer.links.up.get(node)]
    assert len(cells) > 5000
    for name in cells:
        file, line, column = name.split(":")
        said = tracer._words.say(Node("cell", name))
        held = typed[file.removesuffix(".csv")].loc[int(line), column]
        assert held == (said.value if said.typed is None else said.typed), name
        assert said.value, name
    corrected = [node for node in tracer.links.nodes if node.kind == "correction"]
    assert len(corrected) == len(review.tables["corrections"])


def test_an_effect_follows_from_the_cells_of_its_chain_and_from_no_other_figure(review, tracer, typed):
    """The logarithm of the risk ratio, once more from the cells that the chain names."""
    effects = review.tables["effect_sizes"]
    counted = effects[effects["formula"].eq("logRR of counts")]
    assert len(counted) > 100
    good = review.vocabulary.event_good
    for effect in counted.to_dict("records"):
        found = {}
        for name in cells_below(tracer, Node("effect", effect["effect_id"])):
            file, line, column = name.split(":")
            if file == "outcomes.csv":
                found.setdefault(int(line), {})[column] = tracer._words.say(Node("cell", name)).value
        assert not {"mean", "sd", "n"} & set().union(*found.values())
        arms = {row["arm_id"]: (int(row["events"]), int(row["total"])) for row in found.values()}
        (a, n), (c, m) = arms[effect["arm1_id"]], arms[effect["arm2_id"]]
        if min(a, c, n - a, m - c) > 0:
            sign = 1 if good(effect["outcome"]) else -1
            assert sign * log((a / n) / (c / m)) == pytest.approx(effect["yi"]), effect["effect_id"]


def test_what_rests_on_a_cell_is_what_the_cell_is_below(tracer):
    """Law: b is below a if and only if a is above b."""
    said = ("question", "claim", "guide")
    nodes = [node for node in tracer.links.nodes if node.kind in said]
    down = {(node, other) for node in nodes for other in tracer.links.below([node])}
    lower = {other for _, other in down}
    up = {(node, other) for other in lower for node in tracer.links.above([other]) if node.kind in said}
    assert len(lower) > 5000
    assert down == up


def test_a_correction_shows_both_values(tracer):
    (cell,) = (step for step in tracer.trace(_row_of(tracer, "lenze2017", "EPDS")).start if step.typed)
    assert (cell.value, cell.typed) == ("5.5907", "1.22")


def _row_of(tracer, trial, instrument):
    found = [
        name
        for name, (table, line) in tracer._rows.items()
        if table == "outcomes"
        and tracer._raw.value(table, line, "trial_id") == trial
        and tracer._raw.value(table, line, "arm_id") == "ipt"
        and tracer._raw.value(table, line, "instrument") == instrument
        and tracer._raw.value(table, line, "timepoint") == "post"
    ]
    return found[0]


REFUSED = {
    "cp_coupels": "nothing in the review is called 'cp_coupels'; nearest: cp_couples",
    "outcomes.csv:1": "outcomes.csv:1: no row of outcomes.csv starts on that line; nearest: 2, 3",
    "outcomes.csv:2:maen": "outcomes.csv:2:maen: outcomes.csv has no column maen; nearest: mean",
    "outcome.csv:2": "outcome.csv:2: data/raw has no table outcome.csv; trials, arms",
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_is_not_there_is_refused_with_what_is_nearest(tracer, asked):
    with pytest.raises(EvidenceError) as refusal:
        tracer.find(asked)
    assert str(refusal.value).startswith(REFUSED[asked])


def test_tables_that_changed_since_the_run_are_refused(review, tmp_path):
    for path in (ROOT / "data/raw").glob("*.csv"):
        (tmp_path / "raw").mkdir(exist_ok=True)
        (tmp_path / "raw" / path.name).write_bytes(path.read_bytes() + (b"\n" if path.stem == "arms" else b""))
    with pytest.raises(EvidenceError) as refusal:
        raw_cells(tmp_path / "raw", review.tables["inputs"])
    assert str(refusal.value) == f"{tmp_path}/raw/arms.csv: not what the last run read. Run the pipeline again: make"
