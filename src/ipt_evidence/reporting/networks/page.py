"""The page on one network of treatments, and its table to take away."""

from pathlib import Path

from ipt_evidence.files import table_text
from ipt_evidence.reporting.addresses import network_data_address
from ipt_evidence.reporting.networks.view import NetworkView
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import networks


def network_page(review: Review, view: NetworkView, templates: Path) -> str:
    """Write the page on one network, otherwise as :func:`page_of` does."""
    data = network_data_address(view.network_id)
    return page_of(review, templates, "network", view=view, words=networks, data=data)


def networks_data(review: Review) -> dict[str, str]:
    """Write the rows of ``network_contrasts.csv`` of each network, by address."""
    rows = review.tables["network_contrasts"]
    return {network_data_address(str(name)): table_text(mine) for name, mine in rows.groupby("network_id", sort=False)}
