"""Seconds that ``ipt-evidence check`` takes on the real tables, started afresh each time; prints and writes nothing.

``python benchmarks/check.py`` from the root. The aim is less than 3 s. Below the best of several rounds stands where
the time goes: what must be loaded before anything can be checked, reading with the schemas, and the plausibility
checks.
"""

import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

ROUNDS = 5
RAW, VOCABULARY, QUESTIONS = Path("data/raw"), Path("config/vocabulary"), Path("config/questions.csv")
COMMAND = [sys.executable, "-c", "from ipt_evidence.cli import app; app()", "check"]


def whole_command() -> float:
    start = time.perf_counter()
    subprocess.run(COMMAND, check=True, capture_output=True)
    return time.perf_counter() - start


def parts() -> dict[str, float]:
    marks = [time.perf_counter()]
    from ipt_evidence.extraction.checks.plausibility import weigh
    from ipt_evidence.extraction.evidence import draft_evidence

    marks.append(time.perf_counter())
    draft, _ = draft_evidence(RAW, VOCABULARY)
    marks.append(time.perf_counter())
    weigh(draft)
    marks.append(time.perf_counter())
    names = ("load the libraries", "read, correct, hold to the schemas, check", "weigh the figures once")
    return dict(zip(names, (after - before for before, after in pairwise(marks)), strict=True))


if __name__ == "__main__":
    print(f"{'ipt-evidence check, best of ' + str(ROUNDS):45}{min(whole_command() for _ in range(ROUNDS)):6.2f} s")
    for name, seconds in parts().items():
        print(f"  {name:43}{seconds:6.2f} s")
