"""Schemas of the tables of pooled answers."""

from ipt_evidence.effects.schemas import EFFECT, EFFECT_SIZES, EVIDENCE, MEASURE, VARIANCE
from ipt_evidence.extraction.schemas import QUESTIONS
from ipt_evidence.extraction.schemas.columns import (
    FLAGS,
    boolean,
    choice,
    limits,
    number,
    several,
    slug,
    table,
    text,
    whole,
)
from ipt_evidence.synthesis.fates import FATES as OUTCOMES
from ipt_evidence.words.reasons import LEFT_OUT, REASONS
from ipt_evidence.words.variants import VARIANTS

QUESTION = slug("Question", "The question, as in the review plan.")
DOUBT = slug("Doubt", "The doubt that the reason speaks of, as in `doubts`.", required=False)
TRIALS = whole("Trials", "Trials the answer rests on.", unit="trials", required=True)
PEOPLE = whole(
    "People",
    "People the results rest on, in trials that say so; where that is not known, those randomised.",
    unit="people",
    required=True,
)
P_VALUE = number("p", "Two-sided p value.", least=0, most=1)
TAU2 = number("tau2", "Variance of the true effects between trials.", least=0)
LEVEL = number("Level", "Coverage of the intervals; empty without trials.", above=0)
METHOD = text("Method", "Estimator of tau2.")
INTERVAL = text(
    "Interval",
    "Kind of interval: adhoc (HKSJ, its standard error never below that of the model), HKSJ, normal; of few trials "
    "bayes, widened or each_trial, as in `ratings`; CR2 (robust).",
)
WEIGHT = number("Weight", "Share of the weight.", least=0, most=100.0001, unit="percent", required=True)

ESTIMATE = {
    "estimate": number("Estimate", "Average effect, or that of the single trial; log scale for ratios."),
    "se": number("Standard error", "Standard error of the estimate.", above=0),
    "ci_low": number("Lower limit", "Lower limit of the confidence interval."),
    "ci_high": number("Upper limit", "Upper limit of the confidence interval."),
}
PREDICTION = {
    "pi_low": number("Prediction, lower limit", "Lower limit of the prediction interval; from three trials on."),
    "pi_high": number("Prediction, upper limit", "Upper limit of the prediction interval."),
}
I2 = number("I2", "Share of the variation that is due to differences between trials.", unit="percent")


SYNTHESES = table(
    "syntheses",
    "Answers",
    "One row per question, whether or not any trial answers it.",
    {
        "question_id": QUESTION,
        **{
            name: QUESTIONS.columns[name]
            for name in (
                "condition", "population", "intervention", "comparator", "outcome", "timepoint", "phase", "measure",
            )
        },
        "model": choice(
            "Model",
            "How the answer was formed.",
            ("random_effects", "common_effect", "single_trial", "none"),
            required=True,
        ),
        "k": TRIALS,
        "n_effects": whole("Effects", "Results the answer rests on.", required=True),
        "n_participants": PEOPLE,
        "k_without_n": whole("Trials without n", "Trials among them that do not say how many people.", required=True),
        "k_randomised": whole(
            "Trials counted as randomised",
            "Trials among them of which only the people randomised are known, who are counted.",
            required=True,
        ),
        **ESTIMATE,
        "statistic": number("Statistic", "Test statistic of no difference."),
        "p_value": P_VALUE,
        **PREDICTION,
        "tau2": TAU2,
        **limits("tau2", "tau2", "the interval of tau2"),
        "i2": I2,
        **limits("i2", "I2", "the interval of I2", "percent"),
        "h2": number("H2", "Total variance over sampling variance."),
        "q": number("Q", "Cochran's Q."),
        "q_df": whole("Degrees of freedom", "Degrees of freedom of Q."),
        "q_p_value": number("p of Q", "p value of Q.", least=0, most=1),
        "method": METHOD,
        "interval": INTERVAL,
        "level": LEVEL,
    },
    key=["question_id"],
)  # fmt: skip

SYNTHESIS_WEIGHTS = table(
    "synthesis_weights",
    "Weights",
    "One row per question and trial in its answer, the trial's results on it combined into one.",
    {
        "question_id": QUESTION,
        "trial_id": slug("Trial", "The trial."),
        "n_effects": whole("Effects", "Results combined.", least=1, required=True),
        "n1": whole("n of the first side", "People in the first-named treatment.", unit="people"),
        "n2": whole("n of the second side", "People in the other.", unit="people"),
        "n_randomised": whole(
            "Randomised", "People randomised to both, where all its results compare the same two arms.", unit="people"
        ),
        "yi": EFFECT,
        "vi": VARIANCE,
        "ci_low": ESTIMATE["ci_low"],
        "ci_high": ESTIMATE["ci_high"],
        "flags": FLAGS,
        "weight_percent": WEIGHT,
    },
    key=["question_id", "trial_id"],
)

SENSITIVITY = table(
    "sensitivity",
    "Other choices",
    "One row per question and variant: the answer under another choice of method or data.",
    {
        "question_id": QUESTION,
        "variant": text("Variant", "Name of the choice; `without_<trial_id>` leaves one trial out.", required=True),
        "kind": choice("Kind", "What was chosen otherwise.", VARIANTS, required=True),
        "trials": several("Trials", "Trials that the choice leaves out or takes in."),
        "value": number("Value", "The number chosen, where the choice is one."),
        "measure": MEASURE,
        "model": choice(
            "Model", "How the answer was formed.", ("random_effects", "common_effect", "single_trial"), required=True
        ),
        "k": TRIALS,
        "n_participants": PEOPLE,
        **ESTIMATE,
        "p_value": P_VALUE,
        "df": number(
            "Degrees of freedom",
            "Satterthwaite degrees of freedom of a robust interval; none is given below 4.",
            above=0,
        ),
        **PREDICTION,
        "tau2": TAU2,
        "i2": I2,
        "method": METHOD,
        "interval": INTERVAL,
        "level": LEVEL,
    },
    key=["question_id", "variant"],
)

SELECTIONS = table(
    "selections",
    "Selections",
    "One row per question and effect that matches it, used or not: the effect, and what became of it.",
    {
        **EFFECT_SIZES.columns,
        "question_id": QUESTION,
        "reason_id": choice("Reason", "Why it is not used; empty where it is.", LEFT_OUT),
        "doubt_id": DOUBT,
        "outranked_by": choice("Outranked by", "The better kind of result that the trial offers.", EVIDENCE),
        "used": boolean("Used", "Whether it is part of the answer.", required=True),
        "question_condition": QUESTIONS.columns["condition"],
    },
    key=["question_id", "effect_id"],
)

FATES = table(
    "fates",
    "Fates",
    "One row per question and trial, or excluded report, that bears on it: what became of it.",
    {
        "question_id": QUESTION,
        "trial_id": slug("Trial", "The trial; where the fate is report_only, the report, as in `excluded_reports`."),
        "fate": choice(
            "Fate",
            "pooled: in the answer; not_pooled: has an effect, which is left out; not_computed: no effect follows from "
            "what it reports; report_only: a report without figures on the condition, which may hold a result.",
            OUTCOMES,
            required=True,
        ),
        "reason_id": choice("Reason", "Why it is not pooled; empty where it is.", REASONS),
        "doubt_id": DOUBT,
        "same_comparison": boolean(
            "Same comparison", "Of a report: whether it is known to compare what the question does; empty for trials."
        ),
    },
    key=["question_id", "trial_id"],
)

SMALL_STUDY = table(
    "small_study",
    "Small-study effects",
    "One row per question and method; below ten trials one row that says why there is none.",
    {
        "question_id": QUESTION,
        "method": slug("Method", "The method, or none."),
        "k": TRIALS,
        "statistic": number("Statistic", "Test statistic; `note` says what it is."),
        "p_value": P_VALUE,
        **{name: ESTIMATE[name] for name in ("estimate", "ci_low", "ci_high")},
        "note": text("Note", "What the method did, or why it was not used."),
    },
    key=["question_id", "method"],
)

INFLUENCE = table(
    "influence",
    "Influence of trials",
    "One row per question with five trials or more and trial: what the answer would be without it, how far it pulls.",
    {
        "question_id": QUESTION,
        "trial_id": slug("Trial", "The trial."),
        "k": TRIALS,
        "rstudent": number("Studentised deleted residual", "Distance from the average of the others, in its SE."),
        "dffits": number("DFFITS", "Change of the average without the trial, in SDs of its fitted value."),
        "cooks_distance": number("Cook's distance", "Squared change of the average over its variance.", least=0),
        "covariance_ratio": number("Covariance ratio", "Variance of the average without the trial over that with it."),
        "hat": number("Hat value", "Share of the weight.", least=0, most=1, unit="share"),
        "dfbetas": number("DFBETAS", "Change of the average in standard errors with the tau2 of the others."),
        "tau2_deleted": number("tau2 without it", "Between-trial variance without the trial.", least=0),
        "q_deleted": number("Q without it", "Cochran's Q without the trial.", least=0),
        "estimate_deleted": number("Estimate without it", "Average effect without the trial."),
        "influential": boolean("Influential", "Whether metafor's rule marks the trial.", required=True),
        "baujat_x": number("Baujat, across", "What the trial adds to the heterogeneity.", least=0),
        "baujat_y": number("Baujat, up", "Squared change of the average without the trial over its variance.", least=0),
        "subsets": whole("Subsets", "Subsets of the trials that were pooled.", required=True),
        "all_subsets": boolean("All subsets", "Whether these are all there are, or a sample.", required=True),
        "estimate_shift": number("Shift of the average", "Mean average of subsets with the trial less those without."),
        "i2_shift": number("Shift of I2", "Mean I2 of subsets with the trial less those without.", unit="percent"),
    },
    key=["question_id", "trial_id"],
)

GOSH = table(
    "gosh",
    "Subsets of trials",
    "One row per question and cell of the picture of averages and I2 of subsets of its trials (GOSH), apart for the "
    "subsets with and without the trial that moves the average most.",
    {
        "question_id": QUESTION,
        "trial_id": slug("Trial", "The trial that moves the average most."),
        "with_trial": boolean("With the trial", "Whether these subsets hold it.", required=True),
        "estimate": number("Average", "Middle of the cell.", required=True),
        "i2": number("I2", "Middle of the cell.", least=0, most=100, unit="percent", required=True),
        "estimate_width": number("Width", "Width of the cell along the average.", above=0, required=True),
        "i2_width": number("Height", "Width of the cell along I2.", above=0, unit="percent", required=True),
        "subsets": whole("Subsets", "Subsets in the cell.", least=1, required=True),
    },
    key=["question_id", "with_trial", "estimate", "i2"],
)
