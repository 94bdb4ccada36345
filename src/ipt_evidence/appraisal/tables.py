"""Where evidence is missing: condition by comparator by outcome."""

from collections.abc import Sequence

import pandas as pd

from ipt_evidence.synthesis.fates import unusable
from ipt_evidence.words.vocabulary import Vocabulary


def evidence_gaps(
    conditions: Sequence[str],
    questions: pd.DataFrame,
    syntheses: pd.DataFrame,
    ratings: pd.DataFrame,
    fates: pd.DataFrame,
    vocabulary: Vocabulary,
    intervention: str,
) -> pd.DataFrame:
    """Lay out condition x comparator x outcome with the best-filled question of each cell, empty cells included.

    Parameters
    ----------
    conditions : sequence of str
        The conditions to lay out.
    questions : DataFrame
        The review plan.
    syntheses, ratings : DataFrame
        How many trials and people answer each question, and how strong the answer is.
    fates : DataFrame
        What became of the trials that bear on each question.
    vocabulary : Vocabulary
        Classes and outcomes, which make the cells.
    intervention : str
        The class of the therapy under review, which every cell compares with something else.

    Returns
    -------
    DataFrame
        ``condition``, ``comparator``, ``outcome``, ``question_id`` (empty if nothing is asked), ``k``,
        ``n_participants``, ``unusable`` (trials that report a result on it, none of which could be used),
        ``strength``.
    """
    classes = vocabulary.treatment_classes
    comparators = classes.loc[classes["class"].ne(intervention), "class"]
    cells = pd.MultiIndex.from_product(
        [conditions, comparators, vocabulary.outcomes["outcome"]], names=["condition", "comparator", "outcome"]
    ).to_frame(index=False)
    size = syntheses[["question_id", "k", "n_participants"]]
    asked = questions.merge(size, on="question_id").merge(ratings[["question_id", "strength"]], on="question_id")
    asked["unusable"] = asked["question_id"].map({name: len(trials) for name, trials in unusable(fates).items()})
    asked = asked.fillna({"unusable": 0})
    order = ["k", "n_participants", "unusable"]
    best = asked.sort_values([*order, "question_id"], ascending=[False, False, False, True])
    best = best.drop_duplicates(["condition", "comparator", "outcome"])
    columns = ["condition", "comparator", "outcome", "question_id", "k", "n_participants", "unusable", "strength"]
    gaps = cells.merge(best[columns], on=["condition", "comparator", "outcome"], how="left")
    nothing = {"k": 0, "n_participants": 0, "unusable": 0, "strength": "no_evidence"}
    return gaps.fillna(nothing).astype({"k": int, "unusable": int})
