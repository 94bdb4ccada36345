"""Public faces that load on first use: a job that reads tables does not wait for every method of the engine."""

import ast
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def face(file: str) -> tuple[list[str], Callable[[str], Any]]:
    """Return ``__all__`` and ``__getattr__`` of a package from the imports in its stub, ``__init__.pyi``.

    The stub is the one list of what the package offers, for editors and type checkers as for this function.

    Parameters
    ----------
    file : str
        The package's ``__file__``.
    """
    stub = Path(file).with_suffix(".pyi")
    imports = (node for node in ast.parse(stub.read_text(encoding="utf-8")).body if isinstance(node, ast.ImportFrom))
    homes = {alias.name: str(node.module) for node in imports for alias in node.names}

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {stub.parent.name!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return sorted(homes), load
