"""Adding, correcting and reading; the oracle of what stands is the diary without a file."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phytovigil.errors import DamagedDiary, DiaryError, InvalidRequest, NoAnswer, UnknownName
from phytovigil.followup.diary import LEAST_COST, FileDiary
from phytovigil.followup.diary.identity import make_id
from phytovigil.schema import diary as kinds
from phytovigil.schema.diary import KINDS, Entries, Entry, Pain, Photo

PASSPHRASE = "a passphrase of four words"
Reopen = Callable[..., FileDiary]


def assert_same_answers(diary: FileDiary, entries: list[Entry]) -> None:
    """The file answers as the entries without a file do, for every kind and for all."""
    oracle = Entries(entries)
    assert diary.all_entries() == oracle
    assert diary.entries() == oracle.entries()
    for kind in KINDS:
        assert diary.entries(kind) == oracle.entries(kind)
    assert diary.entries("pain", "note", "pain") == oracle.entries("pain", "note")


def test_every_kind_comes_back_as_it_was(folder: Path, reopen: Reopen, contents: tuple[kinds.Content, ...]) -> None:
    with reopen(folder) as diary:
        entries = diary.all_entries()
        assert tuple(entry.content for entry in entries[: len(contents)]) == contents
        assert {type(content) for content in contents} | {Photo} == set(KINDS.values())
        assert_same_answers(diary, list(entries))


def test_what_stands_is_what_stands_without_a_file(empty: FileDiary, reopen: Reopen) -> None:
    """Random steps, read in between by two that have the diary open."""
    chance, written, standing = random.Random(1), list[Entry](), dict[str, Entry]()
    with empty as diary, reopen(empty.folder) as reader:
        for step in range(80):
            day = f"2026-0{chance.randrange(1, 10)}-1{chance.randrange(10)}" + chance.choice(
                ("", "T08:30", "T08:30+02:00")
            )
            content = chance.choice(
                [Pain(chance.randrange(11)), kinds.Note(str(step)), kinds.Itch(chance.randrange(11))]
            )
            old = chance.choice(list(standing.values())) if standing and chance.random() < 0.4 else None
            if old is None:
                entry = diary.add(content, day)
            elif chance.random() < 0.5 or type(old.content) is not type(content):
                entry = diary.withdraw(old.id, "not so")
            else:
                entry = diary.correct(old.id, content, "mended", at=chance.choice([None, day]))
            written.append(entry)
            standing[entry.id] = entry
            if old is not None:
                del standing[old.id]
            if old is not None and entry.content is None:
                del standing[entry.id]
            if step % 30 == 0:
                assert_same_answers(reader, written)
        assert_same_answers(diary, written)
        assert_same_answers(reader, written)
        assert diary.verify().sound
        assert diary.verify().entries == 80
        assert diary.head == reader.head


def test_a_correction_keeps_what_was(empty: FileDiary) -> None:
    with empty as diary:
        first = diary.add(Pain(4), "2026-03-01")
        second = diary.correct(first.id, Pain(3), "slip")
        third = diary.correct(second.id, Pain(2), "again", at="2026-03-02")
        fourth = diary.withdraw(third.id, "not mine")
        fifth = diary.correct(fourth.id, Pain(1), "mine after all")
        assert [one.id for one in diary.history(second.id)] == [one.id for one in (first, second, third, fourth, fifth)]
        assert diary.history(fifth.id) == diary.history(first.id)
        assert [(one.corrects, one.why, one.at) for one in diary.history(first.id)] == [
            ("", "", "2026-03-01"),
            (first.id, "slip", "2026-03-01"),
            (second.id, "again", "2026-03-02"),
            (third.id, "not mine", "2026-03-02"),
            (fourth.id, "mine after all", "2026-03-02"),
        ]
        assert diary.entries() == (fifth,)


def test_what_cannot_be_corrected(empty: FileDiary) -> None:
    with empty as diary:
        first = diary.add(Pain(4), "2026-03-01")
        second = diary.correct(first.id, Pain(3), "slip")
        refusals = [
            (lambda: diary.correct(first.id, Pain(2), "slip"), f"already replaced, by {second.id}"),
            (lambda: diary.withdraw(first.id, "slip"), "already replaced"),
            (lambda: diary.correct("nothing", Pain(2), "slip"), "No entry of this diary has the id nothing"),
            (lambda: diary.withdraw("nothing", "slip"), "No entry"),
            (lambda: diary.history("nothing"), "No entry"),
            (
                lambda: diary.correct(second.id, kinds.Note("x"), "slip"),
                "of kind “pain”, its correction of kind “note”",
            ),
            (lambda: diary.correct(second.id, Pain(2), "  "), "No reason is given"),
            (lambda: diary.correct(second.id, Pain(2), "half \ud83d"), "half a character"),
        ]
        for action, said in refusals:
            with pytest.raises(InvalidRequest, match=said):
                action()
        assert diary.all_entries() == (first, second)
        assert diary.verify().sound


@pytest.mark.parametrize(
    ("content", "at", "said"),
    [
        (Pain(True), "2026-03-01", "pain: nrs is true"),
        (kinds.Use("tea", amount=10**400), "2026-03-01", "a number that is far too large"),
        (kinds.Use("tea", amount=float("inf")), "2026-03-01", "finite"),
        (kinds.Note("half \ud83d"), "2026-03-01", "half a character"),
        (kinds.Event(None), "2026-03-01", "verbatim is null"),  # type: ignore[arg-type]
        (kinds.Withdrawal(total=3.0), "2026-03-01", "total is 3"),  # type: ignore[arg-type]
        (Pain(4), "yesterday", "at is “yesterday”"),
        (Pain(4), "", "at is “”"),
        ("a text", "2026-03-01", "A str is no content"),
        (None, "2026-03-01", "is no kind of entry"),
    ],
)
def test_what_cannot_be_added(empty: FileDiary, content: kinds.Content, at: str, said: str) -> None:
    with empty as diary:
        with pytest.raises(InvalidRequest, match=said):
            diary.add(content, at)
        with pytest.raises(InvalidRequest):
            diary.add_many([(Pain(1), "2026-03-01"), (content, at)])
        assert diary.all_entries() == ()
        diary.add(Pain(1), "2026-03-01")


def test_ids_rise_though_the_clock_goes_back(tmp_path: Path) -> None:
    moments = [datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=day) for day in range(20)]
    moments += [datetime(2300, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)] * 2
    clock = iter(moments)
    with FileDiary.create(tmp_path / "diary", PASSPHRASE, cost=LEAST_COST, clock=lambda: next(clock)) as diary:
        ids = [diary.add(Pain(1), "2026-03-01").id for _ in moments]
    assert ids == sorted(set(ids))
    assert all(len(identity) == 36 and identity[14] == "7" for identity in ids)


def test_thousands_of_entries_of_one_moment_have_rising_ids() -> None:
    """More than the 4,096 that one millisecond has room for."""
    ids = [""]
    for _ in range(5_000):
        ids.append(make_id(datetime(2026, 3, 1, tzinfo=UTC), ids[-1]))
    assert ids == sorted(set(ids))


def test_a_photo_is_kept_once_and_comes_back(empty: FileDiary, jpeg: bytes) -> None:
    with empty as diary:
        first = diary.add_photo(jpeg, "cheek", "2026-03-01", baseline=True)
        diary.add_photo(jpeg, "arm", "2026-03-02", where=(1, 2.5))
        content = first.content
        assert isinstance(content, Photo)
        assert (content.media_type, content.size, content.baseline) == ("image/jpeg", len(jpeg), True)
        assert diary.photo_bytes(content.sha256) == jpeg
        assert [one.content.where for one in diary.entries("photo")] == [(), (1.0, 2.5)]  # type: ignore[union-attr]
        check = diary.verify()
        assert (check.sound, check.photos, check.photos_left_out) == (True, 1, 0)
        diary.correct(first.id, Photo(content.sha256, "chin", "image/jpeg", len(jpeg)), "another place")


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_the_type_of_a_photo_is_read_from_its_bytes(empty: FileDiary, beginning: bytes, kind: str) -> None:
    with empty as diary:
        assert diary.add_photo(beginning + b"rest", "x", "2026-03-01").content.media_type == kind  # type: ignore[union-attr]


def test_what_is_no_photo(empty: FileDiary, jpeg: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with empty as diary:
        for data in (b"", b"%PDF-1.7", b"RIFF\x10\x00\x00\x00WAVE", b"\x00\x00\x00\x18ftypheic"):
            with pytest.raises(InvalidRequest, match="none of JPEG, PNG, TIFF or WebP"):
                diary.add_photo(data, "cheek", "2026-03-01")
        with pytest.raises(InvalidRequest, match="bytes are not in the diary"):
            diary.add(Photo("a" * 64, "cheek", "image/jpeg", 10), "2026-03-01")
        with pytest.raises(NoAnswer, match="does not have the bytes"):
            diary.photo_bytes("a" * 64)
        with pytest.raises(InvalidRequest):
            diary.add_photo(jpeg, "cheek", "some day")
        monkeypatch.setattr("phytovigil.followup.diary.photos.MOST_BYTES", 100)
        with pytest.raises(InvalidRequest, match="takes up to"):
            diary.add_photo(jpeg, "cheek", "2026-03-01")
        check = diary.verify()
        assert (check.entries, check.photos, check.sound) == (0, 0, True)


def test_a_kind_that_does_not_exist(empty: FileDiary) -> None:
    with empty as diary, pytest.raises(UnknownName, match="Did you mean “pain”"):
        diary.entries("pian")


def test_a_closed_diary_says_so(empty: FileDiary) -> None:
    empty.close()
    empty.close()
    for action in (empty.entries, lambda: empty.add(Pain(1), "2026-03-01"), empty.verify):
        with pytest.raises(DiaryError, match="is closed"):
            action()


def test_a_photo_altered_in_the_database_is_not_handed_out(
    empty: FileDiary, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty as diary:
        entry = diary.add_photo(jpeg, "cheek", "2026-03-01")
        monkeypatch.setattr("phytovigil.followup.diary.diary.hash_of", lambda _: "0" * 64)
        with pytest.raises(DamagedDiary, match="differs from its hash"):
            diary.photo_bytes(entry.content.sha256)  # type: ignore[union-attr]
