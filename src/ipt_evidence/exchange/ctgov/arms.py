"""The arms of a registry record: groups of its participant flow, found again by name among those of its outcomes."""

from collections import Counter

from ipt_evidence.exchange.ctgov.tree import Node
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.names import slug, unique_slugs
from ipt_evidence.exchange.numerals import whole
from ipt_evidence.exchange.revman.words import treatment_of

STARTED, COMPLETED = "STARTED", "COMPLETED"


class Arms:
    """The randomised arms of the study in a record that begins on a line of the file; the ledger takes them."""

    def __init__(self, study: Node, trial: str, line: int, ledger: Ledger) -> None:
        self._trial, self._line, self._ledger = trial, line, ledger
        flow = study.at("resultsSection", "participantFlowModule")
        groups = list(flow.at("groups")) or list(study.at("protocolSection", "armsInterventionsModule", "armGroups"))
        titles = {place: group.at("title").text or group.at("label").text for place, group in enumerate(groups)}
        self.keys = unique_slugs(titles, "arm")
        # A title that two groups share says of neither which it is.
        named = Counter(map(slug, titles.values()))
        self._by_title = {slug(title): self.keys[place] for place, title in titles.items() if named[slug(title)] == 1}
        self._by_id = {group.at("id").text: self.keys[place] for place, group in enumerate(groups)}
        periods = list(flow.at("periods"))
        first = self._milestones(periods[0]) if periods else {}
        self.started, self.completed = first.get(STARTED, {}), first.get(COMPLETED, {})
        for place, group in enumerate(groups):
            arm, title = self.keys[place], titles[place]
            described = group.at("description").text
            cells = {
                **{"trial_id": trial, "arm_id": arm, "treatment": treatment_of(title)},
                "detail": f"{title}: {described}" if described else title,
                "n_randomised": self.started.get(arm, ""),
            }
            ledger.take("arms", line, cells)
        for period in periods[1:]:
            what = f"{trial}: period '{period.at('title').text}' of the participant flow"
            ledger.leave(line, what, "people are counted as they started the first period")

    def of(self, group: Node) -> str:
        """Return the arm that a group of an outcome is, by its title; empty text if it is none of the arms."""
        return self._by_title.get(slug(group.at("title").text), "")

    def _milestones(self, period: Node) -> dict[str, dict[str, str]]:
        """Return people by arm who reached the milestones of a period; those that say nothing here are left."""
        found: dict[str, dict[str, str]] = {STARTED: {}, COMPLETED: {}}
        for milestone in period.at("milestones"):
            name = milestone.at("type").text
            for reached in milestone.at("achievements"):
                group, people = reached.at("groupId").text, reached.at("numSubjects").text
                arm = self._by_id.get(group, "")
                problem = "" if name.upper() in found else "only those who started and completed are taken"
                problem = problem or ("" if arm else "no such group in the participant flow")
                try:
                    if not problem and people:
                        found[name.upper()][arm] = whole(people)
                except ValueError as wrong:
                    problem = str(wrong)
                if problem:
                    what = f"{self._trial}: participant flow, {name.lower()}, {arm or group}: {people}"
                    self._ledger.leave(self._line, what, problem)
        return found
