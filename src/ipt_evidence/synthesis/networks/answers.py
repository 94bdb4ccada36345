"""What a connected network of treatments says: comparisons, how far direct and indirect evidence agree, P-scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from ipt_evidence.engine.networks.contributions import contribution_matrix, network_graph, trial_contributions
from ipt_evidence.engine.networks.estimates import NetworkEstimates, network
from ipt_evidence.engine.networks.inconsistency import NodeSplit, network_inconsistency, node_split
from ipt_evidence.engine.networks.posterior import NetworkPosterior, network_posterior
from ipt_evidence.engine.networks.ranking import p_scores
from ipt_evidence.synthesis.deciding import UNITS, prior_of
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.figures import BAYES

FIT_COLUMNS = [
    "treatments", "n_treatments", "k", "k_multi_arm", "n_contrasts", "n_designs", "n_participants", "k_without_n",
    "tau2", "tau2_low", "tau2_high", "tau", "tau_low", "tau_high", "i2",
    "q", "q_df", "q_p_value", "q_heterogeneity", "q_heterogeneity_df", "q_heterogeneity_p_value",
    "q_inconsistency", "q_inconsistency_df", "q_inconsistency_p_value",
    "q_inconsistency_random", "q_inconsistency_random_p_value", "method", "interval", "level",
]  # fmt: skip

ALONE = {"estimate": "", "low": "_low", "high": "_high"}
"""How the columns of what trials of both treatments say end, by the end of the attribute of a split."""

SPLIT = [f"{name}{end}" for name in ("direct", "indirect", "difference") for end in ("", "_low", "_high")]

ESTIMATE_COLUMNS = [
    "treatment1", "treatment2", "basis", "estimate", "ci_low", "ci_high", "p_value", "pi_low", "pi_high", "k_direct",
    *SPLIT, "difference_p_value", "direct_percent",
]  # fmt: skip

RANK_COLUMNS = ["treatment", "k", "n_participants", "k_without_n", "p_score"]

CONTRIBUTION_COLUMNS = ["treatment1", "treatment2", "trial_id", "weight_percent"]

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkAnswer:
    """What one network says.

    Attributes
    ----------
    fit : dict
        :data:`FIT_COLUMNS`.
    estimates : DataFrame
        :data:`ESTIMATE_COLUMNS`: one row per pair of treatments, in the order of the vocabulary; positive = favours the
        first.
    ranks : DataFrame
        :data:`RANK_COLUMNS`: one row per treatment.
    contributions : DataFrame
        :data:`CONTRIBUTION_COLUMNS`: share of each trial in each estimate.
    """

    fit: dict[str, object]
    estimates: pd.DataFrame
    ranks: pd.DataFrame
    contributions: pd.DataFrame


def answer_network(contrasts: pd.DataFrame, order: Sequence[str], measure: str, model: Model) -> NetworkAnswer:
    """Fit a connected network.

    Up to ``model.few_trials - 1`` degrees of freedom, as many as pooling ``few_trials`` trials has, trials do not say
    how far they differ: a Bayesian model with the prior of the questions decides, as it does for questions. Where the
    model has the estimator SJ, which a network has no form of, REML stands in and is named.

    Parameters
    ----------
    contrasts : DataFrame
        Rows of :data:`~ipt_evidence.synthesis.networks.contrasts.CONTRAST_COLUMNS` that chains of trials connect.
    order : sequence of str
        Treatments in the order in which pairs name them.
    measure : str
        Measure of the effects.
    model : Model
        How trials are pooled.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`.
    """
    # SJ has no form for networks; the row says which estimator it is by.
    model = replace(model, method="REML") if model.method == "SJ" else model
    given = _Given(contrasts, [name for name in order if name in {*contrasts["treatment1"], *contrasts["treatment2"]}])
    found = network(*given.data, **model.pooling)
    posterior = None
    if found.q_df < model.few_trials and measure in UNITS:
        posterior = network_posterior(*given.data, prior=prior_of(measure, model), level=model.level)
    rows = _bayesian(given, posterior) if posterior else _frequentist(given, found, model)
    return NetworkAnswer(
        fit=_fit(given, found, posterior, model),
        estimates=_estimates(given, rows, model),
        # Under the posterior a P-score is the mean probability to be better than another treatment.
        ranks=given.ranks(np.nanmean(posterior.better, axis=1) if posterior else p_scores(found)),
        contributions=_contributions(given, model),
    )


def people_of(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Return ``study``, ``trial_id``, ``treatment`` and its people ``n`` of each study, every treatment once."""
    names = ["study", "trial_id", "treatment", "n"]
    sides = [contrasts[[*names[:2], f"treatment{side}", f"n{side}"]].set_axis(names, axis=1) for side in (1, 2)]
    return pd.concat(sides).drop_duplicates(["study", "treatment"])


class _Given:
    """The contrasts as the engine takes them: names of treatments begin with their place, so it keeps their order."""

    def __init__(self, contrasts: pd.DataFrame, treatments: list[str]) -> None:
        self.contrasts, self.treatments = contrasts, treatments
        self._named = {name: f"{place:02d} {name}" for place, name in enumerate(treatments)}
        first, second = (contrasts[side].map(self._named).tolist() for side in ("treatment1", "treatment2"))
        self.data = contrasts["yi"].to_numpy(), contrasts["vi"].to_numpy(), first, second, contrasts["study"].tolist()
        self.pairs: list[Pair] = list(combinations(treatments, 2))
        pairs = contrasts.groupby(["treatment1", "treatment2"])["trial_id"].nunique()
        self.k_direct = {pair: int(pairs.get(pair, 0)) for pair in self.pairs}

    def plain(self, pair: Pair) -> Pair:
        """Return the treatments that two names of the engine stand for."""
        return pair[0].partition(" ")[2], pair[1].partition(" ")[2]

    def entries(self, matrix: np.ndarray) -> dict[Pair, float]:
        """Return the entry of every pair of a matrix over the treatments."""
        return dict(zip(self.pairs, matrix[np.triu_indices(len(self.treatments), 1)].tolist(), strict=True))

    def people(self) -> pd.DataFrame:
        """Return the people of each treatment in each trial."""
        return people_of(self.contrasts)

    def ranks(self, scores: np.ndarray) -> pd.DataFrame:
        """Return :data:`RANK_COLUMNS`."""
        of_treatment = dict(iter(self.people().groupby("treatment")))
        rows = []
        for treatment, score in zip(self.treatments, scores, strict=True):
            mine = of_treatment[treatment]
            unknown = int(mine["n"].isna().sum())
            rows.append((treatment, mine["trial_id"].nunique(), float(mine["n"].sum()), unknown, float(score)))
        return pd.DataFrame(rows, columns=RANK_COLUMNS)


def _fit(given: _Given, found: NetworkEstimates, posterior: NetworkPosterior | None, model: Model) -> dict[str, object]:
    test = network_inconsistency(*given.data, method=model.method)
    people, nan = given.people(), float("nan")
    unknown = people.loc[people["n"].isna(), "trial_id"].nunique()
    values: list[object] = [
        ";".join(given.treatments), len(given.treatments), given.contrasts["trial_id"].nunique(),
        len(network_graph(*given.data).multi_arm), found.n_contrasts, len(test.designs), float(people["n"].sum()),
        unknown,
    ]  # fmt: skip
    # Without degrees of freedom nothing is known of tau2; the engine computes as if it were 0.
    estimated = found.q_df > 0
    values += [found.tau2 if estimated else nan, found.tau2_low, found.tau2_high]
    values += [posterior.tau, posterior.tau_low, posterior.tau_high] if posterior else [nan, nan, nan]
    values += [found.i2 if estimated else nan]
    for q, df, p in (
        (test.q_total, test.df_total, test.p_total),
        (test.q_within, test.df_within, test.p_within),
        (test.q_between, test.df_between, test.p_between),
    ):
        values += [q, float(df), p] if df else [nan, nan, nan]
    values += [test.q_between_random, test.p_between_random] if test.df_between else [nan, nan]
    values += [found.method, BAYES if posterior else found.interval, found.level]
    return dict(zip(FIT_COLUMNS, values, strict=True))


def _frequentist(given: _Given, found: NetworkEstimates, model: Model) -> dict[Pair, dict[str, float]]:
    names = ("estimate", "ci_low", "ci_high", "p_value", "pi_low", "pi_high")
    columns = {name: given.entries(getattr(found, name)) for name in names}
    split = node_split(*given.data, **model.pooling)
    return _rows(given, columns, split, split.p_value)


def _bayesian(given: _Given, found: NetworkPosterior) -> dict[Pair, dict[str, float]]:
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    columns = {name: given.entries(getattr(found, name)) for name in names}
    columns["p_value"] = given.entries(2 * np.minimum(found.better, 1 - found.better))
    return _rows(given, columns, found, found.tail)


def _rows(
    given: _Given, columns: dict[str, dict[Pair, float]], split: NodeSplit | NetworkPosterior, p_values: np.ndarray
) -> dict[Pair, dict[str, float]]:
    """Set beside the estimate of each pair of treatments what trials of both say, and what the others say."""
    rows = {pair: {name: column[pair] for name, column in columns.items()} for pair in given.pairs}
    for place, pair in enumerate(zip(split.treatments1, split.treatments2, strict=True)):
        cells = {name: float(getattr(split, name)[place]) for name in SPLIT}
        rows[given.plain(pair)] |= {**cells, "difference_p_value": float(p_values[place])}
    for place, pair in enumerate(split.only_direct):
        cells = {f"direct{end}": float(getattr(split, f"only_direct_{name}")[place]) for name, end in ALONE.items()}
        rows[given.plain(pair)] |= cells
    return rows


def _estimates(given: _Given, rows: dict[Pair, dict[str, float]], model: Model) -> pd.DataFrame:
    """Complete the rows: what has no indirect evidence is direct, what no trial compares is indirect.

    What is direct may rest in part on other trials: those that tell of a further arm of its own.
    """
    shares = contribution_matrix(*given.data, method=model.method)
    column = {given.plain(pair): place for place, pair in enumerate(shares.direct)}
    table = []
    for pair, share in zip(given.pairs, shares.percent, strict=True):
        row = rows[pair]
        k = given.k_direct[pair]
        basis = "indirect" if not k else "mixed" if "difference" in row else "direct"
        if basis == "indirect":
            row |= {f"indirect{end}": row[name] for end, name in _ENDS.items()}
        percent = float(share[column[pair]]) if k else 0.0
        if basis == "direct" and math.isclose(row["direct"], row["estimate"], rel_tol=1e-9, abs_tol=1e-12):
            percent = 100.0
        table.append({"treatment1": pair[0], "treatment2": pair[1], "basis": basis, "k_direct": k, **row,
                      "direct_percent": percent})  # fmt: skip
    return pd.DataFrame(table, columns=ESTIMATE_COLUMNS)


_ENDS = {"": "estimate", "_low": "ci_low", "_high": "ci_high"}


def _contributions(given: _Given, model: Model) -> pd.DataFrame:
    shares = trial_contributions(*given.data, method=model.method)
    trial = dict(zip(given.contrasts["study"], given.contrasts["trial_id"], strict=True))
    rows = [
        (*pair, trial[study], float(percent))
        for pair, row in zip(given.pairs, shares.percent, strict=True)
        for study, percent in zip(shares.studies, row, strict=True)
    ]
    found = pd.DataFrame(rows, columns=CONTRIBUTION_COLUMNS)
    return found.groupby(CONTRIBUTION_COLUMNS[:3], sort=False)["weight_percent"].sum().reset_index()
