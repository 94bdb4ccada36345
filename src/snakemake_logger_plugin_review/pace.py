"""How long the rest of a run will take, by how long each kind of job took in the run before."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

from ipt_evidence.files import write_json

KEPT = Path(".snakemake/pace.json")
"""Mean seconds of a job of each rule, and seconds of the run for each second of its jobs, in the last runs."""

ENOUGH = 5
"""As many jobs say how many run at a time."""


class Pace:
    """What is known of the time that jobs take.

    Parameters
    ----------
    kept : path, optional
        What the last run wrote; nothing is known without it.
    """

    def __init__(self, kept: Path = KEPT) -> None:
        self._kept = kept
        self._begun = time.monotonic()
        self._wanted: Counter[str] = Counter()
        self._started: dict[int, tuple[str, float]] = {}
        self._took: dict[str, list[float]] = {}
        self._seconds: dict[str, float] = {}
        self._overlap = 1.0

    def plan(self, stats: Mapping[str, int]) -> None:
        """Take how many jobs of each rule there are."""
        # Not before: when the handler is made, Snakemake has not yet gone to the folder of the review.
        if not self._seconds:
            self._seconds, self._overlap = _before(self._kept)
        for rule, count in stats.items():
            self._wanted[rule] = max(self._wanted[rule], int(count))

    def start(self, job: int, rule: str) -> None:
        """Take the time at which a job begins."""
        self._started[job] = rule, time.monotonic()

    def finish(self, job: int) -> None:
        """Take the time at which it is done."""
        if job in self._started:
            rule, begun = self._started.pop(job)
            self._took.setdefault(rule, []).append(time.monotonic() - begun)

    def left(self, done: int, total: int) -> float | None:
        """Return the seconds that are left, None as long as nothing tells.

        Without a run before, as long for each job as those took that are done.
        """
        elapsed = time.monotonic() - self._begun
        rules = {rule: count - len(self._took.get(rule, ())) for rule, count in self._wanted.items() if rule != "total"}
        if self._seconds:
            known = sum(count * self._seconds.get(rule, 0.0) for rule, count in rules.items())
            running = sum(min(time.monotonic() - begun, self._seconds.get(rule, 0.0)) for rule, begun in self._running)
            return max(known - running, 0.0) * self._overlap
        return elapsed * (total - done) / done if done else None

    @property
    def _running(self) -> list[tuple[str, float]]:
        return list(self._started.values())

    def keep(self) -> None:
        """Write what this run took, for the next one."""
        if not self._took:
            return
        means = {rule: round(fmean(took), 2) for rule, took in self._took.items()}
        work, jobs = sum(map(sum, self._took.values())), sum(map(len, self._took.values()))
        if jobs >= ENOUGH and work:
            self._overlap = round((time.monotonic() - self._begun) / work, 3)
        write_json({"seconds": self._seconds | means, "overlap": self._overlap}, self._kept)


def _before(kept: Path) -> tuple[dict[str, float], float]:
    """Read what the last run wrote; what cannot be read counts for nothing."""
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        return {str(rule): float(took) for rule, took in found["seconds"].items()}, float(found["overlap"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, 1.0
