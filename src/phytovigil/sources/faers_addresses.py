"""Where FDA keeps its FAERS quarters. The addresses are data, for they move."""

from __future__ import annotations

from string import Formatter
from urllib.parse import urlsplit

from phytovigil.errors import InvalidRequest
from phytovigil.sources.quarters import Quarter, parse_quarter
from phytovigil.sources.tables import read_table

PLACEHOLDERS = frozenset(("year", "number"))
EXAMPLE = "https://fis.fda.gov/content/Exports/faers_ascii_{year}q{number}.zip"
FDA_PAGE = "https://fis.fda.gov/extensions/FPD-QDE-FAERS/FPD-QDE-FAERS.html"
"""FDA's page of the quarterly files, for people."""


def list_addresses(quarter: Quarter, pattern: str | None = None) -> tuple[str, ...]:
    """Where the file of a quarter may be, the likeliest place first. pattern : the only place to look at, if given.

    FDA spells some quarters with q and some with Q.

    >>> list_addresses(Quarter(2019, 1))[0]
    'https://fis.fda.gov/content/Exports/faers_ascii_2019Q1.zip'
    >>> list_addresses(Quarter(2019, 1), "https://mirror.example/{year}/{number}.zip")
    ('https://mirror.example/2019/1.zip',)
    """
    patterns = [check_pattern(pattern)] if pattern is not None else known_patterns(quarter)
    return tuple(dict.fromkeys(each.format(year=quarter.year, number=quarter.number) for each in patterns))


def known_patterns(quarter: Quarter) -> list[str]:
    """The patterns of the table that hold for a quarter, in the table's order."""
    return [row["pattern"] for row in read_table("faers_addresses") if holds_for(row, quarter)]


def holds_for(row: dict[str, str], quarter: Quarter) -> bool:
    """Whether a quarter lies between the first and the last of a row; an empty last one has not come."""
    return parse_quarter(row["first"]) <= quarter and (not row["last"] or quarter <= parse_quarter(row["last"]))


def check_pattern(pattern: str) -> str:
    """The pattern, if it is a web address with places for the year and the number of the quarter.

    Raises InvalidRequest.
    """
    try:
        parts = list(Formatter().parse(pattern))
        address = urlsplit(pattern)
        host = address.hostname
    except ValueError as error:
        raise refuse_pattern(pattern, "cannot be read") from error
    names = [name for _, name, _, _ in parts if name is not None]
    if set(names) != PLACEHOLDERS or any(form or conversion for _, _, form, conversion in parts):
        raise refuse_pattern(pattern, "needs {year} and {number}, and no other braces")
    if address.scheme not in ("http", "https") or not host or any(mark in address.netloc for mark in "{}"):
        raise refuse_pattern(pattern, "is no web address")
    return pattern


def refuse_pattern(pattern: str, why: str) -> InvalidRequest:
    """What is wrong with a pattern, and a right one."""
    return InvalidRequest(f"The pattern “{' '.join(pattern.split())[:160]}” {why}.", f"Write it like {EXAMPLE}.")
