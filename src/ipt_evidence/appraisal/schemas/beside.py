"""Schemas of the tables of what others say beside our answers: guides, guidelines, published results."""

from ipt_evidence.appraisal.schemas.columns import CERTAINTY, DECIDED_BY, LABEL, POOLED, RULE, STRENGTH, of_the_answer
from ipt_evidence.effects.schemas import MEASURES
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.schemas.columns import (
    LINE,
    boolean,
    choice,
    mapping,
    number,
    several,
    slug,
    table,
    text,
    whole,
)
from ipt_evidence.synthesis.schemas import PEOPLE, PREDICTION, TRIALS
from ipt_evidence.words import agreement, audit, labels

CLAIMS = table(
    "claims",
    "Claims, judged",
    "One row per statement on evidence that a guide makes, with what our tables make of it.",
    {
        **RAW_TABLES["claims"].columns,
        "line": LINE,
        "question_ids": several(
            "Questions", "Questions of the plan that are on it, the deciding one first; none where none is asked."
        ),
        "deciding_ids": several("Deciding questions", "Those of them whose answers the verdict rests on."),
        "singled_out": several(
            "Trials singled out",
            "Trials of the deciding question that the claim is about, and the verdict rests on; empty: all of them.",
        ),
        "verdict": choice("Verdict", "What our tables make of it.", audit.VERDICTS, required=True),
        "rule_id": RULE,
        "why": text("Why", "The reason, with figures in parentheses.", required=True),
        "instead": text("Instead", "What could be printed instead; empty if the claim can stand."),
        "sentences": mapping(
            "Sentences",
            "`why` and `instead` again, by register: each sentence as what stands before its figures, the figures, "
            "what stands after, and the question they answer; then the opening with which the first of these begins, "
            "and what follows where there is no room for the figures.",
            {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
            },
            required=True,
        ),
        "strength_found": choice("Strength found", "Of the answer that decided.", labels.STRENGTHS),
        "certainty": of_the_answer(CERTAINTY),
        "measure": choice("Measure", "Effect measure of the answer that decided.", MEASURES),
        "k": of_the_answer(TRIALS),
        "k_without_n": whole("Trials without n", "Trials among them that do not say how many people."),
        "k_randomised": whole("Trials counted as randomised", "Trials among them of which only those are known."),
        "n_participants": of_the_answer(PEOPLE),
        **{name: of_the_answer(column) for name, column in (POOLED | PREDICTION).items()},
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
        "k": of_the_answer(TRIALS),
        "n_participants": of_the_answer(PEOPLE),
        "strength": of_the_answer(STRENGTH),
        "label": of_the_answer(LABEL),
        "certainty": of_the_answer(CERTAINTY),
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
        "certainty": of_the_answer(CERTAINTY),
        "published_certainty": _PUBLISHED["certainty"],
        "published_tool": _PUBLISHED["certainty_tool"],
    },
    key=["benchmark_id", "question_id"],
)  # fmt: skip
