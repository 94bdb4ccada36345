"""Which arms of a trial are compared: every pair with IPT in it, the IPT arm named first."""

from itertools import combinations

import pandas as pd

from ipt_evidence.words.vocabulary import Vocabulary

PAIR_COLUMNS = ["trial_id", "arm1_id", "arm2_id", "intervention", "comparator"]


def ipt_pairs(arms: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """List every pair of arms of one trial in which at least one arm is IPT, alone or with medication.

    Parameters
    ----------
    arms : DataFrame
        The arms of any number of trials, with ``trial_id``, ``arm_id`` and ``treatment``.
    vocabulary : Vocabulary
        Gives each treatment its class, and the order in which classes come first in a pair.

    Returns
    -------
    DataFrame
        One row a pair: ``trial_id``, ``arm1_id``, ``arm2_id``, ``intervention`` (class of the first arm) and
        ``comparator`` (class of the second). Two arms of one class keep the order of the table.
    """
    known = vocabulary.treatment_classes
    rank = {name: position for position, name in enumerate(known["class"])}
    interventions = set(known.loc[known["role"].eq("both"), "class"])
    rows = []
    for trial_id, group in arms.groupby("trial_id", sort=True):
        classes = {
            arm: vocabulary.treatment_class(t) for arm, t in zip(group["arm_id"], group["treatment"], strict=True)
        }
        for pair in combinations(group["arm_id"], 2):
            first, second = sorted(pair, key=lambda arm: rank[classes[arm]])
            if classes[first] in interventions:
                rows.append((trial_id, first, second, classes[first], classes[second]))
    return pd.DataFrame(rows, columns=PAIR_COLUMNS)
