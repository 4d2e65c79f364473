"""The key file: passphrases, damage and what each is called."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import (
    DamagedDiary,
    DiaryError,
    InvalidRequest,
    MissingLibrary,
    NewerDiary,
    NotADiary,
    WrongPassphrase,
)
from phytovigil.followup.diary import LEAST_COST, Cost, FileDiary, keyfile
from phytovigil.followup.diary.passphrase import derive_key

PASSPHRASE = "a passphrase of four words"
Reopen = Callable[..., FileDiary]


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Alter the key file as one would who knows its form, checksum and all."""
    mapping = json.loads((folder / "key.json").read_bytes())
    change(mapping)
    mapping["checksum"] = keyfile.checksum(mapping)
    (folder / "key.json").write_text(json.dumps(mapping))


def test_argon2id_gives_the_answer_of_the_standard() -> None:
    """The reference implementation's own vector: Argon2id v19, 2 passes, 64 MiB, 1 lane, "password", "somesalt"."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    derived = Argon2id(salt=b"somesalt", length=32, iterations=2, lanes=1, memory_cost=65536).derive(b"password")
    assert derived.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def test_the_key_hangs_on_every_part() -> None:
    key = derive_key(PASSPHRASE, b"s" * 16, LEAST_COST)
    assert len(key) == 32
    others = [
        derive_key(PASSPHRASE + " ", b"s" * 16, LEAST_COST),
        derive_key(PASSPHRASE, b"t" * 16, LEAST_COST),
        derive_key(PASSPHRASE, b"s" * 16, Cost(LEAST_COST.memory_kib, LEAST_COST.passes + 1, 1)),
    ]
    assert len({key, *others}) == 4
    assert derive_key(PASSPHRASE, b"s" * 16, LEAST_COST) == key


@pytest.mark.parametrize("passphrase", ["", "short", "1234567", "ﬁ" * 3])
def test_a_short_passphrase_is_refused(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(InvalidRequest, match="at least 8"):
        FileDiary.create(tmp_path / "diary", passphrase, cost=LEAST_COST)
    assert list(tmp_path.iterdir()) == []


def test_a_passphrase_of_half_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="broken character"):
        FileDiary.create(tmp_path / "diary", "\ud800 and seven more", cost=LEAST_COST)
    assert list(tmp_path.iterdir()) == []


def test_any_letters_and_any_way_of_typing_them(tmp_path: Path, reopen: Reopen) -> None:
    FileDiary.create(tmp_path / "diary", "Schlüssel für 日本 🗝", cost=LEAST_COST).close()
    reopen(tmp_path / "diary", "Schlu\u0308ssel fu\u0308r 日本 🗝").close()
    with pytest.raises(WrongPassphrase):
        reopen(tmp_path / "diary", "Schlussel fur 日本 🗝")


@pytest.mark.parametrize("passphrase", ["", "A passphrase of four words", "a passphrase of four words ", "x" * 2000])
def test_a_wrong_passphrase_is_called_one(folder: Path, reopen: Reopen, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase, match="does not open this diary"):
        reopen(folder, passphrase)


def test_every_altered_byte_is_called_damage_of_the_key_file(folder: Path, reopen: Reopen) -> None:
    """And never a wrong passphrase; the passphrase is not even tried."""
    path = folder / "key.json"
    whole = path.read_bytes()
    for place in range(len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        with pytest.raises(DamagedDiary, match="key file"):
            reopen(folder)


def test_every_cut_is_called_damage_of_the_key_file(folder: Path, reopen: Reopen) -> None:
    path = folder / "key.json"
    whole = path.read_bytes()
    for length in range(0, len(whole) - 2, 3):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedDiary, match="key file"):
            reopen(folder)
    path.unlink()
    with pytest.raises(DamagedDiary, match="it is missing"):
        reopen(folder)


@pytest.mark.parametrize(
    "garbage", [b"[]", b"null", b"\xff\xfe", b"[" * 10_000, b"{}" * 9000, b'{"a": NaN}', b"\0" * 50]
)
def test_garbage_is_called_damage(folder: Path, reopen: Reopen, garbage: bytes) -> None:
    (folder / "key.json").write_bytes(garbage)
    with pytest.raises((DamagedDiary, NotADiary)):
        reopen(folder)


def test_a_part_altered_with_its_checksum_opens_nothing(folder: Path, reopen: Reopen) -> None:
    """The seal covers name, cost and salt, so that nobody can weaken one of them unnoticed."""
    whole = (folder / "key.json").read_bytes()

    def flip(mapping: dict[str, Any], part: str, name: str) -> None:
        text = mapping[part][name]
        mapping[part][name] = ("0" if text[0] != "0" else "1") + text[1:]

    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda mapping: flip(mapping, "derivation", "salt"),
        lambda mapping: flip(mapping, "sealing", "nonce"),
        lambda mapping: flip(mapping, "sealing", "wrapped"),
        lambda mapping: mapping["derivation"].update(passes=6),
        lambda mapping: mapping.update(diary="0" * 32),
    ]
    for change in changes:
        (folder / "key.json").write_bytes(whole)
        rewrite(folder, change)
        with pytest.raises(WrongPassphrase):
            reopen(folder)


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 1024},
        {"passes": 1},
        {"lanes": 0},
        {"memory_kib": 2**40},
        {"passes": 10**9},
        {"lanes": 10**6},
        {"memory_kib": -1},
    ],
)
def test_a_cost_out_of_bounds_is_never_tried(folder: Path, reopen: Reopen, cost: dict[str, int]) -> None:
    rewrite(folder, lambda mapping: mapping["derivation"].update(cost))
    with pytest.raises(DamagedDiary, match="out of bounds"):
        reopen(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda mapping: mapping.pop("diary"),
        lambda mapping: mapping.update(diary="xy"),
        lambda mapping: mapping.update(version="1"),
        lambda mapping: mapping.update(version=0),
        lambda mapping: mapping.update(derivation=[]),
        lambda mapping: mapping["derivation"].update(memory_kib="much"),
        lambda mapping: mapping["derivation"].update(passes=True),
        lambda mapping: mapping["derivation"].update(name="pbkdf2"),
        lambda mapping: mapping["sealing"].update(nonce="00"),
        lambda mapping: mapping["sealing"].update(nonce=7),
    ],
)
def test_a_wrong_form_is_called_damage(
    folder: Path, reopen: Reopen, change: Callable[[dict[str, Any]], object]
) -> None:
    rewrite(folder, change)
    with pytest.raises(DamagedDiary, match="wrong form"):
        reopen(folder)


def test_a_library_without_argon2id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a build on an older OpenSSL."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf import argon2

    def fail(**_: object) -> None:
        raise UnsupportedAlgorithm("no Argon2id")

    monkeypatch.setattr(argon2, "Argon2id", fail)
    with pytest.raises(MissingLibrary, match=r"OpenSSL 3.2 or newer.*phytovigil\[follow\]"):
        derive_key(PASSPHRASE, b"s" * 16, LEAST_COST)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.kdf.argon2", None)
    with pytest.raises(MissingLibrary, match="needs the library cryptography"):
        derive_key(PASSPHRASE, b"s" * 16, LEAST_COST)


def test_a_newer_format_is_called_one(folder: Path, reopen: Reopen) -> None:
    rewrite(folder, lambda mapping: mapping.update(version=2, derivation={"name": "another"}))
    with pytest.raises(NewerDiary, match="has format 2; this program knows 1"):
        reopen(folder)


def test_a_folder_that_is_no_diary(tmp_path: Path, reopen: Reopen) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotADiary, match="no diary"):
            reopen(place)
    (tmp_path / "key.json").write_text('{"kty": "RSA"}')
    with pytest.raises(NotADiary, match="belongs to no diary"):
        reopen(tmp_path)


def test_a_new_diary_never_takes_the_place_of_something(tmp_path: Path, folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    (tmp_path / "file").write_text("mine")
    for place in (folder, tmp_path / "file"):
        with pytest.raises(NotADiary, match="already there"):
            FileDiary.create(place, PASSPHRASE, cost=LEAST_COST)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_an_empty_folder_is_taken_and_nothing_is_left_beside(tmp_path: Path) -> None:
    (tmp_path / "deep" / "diary").mkdir(parents=True)
    FileDiary.create(tmp_path / "deep" / "diary", PASSPHRASE, cost=LEAST_COST).close()
    assert sorted(file.name for file in (tmp_path / "deep").rglob("*")) == ["diary", "diary.db", "key.json"]


def test_a_diary_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("phytovigil.followup.diary.folder.sync_folder", fail)
    with pytest.raises(DiaryError, match="No space left"):
        FileDiary.create(tmp_path / "diary", PASSPHRASE, cost=LEAST_COST)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions of another kind")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with FileDiary.create(tmp_path / "diary", PASSPHRASE, cost=LEAST_COST) as diary:
            diary.change_passphrase(PASSPHRASE, "another passphrase")
            diary.export_lines(tmp_path / "export.jsonl")
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.rglob("*")}
    assert modes == {"diary": 0o700, "diary.db": 0o600, "key.json": 0o600, "export.jsonl": 0o600}


def test_another_passphrase(folder: Path, reopen: Reopen) -> None:
    database = (folder / "diary.db").read_bytes()
    with reopen(folder) as diary:
        with pytest.raises(WrongPassphrase):
            diary.change_passphrase("not the old one", "another passphrase")
        with pytest.raises(InvalidRequest, match="at least 8"):
            diary.change_passphrase(PASSPHRASE, "short")
        diary.change_passphrase(PASSPHRASE, "another passphrase")
    with pytest.raises(WrongPassphrase):
        reopen(folder)
    with reopen(folder, "another passphrase") as diary:
        assert diary.verify().sound
    assert (folder / "diary.db").read_bytes() == database
    assert sorted(file.name for file in folder.iterdir()) == ["diary.db", "key.json"]


def test_a_passphrase_that_cannot_be_written_leaves_the_old_one(
    folder: Path, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = (folder / "key.json").read_bytes()
    with reopen(folder) as diary, monkeypatch.context() as patch:
        patch.setattr("phytovigil.followup.diary.keyfile.os.fsync", fail)
        with pytest.raises(DiaryError, match="The diary is as it was"):
            diary.change_passphrase(PASSPHRASE, "another passphrase")
    assert (folder / "key.json").read_bytes() == before
    reopen(folder).close()
    assert sorted(file.name for file in folder.iterdir()) == ["diary.db", "key.json"]


def test_the_cost_of_a_new_diary_is_the_recommended_one(tmp_path: Path) -> None:
    """RFC 9106, section 4, second recommended option; it opens well below a second."""
    FileDiary.create(tmp_path / "diary", PASSPHRASE).close()
    derivation = json.loads((tmp_path / "diary" / "key.json").read_bytes())["derivation"]
    assert {name: derivation[name] for name in ("memory_kib", "passes", "lanes")} == {
        "memory_kib": 65536,
        "passes": 3,
        "lanes": 4,
    }
