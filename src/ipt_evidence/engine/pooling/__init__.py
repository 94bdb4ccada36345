"""Averages of independent effects: random-effects, Bayesian, rare events, and many of them at once."""
