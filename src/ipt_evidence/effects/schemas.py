"""Schemas of the tables of effect sizes; their columns are named in :mod:`ipt_evidence.effects.rows`, in this order."""

import pandera.pandas as pa

from ipt_evidence.extraction.choices import ANALYSES, DOMAINS, PHASES, POPULATIONS, RATERS, TIMEPOINTS
from ipt_evidence.extraction.schemas.columns import FLAGS, choice, number, slug, table, term, text, whole
from ipt_evidence.words.reasons import NOT_COMPUTED as NOT_COMPUTED_BECAUSE

MEASURES = ("SMD", "MD", "logOR", "logRR", "logHR", "RD")
EVIDENCE = ("endpoint", "change", "counts", "contrast", "converted")

MEASURE = choice("Measure", "Effect measure; ratios are on the log scale.", MEASURES, required=True)
EFFECT = number("Effect", "Positive: favours the first-named treatment.", required=True)
VARIANCE = number("Variance", "Sampling variance of the effect.", above=0, required=True)


def _asked(*, required: bool = True) -> dict[str, pa.Column]:
    """Return the columns that tie a result to a question."""
    return {
        "condition": term("Condition", "Condition of the trial."),
        "population": choice("Population", "Age group randomised.", POPULATIONS),
        "intervention": term("Intervention", "Class of the first arm's treatment.", required=required),
        "comparator": term("Comparator", "Class of the other arm's treatment.", required=required),
        "outcome": term("Outcome", "What was assessed.", required=required),
        "timepoint": choice("Time point", "End of treatment, or later.", TIMEPOINTS, required=required),
        "phase": choice("Phase", "Phase of treatment.", PHASES, required=True),
    }


def _where(*, required: bool = True) -> dict[str, pa.Column]:
    return {
        "trial_id": slug("Trial", "The trial."),
        "arm1_id": slug("First arm", "The arm named first.", required=required),
        "arm2_id": slug("Second arm", "The arm it is compared with.", required=required),
        "domain": choice("Domain", "What was measured; `target`: the condition.", DOMAINS, required=required),
        "instrument": term("Instrument", "Scale or interview.", required=False),
        "criterion": text("Criterion", "What counted as the event, or the subscale."),
    }


WEEKS = number("Weeks", "Time since randomisation.", least=0, unit="weeks")

ANALYSIS = choice("Analysis", "Who was counted.", ANALYSES)

EFFECT_SIZES = table(
    "effect_sizes",
    "Effect sizes",
    "One row per effect that the validated studies allow.",
    {
        "effect_id": text("Effect", "Identifier of the effect: its trial, its arms and a digest.", required=True),
        **_asked(),
        **_where(),
        "rater": choice("Rater", "Who rated.", RATERS),
        "weeks": WEEKS,
        "analysis": ANALYSIS,
        "subgroup": text("Subgroup", "Part of the trial the result describes; such results enter no primary pool."),
        "counted": text("Counted", "What was counted, where it differs from the outcome."),
        "evidence": choice("Evidence", "Kind of result.", EVIDENCE, required=True),
        "measurement": text("Measurement", "Digest that effects on the same measurement share.", required=True),
        "measure": MEASURE,
        "formula": text("Formula", "How the effect was computed.", required=True),
        "yi": EFFECT,
        "vi": VARIANCE,
        "n1": whole("n of the first arm", "People of the first arm the effect rests on.", unit="people"),
        "n2": whole("n of the second arm", "People of the other arm the effect rests on.", unit="people"),
        "n_randomised": whole(
            "Randomised",
            "People randomised to the two arms; those of the trial where it has two arms that do not say.",
            unit="people",
        ),
        "source_id": slug("Source", "Where the figures were read, as in `sources`."),
        "flags": FLAGS,
        "row1_id": text(
            "First row",
            "The row behind the effect, by its `row_id`: of arm 1 in `outcomes`, or of `contrasts`.",
            required=True,
        ),
        "row2_id": text("Second row", "The row of arm 2 in `outcomes`; empty where one statistic compares the arms."),
    },
    key=["effect_id"],
)

NOT_COMPUTED = table(
    "not_computed",
    "Not computed",
    "One row per reported result from which no effect follows, and per trial that compares nothing asked about.",
    {
        **_asked(required=False),
        **_where(required=False),
        "weeks": WEEKS,
        "analysis": ANALYSIS,
        "reported": text("Reported", "What was reported."),
        "reason_id": choice("Reason", "Why no effect follows.", NOT_COMPUTED_BECAUSE, required=True),
        "source_id": slug("Source", "Where it was read, as in `sources`.", required=False),
    },
    key=[],
)
