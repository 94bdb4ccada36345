"""Claims that the therapy works about as well as another treatment: the whole interval against the MID, both ways."""

from dataclasses import replace

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims.base import Base, Claim
from ipt_evidence.appraisal.claims.efficacy import compares, unanswered
from ipt_evidence.appraisal.claims.questions import asked, tested
from ipt_evidence.appraisal.claims.verdicts import Verdict, reaches
from ipt_evidence.appraisal.strength import read_interval
from ipt_evidence.engine.intervals import short_of
from ipt_evidence.words import numbers
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.sentences import quoted, rated_figures, suggested, unsettled


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claim that the therapy does about as well as another treatment."""
    found = tuple(one for one in asked(claim, base) if compares(claim, one, base))
    ranked = tested(found, base)
    if not ranked:
        return unanswered(claim, found, base)
    decides = ranked[0]
    verdict, rule_id = similar(decides)
    why = (_why(_reasons(decides, base)[rule_id], decides, base),)
    # The rating knows only whether a difference is shown; here what is claimed is that there is none.
    instead = () if verdict == "supported" else (_instead(decides, rule_id, base),)
    beside = tuple(one.question_id for one in found if one is not decides)
    return Verdict(
        verdict=verdict, rule_id=rule_id, why=why, instead=instead, question_ids=(decides.question_id, *beside),
        beside=beside, answer=decides,
    )  # fmt: skip


def similar(answer: Answer) -> tuple[str, str]:
    """Say what an answer makes of the claim that two treatments do about equally well.

    Returns
    -------
    verdict, rule_id : str
        ``inside``: the whole interval is short of the MID both ways and the evidence at least limited;
        ``inside_weak``: likewise with less evidence, which carries nothing; ``beyond_*``: the whole interval is
        beyond the MID; ``differs_*``: it excludes no difference; ``open_better``, ``open_worse``: it leaves open an
        important difference one way only, and the evidence is at least limited; ``open``: anything else.
    """
    rated, mid = answer.rated, answer.mid
    low, high = rated.ci_low, rated.ci_high
    reading, side = read_interval(rated.estimate, low, high, mid), "better" if low > 0 else "worse"
    relied_on = reaches(answer.strength, "limited")
    if reading.interval_vs_mid == "beyond":
        return ("contradicted" if relied_on else "not_supported"), f"beyond_{side}"
    if reading.interval_vs_mid == "short":
        return ("supported", "inside") if relied_on else ("not_supported", "inside_weak")
    if reading.interval_vs_null == "excludes":
        return "not_supported", f"differs_{side}"
    not_worse, not_better = short_of(low, high, mid)
    if relied_on and not_worse:
        return "partly_supported", "open_better"
    if relied_on and not_better:
        return "partly_supported", "open_worse"
    return "not_supported", "open"


def _why(reason: str, answer: Answer, base: Base) -> Sentence:
    """Give a reason with the figures it goes by, the smallest important difference among them."""
    how = numbers.MEASURES[answer.rated.measure]
    bar = f"smallest important difference {how.symbol}{numbers.effect(answer.mid, answer.rated.measure)}{how.unit}"
    return Sentence(f"{reason} (", f"{rated_figures(answer, base.voice)}; {bar}", ").", answer.question_id)


def _reasons(answer: Answer, base: Base) -> dict[str, str]:
    sides = base.voice.sides(answer.intervention, answer.comparator)
    therapy, other = sides["subject"], sides["comparator"]
    bar = "the smallest important difference"
    rules_out = f"The interval rules out that {therapy} does"
    return {
        "inside": f"The whole interval is short of {bar} either way",
        "inside_weak": f"The whole interval is short of {bar} either way, but the evidence is too little to rely on",
        "beyond_better": f"The whole interval lies beyond {bar}: {therapy} does better than {other}",
        "beyond_worse": f"The whole interval lies beyond {bar}: {other} does better",
        "differs_better": f"The interval favours {therapy} over {other}",
        "differs_worse": f"The interval favours {other} over {therapy}",
        "open_better": f"{rules_out} worse by {bar}, not that it does better by as much",
        "open_worse": f"{rules_out} better by {bar}, not that it does worse by as much",
        "open": f"The trials leave open a difference as large as {bar}",
    }


def _instead(answer: Answer, rule_id: str, base: Base) -> Sentence:
    if not rule_id.startswith("open") or reaches(answer.strength, "limited"):
        return suggested(answer, base.voice)
    sides = base.voice.sides(answer.intervention, answer.comparator)
    unknown = unsettled("as_well", answer.condition, base.voice, end="", **sides)
    return replace(quoted(unknown.before, answer, ".", base.voice), opening=unknown.opening)
