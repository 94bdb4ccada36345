"""What each rule does to the ratings: certainty and labels of all questions, change by change, for docs/ratings.md.

``python benchmarks/ratings.py`` from the root. First the commits named in :data:`STEPS`, each run in a worktree of its
own; then the present rules with one choice at a time set back, each on a copy of the tables and the configuration.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from measuring import measured, snakemake, table
from pipeline import ROOT, check_out, git

PAGE = ROOT / "docs" / "ratings.md"
STEPS = {
    "0ce2bc1": "Before: better of two bodies, HKSJ without a floor, information size on top of crossed thresholds",
    "7a8eb6b": "The rules as published, on the same tables (decisions 5, 6, 9, 19, 28, 29)",
    "7f1d29c": "The tables as they have grown: 24 more trials judged, five trials more, code 0 read as high or unclear",
    "c12bf58": "Reports that are known and gave no figures are heard (decision 25)",
    "38c49a3": "Few trials that scatter no more than chance are as sure as the most precise of them",
    "HEAD": "Widened by their scatter instead; three levels for an interval open both ways; primary care sets no trial "
    "apart (decisions 19, 28)",
}
"""Commits after which ratings changed, with what changed."""

COUNTED = {
    "certainty": ("very_low", "low", "moderate", "high"),
    "label": (
        "insufficient", "limited", "moderate", "strong", "little_difference", "comparator_better", "no_difference",
        "no_benefit", "harm",
    ),
}  # fmt: skip

EARLIER_RULES = """rule_id,strength,direction,min_certainty,size,min_k,min_participants
no_trials,no_evidence,any,any,any,0,0
high_difference,strong,difference,high,estimate,5,600
high_no_difference,strong,no_important_difference,high,any,5,600
moderate_difference,moderate,difference,moderate,estimate,3,300
moderate_no_difference,moderate,no_important_difference,moderate,any,3,300
low_difference,limited,difference,low,any,2,100
low_no_difference,limited,no_important_difference,low,any,2,100
very_low_many_trials,limited,difference,any,estimate,10,1000
direction_open,insufficient,unclear,any,any,2,0
very_low_certainty,insufficient,any,any,any,2,100
few_people,insufficient,any,any,any,2,0
single_trial,insufficient,any,any,any,1,0
"""

Edit = Callable[[Path], None]


def setting(old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / "config" / "config.yaml"
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            sys.exit(f"{path}: {old!r} stands there {text.count(old)} times, not once")
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def earlier_rules(folder: Path) -> None:
    (folder / "config" / "strength_rules.csv").write_text(EARLIER_RULES, encoding="utf-8")


def one_difference(folder: Path) -> None:
    path = folder / "config" / "vocabulary" / "mids.csv"
    mids = pd.read_csv(path)
    mids[mids["condition"].isna()].assign(scale="SMD", mid=0.24).to_csv(path, index=False)


def unheard_reports(folder: Path) -> None:
    path = folder / "data" / "raw" / "excluded_reports.csv"
    pd.read_csv(path, dtype=str).assign(comparators=None).to_csv(path, index=False)


def unjudged_sound(folder: Path) -> None:
    """Judge every trial that nobody judged to be sound: the most that judging them could bring."""
    raw = folder / "data" / "raw"
    judged, trials = (pd.read_csv(raw / f"{name}.csv", dtype=str) for name in ("risk_of_bias", "trials"))
    rest = trials.loc[~trials["trial_id"].isin(judged["trial_id"]), "trial_id"]
    source = pd.read_csv(raw / "sources.csv", dtype=str)["source_id"].iloc[0]
    rows = [
        {"trial_id": one, "tool": "RoB2", "domain": "overall", "judgement": "low", "source_id": source} for one in rest
    ]
    pd.concat([judged, pd.DataFrame(rows)])[judged.columns].to_csv(raw / "risk_of_bias.csv", index=False)


CHOICES: dict[str, Edit] = {
    "HKSJ without a floor (decision 5)": setting("  interval: adhoc", "  interval: HKSJ"),
    "the primary interval decides for few trials too (decision 28)": setting("few_trials: 4", "few_trials: 1"),
    "trials can be inconsistent without heterogeneity (decision 19)": setting(
        "heterogeneity_p: 0.10", "heterogeneity_p: 0.999"
    ),
    "two levels for inconsistency whatever I² (decision 19)": setting("considerable_i2: 75", "considerable_i2: 0.001"),
    "an SMD of 0.24 matters for everything (decision 29)": one_difference,
    "the earlier table of labels (decision 9)": earlier_rules,
    "reports without figures are not heard (decision 25)": unheard_reports,
    "no choice set back, and every unjudged trial judged sound": unjudged_sound,
}
"""Choices that are set back one at a time, with what sets them back."""


def counts(folder: Path) -> tuple[str, ...]:
    ratings = pd.read_csv(folder / "data" / "processed" / "ratings.csv")
    return tuple(str(int(ratings[name].eq(word).sum())) for name, words in COUNTED.items() for word in words)


def at_commit(commit: str, work: Path) -> tuple[str, ...]:
    folder = check_out(commit, work / commit)
    measured(snakemake("gather_ratings", cores=2), folder, folder / ".venv" / "bin")
    found = counts(folder)
    git("worktree", "remove", "--force", str(folder))
    return found


def set_back(edit: Edit, folder: Path) -> tuple[str, ...]:
    for name in ("config", "data/raw"):
        shutil.copytree(ROOT / name, folder / name)
    edit(folder)
    command = snakemake("gather_ratings", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder), cores=2)
    measured(command, folder, ROOT / ".venv" / "bin")
    return counts(folder)


def main() -> None:
    work = Path(tempfile.mkdtemp(prefix="ratings-"))
    head = ("", *(f"{name}: {word.replace('_', ' ')}" for name, words in COUNTED.items() for word in words))
    try:
        steps = [(words, *at_commit(commit, work)) for commit, words in STEPS.items()]
        back = [
            (words, *set_back(edit, work / f"choice{place}")) for place, (words, edit) in enumerate(CHOICES.items())
        ]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    PAGE.write_text(
        "# What each rule does to the ratings\n\n"
        "Questions by certainty and by label, made by `benchmarks/ratings.py`. Each change is argued from its "
        "source in the decision named; none was chosen for the labels it gives.\n\n"
        f"## Change by change\n\n{table(head, steps)}\n\n## The present rules, one choice at a time set back\n\n"
        f"{table(head, [('as it is', *steps[-1][1:]), *back])}\n",
        encoding="utf-8",
    )
    print(f"written to {PAGE}")


if __name__ == "__main__":
    main()
