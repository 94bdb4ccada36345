"""Colours of the drawings, and their sizes in points."""

INK, MUTED, RULE, STRIPE, PAPER = "#1c2430", "#525c6b", "#b9c0ca", "#f3f6f8", "#ffffff"

SIZE, SMALL = 9.0, 8.0
"""Sizes of type."""

LINE, HEADER_LINE, PADDING = 11.5, 10.5, 5.5
"""Distance between lines of a cell and of a header, and space around the lines of a row."""

GAP, MARGIN = 13.0, 6.0
"""Space between columns and at the edges."""

ON_BRIGHT, ON_DEEP = "#101820", "#fefefe"
"""Letters on a coloured disc: they stay as they are in a dark window."""

DARK = {
    INK: "#e8ebef", MUTED: "#a9b3c0", RULE: "#46505d", STRIPE: "#1b2129", PAPER: "#13171c",
    "#1f6f8b": "#5fb4d0", "#12324a": "#c5e3f2", "#b45309": "#e08a3c", "#6b7684": "#8d98a6",
    "#0b5d7a": "#7cc4de", "#5b9bb3": "#5593aa", "#a9cbd8": "#2f5f71",
    "#e6f1f5": "#16303b", "#dfe5ec": "#39424e",
}  # fmt: skip
"""What each colour of a drawing becomes in a page that a reader sees on a dark ground; discs of risk of bias stay."""


def dark_rules() -> str:
    """Return the rules by which the style sheet of a page turns the colours of its drawings for a dark window."""
    lines = [
        f"  svg [{part}='{light}'] {{ {part}: {dark}; }}" for light, dark in DARK.items() for part in ("fill", "stroke")
    ]
    return "\n".join(["@media screen and (prefers-color-scheme: dark) {", *lines, "}"])
