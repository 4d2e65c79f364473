"""A small diary with an entry of every kind, quick to open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from phytovigil.followup.diary import LEAST_COST, FileDiary, keyfile
from phytovigil.schema import diary as kinds

PASSPHRASE = "a passphrase of four words"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 80
CONTENTS: tuple[kinds.Content, ...] = (
    kinds.Person("female", 1980, "DE", "kratom", "back pain"),
    kinds.Use("kratom tea", "kratom", 2.5, "g", "tea"),
    kinds.Course("ibuprofen", "", "2026-01-01", "2026-02-01", "400 mg", "pain"),
    kinds.Alcohol(2.0),
    kinds.Pain(4.0),
    kinds.Peg(4.0, 5.0, 6.0),
    kinds.Itch(3.0),
    kinds.Withdrawal(tuple(range(5)) * 3 + (1,)),
    kinds.Event("Ausschlag “rot”\nüberall 🌿", "rash", 2, serious=("hospital", "important")),
    kinds.Lab("alt", 120.0, "U/L", 40.0, "report"),
    kinds.Risk("pregnancy", "no"),
    kinds.Site("cheek", "exposed", 12.5, -3.0),
    kinds.Reading("x", "method 1", (60.1, 10.0, 15.0), (0.2, 0.1, 0.1), 1.1, (), {"blur": 0.25}),
    kinds.Period("2026-01-01", "2026-02-01", taking=True),
    kinds.Note("nul \0 and tab \t"),
    kinds.Seen("jaundice"),
    kinds.Answered("naranjo", "x", "2", "yes"),
)
"""One of every kind but the photo."""


class Ticking:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


Reopen = Callable[..., FileDiary]


@pytest.fixture(scope="session", autouse=True)
def derived_once() -> Iterator[None]:
    """Remember keys by passphrase, salt and cost: the derivation is slow by intent, and tests open the same often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "derive_key", cache(keyfile.derive_key))
        yield


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    return JPEG


@pytest.fixture(scope="session")
def contents() -> tuple[kinds.Content, ...]:
    return CONTENTS


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A diary with an entry of every kind, a correction and a withdrawal, closed; not to be written to."""
    folder = tmp_path_factory.mktemp("filled") / "diary"
    with FileDiary.create(folder, PASSPHRASE, cost=LEAST_COST, clock=Ticking()) as diary:
        added = diary.add_many((content, "2026-03-01") for content in CONTENTS)
        diary.add_photo(JPEG, "cheek", "2026-03-02", baseline=True)
        diary.correct(added[4].id, kinds.Pain(3.0), "slip")
        diary.withdraw(added[6].id, "another day")
        diary.add_many((kinds.Note(f"line {number} " + "of text " * 40), "2026-03-03") for number in range(60))
    return folder


@pytest.fixture
def folder(tmp_path: Path, filled_folder: Path) -> Path:
    """A copy of that diary for one test."""
    return Path(shutil.copytree(filled_folder, tmp_path / "diary"))


@pytest.fixture
def reopen() -> Reopen:
    """Open a diary of these tests."""
    return lambda folder, passphrase=PASSPHRASE: FileDiary.open(folder, passphrase, clock=Ticking())


@pytest.fixture
def empty(tmp_path: Path) -> FileDiary:
    """A new diary, open."""
    return FileDiary.create(tmp_path / "new", PASSPHRASE, cost=LEAST_COST, clock=Ticking())


@pytest.fixture(scope="session")
def new_diary() -> Callable[[Path], FileDiary]:
    """Make another diary in a folder of one's own."""
    return lambda folder: FileDiary.create(folder, PASSPHRASE, cost=LEAST_COST, clock=Ticking())
