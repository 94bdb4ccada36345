"""The pages on one condition from the raw tables as they are now, marked as a draft: to look at while entering data."""

import shutil
import tempfile
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.beginning import PROJECT
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.files import write_file, write_table
from ipt_evidence.reporting.addresses import condition_address
from ipt_evidence.reporting.changes.remaking import remake_condition
from ipt_evidence.reporting.review import load_review
from ipt_evidence.reporting.site import pages_on

MAIN = '<main id="main">'
DRAFT = (
    "Draft, made of the tables as they are: for those who enter data, not to be cited or published. Links to pages "
    "beyond this condition lead nowhere."
)


def condition_of(name: str, plan: pd.DataFrame) -> str:
    """Return the condition that a condition or a question of the plan is on; the name itself if it is neither."""
    asked = dict(zip(plan["question_id"], plan["condition"], strict=True))
    return str(asked.get(name, name))


def draft(folder: Path, condition: str, out: Path) -> Path:
    """Write the pages on a condition, its comparisons, questions and trials.

    Their figures are those the workflow will give. No other page is made.

    Parameters
    ----------
    folder : Path
        The review: ``config/`` and ``data/raw``.
    condition : str
        A condition that the plan asks about.
    out : Path
        Folder of the pages; what an earlier draft on the condition left there is removed.

    Returns
    -------
    Path
        The page of the condition.

    Raises
    ------
    EvidenceError
        If the raw tables, the plan or the rules are not sound, or the plan asks nothing on the condition.
    """
    settings = read_settings(folder / "config/config.yaml")
    with tempfile.TemporaryDirectory(prefix="draft-") as place:
        made = Path(place)
        write_table(remake_condition(folder, made, condition), made / "plan.csv")
        (combinations,) = (made / "ratings").glob("*/multiverse.csv")
        shutil.copy(combinations, made)
        review = load_review(
            {**settings, "review": {**settings["review"], "title": f"DRAFT of {settings['review']['title']}"}},
            tables=[path for path in sorted(made.glob("*.csv")) if path.stem != "plan"],
            references=[made / "references.json", made / "guide_references.json"],
            guides=folder / "data/raw/guides.yaml",
            questions=made / "plan.csv",
            vocabulary=sorted((folder / "config/vocabulary").glob("*.csv")),
            rules=folder / settings["appraisal"]["strength_rules"],
        )
        files = pages_on(review, condition, PROJECT / "workflow/templates")
    page = out / condition_address(condition)
    shutil.rmtree(page.with_suffix(""), ignore_errors=True)
    for name, text in files.items():
        write_file(_marked(text) if name.endswith(".html") else text, out / name)
    return page


def _marked(page: str) -> str:
    return page.replace(MAIN, f'{MAIN}\n<p class="draft" role="note"><strong>{DRAFT}</strong></p>', 1)
