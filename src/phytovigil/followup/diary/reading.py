"""Entries as they are read: rows are fetched once, in order, and decoded when their kind is asked for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from phytovigil.errors import NewerDiary
from phytovigil.followup.diary.chain import Row
from phytovigil.followup.diary.lines import from_row
from phytovigil.followup.diary.rows import read_rows
from phytovigil.schema.diary import KINDS, Entry, local_moment

if TYPE_CHECKING:
    import apsw

Placed = tuple[datetime, int, Entry]
"""Moment, place in the order of recording, entry."""


class Shelf:
    """Entries that were read; as a diary is only ever added to, they stay true, and only newer ones are fetched.

    Rows of one kind are spread over all pages, so that one pass over them costs less than one for each kind.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._seen = 0
        self._rows: dict[str, list[tuple[int, Row]]] = {kind: [] for kind in KINDS}
        self._placed: dict[str, list[Placed]] = {kind: [] for kind in KINDS}
        self._replaced: set[str] = set()
        self._answers: dict[tuple[str, ...], tuple[Entry, ...]] = {}

    def standing(self, kinds: tuple[str, ...]) -> tuple[Entry, ...]:
        """Entries that stand, of these kinds or of all, by moment and then in order of recording."""
        wanted = tuple(dict.fromkeys(kinds)) or tuple(KINDS)
        self._fetch()
        if wanted not in self._answers:
            placed = [one for kind in wanted for one in self._decode(kind) if self._stands(one[2])]
            self._answers[wanted] = tuple(entry for _, _, entry in sorted(placed, key=lambda one: one[:2]))
        return self._answers[wanted]

    def everything(self) -> tuple[Entry, ...]:
        """All entries in order of recording."""
        self._fetch()
        placed = [one for kind in KINDS for one in self._decode(kind)]
        return tuple(entry for _, _, entry in sorted(placed, key=lambda one: one[1]))

    def _stands(self, entry: Entry) -> bool:
        return entry.content is not None and entry.id not in self._replaced

    def _fetch(self) -> None:
        """Read the rows that were added since. Raises NewerDiary rather than pass over a kind that is not known."""
        for sequence, row in read_rows(self._connection, "WHERE sequence > ?", (self._seen,)):
            if row.kind not in self._rows:
                raise NewerDiary(
                    f"The diary holds entries of kind “{row.kind}”, which is not known.", "Update the program."
                )
            self._rows[row.kind].append((sequence, row))
            if row.corrects:
                self._replaced.add(row.corrects)
            self._seen = sequence
            self._answers.clear()

    def _decode(self, kind: str) -> list[Placed]:
        """Entries of a kind; each is decoded once."""
        if self._rows[kind]:
            self._placed[kind] += [(moment_of(row), place, from_row(row)) for place, row in self._rows[kind]]
            self._rows[kind].clear()
        return self._placed[kind]


def moment_of(row: Row) -> datetime:
    """When it happened, for the order; a time zone says nothing about the order of a person's days."""
    return local_moment(row.at)


@contextmanager
def holding_collector() -> Iterator[None]:
    """Keep Python from searching for garbage while many lasting objects are made, which halves the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
