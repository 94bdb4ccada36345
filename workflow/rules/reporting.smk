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
        reports/gaps.html, gaps.svg, gaps.csv       the evidence gap map as page, drawing and table
        reports/guides/<guide>.md, .html            the evidence parts that a published guide prints
        reports/evidence.json, evidence.schema.json everything for machines, and its JSON Schema
        reports/notebooks/                          the executed notebook
"""

TEMPLATES = sorted(
    str(path) for path in Path("workflow/templates").rglob("*") if path.is_file()
)

# What every report may draw on; see ipt_evidence.reporting.review.
REVIEW = [
    rules.check_evidence.output,
    rules.validate_evidence.output.tables,
    rules.validate_evidence.output.references,
    rules.gather_effects.output,
    rules.gather_answers.output,
    rules.judge_risk.output,
    rules.rate_questions.output,
    rules.audit_claims.output,
    f"{RAW}/guides.yaml",
    QUESTIONS,
    VOCABULARY,
    config["appraisal"]["strength_rules"],
]


rule index_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("index_page"),
    output:
        report(
            "reports/index.html",
            caption="../report/index.rst",
            category="Pages",
            labels={"page": "Overview"},
        ),
    log:
        "logs/index_page.log",
    params:
        settings=config,
    message:
        "Write the index page"
    script:
        "../scripts/index_page.py"


rule flow_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("flow_page"),
    output:
        page=report(
            "reports/flow.html",
            caption="../report/flow.rst",
            category="Pages",
            labels={"page": "Flow of reports"},
        ),
        drawing="reports/flow.svg",
        table=f"{OUT}/flow.csv",
    log:
        "logs/flow_page.log",
    params:
        settings=config,
    message:
        "Count and draw the flow of reports"
    script:
        "../scripts/flow_page.py"


rule condition_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("condition_page"),
    output:
        report(
            "reports/conditions/{condition}.html",
            caption="../report/condition.rst",
            category="Pages",
            labels={"page": "{condition}"},
        ),
    log:
        "logs/condition_page/{condition}.log",
    params:
        settings=config,
    message:
        "Write the page on {wildcards.condition}"
    script:
        "../scripts/condition_page.py"


rule checks_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("checks_page"),
    output:
        report(
            "reports/checks.html",
            caption="../report/checks.rst",
            category="Pages",
            labels={"page": "Data checks"},
        ),
    log:
        "logs/checks_page.log",
    params:
        settings=config,
    message:
        "Write the page on the data checks"
    script:
        "../scripts/checks_page.py"


rule claims_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("claims_page"),
    output:
        report(
            "reports/claims.html",
            caption="../report/claims.rst",
            category="Pages",
            labels={"page": "Claims"},
        ),
    log:
        "logs/claims_page.log",
    params:
        settings=config,
    message:
        "Write the page on the claims of the guides"
    script:
        "../scripts/claims_page.py"


rule guidelines_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("guidelines_page"),
    output:
        report(
            "reports/guidelines.html",
            caption="../report/guidelines.rst",
            category="Pages",
            labels={"page": "Guidelines"},
        ),
    log:
        "logs/guidelines_page.log",
    params:
        settings=config,
    message:
        "Write the page on guidelines"
    script:
        "../scripts/guidelines_page.py"


rule gap_page:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("gap_page"),
    output:
        page=report(
            "reports/gaps.html",
            caption="../report/gaps.rst",
            category="Pages",
            labels={"page": "Gap map"},
        ),
        drawing="reports/gaps.svg",
        cells="reports/gaps.csv",
    log:
        "logs/gap_page.log",
    params:
        settings=config,
    message:
        "Write the evidence gap map"
    script:
        "../scripts/gap_page.py"


rule guide:
    input:
        review=REVIEW,
        templates=TEMPLATES,
        code=library("guide"),
    output:
        markdown="reports/guides/{guide}.md",
        html=report(
            "reports/guides/{guide}.html",
            caption="../report/guide.rst",
            category="Guides",
            labels={"guide": "{guide}"},
        ),
    log:
        "logs/guide/{guide}.log",
    params:
        settings=config,
    message:
        "Write the evidence parts of the guide {wildcards.guide}"
    script:
        "../scripts/guide.py"


rule evidence_json:
    input:
        review=REVIEW,
        schema="config/schemas/evidence.schema.yaml",
        code=library("evidence_json"),
    output:
        json="reports/evidence.json",
        schema="reports/evidence.schema.json",
    log:
        "logs/evidence_json.log",
    params:
        settings=config,
    message:
        "Write everything for machines and hold it to its schema"
    script:
        "../scripts/evidence_json.py"


rule notebook:
    input:
        notebook="notebooks/01_explore_effects.ipynb",
        tables=[
            f"{OUT}/trials.csv",
            rules.gather_effects.output,
            rules.gather_answers.output,
        ],
        config=["config/config.yaml", VOCABULARY],
        templates=TEMPLATES,
        code=library("notebook"),
    output:
        executed="reports/notebooks/01_explore_effects.ipynb",
        page="reports/notebooks/01_explore_effects.html",
    log:
        "logs/notebook.log",
    message:
        "Execute the notebook"
    script:
        "../scripts/notebook.py"
