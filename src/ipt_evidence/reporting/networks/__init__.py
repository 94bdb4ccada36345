"""Networks of treatments: the graph, and the page on one network."""
