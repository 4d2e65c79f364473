"""The diary of one person: a folder of their own with an encrypted database and the file of its key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from phytovigil.errors import DamagedDiary, DiaryError, InvalidRequest, NoAnswer, NotADiary, UnknownName
from phytovigil.followup.diary.checking import Check, check_diary
from phytovigil.followup.diary.database import NAME, damaged, explaining, open_database, query, writing
from phytovigil.followup.diary.exporting import write_export
from phytovigil.followup.diary.folder import make_folder, refuse_inside
from phytovigil.followup.diary.identity import Clock, format_moment, make_id, read_clock
from phytovigil.followup.diary.importing import Imported, read_export
from phytovigil.followup.diary.keyfile import NAME as KEY_NAME
from phytovigil.followup.diary.keyfile import read_key_file, unwrap_key, wrap_key, write_key_file
from phytovigil.followup.diary.lines import decode, encode, from_row, kind_of, to_row
from phytovigil.followup.diary.passphrase import Cost, check_passphrase
from phytovigil.followup.diary.photos import check_size, hash_of, media_type
from phytovigil.followup.diary.reading import Shelf, holding_collector
from phytovigil.followup.diary.rows import (
    Head,
    append_row,
    check_correction,
    find_replacement,
    find_row,
    has_photo,
    keep_photo,
    read_head,
)
from phytovigil.schema.diary import KINDS, Content, Entry, Photo

if TYPE_CHECKING:
    import apsw


class FileDiary:
    """A diary in a folder, opened with its passphrase; entries are added, and never changed or deleted.

    Several programs may hold the same diary open and write to it; within one program, a FileDiary serves one thread at
    a time. Every method raises DiaryError or one of its kinds where the files do not let it do its work.

    >>> import tempfile
    >>> from phytovigil.followup.diary import LEAST_COST
    >>> from phytovigil.schema.diary import Pain
    >>> with tempfile.TemporaryDirectory() as room:
    ...     with FileDiary.create(Path(room) / "diary", "a long passphrase", cost=LEAST_COST) as diary:
    ...         first = diary.add(Pain(4), "2026-03-01")
    ...         mended = diary.correct(first.id, Pain(3), "slip of the finger")
    ...         [entry.content.nrs for entry in diary.entries("pain")], len(diary.all_entries())
    ([3.0], 2)
    """

    def __init__(self, folder: Path, connection: apsw.Connection, diary: bytes, clock: Clock) -> None:
        self.folder = folder
        self._connection: apsw.Connection | None = connection
        self._diary, self._clock = diary, clock
        self._shelf = Shelf(connection)
        self._faults: tuple[str, ...] = ()

    @classmethod
    def create(
        cls, folder: Path | str, passphrase: str, *, cost: Cost | None = None, clock: Clock = read_clock
    ) -> Self:
        """Make a new diary in a folder that does not exist yet or is empty, and open it.

        Whoever loses the passphrase or the key file loses the diary; nothing recovers it.
        cost : of one try of a passphrase; Cost() for none. clock : gives the moment of writing down.
        Raises InvalidRequest for a passphrase that is too short, NotADiary for a folder that holds something.
        """
        make_folder(Path(folder), passphrase, cost or Cost())
        return cls.open(folder, passphrase, clock=clock)

    @classmethod
    def open(cls, folder: Path | str, passphrase: str, *, clock: Clock = read_clock) -> Self:
        """Open a diary.

        Raises NotADiary, WrongPassphrase, DamagedDiary, NewerDiary, DiaryBusy; what is not opened is not written to.
        """
        folder = Path(folder)
        if not (folder / KEY_NAME).exists() and not (folder / NAME).exists():
            raise NotADiary(f"There is no diary in {folder}.", "Name its folder, or make a new diary there.")
        file = read_key_file(folder)
        key = unwrap_key(file, passphrase)
        connection = open_database(folder, key, file.diary)
        try:
            with explaining(folder / NAME):
                read_head(connection, file.diary)
        except BaseException:
            connection.close()
            raise
        return cls(folder, connection, file.diary, clock)

    def close(self) -> None:
        """Close the diary; closing twice does no harm."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def entries(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries that stand, of these kinds or of all: by moment, then in order of recording. Raises UnknownName."""
        for kind in kinds:
            if kind not in KINDS:
                raise unknown_kind(kind)
        with self._reading(), holding_collector():
            return self._shelf.standing(kinds)

    def all_entries(self) -> tuple[Entry, ...]:
        """Everything that was ever written down, in that order."""
        with self._reading(), holding_collector():
            return self._shelf.everything()

    def history(self, id: str) -> tuple[Entry, ...]:
        """All versions of one entry, the oldest first; any version's id will do. Raises InvalidRequest."""
        with self._reading() as connection:
            row = find_row(connection, id)
            if row is None:
                raise no_entry(id)
            while row.corrects is not None and (older := find_row(connection, row.corrects)):
                row = older
            rows = [row]
            while newer := find_replacement(connection, rows[-1].id):
                rows.append(newer)
            return tuple(from_row(one) for one in rows)

    def photo_bytes(self, sha256: str) -> bytes:
        """The bytes of a photo, checked against their hash. Raises NoAnswer where the diary does not have them."""
        with self._reading() as connection:
            found = list(query(connection, "SELECT bytes FROM photo WHERE sha256 = ?", (sha256,)))
        if not found or found[0][0] is None:
            raise NoAnswer(
                f"The diary does not have the bytes of the photo {sha256[:12]}.",
                "An import that left photos out is mended by one that carries them." if found else "",
            )
        data: bytes = found[0][0]
        if hash_of(data) != sha256:
            raise damaged(f"the photo {sha256[:12]} differs from its hash")
        return data

    @property
    def head(self) -> str:
        """Hash of the newest entry, which covers all before it. Noted elsewhere, it tells an old copy: see verify."""
        with self._reading() as connection:
            return read_head(connection, self._diary).link.hex()

    def verify(self, *, noted_head: str = "") -> Check:
        """Read every page, entry and photo. Once a fault is found, this FileDiary writes nothing more.

        noted_head : a head noted earlier; it must still be in the chain, which it is not in an older copy.
        """
        with self._reading() as connection:
            check = check_diary(connection, self._diary, noted_head)
        self._faults = check.faults
        return check

    def add(self, content: Content, at: str, *, recorded: str | None = None) -> Entry:
        """Add one entry; when this returns, it is on the disk. at, recorded : ISO. Raises InvalidRequest."""
        return self.add_many([(content, at)], recorded=recorded)[0]

    def add_many(self, entries: Iterable[tuple[Content, str]], *, recorded: str | None = None) -> tuple[Entry, ...]:
        """Add several entries, each with its moment: all of them, or none. Raises InvalidRequest."""
        made = []
        with self._writing() as (connection, head):
            for content, at in entries:
                entry = self._make(head, content, at, recorded)
                refuse_unkept(connection, content)
                head = append_row(connection, head, to_row(entry))
                made.append(entry)
        return tuple(made)

    def add_photo(
        self,
        data: bytes,
        site: str,
        at: str,
        *,
        baseline: bool = False,
        where: tuple[float, ...] = (),
        recorded: str | None = None,
    ) -> Entry:
        """Add a photograph: its bytes, kept once, and an entry that names them, both or none.

        data : a JPEG, PNG, TIFF or WebP file as it is. site, baseline, where : see schema.diary.Photo.
        Raises InvalidRequest.
        """
        check_size(data)
        content = Photo(hash_of(data), site, media_type(data), len(data), baseline, where)
        with self._writing() as (connection, head):
            entry = self._make(head, content, at, recorded)
            keep_photo(connection, content.sha256, data)
            append_row(connection, head, to_row(entry))
        return entry

    def correct(self, id: str, content: Content, why: str, *, at: str | None = None) -> Entry:
        """Put another entry of the same kind in the place of one; both stay. at : as it was, for none.

        Raises InvalidRequest where there is no such entry, it was already replaced, or no reason is given.
        """
        return self._replace(id, content, why, at)

    def withdraw(self, id: str, why: str) -> Entry:
        """Say that an entry no longer stands; it stays in the diary. Raises InvalidRequest as `correct` does."""
        return self._replace(id, None, why, None)

    def change_passphrase(self, old: str, new: str, *, cost: Cost | None = None) -> None:
        """Wrap the key of the database under another passphrase; entries are not touched.

        An old copy of the key file still opens with the old passphrase. cost : as it was, for none.
        Raises WrongPassphrase, InvalidRequest for a new one that is too short, DamagedDiary, DiaryError.
        """
        check_passphrase(new)
        with self._writing():
            file = read_key_file(self.folder)
            if file.diary != self._diary:
                raise DamagedDiary("The key file is that of another diary.", "Put the right one back from a copy.")
            key = unwrap_key(file, old)
            write_key_file(self.folder, wrap_key(key, file.diary, new, cost or file.cost))

    def export_lines(self, path: Path | str, *, photos: bool = True) -> int:
        """Write everything, corrected entries too, as JSON Lines; answers the number of entries.

        THE FILE IS NOT ENCRYPTED: whoever has it can read it. The same diary gives the same bytes.
        path : a file that does not exist yet. Raises InvalidRequest, DiaryError; then there is no file.
        """
        refuse_inside(Path(path), self.folder)
        with self._reading() as connection:
            return write_export(connection, self._diary, Path(path), photos=photos)

    def import_lines(self, path: Path | str) -> Imported:
        """Take an export in, whole or not at all; entries that are already there are not doubled.

        Raises UnreadableFile with the line, NewerDiary; then the diary is as it was.
        """
        refuse_inside(Path(path), self.folder)
        with self._writing() as (connection, head):
            return read_export(connection, head, Path(path))

    def _replace(self, id: str, content: Content | None, why: str, at: str | None) -> Entry:
        """Add an entry that corrects or withdraws another."""
        if not why.strip():
            raise InvalidRequest("No reason is given.", "Say in a few words why the entry is corrected or withdrawn.")
        with self._writing() as (connection, head):
            old = find_row(connection, id)
            if old is None:
                raise no_entry(id)
            entry = self._make(head, content, at or old.at, None, kind=old.kind, corrects=id, why=why)
            check_correction(connection, to_row(entry))
            refuse_unkept(connection, content)
            append_row(connection, head, to_row(entry))
        return entry

    def _make(
        self,
        head: Head,
        content: Content | None,
        at: str,
        recorded: str | None,
        *,
        kind: str = "",
        corrects: str = "",
        why: str = "",
    ) -> Entry:
        """An entry with an id after all others. It is read as a line is, so that its types are checked."""
        now = self._clock()
        kind = kind if content is None else kind_of(content)
        entry = Entry(make_id(now, head.newest), kind, at, recorded or format_moment(now), content, corrects, why)
        return decode(encode(entry))

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        """The connection, with its errors explained."""
        if self._connection is None:
            raise DiaryError("The diary is closed.", "Open it first.")
        with explaining(self.folder / NAME):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[tuple[apsw.Connection, Head]]:
        """The connection in a transaction of its own, and the end of the chain."""
        if self._faults:
            raise DamagedDiary(
                f"A check of the diary found: {self._faults[0]}", "Nothing is written to it; put a sound copy back."
            )
        with self._reading() as connection, writing(connection, self.folder / NAME):
            yield connection, read_head(connection, self._diary)


def refuse_unkept(connection: apsw.Connection, content: Content | None) -> None:
    """Raise InvalidRequest for an entry that names a photo whose bytes the diary never saw."""
    if isinstance(content, Photo) and not has_photo(connection, content.sha256):
        raise InvalidRequest("The photo's bytes are not in the diary.", "Add the photo itself, with add_photo.")


def no_entry(identity: str) -> InvalidRequest:
    """The error of an id that nothing has."""
    return InvalidRequest(f"No entry of this diary has the id {identity}.", "Take the id from the list of entries.")


def unknown_kind(asked: str) -> UnknownName:
    """The error of a kind that does not exist."""
    return UnknownName("kind of entry", asked, "a diary", difflib.get_close_matches(asked, KINDS, n=2))
