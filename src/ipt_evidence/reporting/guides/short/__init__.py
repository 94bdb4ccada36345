"""The parts of a guide in few words: which answers enter, and in which order, follows decision 44."""
