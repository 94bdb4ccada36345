"""
Effects: compute every pairwise effect of the therapy under review.

INPUT   data/processed/studies/<family>.json
OUTPUT  data/processed/effects/<family>/            the tables below, of one family of conditions
        data/processed/effect_sizes.csv             one row per effect; positive = favours the arm named first, under review
        data/processed/not_computed.csv             reported results from which no effect follows, with the id of the reason
"""


rule compute_effects:
    input:
        studies=after_checks(f"{OUT}/studies/{{family}}.json"),
        vocabulary=WORDS,
    output:
        effect_sizes=f"{OUT}/effects/{{family}}/effect_sizes.csv",
        not_computed=f"{OUT}/effects/{{family}}/not_computed.csv",
    log:
        "logs/compute_effects/{family}.log",
    benchmark:
        "logs/compute_effects/{family}.tsv"
    params:
        code=library("compute_effects"),
        written=written(WORDS),
    message:
        "Compute the effects of trials on {wildcards.family}"
    script:
        "../scripts/compute_effects.py"


rule gather_effects:
    input:
        effect_sizes=of_families(rules.compute_effects.output.effect_sizes),
        not_computed=of_families(rules.compute_effects.output.not_computed),
        questions=QUESTIONS,
    output:
        effect_sizes=f"{OUT}/effect_sizes.csv",
        not_computed=f"{OUT}/not_computed.csv",
    log:
        "logs/gather_effects.log",
    params:
        code=library("gather_tables"),
        written=written(QUESTIONS),
        column={"effect_sizes": "condition", "not_computed": "condition"},
    message:
        "Gather the effects of all families"
    script:
        "../scripts/gather_tables.py"
