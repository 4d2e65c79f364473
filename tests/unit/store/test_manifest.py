"""The manifest: what it says comes back, and what it does not say is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import DamagedStore, InvalidRequest, StoreError
from phytovigil.store import FileEntry, Manifest, Release, Store
from phytovigil.store.manifest import FORMAT, read_manifest, write_manifest


def release(ordinal: int = 1, name: str = "caers-2017-06-30-0badcafe") -> Release:
    entry = FileEntry("CAERS « 2017 ».csv", "ab" * 32, 4321, "caers-csv", 10, 8, 2, 1, 3, 4)
    tables = {"report": {"rows": 8, "sha256": "cd" * 32}}
    return Release(name, ordinal, "caers", "2017-06-30", 8, (entry,), tables)


MANIFEST = Manifest(
    (release(), release(2, "caers-2018-06-30-0badf00d")),
    (
        {"file": "words/000001.parquet", "rows": 70, "sha256": "ef" * 32},
        {"file": "words/000002.parquet", "rows": 5, "sha256": "01" * 32},
    ),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST


def test_the_same_manifest_is_the_same_bytes(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    first = (tmp_path / "manifest.json").read_bytes()
    write_manifest(tmp_path, read_manifest(tmp_path))
    assert (tmp_path / "manifest.json").read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.json"]


def test_an_absent_store_is_an_empty_one(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "nowhere") == Manifest()
    assert Manifest().next_ordinal == 1
    assert Manifest().next_word == 0


def test_numbers_go_on_where_they_ended() -> None:
    assert MANIFEST.next_ordinal == 3
    assert MANIFEST.next_word == 75


def test_a_release_is_found_by_the_content_of_its_file() -> None:
    assert MANIFEST.find_content("ab" * 32) == MANIFEST.releases[0]
    assert MANIFEST.find_content("00" * 32) is None


def test_the_dictionary_of_a_release_ends_with_its_own_words() -> None:
    assert MANIFEST.dictionary_of(MANIFEST.releases[:1]) == ("ef" * 32,)
    assert MANIFEST.dictionary_of(MANIFEST.releases) == ("ef" * 32, "01" * 32)


@pytest.mark.parametrize("other", [FORMAT - 1, FORMAT + 1])
def test_another_format_is_refused_and_says_what_to_do(tmp_path: Path, other: int) -> None:
    write_manifest(tmp_path, MANIFEST)
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": other}))
    with pytest.raises(StoreError, match=f"has format {other}; this version reads format {FORMAT}") as caught:
        read_manifest(tmp_path)
    assert caught.value.exit_code == 6
    assert "version that wrote it" in caught.value.hint


def cut(text: str) -> str:
    return text[: len(text) // 2]


def without(key: str) -> Any:
    return lambda text: json.dumps({name: value for name, value in json.loads(text).items() if name != key})


def spoil_release(text: str) -> str:
    raw = json.loads(text)
    del raw["releases"][0]["files"][0]["sha256"]
    return json.dumps(raw)


def add_field(text: str) -> str:
    raw = json.loads(text)
    raw["releases"][1]["colour"] = "blue"
    return json.dumps(raw)


def spoil_words(text: str) -> str:
    raw = json.loads(text)
    raw["words"][0]["rows"] = "many"
    return json.dumps(raw)


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        without("releases"),
        without("words"),
        spoil_release,
        add_field,
        spoil_words,
        lambda _: "",
        lambda _: "[]",
        lambda _: "null",
        lambda _: json.dumps({"format": FORMAT, "releases": 3, "words": []}),
        lambda _: json.dumps({"format": FORMAT, "releases": [None], "words": []}),
        lambda _: json.dumps({"format": FORMAT, "releases": [], "words": [{"file": "words/000001.parquet"}]}),
    ],
)
def test_a_damaged_manifest_is_named_in_one_line(tmp_path: Path, spoil: Any) -> None:
    write_manifest(tmp_path, MANIFEST)
    file = tmp_path / "manifest.json"
    file.write_text(spoil(file.read_text()))
    with pytest.raises(DamagedStore) as caught:
        read_manifest(tmp_path)
    assert str(file) in caught.value.message
    assert "take the raw files in again" in caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_manifest_that_is_not_text_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DamagedStore, match="cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "text", ["2014", "2014-02-30", "20140228", "2014-W05-1", "../../etc", "yesterday", " 2014-01-01"]
)
def test_only_whole_dates_are_compared(two_releases: Store, text: str) -> None:
    with pytest.raises(InvalidRequest, match="is not a date"):
        two_releases.read("caers", text)


def test_no_writer_takes_in_as_of_what_is_not_a_date(store: Store, ingest: Any, report: Any) -> None:
    with pytest.raises(InvalidRequest, match="is not a date"):
        ingest(store, [report()], as_of="../../outside")
    assert store.releases() == ()
