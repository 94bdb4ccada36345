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

    Every cell compares ``intervention``, the class of the therapy under review, with something else.

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
    asked, order = asked.fillna({"unusable": 0}), ["k", "n_participants", "unusable"]
    best = asked.sort_values([*order, "question_id"], ascending=[False, False, False, True])
    best = best.drop_duplicates(list(cells))[[*cells, "question_id", *order, "strength"]]
    gaps = cells.merge(best, on=list(cells), how="left")
    nothing = {"k": 0, "n_participants": 0, "unusable": 0, "strength": "no_evidence"}
    return gaps.fillna(nothing).astype({"k": int, "unusable": int})
