"""Words as integers: the store's dictionary while releases are taken in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from phytovigil.schema.reports import Columns

WORDS = {
    "report_product": (
        "verbatim", "ingredient", "category", "route", "dose_unit", "dose_form", "dose_frequency", "application",
        "dechallenge", "rechallenge",
    ),
    "report_indication": ("indication",),
    "report_reaction": ("term", "outcome", "recurrence"),
}  # fmt: skip
"""Columns that are kept as numbers of the store's dictionary."""

NEW_WORDS = {"word": "INTEGER", "text": "VARCHAR"}
"""Columns of a file of the dictionary."""


class WordBook:
    """The store's dictionary in memory: every word has one number, new ones are numbered on as they come.

    One book serves all releases of a run, so that the dictionary is read once. For all of FAERS since 2004 that is
    some two million words.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._numbers = {text: number for number, text in enumerate(known)}

    def __len__(self) -> int:
        return len(self._numbers)

    def encode(self, column: Any) -> Any:
        """The numbers of a column of strings (an Arrow array, dictionary-encoded or not), as int32 with nulls."""
        import pyarrow

        if isinstance(column, pyarrow.ChunkedArray):
            column = column.combine_chunks()
        if not pyarrow.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        numbers = [self._number(text) for text in column.dictionary.to_pylist()]
        return pyarrow.array(numbers, pyarrow.int32()).take(column.indices)

    def _number(self, text: str | None) -> int | None:
        return None if text is None else self._numbers.setdefault(text, len(self._numbers))

    def since(self, first: int) -> Columns:
        """The words from a number on, as columns of NEW_WORDS."""
        texts = list(islice(self._numbers, first, None))
        return {"word": list(range(first, first + len(texts))), "text": list(texts)}
