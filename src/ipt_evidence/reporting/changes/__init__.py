"""What changed between two states of a review: what came in or went out, and which answers that moved."""
