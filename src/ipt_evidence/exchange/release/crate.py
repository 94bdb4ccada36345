"""The description of a release as an RO-Crate (version 1.1 of the specification): one JSON-LD document."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ipt_evidence.exchange.release.contents import ENVIRONMENT, REVIEW, TYPES

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "https://w3id.org/ro/crate/1.1"
METADATA = "ro-crate-metadata.json"


def crate(
    review: Mapping[str, Any],
    sizes: Mapping[str, int],
    sums: Mapping[str, str],
    *,
    version: str,
    commit: str,
    cite: str,
) -> dict[str, Any]:
    """Describe a release.

    Parameters
    ----------
    review : mapping
        The part ``review`` of the settings.
    sizes, sums : mapping of str to int, and to str
        Bytes and SHA-256 of each file by its path in the release.
    version, commit : str
        Version of the program, and the commit that holds the state; empty if none does.
    cite : str
        How to cite the state.
    """
    day, parts = str(review["last_review"]), {**REVIEW, **ENVIRONMENT}
    folders = {name: [path for path in sums if path.startswith(f"{name}/")] for name in parts}
    top = [f"{name}/" if paths else name for name, paths in folders.items() if paths or name in sums]
    loose = [path for path in sums if "/" not in path and path not in parts]
    licence = review["data"]["licence"]
    return {
        "@context": CONTEXT,
        "@graph": [
            {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": PROFILE}},
            {
                "@id": "./",
                "@type": "Dataset",
                "name": review["title"],
                "description": f"{review['data']['description']} With all that follows from them. {review['rights']}",
                "datePublished": day,
                "creator": {"@id": "#authors"},
                "license": {"@id": licence["path"]},
                "version": version,
                "creditText": cite,
                "hasPart": [{"@id": quote(name)} for name in (*top, *loose)],
                **({"isBasedOn": {"@id": f"#{commit}"}} if commit else {}),
            },
            {"@id": "#authors", "@type": "Organization", "name": review["authors"]},
            {"@id": licence["path"], "@type": "CreativeWork", "name": licence["title"]},
            *([_program(version, commit)] if commit else []),
            *(_folder(name, parts[name], paths) for name, paths in folders.items() if paths),
            *(_file(path, sizes[path], sums[path], parts.get(path, "")) for path in sums),
        ],
    }


def _program(version: str, commit: str) -> dict[str, Any]:
    name = f"ipt-evidence {version}, commit {commit}"
    return {"@id": f"#{commit}", "@type": "SoftwareSourceCode", "name": name, "version": commit}


def _folder(name: str, description: str, paths: list[str]) -> dict[str, Any]:
    held = [{"@id": quote(path)} for path in paths]
    return {"@id": f"{name}/", "@type": "Dataset", "name": name, "description": description, "hasPart": held}


def _file(path: str, size: int, digest: str, description: str) -> dict[str, Any]:
    ending = f".{path.rpartition('.')[2]}"
    return {
        "@id": quote(path),
        "@type": "File",
        "name": path.rpartition("/")[2],
        **({"description": description} if description else {}),
        "encodingFormat": TYPES.get(ending, "text/plain"),
        "contentSize": str(size),
        "sha256": digest,
    }
