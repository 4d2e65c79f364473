"""One report of a FAERS XML or SGML file: from bytes to nested objects, with repairs where they are certain."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from xml.parsers import expat

from phytovigil.sources.nested import Fields
from phytovigil.sources.reasons import Reason

DEEPEST = 32
"""Nested elements; the deepest of E2B(R2) is the sixth."""

CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Bytes that no XML may hold."""

DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)

BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")

BARE_BRACKET = re.compile(r"<(?![A-Za-z/!?])")
"""A “<” that no tag can begin with, as in “<5 MG”."""


class Parsed(NamedTuple):
    """A report, or why there is none; its text, and what was repaired."""

    text: str
    report: Fields | None
    repairs: tuple[Reason, ...]
    refusal: Reason | None


class MalformedReport(Exception):
    """The text is not one well-formed element, or it is nested as no report is."""


def parse_report(piece: bytes) -> Parsed:
    """Parse one report from its opening to its closing tag."""
    repairs: list[Reason] = []
    if CONTROL.search(piece):
        piece = CONTROL.sub(b" ", piece)
        repairs.append(Reason.CONTROL_REPLACED)
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        repairs.append(Reason.WINDOWS_1252)
        try:
            text = decode_by_line(piece)
        except UnicodeDecodeError:
            return Parsed(piece.decode("latin-1"), None, (), Reason.UNDECODABLE)
    if "<!" in text and DECLARATION.search(text):
        return Parsed(text, None, (), Reason.MALFORMED_REPORT)
    return parse_text(text, repairs)


def parse_text(text: str, repairs: list[Reason]) -> Parsed:
    """Parse a decoded report, if need be after escaping what cannot be markup."""
    try:
        return Parsed(text, build_tree(text), tuple(repairs), None)
    except MalformedReport:
        mended = escape_bare_signs(text)
    try:
        return Parsed(text, build_tree(mended), (*repairs, Reason.UNESCAPED_MARKUP), None)
    except MalformedReport:
        return Parsed(text, None, (), Reason.MALFORMED_REPORT)


def decode_by_line(piece: bytes) -> str:
    """UTF-8, else Windows-1252, line by line, as files mix both. Raises UnicodeDecodeError."""
    lines = []
    for line in piece.split(b"\n"):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252"))
    return "\n".join(lines)


def escape_bare_signs(text: str) -> str:
    """Escape every “&” that begins no character reference and every “<” that begins no tag.

    >>> escape_bare_signs("<a>B & C &amp; D <5 MG</a>")
    '<a>B &amp; C &amp; D &lt;5 MG</a>'
    """
    return BARE_BRACKET.sub("&lt;", BARE_AMPERSAND.sub("&amp;", text))


def build_tree(text: str) -> Fields:
    """Elements as objects by name, leaves as texts, repeated elements as lists. Attributes are passed over.

    Raises MalformedReport.

    >>> build_tree("<r><id>1</id><drug><name>A</name></drug><drug><name>B</name></drug></r>")
    {'id': '1', 'drug': [{'name': 'A'}, {'name': 'B'}]}
    """
    stack: list[Fields] = [{}]
    words: list[str] = []

    def open_element(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise MalformedReport
        stack.append({})
        words.clear()

    def close_element(name: str) -> None:
        value: Any = stack.pop() or "".join(words)
        words.clear()
        parent = stack[-1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = words.append
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise MalformedReport from error
    [report] = stack[0].values()
    return report if isinstance(report, dict) else {}
