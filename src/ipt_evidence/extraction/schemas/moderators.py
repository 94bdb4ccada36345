"""Schemas of what the review plans to hold effects against: the moderators, and their groups."""

from ipt_evidence.extraction.choices import FORMATS, PHASES, POPULATIONS, SPECIAL_POPULATIONS
from ipt_evidence.extraction.schemas.columns import choice, slug, table, text, whole
from ipt_evidence.words.labels import RISKS

KINDS = ("categorical", "continuous")

LEVELS = {
    "trial": ("year", "country", "population", "special_population", "phase", "mean_age", "percent_women"),
    "first_arm": ("format", "n_sessions", "treatment"),
    "second_arm": ("format", "n_sessions", "treatment"),
    "risk_of_bias": ("overall",),
    "baseline": ("baseline_mean",),
}
"""Columns that a moderator may come from, by level."""

NUMBERS = ("year", "mean_age", "percent_women", "n_sessions", "baseline_mean")
"""Those that hold numbers."""

WORDS = {
    "population": tuple(POPULATIONS),
    "special_population": tuple(SPECIAL_POPULATIONS),
    "phase": tuple(PHASES),
    "format": tuple(FORMATS),
    "overall": tuple(RISKS),
}
"""The values of those that have a closed list."""

LARGER, SMALLER = "larger", "smaller"
"""How the effect is expected to change as a number rises."""

LEAST_TRIALS = 10
"""Trials that a moderator takes at least (Cochrane Handbook 10.11.4)."""

MODERATORS = table(
    "moderators",
    "Moderators",
    "One row per characteristic of trials that effects are held against, declared before it is run; tried on every "
    "question with enough trials.",
    {
        "moderator_id": slug("Moderator", "Identifier of the moderator."),
        "title": text("Title", "What reports call it.", required=True),
        "kind": choice(
            "Kind", "categorical: groups of `moderator_groups`; continuous: a number.", KINDS, required=True
        ),
        "level": choice(
            "Level",
            "Where it is read: of the trial; of its arms with the first-named treatment, or the second; its risk of "
            "bias in the question; or before treatment, on one instrument.",
            LEVELS,
            required=True,
        ),
        "column": choice(
            "Column",
            "The column of that table; it has to belong to the level.",
            list(dict.fromkeys(name for names in LEVELS.values() for name in names)),
            required=True,
        ),
        "instrument": text(
            "Instrument", "Where level is baseline: the instrument, since scores of two do not compare."
        ),
        "expects": text(
            "Expected",
            "What was expected beforehand: the group with the largest effect, or for numbers larger or smaller effects "
            "as they rise; empty where nothing was.",
        ),
        "min_trials": whole(
            "Least trials", "Trials with a value that it takes.", least=LEAST_TRIALS, unit="trials", required=True
        ),
        "reason": text("Reason", "Why it may matter, and why that way.", required=True),
        "source": text("Source", "Where the reason was read.", required=True),
    },
    key=["moderator_id"],
)

MODERATOR_GROUPS = table(
    "moderator_groups",
    "Groups of moderators",
    "One row per value of a categorical moderator that belongs to a group. The first group of a moderator is the one "
    "that the others are compared with. Trials with a value that is not listed, or with values of two groups, are in "
    "none.",
    {
        "moderator_id": slug("Moderator", "The moderator."),
        "value": text("Value", "The value, as in the column of the moderator.", required=True),
        "group": slug("Group", "The group it belongs to."),
        "label": text("Label", "What reports call the group.", required=True),
        "trials": text("Trials", "What sentences call its trials: `trials at low risk of bias`.", required=True),
    },
    key=["moderator_id", "value"],
)
