"""Schemas of the vocabulary (the words the raw tables may use) and of the review plan."""

from ipt_evidence.extraction.choices import (
    DOMAINS,
    MID_SCALES,
    PHASES,
    POPULATIONS,
    RATERS,
    SPECIAL_POPULATIONS,
    TIMEPOINTS,
)
from ipt_evidence.extraction.schemas.columns import boolean, choice, number, slug, table, term, text

CONDITIONS = table(
    "conditions",
    "Conditions",
    "One row per condition; a condition that is the parent of others pools them.",
    {
        "condition": slug("Condition", "The word used in the tables."),
        "label": text("Label", "Name for professionals.", required=True),
        "plain_label": text("Plain label", "Name in everyday words, for the middle of a sentence.", required=True),
        "parent": slug("Parent", "The wider condition it belongs to.", required=False),
        "special_population": choice(
            "Special population",
            "The special population that the condition is about by its name; trials in it sit well with the condition.",
            SPECIAL_POPULATIONS,
        ),
    },
    key=["condition"],
)

TREATMENT_CLASSES = table(
    "treatment_classes",
    "Treatment classes",
    "One row per class of treatments that are compared as one.",
    {
        "class": slug("Class", "The word used in questions."),
        "label": text("Label", "Name for professionals.", required=True),
        "plain_label": text("Plain label", "Name in everyday words, for the middle of a sentence.", required=True),
        "compared_label": text(
            "Compared label", "Name for professionals where something is compared with it; empty: the label."
        ),
        "role": choice(
            "Role",
            "both: the therapy under review, alone or with something else, on either side of a comparison; comparator: "
            "what it is tested against; mixture: what it may be compared with, and that tells nothing on whether it "
            "helps, such as a combination with it in it.",
            ("both", "comparator", "mixture"),
            required=True,
        ),
    },
    key=["class"],
)

TREATMENTS = table(
    "treatments",
    "Treatments",
    "One row per treatment an arm can be given.",
    {
        "treatment": term("Treatment", "The word used in `arms`."),
        "label": text("Label", "Name for readers.", required=True),
        "class": slug("Class", "Its class, as in `treatment_classes`."),
        "adapted": boolean(
            "Adapted", "Whether it is an adapted form or comes with something added; trials of it count as less direct."
        ),
    },
    key=["treatment"],
)

OUTCOME_WORDS = table(
    "outcomes",
    "Outcomes",
    "One row per outcome.",
    {
        "outcome": slug("Outcome", "The word used in the tables."),
        "label": text("Label", "Name for professionals.", required=True),
        "plain_label": text("Plain label", "Name in everyday words, for the middle of a sentence.", required=True),
        "kind": choice("Kind", "Measured on a scale, or counted.", ("continuous", "event"), required=True),
        "event_good": boolean("Event is good", "Whether the event is a good one; empty for scales."),
        "domain": choice("Domain", "Domain of the rows that answer questions on it.", DOMAINS, required=True),
    },
    key=["outcome"],
)

INSTRUMENTS = table(
    "instruments",
    "Instruments",
    "One row per scale or interview.",
    {
        "instrument": term("Instrument", "The word used in the tables."),
        "name": text("Name", "Full name.", required=True),
        "low": number("Lowest score", "Lowest possible score.", unit="scale points"),
        "high": number("Highest score", "Highest possible score.", unit="scale points"),
        "range_source": text("Source of the range", "DOI or citation of the publication or manual that gives it."),
        "lower_is_better": boolean("Lower is better", "Whether a lower score is the better result; empty: no score."),
        "rater": choice("Rater", "Who usually rates; empty: it varies.", RATERS),
    },
    key=["instrument"],
)

MIDS = table(
    "mids",
    "Minimal important differences",
    "One row per outcome and condition with a figure of its own; the row without condition is for all others.",
    {
        "outcome": slug("Outcome", "Outcome, as in `outcomes`."),
        "condition": slug(
            "Condition", "Condition it is for, with all that belong to it; empty: for all others.", required=False
        ),
        "scale": choice(
            "Scale",
            "SMD: a standardised mean difference, turned into a log odds ratio for events; per_1000: people in 1,000, "
            "around the risk without the therapy.",
            MID_SCALES,
            required=True,
        ),
        "mid": number("Minimal important difference", "The figure.", above=0, most=1000, required=True),
        "basis": choice(
            "Basis",
            "published: a study asked what matters; convention: a rule of thumb; judgement: the authors of the review.",
            ("published", "convention", "judgement"),
            required=True,
        ),
        "source": text("Source", "DOI or citation, or who judged.", required=True),
    },
    key=["outcome", "condition"],
)

QUESTIONS = table(
    "questions",
    "Questions",
    "The review plan: one row per question, each answered by one synthesis.",
    {
        "question_id": slug("Question", "Identifier of the question."),
        "title": text("Title", "The question as reports print it.", required=True),
        "condition": term("Condition", "Condition; a parent pools its children. See `conditions`."),
        "population": choice("Population", "Population of the trials, or all.", ("all", *POPULATIONS), required=True),
        "intervention": term("Intervention", "Treatment class asked about; see `treatment_classes`."),
        "comparator": term("Comparator", "Treatment class it is compared with; see `treatment_classes`."),
        "outcome": term("Outcome", "Outcome; see `outcomes` of the vocabulary."),
        "timepoint": choice("Time point", "End of treatment, or later.", TIMEPOINTS, required=True),
        "phase": choice("Phase", "Phase of treatment.", PHASES, required=True),
        "measure": choice("Measure", "Effect measure pooled.", ("SMD", "logOR", "logRR", "logHR"), required=True),
        "primary": boolean("Primary", "Whether the question leads its condition.", required=True),
    },
    key=["question_id"],
)
