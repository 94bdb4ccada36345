"""Reporting: pages for reviewers, text for guides, data for machines; every number followed back to its cell."""
