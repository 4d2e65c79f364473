"""The whole page as data for the template of the PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phytovigil.dossier import palette
from phytovigil.dossier.pdf.blocks import LEFT_TO_PAGE, BlockReader
from phytovigil.dossier.pdf.elements import Element, read_html
from phytovigil.dossier.pdf.inlines import Node

JsonDict = dict[str, Any]

INLINE_KINDS = (
    *("seams", "anchor", "break", "bar", "link", "plain"),
    *("strong", "emphasis", "code", "mark", "product", "small", "raised", "lowered"),
)
"""Kinds of nodes that stand within a line."""

UNTITLED = "Drug-safety dossier"
"""Title of a page that has none: the standard asks for one."""

LONGEST_TITLE = 90
"""Letters of the title that the head of each page has room for."""


def read_page(html: str, long_lists: bool = True, left_to: str = LEFT_TO_PAGE) -> JsonDict:
    """The page as JSON-able data: title, running head, and nodes in reading order.

    long_lists : whether folded lists of hundreds of cases follow as appendices; left_to : where they are, if not.
    Raises ValueError for HTML whose elements are not closed in order.
    """
    root = read_html(html)
    reader = BlockReader(frozenset(find_targets(root)), long_lists, left_to)
    nodes = reader.read(root.children)
    nodes += reader.read_appendices()
    title = next((element.text() for element in root.elements("title")), "") or UNTITLED
    return {
        "title": title,
        "author": find_generator(root),
        "running": title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
        "dates": name_dates(root),
        "made": f"Made by {find_generator(root)}",
        "colours": dict(palette.LIGHT),
        "inline-kinds": list(INLINE_KINDS),
        "compact": any("compact" in element.classes for element in root.elements("body")),
        "body": mend_links(nodes),
    }


def find_targets(root: Element) -> set[str]:
    """Anchors that a link of the page leads to."""
    addresses = [element.attributes.get("href", "") for element in root.elements("a")]
    return {address[1:] for address in addresses if address.startswith("#")}


def find_generator(root: Element) -> str:
    """Program and version, as the page names them."""
    names = [e.attributes.get("content", "") for e in root.elements("meta") if e.attributes.get("name") == "generator"]
    return names[0] if names else ""


def name_dates(root: Element) -> str:
    """The as-of dates of the sources, for the head of each page."""
    lists = [element for element in root.elements("ul") if "provenance" in element.classes]
    dates = [strong.text() for element in lists for strong in element.elements("strong")]
    return f"Data as of {', '.join(dict.fromkeys(dates))}" if dates else ""


def mend_links(nodes: list[Node]) -> list[Node]:
    """Nodes in which every link leads to exactly one anchor; a link without one is its bare text."""
    present = [node["id"] for node in walk_nodes(nodes) if node.get("kind") == "anchor"]
    mended: list[Node] = Mender(set(present)).mend(nodes)
    return mended


class Mender:
    """Rewrites nodes one after the other. present : anchors that the nodes hold."""

    def __init__(self, present: set[str]) -> None:
        self.present, self.seen = present, set[str]()

    def mend(self, value: Any) -> Any:
        """A value with its links mended; of anchors with one name only the first stays."""
        if isinstance(value, list):
            return [self.mend(item) for item in value if not self.is_repeated(item)]
        if not isinstance(value, Mapping):
            return value
        if value.get("kind") == "link" and "target" in value and value["target"] not in self.present:
            return {"kind": "plain", "body": self.mend(value["body"])}
        return {key: self.mend(item) for key, item in value.items()}

    def is_repeated(self, item: Any) -> bool:
        """Whether an item is an anchor that stands already."""
        if not isinstance(item, Mapping) or item.get("kind") != "anchor":
            return False
        repeated = item["id"] in self.seen
        self.seen.add(item["id"])
        return repeated


def walk_nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping within nodes."""
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from walk_nodes(item)
