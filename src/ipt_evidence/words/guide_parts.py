"""The headings of the parts of a guide, and the words of its short form that go by verdict and kind of claim."""

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

VERDICTS = {
    "supported": "Holds as worded.",
    "partly_supported": "Holds in part.",
    "not_supported": "Not carried by our tables.",
    "contradicted": "Trials speak against it.",
    "no_trials": "Our tables hold no trial on this. That says nothing for or against it.",
    "not_assessable": "Our tables cannot judge this.",
}
"""A verdict on a claim, as a short text says it before what could be printed in its place."""

NO_TRIAL_ON = "Our tables hold no trial on {topics}. That says nothing for or against {therapy}."
UNRECORDED = "Our tables record nothing on {topics}, so they cannot judge this."
CUT = "More stands in the full text."
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

STANCES = {
    "recommended_first_line": ("a first choice for {names}", True),
    "recommended": ("recommended by {names}", True),
    "recommended_second_line": ("a second choice for {names}", True),
    "option": ("an option for {names}", True),
    "listed": ("listed, without advice, by {names}", False),
    "insufficient_evidence": ("held to have too little evidence by {names}", False),
    "not_mentioned": ("not named by {names}", False),
    "not_recommended": ("advised against by {names}", False),
}
"""What bodies make of the therapy, in words that follow ``is``, and whether they name it for people to be given."""
