"""How answers are put: sentences in two registers, labels, and numbers."""
