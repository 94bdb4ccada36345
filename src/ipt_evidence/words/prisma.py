"""The items of PRISMA 2020 (Page et al. 2021), in our own words, with what a review of this kind reports of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

REPORTED, PARTLY, UNRECORDED = "reported", "reported in part", "not recorded"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the checklist.

    Attributes
    ----------
    part, number, asks : str
        The part of a report, the number of the item, and what it asks for.
    state, said : str
        Whether it is reported, and what there is to say of that.
    places : tuple of (str, str)
        Where it is reported: address below ``reports``, and name.
    needs, without, otherwise : str
        What a review must have for that, as a number that is counted; what is to say of one that has none, and
        whether such a one reports the item.
    """

    part: str
    number: str
    asks: str
    state: str
    said: str
    places: tuple[tuple[str, str], ...] = ()
    needs: str = ""
    without: str = ""
    otherwise: str = PARTLY

    def filled(self, counted: Mapping[str, Any]) -> "Item":
        """Return the item as it is for a review, of which things were counted."""
        has = not self.needs or bool(counted[self.needs])
        said = self.said if has else self.without
        return replace(self, said=said.format(**counted), state=self.state if has else self.otherwise)


INDEX, METHODS, FLOW = ("index.html", "Answers"), ("methods.html", "Methods"), ("flow.html", "Flow of reports")
PUBLISHED, CHECKS, GAPS = (
    ("published.html", "Published results"),
    ("checks.html", "Data checks"),
    ("gaps.html", "Gap map"),
)
PLAN, SETTINGS = ("methods.html#plan", "Plan"), ("methods.html#settings", "Settings")
CONDITIONS, DATA = ("index.html#conditions", "Pages on conditions"), ("index.html#machines", "Data")
EACH_QUESTION, EACH_TRIAL = ("search.html", "Pages on questions"), ("search.html?q=trial", "Pages on trials")
NETWORKS = ("search.html?q=network", "Pages on networks")

ITEMS = (
    Item("Title", "1", "Says that it is a systematic review", PARTLY,
         "Called an evidence review; what searches found is logged.", (INDEX,), needs="records",
         without="Called an evidence review: that a systematic search was made is not recorded."),
    Item("Abstract", "2", "An abstract by its own checklist", UNRECORDED,
         "There is no abstract; the first page says in short what was found.", (INDEX,)),
    Item("Introduction", "3", "Why the review was made, given what is known", UNRECORDED,
         "Our tables hold no text on this."),
    Item("Introduction", "4", "Objectives or questions, explicit", REPORTED,
         "{questions} questions, each by condition, comparison, outcome and time point.", (PLAN, EACH_QUESTION)),
    Item("Methods", "5", "What was included and excluded, and how studies are grouped", PARTLY,
         "How trials are grouped, and why each result is or is not part of an answer, is stated; criteria for "
         "searching and screening are not recorded.",
         (METHODS, FLOW)),
    Item("Methods", "6", "Every source searched, with the date of the last search", PARTLY,
         "The screening log names the sources that records came from, with the day of the last search: {searches}. A "
         "source that held nothing is not in it.",
         (("index.html#licence", "Data sets"), FLOW), needs="records", otherwise=UNRECORDED,
         without="The tables record no search. They name the {sources} sources that figures were read from, and the "
         "day the tables were last checked ({last_review}), which is no date of a search."),
    Item("Methods", "7", "Full search strategies", UNRECORDED, "The tables record none."),
    Item("Methods", "8", "How eligibility was decided, by whom", PARTLY,
         "Of {screened} records screened, two people judged {judged_twice} by title and abstract, each by themselves. "
         "Who they were is not recorded.",
         (FLOW,), needs="screened", otherwise=UNRECORDED,
         without="The tables record reasons for exclusion, not who screened."),
    Item("Methods", "9", "How data were taken, by whom", PARTLY,
         "Each figure names its source, and each correction and doubt is listed; how many people extracted it is not "
         "recorded.",
         (CHECKS,)),
    Item("Methods", "10a", "Outcomes sought, and which results if there are several", REPORTED, "", (METHODS, PLAN)),
    Item("Methods", "10b", "Other variables, and assumptions on what is missing", REPORTED, "", (METHODS, DATA)),
    Item("Methods", "11", "How risk of bias was assessed", PARTLY,
         "Tools and rules are stated; the judgements are those of our sources, and who made them is known only as "
         "far as they say.",
         (METHODS, EACH_TRIAL)),
    Item("Methods", "12", "Effect measure of each outcome", REPORTED,
         "Also as numbers of people, with the rules by which they follow.", (METHODS, PLAN)),
    Item("Methods", "13a", "How studies were found to belong to each synthesis", REPORTED, "",
         (METHODS, EACH_QUESTION)),
    Item("Methods", "13b", "How data were prepared: conversions, missing statistics", REPORTED,
         "Each effect names its formula.", (METHODS, EACH_QUESTION)),
    Item("Methods", "13c", "How results are tabulated and plotted", REPORTED,
         "Each picture has its table beside it.", (METHODS, EACH_QUESTION)),
    Item("Methods", "13d", "How results were synthesised, with models and software", REPORTED,
         "Question by question; and as networks, where trials connect three treatments or more.",
         (METHODS, SETTINGS)),
    Item("Methods", "13e", "How causes of heterogeneity were explored", REPORTED,
         "{moderators} characteristics of trials are declared, each with what was expected and why, and held against "
         "effects by subgroup contrasts or meta-regression wherever trials are enough; which trials the average hangs "
         "on is looked at from {influence_trials} trials on. That they were declared before the data were seen is not "
         "recorded.",
         (METHODS, SETTINGS), needs="moderators",
         without="By other choices of data, and by the trials the average hangs on; our settings declare no "
         "characteristic of trials to compare."),
    Item("Methods", "13f", "Sensitivity analyses", REPORTED,
         "Other models and data, each trial left out, several effects of a trial kept apart, and every combination of "
         "the choices declared.",
         (METHODS, SETTINGS)),
    Item("Methods", "14", "How bias from missing results was assessed", REPORTED,
         "From {asymmetry_trials} trials on by tests; results reported but not usable count at any number.",
         (METHODS,)),
    Item("Methods", "15", "How certainty was assessed", REPORTED, "By GRADE, with stated thresholds.",
         (METHODS, SETTINGS)),
    Item("Results", "16a", "Search and selection, preferably as a flow diagram", REPORTED,
         "A diagram from {records} records found to the trials in an answer.", (FLOW,), needs="records",
         without="A diagram from the reports sought on; how many records were found and screened is not recorded."),
    Item("Results", "16b", "Near misses with the reason for exclusion", REPORTED,
         "{excluded} reports, each with its reason.", (("flow.html#excluded", "Reports not entered"),)),
    Item("Results", "17", "Each study with its characteristics, cited", REPORTED, "{trials} trials.",
         (CONDITIONS, EACH_TRIAL)),
    Item("Results", "18", "Risk of bias of each study", PARTLY,
         "{judged} of {trials} trials were judged in our sources; the others are shown as not assessed.",
         (EACH_TRIAL,)),
    Item("Results", "19", "Each study's statistics and effect, by outcome", REPORTED,
         "With the raw rows behind each effect, and as tables to take away.", (EACH_QUESTION,)),
    Item("Results", "20a", "Characteristics and risk of bias of the studies of each synthesis", REPORTED, "",
         (EACH_QUESTION,)),
    Item("Results", "20b", "Each synthesis: estimate, precision, heterogeneity, direction", REPORTED,
         "Networks beside them: {networks}; they are not rated.", (EACH_QUESTION, NETWORKS)),
    Item("Results", "20c", "Investigations of heterogeneity", REPORTED,
         "{tested} tests of a characteristic on {tested_questions} questions, with the credibility of each difference; "
         "those not made are listed with the reason.",
         (EACH_QUESTION,), needs="tested",
         without="No question has trials enough for a subgroup or a meta-regression that is declared; other choices of "
         "data are shown for each question."),
    Item("Results", "20d", "Sensitivity analyses", REPORTED,
         "With each question, and how its label stands under them.", (EACH_QUESTION,)),
    Item("Results", "21", "Risk of bias from missing results, by synthesis", REPORTED, "", (EACH_QUESTION,)),
    Item("Results", "22", "Certainty, by outcome", REPORTED,
         "In a summary of findings for each comparison, with the reason for each domain.", (CONDITIONS, EACH_QUESTION)),
    Item("Discussion", "23a", "Interpretation in the light of other evidence", PARTLY,
         "Published pooled results and guidelines stand beside the answers; the rest is left to readers.",
         (PUBLISHED, ("guidelines.html", "Guidelines"))),
    Item("Discussion", "23b", "Limits of the evidence", REPORTED, "With each answer, and as gaps.",
         (EACH_QUESTION, GAPS)),
    Item("Discussion", "23c", "Limits of the review process", PARTLY,
         "Doubts, corrections and what no check can see are listed; what was not recorded is said here.", (CHECKS,)),
    Item("Discussion", "23d", "What follows for practice, policy and research", PARTLY,
         "For guides: what each claim may say. No text on policy or research.", (("claims.html", "Claims"), GAPS)),
    Item("Other", "24a", "Registration", UNRECORDED, "Our settings name no registration."),
    Item("Other", "24b", "Where the protocol is", PARTLY,
         "The plan of questions is a file of the review; that it was fixed before the data were seen is not "
         "recorded.",
         (PLAN,)),
    Item("Other", "24c", "Changes to registration or protocol", UNRECORDED, "The tables record none."),
    Item("Other", "25", "Funding and the role of funders", UNRECORDED, "Our settings name no funder."),
    Item("Other", "26", "Competing interests", UNRECORDED, "Our settings hold no statement."),
    Item("Other", "27", "What is public, and where", REPORTED,
         "Raw and processed tables, code and settings; licences on the first page.",
         (DATA, ("index.html#licence", "Licences"))),
)  # fmt: skip
"""The 42 items and parts of items of PRISMA 2020."""
