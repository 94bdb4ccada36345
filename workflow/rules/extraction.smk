"""
Extraction: check the raw tables and hand on validated studies.

INPUT   data/raw/*.csv, guides.yaml, references.bib, guide_references.bib
        config/vocabulary/*.csv, config/questions.csv, config/strength_rules.csv
OUTPUT  data/processed/inputs.csv                  the checked files with their checksums
        data/processed/findings.csv                what the checks warn of and note
        data/processed/{trials,...}.csv            the validated tables, corrections applied, flags joined
        data/processed/references.json             every reference, as CSL-JSON
        data/processed/studies/<condition>.json    one slice of validated data per condition that has trials
"""

RAW_FILES = sorted(
    str(path)
    for path in Path(RAW).iterdir()
    if path.suffix in (".csv", ".bib", ".yaml")
)
# check_evidence refuses a table that is none of these; claims.csv is the table that holds the verdicts too.
VALIDATED = [
    Path(file).stem.replace("claims", "stated_claims")
    for file in RAW_FILES
    if file.endswith(".csv")
]


# A job of its own: when a check fails, nothing that exists has been removed yet.
rule check_evidence:
    input:
        raw=RAW_FILES,
        vocabulary=VOCABULARY,
        questions=QUESTIONS,
        rules=config["appraisal"]["strength_rules"],
        code=library("check_evidence"),
    output:
        inputs=f"{OUT}/inputs.csv",
        findings=f"{OUT}/findings.csv",
    log:
        "logs/check_evidence.log",
    params:
        intervention=config["review"]["intervention"],
    message:
        "Check every raw table, the references, the plan and the strength rules"
    script:
        "../scripts/check_evidence.py"


# A checkpoint: a slice that stays the same re-runs nothing, so a new trial re-runs its own condition only.
checkpoint validate_evidence:
    input:
        checked=rules.check_evidence.output.inputs,
        raw=RAW_FILES,
        vocabulary=VOCABULARY,
        code=library("validate_evidence"),
    output:
        tables=expand(f"{OUT}/{{table}}.csv", table=VALIDATED),
        references=[f"{OUT}/references.json", f"{OUT}/guide_references.json"],
        studies=directory(f"{OUT}/studies"),
    log:
        "logs/validate_evidence.log",
    message:
        "Apply corrections, join doubts and write one slice of studies per condition"
    script:
        "../scripts/validate_evidence.py"
