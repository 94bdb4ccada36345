"""Schemas of the tables of networks."""

import pandera.pandas as pa

from ipt_evidence.appraisal.risk_of_bias.assessments import DIRECT, WEIGHT
from ipt_evidence.effects.schemas import EFFECT, MEASURE, VARIANCE
from ipt_evidence.extraction.schemas import QUESTIONS
from ipt_evidence.extraction.schemas.columns import (
    FLAGS,
    choice,
    limits,
    number,
    several,
    slug,
    table,
    term,
    text,
    whole,
)
from ipt_evidence.synthesis.schemas import INTERVAL, LEVEL, METHOD, P_VALUE, PEOPLE, TAU2, TRIALS
from ipt_evidence.words.labels import RISKS

NETWORK = slug("Network", "The network: its condition, outcome and time, and its phase where that is not acute.")
TREATMENT = term("Treatment", "Class of treatment.")
PAIR = {
    "treatment1": term("First treatment", "Class of treatment that the effect favours where it is positive."),
    "treatment2": term("Second treatment", "Class of treatment it is compared with."),
}
WITHOUT_N = whole("Trials without n", "Trials among them that do not say how many people.", required=True)


def _q(name: str, title: str, what: str, absent: str) -> dict[str, pa.Column]:
    return {
        name: number(title, f"{what}; empty {absent}.", least=0),
        f"{name}_df": whole(f"Degrees of freedom, {title}", f"Its degrees of freedom; empty {absent}.", least=1),
        f"{name}_p_value": number(f"p, {title}", "Its p value.", least=0, most=1),
    }


NETWORKS = table(
    "networks",
    "Networks",
    "One row per condition, outcome and time on which trials connect three classes of treatment or more (as many as "
    "the configuration says).",
    {
        "network_id": NETWORK,
        **{name: QUESTIONS.columns[name] for name in ("condition", "outcome", "timepoint", "phase")},
        "measure": MEASURE,
        "components": whole(
            "Components", "Connected parts of what trials compare here; this network is one of them.", required=True
        ),
        "apart": several("Apart", "Classes of treatment in other parts: no chain of trials leads to them."),
        "treatments": several("Treatments", "The classes of treatment, in the order of the vocabulary."),
        "n_treatments": whole("Number of treatments", "Classes of treatment.", least=2, required=True),
        "k": TRIALS,
        "k_multi_arm": whole(
            "Multi-arm trials", "Trials, or connected parts of them, that compare three classes or more.", required=True
        ),
        "n_contrasts": whole("Contrasts", "Independent contrasts: over trials, classes less one.", required=True),
        "n_designs": whole("Designs", "Different sets of classes that trials compare.", required=True),
        "n_participants": PEOPLE,
        "k_without_n": WITHOUT_N,
        "tau2": TAU2,
        **limits("tau2", "tau2", "its interval; empty without degrees of freedom"),
        "tau": number("tau", "Where `interval` is bayes: median of the standard deviation between trials.", above=0),
        **limits("tau", "tau", "its credible interval"),
        "i2": number(
            "I2", "Share of the variation that is due to differences between trials; empty where they leave no degrees "
            "of freedom.", unit="percent",
        ),
        **_q("q", "Q", "Cochran's Q of the whole network", "without degrees of freedom"),
        **_q("q_heterogeneity", "Q of heterogeneity", "Its part within designs", "where no design has two trials"),
        **_q("q_inconsistency", "Q of inconsistency", "Its part between designs", "where no loop joins designs"),
        "q_inconsistency_random": number(
            "Q of inconsistency, random effects", "That part given the heterogeneity within designs.", least=0
        ),
        "q_inconsistency_random_p_value": number("p of that", "Its p value.", least=0, most=1),
        "method": METHOD,
        "interval": INTERVAL,
        "level": LEVEL,
    },
    key=["network_id"],
)  # fmt: skip

NETWORK_ESTIMATES = table(
    "network_estimates",
    "Network estimates",
    "One row per network and pair of its treatments: what all trials say together, and what direct and indirect "
    "evidence say by themselves. None of it is rated.",
    {
        "network_id": NETWORK,
        **PAIR,
        "basis": choice(
            "Basis", "Whether trials compare the two, chains of trials without both join them, or both.",
            ("direct", "indirect", "mixed"), required=True,
        ),
        "estimate": number("Estimate", "Network estimate; log scale for ratios.", required=True),
        "ci_low": number("Lower limit", "Lower limit of its interval.", required=True),
        "ci_high": number("Upper limit", "Upper limit of its interval.", required=True),
        "p_value": P_VALUE,
        "pi_low": number("Prediction, lower limit", "Lower limit of the prediction interval, by t."),
        "pi_high": number("Prediction, upper limit", "Upper limit of the prediction interval, by t."),
        "k_direct": whole("Direct trials", "Trials that compare the two.", unit="trials", required=True),
        "direct": number("Direct", "Estimate of these trials; empty without any."),
        **limits("direct", "Direct", "its interval"),
        "indirect": number(
            "Indirect", "Estimate of the rest of the network; empty where no chain of trials without both joins them."
        ),
        **limits("indirect", "Indirect", "its interval"),
        "difference": number("Difference", "Direct less indirect, by node splitting; empty without one of them."),
        **limits("difference", "Difference", "its interval"),
        "difference_p_value": number("p of the difference", "Two-sided p value, or tail probability.", least=0, most=1),
        "direct_percent": number(
            "Proportion direct", "Share of the estimate that flows through the direct comparison.", least=0,
            most=100.0001, unit="percent", required=True,
        ),
        **{
            column: number(
                f"Weight, risk {RISKS[level]}", f"Share of the estimate from trials with risk of bias {RISKS[level]}.",
                least=0, most=100.0001, unit="percent", required=True,
            )
            for level, column in WEIGHT.items()
        },
        **{
            column: whole(
                f"Direct trials, risk {RISKS[level]}", f"Direct trials with risk of bias {RISKS[level]}.", required=True
            )
            for level, column in DIRECT.items()
        },
    },
    key=["network_id", "treatment1", "treatment2"],
)  # fmt: skip

NETWORK_RANKS = table(
    "network_ranks",
    "P-scores",
    "One row per network and treatment; only treatments of one network are compared.",
    {
        "network_id": NETWORK,
        "treatment": TREATMENT,
        "k": TRIALS,
        "n_participants": PEOPLE,
        "k_without_n": WITHOUT_N,
        "p_score": number(
            "P-score",
            "Mean certainty that it does better than another treatment of the network; 0.5 is the mean of all.",
            least=0, most=1, required=True,
        ),
    },
    key=["network_id", "treatment"],
)  # fmt: skip

NETWORK_CONTRASTS = table(
    "network_contrasts",
    "Network contrasts",
    "One row per network, trial and pair of its treatments: what the networks rest on. Effects of a trial with several "
    "pairs follow from one another; their variances say how they covary.",
    {
        "network_id": NETWORK,
        "trial_id": slug("Trial", "The trial."),
        "study": text(
            "Study", "The trial, or a numbered part of it that no arm joins to the rest: a study of its own.",
            required=True,
        ),
        **PAIR,
        "yi": EFFECT,
        "vi": VARIANCE,
        "n1": whole("n of the first side", "People in the first treatment, each arm once.", unit="people"),
        "n2": whole("n of the second side", "People in the second treatment, each arm once.", unit="people"),
        "n_effects": whole("Effects", "Results of the trial, or part, combined.", least=1, required=True),
        "row_ids": several("Rows", "The raw rows behind them, by their `row_id`, in `outcomes` or `contrasts`."),
        "flags": FLAGS,
        **limits("ci", "Trial", "the trial's own normal interval"),
        "risk": choice(
            "Risk of bias", "Risk of bias of the results that entered.", tuple(DIRECT), required=True
        ),
    },
    key=["network_id", "study", "treatment1", "treatment2"],
)  # fmt: skip
