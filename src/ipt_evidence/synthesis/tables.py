"""From effect sizes to pooled answers, question by question."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from ipt_evidence.effects.rows import REFUSED_COLUMNS, as_effects
from ipt_evidence.synthesis.fates import fates_of
from ipt_evidence.synthesis.selection import QUESTION_KEYS, select
from ipt_evidence.synthesis.sensitivity import SENSITIVITY_COLUMNS, report_rows, sensitivity_rows
from ipt_evidence.synthesis.small_study import small_study_rows
from ipt_evidence.synthesis.specifications import specification_rows
from ipt_evidence.synthesis.trials import TRIAL_COLUMNS, Choices, combine_trials, pool_trials
from ipt_evidence.words.vocabulary import Vocabulary

SYNTHESIS_COLUMNS = [
    "question_id", *QUESTION_KEYS, "model", "k", "n_effects", "n_participants", "k_without_n", "estimate", "se",
    "ci_low", "ci_high", "statistic", "p_value", "pi_low", "pi_high", "tau2", "tau2_low", "tau2_high",
    "i2", "i2_low", "i2_high", "h2", "q", "q_df", "q_p_value", "method", "interval", "level",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to a set of questions; the attributes are the names of the tables they become.

    Attributes
    ----------
    syntheses : DataFrame
        One row per question, also where no trial (k = 0) or one trial (k = 1) answers it.
    synthesis_weights : DataFrame
        One row per question and trial: the trial's combined effect and its share of the weight.
    sensitivity : DataFrame
        One row per question and variant of the method.
    selections : DataFrame
        One row per question and matching effect: whether it was used and, if not, why.
    fates : DataFrame
        One row per question and trial or known report that bears on it.
    small_study : DataFrame
        One row per question and small-study method; for fewer than ten trials one row that says why there are none.
    multiverse : DataFrame
        One row per question with two trials or more and combination of defensible choices.
    """

    syntheses: pd.DataFrame
    synthesis_weights: pd.DataFrame
    sensitivity: pd.DataFrame
    selections: pd.DataFrame
    fates: pd.DataFrame
    small_study: pd.DataFrame
    multiverse: pd.DataFrame


def answer_questions(
    questions: pd.DataFrame,
    effects: pd.DataFrame,
    not_computed: pd.DataFrame,
    reports: pd.DataFrame,
    vocabulary: Vocabulary,
    *,
    synthesis: Mapping[str, Any],
    sensitivity: Mapping[str, Any],
    multiverse: Mapping[str, Any],
) -> Answers:
    """Answer every question with the primary model, under its variants and under every combination of choices.

    Parameters
    ----------
    questions : DataFrame
        Rows of the review plan.
    effects, not_computed : DataFrame
        Effect sizes, and results from which none follows, of all conditions the questions need; may be without rows,
        even without columns.
    reports : DataFrame
        ``excluded_reports.csv``.
    vocabulary : Vocabulary
        Tells which conditions a parent pools and which domain answers an outcome.
    synthesis, sensitivity, multiverse : mapping
        The sections of that name of the configuration.

    Raises
    ------
    SynthesisError
        If the effects of a trial cannot be combined, or those of a question not be pooled.
    """
    effects = as_effects(effects)
    order, excluded = list(synthesis["evidence_order"]), frozenset(synthesis["excluded_reports"])
    choices = Choices(**{name: synthesis[name] for name in ("method", "interval", "level", "rho")})
    domains = vocabulary.outcomes.set_index("outcome")["domain"]
    syntheses, weights, variants, selections, asymmetry, specifications = [], [], [], [], [], []
    for _, question in questions.iterrows():
        members = vocabulary.members_of(question["condition"])
        choose = partial(select, question, effects, members, domains[question["outcome"]], order)
        found = choose(excluded_reports=excluded)
        used = found[found["used"]]
        trials = combine_trials(used, rho=choices.rho, level=choices.level)
        row, share = pool_trials(trials, choices)
        identity = {"question_id": question["question_id"]}
        syntheses.append({**identity, **{key: question[key] for key in QUESTION_KEYS}, **row})
        weights.append(trials.assign(**identity, weight_percent=share))
        variants += sensitivity_rows(question, found, effects, choices, **sensitivity)
        variants += report_rows(question, found, choose, excluded, choices)
        selections.append(found.assign(**identity, question_condition=question["condition"]))
        asymmetry.append(small_study_rows(question["question_id"], trials["yi"], trials["vi"], level=choices.level))
        specifications.append(specification_rows(question["question_id"], used, multiverse, level=choices.level))
    selected = pd.concat(selections)
    not_computed = not_computed.reindex(columns=REFUSED_COLUMNS)
    return Answers(
        syntheses=pd.DataFrame(syntheses).reindex(columns=SYNTHESIS_COLUMNS),
        synthesis_weights=pd.concat(weights)[["question_id", *TRIAL_COLUMNS, "weight_percent"]],
        sensitivity=pd.DataFrame(variants).reindex(columns=SENSITIVITY_COLUMNS),
        selections=selected,
        fates=fates_of(questions, selected, not_computed, reports, vocabulary),
        small_study=pd.concat([rows for rows in asymmetry if len(rows)]),
        multiverse=pd.concat([rows for rows in specifications if len(rows)] or specifications[:1]),
    )
