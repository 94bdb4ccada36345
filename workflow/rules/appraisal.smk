"""
Appraisal: say how far each answer can be relied on.

INPUT   data/processed/{syntheses,synthesis_weights,risk_of_bias,claims}.csv
        config/strength_rules.csv                   the rule table behind every strength label
OUTPUT  data/processed/trial_risk.csv               risk of bias, one row per assessment: domains, overall, how it came about
        data/processed/ratings.csv                  one row per question: label, rule, reason and the inputs of the rule
        data/processed/gaps.csv                     condition x comparator x outcome, empty cells included
        data/processed/claim_questions.csv          the questions that bear on each claim of the guides
"""


rule judge_risk:
    input:
        risk_of_bias=f"{OUT}/risk_of_bias.csv",
        overrides=f"{OUT}/overrides.csv",
        trials=f"{OUT}/trials.csv",
        code=library("appraisal"),
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
        risk_of_bias=f"{OUT}/risk_of_bias.csv",
        claims=f"{OUT}/claims.csv",
        questions=QUESTIONS,
        rules=config["appraisal"]["strength_rules"],
        vocabulary=VOCABULARY,
        code=library("appraisal"),
    output:
        ratings=f"{OUT}/ratings.csv",
        gaps=f"{OUT}/gaps.csv",
        claim_questions=f"{OUT}/claim_questions.csv",
    log:
        "logs/rate_questions.log",
    params:
        mid_smd=config["appraisal"]["mid_smd"],
    message:
        "Rate every question by {input.rules}"
    script:
        "../scripts/rate_questions.py"
