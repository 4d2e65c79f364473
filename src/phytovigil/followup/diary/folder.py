"""The folder of a diary: made whole or not at all."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phytovigil.errors import DiaryError, InvalidRequest, NotADiary
from phytovigil.followup.diary.database import NAME, create_database
from phytovigil.followup.diary.keyfile import sync_folder, wrap_key, write_key_file
from phytovigil.followup.diary.passphrase import KEY_BYTES, SALT_BYTES, Cost, check_passphrase


def make_folder(folder: Path, passphrase: str, cost: Cost) -> None:
    """Make an empty diary with a key of its own. Raises InvalidRequest, NotADiary, DiaryError."""
    check_passphrase(passphrase)
    try:
        refuse_taken(folder)
        with made_beside(folder) as beside:
            key, diary = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(SALT_BYTES)
            write_key_file(beside, wrap_key(key, diary, passphrase, cost))
            create_database(beside, key, diary)
            sync_folder(beside)
    except OSError as error:
        raise DiaryError(f"{folder} cannot be made ({error.strerror}).", "Name another folder.") from error


def refuse_taken(folder: Path) -> None:
    """Raise NotADiary for a place where a new diary would meet something else."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise NotADiary(f"{folder} is already there and not empty.", "Name a new folder for the diary.")


def refuse_inside(path: Path, folder: Path) -> None:
    """Raise InvalidRequest for an export in the diary's own folder.

    Plain text does not belong there; and to open and close the database as a file would drop the locks on it.
    """
    database = folder / NAME
    if path.resolve().parent == folder.resolve() or (path.exists() and database.exists() and path.samefile(database)):
        raise InvalidRequest(f"{path} is in the diary's own folder.", "Name a file elsewhere.")


@contextmanager
def made_beside(folder: Path) -> Iterator[Path]:
    """A private folder that takes its place when it is whole, or goes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield beside
        if folder.exists():
            folder.rmdir()
        os.rename(beside, folder)
    except BaseException:
        for file in beside.iterdir():
            file.unlink()
        beside.rmdir()
        raise
    sync_folder(folder.parent)
