"""Write the pages and the texts for guides (rule ``site``)."""

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ipt_evidence.files import write_file, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.flow.counts import count_flow, flow_table
from ipt_evidence.reporting.kept import read_kept
from ipt_evidence.reporting.made_from import fingerprint
from ipt_evidence.reporting.review import review_given
from ipt_evidence.reporting.site import publish, site

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

given = snakemake.input
kept = read_kept(snakemake.output.kept, f"{snakemake.params.code} {snakemake.params.look}")
with messages_to(snakemake.log[0]):
    made_from = fingerprint(Path.cwd())
    review = review_given(snakemake.params.settings, given, kept)
    files = site(
        review,
        settings=yaml.safe_load(Path(given.settings).read_text(encoding="utf-8")),
        templates=Path(snakemake.params.templates),
        notebooks=snakemake.params.notebooks,
        commit=snakemake.params.commit,
    )
    publish(files, Path(snakemake.output.index).parent)
    write_table(flow_table(count_flow(review.tables)), snakemake.output.flow)
    kept.write(snakemake.output.kept)
    write_file(f"{made_from}\n{snakemake.params.commit}", snakemake.output.made_from)
