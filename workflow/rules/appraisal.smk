"""
Appraisal: what holds across families, and what others say beside our answers.

INPUT   data/processed/studies/<family>.json, families/<family>/effect_sizes.csv
        data/processed/{syntheses,ratings,...}.csv, {stated_claims,guidelines,benchmarks,...}.csv
        config/strength_rules.csv                   the rule table behind every strength label
OUTPUT  data/processed/networks.csv                 one row per network of treatments: condition, outcome and time
        data/processed/network_estimates.csv        one row per network and pair of treatments: all, direct, indirect evidence
        data/processed/network_ranks.csv            one row per network and treatment: P-score
        data/processed/network_contrasts.csv        one row per network, trial and pair of treatments: what it rests on
        data/processed/claims.csv                   what the guides claim, each with its verdict, its reason and the questions
        data/processed/concordance.csv              what guidelines recommend, each beside our rating
        data/processed/agreement.csv                published pooled results, each beside our answer
        data/processed/summary_of_findings.csv      at most seven questions of each comparison, the most important first
"""

NETWORKS = [
    "networks",
    "network_estimates",
    "network_ranks",
    "network_contrasts",
]
# How a set of trials is pooled; see ipt_evidence.synthesis.deciding.Model.
MODEL = {
    name: config["synthesis"][name]
    for name in ["method", "interval", "level", "few_trials", "prior_scale"]
}


# One job: reading the package costs more than the networks of a family do.
rule compare_networks:
    input:
        studies=of_families(f"{OUT}/studies/{{family}}.json"),
        effect_sizes=of_families(rules.answer_family.output.effect_sizes),
        trial_risk=rules.gather_families.output.trial_risk,
        vocabulary=WORDS,
    output:
        **{table: f"{OUT}/{table}.csv" for table in NETWORKS},
    log:
        "logs/compare_networks.log",
    benchmark:
        "logs/compare_networks.tsv"
    params:
        code=library("compare_networks"),
        written=written(WORDS),
        settings={section: config[section] for section in ["synthesis", "networks"]},
    message:
        "Compare all treatments of a condition in one network"
    script:
        "../scripts/compare_networks.py"


rule audit_claims:
    input:
        stated_claims=after_checks(f"{OUT}/stated_claims.csv"),
        guide_references=after_checks(f"{OUT}/guide_references.json"),
        trials=after_checks(f"{OUT}/trials.csv"),
        arms=after_checks(f"{OUT}/arms.csv"),
        outcomes=after_checks(f"{OUT}/outcomes.csv"),
        contrasts=after_checks(f"{OUT}/contrasts.csv"),
        guidelines=after_checks(f"{OUT}/guidelines.csv"),
        excluded_reports=after_checks(f"{OUT}/excluded_reports.csv"),
        benchmarks=after_checks(f"{OUT}/benchmarks.csv"),
        selections=rules.gather_families.output.selections,
        fates=rules.gather_families.output.fates,
        syntheses=rules.gather_families.output.syntheses,
        synthesis_weights=rules.gather_families.output.synthesis_weights,
        sensitivity=rules.gather_families.output.sensitivity,
        ratings=rules.gather_families.output.ratings,
        absolute=rules.gather_families.output.absolute,
        certainty=rules.gather_families.output.certainty,
        questions=QUESTIONS,
        rules=RULES,
        vocabulary=VOCABULARY,
    output:
        claims=f"{OUT}/claims.csv",
        concordance=f"{OUT}/concordance.csv",
        agreement=f"{OUT}/agreement.csv",
        summary_of_findings=f"{OUT}/summary_of_findings.csv",
    log:
        "logs/audit_claims.log",
    params:
        code=library("audit_claims"),
        written=written(QUESTIONS, RULES, VOCABULARY),
        intervention=config["review"]["intervention"],
        model=MODEL,
    message:
        "Hold claims, guidelines and published results against our answers; sum these up"
    script:
        "../scripts/audit_claims.py"
