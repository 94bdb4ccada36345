"""Schemas of the tables on trials: who was randomised to what, and what came of it."""

from ipt_evidence.extraction.choices import (
    ANALYSES,
    DOMAINS,
    FORMATS,
    MAGNITUDES,
    MEASURED,
    MEASURES,
    MOST,
    PHASES,
    POPULATIONS,
    RATERS,
    RATIOS,
    REPORT_STATUSES,
    SPECIAL_POPULATIONS,
    TIMEPOINTS,
    TOOL_DOMAINS,
    TOOL_JUDGEMENTS,
)
from ipt_evidence.extraction.schemas.columns import boolean, choice, number, slug, table, term, text, whole

COUNTRY = r"[A-Z]{2}(?:;[A-Z]{2})*"
COUNTRY_RULE = "must be two-letter country codes (ISO 3166), joined by ; if several"

DOMAIN_NOTE = "What the row measures; `target` is the trial's own condition, and only such rows answer its questions."

WHAT = {
    "outcome": term("Outcome", "What was assessed; see `outcomes` of the vocabulary."),
    "domain": choice("Domain", DOMAIN_NOTE, DOMAINS, required=True),
}
HOW = {
    "instrument": term("Instrument", "Scale or interview; see `instruments`.", required=False),
    "criterion": text("Criterion", "Cut-off or definition of an event, or the subscale."),
    "rater": choice("Rater", "Who rated.", RATERS),
    "timepoint": choice("Time point", "End of treatment, or later.", TIMEPOINTS, required=True),
    "weeks": number("Weeks", "Time since randomisation.", above=0, most=2600, unit="weeks"),
}
WHENCE = {
    "derived": text("Derived", "How the figure follows from what was printed."),
    "source_id": slug("Source", "Where the figure was read, as in `sources`."),
}
"""What is said of a figure, whether it is of an arm or of two arms compared."""

TRIALS = table(
    "trials",
    "Trials",
    "One row per randomised trial, under its main report.",
    {
        "trial_id": slug("Trial", "Identifier of the trial: first author and year of its main report."),
        "label": text("Label", "Name of the trial as reports print it.", required=True),
        "year": whole("Year", "Year of the main report.", least=1950, most=2100, unit="year", required=True),
        "condition": term("Condition", "Condition the trial treats or prevents; see `conditions`."),
        "population": choice("Population", "Age group randomised.", POPULATIONS),
        "special_population": choice(
            "Special population", "Setting or group that sets the trial apart.", SPECIAL_POPULATIONS
        ),
        "second_population": choice(
            "Second population",
            "A second such setting or group, where the trial has two; certainty goes by the first.",
            SPECIAL_POPULATIONS,
        ),
        "phase": choice(
            "Phase",
            "Treatment of an episode, keeping people well, or keeping illness from starting.",
            PHASES,
            required=True,
        ),
        "country": text("Country", "Where people were randomised.", pattern=COUNTRY, rule=COUNTRY_RULE),
        "diagnosis": text("Diagnosis", "Whom the trial took in, as the report puts it."),
        "n_randomised": whole("Randomised", "People randomised to all arms.", least=1, most=MOST, unit="people"),
        "mean_age": number("Mean age", "Mean age at baseline.", least=0, most=120, unit="years"),
        "percent_women": number("Women", "Share of women.", least=0, most=100, unit="percent"),
        "citekey": slug("Citation", "Key of the main report in `references.bib`."),
        "report_status": choice(
            "Report status",
            "What became of the report after publication, from a look-up whose place and day `notes` name "
            "(such as 2026-11-22); empty: nothing is known, which does not mean that it stands.",
            REPORT_STATUSES,
        ),
        "notes": text(
            "Notes",
            "Extraction notes for reviewers: what the figures rest on. Printed margins of a table, as `75 of 142 in "
            "one_arm + another`, are held against its cells.",
        ),
    },
    key=["trial_id"],
)

ARMS = table(
    "arms",
    "Arms",
    "One row per randomised arm; each trial has at least two.",
    {
        "trial_id": slug("Trial", "The trial, as in `trials`."),
        "arm_id": slug("Arm", "Identifier of the arm within its trial."),
        "treatment": term("Treatment", "What the arm was given; see `treatments`."),
        "detail": text("Detail", "The treatment as the report describes it."),
        "format": choice("Format", "How it was delivered.", FORMATS),
        "n_sessions": whole("Sessions", "Planned sessions.", least=1, most=365, unit="sessions"),
        "n_randomised": whole("Randomised", "People randomised to the arm.", least=1, most=MOST, unit="people"),
    },
    key=["trial_id", "arm_id"],
)

OUTCOMES = table(
    "outcomes",
    "Outcomes by arm",
    "One row per arm, outcome, instrument and time point: endpoint mean, mean change, or number of events.",
    {
        "trial_id": slug("Trial", "The trial, as in `trials`."),
        "arm_id": slug("Arm", "The arm, as in `arms`."),
        **WHAT,
        **HOW,
        "measure": choice(
            "Measure",
            "Endpoint mean (continuous), change from baseline (change) or events (binary).",
            MEASURES,
            required=True,
        ),
        "mean": number("Mean", "Mean at the time point, or mean change from baseline.", unit="scale points"),
        "sd": number("SD", "Standard deviation of the same figure.", above=0, unit="scale points"),
        "n": whole("Analysed", "People the mean rests on.", least=1, unit="people"),
        "baseline_mean": number("Baseline mean", "Mean at baseline.", unit="scale points"),
        "baseline_sd": number("Baseline SD", "Standard deviation at baseline.", above=0, unit="scale points"),
        "events": whole("Events", "People with the event.", unit="people"),
        "total": whole("Total", "People the events are counted in.", least=1, unit="people"),
        "analysis": choice("Analysis", "Who was counted.", ANALYSES),
        "lower_is_better": boolean("Lower is better", "Whether a lower mean is the better result."),
        **WHENCE,
    },
    key=["trial_id", "arm_id", *MEASURED, "measure"],
)

CONTRASTS = table(
    "contrasts",
    "Contrasts between arms",
    "One row per between-arm statistic of trials that print no figures by arm. smd, mean_difference, t and "
    "F1 are magnitudes whose sign is given by `favours`; ratios are arm 1 over arm 2 as printed.",
    {
        "trial_id": slug("Trial", "The trial, as in `trials`."),
        "arm1_id": slug("First arm", "The first arm, as in `arms`."),
        "arm2_id": slug("Second arm", "The second arm, as in `arms`."),
        **WHAT,
        "subgroup": text("Subgroup", "Part of the trial the row describes; such rows enter no primary pool."),
        "event": text("Event", "What a ratio counts, if it is not the outcome itself."),
        "event_good": boolean("Event is good", "Whether the event counted is a good one; empty: as the outcome says."),
        **HOW,
        "statistic": choice("Statistic", "What was printed.", MAGNITUDES + RATIOS, required=True),
        "value": number("Value", "The statistic; a ratio as printed, anything else without its sign.", least=0),
        "se": number("SE", "Standard error; of the logarithm for ratios.", above=0),
        "ci_low": number("Lower limit", "Lower limit of the 95 % interval."),
        "ci_high": number("Upper limit", "Upper limit of the 95 % interval."),
        "p_value": number("p", "Two-sided p value as printed.", least=0, most=1),
        "n1": whole("n of arm 1", "People of the first arm the statistic rests on.", least=1, unit="people"),
        "n2": whole("n of arm 2", "People of the second arm the statistic rests on.", least=1, unit="people"),
        "favours": slug(
            "Favours", "The arm with the better result; empty only if the report does not say.", required=False
        ),
        **WHENCE,
    },
    key=["trial_id", "arm1_id", "arm2_id", *MEASURED, "subgroup", "statistic"],
)

RISK_OF_BIAS = table(
    "risk_of_bias",
    "Risk of bias",
    "One row per judgement: by trial and domain, and by instrument where the rater matters.",
    {
        "trial_id": slug("Trial", "The trial, as in `trials`."),
        "tool": choice("Tool", "Cochrane tool, first or second version.", TOOL_DOMAINS, required=True),
        "instrument": term("Instrument", "The instrument judged; empty: the trial as a whole.", required=False),
        "domain": choice(
            "Domain",
            "Domain or item of the tool; for RoB 2 also the number of a signalling question, such as 2.1.",
            [name for judged in TOOL_JUDGEMENTS.values() for name in judged],
            required=True,
        ),
        "judgement": choice(
            "Judgement",
            "As the source judged; `self_report` is an outcome rated by the patient. For a signalling question the "
            "answer: Y yes, PY probably yes, PN probably no, N no, NI no information, NA not asked. Where a domain "
            "has both answers and a judgement, the judgement holds, and reports say if the published algorithm gives "
            "another.",
            sorted({word for judged in TOOL_JUDGEMENTS.values() for words in judged.values() for word in words}),
            required=True,
        ),
        "source_id": slug("Source", "Who judged, as in `sources`."),
    },
    key=["trial_id", "tool", "instrument", "domain"],
)
