"""How many people one trial needs to show a difference: the optimal information size of GRADE."""

import math

from scipy import special

from ipt_evidence.engine.checks import Checks, within
from ipt_evidence.errors import SynthesisError


def people_for_difference(difference: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
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
    Guyatt et al. (2011), by the usual normal formula.
    """
    z = special.ndtri(1 - alpha / 2) + special.ndtri(power)
    return 2.0 * math.ceil(2 * (z / difference) ** 2)


def people_for_risks(control: float, treated: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return how many people a two-arm trial with equal arms needs to tell two risks apart.

    Parameters
    ----------
    control, treated : float
        Shares of people with the event, above 0, below 1 and not the same.
    alpha, power
        As in :func:`people_for_difference`.

    Returns
    -------
    float
        People in both arms together, rounded up to whole arms.

    Raises
    ------
    SynthesisError
        If a risk is not between 0 and 1, or both are the same.

    Notes
    -----
    Test of two proportions with the variance of the common risk under no difference (Fleiss 1981), as R's
    ``power.prop.test``.
    """
    with Checks(SynthesisError) as checks:
        control = within(checks, "control", control, 0, 1)
        treated = within(checks, "treated", treated, 0, 1)
        if control == treated:
            checks.note(f"control and treated must differ, both are {control!r}")
    common = (control + treated) / 2
    under_null = special.ndtri(1 - alpha / 2) * math.sqrt(2 * common * (1 - common))
    under_difference = special.ndtri(power) * math.sqrt(control * (1 - control) + treated * (1 - treated))
    return 2.0 * math.ceil(((under_null + under_difference) / (treated - control)) ** 2)
