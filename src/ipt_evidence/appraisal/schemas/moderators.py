"""Schemas of the tables of differences between trials."""

import pandera.pandas as pa

from ipt_evidence.appraisal.credibility import LEVELS, SCALE
from ipt_evidence.effects.schemas import MEASURE
from ipt_evidence.extraction.schemas.columns import boolean, choice, mapping, number, slug, table, whole
from ipt_evidence.synthesis.moderators import NOT_RUN, RUN
from ipt_evidence.synthesis.schemas import ESTIMATE, INTERVAL, LEVEL, METHOD, P_VALUE, QUESTION, TAU2
from ipt_evidence.words.moderators import ANSWERS
from ipt_evidence.words.moderators import NOT_RUN as REASONS


def _difference(name: str, called: str, told: str) -> dict[str, pa.Column]:
    """Return the columns of a difference with its uncertainty."""
    return {
        name: number(called, told),
        f"{name}_se": number(f"{called}, standard error", "Its standard error.", above=0),
        f"{name}_ci_low": number(f"{called}, lower limit", "Lower limit of its confidence interval."),
        f"{name}_ci_high": number(f"{called}, upper limit", "Upper limit of its confidence interval."),
        f"{name}_p_value": P_VALUE,
    }


TEST = {
    "question_id": QUESTION,
    "moderator_id": slug("Moderator", "The moderator, as in `moderators`."),
    "status": choice("Status", "Whether it was run.", (RUN, NOT_RUN), required=True),
    "reason_id": choice("Reason", "Why it was not; empty where it was.", REASONS),
    "k": whole("Trials", "Trials in the model, or that could have been.", unit="trials", required=True),
    "k_unknown": whole("Trials without value", "Trials of the question without a value.", unit="trials", required=True),
    "measure": MEASURE,
    "method": METHOD,
    "interval": INTERVAL,
    "level": LEVEL,
    "tau2": TAU2,
    "r2": number("R2", "Share of the between-trial variance it explains; empty where there is none.", unit="percent"),
    "qm": number("Q_M", "Test of the moderator: F.", least=0),
    "qm_df": whole("Degrees of freedom", "Of its numerator."),
    "qm_df2": whole("Degrees of freedom below", "Of its denominator."),
    "qm_p_value": number("p of Q_M", "p value by F.", least=0, most=1),
    "permutation_p_value": number("p by permutation", "p value by exchanging trials.", least=0, most=1),
    "permutations": whole("Orders", "Orders of trials compared."),
    "exact": boolean("Exact", "Whether these are all there are."),
    "n_tested": whole("Moderators tested", "Moderators run on the question.", required=True),
    "adjusted_p_value": number(
        "Adjusted p", "The larger p value, adjusted for the moderators tested (Holm).", least=0, most=1
    ),
    "as_expected": boolean("As expected", "Whether it points the way the plan expects; empty where it cannot tell."),
}
RATED = {
    "credibility": choice("Credibility", "Credibility of a difference, by the items of ICEMAN.", LEVELS),
    "credibility_items": mapping(
        "Items", f"What each item ({', '.join(ANSWERS)}) does to credibility.", {"type": "string", "enum": list(SCALE)}
    ),
}

SUBGROUPS = table(
    "subgroups",
    "Subgroups",
    "One row per question with two trials or more, categorical moderator and group, with the test between groups; one "
    "row that says why where it was not run. Groups of a single trial are listed and not compared.",
    {
        **TEST,
        "group": slug("Group", "The group, as in `moderator_groups`.", required=False),
        "compared": boolean("Compared", "Whether it has trials enough."),
        "group_k": whole("Trials of the group", "Trials in the group.", unit="trials"),
        "n_participants": whole("People", "People in its trials that say how many.", unit="people"),
        **ESTIMATE,
        "reference": slug("Reference", "The group it is compared with; empty for that group.", required=False),
        **_difference("difference", "Difference", "Average of the group less that of the reference."),
        **RATED,
    },
    key=["question_id", "moderator_id", "group"],
)

REGRESSIONS = table(
    "regressions",
    "Regressions",
    "One row per question with two trials or more and continuous moderator: the slope, or why it was not run.",
    {
        **TEST,
        "lowest": number("Lowest", "Lowest value among the trials."),
        "highest": number("Highest", "Highest value among the trials."),
        "intercept": number("Intercept", "Average effect where the moderator is 0."),
        **_difference("slope", "Slope", "Change of the effect as the moderator rises by 1."),
        **RATED,
    },
    key=["question_id", "moderator_id"],
)
