"""Colours of the drawings, and their sizes in points."""

INK, MUTED, RULE, STRIPE, PAPER = "#1c2430", "#525c6b", "#b9c0ca", "#f3f6f8", "#ffffff"

SIZE, SMALL = 9.0, 8.0
"""Sizes of type."""

LINE, HEADER_LINE, PADDING = 11.5, 10.5, 5.5
"""Distance between lines of a cell and of a header, and space around the lines of a row."""

GAP, MARGIN = 13.0, 6.0
"""Space between columns and at the edges."""
