"""One line of words for each entry of a diary."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from phytovigil.schema.diary import Entry, Peg, Withdrawal

SHORT_ID = 6
QUIET = ("node", "criteria", "sha256", "media_type", "details", "method", "items")
"""Fields that tell a reader nothing; --json gives them."""


def shorten_id(id: str) -> str:
    """The last characters of an id: ids of one hour begin alike."""
    return id[-SHORT_ID:]


def say_entry(entry: Entry) -> str:
    """What an entry says, in one line.

    >>> from phytovigil.schema.diary import Lab
    >>> lab = Lab("alt", 310, "U/L", 40)
    >>> say_entry(Entry("1", "lab", "2026-03-01", "2026-03-01T20:00:00+00:00", lab))
    'alt 310 U/L, upper_limit 40'
    """
    content = entry.content
    if content is None:
        return f"withdraws …{shorten_id(entry.corrects)}: {entry.why}"
    said = [say_field(one.name, getattr(content, one.name)) for one in fields(content) if shown(entry, one.name)]
    if isinstance(content, Peg | Withdrawal):
        said.append(f"score {content.score:.3g}")
    plain = ", ".join(part for part in said if part)
    return join_quantity(entry.kind, content, plain)


def shown(entry: Entry, name: str) -> bool:
    """Whether a field has something to say beside the kind of its entry."""
    return name not in QUIET and getattr(entry.content, name) not in ("", None, (), False, "unknown")


def say_field(name: str, value: Any) -> str:
    """A field with its value."""
    if name in ("verbatim", "text", "name", "site", "analyte", "risk", "answer", "scale", "item"):
        return str(value)
    if name == "lab":
        return "L* {:.1f}, a* {:.1f}, b* {:.1f}".format(*value)
    if name == "spread":
        return ""
    if isinstance(value, tuple):
        return f"{name} {' '.join(map(say_number, value))}"
    return name.replace("_", " ") if value is True else f"{name} {say_number(value)}"


def say_number(value: Any) -> str:
    """A number without needless digits."""
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def join_quantity(kind: str, content: Any, plain: str) -> str:
    """Value and unit side by side, as they are read."""
    if kind == "lab":
        limit = f", upper_limit {content.upper_limit:g}" if content.upper_limit else ""
        return f"{content.analyte} {content.value:g} {content.unit}{limit}"
    if kind == "use" and content.amount is not None:
        return f"{content.verbatim} {content.amount:g} {content.unit}".strip() + (
            f", {content.form}" * bool(content.form)
        )
    return plain
