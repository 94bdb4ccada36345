"""Reviews of one trial to five, as hypothesis thinks them up: sound ones, each table as empty as it may be."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from hypothesis import strategies as st

from ipt_evidence.exchange.imported import table_text
from ipt_evidence.extraction import rob2
from ipt_evidence.extraction.checks.planning import plan_row, unasked
from ipt_evidence.extraction.choices import POPULATIONS, REPORT_STATUSES, SPECIAL_POPULATIONS, TOOL_DOMAINS
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.schemas import QUESTIONS, RAW_TABLES

Row = dict[str, Any]

NAMES = ("001", "1e5", "true", "nan2003", "null", "alder2011")
"""Names of trials that a reader of tables may take for something else."""

COMPARED = ("wait_list", "care_as_usual", "cognitive_therapy", "sertraline", "ba+sertraline", "brief_ba")
INSTRUMENTS = {"MOOD-20": "true", "CMI": "true", "DAYS": "false", "ACT-10": "false"}
SCALES = {"symptom_severity": ("target", ("MOOD-20", "CMI")), "functioning": ("functioning", ("DAYS",))}
EVENTS = {"response": "target", "remission": "target", "dropout": "dropout"}

maybe = st.booleans()


def some(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of the values, or an empty cell."""
    return st.sampled_from(("", *values))


@dataclass(frozen=True)
class Tiny:
    """The parts of a review that differ from one to the next: conditions, rows of the raw tables, guides."""

    conditions: list[Row]
    tables: dict[str, list[Row]]
    guides: list[Row]


@st.composite
def tiny_reviews(draw: st.DrawFn) -> Tiny:
    """Draw a review whose tables are sound, and whose plan is still to be written (:func:`write`)."""
    conditions = draw(_conditions())
    names = [row["condition"] for row in conditions]
    tables: dict[str, list[Row]] = {name: [] for name in RAW_TABLES}
    for trial in draw(st.permutations(NAMES))[: draw(st.sampled_from([3, 1, 5, 2, 4]))]:
        for name, rows in draw(_trial(trial, names)).items():
            tables[name].extend(rows)
    guides = [{
        "guide_id": "leaflet", "kind": "leaflet", "audience": "public", "readings": ["plain", "professional"],
        "evidence_parts": ["when_it_is_used", "effectiveness", "evidence_summary", "indications",
                           "strength_of_evidence", "guideline_support", "claims_by_condition", "adaptations",
                           "limitations", "last_evidence_review", "source_registry", "references"],
        "citation_style": "apa", "notes": "None",
    }] if draw(maybe) else []  # fmt: skip
    tables |= draw(_of_others(names, guides))
    if tables["outcomes"] or tables["contrasts"] or tables["risk_of_bias"]:
        tables["sources"] = [{"source_id": "report", "kind": "full_text", "title": "Report", "licence": "cited"}]
    return Tiny(conditions, tables, guides)


@st.composite
def _conditions(draw: st.DrawFn) -> list[Row]:
    """Draw a forest: each condition stands alone or under any of those before it, in any order of rows."""
    names = ["depression", "late_life_depression", "grief", "chronic_pain"][: draw(st.integers(1, 4))]
    rows = []
    for place, name in enumerate(names):
        parent = draw(some(tuple(names[:place])))
        label = name.replace("_", " ")
        rows.append({"condition": name, "label": label.capitalize(), "plain_label": label, "parent": parent})
    return draw(st.permutations(rows))


@st.composite
def _trial(draw: st.DrawFn, trial: str, conditions: list[str]) -> dict[str, list[Row]]:
    others = draw(st.lists(st.sampled_from(COMPARED), min_size=1, max_size=2, unique=True))
    arms = [
        {"trial_id": trial, "arm_id": f"{place:02}", "treatment": treatment,
         "n_randomised": draw(some((20, 40))), "n_sessions": draw(some((8,)))}
        for place, treatment in enumerate(["ba", *others], start=1)
    ]  # fmt: skip
    special = draw(some(SPECIAL_POPULATIONS))
    about = {
        "trial_id": trial, "label": f"Trial {trial}", "year": 2011, "condition": draw(st.sampled_from(conditions)),
        "population": draw(some(POPULATIONS)), "special_population": special, "citekey": trial,
        "phase": draw(st.sampled_from(["acute", "acute", "maintenance", "prevention"])),
        "report_status": draw(some(REPORT_STATUSES)), "mean_age": draw(some((40,))),
    }  # fmt: skip
    found = {"trials": [about], "arms": arms, "outcomes": [], "contrasts": []}
    shared = {"trial_id": trial, "source_id": "report"}
    ids = [arm["arm_id"] for arm in arms]
    for outcome in draw(st.lists(st.sampled_from([*SCALES, *EVENTS]), max_size=3, unique=True)):
        found["outcomes"] += draw(_outcome(outcome, ids, shared))
    if draw(maybe):
        found["contrasts"] = [draw(_contrast(ids, shared))]
    found["risk_of_bias"] = draw(_risk(found["outcomes"], shared))
    found["doubts"] = [draw(_doubt(trial, found))] if draw(maybe) else []
    return found


@st.composite
def _outcome(draw: st.DrawFn, outcome: str, arms: list[str], shared: Row) -> list[Row]:
    timepoint = draw(st.sampled_from(["post", "followup"]))
    about = shared | {"outcome": outcome, "timepoint": timepoint, "weeks": draw(some((12,)))}
    if outcome in EVENTS:
        about |= {"domain": EVENTS[outcome], "measure": "binary"}
        return [about | {"arm_id": arm, "total": 20, "events": draw(st.sampled_from([0, 5, 9, 20]))} for arm in arms]
    domain, instruments = SCALES[outcome]
    instrument = draw(some(instruments))
    about |= {
        "domain": domain, "instrument": instrument, "rater": draw(some(("self", "clinician"))),
        "measure": draw(st.sampled_from(["continuous", "change"])),
        "lower_is_better": INSTRUMENTS.get(instrument, "true"),
    }  # fmt: skip
    filled = draw(maybe)  # else as reports have it: figures are missing here and there
    return [
        about | {
            "arm_id": arm, "mean": draw(st.integers(8, 20)), "sd": 6 if filled else draw(some((6,))),
            "n": 20 if filled else draw(some((20,))),
        }
        for arm in arms
    ]  # fmt: skip


@st.composite
def _contrast(draw: st.DrawFn, arms: list[str], shared: Row) -> Row:
    about = {"arm1_id": arms[0], "arm2_id": arms[1], "favours": draw(st.sampled_from(arms[:2]))}
    about |= draw(
        st.sampled_from([
            {"outcome": "symptom_severity", "domain": "target", "statistic": "smd", "value": 0.4, "se": 0.2},
            {"outcome": "symptom_severity", "domain": "target", "statistic": "t", "value": 2, "n1": 20, "n2": 20},
            {"outcome": "symptom_severity", "domain": "target", "statistic": "mean_difference", "value": 3,
             "favours": ""},
            {"outcome": "response", "domain": "target", "statistic": "hazard_ratio", "value": 2, "se": 0.4,
             "favours": arms[0]},
        ])
    )  # fmt: skip
    return shared | about | {"timepoint": "post"}


@st.composite
def _risk(draw: st.DrawFn, outcomes: list[Row], shared: Row) -> list[Row]:
    """Draw judgements per trial, per instrument, in signalling questions, or none."""
    judged = draw(st.sampled_from(["none", "overall", "domains", "first tool", "by instrument", "answers"]))
    judgement = st.sampled_from(rob2.SEVERITY)
    rows: list[Row] = []
    if judged == "overall":
        rows = [{"tool": "RoB2", "domain": "overall", "judgement": draw(judgement)}]
    elif judged == "domains":
        rows = [{"tool": "RoB2", "domain": name, "judgement": draw(judgement)} for name in rob2.DOMAINS]
    elif judged == "first tool":
        word = draw(st.sampled_from(["low", "high", "unclear", "high_or_unclear"]))
        rows = [{"tool": "RoB1", "domain": name, "judgement": word} for name in TOOL_DOMAINS["RoB1"]]
    elif judged == "by instrument":
        instruments = sorted({row["instrument"] for row in outcomes if row.get("instrument")})
        rows = [
            {"tool": "RoB2", "instrument": name, "domain": "overall", "judgement": draw(judgement)}
            for name in instruments
        ]
    elif judged == "answers":
        rows = [{"tool": "RoB2", "domain": name, "judgement": "Y"} for name in ("1.1", "1.2")]
        rows += [{"tool": "RoB2", "domain": "1.3", "judgement": draw(st.sampled_from(["N", "Y", "NI"]))}]
    return [shared | row for row in rows]


@st.composite
def _doubt(draw: st.DrawFn, trial: str, found: dict[str, list[Row]]) -> Row:
    table = draw(st.sampled_from([name for name in ("trials", "arms", "outcomes", "contrasts") if found[name]]))
    action = draw(st.sampled_from(["flag", "exclude", "left_empty", "sensitivity"]))
    return {
        "doubt_id": f"doubt_{trial}", "trial_id": trial, "table": table, "about": "figures", "doubt": "They are odd.",
        "action": action, "sensitivity": "without_odd" if action == "sensitivity" else "", "resolution": "Kept.",
        "found_by": "extractor",
    }  # fmt: skip


@st.composite
def _of_others(draw: st.DrawFn, conditions: list[str], guides: list[Row]) -> dict[str, list[Row]]:
    """Draw what others say, and reports that were left out; every table is without rows half of the time."""
    condition = draw(st.sampled_from(conditions))
    asked = {"condition": condition, "comparator": "control", "outcome": "symptom_severity", "phase": "acute"}
    excluded = {
        "report_id": "left2010", "label": "Left 2010", "condition": draw(some((condition,))),
        "comparators": draw(some(("control",))), "reason": "not_retrieved", "part_of": "",
    }  # fmt: skip
    guideline = {
        "guideline_id": "college", "body": "ICPC", "title": "Guideline", "year": 2020, "condition": condition,
        "population": "adults", "age_groups": draw(some(POPULATIONS)), "treatment": "ba", "phase": "acute",
        "kind": "recommendation", "recommendation": "option", "summary": "It may be offered.",
        "url": "https://example.org/guideline", "source_kind": "guideline_text",
    }  # fmt: skip
    claim = {"claim_id": "helps", "guide_id": "leaflet", "kind": "efficacy", "population": "all", "treatment": "ba",
             "reserve": "true", "claim": "BA can help."} | asked  # fmt: skip
    published = {
        "id": "pooled", "label": "Pooled 2020", "reference": "Pooled P. 2020", "year": 2020, "comparison": "BA",
        "intervention": "ba", "timepoint": "post", "effect_measure": "g", "measure": "SMD",
        "favours_intervention": "above", "estimate": 0.5, "url": "https://example.org/pooled",
    } | asked  # fmt: skip
    offered = {"excluded_reports": excluded, "guidelines": guideline, "benchmarks": published}
    if guides:
        offered["claims"] = claim
    return {name: [row] if draw(maybe) else [] for name, row in offered.items()}


def write(review: Tiny, folder: Path) -> None:
    """Lay a review out in a folder with configuration and vocabulary; its plan asks what its trials bear on."""
    raw, config = folder / "data" / "raw", folder / "config"
    raw.mkdir(parents=True, exist_ok=True)
    for name, rows in review.tables.items():
        columns = RAW_TABLES[name].columns
        _put(
            raw / f"{name}.csv", table_text(name, [{column: row.get(column, "") for column in columns} for row in rows])
        )
    cited = "\n".join(
        f"@article{{{row['citekey']}, author = {{Maker, Ada}}, title = {{Report {row['citekey']}}}, "
        f"journal = {{Journal}}, year = {{2011}}}}"
        for row in review.tables["trials"]
    )
    _put(raw / "references.bib", cited)
    _put(raw / "guide_references.bib", "")
    _put(raw / "guides.yaml", yaml.safe_dump(review.guides))
    words = config / "vocabulary"
    rows = [
        ",".join(row[name] for name in ("condition", "label", "plain_label", "parent")) for row in review.conditions
    ]
    _put(
        words / "conditions.csv",
        "\n".join(["condition,label,plain_label,parent,special_population", *(f"{row}," for row in rows)]),
    )
    _put(config / "questions.csv", _plan(raw, words))


def _plan(raw: Path, words: Path) -> str:
    draft, _ = draft_evidence(raw, words)
    nothing = QUESTIONS.columns
    plan = pd.DataFrame(columns=list(nothing))
    rows = [plan_row(question, draft.vocabulary, "ba") for question, _ in unasked(draft, plan)]
    return "\n".join([",".join(nothing), *rows])


def _put(path: Path, text: str) -> None:
    path.write_text(f"{text.strip()}\n" if text.strip() else "", encoding="utf-8")
