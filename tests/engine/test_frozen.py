"""What the engine hands out can be read by many, because nobody can change it."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass

import numpy as np
import pytest

from ipt_evidence.engine.frozen import FrozenArrays, frozen
from public_calls import FUNCTIONS, PUBLIC, inputs_of

CONSTANTS = sorted(set(PUBLIC) - set(FUNCTIONS) - {name for name, value in PUBLIC.items() if inspect.isclass(value)})


def parts(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Yield a result and everything in it, with the way there."""
    yield place, value
    if is_dataclass(value):
        for field in fields(value):
            yield from parts(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from parts(part, f"{place}[{number}]")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from parts(part, f"{place}[{key!r}]")


def changeable(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.flags.writeable or value.base is not None
    if is_dataclass(value):
        return not value.__dataclass_params__.frozen
    return isinstance(value, list | dict | set | bytearray)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_in_the_result_of_a_public_function_can_be_changed(name):
    given = inputs_of(name)
    found = dict(parts(PUBLIC[name](**given), name))
    assert [place for place, value in found.items() if changeable(value)] == []
    theirs = [value for value in given.values() if isinstance(value, np.ndarray)]
    assert all(array.flags.writeable for array in theirs), "the caller's own arrays stay as they were"
    ours = [value for value in found.values() if isinstance(value, np.ndarray)]
    assert not any(np.shares_memory(one, other) for one in ours for other in theirs)


@pytest.mark.parametrize("name", CONSTANTS)
def test_no_public_constant_can_be_changed(name):
    assert [place for place, value in parts(PUBLIC[name], name) if changeable(value)] == []


def test_what_can_be_changed_is_seen():
    @dataclass
    class Loose:
        values: np.ndarray

    whole = frozen(np.zeros(4))
    seen = parts((Loose(np.zeros(2)), whole, whole[:2], [1]), "result")
    assert [place for place, value in seen if changeable(value)] == [
        "result[0]", "result[0].values", "result[2]", "result[3]",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result(FrozenArrays):
    values: np.ndarray
    k: int


def test_neither_fields_nor_arrays_of_a_result_can_be_changed():
    mine = np.zeros(3)
    result = Result(values=mine, k=3)
    with pytest.raises(FrozenInstanceError):
        result.k = 4
    with pytest.raises(ValueError, match="read-only"):
        result.values[0] = 1
    mine[0] = 1
    assert result.values.tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_single_numbers_in_the_result_of_a_public_function_are_plain(name):
    found = parts(PUBLIC[name](**inputs_of(name)), name)
    assert [place for place, value in found if isinstance(value, np.generic)] == []
