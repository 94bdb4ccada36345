"""The libraries that a state was made with, as a CycloneDX bill of materials and as a list of licences."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

BOM, LICENCES = "sbom.cdx.json", "LICENCES.csv"
"""Names of the two in a release."""

PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n    .*)*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

CLASSIFIER = "License :: "
NOT_STATED, NOT_HERE = "not stated in the package", "not installed on this system"
UNKNOWN = (NOT_STATED, NOT_HERE)
LONGEST = 80
"""As many letters a name of a licence has at most; longer ones are its text."""


@dataclass(frozen=True, slots=True)
class Library:
    """A locked library: name, version, SHA-256 of each of its files, and the licence it states."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str


def locked(lock: Path) -> list[Library]:
    """Read the libraries of a lock file, ``name==version`` with their hashes, with the licence each states here."""
    found = PINNED.findall(lock.read_text(encoding="utf-8"))
    return [Library(name, version, tuple(HASH.findall(rest)), licence_of(name)) for name, version, rest in found]


def licence_of(name: str) -> str:
    """Return the licence that an installed package states: as an expression, by its classifiers, or in a short name."""
    try:
        stated = metadata(name).json
    except PackageNotFoundError:
        return NOT_HERE
    if expression := stated.get("license_expression"):
        return str(expression)
    classes = [line.rpartition(" :: ")[2] for line in stated.get("classifier", []) if line.startswith(CLASSIFIER)]
    first = str(stated.get("license", "")).strip().split("\n")[0]
    return "; ".join(classes) or (first if 0 < len(first) <= LONGEST else NOT_STATED)


def bill_of_materials(libraries: list[Library], name: str, version: str, day: date) -> str:
    """Write the bill of materials of a program (CycloneDX 1.6, JSON), dated by the midnight of the day of the state.

    The same libraries give the same bytes.
    """
    licences = LicenseFactory()
    program = Component(name=name, version=version, type=ComponentType.APPLICATION, bom_ref=name)
    bom = Bom(
        serial_number=uuid5(NAMESPACE_URL, "\n".join(map(repr, libraries))),
        metadata=BomMetaData(component=program, timestamp=datetime.combine(day, time(), UTC)),
        components=(_component(library, licences) for library in libraries),
    )
    bom.register_dependency(program, bom.components)
    return str(JsonV1Dot6(bom).output_as_string(indent=1)) + "\n"


def _component(library: Library, licences: LicenseFactory) -> Component:
    url = PackageURL("pypi", name=library.name, version=library.version)
    return Component(
        name=library.name,
        version=library.version,
        type=ComponentType.LIBRARY,
        bom_ref=url.to_string(),
        purl=url,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in library.hashes],
        licenses=[licences.make_from_string(library.licence)] if library.licence not in UNKNOWN else [],
    )
