"""Widths of table columns: wide enough for the longest word, the rest shared by the lengths of the texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

PAGE_WIDTH = 517.0
"""Text width of a page in pt: A4 with margins of 14 mm."""

PADDING = 6.0
"""Space at the sides of a cell, both together, in pt."""

SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Sizes of type that a table may take, in pt, the largest that fits first."""

LONGEST_WORDS = (34, 24, 18, 14, 11, 9)
"""Letters after which a word is broken, tried in this order where the smallest type does not fit."""

CROWDED = 6
"""Columns above which a table is set small, with words broken sooner."""

SHORT = 70.0
"""Width in pt up to which a column is short: its texts stay on one line where there is room."""

LENGTH_POWER = 0.7
"""How the room that is left follows the lengths of texts: 1 would starve the shorter of two long columns."""

Text = tuple[int, str, bool]
"""Column of a cell, one line of its text, and whether that line must not be broken."""


def choose_widths(texts: Sequence[Text], columns: int) -> tuple[list[float], float, int]:
    """Widths of the columns in pt, the size of type in pt, and the letters after which a word is broken.

    texts : of the cells that stand in one column, with its number from 0. The widths fill the page.

    >>> widths, size, longest = choose_widths([(0, "Itch", True), (1, "a sentence with many words", False)], 2)
    >>> (round(sum(widths)), size, widths[0] < widths[1])
    (517, 8.5, True)
    """
    crowded = columns > CROWDED
    for longest in LONGEST_WORDS[2:] if crowded else LONGEST_WORDS:
        least = [0.0] * columns
        wanted, total = [0.0] * columns, [0.0] * columns
        for column, text, whole in texts:
            width = measure_text(text)
            least[column] = max(least[column], width if whole else measure_longest(text, longest))
            wanted[column] = max(wanted[column], width)
            total[column] += width
        for size in SIZES[3:] if crowded else SIZES:
            needed = [letters * size + PADDING for letters in least]
            if sum(needed) <= PAGE_WIDTH:
                return share_rest(needed, [letters * size + PADDING for letters in wanted], total), size, longest
    return [PAGE_WIDTH / columns] * columns, SIZES[-1], LONGEST_WORDS[-1]


def share_rest(needed: Sequence[float], wanted: Sequence[float], total: Sequence[float]) -> list[float]:
    """Fill the page: short columns first get what keeps their texts on one line, then long ones share what is left.

    needed, wanted : widths of the longest word and of the longest text, in pt. total : length of all texts.

    >>> share_rest([20.0, 20.0], [40.0, 4000.0], [400.0, 9000.0])
    [40.0, 477.0]
    """
    short = [max(need, wish) if wish <= SHORT else need for need, wish in zip(needed, wanted, strict=True)]
    widths = short if sum(short) <= PAGE_WIDTH else list(needed)
    shares = [said**LENGTH_POWER * (wish > width) for said, wish, width in zip(total, wanted, widths, strict=True)]
    shares = shares if any(shares) else list(widths)
    rest = PAGE_WIDTH - sum(widths)
    return [round(width + rest * share / sum(shares), 2) for width, share in zip(widths, shares, strict=True)]


def measure_longest(text: str, longest: int) -> float:
    """Width in em of the longest part of a text that is not broken."""
    return max((measure_text(word[:longest]) for word in re.split(r"[ \n\t]+|(?<=[-–—/])(?=\S)", text)), default=0.0)


def measure_text(text: str) -> float:
    """Width of a text in em, on the wide side, for Libertinus Serif in bold.

    >>> measure_text("Itch") < measure_text("ITCH")
    True
    """
    return sum(measure_letter(letter) for letter in text)


def measure_letter(letter: str) -> float:
    """Width of a letter in em, by its kind."""
    if letter in "ijlt.,:;'|!()[] ":
        return 0.34
    if letter in "mwMW%@—":
        return 0.86
    if letter.isdigit():
        return 0.48
    return 0.72 if letter.isupper() else 0.52
