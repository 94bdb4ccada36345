"""The examples in the docstrings of the engine are true."""

import doctest
import importlib
import pkgutil

import pytest

import ipt_evidence.engine

MODULES = [
    module.name
    for module in pkgutil.walk_packages(ipt_evidence.engine.__path__, prefix="ipt_evidence.engine.")
    if not module.ispkg
]
FINDER = doctest.DocTestFinder(exclude_empty=True)
WITH_EXAMPLES = [
    name for name in MODULES if any(found.examples for found in FINDER.find(importlib.import_module(name)))
]


def test_there_are_examples():
    assert {"ipt_evidence.engine.effect_sizes.means", "ipt_evidence.engine.pooling.random_effects"} <= set(
        WITH_EXAMPLES
    )


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_give_what_they_show(name):
    results = doctest.testmod(importlib.import_module(name))
    assert (results.attempted > 0, results.failed) == (True, 0)
