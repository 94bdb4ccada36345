#!/usr/bin/env bash
# pandoc 3.9 (pypandoc_binary 1.17), reading RIS: of a name with a suffix, given name and suffix change places, and a date in the form that RIS
# defines, with slashes, is not understood, so that the reference has no year. Neither is said.
#
# Seen (RIS to CSL JSON):
#   AU  - King, Martin L., Jr.   ->  given "Jr.", suffix "Martin L."
#   PY  - 2020/05/03/            ->  no date, cited as "n.d."
#   PY  - 2020///                ->  2020, 0, 0 and 0, cited as "2020–"
#   PY  - 2020                   ->  2020
# RIS has "last name, first name, suffix", BibTeX "last name, suffix, first name": the reader takes the order of BibTeX. Dates are
# "year/month/day/other", of which all but the year may be empty. Our reader of RIS takes both as RIS has them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check pypandoc_binary==1.17
"$work/venv/bin/python" - <<'PYTHON'
import json
import subprocess
from importlib.resources import files

PANDOC = str(files("pypandoc") / "files" / "pandoc")
RECORDS = "".join(
    f"TY  - JOUR\nID  - {key}\nAU  - King, Martin L., Jr.\nTI  - A trial\nJO  - Journal of Tests\nPY  - {date}\nER  - \n\n"
    for key, date in {"day": "2020/05/03/", "slashes": "2020///", "year": "2020"}.items()
)


def run(*options):
    done = subprocess.run([PANDOC, "-f", "ris", *options], input=RECORDS, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


version = subprocess.run([PANDOC, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
(found, told), (references, _) = run("-t", "csljson"), run("-t", "plain", "--citeproc", "--wrap=none")
read = {record["id"]: record for record in json.loads(found)}
dates = {key: record["issued"]["date-parts"] for key, record in read.items()}
print(version, read["year"]["author"], dates)
print(references)
assert version.startswith("3.9"), f"this is pandoc {version}"
assert read["year"]["author"] == [{"family": "King", "given": "Jr.", "suffix": "Martin L."}], "the name is read otherwise now"
assert dates["year"] == [[2020]], "a year alone is read otherwise now"
assert dates["day"] == [], "a date with slashes is read otherwise now"
assert dates["slashes"] == [[2020], [0], [0], [0]], "a year with slashes is read otherwise now"
assert "n.d." in references, "the reference has its year now"
assert not told, f"a warning is given now: {told}"
print("pandoc still reads names and dates of RIS as those of another format")
PYTHON
