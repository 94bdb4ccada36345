"""Evidence synthesis for interpersonal psychotherapy: raw tables in, guide-ready reports out."""

from snakemake.utils import min_version, validate

min_version("9.0")


configfile: "config/config.yaml"


validate(config, "config/schemas/config.schema.yaml")


# In flow order: each file reads only what an earlier one wrote.
include: "workflow/rules/common.smk"
include: "workflow/rules/extraction.smk"
include: "workflow/rules/effects.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/appraisal.smk"
include: "workflow/rules/reporting.smk"


rule all:
    default_target: True
    input:
        rules.index_page.output,
        rules.flow_page.output,
        rules.checks_page.output,
        rules.gap_page.output,
        rules.evidence_json.output,
        expand(rules.condition_page.output, condition=ASKED),
        expand(rules.guide.output, guide=GUIDES),
        rules.claims_page.output,
        rules.guidelines_page.output,
        rules.notebook.output,
