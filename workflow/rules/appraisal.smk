"""
Appraisal: say how far each answer can be relied on.

INPUT   data/processed/{syntheses,synthesis_weights,risk_of_bias,stated_claims,guidelines,...}.csv
        config/strength_rules.csv                   the rule table behind every strength label
OUTPUT  data/processed/trial_risk.csv               risk of bias, one row per assessment: domains, overall, how it came about
        data/processed/ratings.csv                  one row per question: label, rule, reason and the inputs of the rule
        data/processed/certainty.csv                one row per question and GRADE domain: levels, rule, reason, inputs, override
        data/processed/robustness.csv               one row per question: how its label stands under other choices
        data/processed/gaps.csv                     condition x comparator x outcome, empty cells included
        data/processed/claims.csv                   what the guides claim, each with its verdict, its reason and the questions
        data/processed/concordance.csv              what guidelines recommend, each beside our rating
"""


rule judge_risk:
    input:
        risk_of_bias=f"{OUT}/risk_of_bias.csv",
        overrides=f"{OUT}/overrides.csv",
        trials=f"{OUT}/trials.csv",
        code=library("judge_risk"),
    output:
        trial_risk=f"{OUT}/trial_risk.csv",
    log:
        "logs/judge_risk.log",
    message:
        "Judge the risk of bias of every trial"
    script:
        "../scripts/judge_risk.py"


rule rate_questions:
    input:
        syntheses=rules.gather_answers.output.syntheses,
        synthesis_weights=rules.gather_answers.output.synthesis_weights,
        selections=rules.gather_answers.output.selections,
        fates=rules.gather_answers.output.fates,
        trials=f"{OUT}/trials.csv",
        arms=f"{OUT}/arms.csv",
        doubts=f"{OUT}/doubts.csv",
        overrides=f"{OUT}/overrides.csv",
        trial_risk=rules.judge_risk.output.trial_risk,
        questions=QUESTIONS,
        rules=config["appraisal"]["strength_rules"],
        vocabulary=VOCABULARY,
        code=library("rate_questions"),
    output:
        ratings=f"{OUT}/ratings.csv",
        certainty=f"{OUT}/certainty.csv",
        robustness=f"{OUT}/robustness.csv",
        gaps=f"{OUT}/gaps.csv",
    log:
        "logs/rate_questions.log",
    params:
        settings={
            name: config[name] for name in ["synthesis", "appraisal", "multiverse"]
        },
        intervention=config["review"]["intervention"],
    message:
        "Rate every question by {input.rules}"
    script:
        "../scripts/rate_questions.py"


rule audit_claims:
    input:
        stated_claims=f"{OUT}/stated_claims.csv",
        guide_references=f"{OUT}/guide_references.json",
        trials=f"{OUT}/trials.csv",
        arms=f"{OUT}/arms.csv",
        outcomes=f"{OUT}/outcomes.csv",
        contrasts=f"{OUT}/contrasts.csv",
        guidelines=f"{OUT}/guidelines.csv",
        fates=rules.gather_answers.output.fates,
        syntheses=rules.gather_answers.output.syntheses,
        synthesis_weights=rules.gather_answers.output.synthesis_weights,
        sensitivity=rules.gather_answers.output.sensitivity,
        ratings=rules.rate_questions.output.ratings,
        questions=QUESTIONS,
        rules=config["appraisal"]["strength_rules"],
        vocabulary=VOCABULARY,
        code=library("audit_claims"),
    output:
        claims=f"{OUT}/claims.csv",
        concordance=f"{OUT}/concordance.csv",
    log:
        "logs/audit_claims.log",
    params:
        intervention=config["review"]["intervention"],
        pooling={
            name: config["synthesis"][name] for name in ["method", "interval", "level"]
        },
    message:
        "Hold every claim of the guides, and every guideline, against the ratings"
    script:
        "../scripts/audit_claims.py"
