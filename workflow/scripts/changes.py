"""Say what changed since the last release (rule ``changes``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.changes.document import changes_page
from ipt_evidence.reporting.changes.states import last_release, state_in, this_run
from ipt_evidence.reporting.made_from import NO_TABLE, fingerprint

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

review, found = Path.cwd(), None
with messages_to(snakemake.log[0]):
    made_from = NO_TABLE
    if kept := last_release(review):
        made_from = fingerprint(review)
        # What compares loads most of the package, which takes longer than a page that says there is no release.
        from ipt_evidence.reporting.changes.outline import outline
        from ipt_evidence.reporting.changes.report import compare

        found = outline(compare(state_in(kept, f"the release of {kept.name}"), this_run(review)))
    page = changes_page(found, snakemake.params.settings, Path(snakemake.input.templates[0]).parent)
    write_file(page, snakemake.output.page)
    write_file(made_from, snakemake.output.made_from)
