"""Effects as other programs read them: ratios and differences of risk of the event itself, wanted or not."""

from dataclasses import replace

from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers
from ipt_evidence.words.figures import Figures


def is_turned(review: Review, outcome: str) -> bool:
    """Return whether an outcome counts an event that is not wanted, so that our effects on it bear the other sign."""
    row = review.vocabulary.outcomes.set_index("outcome").loc[outcome]
    return bool(row["kind"] == "event" and not row["event_good"])


def of_event(figures: Figures, *, turned: bool) -> Figures:
    """Return figures whose ratio or difference is that of the event: with the other sign where it is not wanted."""
    if not turned:
        return figures
    return replace(
        figures,
        estimate=-figures.estimate,
        ci_low=-figures.ci_high,
        ci_high=-figures.ci_low,
        pi_low=-figures.pi_high,
        pi_high=-figures.pi_low,
    )


def favourable(measure: str, first: str, *, turned: bool) -> str:
    """Say which way is good for the first side: ``below 1 favours IPT`` of an event that is not wanted."""
    return f"{'below' if turned else 'above'} {numbers.MEASURES[measure].null:.0f} favours {first}"
