"""What each step of a chain says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ipt_evidence.files import records, rows_of
from ipt_evidence.reporting.pages.question_details import formula, measured
from ipt_evidence.reporting.references import cited, format_references_markdown
from ipt_evidence.reporting.remarks import Remarks
from ipt_evidence.reporting.review import Review, rows_by
from ipt_evidence.reporting.tracing.graph import Node
from ipt_evidence.reporting.tracing.raw import FOLDER, RawCells
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.audit import VERDICTS
from ipt_evidence.words.registers import PROFESSIONAL
from ipt_evidence.words.statements import state


@dataclass(frozen=True, slots=True)
class Said:
    """What a step says, and where it stands; see :class:`ipt_evidence.reporting.tracing.chain.Step`."""

    text: str
    place: str = ""
    value: str = ""
    typed: str | None = None


class Words:
    """Puts the steps of chains into words.

    Parameters
    ----------
    review : Review
        The evidence base with its answers and the audited claims.
    raw : RawCells
        The raw tables it was made from.
    """

    def __init__(self, review: Review, raw: RawCells) -> None:
        self._review, self._raw = review, raw
        self._voice, self._remarks = review.voice(PROFESSIONAL), Remarks(review)
        tables = review.tables
        keys = {"claims": "claim_id", "guidelines": "guideline_id", "sources": "source_id", "doubts": "doubt_id"}
        self._rows = {
            name: {row[key]: row for row in rows_of(tables[name])}
            for name, key in {**keys, "trials": "trial_id"}.items()
        }
        self._weights = {f"{row['question_id']}/{row['trial_id']}": row for row in rows_of(tables["synthesis_weights"])}
        self._effects = {row["effect_id"]: row for row in records(tables["effect_sizes"])}
        self._rules = {rule.rule_id: rule for rule in review.rules}
        unused = tables["selections"]
        self._left_out = rows_by(unused[~unused["used"].astype(bool)], "effect_id")
        self._references: dict[str, str] = {}
        self._says: dict[str, Callable[[str], Said]] = {
            "guide": self._guide, "claim": self._claim, "question": self._question, "rule": self._rule,
            "pooled": self._pooled, "effect": self._effect, "guideline": self._guideline, "trial": self._trial,
            "cell": self._cell, "correction": self._correction, "doubt": self._doubt, "source": self._source,
            "reference": self._reference,
        }  # fmt: skip

    def set_references(self, keys: Iterable[str]) -> None:
        """Set the references that are not set yet, all at once: each call starts another program."""
        works = {**self._review.guide_references, **self._review.references}
        new = [key for key in keys if key not in self._references and key in works]
        self._references |= format_references_markdown(cited(works, new), "apa") if new else {}

    def say(self, node: Node) -> Said:
        """Say what a step is."""
        return self._says[node.kind](node.name)

    def without(self, start: Iterable[Node]) -> str:
        """Say why something rests on no result of a trial, in the words of the review."""
        reasons = [
            state(self._review.answers[node.name], self._voice).text for node in start if node.kind == "question"
        ]
        reasons += [str(self._rows["claims"][node.name]["why"]) for node in start if node.kind == "claim"]
        return " ".join(reasons) or "It rests on no result of a trial in our tables."

    def _guide(self, name: str) -> Said:
        return Said(labels.capital(str(self._review.guides[name]["kind"])), f"{FOLDER}/guides.yaml")

    def _claim(self, name: str) -> Said:
        row = self._rows["claims"][name]
        verdict = f"{VERDICTS[row['verdict']][1]} (rule {row['rule_id']}): {row['why']}"
        return Said(f"“{row['claim']}” {verdict}", f"{FOLDER}/claims.csv:{row['line']}")

    def _question(self, name: str) -> Said:
        answer = self._review.answers[name]
        statement = state(answer, self._voice)
        support = " ".join(sentence.text for sentence in statement.support)
        return Said(f"{statement.finding.text} {support} [{answer.strength_label}]")

    def _rule(self, name: str) -> Said:
        rule = self._rules[name]
        return Said(
            f"{labels.STRENGTHS[rule.strength]}: {rule.sentence}", self._review.settings["appraisal"]["strength_rules"]
        )

    def _pooled(self, name: str) -> Said:
        row = self._weights[name]
        pooled = self._review.answers[row["question_id"]].pooled
        bounds = row["yi"], row["ci_low"], row["ci_high"]
        figures = numbers.estimate(*bounds, pooled.measure, level=pooled.level)
        share = "" if pooled.k == 1 else f", {numbers.percent(row['weight_percent'])} of its weight"
        return Said(f"{self._review.labels.trials[row['trial_id']]} in the answer: {figures}{share}")

    def _effect(self, name: str) -> Said:
        row = self._effects[name]
        value = f"{numbers.effect(row['yi'], row['measure'])}, SE {numbers.standard_error(row['vi'], row['measure'])}"
        text = (
            f"{row['arm1_id']} v {row['arm2_id']}, {measured(row)}: {formula(row['formula'], row['measure'])} = {value}"
        )
        left = (f"{one['question_id']}: {self._remarks.reason(one)}" for one in self._left_out.get(name, ()))
        return Said(" ".join((f"{text}.", *(f"Left out of {reason}" for reason in left))))

    def _guideline(self, name: str) -> Said:
        row = self._rows["guidelines"][name]
        return Said(f"{row['organisation']}: {row['summary']}", f"{FOLDER}/guidelines.csv:{row['line']}")

    def _trial(self, name: str) -> Said:
        row = self._rows["trials"][name]
        return Said(
            f"{row['label']}, {self._review.labels.conditions[row['condition']]}", f"{FOLDER}/trials.csv:{row['line']}"
        )

    def _cell(self, name: str) -> Said:
        file, line, column = name.split(":")
        table, at = file.removesuffix(".csv"), int(line)
        value = self._raw.value(table, at, column)
        return Said(f"{column} {value}", f"{FOLDER}/{file}:{line}", value, self._raw.typed.get((table, at, column)))

    def _correction(self, name: str) -> Said:
        row = self._raw.tables["corrections"].loc[int(name.partition(":")[2])]
        return Said(
            f"{row['column']}: {row['expected_old']} read as {row['new_value']}. {row['reason']}", f"{FOLDER}/{name}"
        )

    def _doubt(self, name: str) -> Said:
        row = self._rows["doubts"][name]
        return Said(f"{row['doubt']} {row['resolution']}", f"{FOLDER}/doubts.csv:{row['line']}")

    def _source(self, name: str) -> Said:
        row = self._rows["sources"][name]
        address = f" https://doi.org/{row['doi']}" if row["doi"] else ""
        return Said(f"{row['title']}{address}", f"{FOLDER}/sources.csv:{row['line']}")

    def _reference(self, name: str) -> Said:
        file = "references.bib" if name in self._review.references else "guide_references.bib"
        return Said(self._references.get(name, name), f"{FOLDER}/{file}")
