"""The words for verdicts on claims, for what guidelines say and for how they relate to our labels."""

VERDICTS = {
    "supported": ("\N{CHECK MARK}", "Supported", "The trials in our tables support the claim, as it is worded."),
    "partly_supported": (
        "\N{CIRCLE WITH LEFT HALF BLACK}",
        "Partly supported",
        "The trials support part of it: the direction but not the strength, or some of the people or numbers it names.",
    ),
    "not_supported": (
        "\N{WHITE CIRCLE}",
        "Not supported",
        "There are trials, and they are too few, leave it open, or favour another treatment that also works. That does "
        "not show that the claim is wrong.",
    ),
    "contradicted": ("\N{BALLOT X}", "Contradicted", "The trials point the other way, or show no benefit."),
    "no_trials": (
        "\N{EN DASH}",
        "No trials",
        "No trial in our tables bears on it. That is neither for nor against the claim.",
    ),
    "not_assessable": ("?", "Not assessable", "Our tables do not hold what would be needed to judge it."),
}
"""Symbol, label and meaning of each verdict, best first."""

IN_PART = "Holds in part"

VERDICTS_BRIEFLY = {
    "supported": ("Holds as worded.",),
    "partly_supported": (f"{IN_PART}.",),
    "not_supported": ("Not supported by our tables.",),
    "contradicted": ("Trials speak against it.",),
    "no_trials": ("Our tables hold no trial on this.", "That says nothing for or against it."),
    "not_assessable": ("Our tables cannot judge this.",),
}
"""A verdict on a claim, as a short text says it before what could be printed in its place; the first is the line."""

STANCES = {
    "recommended_first_line": "{therapy} as a first choice",
    "recommended_second_line": "{therapy} as a second choice",
    "recommended": "{therapy} recommended",
    "option": "{therapy} as an option",
    "insufficient_evidence": "Evidence found insufficient",
    "not_recommended": "{therapy} not recommended",
    "not_mentioned": "{therapy} not mentioned in what we read",
}
"""What a guideline may say of a therapy, in the order texts list it; see :meth:`Labels.named`."""

STANCES_BRIEFLY = {
    "recommended_first_line": ("a first choice for {names}", True),
    "recommended": ("recommended by {names}", True),
    "recommended_second_line": ("a second choice for {names}", True),
    "option": ("an option for {names}", True),
    "listed": ("just listed by {names}", False),
    "insufficient_evidence": ("held to have too little evidence by {names}", False),
    "not_mentioned": ("not named by {names}", False),
    "not_recommended": ("advised against by {names}", False),
}
"""What bodies make of the therapy, in words that follow ``is``, and whether they name it for people to be given."""

BODY_SAYS = {
    "recommends": "recommends {therapy} for {label}",
    "names": "names {therapy} for {label} as one option among others",
    "lists": "rates evidence on {therapy} for {label}, which is no recommendation",
    "does_not": "does not recommend {therapy} for {label} in what we read",
    "advises_against": "advises against {therapy} for {label}",
    "not_read": "said nothing on {therapy} for {label} in what we read",
}
"""What a body a claim names says at best, best first, in words that follow its name."""

READ_AS = {
    "abstract": "read in the abstract",
    "guideline_owner_page": "read on a page of the body itself",
    "guideline_text": "read in the guideline itself",
    "guideline_text_mirror": "read in a copy of the guideline",
    "secondary_summary": "read in a summary by others",
}
"""How a guideline was read."""

RELATIONS = {
    "agrees": ("=", "Goes as far as our label"),
    "guideline_stronger": (">", "Goes further than our label"),
    "guideline_weaker": ("<", "Goes less far than our label"),
    "not_comparable": ("\N{NOT EQUAL TO}", "Cannot be compared"),
    "no_trials": ("\N{EN DASH}", "No trial beside it"),
}
"""Symbol and words for how a recommendation relates to our label."""

KINDS = {
    "efficacy": "whether {therapy} helps",
    "comparative": "how {therapy} compares with another treatment",
    "dose": "how long {therapy} takes",
    "delivery": "a way to deliver {therapy}",
    "breadth": "how widely {therapy} was studied or suits",
    "non_indication": "where {therapy} may not be enough",
    "adaptation": "where {therapy} needs adapting",
    "exclusive": "how few treatments do as well as {therapy}",
    "guideline": "what guidelines say",
    "reading_list": "what to read",
    "unrecorded": "something that no table of ours records",
}
"""What each kind of claim is about; see :meth:`Labels.named`."""
