"""What trials put into a network of treatments, for any condition and outcome of the tables."""

import pandas as pd

from ipt_evidence.analysis.loading import EvidenceTables
from ipt_evidence.appraisal.risk_of_bias import UNKNOWN
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis.networks.contrasts import MEASURE_OF, NetworkEvidence


def network_contrasts(
    evidence: EvidenceTables,
    *,
    condition: str,
    outcome: str,
    timepoint: str = "post",
    phase: str = "acute",
    effects: pd.DataFrame | None = None,
    arms: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one effect per trial and pair of its treatments, ready for :func:`ipt_evidence.synthesis.network`.

    The effects are chosen by the rules of the questions; those of one trial become one contrast per pair of classes,
    and those of a trial with several arms fit together, as :func:`network` asks.

    Parameters
    ----------
    evidence : EvidenceTables
        From :func:`ipt_evidence.load`.
    condition, outcome, timepoint, phase : str
        What the network is on, in words of the vocabulary; a condition pools those below it.
    effects, arms : DataFrame, optional
        In the place of :attr:`EvidenceTables.effects` and of the table ``arms``.

    Returns
    -------
    DataFrame
        ``trial_id``, ``study``, ``treatment1``, ``treatment2`` (classes of treatments), ``yi`` (positive favours the
        first; standardised mean difference or log odds ratio), ``vi``, ``n1``, ``n2`` (people), ``risk`` of bias, and
        more.

    Raises
    ------
    EvidenceError
        If the vocabulary has no such condition or outcome.
    SynthesisError
        If no two trials compare treatments on that.
    """
    words = evidence.vocabulary
    members = words.members_of(condition)
    words.event_good(outcome)
    measure = MEASURE_OF[words.outcomes.set_index("outcome")["kind"][outcome]]
    every = evidence.effects if effects is None else effects
    of_arms = evidence["arms"] if arms is None else arms
    found = NetworkEvidence(every[every["condition"].isin(members)], of_arms, words, evidence.settings["synthesis"])
    about = (outcome, timepoint, phase, measure)
    if not found.compares(about):
        raise SynthesisError(f"no trial in the tables compares treatments on {outcome}, {timepoint}, in {condition}")
    bearing = found.bearing(about)
    risk = evidence.risk_of(bearing.used)
    contrasts = bearing.contrasts.reset_index(drop=True)
    return contrasts.assign(risk=[risk.get(trial, UNKNOWN) for trial in contrasts["trial_id"]])
