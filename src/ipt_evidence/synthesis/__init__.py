"""Pooling of effect sizes and everything asked of a pooled result: arrays in, frozen results out."""

from ipt_evidence.synthesis.aggregation import (
    AggregatedEffects,
    aggregate,
    aggregate_covariance,
    constant_correlation,
)
from ipt_evidence.synthesis.pooling import PooledEffect, pool, weight_percent
from ipt_evidence.synthesis.subsets import PooledSubsets, cumulative, leave_one_out, pool_subsets

__all__ = [
    "AggregatedEffects",
    "PooledEffect",
    "PooledSubsets",
    "aggregate",
    "aggregate_covariance",
    "constant_correlation",
    "cumulative",
    "leave_one_out",
    "pool",
    "pool_subsets",
    "weight_percent",
]
