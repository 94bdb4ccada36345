"""What the tests of the analysts' functions share: the tables of the invented review."""

import pytest

from ipt_evidence import load


@pytest.fixture(scope="session")
def tables(example):
    return load(example)
