"""The examples in the docstrings of the numeric rooms are true."""

import doctest
import importlib
import pkgutil

import pytest

import ipt_evidence.effects
import ipt_evidence.synthesis

MODULES = [
    f"{room.__name__}.{module.name}"
    for room in (ipt_evidence.effects, ipt_evidence.synthesis)
    for module in pkgutil.iter_modules(room.__path__)
]
FINDER = doctest.DocTestFinder(exclude_empty=True)
WITH_EXAMPLES = [
    name for name in MODULES if any(found.examples for found in FINDER.find(importlib.import_module(name)))
]


def test_there_are_examples():
    assert {"ipt_evidence.effects.means", "ipt_evidence.synthesis.pooling"} <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_give_what_they_show(name):
    results = doctest.testmod(importlib.import_module(name))
    assert (results.attempted > 0, results.failed) == (True, 0)
