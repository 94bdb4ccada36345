import pandas as pd
import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def vocabulary(evidence):
    return evidence.vocabulary


def test_a_parent_has_all_conditions_below_it_as_members(vocabulary):
    assert vocabulary.members_of("unipolar_depression") == ("unipolar_depression", "depression", "perinatal_depression")
    assert vocabulary.members_of("ptsd") == ("ptsd",)


def test_ancestors_are_named_from_the_nearest_on(vocabulary):
    assert vocabulary.ancestors_of("perinatal_depression") == ("depression", "unipolar_depression")


def test_conditions_are_listed_before_what_they_pool_however_deep(mini):
    mini.swap(
        "vocabulary/conditions.csv", "ptsd,", "loss,Grief,grief,,\nmothers,Mothers,mothers,perinatal_depression,\nptsd,"
    )
    assert load_vocabulary(mini.vocabulary).in_order() == (
        ("unipolar_depression", 0),
        ("depression", 1),
        ("perinatal_depression", 2),
        ("mothers", 3),
        ("loss", 0),
        ("ptsd", 0),
    )


def test_every_condition_is_listed_once_at_its_depth(real_evidence):
    words = real_evidence.vocabulary
    names = [condition for condition, _ in words.in_order()]
    assert sorted(names) == sorted(words.conditions["condition"])
    for condition, depth in words.in_order():
        ancestors = words.ancestors_of(condition)
        assert depth == len(ancestors)
        assert all(names.index(wider) < names.index(condition) for wider in ancestors)


def test_roles_say_which_arms_are_under_review_and_what_they_are_tested_against(real_evidence):
    words = real_evidence.vocabulary
    assert words.interventions == ("ipt", "combined")
    assert words.comparators == ("control", "cbt", "other_psychotherapy", "pharmacotherapy")
    arms = pd.DataFrame({"treatment": ["cbt", "ipc", "net+ipt", "maintenance_ipt+pharmacotherapy", "unheard_of"]})
    assert words.given(arms)["treatment"].tolist() == ["ipc", "maintenance_ipt+pharmacotherapy"]


def test_a_condition_names_its_special_population(real_evidence):
    words = real_evidence.vocabulary
    assert [words.special_population(name) for name in ("perinatal_depression", "depression")] == ["perinatal", None]


def test_every_condition_is_a_member_of_its_ancestors(real_evidence):
    words = real_evidence.vocabulary
    for condition in words.conditions["condition"]:
        assert all(condition in words.members_of(wider) for wider in words.ancestors_of(condition))


def test_treatments_outcomes_and_instruments_say_what_they_are(vocabulary):
    assert vocabulary.treatment_class("care_as_usual") == "control"
    assert [vocabulary.event_good(word) for word in ("remission", "relapse", "symptom_severity")] == [True, False, None]
    assert [vocabulary.lower_is_better(word) for word in ("BDI", "SF-36", "SCID")] == [True, False, None]


@pytest.mark.parametrize(
    ("method", "word", "message"),
    [
        ("members_of", "depresion", "no condition 'depresion'; did you mean depression?"),
        ("treatment_class", "zzz", "no treatment 'zzz'; the words in use are care_as_usual, ipt, wait_list"),
        ("event_good", "remision", "no outcome 'remision'; did you mean remission?"),
        ("lower_is_better", "BDI-3", "no instrument 'BDI-3'; did you mean BDI?"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_known_one(vocabulary, method, word, message):
    with pytest.raises(EvidenceError) as caught:
        getattr(vocabulary, method)(word)
    assert str(caught.value) == f"the vocabulary has {message}"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param(
            "treatments.csv",
            "Waiting list,control",
            "Waiting list,controls",
            "treatments.csv:3: treatment=wait_list: class = 'controls': must be a class listed in "
            "treatment_classes.csv. Add it there, or correct it: did you mean control?",
            id="unknown class",
        ),
        pytest.param(
            "conditions.csv",
            "birth,depression",
            "birth,depresion",
            "conditions.csv:4: condition=perinatal_depression: parent = 'depresion': must be a condition listed in "
            "conditions.csv. Add it there, or correct it: did you mean depression?",
            id="unknown parent",
        ),
        pytest.param(
            "conditions.csv",
            "stress,,\n",
            "stress,ptsd,\n",
            "conditions.csv:5: condition=ptsd: parent = 'ptsd': a condition must not be its own parent, nor that of "
            "one of its parents. Break the circle at one place.",
            id="own parent",
        ),
    ],
)
def test_names_links_that_lead_nowhere(mini, file, old, new, message):
    mini.swap(f"vocabulary/{file}", old, new)
    with pytest.raises(ExtractionError) as caught:
        load_vocabulary(mini.vocabulary)
    assert str(caught.value.breaches[0]).endswith(message)


def test_a_circle_of_parents_is_named_at_each_of_its_conditions(mini):
    mini.swap("vocabulary/conditions.csv", "kind,,\n", "kind,perinatal_depression,\n")
    with pytest.raises(ExtractionError) as caught:
        load_vocabulary(mini.vocabulary)
    assert [breach.line for breach in caught.value.breaches] == [2, 3, 4]
