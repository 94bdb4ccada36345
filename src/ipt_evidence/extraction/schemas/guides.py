"""Schemas of the tables on what others say of the therapy: guidelines, guides, published pooled results."""

from ipt_evidence.extraction.choices import NOT_STATED, PHASES, POPULATIONS, PUBLISHED_MEASURES, TIMEPOINTS
from ipt_evidence.extraction.schemas.columns import boolean, choice, number, several, slug, table, term, text, whole
from ipt_evidence.extraction.schemas.patterns import DOI, DOI_RULE, SLUG
from ipt_evidence.extraction.schemas.studies import COUNTRY, COUNTRY_RULE
from ipt_evidence.words.labels import CERTAINTIES
from ipt_evidence.words.strength_rules import LADDER

URL = r"https?://[^\s]+"
URL_RULE = "must be a web address starting with https://"

RECOMMENDATIONS = (
    "recommended_first_line", "recommended_second_line", "recommended", "option", "insufficient_evidence",
    "not_mentioned", "not_recommended",
)  # fmt: skip
READ_AS = ("abstract", "guideline_owner_page", "guideline_text", "guideline_text_mirror", "secondary_summary")
CLAIM_KINDS = (
    "adaptation", "breadth", "comparative", "delivery", "dose", "efficacy", "exclusive", "guideline", "non_indication",
    "reading_list", "unrecorded",
)  # fmt: skip
DELIVERIES = ("couple", "group", "hiv", "non_specialist", "telephone")
RECOMMENDATION_KINDS = ("recommendation", "evidence_rating")
DOSE_UNITS = ("sessions", "weeks", "weekly_sessions")
BODY = r"[^\s;:](?:[^;:]*[^\s;:])?"
CODE = r"[A-Z]{2,}[0-9]+"

GUIDELINES = table(
    "guidelines",
    "Guidelines",
    "One row per recommendation on the therapy under review, in our own words, with how the guideline was read.",
    {
        "guideline_id": slug("Recommendation", "Identifier of the recommendation."),
        "organisation": text("Organisation", "Who recommends."),
        "body": text(
            "Short name",
            "Short name by which texts cite the body, as claims do; two bodies may share one.",
            pattern=BODY,
            rule="must be a name without ; and :",
        ),
        "title": text("Title", "Title of the guideline.", required=True),
        "code": text(
            "Code", "Code by which texts cite the guideline.", pattern=CODE, rule="must be capitals and digits, NG222"
        ),
        "year": whole("Year", "Year of the guideline.", least=1950, most=2100, unit="year"),
        "country": text("Country", "Where it applies.", pattern=COUNTRY, rule=COUNTRY_RULE),
        "condition": term("Condition", "Condition it is about; see `conditions`."),
        "population": text(
            "Population",
            f"Whom it is about; `{NOT_STATED}` where what was read does not say.",
            pattern=rf"{NOT_STATED}|(?!not stated)[\s\S]+",
            rule=f"must say whom it is about, or be: {NOT_STATED}",
            required=True,
        ),
        "age_groups": several(
            "Age groups",
            "Age groups it names; empty: it names none.",
            pattern="|".join(POPULATIONS),
            rule=f"must be one of {', '.join(POPULATIONS)}",
        ),
        "age_low": whole("Youngest", "Youngest age it names.", least=0, most=120, unit="years"),
        "age_high": whole("Oldest", "Oldest age it names.", least=0, most=120, unit="years"),
        "treatment": term("Treatment", "Treatment it is about, with medication if it is; see `treatments`."),
        "phase": choice("Phase", "Phase of treatment.", PHASES, required=True),
        "kind": choice(
            "Kind",
            "recommendation, or evidence_rating: a list or rating of evidence, which recommends nothing.",
            RECOMMENDATION_KINDS,
            required=True,
        ),
        "recommendation": choice("Recommendation", "What it says of the therapy.", RECOMMENDATIONS, required=True),
        "strength_as_stated": text("Strength as stated", "Grade in the guideline's own scheme."),
        "certainty_as_stated": choice(
            "Certainty as stated", "How certain it says it is of the evidence, by GRADE.", tuple(CERTAINTIES)
        ),
        "summary": text("Summary", "What it says, in our own words.", required=True),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "url": text("Address", "Where it can be read.", pattern=URL, rule=URL_RULE, required=True),
        "source_kind": choice("Read as", "What was read.", READ_AS, required=True),
        "same_as": slug(
            "Same as", "The row that states the same recommendation for another condition.", required=False
        ),
        "note": text("Note", "Doubts and limits of the reading."),
    },
    key=["guideline_id"],
)

CLAIMS = table(
    "claims",
    "Claims",
    "One row per statement on evidence that a guide makes.",
    {
        "claim_id": slug("Claim", "Identifier of the claim."),
        "guide_id": slug("Guide", "The guide, as in `guides.yaml`."),
        "kind": choice("Kind", "What sort of statement it is.", CLAIM_KINDS, required=True),
        "condition": term("Condition", "Condition it is about; see `conditions`.", required=False),
        "population": choice("Population", "Whom it is about.", ("all", *POPULATIONS)),
        "treatment": term("Treatment", "Treatment it is about; see `treatments`."),
        "comparator": term(
            "Comparator",
            "Class of treatment it compares with, as in `treatment_classes`; `any`: whatever it is compared with.",
            required=False,
        ),
        "outcome": term("Outcome", "Outcome it is about; see `outcomes` of the vocabulary.", required=False),
        "phase": choice("Phase", "Phase of treatment.", PHASES),
        "delivery": choice("Delivery", "Delivery or group it singles out.", DELIVERIES),
        "claimed_strength": choice("Claimed strength", "Strength of evidence the guide claims.", LADDER[:0:-1]),
        "reserve": boolean(
            "Reserve",
            "Whether it says only that the therapy can, may, or is used to help; false if it says that it does.",
        ),
        "not_measured": several(
            "Not measured",
            "What else it says the therapy does and no outcome measures; what it is about where no table records it.",
            pattern=r"[^;\s](?:[^;]*[^;\s])?",
            rule="must be words",
        ),
        "low": whole("Fewest", "Fewest sessions or weeks it names.", least=1),
        "high": whole("Most", "Most sessions or weeks it names.", least=1),
        "unit": choice("Unit", "What it counts; weekly_sessions: sessions and weeks alike.", DOSE_UNITS),
        "session_minutes": whole("Session length", "Length of a session it names.", least=1, unit="minutes"),
        "bodies": several(
            "Bodies",
            "Bodies it says recommend the therapy, by their short names in `guidelines`. Where it names a guideline by "
            "its code, the code stands behind the body: NICE:NG222.",
            pattern=rf"{BODY}(?::{CODE})?",
            rule="must be the short name of a body, with : and the code of a guideline if it names one",
        ),
        "works": several(
            "Works",
            "Works it names, by their keys in the bibliographies.",
            pattern=SLUG,
            rule="must be the key of a work",
        ),
        "claim": text("Claim", "The statement, in our own words.", required=True),
    },
    key=["claim_id"],
)

BENCHMARKS = table(
    "benchmarks",
    "Benchmarks",
    "One row per published pooled result, to compare our own with. What it is about stands in words of the vocabulary "
    "beside the words of the report; what the text we read does not say is left empty.",
    {
        "id": slug("Benchmark", "Identifier of the result."),
        "label": text("Label", "Short name, first author and year where they are known.", required=True),
        "reference": text("Reference", "The report.", required=True),
        "year": whole("Year", "Year of the report.", least=1950, most=2100, unit="year"),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "comparison": text("Comparison", "What was compared, in whom, in the words of the report.", required=True),
        "condition": term("Condition", "Condition it is about; see `conditions`.", required=False),
        "intervention": term(
            "Intervention",
            "Class of the side that `favours_intervention` speaks of, as in `treatment_classes`: the one with the "
            "therapy under review, whichever side the report names first.",
            required=False,
        ),
        "comparator": term(
            "Comparator",
            "Class of the other side, as in `treatment_classes`; `any`: whatever it is compared with, taken together; "
            "empty for what happened within one group.",
            required=False,
        ),
        "outcome": term(
            "Outcome",
            "Outcome; see `outcomes` of the vocabulary. An effect on a scale that is printed for a disorder, without "
            "naming another outcome, is on its symptoms.",
            required=False,
        ),
        "timepoint": choice("Time point", "When it was measured.", TIMEPOINTS),
        "phase": choice("Phase", "Phase of treatment.", PHASES),
        "differs_in": text(
            "Differs in",
            "In what it is known to be wider, narrower or made otherwise than a question of ours on it, in a few words "
            "that may stand within a sentence.",
        ),
        "trials": several(
            "Trials known",
            "Those of our trials that are known to be in it; empty where none is known.",
            pattern=SLUG,
            rule="must be a trial_id",
        ),
        "k": whole("Trials", "Trials or comparisons pooled.", least=1, most=10_000, unit="trials"),
        "effect_measure": text(
            "Measure as printed", "Name of the effect measure as the report prints it.", required=True
        ),
        "measure": choice(
            "Measure",
            "What that is: SMD (Cohen's d and Hedges' g alike), MD, OR, RR, HR or RD between two groups; SMC: a "
            "standardised change, or proportion: of people, within one group.",
            PUBLISHED_MEASURES,
            required=True,
        ),
        "favours_intervention": choice(
            "Favours the intervention",
            "On which side of no difference (0, or 1 for ratios) printed figures favour the intervention.",
            ("above", "below"),
        ),
        "estimate": number(
            "Estimate", "Pooled result with the sign as printed.", least=-1000, most=1000, required=True
        ),
        "ci_low": number("Lower limit", "Lower limit of the 95 % interval.", least=-1000, most=1000),
        "ci_high": number("Upper limit", "Upper limit of the 95 % interval.", least=-1000, most=1000),
        "i2": number("I2", "Heterogeneity.", least=0, most=100, unit="percent"),
        "nnt": number("NNT", "Number needed to treat as printed.", least=-1000, most=1000),
        "certainty": text("Certainty", "Certainty of the evidence, as the report states it."),
        "certainty_tool": text("Certainty tool", "The system that certainty was rated in, as the report names it."),
        "certainty_words": text("Certainty in words", "What the report says of why."),
        "url": text("Address", "Where it can be read.", pattern=URL, rule=URL_RULE, required=True),
    },
    key=["id"],
)
