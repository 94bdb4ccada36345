"""Judge the risk of bias of every trial (rule ``judge_risk``)."""

from typing import TYPE_CHECKING

from ipt_evidence.appraisal.risk_of_bias import assess, risk_table
from ipt_evidence.files import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

judgements, overrides, trials = (read_table(snakemake.input[name]) for name in ("risk_of_bias", "overrides", "trials"))
write_table(risk_table(assess(judgements, overrides), trials["trial_id"]), snakemake.output.trial_risk)
