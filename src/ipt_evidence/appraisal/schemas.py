"""Schemas of the tables of judgements: risk of bias, certainty and strength of answers, claims, guidelines."""

import pandera.pandas as pa

from ipt_evidence.appraisal.absolute import BASES
from ipt_evidence.appraisal.risk_of_bias import LEVELS, UNKNOWN
from ipt_evidence.appraisal.summary import COMPARED, MOST
from ipt_evidence.effects.schemas import EVIDENCE, MEASURES
from ipt_evidence.engine.pooling.inputs import INTERVALS
from ipt_evidence.extraction.choices import TOOL_DOMAINS, TOOL_JUDGEMENTS
from ipt_evidence.extraction.schemas import QUESTIONS, RAW_TABLES, VOCABULARY_TABLES
from ipt_evidence.extraction.schemas.appraisal import CERTAINTY_DOMAINS
from ipt_evidence.extraction.schemas.columns import (
    LINE,
    boolean,
    choice,
    mapping,
    number,
    several,
    slug,
    table,
    term,
    text,
    whole,
)
from ipt_evidence.synthesis.schemas import (
    ESTIMATE,
    INTERVAL,
    METHOD,
    P_VALUE,
    PEOPLE,
    PREDICTION,
    QUESTION,
    TAU2,
    TRIALS,
)
from ipt_evidence.words import agreement, audit, labels
from ipt_evidence.words.figures import BAYES as BAYES_DECIDES
from ipt_evidence.words.figures import EACH, SINGLE, WIDENED

INPUTS = {"type": ["number", "string", "array", "null"], "items": {"type": "string"}}
"""What a rule may look at, as JSON Schema."""

DECIDED_BY = ("none", SINGLE, WIDENED, EACH, BAYES_DECIDES, *INTERVALS)

POOLED = {name: ESTIMATE[name] for name in ("estimate", "ci_low", "ci_high")}

STRENGTH = choice("Strength", "The label.", labels.STRENGTHS, required=True)
LABEL = choice(
    "Label", "The strength if it is one of a benefit, and else what it is one of.", labels.LABELS, required=True
)
CERTAINTY = choice("Certainty", "Certainty by GRADE; empty without trials.", labels.CERTAINTIES)
RULE = slug("Rule", "The rule that decided.")


def _judged(tool: str) -> dict[str, pa.Column]:
    """Return a column for each domain of a tool; that of the whole is another column."""
    domains = [name for name in TOOL_DOMAINS[tool] if name != "overall"]
    return {
        name: choice(
            labels.capital(labels.words(name)),
            f"Judgement by {tool}; empty where the assessment is by another tool.",
            (*TOOL_JUDGEMENTS[tool][name], UNKNOWN),
        )
        for name in domains
    }


TRIAL_RISK = table(
    "trial_risk",
    "Risk of bias of trials",
    "One row per assessment of a trial by one tool (of one instrument where that was judged), and per trial that "
    "nobody assessed.",
    {
        "trial_id": slug("Trial", "The trial."),
        "tool": choice("Tool", "The tool; empty: none.", TOOL_DOMAINS),
        "instrument": term("Instrument", "The instrument judged; empty: the trial as a whole.", required=False),
        **_judged("RoB2"),
        **_judged("RoB1"),
        "algorithm": choice("Algorithm", "What the algorithm of the tool gives.", LEVELS, required=True),
        "entered": choice("Entered", "What the assessors entered.", LEVELS, required=True),
        "overall": choice("Overall", "What holds.", LEVELS, required=True),
        "basis": choice(
            "Basis", "Why it holds.", ("algorithm", "assessors", "override", "none"), required=True
        ),
        "counts": boolean(
            "Counts", "Whether it bears on ratings: RoB 1 does not where RoB 2 judged the same.", required=True
        ),
        "departures": text("Departures", "Domains not as the algorithm gives them, joined by spaces."),
        "note": text("Note", "What is to be said of these, and of overrides."),
        "inputs": mapping("Inputs", "What the judgement rests on; an override names it as `inputs_seen`.", INPUTS),
    },
    key=["trial_id", "tool", "instrument"],
)  # fmt: skip


def _share(trials: str) -> pa.Column:
    rule = f"Share of the weight of all trials that comes from {trials}."
    return number("Share of the weight", rule, least=0, most=100.0001, unit="percent", required=True)


def _taken(domain: str) -> pa.Column:
    return whole(labels.CERTAINTY_DOMAINS[domain], "Levels taken away; empty without trials.", least=-3, most=0)


RATINGS = table(
    "ratings",
    "Ratings",
    "One row per question: certainty by GRADE, and the label by the rule table.",
    {
        "question_id": QUESTION,
        "k": TRIALS,
        "n_participants": PEOPLE,
        **POOLED,
        **PREDICTION,
        "decided_by": choice(
            "Decided by",
            "Which interval it is. single_trial: that of the trial; bayes: the credible interval; widened: "
            "that of the most precise trial, widened by the spread of the trials; each_trial: from the lowest to the "
            "highest limit of the trials' own intervals; else that of the primary model, by its name.",
            DECIDED_BY,
            required=True,
        ),
        "mid": number("Smallest important difference", "On the scale of the measure; empty where none is defined."),
        "information_size": number(
            "Information size", "People one trial needs to show it; empty where that cannot be told.", unit="people"
        ),
        "control_risk": number(
            "Control risk", "Median share with the event among those compared with.", least=0, most=1
        ),
        "low_risk_percent": _share("trials at low risk of bias"),
        "some_concerns_percent": _share("trials with some concerns"),
        "high_or_unclear_risk_percent": _share("trials judged high or unclear, which the source does not tell apart"),
        "high_risk_percent": _share("trials at high risk of bias"),
        "unknown_risk_percent": _share("trials without judgement"),
        "low_risk_trials": whole("Trials at low risk", "Trials at low risk of bias.", required=True),
        "low_risk_estimate": number("Estimate at low risk", "What these say alone; empty without any."),
        "low_risk_ci_low": number("Lower limit at low risk", "Lower limit of its interval."),
        "low_risk_ci_high": number("Upper limit at low risk", "Upper limit of its interval."),
        "low_risk_decided_by": choice("Decided by, at low risk", "Which interval it is.", DECIDED_BY, required=True),
        "low_risk_differs": whole(
            "Low risk differs",
            "1: it provably differs from what the other trials say; 0: it does not.",
            least=0,
            most=1,
            required=True,
        ),
        "start": choice("Start", "Where certainty started: high for randomised trials.", ("high", "low")),
        **{domain: _taken(domain) for domain in CERTAINTY_DOMAINS},
        "certainty": CERTAINTY,
        "provisional": boolean(
            "Provisional", "Whether it would be another if the trials nobody judged were judged.", required=True
        ),
        "certainty_if_sound": choice(
            "Certainty if sound", "If the trials nobody judged were at low risk of bias.", labels.CERTAINTIES
        ),
        "certainty_if_at_risk": choice(
            "Certainty if at risk", "If the trials nobody judged were at high risk of bias.", labels.CERTAINTIES
        ),
        "direction": choice("Direction", "Which way the interval points.", labels.DIRECTIONS, required=True),
        "interval_vs_null": choice(
            "Interval and no difference",
            "Whether the interval excludes no difference.",
            ("excludes", "includes", "none"),
            required=True,
        ),
        "interval_vs_mid": choice(
            "Interval and importance",
            "Where the interval lies against the smallest important difference.",
            ("beyond", "estimate_beyond", "short", "crosses", "none"),
            required=True,
        ),
        "strength": STRENGTH,
        "label": LABEL,
        "rule_id": RULE,
        "reason": text("Reason", "The rule in words.", required=True),
        "est_level": choice(
            "Chambless and Hollon",
            "Level the trials would support after Chambless and Hollon (1998); empty where the system does not apply.",
            ("well_established", "probably_efficacious", "possibly_efficacious", "experimental"),
        ),
        "est_reason": text("Reason of that level", "Why."),
        "tolin_level": choice(
            "Tolin",
            "Wording the rating would support after Tolin et al. (2015); empty where the system does not apply.",
            ("very_strong", "strong", "weak", "insufficient"),
        ),
        "tolin_reason": text("Reason of that wording", "Why."),
        "trace": mapping("Trace", "What the rules of the label looked at.", INPUTS, required=True),
    },
    key=["question_id"],
)

CERTAINTY_OF_DOMAINS = table(
    "certainty",
    "Certainty by domain",
    "One row per question with trials and domain of GRADE.",
    {
        "question_id": QUESTION,
        "domain": choice("Domain", "Domain of GRADE.", CERTAINTY_DOMAINS, required=True),
        "downgrade": whole("Downgrade", "Levels that are taken away.", least=-3, most=0, required=True),
        "computed": whole("Computed", "Levels that the rule alone takes away.", least=-3, most=0, required=True),
        "status": choice(
            "Status",
            "Whether a person overruled the rule, and whether that still holds.",
            ("computed", "overridden", "expired"),
            required=True,
        ),
        "rule": RULE,
        "reason": text("Reason", "Why, with the figures.", required=True),
        "note": text("Note", "Who overruled the rule and why, or why that no longer holds."),
        "inputs": mapping(
            "Inputs",
            "What the rule looked at, by name; an override names it as `inputs_seen`.",
            INPUTS,
            required=True,
        ),
    },
    key=["question_id", "domain"],
)

_COUNT, _PERCENT = {"type": "integer"}, {"type": "number"}

ROBUSTNESS = table(
    "robustness",
    "Robustness of labels",
    "One row per question with two trials or more: how its label would stand under other choices.",
    {
        "question_id": QUESTION,
        "label": LABEL,
        "specifications": whole("Specifications", "Combinations of choices tried.", required=True),
        "same_label": whole("Same label", "Combinations that give the same label.", required=True),
        "same_label_percent": number("Share with the same label", "Their share.", unit="percent"),
        "same_direction_percent": number(
            "Share with the same direction", "Share that reads the direction in the same way.", unit="percent"
        ),
        "labels": mapping("Labels", "Combinations by label.", _COUNT, required=True),
        "by_choice": mapping(
            "By choice",
            "Share of combinations with the same label, by choice and value.",
            {"type": "object", "additionalProperties": _PERCENT},
            required=True,
        ),
        "null_trials": whole(
            "Null trials",
            "Trials without effect that would change the label; empty if 50 would not, or none were tried.",
        ),
        "null_trial_size": number("Size of a null trial", "People in each of them.", unit="people"),
        "changed_label": choice("Changed label", "The label they would leave.", labels.LABELS),
        "information_size": number(
            "Information size", "People one trial needs to show the smallest important difference.", unit="people"
        ),
        "required_size": number("Required size", "The same, raised for heterogeneity.", unit="people"),
        "n_participants": PEOPLE,
    },
    key=["question_id"],
)

BAYES = table(
    "bayes",
    "Bayesian answers",
    "One row per question with trials: the average under a half-normal prior for tau and a flat one for the average.",
    {
        "question_id": QUESTION,
        "k": TRIALS,
        "prior": text("Prior", "Prior for the standard deviation of the true effects.", required=True),
        "estimate": number("Estimate", "Posterior median of the average effect.", required=True),
        "ci_low": number("Lower limit", "Lower limit of its central credible interval.", required=True),
        "ci_high": number("Upper limit", "Upper limit of it.", required=True),
        "tau": number("tau", "Posterior median of the standard deviation of the true effects.", least=0, required=True),
        "tau_low": number("tau, lower limit", "Lower limit of its credible interval.", least=0, required=True),
        "tau_high": number("tau, upper limit", "Upper limit of it.", least=0, required=True),
        "pi_low": number("Prediction, lower limit", "Lower limit of the predictive interval.", required=True),
        "pi_high": number("Prediction, upper limit", "Upper limit of it.", required=True),
        "p_benefit": number(
            "Probability of benefit", "Probability that the average favours the first side.", least=0, most=1,
            required=True,
        ),
        "p_important": number(
            "Probability of an important benefit",
            "Probability that it does by the smallest important difference or more; empty where none is defined.",
            least=0,
            most=1,
        ),
    },
    key=["question_id"],
)  # fmt: skip

KEPT = ("kept", "left_out")

MULTIVERSE = table(
    "multiverse",
    "Multiverse",
    "One row per question with two trials or more and combination of the choices in `config.yaml`: its answer, rated.",
    {
        "question_id": QUESTION,
        "rho": number("Correlation", "Taken for measurements of the same people.", required=True),
        "evidence": choice("Evidence", "Kinds of result used.", ("all", *EVIDENCE), required=True),
        "doubts": choice("Doubts", "What is done with doubtful results.", KEPT, required=True),
        "outliers": choice("Outliers", "What is done with outliers.", KEPT, required=True),
        "method": METHOD,
        "interval": INTERVAL,
        "k": TRIALS,
        **POOLED,
        "p_value": P_VALUE,
        "tau2": TAU2,
        "certainty": CERTAINTY,
        "label": LABEL,
    },
    key=["question_id", "rho", "evidence", "doubts", "outliers", "method", "interval"],
)

RISK_READINGS = table(
    "risk_readings",
    "Readings of codes of risk of bias",
    "One row per question with trials whose source does not tell high from unclear, and reading of that code.",
    {
        "question_id": QUESTION,
        "reading": choice("Reading", "What the code is taken to mean.", ("high", "unclear"), required=True),
        "trials_read": whole("Trials read", "Trials of the answer to which that applies.", required=True),
        "certainty": CERTAINTY,
        "label": LABEL,
        "k": whole("Other trials", "Trials that are then not at high risk of bias.", required=True),
        "n_participants": PEOPLE,
        **POOLED,
        "decided_by": choice("Decided by", "Which interval it is; as in `ratings`.", DECIDED_BY, required=True),
    },
    key=["question_id", "reading"],
)


def _risk(title: str, description: str) -> pa.Column:
    return number(title, description, least=0, most=1)


_RISK = "Share of people with the event among those compared with"
_GAIN = "People of 1,000 who do better because of the intervention; negative: who do worse"
_NEEDED = "People to treat for one more to benefit (NNTB), or, as a negative number, for one more to be harmed (NNTH)"

ABSOLUTE = table(
    "absolute",
    "Absolute effects",
    "One row per question with trials and a control risk above 0 and below 1: the answer as numbers of people. Risks "
    "are shares; the interval is that which decides (`ratings`) and leaves out how uncertain the control risk is.",
    {
        "question_id": QUESTION,
        "basis": choice(
            "Basis",
            "counts: the event is counted in trials on the question; response: a standardised mean difference of "
            "symptoms, told through the share that responds in the same comparison.",
            BASES,
            required=True,
        ),
        "event_good": boolean("Event good", "Whether the event is what is wanted.", required=True),
        "control_question_id": slug(
            "Question of the control risk",
            "The question whose trials the control risk is from: this one, that on response, or that on response of "
            "the nearest wider condition.",
        ),
        "control_trials": whole("Trials of the control risk", "Trials that it is from.", unit="trials", required=True),
        "control_risk": _risk("Control risk", f"{_RISK}, median over these trials."),
        "control_risk_low": _risk("Control risk, lowest", f"{_RISK}, lowest of these trials."),
        "control_risk_high": _risk("Control risk, highest", f"{_RISK}, highest of these trials."),
        "with_intervention": _risk(
            "Risk with the intervention", "Share with the event that the control risk and the effect lead to."
        ),
        "with_low": _risk("Risk with the intervention, lower limit", "Lower limit of it."),
        "with_high": _risk("Risk with the intervention, upper limit", "Upper limit of it."),
        "benefit_per_1000": number("Benefit per 1,000", f"{_GAIN}.", least=-1000, most=1000, unit="people"),
        "benefit_low": number("Benefit, lower limit", "Lower limit of it.", least=-1000, most=1000, unit="people"),
        "benefit_high": number("Benefit, upper limit", "Upper limit of it.", least=-1000, most=1000, unit="people"),
        "nnt": number("Number needed", f"{_NEEDED}; empty where there is no difference.", unit="people"),
        "nnt_best": number("Number needed, best", "The same for the upper limit of the benefit.", unit="people"),
        "nnt_worst": number("Number needed, worst", "The same for the lower limit of the benefit.", unit="people"),
        "through_infinity": boolean(
            "Through infinity",
            "Whether the interval runs from NNTB `nnt_best` through infinity to NNTH, the size of `nnt_worst`.",
            required=True,
        ),
    },
    key=["question_id"],
)

_OF_ABSOLUTE = {
    name: pa.Column(
        column.dtype,
        column.checks,
        nullable=True,
        title=column.title,
        description=column.description,
        metadata=column.metadata,
    )
    for name, column in ABSOLUTE.columns.items()
    if name != "question_id"
}

SUMMARY_OF_FINDINGS = table(
    "summary_of_findings",
    "Summary of findings",
    "One row per condition, intervention, comparator, phase and question of the plan on it, the most important first, "
    f"at most {MOST}: as a summary of findings of GRADE. Columns of absolute effects are empty where `absolute` has "
    "no row.",
    {
        **{name: QUESTIONS.columns[name] for name in COMPARED},
        "rank": whole("Rank", "Place in the order of importance.", least=1, most=MOST, required=True),
        "question_id": QUESTION,
        **{name: QUESTIONS.columns[name] for name in ("outcome", "timepoint", "measure")},
        "k": TRIALS,
        "n_participants": PEOPLE,
        **POOLED,
        "decided_by": choice("Decided by", "Which interval it is; as in `ratings`.", DECIDED_BY, required=True),
        **_OF_ABSOLUTE,
        "certainty": CERTAINTY,
        "provisional": boolean(
            "Provisional", "Whether it would be another if the trials nobody judged were judged.", required=True
        ),
        "footnotes": mapping(
            "Footnotes",
            "Why certainty was taken away, by domain of GRADE: levels and reason.",
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["levels", "reason"],
                "properties": {
                    "levels": {"type": "integer", "minimum": -3, "maximum": -1},
                    "reason": {"type": "string"},
                },
            },
            required=True,
        ),
        "sentence": text("Sentence", "The answer in plain words.", required=True),
    },
    key=["condition", "intervention", "comparator", "rank"],
)

_CONDITION, _OUTCOME = (VOCABULARY_TABLES[name].columns[name[:-1]] for name in ("conditions", "outcomes"))

GAPS = table(
    "gaps",
    "Gaps",
    "One row per condition, comparator and outcome, asked or not.",
    {
        "condition": _CONDITION,
        "comparator": slug("Comparator", "Treatment class compared with."),
        "outcome": _OUTCOME,
        "question_id": slug("Question", "The question with most trials; empty: not asked.", required=False),
        "k": TRIALS,
        "n_participants": PEOPLE,
        "unusable": whole(
            "Unusable", "Trials that report a result on the question, none of which could be used.", required=True
        ),
        "strength": STRENGTH,
    },
    key=["condition", "comparator", "outcome"],
)


def _of_the_answer(column: pa.Column) -> pa.Column:
    """Return a column of an answer as it stands beside something that may have none."""
    return pa.Column(
        column.dtype,
        column.checks,
        nullable=True,
        title=column.title,
        description=f"Of the answer that decided: {labels.within(column.description)}",
        metadata=column.metadata,
    )


CLAIMS = table(
    "claims",
    "Claims, judged",
    "One row per statement on evidence that a guide makes, with what our tables make of it.",
    {
        **RAW_TABLES["claims"].columns,
        "line": LINE,
        "question_ids": several(
            "Questions", "Questions it rests on, the deciding one first; none where none is asked."
        ),
        "verdict": choice("Verdict", "What our tables make of it.", audit.VERDICTS, required=True),
        "rule_id": RULE,
        "why": text("Why", "The reason, with figures in parentheses.", required=True),
        "instead": text("Instead", "What could be printed instead; empty if the claim can stand."),
        "sentences": mapping(
            "Sentences",
            "`why` and `instead` again: each sentence as what stands before its figures, the figures, what stands "
            "after, and the question they answer.",
            {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
            required=True,
        ),
        "strength_found": choice("Strength found", "Of the answer that decided.", labels.STRENGTHS),
        "certainty": _of_the_answer(CERTAINTY),
        "measure": choice("Measure", "Effect measure of the answer that decided.", MEASURES),
        "k": _of_the_answer(TRIALS),
        "k_without_n": whole("Trials without n", "Trials among them that do not say how many people."),
        "k_randomised": whole("Trials counted as randomised", "Trials among them of which only those are known."),
        "n_participants": _of_the_answer(PEOPLE),
        **{name: _of_the_answer(column) for name, column in (POOLED | PREDICTION).items()},
        "interval": choice("Interval", "Which interval it is; as `decided_by` of `ratings`.", DECIDED_BY),
    },
    key=["claim_id"],
)

CONCORDANCE = table(
    "concordance",
    "Recommendations beside our ratings",
    "One row per recommendation of a guideline, as stated and how it was read, with our rating of the question "
    "nearest to it.",
    {
        **{
            name: RAW_TABLES["guidelines"].columns[name]
            for name in (
                "guideline_id", "organisation", "year", "country", "condition", "population", "treatment", "phase",
                "recommendation", "strength_as_stated", "certainty_as_stated", "source_kind",
            )
        },
        "question_ids": several("Questions", "Questions it is set beside, the nearest first."),
        "k": _of_the_answer(TRIALS),
        "n_participants": _of_the_answer(PEOPLE),
        "strength": _of_the_answer(STRENGTH),
        "label": _of_the_answer(LABEL),
        "certainty": _of_the_answer(CERTAINTY),
        "relation": choice(
            "Relation", "How it relates to our label for the nearest of them.", audit.RELATIONS, required=True
        ),
        "same_as": RAW_TABLES["guidelines"].columns["same_as"],
        "listing": boolean("Listing", "Whether it is a rating of evidence, which recommends nothing.", required=True),
        "note": text("Note", "Doubts and limits of the reading and of the comparison."),
    },
    key=["guideline_id"],
)  # fmt: skip

_PUBLISHED = RAW_TABLES["benchmarks"].columns

AGREEMENT = table(
    "agreement",
    "Published results beside ours",
    "One row per published pooled result and question it is on, and one for each that is on no question of the plan. "
    "Figures of both are on the scale of our tables: positive favours the intervention, ratios as logarithms.",
    {
        "benchmark_id": slug("Benchmark", "The published result, as in `benchmarks`."),
        "question_id": slug("Question", "The question it stands beside; empty: none.", required=False),
        "reason_id": choice("Reason", "Why the two are not compared; empty where they are.", agreement.REASONS),
        "facts": several(
            "Facts",
            "What is known of the two that may set them apart.",
            pattern="|".join(agreement.FACTS),
            rule=f"must be one of {', '.join(agreement.FACTS)}",
        ),
        "measure": choice("Measure", "Effect measure of the question.", MEASURES),
        "k": whole("Trials", "Trials our answer rests on.", unit="trials"),
        **POOLED,
        "published_k": _PUBLISHED["k"],
        "published_estimate": number("Published estimate", "The published average; empty where not compared."),
        "published_ci_low": number("Published lower limit", "Lower limit of its 95 % interval."),
        "published_ci_high": number("Published upper limit", "Upper limit of its 95 % interval."),
        "difference": number("Difference", "Our estimate less the published one."),
        "overlap": boolean("Overlap", "Whether the two intervals share a point. That is no test of a difference."),
        "within": boolean("Within", "Whether our estimate lies in the published interval."),
        "shared_trials": whole(
            "Shared trials",
            "Trials of our answer known to be in the published result; empty where none of its trials is known.",
            unit="trials",
        ),
        "later_trials": whole(
            "Later trials",
            "Trials of our answer from years after that of the report; empty where that is not known.",
            unit="trials",
        ),
        "converted_trials": whole(
            "Converted trials", "Trials of our answer that enter by a conversion from another kind of result.",
            unit="trials",
        ),
        "certainty": _of_the_answer(CERTAINTY),
        "published_certainty": _PUBLISHED["certainty"],
        "published_tool": _PUBLISHED["certainty_tool"],
    },
    key=["benchmark_id", "question_id"],
)  # fmt: skip
