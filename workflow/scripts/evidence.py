"""Write the document for machines and its schema (rule ``evidence``)."""

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ipt_evidence.files import write_file, write_json
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.export import check_document, evidence_document, evidence_schema
from ipt_evidence.reporting.made_from import fingerprint
from ipt_evidence.reporting.review import review_given

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    made_from = fingerprint(Path.cwd())
    review = review_given(snakemake.params.settings, snakemake.input)
    document = evidence_document(review)
    schema = evidence_schema(yaml.safe_load(Path(snakemake.input.schema).read_text(encoding="utf-8")))
    check_document(document, schema)
    write_json(document, snakemake.output.document)
    write_json(schema, snakemake.output.schema)
    write_file(made_from, snakemake.output.made_from)
