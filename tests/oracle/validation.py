"""Write docs/validation.md: what the engine's numbers were held against, and how far from it they are.

``python tests/oracle/validation.py`` (part of ``make oracle``) runs every test that reads a golden file and notes what
it compares, so that page and tests cannot say different things.
"""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import special

from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.synthesis import beta_selection_model, pool, pool_dependent, selection_model

ORACLE = Path(__file__).parent
ROOT = ORACLE.parents[1]
PAGE = ROOT / "docs" / "validation.md"
TESTS = ROOT / "tests" / "engine"
_FILE = re.compile(r"golden_\w+\.json")
_OWN_TESTS = "test_validation.py"
_ROUNDING = 1e-12
_COUNTS = 100
"""Whole numbers up to it, numbers of trials and percent, stand in golden files by chance."""
_LOOSE = 1e-6


class Row(NamedTuple):
    """What one test compares with one peer."""

    golden: tuple[str, ...]
    words: str
    functions: tuple[str, ...]
    sets: tuple[str, ...]
    largest: float
    at: str


@cache
def golden_tests(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the tests of a module by the golden files that they read, directly or by names of the module."""
    tree = ast.parse(path.read_text("utf-8"))
    names: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            names[node.name] = node
        elif isinstance(node, ast.Assign):
            bound = {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
            names |= dict.fromkeys(bound, node)

    def files(name: str, seen: set[str]) -> set[str]:
        if name in seen or name not in names:
            return set()
        seen.add(name)
        found = set()
        for part in ast.walk(names[name]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found |= set(_FILE.findall(part.value))
            elif isinstance(part, ast.Name):
                found |= files(part.id, seen)
        return found

    read = {name: tuple(sorted(files(name, set()))) for name in names if name.startswith("test_")}
    return {name: found for name, found in read.items() if found}


def modules() -> list[Path]:
    """Return the test modules of the engine that read a golden file; the one of the page itself compares nothing."""
    return sorted(path for path in TESTS.rglob("test_*.py") if path.name != _OWN_TESTS and golden_tests(path))


def digest() -> str:
    """Return a digest of the golden files and of the names of the tests that read them."""
    content = sha256()
    for path in sorted(ORACLE.glob("golden_*.json")):
        content.update(path.name.encode() + path.read_bytes())
    for path in modules():
        content.update(repr((path.relative_to(TESTS).as_posix(), sorted(golden_tests(path).items()))).encode())
    return content.hexdigest()[:16]


@cache
def _numbers(golden: tuple[str, ...]) -> frozenset[float]:
    """Return every number of golden files."""
    found: set[float] = set()

    def gather(part: Any) -> None:
        if isinstance(part, dict | list):
            for each in part.values() if isinstance(part, dict) else part:
                gather(each)
        elif isinstance(part, int | float):
            found.add(float(part))

    for name in golden:
        gather(json.loads((ORACLE / name).read_text("utf-8")))
    return frozenset(found)


def _is_golden(expected: Any, golden: tuple[str, ...]) -> bool:
    """Tell whether a test expects what golden files hold: other comparisons of it are laws."""
    try:
        values = np.ravel(np.asarray(list(expected.values()) if isinstance(expected, dict) else expected, dtype=float))
    except (TypeError, ValueError):
        return False
    values, known = values[np.isfinite(values)], _numbers(golden)
    telling = (values != np.rint(values)) | (np.abs(values) > _COUNTS)
    return bool(np.any(telling)) and all(value in known for value in values.tolist())


def difference(found: Any, expected: Any) -> float:
    """Return the largest difference of two numbers or collections of them, relative to what is beyond 1."""
    if isinstance(expected, dict):
        return max((difference(found[key], value) for key, value in expected.items()), default=0.0)
    try:
        ours, theirs = np.broadcast_arrays(np.asarray(found, dtype=float), np.asarray(expected, dtype=float))
    except (TypeError, ValueError):
        return 0.0
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(ours - theirs) / np.maximum(1, np.abs(theirs)))
    return float(np.max(apart, initial=0.0))


class _Approximately:
    """An expectation of pytest that tells what it was compared with."""

    __array_ufunc__ = None
    __array_priority__ = 100

    def __init__(self, inner: Any, expected: Any, note: Callable[[Any, Any], None]) -> None:
        self._inner, self._expected, self._note = inner, expected, note

    def __eq__(self, found: object) -> bool:
        self._note(found, self._expected)
        return bool(self._inner == found)

    __hash__ = None  # type: ignore[assignment]


class Recorder:
    """A plugin of pytest that notes what the tests on golden files compare and which functions they call."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], list[tuple[str, float]]] = {}
        self._called: dict[tuple[str, str], set[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests on golden files."""
        items[:] = [item for item in items if _plain(item) in golden_tests(item.path)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Run a test with its comparisons and its calls noted."""
        key = (item.path.relative_to(TESTS).as_posix(), _plain(item))
        differences = self._seen.setdefault(key, [])
        name, golden = _set_of(item), golden_tests(item.path)[key[1]]

        def note(found: Any, expected: Any) -> None:
            if _is_golden(expected, golden):
                differences.append((name, difference(found, expected)))

        with _noted(note, self._called.setdefault(key, set())):
            return (yield)

    def rows(self) -> list[Row]:
        """Return a row for every test that compared something."""
        result = []
        for (module, test), seen in self._seen.items():
            if not seen:
                continue
            at, largest = max(seen, key=lambda pair: pair[1])
            result.append(
                Row(
                    golden=golden_tests(TESTS / module)[test],
                    words=test.removeprefix("test_").replace("_", " "),
                    functions=tuple(sorted(self._called[module, test])),
                    sets=tuple(dict.fromkeys(name for name, _ in seen if name)),
                    largest=largest,
                    at=at,
                )
            )
        return sorted(result)


def _plain(item: pytest.Item) -> str:
    return getattr(item, "originalname", None) or item.name


def _set_of(item: pytest.Item) -> str:
    """Return the name of the data set that a test was given."""
    given = getattr(item, "callspec", None)
    params = given.params if given else {}
    return next((value for value in (params.get("name"), *params.values()) if isinstance(value, str)), "")


@contextmanager
def _noted(note: Callable[[Any, Any], None], called: set[str]) -> Iterator[None]:
    approx, close = pytest.approx, np.testing.assert_allclose

    def noting_close(found: Any, expected: Any, *args: Any, **choices: Any) -> None:
        note(found, expected)
        close(found, expected, *args, **choices)

    def profile(frame: FrameType, event: str, _: Any) -> None:
        code, caller = frame.f_code, frame.f_back
        if event != "call" or caller is None or not caller.f_code.co_filename.startswith(str(TESTS)):
            return
        if "/ipt_evidence/engine/" in code.co_filename and not code.co_name.startswith(("_", "<")):
            called.add(code.co_qualname)

    pytest.approx = lambda expected, *args, **choices: _Approximately(
        approx(expected, *args, **choices), expected, note
    )
    np.testing.assert_allclose = noting_close
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        pytest.approx, np.testing.assert_allclose = approx, close


def peer(golden: Iterable[str]) -> str:
    """Return the programs a golden file is from, with their versions."""
    versions: dict[str, str] = {}
    for name in golden:
        content = json.loads((ORACLE / name).read_text("utf-8"))
        versions |= content.get("versions", {}) if isinstance(content, dict) else {}
    versions.pop("metadat", None)  # Data, not a method.
    base = versions.pop("R", None)
    named = [f"{name} {version}" for name, version in sorted(versions.items(), key=lambda pair: pair[0].lower())]
    return ", ".join([*named, *([f"R {base}"] if base else [])]) or "R"


def _power(value: float) -> str:
    """Return the power of ten that a difference is not above; what is rounding is not told apart."""
    return f"1e{int(np.ceil(np.log10(max(value, _ROUNDING))))}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _agreement(rows: list[Row]) -> str:
    parts = []
    for golden in dict.fromkeys(row.golden for row in rows):
        files = ", ".join(f"`{name.removesuffix('.json')}`" for name in golden)
        cells = [
            (
                ", ".join(f"`{name}`" for name in row.functions) or "-",
                row.words,
                ", ".join(row.sets) if 0 < len(row.sets) <= 25 else f"{len(row.sets)} sets" if row.sets else "one",
                _power(row.largest) + (f" ({row.at})" if row.at and row.largest > _ROUNDING else ""),
            )
            for row in rows
            if row.golden == golden
        ]
        table = _table(("function", "test", "data sets", "largest difference, at most"), cells)
        parts.append(f"### {files}: {peer(golden)}\n\n{table}")
    return "\n\n".join(parts)


def _likelihoods() -> Iterator[tuple[str, ...]]:
    """Yield the data sets on which another program stops beside the solution by default: REML, PM, Q-profile."""
    sets = json.loads((ORACLE / "golden_pooling.json").read_text("utf-8"))["sets"]
    theirs = json.loads((ORACLE / "golden_defaults.json").read_text("utf-8"))["pooled"]
    for name, data in sets.items():
        y, v = np.asarray(data["effects"]), np.asarray(data["variances"])
        trials = MeanOfTrials.alone(y, v)
        reml, pm = pool(y, v), pool(y, v, method="PM")

        def q(tau2: float, trials: MeanOfTrials = trials) -> float:
            return float(trials.at(np.array([tau2])).q[0])

        def height(tau2: float, trials: MeanOfTrials = trials) -> float:
            return float(trials.log_likelihood(np.array([tau2]), restricted=True)[0])

        them, df = theirs[name], y.size - 1
        limits = [(reml.tau2_low, them["low"], 0.025), (reml.tau2_high, them["high"], 0.975)]
        if them["reml"] is None:
            yield name, "tau2 by REML", "not converged", f"{reml.tau2:.8g}", ""
        elif abs(them["reml"] - reml.tau2) > _LOOSE * reml.tau2:
            short = height(reml.tau2) - height(them["reml"])
            words = f"log-likelihood {short:.1e} higher" if short > 1e-9 else "log-likelihood the same to 1e-9"
            yield name, "tau2 by REML", f"{them['reml']:.8g}", f"{reml.tau2:.8g}", words
        if them["pm"] is not None and abs(them["pm"] - pm.tau2) > _LOOSE * pm.tau2:
            there, here = (abs(q(tau2) - df) for tau2 in (them["pm"], pm.tau2))
            yield (
                name,
                "tau2 by PM",
                f"{them['pm']:.8g}",
                f"{pm.tau2:.8g}",
                f"Q off by {there:.1e}, here {_power(here)}",
            )
        for ours, other, share in limits:
            if other is None or np.isnan(ours) or abs(other - ours) <= _LOOSE * ours:
                continue
            there, here = (special.chdtr(df, q(tau2)) for tau2 in (other, ours))
            yield (
                name, f"Q-profile, {'lower' if share < 0.5 else 'upper'} limit", f"{other:.8g}", f"{ours:.8g}",
                f"tail {min(there, 1 - there):.6f}, here {min(here, 1 - here):.6f}",
            )  # fmt: skip


def _selection_models() -> Iterator[tuple[str, ...]]:
    """Yield the data sets on which selmodel() ends at a maximum below another one: step functions and beta function."""
    sets = json.loads((ORACLE / "golden_small_study.json").read_text("utf-8"))["sets"]
    for name, data in sets.items():
        y, v = data["yi"], data["vi"]
        found: list[tuple[str, Any, Any]] = []
        for them in data["selection"]:
            steps, side = np.atleast_1d(them["steps"]), them["alternative"].replace(".", "-")
            words = f"steps at {', '.join(f'{step:g}' for step in steps)}, {side}"
            found.append((words, them, selection_model(y, v, steps=steps, alternative=side)))
        if data["beta"]:
            found.append(("beta, greater", data["beta"], beta_selection_model(y, v, alternative="greater")))
        for words, them, ours in found:
            if ours.log_likelihood > them["log_likelihood"] + _LOOSE:
                heights = f"{them['log_likelihood']:.6f}", f"{ours.log_likelihood:.6f}"
                yield name, words, *heights, f"{them['estimate']:.6g}", f"{ours.estimate:.6g}"


def _clusters() -> Iterator[tuple[str, ...]]:
    """Yield what CR2 is off the solution in 60 digits by, there and here."""
    exact = json.loads((ORACLE / "golden_exact.json").read_text("utf-8"))["sets"]
    theirs = json.loads((ORACLE / "golden_defaults.json").read_text("utf-8"))["robust"]
    for name, data in exact.items():
        found = pool_dependent(data["effects"], data["variances"], data["clusters"], rho=data["rho"])
        for words, field, other in (("standard error", "robust_se", "se"), ("degrees of freedom", "robust_df", "df")):
            right, them = data[field], theirs[name][other]
            off = "not computed" if them is None else f"{abs(them / right - 1):.0e}"
            yield name, words, f"{right:.10g}", off, _power(abs(getattr(found, field) / right - 1))


def page(rows: list[Row]) -> str:
    """Return the whole page."""
    compared = sum(max(len(row.sets), 1) for row in rows)
    versions = json.loads((ORACLE / "golden_defaults.json").read_text("utf-8"))["versions"]
    return f"""# Validation

What the engine's numbers were held against, and how far from it they are. `make oracle` makes this page by running the
tests that compare with a value of a golden file; nothing on it is typed. Which values are somebody else's code and
which an independent derivation, family by family: [tests/oracle/README.md](../tests/oracle/README.md).

A difference is |ours - theirs|, divided by the size of theirs where that is beyond 1, rounded up to a power of ten;
1e-12 is rounding. In brackets: the data set where it is. Above 1e-6 the peer is a simulation, a search that ends early
or a published approximation; the same README says which. {len(rows)} tests, {compared} with their data sets counted.

Golden values: `{digest()}`

## Agreement

{_agreement(rows)}

## Where the peer is not right

By default metafor {versions["metafor"]} ends its searches early. The golden values above were made with tight settings;
these are what users get.

### Variance between trials

A maximum has the highest restricted likelihood, Paule and Mandel's estimate a Q equal to its degrees of freedom, a
limit of the Q-profile interval a tail of 0.025, if it is not 0. Only differences above 1e-6 of the number itself.

{_table(("data set", "number", "metafor", "here", "by its own definition"), _likelihoods())}

### Selection models

The likelihood may have more than one maximum; the estimate is the highest. Here the best of three optimisers of
`selmodel()` ends at one below another. tests/engine holds the higher one to its likelihood, written out anew.

{_table(("data set", "weights", "log-likelihood, metafor", "here", "average, metafor", "here"), _selection_models())}

### Cluster-robust tests

Where a cluster is all but decided by one precise effect, the adjustment of CR2 is a difference of nearly equal numbers.
clubSandwich {versions["clubSandwich"]} and the engine, held to the solution in 60 digits at the same variances:

{_table(("data set", "number", "60 digits", "clubSandwich off by", "here off by"), _clusters())}
"""


def record(paths: Iterable[Path]) -> list[Row]:
    """Run the tests of modules that are on golden files and return what they compare.

    Raises
    ------
    SystemExit
        If a test fails.
    """
    recorder = Recorder()
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header"]
    if pytest.main([*options, *map(str, paths)], plugins=[recorder]):
        raise SystemExit("tests failed: the page is not written")
    return recorder.rows()


if __name__ == "__main__":
    PAGE.write_text(page(record(modules())), encoding="utf-8")
