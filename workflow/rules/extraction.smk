"""
Extraction: check the raw tables and hand on validated studies.

INPUT   data/raw/*.csv, guides.yaml, references.bib, guide_references.bib
        config/vocabulary/*.csv, config/questions.csv, moderators.csv, strength_rules.csv
OUTPUT  data/processed/inputs.csv                  the checked files with their checksums
        data/processed/findings.csv                what the checks warn of and note
        data/processed/checks.csv, recall.csv      what is checked, and which known doubts the checks find
        data/processed/screening_agreement.csv     how far those who screened agree; empty if records were not logged
        data/processed/{trials,...}.csv            the validated tables, corrections applied, flags joined
        data/processed/references.json             every reference, as CSL-JSON
        data/processed/studies/<family>.json       one slice of validated data per family of conditions
        data/processed/plan/<family>.csv           the questions on that family
        data/processed/moderators.csv, moderator_groups.csv  what the plan holds effects against; empty if nothing
"""

if not Path(RAW).is_dir():
    raise WorkflowError(f"{RAW}: there is no such folder; it holds the raw tables.")
RAW_FILES = sorted(
    str(path)
    for path in Path(RAW).iterdir()
    if path.suffix in (".csv", ".bib", ".yaml")
)
# Names of other signs mean something to Snakemake before check_evidence can refuse them.
for path in RAW_FILES:
    if not re.fullmatch(r"[\w .-]+", Path(path).name):
        raise WorkflowError(
            f"{shown(path)}: a raw table has no such name. Move it away."
        )
# check_evidence refuses a table that is none of these; claims.csv is the table that holds the verdicts too.
VALIDATED = sorted(
    {
        Path(file).stem.replace("claims", "stated_claims")
        for file in RAW_FILES
        if file.endswith(".csv")
    }
    # A review need not have logged its screening.
    | {"screening"}
)

CHECKED = ["inputs", "findings", "checks", "recall", "screening_agreement"]
PLANNED = ["moderators", "moderator_groups"]


# Writes to a folder of its own: when a check fails, nothing that exists has been removed.
rule check_evidence:
    input:
        raw=RAW_FILES,
        vocabulary=VOCABULARY,
        questions=QUESTIONS,
        moderators=MODERATORS,
        rules=RULES,
    output:
        temp(directory(f"{OUT}/checked")),
    log:
        "logs/check_evidence.log",
    benchmark:
        "logs/check_evidence.tsv"
    params:
        code=library("check_evidence"),
        written=written(RAW_FILES, VOCABULARY, QUESTIONS, MODERATORS, RULES),
        intervention=config["review"]["intervention"],
    message:
        "Check every raw table, the references, the plan and the strength rules; cut what is sound by family"
    script:
        "../scripts/check_evidence.py"


# A checkpoint: a slice that stays the same re-runs nothing, so a new trial re-runs its own family only.
checkpoint validate_evidence:
    input:
        checked=rules.check_evidence.output,
        raw=RAW_FILES,
        vocabulary=VOCABULARY,
        questions=QUESTIONS,
        moderators=MODERATORS,
        rules=RULES,
    output:
        tables=expand(
            f"{OUT}/{{table}}.csv",
            table=[*CHECKED, *PLANNED, *VALIDATED],
        ),
        references=[f"{OUT}/references.json", f"{OUT}/guide_references.json"],
        slices=[directory(f"{OUT}/studies"), directory(f"{OUT}/plan")],
    log:
        "logs/validate_evidence.log",
    params:
        code=library("check_evidence"),
        written=written(RAW_FILES, VOCABULARY, QUESTIONS, MODERATORS, RULES),
        aside=f"{OUT}/.handed_on",
    message:
        "Hand on what has been checked"
    # Copied aside, then renamed: no table is ever there in part.
    shell:
        "(rm -rf {params.aside} && cp -r {input.checked} {params.aside} && rm -rf {output.slices}"
        " && mv -f {params.aside}/* {params.aside}/.. && rm -r {params.aside}) 2> {log}"
