"""Differences between trials on pages: subgroups and regressions, by contrast and with their credibility."""
