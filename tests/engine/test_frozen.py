from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest

from ipt_evidence.engine.frozen import FrozenArrays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result(FrozenArrays):
    values: np.ndarray
    k: int


def test_neither_fields_nor_arrays_of_a_result_can_be_changed():
    result = Result(values=np.zeros(3), k=3)
    with pytest.raises(FrozenInstanceError):
        result.k = 4
    with pytest.raises(ValueError, match="read-only"):
        result.values[0] = 1
