"""Plots of risk of bias: traffic lights by trial and domain, and the weight of an answer by judgement."""
