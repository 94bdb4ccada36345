"""
Reporting: pages for reviewers, text for guides, data for machines.

INPUT   data/processed/*.csv, references.json, guide_references.json
        workflow/templates/                         the words and the look of every document
OUTPUT  data/processed/SHA256SUMS                   the tables and references that reports draw on, with their checksums
        reports/index.html                          what was asked, and where the answers are
        reports/flow.html, flow.svg                 the flow of reports, with data/processed/flow.csv
        reports/conditions/<condition>.html         the answers on one condition in short; below it, in its folder,
                                                    a page for each comparison, each question and the trials
        reports/data/<question>.csv                 the effects behind each answer, to take away; beside them
                                                    <question>-<picture>.csv, what a picture is drawn from
        reports/methods.html, glossary.html         how it was done, from the settings; what the terms mean
        reports/prisma.html                         where each item of PRISMA 2020 is reported
        reports/changes.html                        what changed since the last release, if one is kept here
        reports/trust.html                          what was tried to make it fail, from reports/trust/*.json
        reports/agreement.html                      how far R with metafor is from our figures, from there too
        reports/search.html                         every condition, question and trial, to be found
        reports/checks.html                         data checks: warnings, doubts, corrections, checks run
        reports/claims.html                         what the guides claim, with the verdict on each claim
        reports/guidelines.html                     what guidelines say, beside our labels
        reports/published.html                      published pooled results, beside our answers
        reports/gaps.html, gaps.svg, gaps.csv       the evidence gap map as page, drawing and table
        reports/guides/<guide>.md, .html, ...       the evidence parts that a published guide prints, in few words, in
                                                    every form a site may paste; <guide>.full.md, .full.html in full
        reports/evidence.json, evidence.schema.json everything for machines, and its JSON Schema
        reports/notebooks/                          the executed notebooks of the review, if it has any
        reports/documents/                          `make documents`: the whole review and each condition, as DOCX and PDF
        reports/made_from/<job>.txt                 the fingerprint of the tables that each of these jobs read; taken away
                                                    when the job fails, so that it runs again
"""

TEMPLATES = of_project("workflow/templates")
TEMPLATE_FILES = sorted(
    str(path)
    for path in Path(TEMPLATES).rglob("*")
    if path.is_file() and path.parent.name != "__pycache__"
)
PAGE_OF_NOTEBOOKS = [
    f"{TEMPLATES}/{name}" for name in ("notebook.html.j2", "base.html.j2", "style.css")
]
SETTINGS = of_project("config/schemas/config.schema.yaml")
EVIDENCE_SCHEMA = of_project("config/schemas/evidence.schema.yaml")
NOTEBOOKS = sorted(path.stem for path in Path("notebooks").glob("*.ipynb"))
NOTEBOOK_FILES = expand("notebooks/{name}.ipynb", name=NOTEBOOKS)
# What notebooks can import of the package rests on more than the script that runs them.
FACES = [
    code_behind(of_project(f"src/ipt_evidence/{name}/__init__.pyi"))
    for name in ("analysis", "synthesis", "effects")
]


# Written by people: ipt_evidence.reporting.review reads it beside the tables.
PLAN = {
    "guides": f"{RAW}/guides.yaml",
    "questions": QUESTIONS,
    "vocabulary": VOCABULARY,
    "rules": RULES,
}


# Snakemake asks for the checksum of every input once for every output: with each table an input of the job that writes
# hundreds of pages, that took longer than to write them.
rule list_tables:
    input:
        rules.validate_evidence.output.tables,
        rules.validate_evidence.output.references,
        rules.gather_effects.output,
        rules.gather_answers.output,
        rules.gather_ratings.output,
        rules.audit_claims.output,
    output:
        f"{OUT}/SHA256SUMS",
    log:
        "logs/list_tables.log",
    params:
        code=library("list_tables"),
    message:
        "List the tables with their checksums"
    script:
        "../scripts/list_tables.py"


REVIEW = {"listed": rules.list_tables.output[0], **PLAN}


# One job: reading the review, and what the pages share, costs more than any page. A page whose part of the review is
# what it was is not made again: it is taken from what the last run kept. Pages on networks are written with the others:
# which there are only the data say.
rule site:
    input:
        **REVIEW,
        settings=SETTINGS,
    output:
        index=page("index", "index", page="Overview"),
        made_from=made_from("site"),
        flow=f"{OUT}/flow.csv",
        kept=update(f"{OUT}/kept.txt"),
        pages=[
            page("flow", "flow", page="Flow of reports"),
            page("checks", "checks", page="Data checks"),
            page("claims", "claims", page="Claims"),
            page("guidelines", "guidelines", page="Guidelines"),
            page("published", "published", page="Published results"),
            page("gaps", "gaps", page="Gap map"),
            page("methods", "methods", page="Methods"),
            page("prisma", "prisma", page="PRISMA checklist"),
            [page(f"conditions/{name}", "condition", page=name) for name in ASKED],
            [page(f"guides/{name}", "guide", "Guides", guide=name) for name in GUIDES],
        ],
        files=update(
            [
                "reports/flow.svg",
                "reports/flow.csv",
                "reports/published.csv",
                "reports/gaps.svg",
                "reports/gaps.csv",
                "reports/glossary.html",
                "reports/search.html",
            ]
        ),
    log:
        "logs/site.log",
    # Before the notebooks: one that fails stops the run, and withholds no page.
    priority: 2
    params:
        code=library("site"),
        written=written(REVIEW["guides"], QUESTIONS, VOCABULARY, RULES, SETTINGS),
        settings=config,
        templates=TEMPLATES,
        look=written(TEMPLATE_FILES),
        notebooks=NOTEBOOKS,
        # What is in them, each run holds against what the last one left: Snakemake takes longer for a file than its page does.
        folders=expand("reports/{name}", name=BY_NAME),
        commit=commit_now,
    message:
        "Write the pages and the texts for guides"
    script:
        "../scripts/site.py"


# After the pages, beside the notebooks, which take as long as both.
rule evidence:
    input:
        **REVIEW,
        schema=EVIDENCE_SCHEMA,
    output:
        document=update("reports/evidence.json"),
        schema=update("reports/evidence.schema.json"),
        made_from=made_from("evidence"),
    log:
        "logs/evidence.log",
    params:
        code=library("evidence"),
        written=written(REVIEW["guides"], QUESTIONS, VOCABULARY, RULES, EVIDENCE_SCHEMA),
        settings=config,
    message:
        "Write the data for machines"
    script:
        "../scripts/evidence.py"


RELEASES = sorted(glob("releases/*/code.json"))


# Nothing is tried here: of several changes, ipt-evidence changes tells which moved what.
rule changes:
    input:
        **(REVIEW if RELEASES else {}),
        templates=[
            f"{TEMPLATES}/{name}"
            for name in (
                "changes.html.j2",
                "base.html.j2",
                "macros.html.j2",
                "style.css",
            )
        ],
        releases=RELEASES,
    output:
        page=update("reports/changes.html"),
        made_from=made_from("changes"),
    log:
        "logs/changes.log",
    params:
        code=library("changes"),
        written=written(REVIEW["guides"], QUESTIONS, VOCABULARY, RULES),
        settings=config["review"],
    message:
        "Say what changed since the last release"
    script:
        "../scripts/changes.py"


# Trials are run by name (make verify, crash-test, fuzz, test-slurm, agreement); what they found on this state stands here, or that they were not.
rule trust:
    input:
        templates=[
            f"{TEMPLATES}/{name}"
            for name in (
                "trust.html.j2",
                "agreement.html.j2",
                "base.html.j2",
                "macros.html.j2",
                "style.css",
            )
        ],
        records=sorted(glob("reports/trust/*.json")),
    output:
        page=update("reports/trust.html"),
        agreement=update("reports/agreement.html"),
    log:
        "logs/trust.log",
    params:
        code=library("trust"),
        # A function: only the run itself needs to know, not each of its jobs.
        state=lambda _: state_now(),
        records=written(sorted(glob("reports/trust/*.json"))),
        settings=config["review"],
    message:
        "Say what was tried on this state of the review"
    script:
        "../scripts/trust.py"


# Asked for by name, not part of a plain run: setting documents takes some 20 s, and few readers need them each time.
# One job: all of them share their pictures.
rule documents:
    input:
        **REVIEW,
    output:
        expand(
            "reports/documents/{name}.{form}",
            name=["whole-review", *ASKED],
            form=["docx", "pdf"],
        ),
        made_from=made_from("documents"),
    log:
        "logs/documents.log",
    params:
        code=library("documents"),
        written=written(REVIEW["guides"], QUESTIONS, VOCABULARY, RULES, TEMPLATE_FILES),
        settings=config,
        templates=TEMPLATES,
        commit=commit_now,
    message:
        "Write the documents to take away"
    script:
        "../scripts/documents.py"


# One job and one kernel for all of them: the start of a kernel, with what each imports, costs more than their cells.
rule notebooks:
    input:
        notebooks=NOTEBOOK_FILES,
        listed=REVIEW["listed"],
        questions=QUESTIONS,
        vocabulary=VOCABULARY,
        config=ancient("config/config.yaml"),
        templates=PAGE_OF_NOTEBOOKS,
    output:
        # Not update(...): Snakemake puts such a file back when the job fails, and then takes the job for done.
        executed=expand("reports/notebooks/{name}.ipynb", name=NOTEBOOKS),
        pages=update(expand("reports/notebooks/{name}.html", name=NOTEBOOKS)),
        made_from=made_from("notebooks"),
    log:
        "logs/notebooks.log",
    priority: 1
    params:
        code=library("notebooks"),
        written=written(NOTEBOOK_FILES, QUESTIONS, VOCABULARY, PAGE_OF_NOTEBOOKS),
        offered=FACES,
    message:
        "Execute the notebooks"
    script:
        "../scripts/notebooks.py"
