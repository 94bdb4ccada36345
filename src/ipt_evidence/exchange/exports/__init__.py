"""Exporters: answers, and the results behind them, in the forms of other programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import pandas as pd

from ipt_evidence.exchange.exports.exported import Exported

if TYPE_CHECKING:  # a user who asks for help does not wait for the numeric libraries to load
    from ipt_evidence.reporting.review import Review

Exporter = Callable[["Review", pd.DataFrame], Exported]
"""Takes the review and the rows of its plan that are asked for."""


@dataclass(frozen=True, slots=True)
class Format:
    """A form of another program.

    Attributes
    ----------
    summary : str
        What it is, in a sentence.
    ending : str
        How the names of its files end.
    module, function : str
        Where its exporter is; loaded when it is called.
    """

    summary: str
    ending: str
    module: str
    function: str

    def export(self, review: "Review", questions: pd.DataFrame) -> Exported:
        """Call the exporter."""
        found: Exporter = getattr(import_module(f"{__name__}.{self.module}"), self.function)
        return found(review, questions)


FORMATS: Mapping[str, Format] = {
    "revman": Format("Write the results behind answers as data rows of RevMan Web (CSV).", "csv", "revman", "revman"),
    "metapsy": Format(
        "Write the results behind answers in the Metapsy data standard, one row a comparison (CSV).",
        "csv", "metapsy", "metapsy",
    ),
    "netmeta": Format(
        "Write a network of all treatments as pairwise contrasts for the R package netmeta (CSV).",
        "csv", "networks", "netmeta",
    ),
    "cinema": Format("Write a network arm by arm for CINeMA (CSV, long format).", "csv", "networks", "cinema"),
    "cinema-contrasts": Format(
        "Write a network of pairwise contrasts for CINeMA (CSV, inverse variance format).",
        "csv", "networks", "cinema_contrasts",
    ),
    "gradepro": Format(
        "Write summaries of findings in the columns of a GRADE evidence profile (CSV).",
        "csv", "gradepro", "gradepro",
    ),
    "fhir": Format("Write answers as Evidence resources of HL7 FHIR R5 (JSON).", "json", "fhir", "fhir"),
}  # fmt: skip
"""Forms by the name of their command."""

__all__ = ["FORMATS", "Exported", "Exporter", "Format"]
