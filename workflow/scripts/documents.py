"""Write the documents to take away (rule ``documents``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.citing import differs_from_pages
from ipt_evidence.reporting.documents import publish, set_documents
from ipt_evidence.reporting.made_from import commit_of_pages, fingerprint
from ipt_evidence.reporting.review import review_given

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    made_from = fingerprint(Path.cwd())
    review = review_given(snakemake.params.settings, snakemake.input)
    commit, templates = snakemake.params.commit, Path(snakemake.params.templates)
    files = set_documents(review, templates, commit, differs_from_pages(commit, commit_of_pages(Path.cwd())))
    publish(files, Path(snakemake.output[0]).parent)
    write_file(f"{made_from}\n{commit}", snakemake.output.made_from)
