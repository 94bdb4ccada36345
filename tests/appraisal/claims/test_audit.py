"""The audit of the real claims."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.claims import efficacy
from ipt_evidence.appraisal.claims.audit import JUDGES, VERDICT_COLUMNS, audit_claims, judge
from ipt_evidence.appraisal.claims.verdicts import LADDER, VERDICTS, reaches
from ipt_evidence.extraction.schemas.guides import CLAIM_KINDS
from ipt_evidence.words.sentence_parts import joined, of_parts, parts_of, without_figures
from ipt_evidence.words.sentences import pointing

ROOT = Path(__file__).parents[3]
STATED = pd.read_csv(ROOT / "data" / "raw" / "claims.csv")


def test_every_kind_of_claim_has_a_judge():
    assert set(JUDGES) == set(CLAIM_KINDS)


@pytest.mark.parametrize(("label", "said"), [("moderate", True), ("insufficient", False)])
def test_what_sound_trials_find_stands_beside_a_claim_that_can_stand(make_claim, make_base, make_answer, label, said):
    sound = {"sound": "g = 0.02", "sound_differ": True, "strength": label, "label": label}
    shares = {"low": 20.0, "some_concerns": 0.0, "high_or_unclear": 0.0, "high": 80.0, "unknown": 0.0}
    base = make_base(make_answer(**sound, shares=shares))
    why = joined(judge(make_claim(), base).why)
    assert ("the trials judged sound find something else (g = 0.02)." in why) == said


def test_what_the_other_main_outcome_leaves_open_stands_beside_a_claim(make_claim, make_base, make_answer):
    other = make_answer(
        question_id="r", outcome="response", measure="logOR", k=3, strength="insufficient", direction="unclear"
    )
    why = joined(judge(make_claim(), make_base(make_answer(counterpart=other))).why)
    assert why.endswith("On clear improvement, 3 trials settle nothing.")


def test_each_register_has_its_own_words_and_the_same_verdict(audited):
    said = audited["sentences"].map(json.loads)
    for one, why in zip(said, audited["why"], strict=True):
        assert joined(of_parts(*parts) for parts in one["plain"]["why"]) == why
        assert [part[3] for part in one["plain"]["instead"]] == [part[3] for part in one["professional"]["instead"]]
    professional = json.dumps([one["professional"] for one in said])
    assert "control conditions" in professional
    assert "no therapy, usual care" not in professional


def test_every_sentence_stands_without_its_figures(audited):
    quoted = 0
    for each in audited["sentences"].map(json.loads):
        for parts in (*each["professional"]["why"], *each["professional"]["instead"]):
            sentence = of_parts(*parts)
            bare = without_figures(sentence)
            quoted += bare != sentence
            assert bare == sentence or not bare.figures
            assert bare.text.endswith(".")
            assert not re.search(r"\(\)| \.|\.;", bare.text)
    assert quoted > 20


def test_the_first_three_parts_of_a_sentence_are_all_of_its_text(audited):
    opened = 0
    for why, each in zip(audited["why"], audited["sentences"].map(json.loads), strict=True):
        assert " ".join("".join(parts[:3]) for parts in each["plain"]["why"]) == why
        for parts in (*each["plain"]["why"], *each["plain"]["instead"]):
            assert list(parts_of(of_parts(*parts))) == parts
            opened += bool(parts[4]) and parts[0].startswith(parts[4])
    assert opened > 20


def test_that_trials_are_not_rated_on_their_own_gives_way_where_there_is_no_room(make_answer, make_claim, make_base):
    unrated = make_answer(certainty="", strength="limited", label="limited")
    (why,) = efficacy.against_label(make_claim(claimed_strength="limited"), unrated, make_base(unrated)).why
    assert "). These trials are not rated on their own; we call the evidence limited at most." in why.text
    favours = pointing(unrated, make_base(unrated).voice)
    assert without_figures(why).text == f"{favours}; we call the evidence limited at most."


def test_a_verdict_rests_on_the_trials_it_counts(audited, real_base):
    answers = {one.question_id: one for one in real_base.answers}
    counted = audited[audited["k"].notna()]
    assert len(counted) > 20
    for row in counted.itertuples():
        whole = {trial for one in row.deciding_ids.split(";") for trial in answers[one].trials}
        trials = set(row.singled_out.split(";")) if row.singled_out else whole
        assert (len(trials), trials <= whole) == (row.k, True), row.Index


def test_every_claim_gets_a_verdict_with_a_reason(audited):
    assert audited.index.tolist() == STATED["claim_id"].tolist()
    assert len(audited) == 44
    assert set(audited["verdict"]) <= set(VERDICTS)
    assert audited["why"].str.endswith(".").all()
    assert not audited[["why", "instead"]].apply(lambda text: text.str.contains(r"\bnan\b|None|  ")).any(axis=None)


@pytest.mark.parametrize(
    ("claim_id", "verdict"),
    [
        ("td_not_ocd", "no_trials"),
        ("td_not_phobia", "no_trials"),
        ("td_not_psychosis", "no_trials"),
        ("cp_chronic_fatigue", "no_trials"),
        ("cp_couples", "no_trials"),
        ("cp_functioning", "not_assessable"),
        ("cp_lay", "not_assessable"),
        ("td_narrow_base", "not_assessable"),
        ("td_few_therapists", "not_assessable"),
        ("cp_one_of_two", "not_assessable"),
        ("pp_conflicts", "not_assessable"),
        ("ea_culture", "not_assessable"),
        ("rl_reading", "supported"),
    ],
)
def test_claims_come_out_as_what_the_tables_can_say(audited, claim_id, verdict):
    assert audited.loc[claim_id, "verdict"] == verdict


def test_perinatal_depression_is_judged_by_its_own_data(audited, real_base):
    row = audited.loc["td_perinatal_strong"]
    own = next(one for one in real_base.answers if one.question_id == row["question_ids"].split(";")[0])
    assert own.condition == "perinatal_depression"
    found = own.strength, own.rated.k, own.rated.n_participants
    assert (row["strength_found"], row["k"], row["n_participants"]) == found
    assert (row["verdict"] == "supported") == reaches(own.strength, "strong")


def test_a_strong_claim_on_weaker_evidence_is_partly_supported_at_most(audited):
    strong = audited[audited["claimed_strength"].eq("strong").fillna(False)]
    weaker = strong[strong["strength_found"].map(LADDER.index) < LADDER.index("strong")]
    assert len(strong) == 2
    assert "supported" not in set(weaker["verdict"])


def test_what_cannot_stand_has_another_sentence(audited):
    standing = audited["verdict"].eq("supported")
    assert (audited.loc[~standing, "instead"] != "").all()


def test_every_figure_of_a_reason_is_in_the_tables(audited, real_base):
    """Effects are those of an answer, of its trials at low risk, or of the trials of one that the claim singles out."""
    shown = {f"{one.rated.estimate:.2f}".replace("-", "−") for one in real_base.answers if one.rated.measure == "SMD"}
    shown |= {f"{row.estimate:.2f}".replace("-", "−") for row in audited.itertuples() if row.measure == "SMD"}
    sound = pd.read_csv(ROOT / "data" / "processed" / "ratings.csv")["low_risk_estimate"].dropna()
    shown |= {f"{value:.2f}".replace("-", "−") for value in sound} | {"0.24"}
    for why in audited["why"]:
        assert set(re.findall(r"g = (−?[\d.]+\d)", why)) <= shown


def test_the_stated_rows_stay_as_they_are(audited):
    columns = STATED.columns.drop("claim_id")
    pd.testing.assert_frame_equal(
        audited.reset_index()[columns].astype(object).fillna(""), STATED[columns].astype(object).fillna("")
    )
    assert set(VERDICT_COLUMNS) <= set(audited.columns)


def test_the_order_of_the_claims_plays_no_part(audited, real_base):
    turned = audit_claims(STATED.iloc[::-1], real_base, {}).set_index("claim_id").loc[audited.index]
    assert turned["why"].tolist() == audited["why"].tolist()


ASIDES = (
    ", which can be given in groups", ", also in people with HIV", " (MDD)", "; CANMAT may differ", " within 3-5 weeks",
    ", see Cuijpers 2016", ", for 12 to 16 sessions of 50 minutes", ", and social support",
)  # fmt: skip
KINDS = {
    "efficacy": {"reserve": False},
    "dose": {"low": 12, "high": 16, "unit": "sessions"},
    "guideline": {"bodies": "NICE:NG222"},
    "reading_list": {"works": "a2016"},
}


@given(st.sampled_from(sorted(KINDS)), st.lists(st.sampled_from(ASIDES) | st.text(max_size=30), max_size=3))
def test_the_same_claim_gets_the_same_verdict_whatever_else_the_sentence_says(make_base, make_answer, kind, asides):
    arms = [{"trial_id": name, "treatment": "ipt", "n_sessions": 14} for name in ("one", "two", "three")]
    nice = {"organisation": "NICE", "body": "NICE", "code": "NG222", "condition": "depression", "summary": "It does.",
            "population": "adults", "kind": "recommendation", "recommendation": "recommended"}  # fmt: skip
    work = {"id": "a2016", "recommended": True, "usedby": ["g"]}
    limited = make_answer(strength="limited", label="limited")
    base = make_base(limited, arms=arms, guidelines=[nice], works=[work])
    rows = pd.DataFrame(
        [
            {"claim_id": "c", "guide_id": "g", "kind": kind, "condition": "depression", "population": "adults",
             "treatment": "ipt", "comparator": "control", "outcome": "symptom_severity", "phase": "acute",
             "claim": text, **KINDS[kind]}
            for text in ("IPT treats depression", f"IPT treats depression{''.join(asides)}")
        ],
        columns=[*STATED.columns],
    )  # fmt: skip
    made = audit_claims(rows, base, {"plain": base.voice})[list(VERDICT_COLUMNS)].astype(str)
    plain, with_more = made.to_numpy().tolist()
    assert plain == with_more
    assert made["verdict"][0] == {"efficacy": "partly_supported", "dose": "not_assessable"}.get(kind, "supported")
