"""Export and import: everything goes there and back, and an import is whole or nothing."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import InvalidRequest, NewerDiary, PhytovigilError, UnreadableFile
from phytovigil.followup.diary import FileDiary, Imported
from phytovigil.schema.diary import Note, Pain, Photo

Reopen = Callable[..., FileDiary]
NewDiary = Callable[[Path], FileDiary]


@pytest.fixture(scope="module")
def export(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the filled diary."""
    path = tmp_path_factory.mktemp("export") / "diary.jsonl"
    with FileDiary.open(filled_folder, "a passphrase of four words") as diary:
        diary.export_lines(path)
    return path


def parsed(export: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export.read_bytes().splitlines()]


def state(diary: FileDiary) -> tuple[str, int, int]:
    check = diary.verify()
    assert check.sound
    return check.head, check.photos, check.photos_left_out


def refuse(diary: FileDiary, raw: bytes, tmp_path: Path) -> str:
    """The message with which an import is refused; the diary is as it was."""
    (tmp_path / "altered.jsonl").write_bytes(raw)
    before = state(diary)
    with pytest.raises(PhytovigilError) as caught:
        diary.import_lines(tmp_path / "altered.jsonl")
    assert state(diary) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_same_diary_gives_the_same_bytes(folder: Path, reopen: Reopen, export: Path, tmp_path: Path) -> None:
    with reopen(folder) as diary:
        assert diary.export_lines(tmp_path / "again.jsonl") == len(diary.all_entries())
    assert (tmp_path / "again.jsonl").read_bytes() == export.read_bytes()


def test_the_header_says_what_the_file_is(folder: Path, reopen: Reopen, export: Path) -> None:
    header = parsed(export)[0]
    with reopen(folder) as diary:
        assert header["head"] == diary.head
        assert header["entries"] == len(diary.all_entries())
    assert (header["format"], header["version"]) == ("phytovigil diary export", 1)
    assert (header["photos"], header["photos_left_out"]) == (1, 0)
    assert "not encrypted" in header["warning"]


def test_an_export_never_takes_the_place_of_a_file(folder: Path, reopen: Reopen, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with reopen(folder) as diary, pytest.raises(InvalidRequest, match="already there"):
        diary.export_lines(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_export_that_cannot_be_written_leaves_no_file(folder: Path, reopen: Reopen, tmp_path: Path) -> None:
    with reopen(folder) as diary, pytest.raises(PhytovigilError, match="cannot be written"):
        diary.export_lines(tmp_path / "no" / "such" / "folder.jsonl")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["diary"]


def test_everything_goes_there_and_back(
    folder: Path, reopen: Reopen, export: Path, new_diary: NewDiary, tmp_path: Path
) -> None:
    with reopen(folder) as diary, new_diary(tmp_path / "new") as new:
        count = len(diary.all_entries())
        assert new.import_lines(export) == Imported(count, 0, 1, 0)
        assert new.all_entries() == diary.all_entries()
        assert new.entries() == diary.entries()
        [photo] = new.entries("photo")
        assert isinstance(photo.content, Photo)
        assert new.photo_bytes(photo.content.sha256) == diary.photo_bytes(photo.content.sha256)
        assert new.verify().sound
        head = new.head
        assert new.import_lines(export) == Imported(0, count, 0, 1)
        assert new.head == head
        assert diary.import_lines(export) == Imported(0, count, 0, 1)
        new.export_lines(tmp_path / "back.jsonl")
    assert parsed(tmp_path / "back.jsonl")[1:] == parsed(export)[1:]


def test_two_diaries_become_one(export: Path, empty: FileDiary, tmp_path: Path) -> None:
    with empty as diary:
        own = diary.add(Note("mine"), "2026-03-05")
        diary.import_lines(export)
        more = diary.add(Note("later"), "2026-03-05")
        assert own in diary.entries("note")
        assert more.id > max(entry.id for entry in diary.all_entries()[:-1])
        assert diary.verify().sound


def test_photos_may_be_left_out_and_follow_later(
    folder: Path, reopen: Reopen, export: Path, empty: FileDiary, tmp_path: Path
) -> None:
    with reopen(folder) as diary, empty as new:
        diary.export_lines(tmp_path / "light.jsonl", photos=False)
        light = parsed(tmp_path / "light.jsonl")
        assert light[1:] == parsed(export)[1:-1]
        count = len(light) - 1
        assert new.import_lines(tmp_path / "light.jsonl") == Imported(count, 0, 0, 0)
        assert state(new)[1:] == (0, 1)
        sha256 = new.entries("photo")[0].content.sha256  # type: ignore[union-attr]
        with pytest.raises(PhytovigilError, match="An import that left photos out"):
            new.photo_bytes(sha256)
        new.export_lines(tmp_path / "lighter.jsonl")
        assert parsed(tmp_path / "lighter.jsonl")[0]["photos_left_out"] == 1
        assert new.import_lines(export) == Imported(0, count, 1, 0)
        assert new.photo_bytes(sha256) == diary.photo_bytes(sha256)
        assert state(new)[1:] == (1, 0)


def with_line(export: Path, number: int, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The export with one line altered."""
    lines = parsed(export)
    change(lines[number])
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def number_of(export: Path, kind: str) -> int:
    return next(number for number, line in enumerate(parsed(export)) if line.get("kind") == kind)


def test_an_altered_entry_is_refused(export: Path, empty: FileDiary, tmp_path: Path) -> None:
    number = number_of(export, "alcohol")
    with empty as diary:
        raw = with_line(export, number, lambda line: line["content"].update(drinks=3))
        assert "not those that were exported" in refuse(diary, raw, tmp_path)
        raw = with_line(export, number, lambda line: line["content"].update(drinks=-3))
        assert f"line {number + 1}: drinks is -3" in refuse(diary, raw, tmp_path)
        raw = with_line(export, number, lambda line: line["content"].update(drink=3))
        assert f"line {number + 1}: alcohol has no field “drink”" in refuse(diary, raw, tmp_path)
        assert diary.all_entries() == ()


def test_the_same_id_with_something_else_is_a_conflict(
    folder: Path, reopen: Reopen, export: Path, tmp_path: Path
) -> None:
    number = number_of(export, "pain")
    raw = with_line(export, number, lambda line: line["content"].update(nrs=9))
    with reopen(folder) as diary:
        said = refuse(diary, raw, tmp_path)
    assert f"line {number + 1}: The diary has an entry" in said
    assert "says something else" in said


def test_two_corrections_of_one_entry_are_a_conflict(
    folder: Path, reopen: Reopen, export: Path, empty: FileDiary, tmp_path: Path
) -> None:
    with reopen(folder) as diary, empty as other:
        other.import_lines(export)
        [standing] = diary.entries("pain")
        diary.correct(standing.id, Pain(1), "here")
        other.correct(standing.id, Pain(2), "there")
        other.export_lines(tmp_path / "other.jsonl")
        before = state(diary)
        with pytest.raises(UnreadableFile, match="already replaced"):
            diary.import_lines(tmp_path / "other.jsonl")
        assert state(diary) == before


def test_what_the_file_lacks_is_told(export: Path, empty: FileDiary, tmp_path: Path) -> None:
    lines = export.read_bytes().splitlines(keepends=True)
    first = number_of(export, "pain")
    cases = [
        (b"", "The file is empty"),
        (b"".join(lines[1:]), "line 1: It is no header"),
        (b"".join(lines[:-2]), f"entries: {len(lines) - 2} by its header, {len(lines) - 3} in the file"),
        (b"".join(lines[:-1]), "photos: 1 by its header, 0 in the file"),
        (b"".join(lines[:first] + lines[first + 1 :]), "No entry of this diary has the id"),
        (b"".join([*lines[:3], lines[4], lines[3], *lines[5:]]), "not those that were exported"),
        (b"".join([*lines, lines[-1]]), "stands twice"),
        (b"".join([*lines, lines[1]]), "An entry stands after the photos"),
        (b"".join([lines[0], *lines[1:-1], lines[1], lines[-1]]), "by its header"),
        (b"".join(lines)[:-40], f"line {len(lines)}: It is no JSON"),
        (b"\n".join([*lines[:3], *lines[3:]]), "It is no JSON"),
        (b"\x89PNG\r\n\x1a\n", "line 1: It is no text in UTF-8"),
    ]
    with empty as diary:
        for raw, said in cases:
            assert said in refuse(diary, raw, tmp_path)
        assert diary.all_entries() == ()


def test_a_photo_that_is_not_the_one_of_its_entry(export: Path, empty: FileDiary, tmp_path: Path) -> None:
    other = base64.b64encode(b"\xff\xd8\xffanother").decode()
    with empty as diary:
        for change, said in (
            ({"base64": other}, "not those of its entry"),
            ({"base64": "%%%"}, "no base64"),
            ({"base64": "ümlaut"}, "no base64"),
            ({"base64": 3}, "base64 is 3"),
            ({"photo": "ab" * 32}, "belongs to no entry"),
        ):
            assert said in refuse(diary, with_line(export, -1, lambda line, new=change: line.update(new)), tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "The export has format 2"),
        ({"version": 0}, "wrong form"),
        ({"format": "csv"}, "no header"),
        ({"diary": "x"}, "wrong form"),
        ({"head": "0" * 63}, "wrong form"),
        ({"entries": "many"}, "entries is “many”"),
        ({"more": 1}, "no field “more”"),
        ({"entries": -1}, "entries: -1 by its header"),
    ],
)
def test_a_header_that_does_not_fit(
    export: Path, empty: FileDiary, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with empty as diary:
        assert said in refuse(diary, with_line(export, 0, lambda line: line.update(change)), tmp_path)


def test_a_newer_export_is_called_one(export: Path, empty: FileDiary, tmp_path: Path) -> None:
    (tmp_path / "newer.jsonl").write_bytes(with_line(export, 0, lambda line: line.update(version=2, other=3)))
    with empty as diary, pytest.raises(NewerDiary):
        diary.import_lines(tmp_path / "newer.jsonl")


@pytest.mark.parametrize("identity", ["1", "", "ffffffff-ffff-7fff-bfff-ffffffffffff", "x" * 36, "\0"])
def test_an_id_that_no_diary_gave(export: Path, empty: FileDiary, tmp_path: Path, identity: str) -> None:
    with empty as diary:
        raw = with_line(export, number_of(export, "alcohol"), lambda line: line.update(id=identity))
        assert "not one that a diary gives" in refuse(diary, raw, tmp_path)


def test_a_line_without_end_is_refused(
    export: Path, empty: FileDiary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phytovigil.followup.diary.importing.LONGEST_LINE", 1000)
    with empty as diary:
        assert "more than 1,000 characters" in refuse(diary, export.read_bytes(), tmp_path)


def test_a_missing_file_and_a_folder(empty: FileDiary, tmp_path: Path) -> None:
    with empty as diary:
        for path in (tmp_path / "nowhere", tmp_path):
            with pytest.raises(UnreadableFile, match="cannot be read"):
                diary.import_lines(path)


PIECES = [
    b"null",
    b"true",
    b"1e999",
    b"-0",
    b'"\\ud800"',
    b"[]",
    b"{}",
    b'""',
    b"\x00",
    b"\xff",
    b"\r",
    b"\n",
    b'{"a":1}',
]


def test_the_folder_of_the_diary_is_no_place_for_exports(folder: Path, reopen: Reopen, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder / "diary.db")
    (tmp_path / "hard").hardlink_to(folder / "diary.db")
    with reopen(folder) as diary:
        for path in (folder / "diary.db", folder / "key.json", tmp_path / "link", tmp_path / "hard"):
            with pytest.raises(InvalidRequest, match="own folder"):
                diary.import_lines(path)
        with pytest.raises(InvalidRequest, match="own folder"):
            diary.export_lines(folder / "out.jsonl")
    assert sorted(file.name for file in folder.iterdir()) == ["diary.db", "key.json"]


def mutate(raw: bytes, chance: random.Random) -> bytes:
    """An export with a few alterations: bytes, values, lines, and cuts."""
    for _ in range(chance.randrange(1, 4)):
        lines = raw.split(b"\n")
        which = chance.randrange(8)
        place, line = chance.randrange(len(raw) + 1), chance.randrange(len(lines))
        if which == 0:
            raw = raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]
        elif which == 1:
            raw = raw[:place] + chance.choice(PIECES) + raw[place + chance.randrange(9) :]
        elif which == 2:
            raw = raw[: chance.randrange(len(raw) + 1)]
        elif which == 3:
            raw = b"\n".join(lines[:line] + lines[line + 1 :])
        elif which == 4:
            raw = b"\n".join([*lines[:line], lines[chance.randrange(len(lines))], *lines[line:]])
        elif which == 5:
            chance.shuffle(lines)
            raw = b"\n".join(lines)
        else:
            lines[line] = with_value(lines[line], chance)
            raw = b"\n".join(lines)
        raw = raw or b"{}"
    return raw


def with_value(line: bytes, chance: random.Random) -> bytes:
    """A line whose JSON holds another value somewhere, or lost one."""
    try:
        mapping = json.loads(line)
        inner = mapping.get("content") or mapping
        target = inner if isinstance(inner, dict) and inner and chance.random() < 0.6 else mapping
        name = chance.choice(list(target))
    except (ValueError, AttributeError, IndexError):
        return line
    junk = [
        None,
        True,
        0,
        -1,
        2**70,
        1e308,
        "",
        "x",
        "\ud800",
        [],
        [1, "x"],
        {},
        {"x": 1},
        next(iter(mapping.values())),
    ]
    target[name] = chance.choice(junk)
    if chance.random() < 0.2:
        del target[name]
    return json.dumps(mapping, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def try_import(diary: FileDiary, path: Path) -> str:
    """The message of a refusal; empty where the import was taken in. Nothing but our own errors is caught."""
    try:
        diary.import_lines(path)
    except PhytovigilError as error:
        return str(error)
    return ""


def fuzz_import(full: FileDiary, make: Callable[[int], FileDiary], raw: bytes, path: Path, trials: range) -> int:
    """Give altered exports to a diary that has everything and to an empty one; answers how many were taken in.

    What is refused is told in one line and changes nothing; what is taken in leaves a sound diary.
    """
    taken, empty = 0, make(-1)
    for trial in trials:
        path.write_bytes(mutate(raw, random.Random(trial)))
        for diary in (empty, full):
            before = diary.head
            said = try_import(diary, path)
            taken += not said
            assert "\n" not in said, trial
            assert diary.head == before or not said, trial
            assert said or diary.verify().sound, trial
        if empty.all_entries():
            empty.close()
            empty = make(trial)
    assert full.verify().sound
    check = empty.verify()
    assert (check.entries, check.photos, check.photos_left_out, check.sound) == (0, 0, 0, True)
    empty.close()
    return taken


def test_altered_exports_never_crash_and_never_half_import(
    folder: Path, reopen: Reopen, export: Path, new_diary: NewDiary, tmp_path: Path
) -> None:
    with reopen(folder) as full:
        taken = fuzz_import(
            full,
            lambda number: new_diary(tmp_path / f"empty{number}"),
            export.read_bytes(),
            tmp_path / "fuzzed.jsonl",
            range(100),
        )
    assert taken < 100


@pytest.mark.slow
def test_many_altered_exports_never_crash_and_never_half_import(
    folder: Path, reopen: Reopen, export: Path, new_diary: NewDiary, tmp_path: Path
) -> None:
    with reopen(folder) as full:
        taken = fuzz_import(
            full,
            lambda number: new_diary(tmp_path / f"empty{number}"),
            export.read_bytes(),
            tmp_path / "fuzzed.jsonl",
            range(1_000, 11_000),
        )
    assert taken < 5_000
