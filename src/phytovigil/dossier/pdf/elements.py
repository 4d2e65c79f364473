"""HTML text into a tree of elements.

Only well-formed pages are read, as our own templates write them; there is no repair of what a browser would forgive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "wbr", "col", "source"})
DRAWING = re.compile(r"(<svg\b[^>]*>).*?</svg>", re.DOTALL)


@dataclass(slots=True)
class Element:
    """An element; its children are elements and texts in order. source : the markup of a drawing, else empty."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    source: str = ""

    @property
    def classes(self) -> frozenset[str]:
        """Names of the element's classes."""
        return frozenset(self.attributes.get("class", "").split())

    def elements(self, *tags: str) -> Iterator[Element]:
        """All elements below with one of these tags, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.elements(*tags)

    def text(self) -> str:
        """All text below, with runs of white space as one space.

        >>> read_html("<p>One <b>two</b>\\n three</p>").text()
        'One two three'
        """
        return " ".join("".join(self.pieces()).split())

    def pieces(self) -> Iterator[str]:
        """Texts below, as they stand."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.pieces()


class TreeBuilder(HTMLParser):
    """Builds the tree; drawings are kept as markup."""

    def __init__(self, drawings: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self.open = [self.root]
        self.drawings = iter(drawings)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, or add one that has no end."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        element.source = next(self.drawings) if tag == "svg" else ""
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close an element. Raises ValueError where another one is open."""
        if tag in VOID:
            return
        if self.open[-1].tag != tag:
            raise ValueError(f"the page closes <{tag}> where <{self.open[-1].tag}> is open")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.open[-1].children.append(data)


def read_html(html: str) -> Element:
    """The page as a tree under an element called "document".

    Raises ValueError for elements that are not closed in order.
    """
    builder = TreeBuilder([found.group() for found in DRAWING.finditer(html)])
    builder.feed(DRAWING.sub(r"\1</svg>", html))
    builder.close()
    if len(builder.open) > 1:
        raise ValueError(f"the page leaves <{builder.open[-1].tag}> open")
    return builder.root
