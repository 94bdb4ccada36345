"""The scripts of the workflow, run one after another without Snakemake: a whole review in a few seconds."""

import ast
import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
OUT, REPORTS = Path("data/processed"), Path("reports")
WORDS = [
    f"config/vocabulary/{name}.csv" for name in ("conditions", "treatments", "treatment_classes", "outcomes", "mids")
]
INSTRUMENTS = "config/vocabulary/instruments.csv"
PLAN, RULES = "config/questions.csv", "config/strength_rules.csv"
EFFECTS, SCHEMAS = ("effect_sizes", "not_computed"), ROOT / "config/schemas"


class Given:
    """Files as Snakemake hands them to a script: by name, the first one by its place too."""

    def __init__(self, named: dict[str, Any]) -> None:
        self.named = named

    def __getitem__(self, key: Any) -> Any:
        return self.named[key] if isinstance(key, str) else list(self.named.values())[key]

    def __getattr__(self, name: str) -> Any:
        return self.named[name]

    def __iter__(self) -> Any:
        return iter(self.named.values())

    def items(self) -> Any:
        return self.named.items()


def _run(name: str, given: dict[str, Any], made: dict[str, Any], **more: Any) -> dict[str, Any]:
    params = SimpleNamespace(code="", **more.pop("params", {}))
    job = SimpleNamespace(input=Given(given), output=Given(made), params=params, log=["logs/log"], **more)
    try:
        runpy.run_path(str(ROOT / f"workflow/scripts/{name}.py"), init_globals={"snakemake": job})
    except SystemExit:
        pytest.fail(f"{name}: {Path(job.log[0]).read_text(encoding='utf-8')}")
    return made


def _listed(room: str, name: str) -> list[str]:
    """Return a list of tables as the rules file of a room has it."""
    rules = (ROOT / f"workflow/rules/{room}.smk").read_text(encoding="utf-8")
    found = re.search(rf"^{name} = (\[.*?\])", rules, flags=re.DOTALL | re.MULTILINE)
    assert found
    return list(ast.literal_eval(found.group(1)))


def _gathered(parts: dict[str, dict[str, str]], columns: dict[str, str]) -> dict[str, str]:
    names = {name: [part[name] for part in parts.values()] for name in columns}
    made = {name: f"{OUT}/{name}.csv" for name in columns}
    return _run("gather_tables", {**names, "questions": PLAN}, made, params={"column": columns})


@pytest.fixture(scope="session")
def lay_review(mini_folder) -> Callable[[Path], None]:
    """Lay the mini evidence base into a folder, as a review of its own."""

    def lay(folder: Path) -> None:
        shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("vocabulary", "moderator*"))
        shutil.copytree(mini_folder.vocabulary, folder / "config" / "vocabulary")
        shutil.copy(mini_folder.questions, folder / "config")
        shutil.copytree(mini_folder.raw, folder / "data" / "raw")
        (folder / "logs").mkdir()

    return lay


@pytest.fixture
def review(tmp_path, monkeypatch, lay_review) -> Path:
    """The mini evidence base as a review of its own, in the working directory."""
    lay_review(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def run_review() -> Callable[[], None]:
    """Run the review in the working directory, from the raw tables to the pages and the document for machines."""

    def run() -> None:
        _compute_effects()
        _report(_answer())

    return run


@pytest.fixture(scope="session")
def compute_effects() -> Callable[[], None]:
    """Check the review in the working directory and compute its effects, which no setting moves."""
    return _compute_effects


@pytest.fixture(scope="session")
def answer_and_publish() -> Callable[[], None]:
    """Answer the questions of the review, whose effects are computed; write its pages and the document for machines."""

    def run() -> None:
        _report(_answer())

    return run


def _settings() -> dict[str, Any]:
    return dict(yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8")))


def _compute_effects() -> None:
    therapy = _settings()["review"]["intervention"]
    raw, vocabulary = sorted(map(str, Path("data/raw").iterdir())), [*WORDS, INSTRUMENTS]
    plan = {"questions": PLAN, "rules": RULES, "vocabulary": vocabulary}
    _run("check_evidence", {"raw": raw, **plan}, {"out": f"{OUT}/checked"}, params={"intervention": therapy})
    shutil.copytree(OUT / "checked", OUT, dirs_exist_ok=True)
    shutil.rmtree(OUT / "checked")
    effects = {}
    for family in _families():
        place = {name: f"{OUT}/effects/{family}/{name}.csv" for name in EFFECTS}
        effects[family] = _run("compute_effects", {"studies": _of(family)["studies"], "vocabulary": WORDS}, place)
    _gathered(effects, dict.fromkeys(EFFECTS, "condition"))


def _families() -> list[str]:
    return [path.stem for path in sorted((OUT / "studies").iterdir())]


def _of(family: str) -> dict[str, Any]:
    studies, plan = f"{OUT}/studies/{family}.json", f"{OUT}/plan/{family}.csv"
    effects = {name: f"{OUT}/effects/{family}/{name}.csv" for name in EFFECTS}
    return {"studies": studies, "plan": plan, "vocabulary": WORDS, **effects}


def _answer() -> dict[str, Any]:
    """Answer and rate; return what the pages are made from."""
    answers, networks, settings = _listed("synthesis", "ANSWERS"), _listed("appraisal", "NETWORKS"), _settings()
    ratings, therapy = [*_listed("appraisal", "RATINGS"), *networks], settings["review"]["intervention"]
    plan = {"questions": PLAN, "rules": settings["appraisal"]["strength_rules"], "vocabulary": [*WORDS, INSTRUMENTS]}
    tables = {path.stem: str(path) for path in OUT.glob("*.csv") if path.stem != "flow"}  # made with the pages
    answered, rated = {}, {}
    for family in _families():
        given = {**tables, **_of(family)}
        place = {name: f"{OUT}/answers/{family}/{name}.csv" for name in [*answers, "multiverse", "versions"]}
        chosen = {name: settings[name] for name in ("synthesis", "sensitivity", "multiverse")}
        answered[family] = _run("pool_questions", given, place, params={"settings": chosen})
        place = {name: f"{OUT}/ratings/{family}/{name}.csv" for name in ratings}
        read = ["effect_sizes", "syntheses", "synthesis_weights", "selections", "fates", "small_study", "multiverse",
                "versions", "plan", "overrides", "excluded_reports", "rules", "moderators",
                "moderator_groups"]  # fmt: skip
        params = {
            "tables": read, "intervention": therapy,
            **{part: {name: settings[name] for name in ("synthesis", section)}
               for part, section in (("ratings", "appraisal"), ("networks", "networks"))},
        }  # fmt: skip
        given, family_named = {**given, **answered[family], "rules": plan["rules"]}, SimpleNamespace(family=family)
        rated[family] = _run("rate_questions", given, place, params=params, wildcards=family_named)
    tables |= _gathered(answered, dict.fromkeys(answers, "question_id"))
    by = dict.fromkeys(ratings, "question_id") | {"trial_risk": "trial_id"} | dict.fromkeys(["gaps", *networks], "")
    tables |= _gathered(rated, by)
    made = {name: f"{OUT}/{name}.csv" for name in ("claims", "concordance", "agreement", "summary_of_findings")}
    given = {**tables, **plan, "guide_references": f"{OUT}/guide_references.json"}
    params = {"settings": {"intervention": therapy, "synthesis": settings["synthesis"]}}
    tables |= _run("audit_claims", given, made, params=params)
    listed = [*tables.values(), f"{OUT}/references.json", f"{OUT}/guide_references.json"]
    made = _run("list_tables", dict(zip(listed, listed, strict=True)), {"listed": f"{OUT}/SHA256SUMS"})
    return {**plan, **made, "guides": "data/raw/guides.yaml"}


def _report(review: dict[str, Any]) -> None:
    """Write the pages and the document for machines."""
    given = {**review, "settings": f"{SCHEMAS}/config.schema.yaml"}
    made = {"index": f"{REPORTS}/index.html", "flow": f"{OUT}/flow.csv", "kept": f"{OUT}/kept.txt"}
    made["made_from"] = f"{REPORTS}/made_from/site.txt"
    _run(
        "site",
        given,
        made,
        params={
            "settings": _settings(),
            "templates": ROOT / "workflow/templates",
            "look": "",
            "notebooks": [],
            "commit": "",
        },
    )
    made = {"document": f"{REPORTS}/evidence.json", "schema": f"{REPORTS}/evidence.schema.json"}
    made["made_from"] = f"{REPORTS}/made_from/evidence.txt"
    given = {**review, "schema": f"{SCHEMAS}/evidence.schema.yaml"}
    _run("evidence", given, made, params={"settings": _settings()})
