"""Effect sizes from the summary statistics that trials report."""
