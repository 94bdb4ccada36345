"""
Synthesis: pool the effects that answer the same question.

INPUT   data/processed/effects/<condition>/{effect_sizes,not_computed}.csv
        data/processed/excluded_reports.csv
        config/questions.csv                        the review plan, one row per question
OUTPUT  data/processed/answers/<condition>/         the seven tables below, of the questions of one condition
        data/processed/syntheses.csv                one row per question
        data/processed/synthesis_weights.csv        one row per question and trial
        data/processed/sensitivity.csv              one row per question and variant
        data/processed/selections.csv               one row per question and matching effect: used, or why not
        data/processed/fates.csv                    one row per question and trial or known report that bears on it
        data/processed/small_study.csv              one row per question and method for small-study effects
        data/processed/multiverse.csv               one row per question and combination of defensible choices
"""


rule pool_questions:
    input:
        effect_sizes=below("effect_sizes"),
        not_computed=below("not_computed"),
        excluded_reports=f"{OUT}/excluded_reports.csv",
        questions=QUESTIONS,
        vocabulary=VOCABULARY,
        code=library("pool_questions"),
    output:
        syntheses=f"{OUT}/answers/{{condition}}/syntheses.csv",
        synthesis_weights=f"{OUT}/answers/{{condition}}/synthesis_weights.csv",
        sensitivity=f"{OUT}/answers/{{condition}}/sensitivity.csv",
        selections=f"{OUT}/answers/{{condition}}/selections.csv",
        fates=f"{OUT}/answers/{{condition}}/fates.csv",
        small_study=f"{OUT}/answers/{{condition}}/small_study.csv",
        multiverse=f"{OUT}/answers/{{condition}}/multiverse.csv",
    log:
        "logs/pool_questions/{condition}.log",
    params:
        synthesis=config["synthesis"],
        sensitivity=config["sensitivity"],
        multiverse=config["multiverse"],
    message:
        "Answer the questions on {wildcards.condition}"
    script:
        "../scripts/pool_questions.py"


rule gather_answers:
    input:
        syntheses=answers("syntheses"),
        synthesis_weights=answers("synthesis_weights"),
        sensitivity=answers("sensitivity"),
        selections=answers("selections"),
        fates=answers("fates"),
        small_study=answers("small_study"),
        multiverse=answers("multiverse"),
        code=library("gather_tables"),
    output:
        syntheses=f"{OUT}/syntheses.csv",
        synthesis_weights=f"{OUT}/synthesis_weights.csv",
        sensitivity=f"{OUT}/sensitivity.csv",
        selections=f"{OUT}/selections.csv",
        fates=f"{OUT}/fates.csv",
        small_study=f"{OUT}/small_study.csv",
        multiverse=f"{OUT}/multiverse.csv",
    log:
        "logs/gather_answers.log",
    message:
        "Gather the answers of all conditions"
    script:
        "../scripts/gather_tables.py"
