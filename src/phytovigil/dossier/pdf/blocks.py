"""The page's sections, lists, tables and figures as nodes, in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from phytovigil.dossier.pdf.elements import Element
from phytovigil.dossier.pdf.inlines import LONGEST_WORD, SCREEN_ONLY, InlineReader, Node
from phytovigil.dossier.pdf.tables import find_caption, read_table

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "details", "div", "fieldset", "figcaption"}
    | {"figure", "footer", "header", "hr", "html", "img", "main", "nav", "p", "pre", "section", "summary", "svg"}
    | {"dd", "dl", "dt", "li", "ol", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
"""Elements that start on a line of their own."""

UNSEEN = frozenset({"head", "style", "script", "title", "template"})

LEFT_TO_PAGE = "listed in dossier.html and findings.json"
POINTS = 0.75
"""Points in a pixel of HTML."""

BOXES = {"answer": "answer", "card": "card"}
GRIDS = {"cards": 2, "bars": 3, "photos": 4}
STYLES = ("question", "kind", "small", "provenance", "case-links")


@dataclass(slots=True)
class BlockReader:
    """Reads the page. targets : anchors that links lead to. long_lists : whether long folded lists are put at the end,

    as appendices, or left to the page. left_to : how a list that is left there says where it is.
    """

    targets: frozenset[str]
    long_lists: bool = True
    left_to: str = LEFT_TO_PAGE
    appendices: list[Element] = field(default_factory=list)

    def read(self, children: Sequence[Element | str], style: str = "", lines: bool = False) -> list[Node]:
        """Nodes of a sequence of blocks; running text between them becomes paragraphs."""
        nodes: list[Node] = []
        for run in split_runs(children):
            if isinstance(run, Element):
                nodes += self.read_block(run)
            elif body := InlineReader(self.targets, lines).read(run):
                nodes.append({"kind": "paragraph", "style": style, "body": body})
        return nodes

    def read_block(self, element: Element) -> list[Node]:
        """Nodes of one block, led by its anchor if something links to it."""
        if element.tag in UNSEEN or element.classes & SCREEN_ONLY:
            return []
        made = self.read_kind(element)
        anchor = element.attributes.get("id", "")
        return [{"kind": "anchor", "id": anchor}, *made] if anchor in self.targets and element.tag != "tr" else made

    def read_kind(self, element: Element) -> list[Node]:
        """Nodes of one block by what it is."""
        tag, classes = element.tag, element.classes
        if tag == "nav":
            return [{"kind": "paragraph", "style": "kind", "body": ["Contents"]}, {"kind": "contents"}]
        if tag == "details":
            return self.read_details(element)
        if tag in ("ul", "ol"):
            return [{"kind": "list", "ordered": tag == "ol", "items": [self.read_mixed(i) for i in items(element)]}]
        if tag == "dl":
            return [{"kind": "terms", "items": self.read_terms(element)}]
        if tag == "table":
            return self.read_table(element)
        if tag == "svg":
            return [{"kind": "drawing", "svg": element.source, "alt": element.attributes.get("aria-label", "")}]
        if tag == "img":
            return [read_picture(element)]
        if tag == "pre":
            return [{"kind": "listing", "text": "".join(element.pieces())}]
        if tag in ("p", "summary", "figcaption") or (tag[0] == "h" and tag[1:].isdigit()):
            return self.read_line(element)
        if tag == "hr":
            return [{"kind": "rule"}]
        return self.read_container(element, classes)

    def read_container(self, element: Element, classes: frozenset[str]) -> list[Node]:
        """A box, a grid, or whatever stands in the element."""
        for name in sorted(classes & GRIDS.keys()):
            cells = [self.read([child]) for child in items(element)]
            return [{"kind": "grid", "columns": GRIDS[name], "items": cells}]
        body = self.read(element.children, find_style(element), lines=True)
        for name in sorted(classes & BOXES.keys()):
            return [{"kind": "box", "style": name, "verdict": find_verdict(element), "body": body}]
        return [{"kind": "figure", "body": body}] if element.tag == "figure" else body

    def read_line(self, element: Element) -> list[Node]:
        """A paragraph or a heading."""
        body = InlineReader(self.targets, lines=True).read(element.children)
        if not body:
            return []
        if element.tag[0] == "h":
            return [{"kind": "heading", "level": int(element.tag[1:]), "body": body}]
        style = {"summary": "summary", "figcaption": "small"}.get(element.tag, find_style(element))
        return [{"kind": "paragraph", "style": style, "body": body}]

    def read_details(self, element: Element) -> list[Node]:
        """What is folded is open; a long list goes to the end, and its place says where it is."""
        if "long" not in element.classes:
            return self.read(element.children)
        said = find_summary(element)
        if not self.long_lists:
            return [{"kind": "paragraph", "style": "", "body": [f"{said} ({self.left_to})"]}]
        self.appendices.append(element)
        return [{"kind": "reference", "number": len(self.appendices), "body": [said]}]

    def read_appendices(self) -> list[Node]:
        """The long lists that were met so far."""
        nodes: list[Node] = []
        for number, element in enumerate(self.appendices, start=1):
            rest = [c for c in element.children if not (isinstance(c, Element) and c.tag == "summary")]
            nodes.append({"kind": "appendix", "number": number, "title": find_summary(element)})
            nodes += self.read(rest)
        return nodes

    def read_table(self, element: Element) -> list[Node]:
        """A table led by its caption."""
        caption = find_caption(element)
        words = InlineReader(self.targets).read(caption.children) if caption else []
        return [{**read_table(element, self.read_mixed), "caption": words}]

    def read_mixed(self, element: Element, longest: int = LONGEST_WORD) -> list[Node]:
        """Content of a cell or an item: running text, or blocks if it has any."""
        if any(isinstance(child, Element) and child.tag in BLOCKS for child in element.children):
            return self.read(element.children, lines=True)
        return InlineReader(self.targets, lines=True, longest=longest).read(spread_spans(element))

    def read_terms(self, element: Element) -> list[dict[str, Any]]:
        """Terms with their descriptions; several descriptions of one term follow one another."""
        made: list[dict[str, Any]] = []
        for child in items(element):
            body = self.read_mixed(child)
            if child.attributes.get("id") in self.targets:
                body = [{"kind": "anchor", "id": child.attributes["id"]}, *body]
            if child.tag == "dt":
                made.append({"term": body, "body": []})
            elif child.tag == "dd" and made:
                made[-1]["body"] += body
            else:
                made += self.read_terms(child)
        return made


def read_picture(element: Element) -> dict[str, Any]:
    """A picture as a drawing that holds it: its address carries the picture itself, and its size is in pixels."""
    address, width, height = (element.attributes.get(name, "") for name in ("src", "width", "height"))
    if not address.startswith("data:image/png;base64,"):
        raise ValueError("a picture of the page does not carry its own content")
    size = f'width="{int(width)}" height="{int(height)}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{address}"/></svg>'
    return {"kind": "drawing", "svg": svg, "alt": element.attributes.get("alt", ""), "width": int(width) * POINTS}


def items(element: Element) -> list[Element]:
    """The elements directly below."""
    return [child for child in element.children if isinstance(child, Element)]


def split_runs(children: Sequence[Element | str]) -> Iterator[Element | list[Element | str]]:
    """Blocks one by one, and runs of what stands between them."""
    run: list[Element | str] = []
    for child in children:
        if isinstance(child, Element) and child.tag in BLOCKS | UNSEEN:
            yield run
            yield child
            run = []
        else:
            run.append(child)
    yield run


def spread_spans(cell: Element) -> list[Element | str]:
    """Children of a cell; an estimate and its interval stand on lines of their own."""
    if "e" not in cell.classes:
        return cell.children
    parts: list[Element | str] = [part for span in items(cell) for part in (span, Element("br"))]
    return parts[:-1] or cell.children


def find_style(element: Element) -> str:
    """The first style that the element's classes name."""
    return next((style for style in STYLES if style in element.classes), "")


def find_verdict(element: Element) -> str:
    """The colour of a card."""
    return next((name for name in ("signal", "few", "quiet") if name in element.classes), "muted")


def find_summary(element: Element) -> str:
    """Text of the line that stays when the rest is folded."""
    return next((summary.text() for summary in element.elements("summary")), "")
