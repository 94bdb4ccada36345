"""The audit of what the guides claim: one module per kind of claim, each with its rule, and one verdict per claim."""
