"""Which earlier entries an entry stands for, so that a field keeps its key when its entry is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from phytovigil.schema.diary import Diary, Entries, Entry

SHORT = 8
LONGEST_WHOLE = 16


@runtime_checkable
class Remembering(Protocol):
    """A diary that gives all versions of an entry."""

    def history(self, id: str) -> tuple[Entry, ...]:
        """All versions of one entry, the oldest first."""


def earlier_ids(diary: Diary, entry: Entry) -> tuple[str, ...]:
    """Ids of an entry and of all that it replaced, the oldest first, as far as the diary tells."""
    if not entry.corrects:
        return (entry.id,)
    if isinstance(diary, Remembering):
        ids = [one.id for one in diary.history(entry.id)]
        return tuple(ids[: ids.index(entry.id) + 1])
    if isinstance(diary, Entries):
        return trace(diary, entry)
    return entry.corrects, entry.id


def trace(entries: Entries, entry: Entry) -> tuple[str, ...]:
    """The same, among entries without a file."""
    corrected = {one.id: one.corrects for one in entries}
    ids = [entry.id]
    while (older := corrected.get(ids[-1], "")) and older not in ids:
        ids.append(older)
    return tuple(reversed(ids))


def name_entries(diary: Diary, entries: Sequence[Entry]) -> dict[str, str]:
    """A short name for each entry, by its id: the end of the oldest version's id, long enough to be its own.

    Names are as short only as they differ; should a new entry make them longer, fields are confirmed again.
    """
    firsts = {entry.id: first_id(diary, entry) for entry in entries}
    size = SHORT
    while len({shorten_id(one, size) for one in firsts.values()}) < len(set(firsts.values())):
        size += 1
    return {entry: shorten_id(one, size) for entry, one in firsts.items()}


def shorten_id(id: str, size: int) -> str:
    """The last characters of a long id; a short one stays.

    >>> shorten_id("0195a3c2-7b1e-7c3d-9f00-3b2a1c0d4e5f", 8), shorten_id("e12", 8)
    ('1c0d4e5f', 'e12')
    """
    return id if len(id) <= LONGEST_WHOLE else id[-size:]


def first_id(diary: Diary, entry: Entry) -> str:
    """Id of the oldest version of an entry; it stays the same whatever is corrected."""
    return earlier_ids(diary, entry)[0]
