"""The numbers the rules compare with: from the configuration, printed wherever they decide."""

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Thresholds of the five domains; section ``appraisal.certainty`` of the configuration explains each.

    Attributes
    ----------
    low_risk_percent : float
        Weight from trials at low risk of bias from which no level is taken away.
    high_risk_percent : float
        Weight from trials at high risk from which two levels are.
    other_side_percent : float
        Weight of trials on the other side of the threshold that counts as a sign of inconsistency.
    apart_percent : float
        Weight of trials whose interval leaves out the average that counts as one.
    indirect_percent, one_setting_percent : float
        Weight of trials that sit apart from the question, and of one special group, that take a level away.
    asymmetry_p : float
        p of Egger's test below which a funnel counts as asymmetrical.
    asymmetry_trials : int
        Trials needed to test for it.
    small_trial : float
        People below which a trial counts as small.
    unusable_percent : float
        Trials with a result that could not be used, of all that bear on the question, that take a level away.
    information_size : float
        People that one trial would need to show the minimal important difference.
    """

    low_risk_percent: float
    high_risk_percent: float
    other_side_percent: float
    apart_percent: float
    indirect_percent: float
    one_setting_percent: float
    asymmetry_p: float
    asymmetry_trials: int
    small_trial: float
    unusable_percent: float
    information_size: float


def information_size(difference: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return how many people a two-arm trial with equal arms needs to show a standardised mean difference.

    Parameters
    ----------
    difference : float
        Standardised mean difference to be shown, above 0.
    alpha : float
        Two-sided level of the test.
    power : float
        Chance of showing it.

    Returns
    -------
    float
        People in both arms together: 4 (z(1 - alpha/2) + z(power))^2 / difference^2, rounded up to whole arms.

    Notes
    -----
    The optimal information size of GRADE (Guyatt et al. 2011) for a continuous outcome, by the usual normal formula.
    """
    z = special.ndtri(1 - alpha / 2) + special.ndtri(power)
    return 2.0 * math.ceil(2 * (z / difference) ** 2)
