"""What the tests of importers and exporters share: the effects of what was imported."""

from collections.abc import Mapping

import pandas as pd
import pytest

from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.exchange.completing import with_cells, with_directions, with_known_treatments
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.extraction.flags import FLAGGED
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.studies import STUDY_TABLES, Studies
from ipt_evidence.extraction.validation import dtype_of, row_ids
from ipt_evidence.words.vocabulary import Vocabulary

FILLS = {("trials", "condition"): "depression", ("trials", "phase"): "acute", ("trials", "population"): "adults"}


@pytest.fixture(scope="session")
def effects_of():
    """Return the effects that follow from an import, completed as its report asks."""
    return _effects_of


def _effects_of(imported: Imported, vocabulary: Vocabulary, fills: Mapping[tuple[str, str], str] = FILLS):
    imported = with_known_treatments(with_directions(with_cells(imported, fills), vocabulary), vocabulary)
    tables = {
        name: imported.tables.get(name, pd.DataFrame(columns=list(RAW_TABLES[name].columns))) for name in STUDY_TABLES
    }
    studies = Studies(**{name: _typed(name, table) for name, table in tables.items()})
    effects = compute_effects(studies, vocabulary).effect_sizes
    labels = studies.trials.set_index("trial_id")["label"]
    return effects.assign(study=effects["trial_id"].map(labels))


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    schema = RAW_TABLES[name]
    columns = {}
    for column, checks in schema.columns.items():
        cells = [cell or None for cell in table[column]]
        dtype = dtype_of(checks)
        if dtype == "boolean":
            cells = [None if cell is None else cell == "true" for cell in cells]
        elif dtype in ("Int64", "Float64"):
            cells = [None if cell is None else float(cell) for cell in cells]
        columns[column] = pd.array(cells, dtype=dtype)
    frame = pd.DataFrame(columns)
    return frame.assign(flags="", row_id=row_ids(frame, schema)) if name in FLAGGED else frame
