"""
Appraisal: say how far each answer can be relied on.

INPUT   data/processed/answers/<family>/*.csv, studies/<family>.json, plan/<family>.csv
        data/processed/{stated_claims,guidelines,benchmarks,...}.csv
        config/strength_rules.csv                   the rule table behind every strength label
        data/processed/{moderators,moderator_groups}.csv
OUTPUT  data/processed/ratings/<family>/            the next eleven tables, of the questions on one family of conditions
        data/processed/trial_risk.csv               risk of bias, one row per assessment: domains, overall, how it came about
        data/processed/ratings.csv                  one row per question: label, rule, reason and the inputs of the rule
        data/processed/absolute.csv                 one row per question with trials and a control risk: numbers of people
        data/processed/certainty.csv                one row per question and GRADE domain: levels, rule, reason, inputs, override
        data/processed/robustness.csv               one row per question: how its label stands under other choices
        data/processed/bayes.csv                    one row per question with trials: the Bayesian answer
        data/processed/multiverse.csv               one row per question and combination of choices: answer, certainty, label
        data/processed/risk_readings.csv            one row per question and reading of codes that mean high or unclear
        data/processed/subgroups.csv                one row per question, categorical moderator and group, with the contrast
        data/processed/regressions.csv              one row per question and continuous moderator
        data/processed/gaps.csv                     condition x comparator x outcome, empty cells included
        data/processed/networks.csv                 one row per network of treatments: condition, outcome and time
        data/processed/network_estimates.csv        one row per network and pair of treatments: all, direct, indirect evidence
        data/processed/network_ranks.csv            one row per network and treatment: P-score
        data/processed/network_contrasts.csv        one row per network, trial and pair of treatments: what it rests on
        data/processed/claims.csv                   what the guides claim, each with its verdict, its reason and the questions
        data/processed/concordance.csv              what guidelines recommend, each beside our rating
        data/processed/agreement.csv                published pooled results, each beside our answer
        data/processed/summary_of_findings.csv      at most seven questions of each comparison, the most important first
"""

RATINGS = [
    "trial_risk",
    "ratings",
    "absolute",
    "certainty",
    "robustness",
    "bayes",
    "multiverse",
    "risk_readings",
    "subgroups",
    "regressions",
    "gaps",
]
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


rule rate_questions:
    input:
        syntheses=after_checks(rules.pool_questions.output.syntheses),
        synthesis_weights=after_checks(rules.pool_questions.output.synthesis_weights),
        selections=after_checks(rules.pool_questions.output.selections),
        fates=after_checks(rules.pool_questions.output.fates),
        multiverse=after_checks(rules.pool_questions.output.multiverse),
        versions=after_checks(rules.pool_questions.output.versions),
        studies=after_checks(f"{OUT}/studies/{{family}}.json"),
        plan=after_checks(f"{OUT}/plan/{{family}}.csv"),
        overrides=after_checks(f"{OUT}/overrides.csv"),
        excluded_reports=after_checks(f"{OUT}/excluded_reports.csv"),
        rules=RULES,
        moderators=after_checks(f"{OUT}/moderators.csv"),
        moderator_groups=after_checks(f"{OUT}/moderator_groups.csv"),
        vocabulary=WORDS,
    output:
        **{table: f"{OUT}/ratings/{{family}}/{table}.csv" for table in RATINGS},
    log:
        "logs/rate_questions/{family}.log",
    benchmark:
        "logs/rate_questions/{family}.tsv"
    params:
        code=library("rate_questions"),
        written=written(RULES, WORDS),
        tables=[
            "syntheses",
            "synthesis_weights",
            "selections",
            "fates",
            "multiverse",
            "versions",
            "plan",
            "overrides",
            "excluded_reports",
            "rules",
            "moderators",
            "moderator_groups",
        ],
        settings={
            "synthesis": MODEL,
            "appraisal": config["appraisal"],
        },
        intervention=config["review"]["intervention"],
    message:
        "Rate the questions on {wildcards.family} by {input.rules}"
    script:
        "../scripts/rate_questions.py"


rule gather_ratings:
    input:
        **{table: of_families(rules.rate_questions.output[table]) for table in RATINGS},
        questions=QUESTIONS,
    output:
        **{table: f"{OUT}/{table}.csv" for table in RATINGS},
    log:
        "logs/gather_ratings.log",
    params:
        code=library("gather_tables"),
        written=written(QUESTIONS),
        column={
            **dict.fromkeys(RATINGS, "question_id"),
            "trial_risk": "trial_id",
            "gaps": "",
        },
    message:
        "Gather the ratings of all families"
    script:
        "../scripts/gather_tables.py"


# One job: reading the package costs more than the networks of a family do.
rule compare_networks:
    input:
        studies=of_families(f"{OUT}/studies/{{family}}.json"),
        effect_sizes=of_families(rules.compute_effects.output.effect_sizes),
        trial_risk=rules.gather_ratings.output.trial_risk,
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
        selections=rules.gather_answers.output.selections,
        fates=rules.gather_answers.output.fates,
        syntheses=rules.gather_answers.output.syntheses,
        synthesis_weights=rules.gather_answers.output.synthesis_weights,
        sensitivity=rules.gather_answers.output.sensitivity,
        ratings=rules.gather_ratings.output.ratings,
        absolute=rules.gather_ratings.output.absolute,
        certainty=rules.gather_ratings.output.certainty,
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
