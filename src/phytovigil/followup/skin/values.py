"""Measured values of a printed card, from a TOML or CSV file."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidRequest, UnreadableFile
from phytovigil.schema.card import CardValues, card_layout
from phytovigil.schema.printed_colour import Lab

LOOKS_LIKE = 'TOML: card = "phytovigil-1", source = "…", [lab] and lines such as skin-1 = [74.9, 8.1, 14.8].'


def read_card_values(path: Path | str) -> CardValues:
    """Read and check measured values, L*a*b* (D65, 2°) of each colour of the card.

    TOML: `card`, `source` and a table `lab`. CSV: columns colour, L, a, b; the card is then the newest. Raises
    UnreadableFile for a file of another form, InvalidRequest for missing or impossible values, UnknownName for a
    colour that the card does not have.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path.name} cannot be read ({type(error).__name__}).", "Give a text file.") from None
    values = parse_csv(text, path.name) if path.suffix.lower() == ".csv" else parse_toml(text, path.name)
    values.check(card_layout())
    return values


def parse_toml(text: str, name: str) -> CardValues:
    """Values of the text of a TOML file."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(f"{name} is no TOML: {error}.", LOOKS_LIKE) from None
    if not isinstance(read.get("card"), str) or not isinstance(read.get("lab"), dict):
        raise UnreadableFile(f"{name} has no card or no table lab.", LOOKS_LIKE)
    labs = {colour: parse_lab(colour, numbers) for colour, numbers in read["lab"].items()}
    return CardValues(read["card"], labs, str(read.get("source", "")))


def parse_csv(text: str, name: str) -> CardValues:
    """Values of the text of a CSV file."""
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not {"colour", "L", "a", "b"} <= set(rows[0]):
        raise UnreadableFile(f"{name} has not the columns colour, L, a and b.", "Name them in the first line.")
    labs = {row["colour"]: parse_lab(row["colour"], [row["L"], row["a"], row["b"]]) for row in rows}
    if len(labs) < len(rows):
        raise InvalidRequest(f"{name} gives a colour twice.", "Give the mean of its measurements once.")
    return CardValues(card_layout().id, labs, name)


def parse_lab(colour: str, numbers: Any) -> Lab:
    """Three numbers. Raises InvalidRequest."""
    try:
        lightness, a, b = (float(number) for number in numbers)
    except (TypeError, ValueError):
        raise InvalidRequest(f"“{colour}” has {numbers!r}.", "Give three numbers: L*, a*, b*.") from None
    return lightness, a, b
