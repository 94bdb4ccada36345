"""The one error family of the package: every message says what is wrong, where, and what would put it right."""


class EvidenceError(Exception):
    """Anything the user can put right: bad data, an impossible request, a missing file."""


class EffectSizeError(EvidenceError):
    """Summary statistics from which no effect size follows."""


class SynthesisError(EvidenceError):
    """Effect sizes that cannot be pooled as asked."""
