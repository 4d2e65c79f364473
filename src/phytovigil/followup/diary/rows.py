"""Rows of the database: entries at the end of the chain, photos under their hash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from phytovigil.errors import InvalidRequest
from phytovigil.followup.diary.chain import Row, first_link, next_link
from phytovigil.followup.diary.database import damaged, query

if TYPE_CHECKING:
    import apsw

COLUMNS = "id, kind, at, recorded, content, corrects, why"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain. sequence : entries so far. newest : id of the last one, empty before the first."""

    sequence: int
    link: bytes
    newest: str


def read_head(connection: apsw.Connection, diary: bytes) -> Head:
    """The end of the chain. Raises DamagedDiary where its last link does not hold."""
    last = list(query(connection, f"SELECT sequence, link, {COLUMNS} FROM entry ORDER BY sequence DESC LIMIT 2"))
    if not last:
        return Head(0, first_link(diary), "")
    sequence, link, *columns = last[0]
    previous = last[1][1] if len(last) > 1 else first_link(diary)
    expected = last[1][0] + 1 if len(last) > 1 else 1
    if sequence != expected or link != next_link(previous, Row(*columns)):
        raise damaged("the chain of its entries is broken at its end")
    return Head(sequence, link, Row(*columns).id)


def append_row(connection: apsw.Connection, head: Head, row: Row) -> Head:
    """Add an entry at the end of the chain; the caller holds the transaction."""
    link, sequence = next_link(head.link, row), head.sequence + 1
    values = (sequence, row.id, row.kind, row.at, row.recorded, row.content, row.corrects, row.why, link)
    connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    return Head(sequence, link, row.id)


def read_rows(connection: apsw.Connection, where: str = "", values: tuple[Any, ...] = ()) -> Iterator[tuple[int, Row]]:
    """Rows in order of recording, each with its place."""
    statement = f"SELECT sequence, {COLUMNS} FROM entry {where} ORDER BY sequence"
    for sequence, *columns in query(connection, statement, values):
        yield sequence, Row._make(columns)


def find_row(connection: apsw.Connection, identity: str) -> Row | None:
    """The row of an id."""
    found = [row for _, row in read_rows(connection, "WHERE id = ?", (identity,))]
    return found[0] if found else None


def find_replacement(connection: apsw.Connection, identity: str) -> Row | None:
    """The row that corrects or withdraws an entry."""
    found = [row for _, row in read_rows(connection, "WHERE corrects = ?", (identity,))]
    return found[0] if found else None


def check_correction(connection: apsw.Connection, row: Row) -> None:
    """Raise InvalidRequest for an entry that corrects none, one of another kind, or one that is already replaced."""
    if row.corrects is None:
        return
    old = find_row(connection, row.corrects)
    if old is None:
        raise InvalidRequest(f"No entry of this diary has the id {row.corrects}.", "Only what is there is corrected.")
    if old.kind != row.kind:
        raise InvalidRequest(
            f"The entry {old.id} is of kind “{old.kind}”, its correction of kind “{row.kind}”.",
            "Withdraw the old one and add another.",
        )
    newer = find_replacement(connection, row.corrects)
    if newer is not None:
        raise InvalidRequest(
            f"The entry {row.corrects} was already replaced, by {newer.id}.", "Correct that one, or its newest version."
        )


def has_photo(connection: apsw.Connection, sha256: str) -> bool:
    """Whether a photo is known, with its bytes or without."""
    return bool(list(query(connection, "SELECT 1 FROM photo WHERE sha256 = ?", (sha256,))))


def keep_photo(connection: apsw.Connection, sha256: str, data: bytes | None) -> bool:
    """Keep a photo's bytes once; None says that they were left out. Answers whether anything was new."""
    before = connection.total_changes()
    if data is None:
        connection.execute("INSERT INTO photo VALUES (?, NULL) ON CONFLICT DO NOTHING", (sha256,))
    else:
        fill = "ON CONFLICT DO UPDATE SET bytes = excluded.bytes WHERE bytes IS NULL"
        connection.execute(f"INSERT INTO photo VALUES (?, ?) {fill}", (sha256, data))
    return bool(connection.total_changes() > before)
