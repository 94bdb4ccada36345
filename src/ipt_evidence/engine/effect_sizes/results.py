"""What the effect-size functions return: frozen columns, one entry per comparison."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Checks, Floats, check_positive, columns
from ipt_evidence.engine.frozen import FrozenArrays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectSizes(FrozenArrays):
    """Effect sizes with their sampling variances.

    Attributes
    ----------
    values : ndarray, shape (k,)
        Effect sizes, group 1 minus group 2 (ratios: the logarithm of group 1 over group 2).
    variances : ndarray, shape (k,)
        Sampling variances, in squared units of ``values``.
    """

    values: Floats
    variances: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmContrasts(EffectSizes):
    """Differences of two independent arm statistics, whose variances add up.

    Attributes
    ----------
    values, variances : ndarray, shape (k,)
        As in :class:`EffectSizes`.
    variances1, variances2 : ndarray, shape (k,)
        What each arm contributes: ``variances = variances1 + variances2``. Two contrasts that share an
        arm have its contribution as their covariance.
    """

    variances1: Floats
    variances2: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BinaryContrasts(ArmContrasts):
    """Contrasts of two proportions, with the trials named that needed or resist a zero-cell rule.

    Attributes
    ----------
    values, variances, variances1, variances2 : ndarray, shape (k,)
        As in :class:`ArmContrasts`.
    corrected : ndarray of bool, shape (k,)
        True where a zero cell made the correction necessary.
    uninformative : ndarray of bool, shape (k,)
        True where no one or everyone has the event in both arms: such a trial says nothing about a ratio.
    """

    corrected: Bools
    uninformative: Bools


def read_values(checks: Checks, values: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    """Read effect sizes and variances as columns (k,) of one length; note what is impossible."""
    value, variance = columns(checks, values=values, variances=variances)
    check_positive(checks, "variances", variance)
    return value, variance
