"""Quarters of FAERS: how they are written, which there can be, and what their files and tables are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from phytovigil.errors import InvalidRequest

WRITTEN = re.compile(r"(\d{4})(?:Q([1-4]))?", re.ASCII | re.IGNORECASE)
HOW_TO_WRITE = "Write them like 2019Q1, 2019Q1,2019Q3, 2019 or 2004Q1..2012Q3."

TABLES = ("DEMO", "DRUG", "REAC", "OUTC", "RPSR", "THER", "INDI")
"""The seven tables of a quarter."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year. number : 1 to 4.

    >>> Quarter(2012, 4), str(Quarter(2012, 4))
    (Quarter(year=2012, number=4), '2012Q4')
    >>> Quarter(2012, 4) < Quarter(2013, 1)
    True
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.number <= 4):
            raise InvalidRequest(f"There is no quarter {self.number} of the year {self.year}.", HOW_TO_WRITE)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    def next(self) -> Quarter:
        """The quarter after it.

        >>> str(Quarter(2012, 4).next())
        '2013Q1'
        """
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> Quarter:
        """The quarter before it.

        >>> str(Quarter(2013, 1).previous())
        '2012Q4'
        """
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def file_name(self) -> str:
        """What its file is called here, however the server spells it.

        >>> Quarter(2012, 3).file_name, Quarter(2012, 4).file_name
        ('aers_ascii_2012q3.zip', 'faers_ascii_2012q4.zip')
        """
        era = "aers" if self < FIRST_OF_FAERS else "faers"
        return f"{era}_ascii_{self.year}q{self.number}.zip"

    def lacking_tables(self, members: Iterable[tuple[str, int]]) -> list[str]:
        """Tables of this quarter that are not among the members of an archive. members : path and bytes of each.

        Names come in any case, in any folder and with additions. A member without a byte is no table.

        >>> found = [(f"ascii/{table}18Q1.txt", 9) for table in TABLES[1:]]
        >>> Quarter(2018, 1).lacking_tables(found)
        ['DEMO']
        >>> Quarter(2018, 1).lacking_tables([*found, ("ASCII/demo18q1_new.TXT", 9)])
        []
        """
        names = [path.rsplit("/", 1)[-1].upper() for path, size in members if size]
        when = f"{self.year % 100:02}Q{self.number}"
        texts = [name for name in names if name.endswith(".TXT")]
        return [table for table in TABLES if not any(name.startswith(f"{table}{when}") for name in texts)]


FIRST = Quarter(2004, 1)
"""The first quarter that FDA publishes."""

FIRST_OF_FAERS = Quarter(2012, 4)
"""The first quarter of FAERS; those before it are of its forerunner, called AERS or LAERS."""


def parse_quarter(text: str) -> Quarter:
    """The quarter that is written like 2019Q1.

    >>> parse_quarter("2019q1")
    Quarter(year=2019, number=1)
    """
    first, last = parse_span(text)
    if first != last:
        raise InvalidRequest(f"“{text}” is a whole year where one quarter is wanted.", "Write it like 2019Q1.")
    return first


def parse_quarters(text: str, *, today: date | None = None) -> tuple[Quarter, ...]:
    """The quarters that are meant, in order and each once.

    Raises InvalidRequest for what is no quarter, for a range that runs backwards, and for quarters before 2004Q1 or
    not over today.

    >>> [str(quarter) for quarter in parse_quarters("2018Q4..2019Q1, 2004q2")]
    ['2004Q2', '2018Q4', '2019Q1']
    >>> len(parse_quarters("2019")), len(parse_quarters("2004..2006"))
    (4, 12)
    """
    found: set[Quarter] = set()
    for part in text.split(","):
        found.update(parse_part(part.strip(), today or date.today()))
    return tuple(sorted(found))


def parse_part(text: str, today: date) -> list[Quarter]:
    """The quarters of one quarter, year or range."""
    start, dots, end = text.partition("..")
    first, last = parse_span(start.strip())
    if dots:
        end_first, last = parse_span(end.strip())
        if end_first < first:
            raise InvalidRequest(f"“{text}” runs backwards.", f"Write {end.strip()}..{start.strip()}.")
    refuse_unpublished(first, last, today)
    quarters = [first]
    while quarters[-1] < last:
        quarters.append(quarters[-1].next())
    return quarters


def parse_span(text: str) -> tuple[Quarter, Quarter]:
    """First and last quarter of a quarter or of a year."""
    found = WRITTEN.fullmatch(text)
    if not found or found[1] == "0000":
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise InvalidRequest(f"“{' '.join(shown.split())}” is no quarter.", HOW_TO_WRITE)
    year, number = int(found[1]), found[2]
    return (Quarter(year, int(number)),) * 2 if number else (Quarter(year, 1), Quarter(year, 4))


def refuse_unpublished(first: Quarter, last: Quarter, today: date) -> None:
    """Raise InvalidRequest for quarters before the first of the files, or not over yet."""
    running = Quarter(today.year, (today.month + 2) // 3)
    if first < FIRST:
        raise InvalidRequest(f"{first} is before {FIRST}, the first quarter that FDA publishes.", HOW_TO_WRITE)
    if last >= running:
        raise InvalidRequest(
            f"{last} is not over yet, so there is no file of it.", f"The newest that can be is {running.previous()}."
        )
