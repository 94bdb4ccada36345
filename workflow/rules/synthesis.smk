"""
Synthesis: pool the effects that answer the same question.

INPUT   data/processed/effects/<family>/{effect_sizes,not_computed}.csv
        data/processed/excluded_reports.csv
        data/processed/plan/<family>.csv            the questions on the family
OUTPUT  data/processed/answers/<family>/            the tables below, of the questions on one family of conditions, and
                                                    multiverse.csv (one row per question and combination of defensible
                                                    choices) on versions.csv (the effects of trials they rest on)
        data/processed/syntheses.csv                one row per question
        data/processed/synthesis_weights.csv        one row per question and trial
        data/processed/sensitivity.csv              one row per question and variant
        data/processed/selections.csv               one row per question and matching effect: used, or why not
        data/processed/fates.csv                    one row per question and trial or known report that bears on it
        data/processed/small_study.csv              one row per question and method for small-study effects
        data/processed/influence.csv                one row per question with five trials or more and trial
        data/processed/gosh.csv                     one row per question and cell of the picture of subsets of its trials
"""

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


rule pool_questions:
    input:
        effect_sizes=after_checks(rules.compute_effects.output.effect_sizes),
        not_computed=after_checks(rules.compute_effects.output.not_computed),
        excluded_reports=after_checks(f"{OUT}/excluded_reports.csv"),
        plan=after_checks(f"{OUT}/plan/{{family}}.csv"),
        vocabulary=WORDS,
    output:
        **{
            table: f"{OUT}/answers/{{family}}/{table}.csv"
            for table in [*ANSWERS, "multiverse", "versions"]
        },
    log:
        "logs/pool_questions/{family}.log",
    benchmark:
        "logs/pool_questions/{family}.tsv"
    params:
        code=library("pool_questions"),
        written=written(WORDS),
        settings={
            section: config[section]
            for section in ["synthesis", "sensitivity", "multiverse"]
        },
    message:
        "Answer the questions on {wildcards.family}"
    script:
        "../scripts/pool_questions.py"


rule gather_answers:
    input:
        **{table: of_families(rules.pool_questions.output[table]) for table in ANSWERS},
        questions=QUESTIONS,
    output:
        **{table: f"{OUT}/{table}.csv" for table in ANSWERS},
    log:
        "logs/gather_answers.log",
    params:
        code=library("gather_tables"),
        written=written(QUESTIONS),
        column=dict.fromkeys(ANSWERS, "question_id"),
    message:
        "Gather the answers of all families"
    script:
        "../scripts/gather_tables.py"
