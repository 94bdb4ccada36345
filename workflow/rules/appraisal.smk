"""
Appraisal: say how far each answer can be relied on.

INPUT   data/processed/answers/<family>/*.csv, studies/<family>.json, plan/<family>.csv
        data/processed/{stated_claims,guidelines,benchmarks,...}.csv
        config/strength_rules.csv                   the rule table behind every strength label
        data/processed/{moderators,moderator_groups}.csv
OUTPUT  data/processed/ratings/<family>/            the next fifteen tables, of one family of conditions
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


# The tables that ratings and networks of a family rest on.
RATED = {
    "effect_sizes": after_checks(rules.compute_effects.output.effect_sizes),
    **{
        table: after_checks(rules.pool_questions.output[table])
        for table in [
            "syntheses",
            "synthesis_weights",
            "selections",
            "fates",
            "small_study",
            "multiverse",
            "versions",
        ]
    },
    "plan": after_checks(f"{OUT}/plan/{{family}}.csv"),
    **{
        table: after_checks(f"{OUT}/{table}.csv")
        for table in ["overrides", "excluded_reports", "moderators", "moderator_groups"]
    },
    "rules": RULES,
}


# Networks too: a process of their own would cost more than most of them.
rule rate_questions:
    input:
        **RATED,
        studies=after_checks(f"{OUT}/studies/{{family}}.json"),
        vocabulary=WORDS,
    output:
        **{
            table: f"{OUT}/ratings/{{family}}/{table}.csv"
            for table in [*RATINGS, *NETWORKS]
        },
    log:
        "logs/rate_questions/{family}.log",
    benchmark:
        "logs/rate_questions/{family}.tsv"
    params:
        code=library("rate_questions"),
        written=written(RULES, WORDS),
        tables=list(RATED),
        ratings={section: config[section] for section in ["synthesis", "appraisal"]},
        networks={section: config[section] for section in ["synthesis", "networks"]},
        intervention=config["review"]["intervention"],
    message:
        "Rate the questions on {wildcards.family} by {input.rules}, and compare treatments in networks"
    script:
        "../scripts/rate_questions.py"


rule gather_ratings:
    input:
        **{
            table: of_families(rules.rate_questions.output[table])
            for table in [*RATINGS, *NETWORKS]
        },
        questions=QUESTIONS,
    output:
        **{table: f"{OUT}/{table}.csv" for table in [*RATINGS, *NETWORKS]},
    log:
        "logs/gather_ratings.log",
    params:
        code=library("gather_tables"),
        written=written(QUESTIONS),
        column={
            **dict.fromkeys(RATINGS, "question_id"),
            "trial_risk": "trial_id",
            **dict.fromkeys(["gaps", *NETWORKS], ""),
        },
    message:
        "Gather the ratings of all families"
    script:
        "../scripts/gather_tables.py"


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
        settings={
            "intervention": config["review"]["intervention"],
            "synthesis": config["synthesis"],
        },
    message:
        "Hold claims, guidelines and published results against our answers; sum these up"
    script:
        "../scripts/audit_claims.py"
