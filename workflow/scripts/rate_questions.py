"""Rate the questions on one family of conditions (rule ``rate_questions``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.absolute import absolute_table
from ipt_evidence.appraisal.bodies import body_tables
from ipt_evidence.appraisal.moderation import moderate
from ipt_evidence.appraisal.ratings import rate_questions
from ipt_evidence.appraisal.risk_of_bias import assess, risk_table
from ipt_evidence.appraisal.risk_readings import rate_risk_readings
from ipt_evidence.appraisal.tables import evidence_gaps
from ipt_evidence.extraction.studies import read_studies
from ipt_evidence.files import read_table, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.synthesis.moderators import moderators_of
from ipt_evidence.synthesis.specifications import layouts
from ipt_evidence.words.strength_rules import rules_of
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary, studies = read_vocabulary(snakemake.input.vocabulary), read_studies(Path(snakemake.input.studies))
    table = {name: read_table(snakemake.input[name]) for name in snakemake.params.tables}
    overrides, trials = table["overrides"], studies.trials["trial_id"]
    risk = risk_table(assess(studies.risk_of_bias, overrides[overrides["trial_id"].isin(trials)]), trials)
    known = body_tables(table | vars(studies) | {"trial_risk": risk}, vocabulary)
    layout, rules = layouts(table["multiverse"], table["versions"]), rules_of(table["rules"])
    rated = rate_questions(known, table["synthesis_weights"], overrides, layout, rules, **snakemake.params.settings)
    readings = rate_risk_readings(
        known, risk, table["synthesis_weights"], overrides, rules, **snakemake.params.settings
    )
    absolute = absolute_table(known.syntheses, rated.ratings, known.selections, studies.outcomes, vocabulary)
    moderation = moderate(
        known, table["synthesis_weights"], studies, moderators_of(table["moderators"], table["moderator_groups"]),
        snakemake.params.settings["synthesis"],
    )  # fmt: skip
    gaps = evidence_gaps(
        vocabulary.members_of(snakemake.wildcards.family), table["plan"], table["syntheses"], rated.ratings,
        table["fates"], vocabulary, snakemake.params.intervention,
    )  # fmt: skip
made = {
    **vars(rated),
    "subgroups": moderation.subgroups,
    "regressions": moderation.regressions,
    "absolute": absolute,
    "trial_risk": risk,
    "risk_readings": readings,
    "gaps": gaps,
}
for name, found in made.items():
    write_table(found, snakemake.output[name])
