"""
Reporting: pages for reviewers, text for guides, data for machines.

INPUT   data/processed/*.csv, references.json, guide_references.json
        workflow/templates/                         the words and the look of every document
OUTPUT  reports/index.html                          what was asked, and where the answers are
        reports/flow.html, flow.svg                 the flow of reports, with data/processed/flow.csv
        reports/conditions/<condition>.html         the questions on one condition, with forest plots and trials
        reports/checks.html                         data checks: warnings, doubts, corrections, checks run
        reports/claims.html                         what the guides claim, with the verdict on each claim
        reports/guidelines.html                     what guidelines say, beside our labels
        reports/published.html                      published pooled results, beside our answers
        reports/gaps.html, gaps.svg, gaps.csv       the evidence gap map as page, drawing and table
        reports/guides/<guide>.md, .html            the evidence parts that a published guide prints
        reports/evidence.json, evidence.schema.json everything for machines, and its JSON Schema
        reports/notebooks/                          the executed notebooks of the review, if it has any
"""

TEMPLATES = of_project("workflow/templates")
NOTEBOOKS = sorted(path.stem for path in Path("notebooks").glob("*.ipynb"))


# One job: reading the review, and what the pages share, costs more than any page.
rule site:
    input:
        tables=[
            rules.validate_evidence.output.tables,
            rules.gather_effects.output,
            rules.gather_answers.output,
            rules.gather_ratings.output,
            rules.audit_claims.output,
        ],
        references=rules.validate_evidence.output.references,
        guides=f"{RAW}/guides.yaml",
        questions=QUESTIONS,
        vocabulary=VOCABULARY,
        rules=config["appraisal"]["strength_rules"],
        schema=of_project("config/schemas/evidence.schema.yaml"),
        templates=sorted(
            str(path) for path in Path(TEMPLATES).rglob("*") if path.is_file()
        ),
    output:
        index=page("index", "index", page="Overview"),
        flow=f"{OUT}/flow.csv",
        pages=[
            page("flow", "flow", page="Flow of reports"),
            page("checks", "checks", page="Data checks"),
            page("claims", "claims", page="Claims"),
            page("guidelines", "guidelines", page="Guidelines"),
            page("published", "published", page="Published results"),
            page("gaps", "gaps", page="Gap map"),
            [page(f"conditions/{name}", "condition", page=name) for name in ASKED],
            [page(f"guides/{name}", "guide", "Guides", guide=name) for name in GUIDES],
        ],
        files=update(
            [
                "reports/flow.svg",
                "reports/gaps.svg",
                "reports/gaps.csv",
                "reports/evidence.json",
                "reports/evidence.schema.json",
                *expand("reports/guides/{guide}.md", guide=GUIDES),
            ]
        ),
    log:
        "logs/site.log",
    params:
        code=library("site"),
        settings=config,
        notebooks=NOTEBOOKS,
    message:
        "Write the pages, the texts for guides and the data for machines"
    script:
        "../scripts/site.py"


rule notebook:
    input:
        notebook="notebooks/{notebook}.ipynb",
        tables=[
            f"{OUT}/trials.csv",
            rules.gather_effects.output,
            rules.gather_answers.output,
        ],
        vocabulary=VOCABULARY,
        config=ancient("config/config.yaml"),
        templates=[
            f"{TEMPLATES}/{name}"
            for name in ("notebook.html.j2", "base.html.j2", "style.css")
        ],
    output:
        executed=update("reports/notebooks/{notebook}.ipynb"),
        page=update("reports/notebooks/{notebook}.html"),
    log:
        "logs/notebook/{notebook}.log",
    params:
        code=library("notebook"),
        mid=config["appraisal"]["mid_smd"],
    message:
        "Execute the notebook {wildcards.notebook}"
    script:
        "../scripts/notebook.py"
