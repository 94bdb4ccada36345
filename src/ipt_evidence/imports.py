"""Which files of the package a script rests on: Snakemake does not see edits to imported modules by itself."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


def files_behind(script: str | Path) -> list[str]:
    """Return the package files that a script imports, directly or through others, in alphabetical order.

    Imports within functions count too; what a file imports by a computed name does not.

    Parameters
    ----------
    script : path
        A Python file.
    """
    found: set[Path] = set()
    new = {Path(script).resolve()}
    while new:
        new = {file for source in new for file in _imported(source)} - found
        found |= new
    return sorted(map(str, found))


def code_behind(script: str | Path) -> str:
    """Return a digest that changes with the package files that a script imports (:func:`files_behind`), and else never.

    Parameters
    ----------
    script : path
        A Python file.
    """
    found = hashlib.sha256()
    for file in map(Path, files_behind(script)):
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()[:16]


@cache
def _imported(file: Path) -> tuple[Path, ...]:
    names = (name for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for name in _named(node))
    parts = {tuple(name.split(".")) for name in names if name.split(".")[0] == PACKAGE.name}
    return tuple({path for part in parts for path in _files(part[1:])})


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(part: tuple[str, ...]) -> Iterator[Path]:
    """Yield the module that a dotted name leads to, if it leads to one, and the packages on the way."""
    for depth in range(len(part) + 1):
        package = PACKAGE.joinpath(*part[:depth])
        for file in (package / "__init__.py", package.with_suffix(".py")):
            if file.is_file():
                yield file
