"""The headings of the parts of a guide, and the words of its short form that go by rule and kind of claim."""

import re
from dataclasses import replace

from ipt_evidence.words.audit import IN_PART, VERDICTS_BRIEFLY
from ipt_evidence.words.sentence_parts import Sentence, unquoted

HEADINGS = {
    "adaptations": ("Adaptations", "Adaptations"),
    "claims_by_condition": ("What the guide says, and what the trials show", "Claims by condition"),
    "effectiveness": ("How well it works", "Effectiveness"),
    "evidence_summary": ("Evidence summary", "Evidence summary"),
    "guideline_support": ("What guidelines say", "Guideline support"),
    "indications": ("Indications", "Indications"),
    "last_evidence_review": ("When the evidence was last checked", "Last evidence review"),
    "limitations": ("What we do not know", "Limitations"),
    "questions_and_answers": ("Questions and answers", "Questions and answers"),
    "recommended_reading": ("Recommended reading", "Recommended reading"),
    "references": ("References", "References"),
    "source_registry": ("Where the figures come from", "Source registry"),
    "strength_of_evidence": ("How strong the evidence is", "Strength of evidence by condition"),
    "when_it_is_used": ("When it is used", "Use"),
}
"""In plain and in professional words, by part."""

HOLDS = {
    "answer_little_difference": "about alike, not shown better",
    "answer_no_difference": "about alike, not shown better",
    "benefit_weaker": "less surely",
    "length_not_recorded": "the number of sessions; how long one lasts is not recorded",
    "list_incomplete": "some works are missing, or not named",
    "middle_in_range": "the middle course fits, many do not",
    "most_unreported": "most that say so; more do not say",
    "open_better": "hardly worse, perhaps much better",
    "open_worse": "hardly better, perhaps much worse",
    "some_groups": "for some groups, not for all",
    "some_recommend": "named, not always recommended",
}
"""Which part of a claim holds and which does not, by the rule of the audit; beside figures a few words find room."""


def verdict_in_words(verdict: str, rule_id: str) -> tuple[str, ...]:
    """Say the verdict on a claim in a sentence or two; of one that holds in part, which part does and which not."""
    part = HOLDS.get(rule_id.removeprefix("subset_"), "")
    return (f"{IN_PART}: {part}.",) if verdict == "partly_supported" and part else VERDICTS_BRIEFLY[verdict]


SCALE = re.compile(r" \([^()]*\b[A-Z][A-Za-z]*-\d[^()]*\)")
"""What names scores on a scale in parentheses: ``(mild; PHQ-9 below 16)``."""


def without_scales(text: str) -> str:
    """Leave out scores on scales that stand in parentheses: readers of plain words know none of them."""
    return SCALE.sub("", text)


def in_plain_words(sentence: Sentence) -> Sentence:
    """Say a sentence of the audit without figures, nor scores on scales in any part of it."""
    bare = unquoted(sentence)
    texts = {name: without_scales(getattr(bare, name)) for name in ("before", "figures", "after", "opening")}
    return replace(bare, **texts)


NO_TRIAL_ON = ("Our tables hold no trial on {topics}.", "That says nothing for or against {therapy}.")
UNRECORDED = ("Our tables record nothing on {topics}, so they cannot judge this.",)
"""What is said of claims together, sentence by sentence; the first is the line."""

IN_FULL = "in the full text."
"""How a sentence ends that points from a short text to the long one."""

CUT = "More stands"
"""What stands where there was no room for all that the audit says."""

SETTLES = "{topic}: our tables settle nothing."
"""What a guide prints in the place of claims that settle nothing, and that no trial, and no table, bears on."""

TOPICS = {
    "dose": "How long it takes",
    "breadth": "For whom",
    "exclusive": "Beside other therapies",
    "guideline": "What guidelines say",
    "reading_list": "What to read",
}
"""The heading over what stands in the place of a claim of these kinds; others are headed by what they are about."""
