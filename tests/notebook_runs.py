"""Notebooks run from a clean process: their kernel is forked, and would have what pytest has set in this one."""

import pickle
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ipt_evidence.errors import EvidenceError

PROCESS = """
import importlib, pickle, sys
loaded, sources, root = pickle.load(sys.stdin.buffer)
for name in loaded:
    importlib.import_module(name)
from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.notebooks import run_notebooks
try:
    found = run_notebooks(sources, root)
except EvidenceError as refusal:
    found = refusal
pickle.dump(found, sys.stdout.buffer)
"""


def run_apart(sources: Iterable[Path], root: Path, loaded: Sequence[str] = ()) -> dict[Path, Any]:
    """Give what :func:`run_notebooks` gives, or raise what it raises, in a process that has loaded some modules."""
    asked = pickle.dumps((loaded, list(sources), root))
    process = subprocess.run([sys.executable, "-c", PROCESS], input=asked, stdout=subprocess.PIPE, check=True)
    found = pickle.loads(process.stdout)
    if isinstance(found, EvidenceError):
        raise found
    return found
