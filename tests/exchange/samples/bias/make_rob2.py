"""Write rob2.xlsx: three invented assessments in the shape of the results sheet of the RoB 2 workbook."""

from pathlib import Path

from openpyxl import Workbook

QUESTIONS = {1: 3, 2: 7, 3: 4, 4: 5, 5: 3}
ASSIGNMENT = "assignment to intervention (the 'intention-to-treat' effect)"
ADHERING = "adhering to intervention (the 'per-protocol' effect)"


def columns():
    yield from (
        "Unique ID",
        "Study ID",
        "Assessor",
        "Experimental",
        "Comparator",
        "Outcome",
        "Results",
        "Weight",
        "Aim",
    )
    for domain, number in QUESTIONS.items():
        for question in range(1, number + 1):
            yield f"{domain}.{question}"
            yield f"Note for {domain}.{question}"
        yield f"{domain}.0 Algorithm result"
        yield f"{domain}.0 Assessor's Judgement"
        yield f"Support for {domain}.0"
    yield from ("Algorithm's overall Judgement", "Assessor's overall Judgement")


FIRST = {
    **{"Unique ID": "1", "Study ID": "Ash 2001", "Assessor": "AB", "Outcome": "BDI-II", "Weight": 1, "Aim": ASSIGNMENT},
    **{"1.1": "Y", "Note for 1.1": "computer-generated list", "1.2": "PY", "1.3": "N", "2.1": "Y", "2.2": "Y"},
    **{"2.3": "PN", "2.4": "NA", "2.5": "NA", "2.6": "Y", "2.7": "NA", "3.1": "Y", "3.2": "NA", "3.3": "NA"},
    **{"3.4": "NA", "4.1": "N", "4.2": "PN", "4.3": "Y", "4.4": "PY", "4.5": "PN", "5.1": "NI", "5.2": "N"},
    **{"5.3": "N"},
    **{f"{n}.0 Algorithm result": "Low" for n in (1, 2, 3)},
    **{f"{n}.0 Algorithm result": "Some concerns" for n in (4, 5)},
    **{f"{n}.0 Assessor's Judgement": "Low" for n in (1, 2, 3, 5)},
    **{"4.0 Assessor's Judgement": "Some concerns", "Support for 4.0": "patients knew what they were given"},
    **{"Algorithm's overall Judgement": "Some concerns", "Assessor's overall Judgement": "Some concerns"},
}
SECOND = FIRST | {"Unique ID": "2", "Outcome": "quality of life", "3.0 Assessor's Judgement": "High"}
SECOND |= {"Assessor's overall Judgement": "High", "Note for 1.1": None, "Support for 4.0": None}
THIRD = FIRST | {"Unique ID": "3", "Study ID": "Birch 2004", "Aim": ADHERING, "Outcome": None, "3.2": "NI"}
THIRD |= {"Note for 1.1": None, "Support for 4.0": None}

if __name__ == "__main__":
    book = Workbook()
    book.active.title = "Intro"
    book.active.append(["How to use this tool"])
    sheet = book.create_sheet("Results")
    names = list(columns())
    sheet.append([None] * 9 + ["Domain 1: randomization process"])
    sheet.append(names)
    for row in (FIRST, SECOND, THIRD):
        sheet.append([row.get(name) for name in names])
    book.save(Path(__file__).with_name("rob2.xlsx"))
