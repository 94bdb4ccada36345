"""Every kind of page in a window: nothing overflows, overlaps, is clipped or faint, and no request leaves it."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from importlib import resources
from pathlib import Path

import pytest

from ipt_evidence.reporting.pages.guidelines import guidelines_page

KINDS = (
    "index", "claims", "guidelines", "published", "gaps", "flow", "checks", "methods", "prisma", "glossary", "search",
    "conditions/depression", "conditions/depression/ba-v-control", "conditions/depression/all-trials",
    "conditions/depression/depression_ba_v_control_symptom_severity_post",
    "conditions/depression/network-depression_symptom_severity_post",
    "conditions/depression/depression_ba_v_medication_response_post", "guides/invented_leaflet",
)  # fmt: skip

TEMPLATES = Path(__file__).parents[2] / "workflow" / "templates"

MODES = {
    "light": (),
    "dark": (("(prefers-color-scheme: dark)", "(min-width: 0)"),),
    # As on paper: what is for the screen alone is off.
    "print": (("@media print", "@media all"), ("@media screen and", "@media speech and")),
}
"""How a page is seen, and what is changed in its style sheet for that."""

PAPER = 718
"""Width of the text on A4 in CSS pixels."""

MEASURE, AXE = ((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("measure.js", "axe.js"))


DIFFERENT = ((360, "light"), (1440, "dark"))
EVERYWHERE = [(width, mode) for mode in ("light", "dark") for width in (360, 768, 1440)] + [(PAPER, "print")]

CHANGED = ("index", "search", "conditions/depression/ba-v-control",
           "conditions/depression/depression_ba_v_control_symptom_severity_post")  # fmt: skip
"""Pages with what is laid out in another way on a phone, and the marks of every colour."""


def opened(frames, script, folder):
    """Open pages in frames of a window, by title and width; run a script beside them.

    Returns what the script says of each, and what was written to the console, requests that failed among it: no name of
    a host is resolved.
    """
    program = shutil.which("chromium")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    held = "".join(
        f'<iframe title="{title}" width="{width}" height="900" style="border: 0" srcdoc="{escape(page)}"></iframe>'
        for (title, width), page in frames.items()
    )
    window = folder / "window.html"
    window.write_text(f'<!DOCTYPE html><meta charset="utf-8"><script>{script}</script>{held}', encoding="utf-8")
    command = [
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=600000", "--dump-dom", window.as_uri(),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, check=True, timeout=240)
    said = json.loads(unescape(re.search(r'<pre id="said">(.*)</pre>', run.stdout.decode(), flags=re.DOTALL).group(1)))
    return said, [line for line in run.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]


def measure(pages, folder):
    """Open pages, by name, at the widths of a phone, a tablet and a desk, light and dark, and as printed.

    Returns what is wrong by ``name width mode``, how many texts in plots were measured, and the console.
    """
    frames = {
        (f"{name} {width} {mode}", width): _seen(page, mode)
        for name, page in pages.items()
        for width, mode in EVERYWHERE
    }
    said, console = opened(frames, MEASURE, folder)
    return {name: one["found"] for name, one in said.items()}, sum(one["texts"] for one in said.values()), console


def with_axe(page, mode):
    """Set axe-core into a page, which by its own policy runs no other script than its own."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", _seen(page, mode), count=1)
    return bare.replace("</head>", f"<script>{axe}</script></head>", 1)


def _seen(page, mode):
    for before, after in MODES[mode]:
        assert before in page
        page = page.replace(before, after)
    return page


def test_every_kind_of_page_at_every_width_light_dark_and_printed(files, tmp_path):
    faults, texts, console = measure({name: files[f"{name}.html"] for name in KINDS}, tmp_path)
    assert {name: found for name, found in faults.items() if found} == {}
    assert console == []
    assert texts > 1500


def test_the_longest_labels_fit_beside_recommendations(review, tmp_path):
    longest = {"strength": "limited", "label": "little_difference", "direction": "little_difference"}
    ratings = review.tables["ratings"]
    tables = {**review.tables, "ratings": ratings.mask(ratings["k"].gt(0), ratings.assign(**longest))}
    page = guidelines_page(replace(review, tables=tables), TEMPLATES)
    assert "Limited: little or no difference" in page
    found, _, _ = measure({"guidelines": page}, tmp_path)
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_axe_finds_nothing_serious_on_any_kind_of_page(files, tmp_path):
    ways = [(name, 1440, "light") for name in KINDS] + [(name, *way) for name in CHANGED for way in DIFFERENT]
    frames = {(f"{name} {width} {mode}", width): with_axe(files[f"{name}.html"], mode) for name, width, mode in ways}
    found, console = opened(frames, AXE, tmp_path)
    assert len(found) == len(ways)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert console == []


def test_axe_is_at_work(files, tmp_path):
    spoiled = files["glossary.html"].replace("</main>", '<p style="color: #ddd">faint</p><img src="data:,"></main>')
    (found,) = opened({("spoiled", 1440): with_axe(spoiled, "light")}, AXE, tmp_path)[0].values()
    assert [fault.partition(":")[0] for fault in found] == ["color-contrast", "image-alt"]


def test_faults_are_found(files, tmp_path):
    page = files["gaps.html"]
    (first, *_) = re.findall(r"<text [^>]*>", page)
    spoiled = page.replace("</main>", '<p style="width: 1500px; max-width: none">wide</p></main>').replace(
        first, f'{first}twice</text><text x="-40" y="20" fill="#eeeeee" font-size="9">cut</text>{first}', 1
    )
    faults, _, console = measure(
        {"spoiled": spoiled.replace("<main", '<img src="https://example.org/a.png"><main')}, tmp_path
    )
    words = " ".join(faults["spoiled 1440 light"])
    assert [kind for kind in ("wide: <p", "overlap: twice", "clipped: cut", "faint: cut") if kind not in words] == []
    assert console


def test_no_page_is_too_heavy_to_read(files):
    weights = {
        name: (len(text.encode("utf-8")), len(re.findall(r"<[a-zA-Z]", text)))
        for name, text in files.items()
        if name.endswith(".html")
    }
    assert len(weights) > 30
    assert [name for name, (size, nodes) in weights.items() if size > 400_000 or nodes > 6_000] == []
