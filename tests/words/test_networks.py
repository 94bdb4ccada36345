import pytest

from ipt_evidence.words import networks

NAN = float("nan")
NAMED = {"ipt": "IPT", "control": "Control", "cbt": "CBT", "pharmacotherapy": "Medication"}
NETWORK = {
    "k": 68, "k_multi_arm": 15, "n_participants": 6816.0, "k_without_n": 3, "n_treatments": 6, "apart": NAN,
    "tau2": 0.09, "tau2_low": 0.05, "tau2_high": 0.15, "tau": NAN, "tau_low": NAN, "tau_high": NAN, "i2": 65.0,
    "q": 240.7, "q_df": 83, "q_p_value": 1e-9, "q_inconsistency": 55.0, "q_inconsistency_df": 21,
    "q_inconsistency_p_value": 1e-4, "q_inconsistency_random": 19.2, "q_inconsistency_random_p_value": 0.57,
    "method": "REML", "interval": "adhoc", "level": 0.95,
}  # fmt: skip
FEW = NETWORK | {"k": 3, "q_df": 2, "tau": 0.3, "tau_low": 0.02, "tau_high": 1.1, "interval": "bayes"}


def split(p, treatment2="control"):
    return {"treatment1": "ipt", "treatment2": treatment2, "difference_p_value": p}


def said(row, *splits):
    return " ".join(networks.consistency(row, splits, NAMED))


def test_trials_that_do_not_say_how_many_people_make_a_number_a_least_one():
    assert networks.size(NETWORK) == (
        "6 treatments that 68 trials connect (15 of them compare three or more), at least 6,816 people (3 trials "
        "do not say how many)"
    )
    assert networks.size(NETWORK | {"k_without_n": 0, "k_multi_arm": 0}).endswith("68 trials connect, 6,816 people")
    assert "(1 of them compares three or more)" in networks.size(NETWORK | {"k_multi_arm": 1})


def test_without_both_kinds_of_evidence_agreement_is_not_known():
    assert "is not known" in said(NETWORK)
    assert "design-by-treatment" not in said(NETWORK)


def test_no_disagreement_found_is_no_proof_that_there_is_none():
    text = said(NETWORK, split(0.3), split(0.6))
    assert "No disagreement beyond chance was found" in text
    assert "no proof that there is none" in text
    assert "without that allowance Q = 55.00, p < 0.001" in text
    assert "in none do the two differ" in text


def test_disagreement_is_said_and_named():
    text = said(NETWORK | {"q_inconsistency_random_p_value": 0.003}, split(0.01), split(0.6, "pharmacotherapy"))
    assert "disagree by more than chance" in text
    assert "averages over that disagreement" in text
    assert "in IPT v control. There" in text


def test_of_many_comparisons_some_differ_by_chance():
    text = said(NETWORK, split(0.01), *[split(0.6)] * 13)
    assert "about 0.7 would by chance alone" in text


def test_of_few_trials_no_test_of_designs_is_told_and_no_difference_is_no_agreement():
    text = said(FEW, split(0.3))
    assert "design-by-treatment" not in text
    assert "With few trials that is no sign that they agree." in text
    assert "tail probability below 0.05" in text


@pytest.mark.parametrize(
    ("df", "words"), [(2, "With 2 degrees of freedom"), (1, "With 1 degree of"), (NAN, "alone does")]
)
def test_a_network_that_cannot_say_how_far_trials_differ_says_what_decides(df, words):
    text = networks.spread(FEW | {"q_df": df}, 0.5)
    assert words in text
    assert "half-normal prior of scale 0.5" in text
    assert "95% CrI 0.02 to 1.10" in text


def test_p_scores_are_never_told_without_their_limits():
    assert networks.p_scores(NETWORK) == (networks.SCORES,)
    assert networks.p_scores(FEW)[1] == "These come from 3 trials, so few that their order says next to nothing."
    assert "No treatment should be chosen by it." in networks.SCORES


def test_treatments_that_no_trial_joins_are_named():
    assert networks.apart(NETWORK, NAMED) == ""
    assert networks.apart(NETWORK | {"apart": "cbt;pharmacotherapy"}, NAMED) == (
        "Not in this network, as no chain of trials joins it to them: CBT and medication."
    )
