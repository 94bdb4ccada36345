"""Schemas of what the checks leave behind: the files of a run, and what looked odd in them."""

from ipt_evidence.extraction.breaches import LEVELS
from ipt_evidence.extraction.schemas.columns import choice, number, several, slug, table, text, whole

READS = ("figures", "texts")

INPUTS = table(
    "inputs",
    "Inputs",
    "One row per file the run read.",
    {
        "file": text("File", "Path in the repository.", required=True),
        "bytes": whole("Size", "Size.", unit="bytes", required=True),
        "sha256": text("Checksum", "Checksum.", required=True, pattern="[0-9a-f]{64}", rule="must be a SHA-256"),
    },
    key=["file"],
)

FINDINGS = table(
    "findings",
    "Findings",
    "One row per warning or note of the checks; errors stop the run.",
    {
        "level": choice("Level", "warning: to be looked at; note: worth knowing.", ("warning", "note"), required=True),
        "check": slug("Check", "The check that found it; empty: a rule of a column did.", required=False),
        "file": text("File", "Path in the repository.", required=True),
        "line": whole("Line", "Line of that file; empty: the file as a whole.", least=1),
        "key": text("Row", "Which row, as `column=value; column=value`."),
        "column": text("Column", "Column or field; empty: the row as a whole."),
        "value": text("Value", "Content of the cell as typed."),
        "rule": text("Rule", "What does not hold.", required=True),
        "remedy": text("Remedy", "What would put it right.", required=True),
        "trial_id": slug("Trial", "The trial concerned.", required=False),
        "doubts": several("Doubts", "Known doubts that say the same, by `doubt_id`."),
    },
    key=["check", "file", "line", "key", "column", "rule"],
)

CHECKS = table(
    "checks",
    "Checks",
    "One row per check across rows and tables.",
    {
        "check": slug("Check", "Its name."),
        "kind": choice(
            "Kind",
            "plausibility: looks for what is odd; agreement: for what makes tables unusable.",
            ("plausibility", "agreement"),
            required=True,
        ),
        "level": choice("Level", "How much its findings weigh.", LEVELS, required=True),
        "reads": choice("Reads", "Whether a check of plausibility judges by figures, or by texts beside them.", READS),
        "summary": text("Summary", "What it finds.", required=True),
        "rule": text("Rule", "Rule, threshold and source of a check of plausibility."),
    },
    key=["check"],
)

RECALL = table(
    "recall",
    "Recall",
    "One row per doubt that an extractor noted: whether a check finds it.",
    {
        "doubt_id": slug("Doubt", "As in `doubts`."),
        "seen": choice(
            "Seen", "In what a check finds it; reader: no check does, it needs one.", (*READS, "reader"), required=True
        ),
        "checks": several("Checks", "The checks that find it."),
        "reason": text("Reason", "Why it needs a reader."),
    },
    key=["doubt_id"],
)

SCREENING_AGREEMENT = table(
    "screening_agreement",
    "Agreement of those who screened",
    "One row per stage of screening that records came to; no row if records were not logged.",
    {
        "stage": choice(
            "Stage", "By title and abstract, or by the full text.", ("abstract", "full_text"), required=True
        ),
        "records": whole("Records", "Records that came to the stage, without duplicates.", required=True),
        "judged": whole("Judged by both", "Records that two people judged, each by themselves.", required=True),
        "equal": whole("Same judgement", "Records on which both said the same; unsure is a judgement.", required=True),
        "percent": number(
            "Agreement", "Share of these; empty if both judged none together.", least=0, most=100, unit="%"
        ),
        "kappa": number("Kappa", "Cohen's kappa; empty where both always said one and the same.", least=-1, most=1),
        "ci_low": number("Lower bound", "Of kappa; empty where both always agreed.", least=-1, most=1),
        "ci_high": number("Upper bound", "Of kappa; empty where both always agreed.", least=-1, most=1),
        "level": number("Level", "Coverage of the interval.", required=True),
        "settled": whole(
            "Settled", "Records on which they differed or were unsure, and settled on a decision.", required=True
        ),
    },
    key=["stage"],
)
