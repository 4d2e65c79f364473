"""A look at everything that a diary holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phytovigil.errors import PhytovigilError
from phytovigil.followup.diary.chain import Row, first_link, next_link
from phytovigil.followup.diary.database import load_apsw, query, reading
from phytovigil.followup.diary.lines import from_row
from phytovigil.followup.diary.photos import hash_of
from phytovigil.followup.diary.rows import COLUMNS
from phytovigil.schema.diary import Entry, Photo

if TYPE_CHECKING:
    import apsw

MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Check:
    """What a check of a whole diary found.

    photos : with their bytes. photos_left_out : known by an import that did not carry their bytes.
    head : hash of the newest entry, which covers all before it. faults : one sentence each, at most twenty.
    """

    entries: int
    photos: int
    photos_left_out: int
    head: str
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check_diary(connection: apsw.Connection, diary: bytes, noted_head: str) -> Check:
    """Read every page, entry and photo. noted_head : as an earlier check gave it, empty for none."""
    check = Checking(connection, diary, noted_head)
    with reading(connection):
        check.run()
    return Check(check.entries, check.photos, check.left_out, check.link.hex(), tuple(check.faults[:MOST_FAULTS]))


class Checking:
    """One check, with what it has found so far."""

    def __init__(self, connection: apsw.Connection, diary: bytes, noted_head: str) -> None:
        self._connection, self._noted = connection, noted_head
        self.entries = self.photos = self.left_out = 0
        self.link = first_link(diary)
        self.faults: list[str] = []
        self._met: dict[str, str] = {}
        self._replaced: set[str] = set()
        self._pictured: set[str] = set()

    def run(self) -> None:
        """Every step, each told by itself where it cannot be ended."""
        noted = {self.link.hex(), ""}
        for step in (self._pages, lambda: self._chain(noted), self._pictures):
            try:
                for fault in step():
                    self.faults.append(fault)
            except (load_apsw().CorruptError, load_apsw().NotADBError):
                self.faults.append("A page of the database fails its authentication: it is altered or damaged.")
        if self._noted.strip().lower() not in noted:
            self.faults.append(
                "The noted head is not in this diary: it is an older copy or another one, or the note is wrong."
            )

    def _pages(self) -> Iterator[str]:
        """SQLite's own check, which reads every page and so authenticates it."""
        for (said,) in query(self._connection, "PRAGMA integrity_check"):
            if said != "ok":
                yield f"SQLite: {said}."

    def _chain(self, noted: set[str]) -> Iterator[str]:
        """Every entry in its place, and every link."""
        place = 0
        statement = f"SELECT sequence, link, {COLUMNS} FROM entry ORDER BY sequence"
        for sequence, link, *columns in query(self._connection, statement):
            row = Row(*columns)
            self.entries += 1
            expected, self.link = next_link(self.link, row), link
            if sequence != place + 1 or link != expected:
                yield f"The chain is broken at entry {sequence} ({row.id}): one was changed, moved or removed."
            place = sequence
            noted.add(link.hex())
            yield from self._entry(row)

    def _entry(self, row: Row) -> Iterator[str]:
        """One entry by itself, and what it corrects."""
        try:
            self._picture(from_row(row))
        except PhytovigilError as error:
            yield f"The entry {row.id} cannot be read: {error.message}"
        if row.corrects is not None:
            if self._met.get(row.corrects) != row.kind or row.corrects in self._replaced:
                yield f"The entry {row.id} corrects none that stood, or one of another kind."
            self._replaced.add(row.corrects)
        self._met[row.id] = row.kind

    def _picture(self, entry: Entry) -> None:
        if isinstance(entry.content, Photo):
            self._pictured.add(entry.content.sha256)

    def _pictures(self) -> Iterator[str]:
        """Every photo against its hash, and photos that are missing."""
        known = set()
        for sha256, data in query(self._connection, "SELECT sha256, bytes FROM photo ORDER BY sha256"):
            known.add(sha256)
            self.photos += data is not None
            self.left_out += data is None
            if data is not None and hash_of(data) != sha256:
                yield f"The photo {sha256} differs from its hash."
        for sha256 in sorted(self._pictured - known):
            yield f"The photo {sha256} is missing."
