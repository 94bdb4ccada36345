"""Schemas of the tables on where figures come from, what was left out, and what is doubted."""

from ipt_evidence.extraction.choices import MOST, PHASES, TIMEPOINTS
from ipt_evidence.extraction.schemas.columns import choice, several, slug, table, term, text, whole
from ipt_evidence.extraction.schemas.patterns import DOI, DOI_RULE, PMID, PMID_RULE, WORD

SOURCE_KINDS = (
    "abstract", "full_text", "supplement", "thesis", "registry", "correspondence", "database", "review_table",
)  # fmt: skip
EXCLUSION_REASONS = (
    "duplicate_population", "intervention_mixed", "no_arm_level_data", "no_comparator", "not_randomised",
    "not_retrieved", "other_intervention", "outcome_not_eligible",
)  # fmt: skip
SCREENING_REASONS = (*EXCLUSION_REASONS, "no_original_results", "other_condition", "other_population")
"""Reasons for exclusion at screening: also what title and abstract alone tell."""

SCREENED = ("include", "exclude", "unsure")
DECIDED = ("include", "exclude")
DAY = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
DAY_RULE = "must be a day, such as 2026-05-31"
STUDY_TABLES = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias")
ACTIONS = ("correction", "exclude", "flag", "left_empty", "sensitivity")
FINDERS = ("extractor", "check")

SOURCES = table(
    "sources",
    "Sources",
    "One row per place figures were read from, with the licence they come under.",
    {
        "source_id": slug("Source", "Identifier of the source."),
        "kind": choice(
            "Kind", "What was read; correspondence: what the authors answered.", SOURCE_KINDS, required=True
        ),
        "title": text("Title", "Title of the report or database.", required=True),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "pmid": text("PubMed number", "PubMed number.", pattern=PMID, rule=PMID_RULE),
        "licence": text("Licence", "Licence, or the ground on which single figures are cited.", required=True),
    },
    key=["source_id"],
)

EXCLUDED_REPORTS = table(
    "excluded_reports",
    "Excluded reports",
    "One row per report that was sought and not entered, with the reason.",
    {
        "report_id": slug("Report", "Identifier of the report: first author and year."),
        "label": text("Label", "Name of the report as lists print it.", required=True),
        "year": whole("Year", "Year of the report.", least=1950, most=2100, unit="year"),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "pmid": text("PubMed number", "PubMed number.", pattern=PMID, rule=PMID_RULE),
        "condition": term("Condition", "Condition studied; see `conditions`.", required=False),
        "phase": choice("Phase", "Phase of treatment; empty: acute.", PHASES),
        "comparators": several(
            "Comparators",
            "Classes it compares the therapy alone with, as in `treatment_classes`, where told.",
            pattern=WORD,
            rule="must be a class of treatment",
        ),
        "n_randomised": whole("Randomised", "People randomised.", least=1, most=MOST, unit="people"),
        "part_of": slug(
            "Part of", "The trial or excluded report that is on the same people; empty: none known.", required=False
        ),
        "reason": choice("Reason", "Why it was not entered.", EXCLUSION_REASONS, required=True),
        "detail": text("Detail", "The reason in words."),
    },
    key=["report_id"],
)

SCREENING = table(
    "screening",
    "Screening log",
    "One row per record that a search found, also one that was found before, with what each of two people said of it "
    "by themselves and what both settled on. The file may be missing: the flow of reports then says that records were "
    "not logged.",
    {
        "record_id": slug("Record", "Identifier of the record."),
        "source": text(
            "Source", "Database, register or other place the record was found in, such as PubMed.", required=True
        ),
        "searched": text("Searched", "Day of the search that found it.", pattern=DAY, rule=DAY_RULE),
        "title": text("Title", "Title of the work.", required=True),
        "year": whole("Year", "Year of the work.", least=1800, most=2100, unit="year"),
        "doi": text("DOI", "Digital object identifier.", pattern=DOI, rule=DOI_RULE),
        "pmid": text("PubMed number", "PubMed number.", pattern=PMID, rule=PMID_RULE),
        "duplicate_of": slug(
            "Duplicate of", "The record that is on the same work; a duplicate is not screened.", required=False
        ),
        "abstract_first": choice("First, by abstract", "What one person said by title and abstract.", SCREENED),
        "abstract_second": choice("Second, by abstract", "What the other one said, without seeing it.", SCREENED),
        "abstract_decision": choice(
            "Decision by abstract",
            "What both settled on by title and abstract; empty: what both said, or nothing settled yet.",
            DECIDED,
        ),
        "full_text_first": choice("First, by full text", "What one person said by the full text.", SCREENED),
        "full_text_second": choice("Second, by full text", "What the other one said, without seeing it.", SCREENED),
        "full_text_decision": choice(
            "Decision by full text",
            "What both settled on by the full text; empty: what both said, or nothing settled yet.",
            DECIDED,
        ),
        "reason": choice("Reason", "Why it was excluded; needed by full text.", SCREENING_REASONS),
        "report": slug(
            "Report",
            "The trial (`trial_id`) or the excluded report (`report_id`) that the record is a report of.",
            required=False,
        ),
    },
    key=["record_id"],
)

DOUBTS = table(
    "doubts",
    "Doubts",
    "One row per known problem and what was done about it. `arm_id`, `outcome`, `instrument` and "
    "`timepoint` narrow it down to rows of `table`; empty means any. A doubt on trials or arms holds for all "
    "their results.",
    {
        "doubt_id": slug("Doubt", "Identifier of the doubt; results carry it as a flag."),
        "trial_id": slug("Trial", "The trial, as in `trials`."),
        "table": choice("Table", "The table the problem lies in.", STUDY_TABLES, required=True),
        "arm_id": slug("Arm", "Only this arm.", required=False),
        "outcome": term("Outcome", "Only this outcome.", required=False),
        "instrument": term("Instrument", "Only this instrument.", required=False),
        "timepoint": choice("Time point", "Only this time point.", TIMEPOINTS),
        "about": text("About", "What the doubt is about, in a few words.", required=True),
        "doubt": text("Doubt", "The problem.", required=True),
        "action": choice(
            "Action",
            "flag: shown beside the result; exclude: out of every pool; sensitivity: left out or changed in "
            "the analysis named; correction: see `corrections`; left_empty: the figure was not entered.",
            ACTIONS,
            required=True,
        ),
        "sensitivity": slug(
            "Sensitivity analysis", "Name of the analysis; filled if, and only if, action says so.", required=False
        ),
        "resolution": text("Resolution", "What was done, in words.", required=True),
        "found_by": choice(
            "Found by",
            "extractor: noted while reading; check: entered because a check pointed at it. The share of doubts that "
            "checks find is counted over the former.",
            FINDERS,
            required=True,
        ),
    },
    key=["doubt_id"],
)

CORRECTIONS = table(
    "corrections",
    "Corrections",
    "One row per cell that is read differently from what the source prints. The raw cell stays as printed; a "
    "correction whose row or old value no longer fits stops the run.",
    {
        "table": choice("Table", "The table the cell is in.", STUDY_TABLES, required=True),
        "key": text("Row", "The one row meant, as `column=value; column=value`.", required=True),
        "column": slug("Column", "The column of the cell."),
        "expected_old": text("Old value", "What the cell must hold now, to the letter; empty: an empty cell."),
        "new_value": text("New value", "What it is read as; empty: an empty cell."),
        "reason": text("Reason", "Why, for reviewers.", required=True),
        "source_id": slug("Source", "What the correction rests on, as in `sources`."),
    },
    key=["table", "key", "column"],
)
