"""ipt-evidence release: the state of the review, frozen as an RO-Crate."""

from pathlib import Path
from typing import Annotated

import typer

from ipt_evidence.cli.terminal import stop


def release(
    releases: Annotated[Path, typer.Option(help="Where releases are kept.")] = Path("releases"),
    check: Annotated[Path | None, typer.Option(help="Check the files of this release instead of writing one.")] = None,
) -> None:
    """Freeze tables, texts, locks and checksums of the review as it is now; the same state gives the same bytes."""
    from ipt_evidence.exchange.release.freezing import SUMS, check_release, freeze

    if check:
        if not (check / SUMS).is_file():
            stop(f"{check}: no release: {SUMS} is missing")
        if faults := check_release(check):
            stop("\n".join(f"{check}/{fault}" for fault in faults))
        print(f"{check}: every file is as it was released")
        return
    out = freeze(Path(), releases)
    print(f"Released: {out} (how to cite it: {out / 'CITE.txt'}; what it holds: {out / 'ro-crate-metadata.json'})")
