"""What a network of treatments can say, and what it cannot, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from ipt_evidence.words import numbers
from ipt_evidence.words.figures import BAYES
from ipt_evidence.words.labels import INTERVALS, TAU2_METHODS, listed, text, within

Row = Mapping[str, Any]


NOT_RATED = (
    "These estimates are not rated. Certainty is rated for the questions of the plan alone, from the trials that "
    "compare the two treatments; there are no rules here for the certainty of indirect comparisons, or of estimates "
    "that rest on them in part."
)

ASSUMED = (
    "In an indirect comparison no trial randomised people between the two treatments. It holds only if the trials that "
    "lead from one to the other differ in nothing else that bears on the effect, such as people, severity, length of "
    "treatment or kind of control. Our tables cannot show that this is so."
)

SCORES = (
    "A P-score is how sure the network is, on average over the other treatments in it, that one does better. It is no "
    "probability that a treatment is the best. It does not say how large a difference is, and knows nothing of risk of "
    "bias or of disagreement between trials; few trials move it up or down by chance. No treatment should be chosen by "
    "it."
)


def size(row: Row) -> str:
    """Say how large a network is: ``6 treatments that 68 trials connect (15 compare three or more), 6,816 people``."""
    trials = numbers.counted(row["k"], "trial")
    connect = "connects" if row["k"] == 1 else "connect"
    many = row["k_multi_arm"]
    several = f" ({numbers.count(many)} of them compare{'s' if many == 1 else ''} three or more)" if many else ""
    people = f"{numbers.count(row['n_participants'])} people"
    unknown = row["k_without_n"]
    if unknown:
        silent = f"{numbers.counted(unknown, 'trial')} {'does' if unknown == 1 else 'do'} not say how many"
        people = f"at least {people} ({silent})"
    return f"{numbers.counted(row['n_treatments'], 'treatment')} that {trials} {connect}{several}, {people}"


def spread(row: Row, prior_scale: float) -> str:
    """Say how far the trials of a network differ, and what its intervals rest on."""
    level, df = numbers.percent(100 * row["level"]), row["q_df"]
    if row["interval"] == BAYES:
        tau = f"τ = {numbers.decimal(row['tau'])} ({level} CrI {_span(row, 'tau')})"
        prior = f"a half-normal prior of scale {numbers.number(prior_scale)} for τ"
        if numbers.is_missing(df):
            return (
                f"Nothing in these trials says how far their true effects differ: {prior} alone does, {tau}. Intervals "
                "are credible intervals of that model."
            )
        return (
            f"With {numbers.counted(int(df), 'degree')} of freedom the trials hardly say how far their true effects "
            f"differ, so a Bayesian model with {prior} decides: {tau}. Intervals are credible intervals of that model."
        )
    return (
        f"Differences between trials, the same for all comparisons: τ² = {numbers.tau2(row['tau2'])} ({level} CI "
        f"{_span(row, 'tau2')}), I² = {numbers.i2(row['i2'])}; Q = {numbers.decimal(row['q'])} on "
        f"{numbers.count(df)} df, {numbers.p_value(row['q_p_value'])}. τ² by {TAU2_METHODS[row['method']]}, "
        f"intervals by {INTERVALS[row['interval']]}."
    )


def _span(row: Row, name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "none" if numbers.is_missing(low) else f"{numbers.decimal(low)} to {numbers.decimal(high)}"


def consistency(row: Row, splits: Sequence[Row], named: Mapping[str, str]) -> tuple[str, ...]:
    """Say how far direct and indirect evidence agree.

    Parameters
    ----------
    row : mapping
        The row of ``networks.csv``.
    splits : sequence of mapping
        The rows of ``network_estimates.csv`` that have both direct and indirect evidence.
    named : mapping of str to str
        Labels of the classes.
    """
    if not splits:
        return (
            "No comparison has both direct and indirect evidence, so the two cannot be held against each other: "
            "whether they would agree is not known.",
        )
    return (*_designs(row), _splits(row, splits, named))


def _designs(row: Row) -> tuple[str, ...]:
    p = row["q_inconsistency_random_p_value"]
    if row["interval"] == BAYES or numbers.is_missing(p):
        return ()
    test = (
        f"design-by-treatment interaction with the heterogeneity within designs allowed for: "
        f"χ² = {numbers.decimal(row['q_inconsistency_random'])} on {numbers.count(row['q_inconsistency_df'])} df, "
        f"{numbers.p_value(p)}; without that allowance Q = {numbers.decimal(row['q_inconsistency'])}, "
        f"{numbers.p_value(row['q_inconsistency_p_value'])}"
    )
    if p < 1 - row["level"]:
        return (
            f"Trials that compare different sets of treatments disagree by more than chance and the usual differences "
            f"between trials explain ({test}). The estimates of this network are averages over that disagreement.",
        )
    return (
        f"No disagreement beyond chance was found between trials that compare different sets of treatments ({test}). "
        "That is no proof that there is none: such tests find little.",
    )


def _splits(row: Row, splits: Sequence[Row], named: Mapping[str, str]) -> str:
    alpha = numbers.number(1 - row["level"])
    apart = [one for one in splits if one["difference_p_value"] < 1 - row["level"]]
    both = numbers.counted(len(splits), "comparison")
    has = "has" if len(splits) == 1 else "have"
    tail = "tail probability" if row["interval"] == BAYES else "p"
    if not apart:
        none = "in it the two do not differ" if len(splits) == 1 else "in none do the two differ"
        few = " With few trials that is no sign that they agree." if row["k"] < 10 else ""
        return f"{both.capitalize()} {has} both direct and indirect evidence; {none} ({tail} below {alpha}).{few}"
    parts = listed([pair(one, named) for one in apart])
    chance = len(splits) * (1 - row["level"])
    expected = (
        f" (of so many tests, about {numbers.decimal(chance, places=1)} would by chance alone)" if chance > 0.25 else ""
    )
    return (
        f"{both.capitalize()} {has} both direct and indirect evidence; the two differ ({tail} below {alpha}) in "
        f"{parts}{expected}. There the direct trials and the rest of the network should be read apart, not the "
        "estimate of all together."
    )


def p_scores(row: Row) -> tuple[str, ...]:
    """Say what the P-scores of a network are, and what they are not."""
    if row["interval"] != BAYES:
        return (SCORES,)
    few = numbers.counted(row["k"], "trial")
    return SCORES, f"These come from {few}, so few that their order says next to nothing."


def pair(row: Row, named: Mapping[str, str]) -> str:
    """Name two treatments as they are compared: ``IPT v medication``."""
    return f"{named[row['treatment1']]} v {within(named[row['treatment2']])}"


def apart(row: Row, named: Mapping[str, str]) -> str:
    """Say which treatments no chain of trials joins to the network; empty text if there are none."""
    names = [within(named[name]) for name in text(row["apart"], "").split(";") if name]
    if not names:
        return ""
    return f"Not in this network, as no chain of trials joins it to them: {listed(names)}."
