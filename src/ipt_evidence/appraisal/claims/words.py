"""The words and numbers of the audit: plain sentences about one answer, as sure as its rating allows."""

from math import exp

from ipt_evidence.appraisal.claims.findings import Finding
from ipt_evidence.words.vocabulary import Vocabulary

MINUS = "\N{MINUS SIGN}"

SYMBOLS = {
    "SMD": "g = ", "MD": "mean difference ", "RD": "risk difference ", "logOR": "odds ratio ", "logRR": "risk ratio ",
    "logHR": "hazard ratio ",
}  # fmt: skip

CERTAINTY = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very_low": "very low certainty",
}

DOES = {
    "symptom_severity": ("ease", "eases", "symptoms more", "symptoms less"),
    "functioning": (
        "help",
        "helps",
        "with daily life and relationships more",
        "with daily life and relationships less",
    ),
    "response": ("bring", "brings", "clear improvement more often", "clear improvement less often"),
    "remission": ("free", "frees", "people of symptoms more often", "people of symptoms less often"),
    "recovery": ("bring", "brings", "recovery more often", "recovery less often"),
    "relapse": ("keep", "keeps", "illness from coming back more often", "illness from coming back less often"),
    "onset": ("keep", "keeps", "people from becoming ill more often", "people from becoming ill less often"),
    "dropout": ("keep", "keeps", "people in treatment more often", "people in treatment less often"),
}
"""What IPT does: infinitive, third person, and the words for doing better and for doing worse, by outcome."""

SAME = {"strong": "does about as well as", "moderate": "probably does about as well as",
        "limited": "may do about as well as"}  # fmt: skip

POINTING = {
    "favours_intervention": ("One trial favours IPT over {other}", "The trials favour IPT over {other}"),
    "favours_comparator": ("One trial favours {other} over IPT", "The trials favour {other} over IPT"),
    "no_important_difference": (
        "One trial shows no important difference from {other}",
        "The trials show no important difference from {other}",
    ),
    "unclear": (
        "One trial leaves open how IPT compares with {other}",
        "The trials leave open how IPT compares with {other}",
    ),
}
"""Which way one trial, and several, point, by direction."""

PHASES = {
    "acute": "",
    "maintenance": " when therapy goes on to keep people well",
    "prevention": " when it is given to prevent illness",
}


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with the word it counts: ``1 trial``, ``23 trials``, ``no trials``."""
    words = one if number == 1 else many or f"{one}s"
    return f"{number:,} {words}" if number else f"no {words}"


def together(words: list[str]) -> str:
    """Join words as in a sentence: ``a, b and c``."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """Begin a text with a small letter, to follow a colon."""
    return text[:1].lower() + text[1:]


def figures(finding: Finding) -> str:
    """Write what an answer rests on and how sure it is, to stand in parentheses."""
    part = ["trials at high risk of bias left out"] if finding.basis == "without_high_risk" else []
    certainty = [CERTAINTY[finding.certainty]] if finding.certainty else []
    return "; ".join([size(finding), *part, effect(finding), *certainty])


def size(finding: Finding) -> str:
    """Say how many trials and people an answer rests on."""
    trials = counted(finding.k, "trial")
    if finding.k_without_n == finding.k:
        return f"{trials}, number of people not known"
    people = f"{trials} with {counted(int(finding.n_participants), 'person', 'people')}"
    return f"{people}, number not known for {finding.k_without_n}" if finding.k_without_n else people


def effect(finding: Finding) -> str:
    """Write an effect with its interval: ``g = 0.48, 95% CI 0.30 to 0.65``."""
    low, high = (number(bound, finding.measure) for bound in (finding.ci_low, finding.ci_high))
    estimate = f"{SYMBOLS[finding.measure]}{number(finding.estimate, finding.measure)}"
    return f"{estimate}, {100 * finding.level:.0f}% CI {low} to {high}"


def number(value: float, measure: str) -> str:
    """Write a value of the tables as shown on its measure; what rounding would call no difference gets more places."""
    is_ratio = measure.startswith("log")
    shown, null = (exp(min(value, 700.0)), 1.0) if is_ratio else (value, 0.0)
    places = 2
    while abs(shown - null) > 1e-6 and float(f"{shown:.{places}f}") in (null, 0.0):
        places += 1
    return f"{shown:,.{places}f}".replace("-", MINUS)


def class_label(name: str, vocabulary: Vocabulary) -> str:
    """Return the plain label of a class of treatments as it stands in a sentence."""
    labels = vocabulary.treatment_classes
    found = str(labels.loc[labels["class"].eq(name), "plain_label"].item())
    return {"ipt": "another form of IPT"}.get(name, found)


def condition_label(name: str, vocabulary: Vocabulary) -> str:
    """Return the plain label of a condition."""
    labels = vocabulary.conditions
    return str(labels.loc[labels["condition"].eq(name), "plain_label"].item())


def outcome_label(name: str, vocabulary: Vocabulary) -> str:
    """Return the plain label of an outcome."""
    labels = vocabulary.outcomes
    return str(labels.loc[labels["outcome"].eq(name), "plain_label"].item())


def state(finding: Finding, vocabulary: Vocabulary, subject: str = "") -> str:
    """Say what an answer allows to say, no surer than its strength, with its figures.

    Parameters
    ----------
    finding : Finding
        The answer, with at least one trial.
    vocabulary : Vocabulary
        Labels.
    subject : str
        The form of IPT, or IPT in the people, that the answer is about; empty if it is about all.
    """
    ipt = subject or ("IPT" if finding.intervention == "ipt" else "IPT together with medication")
    opening = f"For {condition_label(finding.condition, vocabulary)}{PHASES[finding.phase]}"
    return f"{opening}, {_says(finding, ipt, vocabulary)} ({figures(finding)})."


def _says(finding: Finding, subject: str, vocabulary: Vocabulary) -> str:
    other = class_label(finding.comparator, vocabulary)
    infinitive, third, more, less = DOES[finding.outcome]
    ends = {"favours_intervention": more, "favours_comparator": less}
    end = f"{ends.get(finding.direction, more.replace('more', 'more or less'))} than {other}"
    if finding.direction == "no_important_difference" and finding.strength in SAME:
        return f"{subject} {SAME[finding.strength]} {other}"
    doing = {
        "strong": f"{subject} {third} {end}",
        "moderate": f"{subject} probably {third} {end}",
        "limited": f"{subject} may {infinitive} {end}",
    }
    return doing.get(finding.strength, f"we do not know whether {subject} {third} {end}")


def pointing(finding: Finding, vocabulary: Vocabulary) -> str:
    """Say which way the trials of an answer point, without saying how sure that is."""
    one, several = POINTING[finding.direction]
    return (one if finding.k == 1 else several).format(other=class_label(finding.comparator, vocabulary))
