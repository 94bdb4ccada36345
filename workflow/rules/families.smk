"""
Families: effects, answers and ratings of the questions on one family of conditions, in one job; then all families as one.

INPUT   data/processed/studies/<family>.json, plan/<family>.csv
        data/processed/{overrides,excluded_reports,moderators,moderator_groups}.csv
        config/strength_rules.csv                   the rule table behind every strength label
OUTPUT  data/processed/families/<family>/           the tables below, of one family of conditions
        data/processed/effect_sizes.csv             one row per effect; positive = favours the arm named first, under review
        data/processed/not_computed.csv             reported results from which no effect follows, with the id of the reason
        data/processed/syntheses.csv                one row per question
        data/processed/synthesis_weights.csv        one row per question and trial
        data/processed/sensitivity.csv              one row per question and variant
        data/processed/selections.csv               one row per question and matching effect: used, or why not
        data/processed/fates.csv                    one row per question and trial or known report that bears on it
        data/processed/small_study.csv              one row per question and method for small-study effects
        data/processed/influence.csv                one row per question with five trials or more and trial
        data/processed/gosh.csv                     one row per question and cell of the picture of subsets of its trials
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
"""

EFFECTS = ["effect_sizes", "not_computed"]
ANSWERS = [
    "syntheses",
    "synthesis_weights",
    "sensitivity",
    "selections",
    "fates",
    "small_study",
    "influence",
    "gosh",
]
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


# One job: to start a process and load the libraries takes longer than all of it does for most families.
rule answer_family:
    input:
        studies=after_checks(f"{OUT}/studies/{{family}}.json"),
        plan=after_checks(f"{OUT}/plan/{{family}}.csv"),
        overrides=after_checks(f"{OUT}/overrides.csv"),
        excluded_reports=after_checks(f"{OUT}/excluded_reports.csv"),
        rules=RULES,
        moderators=after_checks(f"{OUT}/moderators.csv"),
        moderator_groups=after_checks(f"{OUT}/moderator_groups.csv"),
        vocabulary=WORDS,
    output:
        **{
            table: f"{OUT}/families/{{family}}/{table}.csv"
            for table in [*EFFECTS, *ANSWERS, *RATINGS]
        },
    log:
        "logs/answer_family/{family}.log",
    benchmark:
        "logs/answer_family/{family}.tsv"
    params:
        code=library("answer_family"),
        written=written(RULES, WORDS),
        tables=[
            "plan",
            "overrides",
            "excluded_reports",
            "rules",
            "moderators",
            "moderator_groups",
        ],
        settings={
            section: config[section]
            for section in ["synthesis", "sensitivity", "multiverse", "appraisal"]
        },
        intervention=config["review"]["intervention"],
    message:
        "Answer and rate the questions on {wildcards.family} by {input.rules}"
    script:
        "../scripts/answer_family.py"


rule gather_families:
    input:
        **{
            table: of_families(rules.answer_family.output[table])
            for table in [*EFFECTS, *ANSWERS, *RATINGS]
        },
        questions=QUESTIONS,
    output:
        **{table: f"{OUT}/{table}.csv" for table in [*EFFECTS, *ANSWERS, *RATINGS]},
    log:
        "logs/gather_families.log",
    params:
        code=library("gather_tables"),
        written=written(QUESTIONS),
        column={
            **dict.fromkeys(EFFECTS, "condition"),
            **dict.fromkeys([*ANSWERS, *RATINGS], "question_id"),
            "trial_risk": "trial_id",
            "gaps": "",
        },
    message:
        "Gather the effects, answers and ratings of all families"
    script:
        "../scripts/gather_tables.py"
