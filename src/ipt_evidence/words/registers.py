"""The words of the two registers: professional and plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipt_evidence.words.labels import CERTAINTIES, CERTAINTY_DOMAINS, Labels, within
from ipt_evidence.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """How a sentence says that one treatment does better than another on an outcome.

    Attributes
    ----------
    verb : tuple of str
        What a treatment does, as infinitive and in the third person: ``("reduce", "reduces")``.
    object : str
        What it does it to: ``symptoms``.
    noun : str
        What a treatment may make no important difference to.
    more, less : str
        The words for doing better and for doing worse.
    """

    verb: tuple[str, str]
    object: str
    noun: str
    more: str = "more"
    less: str = "less"


BRING, IS, LEAD = ("bring", "brings"), ("be", "is"), ("lead", "leads")
OFTEN, SELDOM = ("more often", "less often"), ("less often", "more often")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Words for one kind of reader.

    Attributes
    ----------
    name, heading : str
        The register, and the heading over text in it.
    people : tuple of str
        What one and several participants are called.
    label : str
        The column of the vocabulary that holds its labels.
    outcomes : mapping of str to OutcomeWords
        By outcome; others get usual words.
    compared : str
        The column that holds the labels of treatment classes where something is compared with them; where it is empty,
        the label stands.
    phases, times : mapping of str to str
        What follows the condition, by phase; what ends the sentence, by time point (dropout is counted during
        treatment).
    spread : mapping of str to tuple of str
        What a prediction interval that includes no difference means, by direction: before and after its
        figures.
    risk : mapping of str to str
        What is known of risk of bias.
    certainty : mapping of str to str
        How certain an answer is.
    domains, rules : mapping of str to str
        What takes certainty away: by the rule that decided, and by domain for rules without words of their own.
    fragile : tuple of str
        What is said where other choices change the answer: before and after the figures.
    events : mapping of str to str
        What people do of whom an event is counted, by outcome; empty in a register that counts no people.
    statistics : bool
        Whether effects, intervals and shares are printed. A register without them says what they mean, and counts
        trials and people.
    checks : tuple of str
        What one and several sensitivity analyses are called.
    """

    name: str
    heading: str
    people: tuple[str, str]
    label: str
    outcomes: Mapping[str, OutcomeWords]
    compared: str
    phases: Mapping[str, str]
    times: Mapping[str, str]
    spread: Mapping[str, tuple[str, str]]
    risk: Mapping[str, str]
    certainty: Mapping[str, str]
    domains: Mapping[str, str]
    rules: Mapping[str, str]
    fragile: tuple[str, str]
    events: Mapping[str, str]
    statistics: bool
    checks: tuple[str, str]


PROFESSIONAL = Register(
    name="professional",
    heading="Professional reading",
    people=("participant", "participants"),
    outcomes={
        "symptom_severity": OutcomeWords(("reduce", "reduces"), "symptoms", "symptoms"),
        "functioning": OutcomeWords(("improve", "improves"), "functioning", "functioning"),
        "response": OutcomeWords(LEAD, "to response", "rates of response", *OFTEN),
        "remission": OutcomeWords(LEAD, "to remission", "rates of remission", *OFTEN),
        "recovery": OutcomeWords(LEAD, "to recovery", "rates of recovery", *OFTEN),
        "relapse": OutcomeWords(IS, "followed by relapse or recurrence", "rates of relapse", *SELDOM),
        "onset": OutcomeWords(IS, "followed by onset of illness", "rates of onset", *SELDOM),
        "dropout": OutcomeWords(IS, "stopped early", "rates of dropout", *SELDOM),
    },
    label="label",
    compared="compared_label",
    phases={"acute": "", "maintenance": "in maintenance treatment", "prevention": "in prevention"},
    times={"post": "at the end of treatment", "followup": "at follow-up", "dropout": "during treatment"},
    spread={
        "favours_intervention": (
            "The ",
            " includes no difference and results that favour {comparator}: "
            "in a new, similar trial {subject} may do no better, or worse.",
        ),
        "favours_comparator": (
            "The ",
            " includes no difference and results that favour {subject}: "
            "in a new, similar trial {subject} may do just as well, or better.",
        ),
        "either": ("The ", " includes results that favour either side: a new, similar trial may find so."),
    },
    risk={
        "low": "It is at low risk of bias.",
        "some_concerns": "Its risk of bias raises some concerns.",
        "high_or_unclear": "Its risk of bias is high or unclear: our source does not tell the two apart.",
        "high": "It is at high risk of bias.",
        "unknown": "Our sources do not judge its risk of bias.",
        "all_unknown": "Our sources do not judge the risk of bias of any of these trials.",
        "sound_name": "trials at low risk of bias",
        "sound": "Alone, those at low risk find ",
        "sound_differ": ", which differs from what the others find by more than chance.",
        "share_none": "No weight comes from trials at low risk of bias",
        "share_of": "Of the weight, ",
        "share": " comes from trials at low risk of bias",
        "share_unknown": " and {unknown} from trials whose risk of bias our sources do not judge",
    },
    certainty={
        "opening": "Certainty (GRADE): ",
        **{slug: within(label) for slug, label in CERTAINTIES.items()},
        "because": ", rated down for {reasons}",
        "provisional": "That is provisional: if the trials that nobody judged {outcomes}.",
        "if_sound": "proved to be at low risk of bias, it would be {level}",
        "if_at_risk": "proved to be at high risk of bias, it would be {level}",
    },
    domains={"start": "allocation that may not have been random"}
    | {slug: within(label) for slug, label in CERTAINTY_DOMAINS.items()},
    rules={
        "not_assessed": "risk of bias that nobody in our sources judged",
        "few_people": "few people",
        "size_not_known": "an information size that is not known",
        "sizes_not_known": "trials of unknown size",
        "results_missing": "trials that gave no usable figures",
    },
    fragile=("In ", " the interval no longer excludes no difference."),
    events={},
    statistics=True,
    checks=("sensitivity analysis", "sensitivity analyses"),
)

PLAIN = Register(
    name="plain",
    heading="Plain reading",
    people=("person", "people"),
    outcomes={
        "symptom_severity": OutcomeWords(("ease", "eases"), "symptoms", "symptoms"),
        "functioning": OutcomeWords(
            ("help", "helps"), "with daily life and relationships", "daily life and relationships"
        ),
        "response": OutcomeWords(BRING, "clear improvement", "how often people clearly improve", *OFTEN),
        "remission": OutcomeWords(
            ("make", "makes"), "people largely free of symptoms", "how often people lose their symptoms", *OFTEN
        ),
        "recovery": OutcomeWords(BRING, "recovery", "how often people recover", *OFTEN),
        "relapse": OutcomeWords(IS, "followed by the illness coming back", "how often the illness comes back", *SELDOM),
        "onset": OutcomeWords(IS, "followed by illness", "how often people become ill", *SELDOM),
        "dropout": OutcomeWords(IS, "stopped early", "how often people stop early", *SELDOM),
    },
    label="plain_label",
    compared="plain_label",
    phases={
        "acute": "",
        "maintenance": "when therapy goes on to keep people well",
        "prevention": "when given to prevent illness",
    },
    times={"post": "at the end of treatment", "followup": "some time after treatment", "dropout": "during treatment"},
    spread={
        "favours_intervention": ("In new settings, {subject} may do no better, or worse.", ""),
        "favours_comparator": ("In new settings, {subject} may do just as well, or better.", ""),
        "either": ("In new settings, either may do better.", ""),
    },
    risk={
        "low": "It was judged to be a sound trial.",
        "some_concerns": "There are some concerns about how sound it is.",
        "high_or_unclear": "It has weak points, or does not report enough to tell.",
        "high": "It was judged to have serious weak points.",
        "unknown": "Our sources do not say how sound it is.",
        "all_unknown": "Our sources do not say how sound these trials are.",
        "sound_name": "sound trials",
        "sound_less": "On their own, the trials judged sound find a smaller difference",
        "sound_less_or_none": "On their own, the trials judged sound find a smaller difference, or none",
        "sound_other": "On their own, the trials judged sound find something else",
        "share_none": "No trial here was judged sound",
        "share_less": "Less than half of this comes from trials judged sound",
        "share_most": "At least half of this comes from trials judged sound",
        "share_unknown": "; for some, our sources do not say",
    },
    certainty={
        "opening": "",
        "high": "We can be very sure of this",
        "moderate": "We can be fairly sure of this",
        "low": "We cannot be very sure of this",
        "very_low": "We cannot be at all sure of this",
        "because": ": {reasons}",
        "provisional": "This may change: if the trials that nobody judged {outcomes}.",
        "if_sound": "prove sound, our certainty would be {level}",
        "if_at_risk": "prove to have weak points, our certainty would be {level}",
    },
    domains={
        "start": "people may not have been put in groups by chance",
        "risk_of_bias": "not enough of this comes from trials judged sound",
        "inconsistency": "results differ from trial to trial",
        "indirectness": "the fit with the question is not close",
        "imprecision": "the result is not exact",
        "publication_bias": "some results may be missing",
    },
    rules={
        "not_assessed": "our sources do not say how sound this is",
        "mostly_high_and_different": "most trials have weak points, and the sound ones find something else",
        "one_trial_from_different": "without one of the trials judged sound, the sound ones find something else",
        "few_people": "few people took part",
        "size_not_known": "how many people it would take is not known",
        "sizes_not_known": "how many people took part is not known",
        "results_missing": "some trials gave no figures that could be used",
        "small_trials_only": "only small trials found it, and trials that found nothing may be missing",
    },
    fragile=("In ", " with other methods or fewer trials, the answer is no longer clear."),
    events={
        "response": "clearly improve",
        "remission": "are largely free of symptoms",
        "recovery": "recover",
        "relapse": "become ill again",
        "onset": "become ill",
        "dropout": "stop early",
    },
    statistics=False,
    checks=("check", "checks"),
)

REGISTERS = {"professional": PROFESSIONAL, "plain": PLAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A register with the labels that its sentences need.

    Attributes
    ----------
    register : Register
        Professional or plain words.
    reviewed, therapy : str
        The class of the therapy under review, and its short name.
    conditions, classes, outcomes, trials : mapping of str to str
        Labels by condition, treatment class compared with, outcome and trial_id, as they stand within a sentence.
    subjects : mapping of str to str
        Labels by treatment class under review; what the review is about goes by its short name in every register.
    does : mapping of str to OutcomeWords
        Words by outcome: those of the register, or usual ones made from the label.
    """

    register: Register
    reviewed: str
    therapy: str
    conditions: Mapping[str, str]
    classes: Mapping[str, str]
    outcomes: Mapping[str, str]
    subjects: Mapping[str, str]
    does: Mapping[str, OutcomeWords]
    trials: Mapping[str, str]

    def sides(self, intervention: str, comparator: str) -> dict[str, str]:
        """Return what the two sides of a question are called, as ``subject`` and ``comparator``."""
        subject = self.subjects[intervention]
        other = f"another form of {subject}" if intervention == comparator else self.classes[comparator]
        return {"subject": subject, "comparator": other}


def voice(register: Register, vocabulary: Vocabulary, labels: Labels) -> Voice:
    """Prepare a register for the sentences of a review."""
    classes, outcomes = vocabulary.treatment_classes, vocabulary.outcomes
    compared = classes.assign(label=classes[register.compared].fillna(classes[register.label]))
    named = _within(compared, "class", "label")
    labelled = _within(outcomes, "outcome", register.label)
    return Voice(
        register=register,
        reviewed=labels.reviewed,
        therapy=labels.therapy,
        conditions=_within(vocabulary.conditions, "condition", register.label),
        classes=named,
        outcomes=labelled,
        subjects=named | {labels.reviewed: labels.therapy},
        does={
            name: register.outcomes.get(name) or _usual(kind, vocabulary.event_good(name), labelled[name])
            for name, kind in zip(outcomes["outcome"], outcomes["kind"], strict=True)
        },
        trials=labels.trials,
    )


def _usual(kind: str, event_good: bool | None, label: str) -> OutcomeWords:
    """Make words for an outcome of a review's own."""
    if kind == "continuous":
        return OutcomeWords(("improve", "improves"), label, label)
    if event_good:
        return OutcomeWords(LEAD, f"to {label}", f"rates of {label}", *OFTEN)
    return OutcomeWords(IS, f"followed by {label}", f"rates of {label}", *SELDOM)


def _within(table: "pd.DataFrame", key: str, column: str) -> dict[str, str]:
    return {name: within(label) for name, label in zip(table[key], table[column], strict=True)}
