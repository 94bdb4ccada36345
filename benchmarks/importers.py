"""The importers against themselves at an earlier commit: seconds and memory of `ipt-evidence import`, side by side.

``python benchmarks/importers.py`` from the root: ``--base COMMIT``, ``--runs 3``. Both commits are checked out with an
environment of their own, as in `pipeline.py`; the files are invented here, each as large as the largest real ones seen.
In every run the two take turns, so that a busy machine slows both. Medians go into benchmarks/results.md.
"""

import argparse
import csv
import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from measuring import Measured, machine, measured, table, write_section
from pipeline import ROOT, check_out, git

BASE = "b34f259"
SAMPLE = ROOT / "tests" / "exchange" / "samples" / "metapsy.csv"
MOST_MEMORY = 200

AIMS = {"metapsy": ("900 rows of Metapsy", 2), "bibtex": ("7,000 BibTeX entries", 8), "ris": ("10,000 RIS records", 5)}
"""What each kind is measured on, and the most seconds it may take."""

WORDS = (
    "Words of an abstract that is as long as abstracts are, with numbers such as 0.5 and a few {braces}, and commas. "
)
NAMES = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Rowan")


def metapsy(path: Path) -> None:
    """Write 900 comparisons: the rows of the sample again and again, each time under other names of studies."""
    text = SAMPLE.read_text("utf-8-sig", errors="replace")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.split("\n")[0] else ","))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for place in range(900):
            row = rows[place % len(rows)]
            writer.writerow(row | {"study": f"{row['study']} {place // len(rows)}"})


def bibtex(path: Path) -> None:
    """Write 7,000 articles as Zotero exports them: accents as commands, an abstract, a file."""
    entries = [
        f"@article{{key_{place},\n\ttitle = {{Trial {place} of {{IPT}} in people aged {{\\textgreater}}65}},\n"
        f"\tvolume = {{57}},\n\tdoi = {{10.1000/made.{place}}},\n\tabstract = {{{WORDS * 8}}},\n\tnumber = {{5}},\n"
        f"\tjournal = {{Archives of Examples}},\n\tmonth = may,\n\tyear = {{{1990 + place % 30}}},\n"
        f"\tauthor = {{{NAMES[place % 10]}, Jane and Garc{{\\'i}}a-N{{\\'u}}{{\\~n}}ez, Jos{{\\'e}} and Roe, Ada and "
        f"{NAMES[place // 10 % 10]}, E.}},\n\tpages = {{459--466}},\n\tkeywords = {{one, two}},\n"
        f"\tfile = {{Full Text PDF:C\\:\\\\Users\\\\x\\\\y.pdf:application/pdf}},\n}}\n"
        for place in range(7_000)
    ]
    path.write_text("\n".join(entries), encoding="utf-8")


def ris(path: Path) -> None:
    """Write 10,000 articles as databases export them."""
    records = [
        f"TY  - JOUR\nAU  - {NAMES[place % 10]}, Jane\nAU  - Roe, Ada B.\nAU  - de Mello, M. F.\nAU  - Poe, E.\n"
        f"TI  - Trial {place} of <i>IPT</i> &amp; CBT\nT2  - Journal of Trials\nJ2  - J Trials\n"
        f"PY  - {1990 + place % 30}\nVL  - 3\nIS  - 4\nSP  - 457\nEP  - 459\nDO  - 10.1000/made.{place}\n"
        f"AB  - {WORDS * 8}\nKW  - one\nKW  - two\nSN  - 1111-1111\nDB  - Scopus\nER  - \n"
        for place in range(10_000)
    ]
    path.write_text("\n".join(records), encoding="utf-8")


def line(kind: str, found: list[list[dict[str, Measured]]]) -> tuple[str, ...]:
    before, after = (median(run[kind].busy for run in runs) for runs in found)
    clock = median(run[kind].seconds for run in found[1])
    memory = median(run[kind].megabytes for run in found[1])
    name, seconds = AIMS[kind]
    aim = f"at most {seconds} s, {MOST_MEMORY} MB"
    figures = f"{before:,.1f} s", f"{after:,.1f} s", f"{after / before:.2f}", f"{clock:,.1f} s", f"{memory:,.0f} MB"
    return name, *figures, aim


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--base", default=BASE, help="commit to compare with")
    given.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    choices = given.parse_args()
    names = [git("rev-parse", "--short", commit) for commit in (choices.base, "HEAD")]
    work = Path(tempfile.mkdtemp(prefix="benchmark-"))
    files = {kind: work / f"made.{kind}" for kind in AIMS}
    for write, path in zip((metapsy, bibtex, ris), files.values(), strict=True):
        write(path)
    try:
        folders = [check_out(name, work / side) for name, side in zip(names, ("before", "after"), strict=True)]
        found: list[list[dict[str, Measured]]] = [[], []]
        for _ in range(choices.runs):
            for runs, folder in zip(found, folders, strict=True):
                command = ["ipt-evidence", "import"]
                out = ["--out", str(folder / "imported"), "--force"]
                programs = folder / ".venv" / "bin"
                runs.append(
                    {
                        kind: measured([*command, kind, str(path), *out], folder, programs)
                        for kind, path in files.items()
                    }
                )
    finally:
        for side in ("before", "after"):
            subprocess.run(["git", "worktree", "remove", "--force", str(work / side)], cwd=ROOT, check=False)
        shutil.rmtree(work, ignore_errors=True)
    head = ("", f"before ({names[0]})", f"after ({names[1]})", "after / before", "by the clock", "memory after", "aim")
    times = f"Median of {choices.runs} run{'s' if choices.runs > 1 else ''}, side by side, in seconds of the processor."
    load = f"The clock feels the load, {os.getloadavg()[0]:.0f} at the end: `benchmarks/importers.py`."
    body = table(head, [line(kind, found) for kind in AIMS])
    write_section("Importers", f"{machine(1)} {times} {load}\n\n{body}")


if __name__ == "__main__":
    main()
