"""Write everything for machines, held to its schema (rule ``evidence_json``)."""

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ipt_evidence.files import messages_to, write_json
from ipt_evidence.reporting.export import check_document, evidence_document, evidence_schema
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    document = evidence_document(review)
    schema = evidence_schema(yaml.safe_load(Path(snakemake.input.schema).read_text(encoding="utf-8")))
    check_document(document, schema)
write_json(document, snakemake.output.json)
write_json(schema, snakemake.output.schema)
