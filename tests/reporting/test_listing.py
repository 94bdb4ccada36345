import subprocess

from ipt_evidence.reporting.listing import listing, read_listing

NAMES = ["data/processed/trials.csv", "data/processed/references.json", "data/processed/fates.csv"]


def test_the_list_is_checked_by_the_program_that_checks_such_lists(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/processed").mkdir(parents=True)
    for name in NAMES:
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")
    (tmp_path / "SHA256SUMS").write_text(listing(NAMES), encoding="utf-8")
    assert read_listing("SHA256SUMS") == {"tables": [NAMES[0], NAMES[2]], "references": [NAMES[1]]}
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=False).returncode == 0
    (tmp_path / NAMES[2]).write_text("another\n", encoding="utf-8")
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=False, capture_output=True, text=True
    )
    assert done.stdout == f"{NAMES[2]}: FAILED\n"
