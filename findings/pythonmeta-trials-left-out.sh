#!/usr/bin/env bash
# PythonMeta 1.26: a trial whose label is a number, as one is that is named by its PubMed number, is left out of the analysis, and nothing is
# said. So is a trial with a comma in its label, and a small trial whose line has fewer than ten characters.
#
# Seen (four trials, events and people in two groups; risk ratio, random effects; the label of one trial is changed):
#   Beta 2002       4 trials, 277 people, 0.620 (0.450 to 0.856)
#   11223344        3 trials, 260 people
#   Beta, 2002      3 trials, 260 people, 0.598 (0.432 to 0.828)
#   B               3 trials, 260 people    (its line is then B,3,9,1,8)
# Lines that do not fit are passed over as comments are. The number of trials read has to be held against that of the file. Our
# readers refuse what they cannot read, by line.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --no-deps --disable-pip-version-check pythonmeta==1.26
"$work/venv/bin/python" - <<'PYTHON'
import contextlib
import io
import sys
import warnings
from unittest.mock import MagicMock

# Its plots and Egger's test, none of which is run here, need these large packages.
sys.modules.update(
    dict.fromkeys(("statsmodels.api", "statsmodels.formula.api", "matplotlib", "matplotlib.pyplot", "pylab"), MagicMock())
)
sys.modules.update(dict.fromkeys(("statsmodels", "statsmodels.formula"), MagicMock()))
import PythonMeta


def pooled(label):
    lines = ["Alpha 2001, 15, 40, 24, 37", f"{label}, 3, 9, 1, 8", "Gamma 2003, 10, 40, 18, 41", "Delta 2004, 11, 50, 17, 52"]
    data, analysis = PythonMeta.Data(), PythonMeta.Meta()
    data.datatype = analysis.datatype = "CATE"
    analysis.models, analysis.effect, analysis.algorithm = "Random", "RR", "IV"
    total, *trials = analysis.meta(data.getdata(lines))
    return len(trials), total[5], *(round(total[place], 3) for place in (1, 3, 4))


said = io.StringIO()
with warnings.catch_warnings(record=True) as told, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
    warnings.simplefilter("always")
    found = {label: pooled(label) for label in ("Beta 2002", "11223344", "Beta, 2002", "B")}
for label, (trials, people, *interval) in found.items():
    print(f"{label:11} {trials} trials, {people} people, {interval}")
assert found["Beta 2002"] == (4, 277, 0.62, 0.45, 0.856), "a trial with a plain label is read otherwise now"
for label in ("11223344", "Beta, 2002", "B"):
    assert found[label] == (3, 260, 0.598, 0.432, 0.828), f"the trial labelled {label} is kept now"
assert not told and not said.getvalue(), "something is said now"
print("PythonMeta still leaves out trials for their labels, and says nothing")
PYTHON
