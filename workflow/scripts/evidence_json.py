"""Write everything for machines, held to its schema (rule ``evidence_json``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to, read_json, write_json
from ipt_evidence.reporting.export import check_document, evidence_document
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    document = evidence_document(review)
    check_document(document, read_json(snakemake.input.schema))
write_json(document, snakemake.output.json)
Path(snakemake.output.schema).write_bytes(Path(snakemake.input.schema).read_bytes())
