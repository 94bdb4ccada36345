"""From every sentence to the raw cells it rests on, and from every cell to the sentences that rest on it."""
