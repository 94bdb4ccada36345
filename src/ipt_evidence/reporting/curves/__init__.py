"""Pictures of how far an answer can be relied on: funnel, specification curve, answers by year, effects by dose."""
