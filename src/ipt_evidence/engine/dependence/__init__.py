"""Several effects of one trial: correlated-and-hierarchical effects with robust standard errors."""
