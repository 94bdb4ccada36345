#!/usr/bin/env bash
# citeproc-py 0.11.1: a date of issue that is a range within one year, as PubMed has it for double issues ("2020 Jan-Feb"), loses its
# year in the citation and in the list of references, and nothing is said. A range across two years is set whole.
#
# Seen (harvard-cite-them-right, the style that comes with the package; one reference, three dates):
#   [2020]                   ->  (Doe, 2020)         Doe, J. (2020) "A trial", ...
#   [2019, 12], [2020, 1]    ->  (Doe, 2019–2020)    Doe, J. (2019–2020) "A trial", ...
#   [2020, 1], [2020, 2]     ->  (Doe)               Doe, J. "A trial", ...
# What both ends share is set from the parts that differ, and the style asks for the year alone. CSL writes such a range as one year. Two
# papers of one author in double issues cannot be told apart. Our references are set by pandoc, with the year in them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --no-compile --disable-pip-version-check citeproc-py==0.11.1
"$work/venv/bin/python" - <<'PYTHON'
import warnings

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

DATES = {"year": [[2020]], "years": [[2019, 12], [2020, 1]], "months": [[2020, 1], [2020, 2]]}


def record(key, parts):
    author = {"family": "Doe", "given": "Jane"}
    own = {"id": key, "issued": {"date-parts": parts}, "author": [author]}
    return own | {"type": "article-journal", "title": "A trial", "container-title": "Journal of Tests", "volume": "1"}


with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    source = CiteProcJSON([record(key, parts) for key, parts in DATES.items()])
    made = CitationStylesBibliography(style, source, formatter.plain)
    cited = {key: Citation([CitationItem(key)]) for key in DATES}
    for citation in cited.values():
        made.register(citation)
    in_text = {key: str(made.cite(citation, print)) for key, citation in cited.items()}
    listed = dict(zip(made.keys, map(str, made.bibliography()), strict=True))
for key in DATES:
    print(f"{key:7} {in_text[key]:18} {listed[key]}")
assert "(2020)" in listed["year"] and "2020" in in_text["year"], "a single year is set otherwise now"
assert "(2019–2020)" in listed["years"], "a range across years is set otherwise now"
assert "2020" not in in_text["months"] + listed["months"], "a range within a year keeps its year now"
assert not told, f"a warning is given now: {[str(one.message) for one in told]}"
print("citeproc-py still drops the year of a range within it")
PYTHON
