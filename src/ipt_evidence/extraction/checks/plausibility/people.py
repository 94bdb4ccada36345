"""Whether all numbers of people stated for a trial and its arms fit together."""

from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.plausibility.rows import Figures, Row, by_result

KEPT = 0.7
"""A trial that loses more than three in ten is judged at risk by the incomplete-outcome items in use."""

EVERYBODY = "itt"

AGES = {"children_adolescents": (3, 19), "adults": (18, 75), "older_adults": (55, 95)}
"""Between which ages the mean of a group of people lies, by what trials call them."""


def arms_add_up(figures: Figures) -> Iterator[Breach]:
    """Yield trials whose arms, all with their numbers, do not add up to the number randomised.

    Rule: the n_randomised of arms.csv sum to that of trials.csv. Source: arithmetic.
    """
    for trial, arms in figures.arms.items():
        stated = figures.trials[trial]["n_randomised"]
        sizes = [arm["n_randomised"] for arm in arms.values()]
        if stated is not None and sizes and None not in sizes and sum(sizes) != stated:
            first = next(iter(arms.values()))
            rule = (
                f"the arms add up to {sum(sizes)} ({' + '.join(map(str, sizes))}), trials.csv says {stated} randomised"
            )
            yield figures.finding("arms", first, "n_randomised", rule, "Look up both; which is of whom?")


def results_within_trial(figures: Figures) -> Iterator[Breach]:
    """Yield results that rest on more people than the trial randomised.

    Rule: n or total, summed over the arms of one result, is not above n_randomised of trials.csv; n1 + n2 of a contrast
    likewise. Source: arithmetic.
    """
    for group in by_result(figures.outcomes):
        stated = figures.trials[group[0]["trial_id"]]["n_randomised"]
        column = _size(group[0])
        sizes = [row[column] for row in group if row[column] is not None]
        once = len({row["arm_id"] for row in group}) == len(group)
        if stated is not None and once and sum(sizes) > stated:
            rule = f"the arms of this result add up to {sum(sizes)} people, trials.csv says {stated} randomised"
            for row in group:
                yield figures.finding("outcomes", row, column, rule, "Look up who was randomised and who was counted")
    for row in figures.contrasts:
        stated = figures.trials[row["trial_id"]]["n_randomised"]
        if None not in (stated, row["n1"], row["n2"]) and row["n1"] + row["n2"] > stated:
            rule = f"n1 + n2 is {row['n1'] + row['n2']}, trials.csv says {stated} randomised"
            yield figures.finding("contrasts", row, "n1", rule, "Look up who was randomised and who was analysed")


def results_within_arm(figures: Figures) -> Iterator[Breach]:
    """Yield results that rest on more people than were randomised to the arm.

    Rule: n or total is not above n_randomised of the arm. Source: arithmetic.
    """
    for table, row, arm, column in _stated(figures):
        randomised = figures.randomised(row["trial_id"], arm)
        if randomised is not None and row[column] > randomised:
            rule = f"more than the {randomised} that arms.csv says were randomised to {arm}"
            yield figures.finding(table, row, column, rule, "Look up who was randomised and who was analysed")


def counts_of_everybody_agree(figures: Figures) -> Iterator[Breach]:
    """Yield counts of everybody randomised to an arm that fall short of the arm's number randomised, each number once.

    Rule: dropout is counted in those randomised, and so are results by intention to treat; so their total or n equals
    n_randomised of the arm, as far as arms.csv states it. Source: definition of intention to treat (CONSORT 2010).
    """
    seen = set()
    for row in figures.outcomes:
        column = _size(row)
        randomised = figures.randomised(row["trial_id"], row["arm_id"])
        everybody = row["outcome"] == "dropout" or row["analysis"] == EVERYBODY
        short = None not in (row[column], randomised) and row[column] < randomised
        if everybody and short and (key := (row["trial_id"], row["arm_id"], row[column])) not in seen:
            seen.add(key)
            rule = f"counted in everybody, but arms.csv says {randomised} were randomised to {row['arm_id']}"
            yield figures.finding("outcomes", row, column, rule, "Look up the number randomised, or correct analysis")


def most_people_assessed(figures: Figures) -> Iterator[Breach]:
    """Yield results that rest on fewer than 7 in 10 of the people stated for the arm.

    Rule: n or total against n_randomised, or the arm's largest number anywhere if that is not stated. Threshold: 70 %
    (attrition above 30 % is an item of the risk-of-bias ratings of metapsyTools, createRobRatings).
    """
    most: dict[tuple[str, str], int] = {}
    for _, row, arm, column in _stated(figures):
        key = (row["trial_id"], arm)
        most[key] = max(most.get(key, 0), row[column])
    for table, row, arm, column in _stated(figures):
        base = figures.randomised(row["trial_id"], arm) or most[row["trial_id"], arm]
        if row[column] < KEPT * base:
            rule = f"{row[column]} of {base} people stated for {arm} ({100 * row[column] / base:.0f} %)"
            yield figures.finding(table, row, column, rule, "Say in analysis who was counted")


def completers_are_named(figures: Figures) -> Iterator[Breach]:
    """Yield means of exactly those who did not drop out, not marked as completers.

    Rule: n equals n_randomised minus the dropouts of the arm at the same time point, with at least one dropout.
    Source: arithmetic.
    """
    lost = {
        (row["trial_id"], row["arm_id"], row["timepoint"]): row["events"]
        for row in figures.counts
        if row["outcome"] == "dropout"
    }
    for row in figures.means:
        dropouts = lost.get((row["trial_id"], row["arm_id"], row["timepoint"]), 0)
        randomised = figures.randomised(row["trial_id"], row["arm_id"])
        stayed = randomised is not None and dropouts and row["n"] == randomised - dropouts
        if stayed and row["analysis"] is None:
            rule = f"{row['n']} is the {randomised} randomised minus the {dropouts} who dropped out: completers"
            yield figures.finding("outcomes", row, "analysis", rule, "Enter completers if the report says so")


def randomised_is_stated(figures: Figures) -> Iterator[Breach]:
    """Yield trials for which nobody says how many were randomised.

    Rule: n_randomised is filled for the trial, or for all of its arms.
    """
    for trial, row in figures.trials.items():
        sizes = [arm["n_randomised"] for arm in figures.arms[trial].values()]
        if row["n_randomised"] is None and None in sizes:
            rule = "the number randomised is not known, neither of the trial nor of all of its arms"
            yield figures.finding("trials", row, "n_randomised", rule, "Look it up in the report")


def ages_fit_population(figures: Figures) -> Iterator[Breach]:
    """Yield trials whose mean age is none of the people they are said to be on.

    Rule: mean_age from 3 to 19 for children and adolescents, 18 to 75 for adults, 55 to 95 for older adults. Threshold
    of this project: the ages by which trials choose these groups, adults up to where they are called older.
    """
    for row in figures.trials.values():
        low, high = AGES.get(row["population"] or "", (3, 95))
        if row["mean_age"] is not None and not low <= row["mean_age"] <= high:
            rule = f"no mean age of {row['population'] or 'people'}: it lies between {low} and {high}"
            yield figures.finding("trials", row, "mean_age", rule, "Look up both; is it an age in years?")


def _stated(figures: Figures) -> Iterator[tuple[str, Row, str, str]]:
    """Yield table, row, arm and column of each number of people that a result rests on."""
    for row in figures.outcomes:
        if row[_size(row)] is not None:
            yield "outcomes", row, row["arm_id"], _size(row)
    for row in figures.contrasts:
        for arm, column in (("arm1_id", "n1"), ("arm2_id", "n2")):
            if row[column] is not None:
                yield "contrasts", row, row[arm], column


def _size(row: Row) -> str:
    return "total" if row["measure"] == "binary" else "n"
