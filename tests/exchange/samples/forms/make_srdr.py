"""Write srdr.xlsx: invented results in the shape of the workbook that SRDR+ exports."""

from pathlib import Path

from openpyxl import Workbook

EXTRACTION = [
    *("Extraction ID", "Consolidated", "Username", "Citation ID", "Citation Name", "RefMan", "PMID", "Authors"),
    *("Publication Date", "Key Questions"),
]
RESULT = [
    *("Outcome", "Outcome Description", "Outcome Type", "Population", "Population Description", "Digest", "Timepoint"),
    "Timepoint Unit",
]
ASH = [7, "false", "ada", 1, "An invented trial", "12", "99999999", "Ash A, Birch B", "2011", "KQ1"]
ELM = [9, "false", "ada", 2, "Another invented trial", "13", "", "Elm E", "2019", "KQ1"]
AGREED = [8, "true", "bea", *ASH[3:]]
ALL = ["All Participants", "", "#"]
BDI = ["BDI-II", "", "Continuous", *ALL]
EVENT = ["Remission", "", "Categorical"]
WEEK = ["12", "weeks"]


def headings(*measures):
    return [
        *EXTRACTION,
        *RESULT,
        *(head for n in (1, 2) for head in (f"Arm Name {n}", f"Arm Description {n}", *measures)),
    ]


SHEETS = {
    "Project Information": [["Project Information:"], ["Name", "An invented project"]],
    "Continuous - Desc. Statistics": [
        headings("Total (N analyzed)", "Mean", "SD", "Median"),
        [*ASH, *BDI, *WEEK, "IPT", "16 sessions", 38, 12.0, 8.4, "", "Wait list", "", 39, 21.7, 9],
        [*AGREED, *BDI, "Baseline", "", "IPT", "", 40, 28.4, 7.1, "", "Wait list", "", 41, 27.9, 7.4],
        [*AGREED, *BDI, *WEEK, "IPT", "", 38, 13.2, 8.4, "", "Wait list", "", 39, 21.7, 9],
        [*ELM, "Sleep", "", "Continuous", *ALL, *WEEK, "IPT", "", 30, "", "", 7, "TAU", "", 29, "", "", 6],
    ],
    "Categorical - Desc. Statistics": [
        headings("Total (N analyzed)", "Events"),
        [*AGREED, *EVENT, *ALL, *WEEK, "IPT", "", 40, 18, "Wait list", "", 41, 9],
        [*AGREED, *EVENT, "Women", "", "#", *WEEK, "IPT", "", 30, 14, "Wait list", "", 31, 8],
    ],
    "Continuous - BAC Comparisons": [
        [*EXTRACTION, *RESULT, "Comparison Name 1", "Mean Difference (MD)"],
        [*AGREED, *BDI, *WEEK, "[ID: 1] [IPT] vs. [Wait list]", -8.5],
    ],
}  # fmt: skip

if __name__ == "__main__":
    book = Workbook()
    book.remove(book.active)
    for title, rows in SHEETS.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(Path(__file__).with_name("srdr.xlsx"))
