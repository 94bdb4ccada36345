"""
Effects: compute every pairwise effect of the therapy under review.

INPUT   data/processed/studies/<condition>.json
OUTPUT  data/processed/effects/<condition>/         the three tables below, of one condition
        data/processed/effect_sizes.csv             one row per effect; positive = favours the arm named first, under review
        data/processed/effect_covariances.csv       covariance of effects of one trial that answer one question
        data/processed/not_computed.csv             reported results from which no effect follows, with the id of the reason
"""

EFFECT_TABLES = ["effect_sizes", "effect_covariances", "not_computed"]


rule compute_effects:
    input:
        studies=studies_of,
        vocabulary=VOCABULARY,
        code=library("compute_effects"),
    output:
        effect_sizes=f"{OUT}/effects/{{condition}}/effect_sizes.csv",
        effect_covariances=f"{OUT}/effects/{{condition}}/effect_covariances.csv",
        not_computed=f"{OUT}/effects/{{condition}}/not_computed.csv",
    log:
        "logs/compute_effects/{condition}.log",
    params:
        rho=config["synthesis"]["rho"],
    message:
        "Compute the effects of trials on {wildcards.condition}"
    script:
        "../scripts/compute_effects.py"


rule gather_effects:
    input:
        effect_sizes=lambda wildcards: by_condition(
            "effects", "effect_sizes", studied()
        ),
        effect_covariances=lambda wildcards: by_condition(
            "effects", "effect_covariances", studied()
        ),
        not_computed=lambda wildcards: by_condition(
            "effects", "not_computed", studied()
        ),
        code=library("gather_tables"),
    output:
        effect_sizes=f"{OUT}/effect_sizes.csv",
        effect_covariances=f"{OUT}/effect_covariances.csv",
        not_computed=f"{OUT}/not_computed.csv",
    log:
        "logs/gather_effects.log",
    message:
        "Gather the effects of all conditions"
    script:
        "../scripts/gather_tables.py"
