import numpy as np
import pandas as pd
import pytest

from ipt_evidence.analysis import answer, compared
from ipt_evidence.errors import EvidenceError, SynthesisError


def test_without_other_choices_the_answers_are_those_of_the_reports(tables):
    rated = tables["ratings"].set_index("question_id")
    weights = tables["synthesis_weights"].set_index(["question_id", "trial_id"])["weight_percent"]
    asked = [name for name in rated.index if rated.at[name, "k"]]
    assert len(asked) > 10
    for name in asked:
        found = answer(tables, name)
        for figure in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
            ours, theirs = found.figures.get(figure, float("nan")), rated.at[name, figure]
            assert ours == pytest.approx(theirs, rel=1e-12, nan_ok=True), (name, figure)
        shares = found.trials.set_index("trial_id")["weight_percent"]
        assert shares.to_dict() == pytest.approx(weights[name].to_dict())


def test_a_question_nobody_answers_is_refused(tables):
    rated = tables["ratings"].set_index("question_id")["k"]
    name = rated.index[rated.eq(0)][0]
    with pytest.raises(SynthesisError) as caught:
        answer(tables, name)
    assert str(caught.value) == (f"no effect answers '{name}' under these choices; `fates` says what became of trials")


def test_each_choice_reaches_the_answer(tables):
    name = tables.most_studied(measure="SMD")
    default = answer(tables, name, few_trials=0)
    assert answer(tables, name, few_trials=0, method="CE").figures["tau2"] == 0
    narrow = answer(tables, name, few_trials=0, level=0.5).figures
    assert narrow["ci_high"] - narrow["ci_low"] < default.figures["ci_high"] - default.figures["ci_low"]
    with_all = answer(tables, name, few_trials=0, excluded_reports=[])
    assert with_all.figures["k"] == default.figures["k"] + len(
        set(default.selection.loc[default.selection["reason_id"].eq("retracted"), "trial_id"])
    )
    assert with_all.figures["k"] > default.figures["k"]


def test_other_effects_take_the_place_of_those_of_the_review(tables):
    name = tables.most_studied(measure="SMD")
    whole = answer(tables, name)
    left_out = whole.trials["trial_id"].iloc[0]
    effects = tables["effect_sizes"]
    part = answer(tables, name, effects=effects[effects["trial_id"].ne(left_out)])
    assert set(whole.trials["trial_id"]) - set(part.trials["trial_id"]) == {left_out}


def test_a_setting_that_is_none_is_refused(tables):
    name = tables.most_studied(measure="SMD")
    with pytest.raises(EvidenceError) as caught:
        answer(tables, name, metod="DL")
    assert str(caught.value) == "'metod' is no setting of synthesis; did you mean method?"


def test_answers_stand_under_one_another(tables):
    name = tables.most_studied(measure="SMD")
    found = {"as it is": answer(tables, name), "common effect": answer(tables, name, method="CE", few_trials=0)}
    table = compared(found)
    assert table.index.tolist() == ["as it is", "common effect"]
    assert table.loc["common effect", "tau2"] == 0
    assert np.isfinite(table["estimate"]).all()
    assert isinstance(table, pd.DataFrame)
