"""The headings of the parts of a guide, and what a guide may ask."""

HEADINGS = {
    "adaptations": ("Ways to give it", "Adaptations"),
    "claims_by_condition": ("What the guide says, and what the trials show", "Claims by condition"),
    "effectiveness": ("How well it works", "Effectiveness"),
    "evidence_summary": ("What trials show, in short", "Evidence summary"),
    "guideline_support": ("What guidelines say", "Guideline support"),
    "indications": ("What it has been tried for", "Indications"),
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

QUESTIONS = {
    "how_long": "How long does {therapy} last?",
    "helps": "Does {therapy} help with {condition}?",
    "only": "Is {therapy} only for {condition}?",
    "differs": "How does {therapy} differ from {comparator}?",
}
"""What a guide may ask, in words."""

VERDICTS = {
    "supported": "This holds as worded.",
    "partly_supported": "This holds in part. Better:",
    "not_supported": "Our tables do not carry this. Better:",
    "contradicted": "Trials speak against this. Better:",
    "no_trials": "Our tables hold no trial on this. That says nothing for or against it.",
    "not_assessable": "Our tables cannot judge this. What they can say:",
}
"""A verdict on a claim, as a short text says it before what could be printed instead."""
