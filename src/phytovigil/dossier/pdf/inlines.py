"""Running text of the page as nodes: words, emphasis, links and line breaks, with white space as a browser shows it.

A node is a text, or a mapping with the key "kind". The templates of the PDF know every kind that is made here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phytovigil.dossier.pdf.elements import Element

Node = str | Mapping[str, Any]

KINDS = {"b": "strong", "strong": "strong", "em": "emphasis", "i": "emphasis", "cite": "emphasis", "code": "code"}
KINDS |= {"kbd": "code", "samp": "code", "mark": "mark", "sup": "raised", "sub": "lowered", "small": "small"}
"""Elements that become a node of their own; any other one passes its children on."""

CLASS_KINDS = {"small": "small", "hash": "code", "product": "product", "wide": ""}
"""Classes of elements that change how running text looks."""

SCREEN_ONLY = frozenset({"skip", "narrow", "screen"})
"""Classes of what only a screen shows: the link that skips, the drawings for phones."""

OWN_LINE = frozenset({"small", "terms", "line", "flag", "state"})
"""Classes of a span that starts a line in a table or a card."""

WHOLE_LINE = frozenset({"line", "flag", "state"})
"""Those that also end it."""

NO_BREAK_SPACE = "\u00a0"
LONGEST_WORD = 34
"""Letters after which a word may be broken: hashes and addresses have no other place to break."""


@dataclass(slots=True)
class InlineReader:
    """Reads running text. targets : anchors that a link may lead to. lines : whether spans can stand on their own line.

    longest : letters after which a word may be broken.
    """

    targets: frozenset[str]
    lines: bool = False
    longest: int = LONGEST_WORD
    spaced: bool = True
    started: bool = False
    ended: bool = False
    nodes: list[Node] = field(default_factory=list)

    def read(self, children: Sequence[Element | str]) -> list[Node]:
        """Nodes of the children."""
        kept, self.nodes = self.nodes, []
        for child in children:
            if isinstance(child, str):
                self.add_text(child)
            else:
                self.add_element(child)
        made, self.nodes = self.nodes, kept
        return made

    def add_text(self, text: str) -> None:
        """Add text; runs of white space become one space, and none at the start of a line."""
        text = re.sub(r"[ \t\n\r\f]+", " ", text)
        if self.ended and text.strip():
            self.break_line()
        text = text[1:] if self.spaced and text.startswith(" ") else text
        if text:
            self.nodes += split_long_words(text, self.longest)
            self.spaced, self.started = text.endswith(" "), True

    def add_element(self, element: Element) -> None:
        """Add an element in its place."""
        if element.classes & SCREEN_ONLY:
            return
        if "id" in element.attributes and element.attributes["id"] in self.targets:
            self.nodes.append({"kind": "anchor", "id": element.attributes["id"]})
        if element.tag == "br" or (self.lines and element.tag == "span" and element.classes & OWN_LINE):
            self.break_line()
        if "--share" in element.attributes.get("style", ""):
            self.nodes.append({"kind": "bar", "share": read_share(element.attributes["style"])})
            return
        body = self.read(element.children)
        for kind in name_kinds(element):
            body = [{"kind": kind, "body": body}] if body else []
        self.nodes += self.link(element, body) if element.tag == "a" else body
        self.ended = self.ended or (self.lines and bool(element.classes & WHOLE_LINE))
        if "symbol" in element.classes:
            self.nodes.append(NO_BREAK_SPACE)

    def break_line(self) -> None:
        """Go to a new line, unless nothing stands on this one."""
        if self.started:
            self.nodes.append({"kind": "break"})
        self.spaced, self.started, self.ended = True, False, False

    def link(self, element: Element, body: list[Node]) -> list[Node]:
        """A link to a place that exists, or its bare text."""
        address = element.attributes.get("href", "")
        if address.startswith("#") and address[1:] in self.targets:
            return [{"kind": "link", "target": address[1:], "body": body}]
        if re.match(r"https?://", address, re.IGNORECASE):
            return [{"kind": "link", "address": address, "body": body}]
        return body


def name_kinds(element: Element) -> list[str]:
    """Kinds that an element stands for, the inner one first.

    >>> name_kinds(Element("strong", {"class": "product"}))
    ['strong', 'product']
    """
    kinds = [KINDS.get(element.tag, "")] + [CLASS_KINDS.get(name, "") for name in sorted(element.classes)]
    return list(dict.fromkeys(kind for kind in kinds if kind))


def read_share(style: str) -> float:
    """Length of a bar in percent.

    >>> read_share("--share: 35.3%")
    35.3
    """
    found = re.search(r"--share:\s*([\d.]+)%", style)
    return float(found[1]) if found else 0.0


def split_long_words(text: str, longest: int) -> list[Node]:
    """A text whose long words may be broken, after a stroke if they have one, at seams that leave no mark when copied.

    >>> split_long_words("see abcdefgh", 4)
    ['see ', {'kind': 'seams', 'parts': ['abcd', 'efgh']}]
    """
    nodes: list[Node] = []
    done = 0
    for found in re.finditer(rf"\S{{{longest + 1},}}", text):
        word = found.group()
        parts = re.findall(rf"[^\\/,;]{{1,{longest}}}[\\/,;]*|[\\/,;]+", word)
        nodes += [text[done : found.start()], {"kind": "seams", "parts": parts}]
        done = found.end()
    return [node for node in [*nodes, text[done:]] if node]
