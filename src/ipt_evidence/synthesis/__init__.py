"""Pooling of effect sizes and everything asked of a pooled result: arrays in, frozen results out."""

from ipt_evidence.synthesis.absolute import (
    AbsoluteEffects,
    NumbersNeeded,
    absolute_effects,
    nnt_kraemer_kupfer,
)
from ipt_evidence.synthesis.aggregation import (
    AggregatedEffects,
    aggregate,
    aggregate_covariance,
    constant_correlation,
)
from ipt_evidence.synthesis.bayes import BayesianPool, pool_bayes
from ipt_evidence.synthesis.dependent import (
    DependentRegression,
    PooledDependent,
    pool_dependent,
    regress_dependent,
)
from ipt_evidence.synthesis.diagnostics.deletion import (
    BaujatPlot,
    Influence,
    Outliers,
    baujat,
    influence,
    outliers,
)
from ipt_evidence.synthesis.diagnostics.gosh import Gosh, gosh
from ipt_evidence.synthesis.glmm import BinomialNormal, pool_binomial
from ipt_evidence.synthesis.multiverse import pool_specifications
from ipt_evidence.synthesis.networks.contributions import (
    ContributionMatrix,
    NetworkGraph,
    contribution_matrix,
    network_graph,
)
from ipt_evidence.synthesis.networks.estimates import NetworkEstimates, network
from ipt_evidence.synthesis.networks.inconsistency import (
    Inconsistency,
    NodeSplit,
    network_inconsistency,
    node_split,
)
from ipt_evidence.synthesis.networks.ranking import LeagueTable, league_table, p_scores
from ipt_evidence.synthesis.permutation import PermutationTest, permutation_test
from ipt_evidence.synthesis.pooling import PooledEffect, pool, weight_percent
from ipt_evidence.synthesis.priors import (
    RHODES_GENERAL,
    TURNER_MENTAL_HEALTH,
    HalfNormal,
    LogNormal,
    LogStudentT,
)
from ipt_evidence.synthesis.rare_events import PooledTables, mantel_haenszel, peto_pool
from ipt_evidence.synthesis.regression import MetaRegression, regress
from ipt_evidence.synthesis.small_study.asymmetry import (
    EggerTest,
    RankTest,
    egger_test,
    egger_test_mixed,
    rank_test,
)
from ipt_evidence.synthesis.small_study.binary_asymmetry import PetersTest, harbord_test, peters_test
from ipt_evidence.synthesis.small_study.fail_safe import fail_safe_n
from ipt_evidence.synthesis.small_study.limit_meta_analysis import LimitMetaAnalysis, limit_meta_analysis
from ipt_evidence.synthesis.small_study.pet_peese import PetPeese, pet_peese
from ipt_evidence.synthesis.small_study.selection_models import (
    SelectionModel,
    beta_selection_model,
    selection_model,
)
from ipt_evidence.synthesis.small_study.trim_and_fill import TrimAndFill, trim_and_fill
from ipt_evidence.synthesis.small_study.waap import WaapWls, waap_wls
from ipt_evidence.synthesis.small_study.weighted_line import Coefficient
from ipt_evidence.synthesis.subgroups import SubgroupComparison, compare_subgroups
from ipt_evidence.synthesis.subsets import PooledSubsets, cumulative, leave_one_out, pool_subsets

__all__ = [
    "RHODES_GENERAL",
    "TURNER_MENTAL_HEALTH",
    "AbsoluteEffects",
    "AggregatedEffects",
    "BaujatPlot",
    "BayesianPool",
    "BinomialNormal",
    "Coefficient",
    "ContributionMatrix",
    "DependentRegression",
    "EggerTest",
    "Gosh",
    "HalfNormal",
    "Inconsistency",
    "Influence",
    "LeagueTable",
    "LimitMetaAnalysis",
    "LogNormal",
    "LogStudentT",
    "MetaRegression",
    "NetworkEstimates",
    "NetworkGraph",
    "NodeSplit",
    "NumbersNeeded",
    "Outliers",
    "PermutationTest",
    "PetPeese",
    "PetersTest",
    "PooledDependent",
    "PooledEffect",
    "PooledSubsets",
    "PooledTables",
    "RankTest",
    "SelectionModel",
    "SubgroupComparison",
    "TrimAndFill",
    "WaapWls",
    "absolute_effects",
    "aggregate",
    "aggregate_covariance",
    "baujat",
    "beta_selection_model",
    "compare_subgroups",
    "constant_correlation",
    "contribution_matrix",
    "cumulative",
    "egger_test",
    "egger_test_mixed",
    "fail_safe_n",
    "gosh",
    "harbord_test",
    "influence",
    "league_table",
    "leave_one_out",
    "limit_meta_analysis",
    "mantel_haenszel",
    "network",
    "network_graph",
    "network_inconsistency",
    "nnt_kraemer_kupfer",
    "node_split",
    "outliers",
    "p_scores",
    "permutation_test",
    "pet_peese",
    "peters_test",
    "peto_pool",
    "pool",
    "pool_bayes",
    "pool_binomial",
    "pool_dependent",
    "pool_specifications",
    "pool_subsets",
    "rank_test",
    "regress",
    "regress_dependent",
    "selection_model",
    "trim_and_fill",
    "waap_wls",
    "weight_percent",
]
