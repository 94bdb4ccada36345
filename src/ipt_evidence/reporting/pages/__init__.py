"""Pages for reviewers: the index, and one page per condition."""
