"""Every kind of page in a window: nothing overflows, overlaps, is clipped or faint, and no request leaves it."""

import json
import os
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest

KINDS = (
    "index", "claims", "guidelines", "published", "gaps", "flow", "checks", "methods", "prisma", "glossary", "search",
    "conditions/depression", "conditions/depression/ba-v-control", "conditions/depression/all-trials",
    "conditions/depression/depression_ba_v_control_symptom_severity_post",
    "conditions/depression/network-depression_symptom_severity_post",
    "conditions/depression/depression_ba_v_medication_response_post", "guides/invented_leaflet",
)  # fmt: skip

MODES = {
    "light": (),
    "dark": (("(prefers-color-scheme: dark)", "(min-width: 0)"),),
    # As on paper: what is for the screen alone is off.
    "print": (("@media print", "@media all"), ("@media screen and", "@media speech and")),
}
"""How a page is seen, and what is changed in its style sheet for that."""

PAPER = 718
"""Width of the text on A4 in CSS pixels."""

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")


def measure(pages, folder):
    """Open pages, by name, at the widths of a phone, a tablet and a desk, light and dark, and as printed.

    Returns what is wrong by ``name width mode``, how many texts in plots were measured, and what was written to the
    console, requests that failed among it: no name of a host is resolved.
    """
    program = shutil.which("chromium")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    ways = [(width, mode) for mode in ("light", "dark") for width in (360, 768, 1440)] + [(PAPER, "print")]
    frames = "".join(
        f'<iframe title="{name} {width} {mode}" width="{width}" height="900" style="border: 0" '
        f'srcdoc="{escape(_seen(page, mode))}"></iframe>'
        for name, page in pages.items()
        for width, mode in ways
    )
    page = folder / "measure.html"
    page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><script>{MEASURE}</script>{frames}', encoding="utf-8")
    command = [
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, check=True, timeout=240)
    said = json.loads(unescape(re.search(r'<pre id="said">(.*)</pre>', run.stdout.decode(), flags=re.DOTALL).group(1)))
    assert len(said) == len(pages) * len(ways)
    console = [line for line in run.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
    return {name: one["found"] for name, one in said.items()}, sum(one["texts"] for one in said.values()), console


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
