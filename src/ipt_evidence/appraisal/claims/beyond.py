"""Claims that reach beyond the tables: about what none of them records, or about how few treatments do as well."""

from dataclasses import replace

from ipt_evidence.appraisal.claims import efficacy
from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.words.labels import listed
from ipt_evidence.words.sentence_parts import Sentence, begun


def judge_unrecorded(claim: Claim, base: Base) -> Verdict:
    """Judge a claim about something that no table records: it cannot be judged, and is named as such."""
    topic = listed(list(claim.not_measured))
    why = Sentence(f"Our tables record nothing on {topic}, so they cannot judge this.")
    instead = Sentence(f"Our tables cannot judge what is said on {topic}.")
    return Verdict(verdict="not_assessable", rule_id="not_recorded", why=(why,), instead=(instead,))


def judge_exclusive(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that few treatments are as well supported as the therapy, by what it says of the therapy alone.

    How many others are, tables of trials of one therapy cannot tell: only where trials contradict what is said of the
    therapy is the whole contradicted.
    """
    itself = efficacy.judge(claim, base)
    if itself.verdict == "contradicted":
        return itself
    therapy = base.voice.therapy
    why = Sentence(
        f"Our tables hold other treatments only where {therapy} was in the same trial, so they cannot say how many are "
        "as well supported."
    )
    own = tuple(begun(f"On {therapy} itself: ", one) if place == 0 else one for place, one in enumerate(itself.why))
    unknown = Sentence("How many match it our tables cannot say.")
    return replace(
        itself, verdict="not_assessable", rule_id="other_treatments_not_in_tables", why=(why, *own),
        instead=(*itself.instead, unknown),
    )  # fmt: skip
