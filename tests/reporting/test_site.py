import posixpath
import re

from ipt_evidence.reporting.site import publish

OF_OTHER_RULES = {"evidence.json", "evidence.schema.json", "changes.html", "trust.html", "agreement.html"}
FINGERPRINTS = {f"made_from/{job}.txt" for job in ("site", "evidence", "changes")}

LINK = re.compile(r'href="(?![a-z]+:)([^"#?]*)[^"#]*#?([^"]*)"')
"""A link within the reports: file and anchor."""


def test_the_run_left_exactly_these_reports(example, files):
    reports = example / "reports"
    left = [path.relative_to(reports) for path in reports.rglob("*") if path.is_file()]
    assert {path.as_posix() for path in left} == {*files, *OF_OTHER_RULES, *FINGERPRINTS}
    written = {
        name: content if isinstance(content, bytes) else content.encode("utf-8") for name, content in files.items()
    }
    assert [name for name, content in written.items() if (reports / name).read_bytes() != content] == []


def test_every_link_from_report_to_report_arrives(files):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', str(content))) for name, content in files.items()}
    ids |= {name: set() for name in OF_OTHER_RULES}
    links = [(name, href) for name in files if name.endswith(".html") for href in LINK.findall(files[name])]
    arrivals = [
        (posixpath.normpath(posixpath.join(name, "..", path or name.rpartition("/")[2])), anchor)
        for name, (path, anchor) in links
    ]
    assert len(links) > 300
    assert [
        (page, anchor) for page, anchor in arrivals if page not in ids or (anchor and anchor not in ids[page])
    ] == []


def test_only_a_report_that_changed_is_written(tmp_path):
    publish({"index.html": "a", "guides/one.md": "b"}.items(), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    publish({"index.html": "changed", "guides/one.md": "b"}.items(), tmp_path)
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert [path.name for path in after if after[path] != before[path]] == ["index.html"]


def test_a_page_that_is_no_longer_asked_for_is_removed_and_nothing_else(tmp_path):
    publish({"conditions/a.html": "a", "conditions/b.html": "b", "conditions/b/q.html": "d"}.items(), tmp_path)
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    publish({"conditions/a.html": "a"}.items(), tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"conditions", "conditions/a.html", "README.md"}
