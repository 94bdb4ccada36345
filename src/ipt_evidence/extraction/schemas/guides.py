"""Schemas of the tables on what others say of IPT: guidelines, guides, published pooled results."""

from ipt_evidence.extraction.schemas.columns import DOI, choice, number, slug, table, term, text, whole
from ipt_evidence.extraction.schemas.sources import DOI_RULE
from ipt_evidence.extraction.schemas.studies import COUNTRY, COUNTRY_RULE, PHASES, POPULATIONS

URL = r"https?://[^\s]+"
URL_RULE = "must be a web address starting with https://"

RECOMMENDATIONS = (
    "recommended_first_line",
    "recommended_second_line",
    "recommended",
    "option",
    "insufficient_evidence",
    "not_mentioned",
    "not_recommended",
)
READ_AS = ("abstract", "guideline_owner_page", "guideline_text", "guideline_text_mirror", "secondary_summary")
CLAIM_KINDS = (
    "adaptation",
    "breadth",
    "comparative",
    "delivery",
    "dose",
    "efficacy",
    "guideline",
    "non_indication",
    "reading_list",
)
DELIVERIES = ("couple", "group", "hiv", "non_specialist", "telephone")
STRENGTHS = ("strong", "moderate", "limited", "insufficient")

GUIDELINES = table(
    "guidelines",
    "Guidelines",
    "One row per recommendation on IPT, in our own words, with how the guideline was read.",
    {
        "guideline_id": slug("Recommendation", "Identifier of the recommendation."),
        "organisation": text("Organisation", "Who recommends."),
        "title": text("Title", "Title of the guideline.", required=True),
        "year": whole("Year", "Year of the guideline.", least=1950, most=2100, unit="year"),
        "country": text("Country", "Where it applies.", pattern=COUNTRY, rule=COUNTRY_RULE),
        "condition": term("Condition", "Condition it is about; see `conditions`."),
        "population": text("Population", "Whom it is about.", required=True),
        "treatment": term("Treatment", "Treatment it is about; see `treatments`."),
        "phase": choice("Phase", "Phase of treatment.", PHASES, required=True),
        "recommendation": choice("Recommendation", "What it says of IPT.", RECOMMENDATIONS, required=True),
        "strength_as_stated": text("Strength as stated", "Grade in the guideline's own scheme."),
        "summary": text("Summary", "What it says, in our own words.", required=True),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "url": text("Address", "Where it can be read.", pattern=URL, rule=URL_RULE, required=True),
        "source_kind": choice("Read as", "What was read.", READ_AS, required=True),
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
        "comparator": choice(
            "Comparator",
            "Class of treatment it compares with.",
            ("any", "control", "cbt", "other_psychotherapy", "pharmacotherapy", "combined"),
        ),
        "outcome": term("Outcome", "Outcome it is about; see `outcomes` of the vocabulary.", required=False),
        "phase": choice("Phase", "Phase of treatment.", PHASES),
        "delivery": choice("Delivery", "Delivery or group it singles out.", DELIVERIES),
        "claimed_strength": choice("Claimed strength", "Strength of evidence the guide claims.", STRENGTHS),
        "claim": text("Claim", "The statement, in our own words.", required=True),
    },
    key=["claim_id"],
)

BENCHMARKS = table(
    "benchmarks",
    "Benchmarks",
    "One row per published pooled result, to compare our own with.",
    {
        "id": slug("Benchmark", "Identifier of the result."),
        "reference": text("Reference", "The report.", required=True),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "comparison": text("Comparison", "What was compared, in whom.", required=True),
        "k": whole("Trials", "Trials or comparisons pooled.", least=1, unit="trials"),
        "effect_measure": text("Measure", "Name of the effect measure as the report prints it.", required=True),
        "estimate": number("Estimate", "Pooled result with the sign as printed.", required=True),
        "ci_low": number("Lower limit", "Lower limit of the 95 % interval."),
        "ci_high": number("Upper limit", "Upper limit of the 95 % interval."),
        "i2": number("I2", "Heterogeneity.", least=0, most=100, unit="percent"),
        "nnt": number("NNT", "Number needed to treat as printed."),
        "url": text("Address", "Where it can be read.", pattern=URL, rule=URL_RULE, required=True),
    },
    key=["id"],
)
