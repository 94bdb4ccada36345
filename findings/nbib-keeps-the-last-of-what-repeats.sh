#!/usr/bin/env bash
# nbib 0.3.2, a reader of PubMed's tagged format: of a tag that repeats it keeps the last value, unless the tag is one of its
# lists, and says nothing. PubMed writes one line a value, so a trial that is in two registers keeps the number of one.
#
# Seen (a record with two SI, two CN and two LA lines, and one whose authors have AU but no FAU lines):
#   SI   ClinicalTrials.gov/NCT00000000, ISRCTN/ISRCTN00000000  ->  secondary_source "ISRCTN/ISRCTN00000000"
#   CN   First Study Group, Second Study Group                  ->  corporate_author "Second Study Group"
#   LA   eng, ger                                               ->  language "ger"
#   AU   Doe J, Roe R, no FAU                                   ->  authors []
# Reports that are matched to trials by their registration number miss the first one, and a paper in two languages counts as one in
# the second. Full names (FAU) came into the format later than AU. We read PubMed's XML: groups and authors are kept, and each further
# registration number is named as left out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check nbib==0.3.2
"$work/venv/bin/python" -W error - <<'PYTHON'
import nbib

RECORDS = """PMID- 1
DP  - 2020 Jan
TI  - A trial.
FAU - Doe, Jane
AU  - Doe J
CN  - First Study Group
CN  - Second Study Group
LA  - eng
LA  - ger
SI  - ClinicalTrials.gov/NCT00000000
SI  - ISRCTN/ISRCTN00000000
PT  - Journal Article
PT  - Randomized Controlled Trial

PMID- 2
DP  - 1985 Jan
TI  - An older trial.
AU  - Doe J
AU  - Roe R
PT  - Journal Article

"""
newer, older = nbib.read(RECORDS)
print({key: newer[key] for key in ("secondary_source", "corporate_author", "language", "publication_types")})
print(older["title"], older["authors"])
assert newer["publication_types"] == ["Journal Article", "Randomized Controlled Trial"], "lists are no longer kept"
assert newer["secondary_source"] == "ISRCTN/ISRCTN00000000", "the first registration number is kept now"
assert newer["corporate_author"] == "Second Study Group", "the first group is kept now"
assert newer["language"] == "ger", "the first language is kept now"
assert older["authors"] == [], "authors without full names are kept now"
print("nbib still keeps the last of what repeats, and no author without a full name")
PYTHON
