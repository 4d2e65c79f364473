"""The small tables of units, outcomes, headings and terms that ship beside the readers."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of one CSV table of this room, by its file name without the ending."""
    text = files("phytovigil.sources").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def squeeze(text: str) -> str:
    """A heading or coded word without case, blanks and punctuation.

    >>> squeeze(" RA_CAERS Created Date")
    'racaerscreateddate'
    """
    return NOT_A_LETTER_OR_DIGIT.sub("", text).casefold()


@cache
def headings(table: str) -> dict[str, str]:
    """Squeezed heading to column, from a table of headings."""
    return {squeeze(row["heading"]): row["column"] for row in read_table(table)}


def locate_columns(header: list[str], table: str) -> dict[str, int]:
    """Where each known column stands in a header; the first of two equal headings counts."""
    known = headings(table)
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        column = known.get(squeeze(heading))
        if column:
            places.setdefault(column, place)
    return places


def lacking(places: dict[str, int], table: str) -> list[str]:
    """Columns of a table of headings that a header does not have."""
    return [column for column in dict.fromkeys(headings(table).values()) if column not in places]
