#!/usr/bin/env bash
# bibtexparser 2.1.0: an @string macro is put in where it stands alone, but not where it is joined to text by "#", which BibTeX
# has always allowed: the value is then the source text of the expression, and no block is reported as failed.
#
# Seen: journal = jama            ->  JAMA
#       journal = jama # " Open"  ->  jama # " Open"
#       month = "12~" # may       ->  "12~" # may      (with MonthIntMiddleware too, which turns a bare may into 5)
# A journal read this way goes into reference lists as it stands. Our reader of .bib files resolves the parts itself
# (JAMA Open), and refuses a macro nobody defined.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check bibtexparser==2.1.0
"$work/venv/bin/python" - <<'PYTHON'
import bibtexparser
from bibtexparser.middlewares import MonthIntMiddleware

LIBRARY = """
@string{jama = "JAMA"}
@article{alone, title = {Alone}, journal = jama, month = may}
@article{joined, title = {Joined}, journal = jama # " Open", month = "12~" # may}
"""
read = bibtexparser.parse_string(LIBRARY, append_middleware=[MonthIntMiddleware()])
values = {entry.key: (entry["journal"], entry["month"]) for entry in read.entries}
print(values, "failed:", read.failed_blocks)
assert values["alone"] == ("JAMA", 5), "a macro alone is no longer put in"
assert values["joined"] == ('jama # " Open"', '"12~" # may'), "joined parts are read otherwise now"
assert not read.failed_blocks, "joined parts are reported now"
print("bibtexparser still hands over the expression itself, and says nothing")
PYTHON
