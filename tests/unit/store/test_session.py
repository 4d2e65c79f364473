"""Reading as of a date, and the cache of what is derived."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import DamagedStore, EmptyStore, StoreError, UnknownName
from phytovigil.store import Session, Store
from phytovigil.store import session as session_module

LARGEST = {"largest": "SELECT max(report) AS report FROM report", "twice": "SELECT report * 2 AS report FROM largest"}


def column(session: Session, sql: str) -> list[Any]:
    (values,) = session.engine.query(sql).values()
    return values


def case_ids(session: Session) -> list[Any]:
    return column(session, "SELECT case_id || '.' || version AS id FROM report ORDER BY id")


def derived_folder(store: Store) -> Path:
    (folder,) = (store.folder / "derived").iterdir()
    return folder


def count_writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The derived tables that are computed from now on."""
    written: list[str] = []
    write = session_module.Engine.write_parquet

    def note(engine: Any, sql: str, file: Path) -> int:
        written.append(file.stem)
        return write(engine, sql, file)

    monkeypatch.setattr(session_module.Engine, "write_parquet", note)
    return written


# ------------------------------------------------------------------------------------------------------- as of


def test_every_release_stays_readable_as_of_its_date(two_releases: Store) -> None:
    assert case_ids(two_releases.read("caers", "2015-12-31")) == ["1.0", "2.0", "3.0"]
    assert case_ids(two_releases.read("caers", "2016-12-30")) == ["1.0", "2.0", "3.0"]
    assert case_ids(two_releases.read("caers", "2016-12-31")) == ["1.0", "2.0", "2.1", "3.0", "4.0"]
    assert case_ids(two_releases.read("caers")) == ["1.0", "2.0", "2.1", "3.0", "4.0"]


def test_a_later_release_may_be_taken_in_first(store: Store, ingest: Any, report: Any) -> None:
    ingest(store, [report("2")], as_of="2016-12-31")
    ingest(store, [report("1")], as_of="2015-12-31")
    assert [release.as_of for release in store.releases()] == ["2015-12-31", "2016-12-31"]
    assert case_ids(store.read("caers", "2015-12-31")) == ["1.0"]


def test_sources_do_not_mix(store: Store, ingest: Any, report: Any) -> None:
    ingest(store, [report("1")], source="caers")
    ingest(store, [report("2")], source="faers")
    assert store.sources() == ("caers", "faers")
    assert case_ids(store.read("caers")) == ["1.0"]
    assert case_ids(store.read("faers")) == ["2.0"]


def test_nothing_held_is_said_in_full(store: Store, two_releases: Store, tmp_path: Path) -> None:
    with pytest.raises(EmptyStore, match="Take files in with"):
        Store(tmp_path / "empty").read("caers")
    with pytest.raises(UnknownName, match="caers as of 2015-12-31, caers as of 2016-12-31"):
        two_releases.read("faers")
    with pytest.raises(UnknownName, match="caers as of 2014-01-01"):
        two_releases.read("caers", "2014-01-01")


def test_a_file_is_not_a_store(tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    file.write_text("case\n")
    with pytest.raises(StoreError, match="is a file, not a store"):
        Store(file)


def test_looking_at_a_store_makes_none(tmp_path: Path) -> None:
    assert Store(tmp_path / "nowhere").releases() == ()
    assert not (tmp_path / "nowhere").exists()


def test_releases_and_dictionary_are_of_one_moment(
    two_releases: Store, ingest: Any, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that is committed while a session opens is seen whole or not at all."""
    from phytovigil.store import store as store_module

    read = store_module.read_manifest

    def read_then_commit(folder: Path) -> Any:
        manifest = read(folder)
        monkeypatch.setattr(store_module, "read_manifest", read)
        ingest(two_releases, [report("9", products=(("suspect", "NEW WORD"),))], as_of="2017-12-31")
        return manifest

    monkeypatch.setattr(store_module, "read_manifest", read_then_commit)
    session = two_releases.read("caers")
    assert case_ids(session) == ["1.0", "2.0", "2.1", "3.0", "4.0"]
    assert case_ids(two_releases.read("caers"))[-1] == "9.0"
    assert column(
        session, "SELECT count(*) FROM report_product LEFT JOIN word ON word = verbatim WHERE text IS NULL"
    ) == [0]


# ------------------------------------------------------------------------------------------------------- the cache


def test_the_cache_is_computed_once(two_releases: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    written = count_writes(monkeypatch)
    for _ in range(2):
        session = two_releases.read("caers")
        session.derive("sums", LARGEST)
        assert column(session, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]
    assert written == ["largest", "twice"]
    assert session.is_derived("sums", LARGEST)


def test_what_is_read_is_the_cache(two_releases: Store) -> None:
    """Its tables are written once; a second session finds them as they are."""
    two_releases.read("caers").derive("sums", LARGEST)
    file = derived_folder(two_releases) / "twice.parquet"
    written = file.stat().st_mtime_ns
    session = two_releases.read("caers")
    session.derive("sums", LARGEST, prepare=lambda: pytest.fail("computed again"))
    assert column(session, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]
    assert file.stat().st_mtime_ns == written


def test_a_cache_that_says_something_else_is_computed_anew(two_releases: Store) -> None:
    two_releases.read("caers").derive("sums", LARGEST)
    session = two_releases.read("caers")
    session.engine.write_parquet("SELECT 42 AS report", derived_folder(two_releases) / "twice.parquet")
    session.derive("sums", LARGEST)
    assert column(session, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]


def empty_the_first(folder: Path) -> None:
    (folder / "largest.parquet").write_bytes(b"")


def cut_the_second(folder: Path) -> None:
    file = folder / "twice.parquet"
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize(
    "spoil",
    [shutil.rmtree, lambda folder: shutil.rmtree(folder.parent), lambda folder: (folder / "largest.parquet").unlink(),
     lambda folder: (folder / "twice.parquet").unlink(), empty_the_first, cut_the_second],
    ids=["folder", "whole-cache", "first-table", "second-table", "emptied", "cut"],
)  # fmt: skip
def test_a_cache_that_is_deleted_or_cut_is_computed_anew(two_releases: Store, spoil: Callable[[Path], Any]) -> None:
    two_releases.read("caers").derive("sums", LARGEST)
    before = {file.name: file.read_bytes() for file in derived_folder(two_releases).iterdir()}
    spoil(derived_folder(two_releases))
    session = two_releases.read("caers")
    assert not session.is_derived("sums", LARGEST)
    session.derive("sums", LARGEST)
    assert column(session, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]
    assert {file.name: file.read_bytes() for file in derived_folder(two_releases).iterdir()} == before


def test_the_cache_knows_what_it_follows_from(two_releases: Store, ingest: Any, report: Any) -> None:
    session = two_releases.read("caers")
    session.derive("sums", LARGEST, {"vocabulary": "one"})
    assert session.is_derived("sums", LARGEST, {"vocabulary": "one"})
    assert not session.is_derived("sums", LARGEST, {"vocabulary": "two"})
    assert not session.is_derived("sums", {**LARGEST, "largest": "SELECT 1 AS report"}, {"vocabulary": "one"})
    assert not two_releases.read("caers", "2015-12-31").is_derived("sums", LARGEST, {"vocabulary": "one"})
    ingest(two_releases, [report("9", products=(("suspect", "NEW"),))], source="faers")
    assert two_releases.read("caers").is_derived("sums", LARGEST, {"vocabulary": "one"})
    ingest(two_releases, [report("9")])
    assert not two_releases.read("caers").is_derived("sums", LARGEST, {"vocabulary": "one"})


def test_a_cache_left_behind_by_other_numbers_is_not_used(tmp_path: Path, ingest: Any, report: Any) -> None:
    """The same releases taken in in another order give other numbers to words and reports."""
    files = {"2015-12-31": [report("1", terms=("RASH",))], "2016-12-31": [report("2", terms=("ACNE",))]}
    terms = {"terms": "SELECT DISTINCT term FROM report_reaction ORDER BY term"}
    store = Store(tmp_path / "store")
    for as_of, reports in files.items():
        ingest(store, reports, as_of=as_of)
    store.read("caers", "2015-12-31").derive("terms", terms)
    for name in ("releases", "words"):
        shutil.rmtree(store.folder / name)
    (store.folder / "manifest.json").unlink()
    for as_of, reports in reversed(files.items()):
        ingest(store, reports, as_of=as_of)
    session = store.read("caers", "2015-12-31")
    session.derive("terms", terms)
    assert column(session, "SELECT text FROM terms JOIN word ON word = term") == ["RASH"]


def test_a_cache_left_behind_by_another_dictionary_is_not_used(tmp_path: Path, ingest: Any, report: Any) -> None:
    """The first word of either store is word 0, so that their tables are the same bytes."""
    texts = {"texts": "SELECT text FROM report_reaction JOIN word ON word = term"}
    found = []
    for term in ("RASH", "ACNE"):
        shutil.rmtree(tmp_path / "store" / "releases", ignore_errors=True)
        (tmp_path / "store" / "manifest.json").unlink(missing_ok=True)
        store = Store(tmp_path / "store")
        release = ingest(store, [report(products=(), terms=(term,))], as_of="2015-12-31", content=term)
        session = store.read("caers")
        session.derive("texts", texts)
        found.append((dict(release.tables), column(session, "SELECT text FROM texts")))
    assert found[0][0] == found[1][0]
    assert [texts for _, texts in found] == [["RASH"], ["ACNE"]]


def test_two_readers_may_derive_at_once(two_releases: Store) -> None:
    """Whoever comes second finds the tables there, and both answer."""
    second = two_releases.read("caers")
    first = {**LARGEST, "largest": "SELECT max(report) AS report FROM report"}
    two_releases.read("caers").derive("sums", first)
    second._write_derived(derived_folder(two_releases), LARGEST)
    second.derive("sums", LARGEST)
    assert column(second, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]
    assert [folder.name[:5] for folder in (two_releases.folder / "derived").iterdir()] == ["sums-"]


# ----------------------------------------------------------------------------------- a store that cannot be written


def test_a_store_that_cannot_be_written_still_answers(two_releases: Store) -> None:
    """A file stands where the cache would be: for whoever may do everything, permissions would not bind."""
    (two_releases.folder / "derived").write_text("")
    session = two_releases.read("caers")
    session.derive("sums", LARGEST)
    assert column(session, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]


def test_a_disk_that_fills_up_half_way_still_answers(two_releases: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write = session_module.Engine.write_parquet

    def write_until_full(engine: Any, sql: str, file: Path) -> int:
        if file.stem == "twice":
            raise StoreError("The disk is full.")
        return write(engine, sql, file)

    monkeypatch.setattr(session_module.Engine, "write_parquet", write_until_full)
    session = two_releases.read("caers")
    session.derive("sums", LARGEST)
    assert column(session, "SELECT report FROM twice") == [2 * (2 << 32 | 1)]
    assert list((two_releases.folder / "derived").iterdir()) == []


def test_the_cache_can_be_read_by_whoever_can_read_the_store(two_releases: Store) -> None:
    two_releases.read("caers").derive("sums", LARGEST)
    folder = derived_folder(two_releases)
    assert folder.stat().st_mode & 0o777 == two_releases.folder.stat().st_mode & 0o777


# ------------------------------------------------------------------------------------------------------- damage


def store_files(store: Store) -> list[str]:
    files = (file.relative_to(store.folder) for file in store.folder.rglob("*.parquet"))
    return sorted(str(file) for file in files if file.parts[0] != "derived")


def flip_byte(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 0xFF
    file.write_bytes(content)


def test_an_intact_store_has_no_damage(two_releases: Store) -> None:
    assert two_releases.damaged_files() == []
    assert len(store_files(two_releases)) == 16


def test_a_flipped_byte_is_found_wherever_it_is(two_releases: Store) -> None:
    for name in store_files(two_releases):
        file = two_releases.folder / name
        for place in (4, file.stat().st_size // 2, -1):
            flip_byte(file, place)
            assert two_releases.damaged_files() == [name]
            flip_byte(file, place)
    assert two_releases.damaged_files() == []


def test_a_missing_file_is_named_and_says_what_to_do(two_releases: Store) -> None:
    for name in store_files(two_releases):
        file = two_releases.folder / name
        content = file.read_bytes()
        file.unlink()
        assert two_releases.damaged_files() == [name]
        with pytest.raises(DamagedStore) as caught:
            two_releases.read("caers")
        assert file.name in caught.value.message
        assert str(file.parent) in caught.value.message
        assert "take the raw files in again" in caught.value.hint
        file.write_bytes(content)


def test_damage_to_a_release_leaves_older_dates_readable(two_releases: Store) -> None:
    newest = two_releases.releases()[-1]
    shutil.rmtree(two_releases.folder / "releases" / newest.id)
    assert case_ids(two_releases.read("caers", "2015-12-31")) == ["1.0", "2.0", "3.0"]


def test_nothing_is_computed_from_a_file_that_was_changed(two_releases: Store) -> None:
    name = f"releases/{two_releases.releases()[0].id}/report_reaction.parquet"
    session = two_releases.read("caers")
    session.engine.write_parquet(
        "SELECT 0::BIGINT AS report, 0 AS term, NULL::INTEGER AS outcome, NULL::INTEGER AS recurrence, "
        "NULL::BIGINT AS orphan_of",
        two_releases.folder / name,
    )
    with pytest.raises(DamagedStore, match=name):
        session.derive("sums", LARGEST)
    assert not (two_releases.folder / "derived").exists()


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(200) + b"PAR1", b"case_id,version\n1,0\n"])
def test_a_file_that_is_no_table_is_damage_in_one_line(two_releases: Store, content: bytes) -> None:
    name = f"releases/{two_releases.releases()[0].id}/report.parquet"
    (two_releases.folder / name).write_bytes(content)
    with pytest.raises(StoreError) as caught:
        case_ids(two_releases.read("caers"))
    assert caught.value.exit_code == 6
    assert "\n" not in str(caught.value)
    assert "report.parquet" in str(caught.value) or "--verify" in str(caught.value)
