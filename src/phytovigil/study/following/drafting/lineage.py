"""Which earlier entries an entry stands for, so that a field keeps its key when its entry is corrected."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from phytovigil.schema.diary import Diary, Entries, Entry


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


def first_id(diary: Diary, entry: Entry) -> str:
    """Id of the oldest version of an entry; it stays the same whatever is corrected."""
    return earlier_ids(diary, entry)[0]
