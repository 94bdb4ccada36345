"""The numbers the rules compare with: from the configuration, printed wherever they decide."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Thresholds of the five domains; section ``appraisal.certainty`` of the configuration explains each.

    Attributes
    ----------
    low_risk_percent : float
        Weight from trials at low risk of bias from which no level is taken away.
    high_risk_percent : float
        Weight from trials at high risk above which two levels can be.
    heterogeneity_p, heterogeneity_i2 : float
        p of Cochran's Q below which, and I2 from which, trials count as different at all.
    considerable_i2 : float
        I2 from which inconsistency can take two levels.
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
    """

    low_risk_percent: float
    high_risk_percent: float
    heterogeneity_p: float
    heterogeneity_i2: float
    considerable_i2: float
    other_side_percent: float
    apart_percent: float
    indirect_percent: float
    one_setting_percent: float
    asymmetry_p: float
    asymmetry_trials: int
    small_trial: float
    unusable_percent: float
