"""Text made by NumPy: a column is a matrix of bytes, shape (rows, width), and NUL stands for "no character".

Rows are joined by laying the matrices side by side and leaving the NULs out, so no Python code runs per row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.draws import Integers

Text = NDArray[np.uint8]
Flags = NDArray[np.bool_]

FIRST_DAY = np.datetime64("1960-01-01")
LAST_DAY = np.datetime64("2040-12-31")
DAYS = int((LAST_DAY - FIRST_DAY).astype(np.int64)) + 1


def pack(words: Sequence[str]) -> Text:
    """A table of words, shape (words, longest); what is not ASCII becomes a question mark.

    >>> pack(["a", "bcd"]).shape
    (2, 3)
    """
    packed = np.array([word.encode("ascii", "replace") for word in words], dtype=np.bytes_)
    width = max(packed.dtype.itemsize, 1)
    return packed.view(np.uint8).reshape(len(words), width)


def digits(numbers: Integers) -> Text:
    """Decimal numbers ≥ 0 without leading zeros."""
    width = len(str(int(numbers.max(initial=0))))
    text = np.zeros((len(numbers), width), dtype=np.uint8)
    left = numbers.astype(np.int64)
    for place in range(width - 1, -1, -1):
        text[:, place] = np.where((left > 0) | (place == width - 1), 48 + left % 10, 0)
        left = left // 10
    return text


def day_table() -> Text:
    """Every day of the simulator as YYYYMMDD, shape (days, 8)."""
    days = np.datetime_as_string(FIRST_DAY + np.arange(DAYS), unit="D")
    return pack([day.replace("-", "") for day in days.tolist()])


DAY_TABLE = day_table()


def dates(days: Integers, places: Integers | int = 8) -> Text:
    """Dates of day numbers since 1960-01-01; `places` 8, 6, 4 or 0 digits are kept."""
    text = DAY_TABLE[np.clip(days, 0, DAYS - 1)]
    text[np.arange(8) >= np.broadcast_to(places, len(days))[:, None]] = 0
    return text


def day_number(date: str) -> int:
    """Days since 1960-01-01 of an ISO date.

    >>> day_number("1960-01-02")
    1
    """
    return int((np.datetime64(date) - FIRST_DAY).astype(np.int64))


def keep(text: Text, where: Flags) -> Text:
    """The column with the rows outside `where` left empty."""
    kept: Text = text * where[:, None].astype(np.uint8)
    return kept


def glue(rows: int, *parts: Text | str) -> Text:
    """Columns and fixed words joined without a delimiter."""
    pieces = [fixed(rows, part) if isinstance(part, str) else part for part in parts]
    return np.concatenate(pieces, axis=1)


def fixed(rows: int, word: str) -> Text:
    """One word in every row."""
    return np.broadcast_to(pack([word]), (rows, len(word) or 1))


def join_rows(columns: Sequence[Text | None], rows: int, ending: str) -> bytes:
    """The rows as `a$b$c` + ending; None is an empty column.

    >>> join_rows([digits(np.array([7, 12])), None, pack(["x", ""])], 2, "|")
    b'7$$x|12$$|'
    """
    pieces: list[Text] = []
    for column in columns:
        pieces += [fixed(rows, "$")] if pieces else []
        pieces += [] if column is None else [column]
        if not pieces:
            pieces = [fixed(rows, "")]
    page = np.concatenate([*pieces, fixed(rows, ending)], axis=1)
    joined: bytes = page[page != 0].tobytes()
    return joined


def level(left: Text, right: Text) -> tuple[Text, Text]:
    """Two columns widened to the same width."""
    width = max(left.shape[1], right.shape[1])
    return tuple(np.pad(text, ((0, 0), (0, width - text.shape[1]))) for text in (left, right))  # type: ignore[return-value]
