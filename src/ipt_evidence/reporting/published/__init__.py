"""Published pooled results beside our answers: in words, drawn on one axis, and as a page."""
