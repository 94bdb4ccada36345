"""The tree that pandoc makes of a document, and what is done to it before it is set as DOCX or as PDF.

Pandoc's reader of HTML makes words of all text; here nothing is read as markup any more. What is added for one format
alone is a raw block or inline of that format, which holds nothing but our own code, names of files, and alternative
texts in quotes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, groupby
from typing import Any

from ipt_evidence.reporting.documents.pictures import Picture

Node = Any
"""A part of the tree: JSON as pandoc writes it."""

NO_ATTRIBUTES: Node = ["", [], []]

BREAKS = re.compile(r"[ \t\r\n]+")
"""Where a line may break: not at a no-break space."""

SIGNS = frozenset({"bars", "risk"})
"""Classes of signs that pages draw beside the words that say the same."""

WIDTHS = {
    ("answers", 5): (20, 28, 15, 20, 17),
    ("answers", 6): (16, 17, 23, 14, 16, 14),
    ("summary", 8): (12, 9, 11, 10, 14, 13, 10, 21),
    ("rules", 3): (20, 55, 25),
    ("mids", 6): (15, 15, 9, 9, 12, 40),
    ("sources", 3): (60, 15, 25),
    ("trials", 7): (11, 5, 15, 23, 4, 10, 32),
    ("trials", 8): (9, 10, 5, 14, 19, 4, 8, 31),
}
"""Shares of the width that the columns of a table get, by its class and their number."""

FOOTER = "rId2"
"""The footer in the reference document of workflow/templates/documents/reference."""

TURNED = {False: 'w:w="11906" w:h="16838"', True: 'w:w="16838" w:h="11906" w:orient="landscape"'}
"""Size of a page by whether it lies."""


def words(text: str) -> list[Node]:
    """Return a text as pandoc's inlines."""
    found: list[Node] = []
    for word in filter(None, BREAKS.split(text)):
        found += [{"t": "Space"}, {"t": "Str", "c": word}]
    return found[1:]


def changed(node: Node, change: Callable[[Node], Node], *, tables: bool) -> Node:
    """Return a tree whose nodes are changed, those within a node before it; those of tables only if asked for."""
    if isinstance(node, list):
        return [changed(part, change, tables=tables) for part in node]
    if isinstance(node, dict) and "t" in node:
        if "c" not in node or (node["t"] == "Table" and not tables):
            return change(node)
        return change({"t": node["t"], "c": changed(node["c"], change, tables=tables)})
    return node


def parts(node: Node) -> Iterator[Node]:
    """Yield the nodes of a tree in reading order; what is in a table is not looked at."""
    if isinstance(node, dict):
        yield node
        node = () if node["t"] == "Table" else node.get("c")
    if isinstance(node, list):
        for part in node:
            yield from parts(part)


def read(blocks: list[Node]) -> list[Node]:
    """Make a document of what was written for pages: no dead links, no drawn signs, columns with widths, numbers.

    Links that lead to nothing in the document, or to a page of the report, become their text.

    Parameters
    ----------
    blocks : list of dict
        What pandoc's reader of HTML returns.
    """
    anchors = set(_anchors(blocks))

    def change(node: Node) -> Node:
        if node["t"] == "Link" and not _leads(node["c"][2][0], anchors):
            return {"t": "Span", "c": [NO_ATTRIBUTES, node["c"][1]]}
        if node["t"] == "Span" and SIGNS.intersection(node["c"][0][1]):
            return {"t": "Span", "c": [NO_ATTRIBUTES, []]}
        return _with_widths(node) if node["t"] == "Table" else node

    return _numbered(changed(blocks, change, tables=True))


def _anchors(blocks: Node) -> Iterator[str]:
    for node in parts(blocks):
        attributes = node["c"][1] if node["t"] == "Header" else node.get("c")
        if node["t"] in ("Header", "Div", "Span", "Table", "Figure"):
            yield (attributes if node["t"] == "Header" else attributes[0])[0]


def _leads(address: str, anchors: set[str]) -> bool:
    return address.startswith(("https://", "http://")) or (address[:1] == "#" and address[1:] in anchors)


def _with_widths(table: Node) -> Node:
    attributes, caption, columns, *rows = table["c"]
    shares = next((WIDTHS[key] for name in attributes[1] if (key := (name, len(columns))) in WIDTHS), None)
    if shares is None:
        return table
    widths = [{"t": "ColWidth", "c": share / sum(shares)} for share in shares]
    columns = [[align, width] for (align, _), width in zip(columns, widths, strict=True)]
    return {"t": "Table", "c": [attributes, caption, columns, *rows]}


def _numbered(blocks: list[Node]) -> list[Node]:
    """Give tables and figures numbers in reading order, the same in every format."""
    numbers = {"Table": count(1), "Figure": count(1)}
    for node in parts(blocks):
        if node["t"] in numbers:
            lines = node["c"][1][1]
            name = f"{node['t']}\N{NO-BREAK SPACE}{next(numbers[node['t']])}."
            lines[0]["c"] = [{"t": "Strong", "c": words(name)}, {"t": "Space"}, *lines[0]["c"]]
    return blocks


def for_docx(blocks: list[Node], pictures: Mapping[str, Picture]) -> list[Node]:
    """Set sections, page breaks, contents and figures the way DOCX has them."""
    found: list[Node] = []
    for lies, section in _sections(blocks):
        found += section
        found.append(_raw("openxml", _section_ends(lies)))
    # The last section ends with the document.
    return changed(found[:-1], lambda node: _docx_node(node, blocks, pictures), tables=False)


def _docx_node(node: Node, blocks: list[Node], pictures: Mapping[str, Picture]) -> Node:
    if node["t"] == "HorizontalRule":
        return _raw("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
    if node["t"] == "Div" and "contents" in node["c"][0][1]:
        return {"t": "Div", "c": [NO_ATTRIBUTES, _contents(blocks)]}
    if node["t"] == "Div" and "with-next" in node["c"][0][1]:
        return _styled("Table Caption", [line["c"] for line in node["c"][1]])
    if node["t"] == "Image":
        attributes, told, (name, _) = node["c"]
        size = [attributes[0], [], [["width", f"{pictures[name].width}mm"]]]
        return {"t": "Image", "c": [size, told, [f"{name}.png", ""]]}
    if node["t"] == "Figure":
        # Two paragraphs that stay together, where pandoc's table for a figure could part from its caption.
        (anchor, *_), (_, caption), pictured = node["c"]
        lines = [_styled("Captioned Figure", [line["c"] for line in pictured])]
        lines.append(_styled("Image Caption", [line["c"] for line in caption]))
        return {"t": "Div", "c": [[anchor, [], []], lines]}
    return node


def _styled(style: str, paragraphs: Iterable[Node]) -> Node:
    lines = [{"t": "Para", "c": inlines} for inlines in paragraphs]
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], lines]}


def _contents(blocks: list[Node]) -> list[Node]:
    """List the headings of two levels, each a link."""
    items: list[list[Node]] = []
    for node in parts(blocks):
        if node["t"] != "Header" or node["c"][0] > 2:
            continue
        level, (anchor, *_), title = node["c"]
        entry = {"t": "Plain", "c": [{"t": "Link", "c": [NO_ATTRIBUTES, title, [f"#{anchor}", ""]]}]}
        if level == 1:
            items.append([entry])
        elif len(items[-1]) == 1:
            items[-1].append({"t": "BulletList", "c": [[entry]]})
        else:
            items[-1][1]["c"].append([entry])
    return [{"t": "BulletList", "c": items}]


def for_typst(blocks: list[Node], pictures: Mapping[str, Picture]) -> list[Node]:
    """Set sections, page breaks, contents and figures the way typst has them."""
    found: list[Node] = []
    for lies, section in _sections(blocks):
        found += [_raw("typst", "#page(flipped: true)["), *section, _raw("typst", "]")] if lies else section
    return changed(found, lambda node: _typst_node(node, pictures), tables=False)


def _typst_node(node: Node, pictures: Mapping[str, Picture]) -> Node:
    if node["t"] == "HorizontalRule":
        return _raw("typst", "#pagebreak(weak: true)")
    if node["t"] == "Div" and "contents" in node["c"][0][1]:
        return _raw("typst", "#outline(title: none, depth: 2)")
    if node["t"] == "Div" and "with-next" in node["c"][0][1]:
        return {"t": "Div", "c": [["", [], [["typst:sticky", "true"]]], node["c"][1]]}
    if node["t"] == "Div" and "references" in node["c"][0][1]:
        return {"t": "Div", "c": [NO_ATTRIBUTES, [_raw("typst", "#set par(hanging-indent: 1.5em)"), *node["c"][1]]]}
    if node["t"] == "Image":
        # Pandoc 3.9 writes images for typst without their alternative texts.
        name, told = node["c"][2][0], pictures[node["c"][2][0]].told
        image = f"#image({_quoted(f'{name}.svg')}, width: {pictures[name].width}mm, alt: {_quoted(told)})"
        return {"t": "RawInline", "c": ["typst", image]}
    return node


def _quoted(text: str) -> str:
    """Return a text as a string of typst, in which only quotation marks and backslashes mean anything."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _raw(form: str, code: str) -> Node:
    return {"t": "RawBlock", "c": [form, code]}


def _sections(blocks: list[Node]) -> list[tuple[bool, list[Node]]]:
    """Cut a document where pages turn."""
    pieces = []
    for block in blocks:
        classes = block["c"][0][1] if block["t"] == "Div" else []
        holds = {"landscape", "upright"}.intersection(classes)
        pieces.append(("landscape" in classes, block["c"][1] if holds else [block]))
    return [
        (lies, [block for _, within in group for block in within])
        for lies, group in groupby(pieces, key=lambda piece: piece[0])
    ]


def _section_ends(lies: bool) -> str:
    """Return a paragraph of no height that ends a section of DOCX."""
    return (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:sectPr>'
        f'<w:footerReference w:type="default" r:id="{FOOTER}"/><w:pgSz {TURNED[lies]}/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567"'
        ' w:gutter="0"/>'
        "</w:sectPr></w:pPr></w:p>"
    )
