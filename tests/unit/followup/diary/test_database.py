"""The database: what is altered, cut or exchanged is noticed, named, and never written to."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import apsw
import pytest

from phytovigil.errors import DamagedDiary, DiaryBusy, DiaryError, MissingLibrary, NewerDiary
from phytovigil.followup.diary import FileDiary, database
from phytovigil.followup.diary.keyfile import read_key_file, unwrap_key
from phytovigil.schema.diary import Note, Pain

PASSPHRASE = "a passphrase of four words"
PAGE = database.PAGE_BYTES
Reopen = Callable[..., FileDiary]


@contextmanager
def unlocked(folder: Path) -> Iterator[apsw.Connection]:
    """The database as one has it who knows the passphrase and goes around the program."""
    file = read_key_file(folder)
    connection = database.connect(folder / "diary.db", unwrap_key(file, PASSPHRASE), file.diary)
    try:
        database.settle(connection)
        yield connection
    finally:
        connection.close()


def use(folder: Path, reopen: Reopen) -> None:
    """All that a program does with a diary: open, read, check, add; raises what is wrong with it."""
    with reopen(folder) as diary:
        diary.entries()
        check = diary.verify()
        if check.faults:
            with pytest.raises(DamagedDiary):
                diary.add(Pain(1), "2026-01-01")
            raise DamagedDiary(" ".join(check.faults))
        diary.add(Pain(1), "2026-01-01")


def refusal(folder: Path, reopen: Reopen, altered: bytes) -> str:
    """The message with which an altered database is refused; it must not have been written to."""
    path = folder / "diary.db"
    path.write_bytes(altered)
    with pytest.raises(DamagedDiary) as caught:
        use(folder, reopen)
    assert path.read_bytes() == altered
    assert sorted(file.name for file in folder.iterdir()) == ["diary.db", "key.json"]
    return str(caught.value)


def test_a_flipped_bit_anywhere_is_noticed(folder: Path, reopen: Reopen) -> None:
    whole = (folder / "diary.db").read_bytes()
    chance = random.Random(1)
    pages = len(whole) // PAGE
    places = [0, 7, 15, 16, 18, 20, 23, 24, 28, 31, 92, 99, 100, PAGE - 1, PAGE - 16, PAGE - 32, len(whole) - 1]
    places += [page * PAGE + chance.randrange(PAGE) for page in range(pages)]
    for place in places:
        said = refusal(folder, reopen, flipped(whole, place, chance.randrange(8)))
        assert "altered" in said


@pytest.mark.slow
def test_a_flipped_bit_anywhere_is_noticed_at_many_places(folder: Path, reopen: Reopen) -> None:
    whole = (folder / "diary.db").read_bytes()
    chance = random.Random(2)
    for place in [*range(120), *(chance.randrange(len(whole)) for _ in range(2_000))]:
        assert "altered" in refusal(folder, reopen, flipped(whole, place, chance.randrange(8)))


def flipped(whole: bytes, place: int, bit: int) -> bytes:
    return whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]


def test_a_cut_is_called_one(folder: Path, reopen: Reopen) -> None:
    whole = (folder / "diary.db").read_bytes()
    chance = random.Random(3)
    lengths = [0, 1, 15, 16, 17, 100, 512, PAGE - 1, PAGE, PAGE + 1, len(whole) - PAGE, len(whole) - 1]
    lengths += [chance.randrange(len(whole)) for _ in range(8)]
    for length in lengths:
        assert "cut short" in refusal(folder, reopen, whole[:length])


def test_bytes_after_the_end_are_noticed(folder: Path, reopen: Reopen) -> None:
    whole = (folder / "diary.db").read_bytes()
    for more in (b"x", bytes(PAGE), whole[-PAGE:]):
        assert f"has {len(whole) + len(more):,} bytes where {len(whole):,}" in refusal(folder, reopen, whole + more)


def test_pages_that_change_places_are_noticed(folder: Path, reopen: Reopen) -> None:
    whole = (folder / "diary.db").read_bytes()
    pages = [whole[start : start + PAGE] for start in range(0, len(whole), PAGE)]
    for left in range(1, len(pages)):
        for right in range(left + 1, min(left + 2, len(pages))):
            swapped = pages.copy()
            swapped[left], swapped[right] = pages[right], pages[left]
            assert "authentication" in refusal(folder, reopen, b"".join(swapped))
        copied = [*pages[:left], pages[left - 1], *pages[left + 1 :]]
        assert "authentication" in refusal(folder, reopen, b"".join(copied))


def test_a_database_of_another_diary(folder: Path, reopen: Reopen, new_diary: Callable[[Path], FileDiary]) -> None:
    new_diary(folder.parent / "other").close()
    said = refusal(folder, reopen, (folder.parent / "other" / "diary.db").read_bytes())
    assert "the database of another diary" in said


def test_a_database_without_encryption(folder: Path, reopen: Reopen) -> None:
    with sqlite3.connect(folder.parent / "plain.db") as plain:
        plain.execute("CREATE TABLE entry (id)")
    plain.close()
    said = refusal(folder, reopen, (folder.parent / "plain.db").read_bytes())
    assert "a database that is not encrypted stands in its place" in said


def test_garbage_and_a_missing_file(folder: Path, reopen: Reopen) -> None:
    refusal(folder, reopen, random.Random(4).randbytes(5 * PAGE))
    refusal(folder, reopen, bytes(5 * PAGE))
    (folder / "diary.db").unlink()
    with pytest.raises(DamagedDiary, match=r"database \(diary.db\) of the diary is damaged: it is missing"):
        reopen(folder)
    assert [file.name for file in folder.iterdir()] == ["key.json"]


def test_a_page_put_back_to_an_older_state_is_noticed(folder: Path, reopen: Reopen) -> None:
    """Each page is authentic by itself; that it is an older one, only the whole can tell."""
    path = folder / "diary.db"
    old = path.read_bytes()
    with reopen(folder) as diary:
        diary.add_many((Note(f"later {number} " + "x" * 100), "2026-04-01") for number in range(40))
    new = path.read_bytes()
    changed = [place for place in range(0, len(old), PAGE) if old[place : place + PAGE] != new[place : place + PAGE]]
    assert len(changed) > 2
    for place in changed:
        refusal(folder, reopen, new[:place] + old[place : place + PAGE] + new[place + PAGE :])


def test_an_older_copy_is_told_by_a_noted_head(folder: Path, reopen: Reopen) -> None:
    """Without a note it cannot be told: it is a whole and authentic diary."""
    old = (folder / "diary.db").read_bytes()
    with reopen(folder) as diary:
        before = diary.head
        diary.add(Pain(5), "2026-04-01")
        noted = diary.head
        assert diary.verify(noted_head=before).sound
        assert diary.verify(noted_head=noted).sound
    (folder / "diary.db").write_bytes(old)
    with reopen(folder) as diary:
        assert diary.verify().sound
        assert diary.verify(noted_head=before).sound
        check = diary.verify(noted_head=noted)
        assert [fault for fault in check.faults if "older copy" in fault]
        with pytest.raises(DamagedDiary, match="Nothing is written"):
            diary.add(Pain(5), "2026-04-02")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET why = 'x' WHERE sequence = 5",
        "UPDATE entry SET content = replace(content, '4.0', '5.0') WHERE kind = 'pain'",
        "UPDATE entry SET sequence = 1000 WHERE sequence = 7",
        "DELETE FROM entry WHERE sequence = 9",
        "DELETE FROM entry WHERE sequence = (SELECT max(sequence) - 1 FROM entry)",
        "DELETE FROM entry WHERE sequence = 1",
        "UPDATE entry SET link = zeroblob(32) WHERE sequence = 3",
        "DELETE FROM photo",
        "UPDATE photo SET bytes = zeroblob(10)",
    ],
)
def test_a_change_around_the_program_is_noticed(folder: Path, reopen: Reopen, change: str) -> None:
    with unlocked(folder) as connection:
        with pytest.raises(apsw.ConstraintError, match=r"never (changed|deleted)"):
            connection.execute(change)
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.pragma("foreign_keys", False)
        connection.execute(change)
    with pytest.raises(DamagedDiary):
        use(folder, reopen)


def test_entries_in_another_order_are_noticed(folder: Path, reopen: Reopen) -> None:
    with unlocked(folder) as connection:
        connection.execute("DROP TRIGGER entry_stays")
        for old, new in ((10, -1), (11, 10), (-1, 11)):
            connection.execute("UPDATE entry SET sequence = ? WHERE sequence = ?", (new, old))
    with reopen(folder) as diary:
        assert "broken at entry 10" in diary.verify().faults[0]


def test_a_newer_database_is_called_one(folder: Path, reopen: Reopen) -> None:
    with unlocked(folder) as connection:
        connection.pragma("user_version", 2)
    with pytest.raises(NewerDiary, match="The database has format 2"):
        reopen(folder)


def test_a_database_of_another_program_is_called_one(folder: Path, reopen: Reopen) -> None:
    with unlocked(folder) as connection:
        connection.pragma("application_id", 7)
    with pytest.raises(DamagedDiary, match="something else than a diary"):
        reopen(folder)


@pytest.mark.parametrize("change", ["kind = 'dream'", 'content = \'{"nrs":4.0,"felt":1}\''])
def test_an_entry_of_a_later_program_is_called_one(folder: Path, reopen: Reopen, change: str) -> None:
    with unlocked(folder) as connection:
        connection.execute("DROP TRIGGER entry_stays")
        connection.execute(f"UPDATE entry SET {change} WHERE kind = 'pain' AND content IS NOT NULL")
    with reopen(folder) as diary, pytest.raises(NewerDiary):
        diary.entries()


def test_no_plain_text_is_in_any_file(folder: Path, reopen: Reopen, new_diary: Callable[[Path], FileDiary]) -> None:
    markers = (b"kratom", b"Ausschlag", b"of text", b"\xff\xd8\xff\xe0" + bytes(range(200)), b"SQLite format", b"entry")
    for file in folder.iterdir():
        raw = file.read_bytes()
        assert [marker for marker in markers if marker in raw] == []


def test_what_the_settings_are(folder: Path, reopen: Reopen) -> None:
    with unlocked(folder) as connection:
        names = ("journal_mode", "synchronous", "temp_store", "cipher", "page_size", "foreign_keys", "trusted_schema")
        found = {name: connection.pragma(name) for name in names}
    assert found == {
        "journal_mode": "delete",
        "synchronous": 3,  # EXTRA
        "temp_store": 2,  # memory
        "cipher": "chacha20",
        "page_size": PAGE,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }


def test_a_diary_that_is_being_written_to_is_waited_for(
    folder: Path, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    with unlocked(folder) as connection, reopen(folder) as diary:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiaryBusy, match="Another program is writing"):
            diary.add(Pain(1), "2026-01-01")
        assert diary.entries("pain")
        connection.execute("ROLLBACK")
        diary.add(Pain(1), "2026-01-01")


def test_a_diary_that_was_exchanged_while_open_is_not_written_to(folder: Path, reopen: Reopen) -> None:
    """As when a copy is put back while a program has the diary open: nothing is confirmed that would be lost."""
    with reopen(folder) as diary:
        shutil.copy(folder / "diary.db", folder / "copy")
        (folder / "copy").replace(folder / "diary.db")
        with pytest.raises(DiaryError):
            diary.add(Pain(1), "2026-01-01")


def test_a_library_without_encryption_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """apsw alone takes the key and says nothing; the diary would be written in plain text."""
    database.load_apsw.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "apsw", ModuleType("apsw"))
    with pytest.raises(MissingLibrary, match=r"apsw alone does not encrypt.*phytovigil\[follow\]"):
        database.load_apsw()
    monkeypatch.setitem(__import__("sys").modules, "apsw", None)
    with pytest.raises(MissingLibrary, match="needs the library apsw-sqlite3mc"):
        database.load_apsw()
    database.load_apsw.cache_clear()
