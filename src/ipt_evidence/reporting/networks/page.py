"""The page on one network of treatments, and its table to take away."""

from pathlib import Path

from ipt_evidence.files import table_text
from ipt_evidence.reporting.addresses import network_data_address
from ipt_evidence.reporting.networks.view import NetworkView
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words import networks


def network_page(review: Review, view: NetworkView, templates: Path) -> str:
    """Write the page on one network.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    view : NetworkView
        One of its networks.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else: styles and drawing are in it.
    """
    return (
        environment(templates)
        .get_template("network.html.j2")
        .render(
            labels=review.labels,
            settings=review.settings["review"],
            view=view,
            words=networks,
            data=network_data_address(view.network_id),
        )
    )


def networks_data(review: Review) -> dict[str, str]:
    """Write the rows of ``network_contrasts.csv`` of each network, by address."""
    rows = review.tables["network_contrasts"]
    return {network_data_address(str(name)): table_text(mine) for name, mine in rows.groupby("network_id", sort=False)}
