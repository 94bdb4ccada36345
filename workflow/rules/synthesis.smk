"""
Synthesis: pool the effects that answer the same question.

INPUT   data/processed/effects/<condition>/effect_sizes.csv
        config/questions.csv                        the review plan, one row per question
OUTPUT  data/processed/answers/<condition>/         the four tables below, of the questions of one condition
        data/processed/syntheses.csv                one row per question
        data/processed/synthesis_weights.csv        one row per question and trial
        data/processed/sensitivity.csv              one row per question and variant
        data/processed/selections.csv               one row per question and matching effect: used, or why not
"""

ANSWER_TABLES = ["syntheses", "synthesis_weights", "sensitivity", "selections"]


def effects_below(wildcards):
    """The effects of a condition and of all conditions under it."""
    parents = pd.read_csv("config/vocabulary/conditions.csv").set_index("condition")[
        "parent"
    ]
    studied = studied_conditions()

    def belongs(condition):
        return condition == wildcards.condition or (
            pd.notna(parents[condition]) and belongs(parents[condition])
        )

    return expand(
        f"{OUT}/effects/{{condition}}/effect_sizes.csv",
        condition=[name for name in studied if belongs(name)],
    )


rule pool_questions:
    input:
        effects=effects_below,
        questions=QUESTIONS,
        vocabulary=VOCABULARY,
        code=library("synthesis"),
    output:
        syntheses=f"{OUT}/answers/{{condition}}/syntheses.csv",
        synthesis_weights=f"{OUT}/answers/{{condition}}/synthesis_weights.csv",
        sensitivity=f"{OUT}/answers/{{condition}}/sensitivity.csv",
        selections=f"{OUT}/answers/{{condition}}/selections.csv",
    log:
        "logs/pool_questions/{condition}.log",
    params:
        synthesis=config["synthesis"],
        sensitivity=config["sensitivity"],
    message:
        "Answer the questions on {wildcards.condition}"
    script:
        "../scripts/pool_questions.py"


def answers(table):
    return expand(f"{OUT}/answers/{{condition}}/{table}.csv", condition=ASKED)


rule gather_answers:
    input:
        syntheses=answers("syntheses"),
        synthesis_weights=answers("synthesis_weights"),
        sensitivity=answers("sensitivity"),
        selections=answers("selections"),
        effect_sizes=rules.gather_effects.output.effect_sizes,
        not_computed=rules.gather_effects.output.not_computed,
        questions=QUESTIONS,
        vocabulary=VOCABULARY,
        code=library("synthesis"),
    output:
        syntheses=f"{OUT}/syntheses.csv",
        synthesis_weights=f"{OUT}/synthesis_weights.csv",
        sensitivity=f"{OUT}/sensitivity.csv",
        selections=f"{OUT}/selections.csv",
    log:
        "logs/gather_answers.log",
    message:
        "Gather the answers of all conditions, and see that no combination the trials bear on goes unasked"
    script:
        "../scripts/gather_answers.py"
