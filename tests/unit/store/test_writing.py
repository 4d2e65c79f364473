"""Taking releases in: same input, same bytes; nothing twice; nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.cases import case_tables_sql
from phytovigil.errors import StoreError, UnreadableFile
from phytovigil.schema.reports import Batch
from phytovigil.store import Session, Store
from phytovigil.store.writing import Ledger

STORED = (
    "report",
    "report_product",
    "report_indication",
    "report_therapy",
    "report_reaction",
    "deletion",
    "quarantine",
)
"""The tables of a release, written down a second time: a table that goes missing here shows."""


def rows(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*session.engine.query(sql).values(), strict=True))


def words(store: Store, source: str = "caers") -> dict[str, int]:
    session = store.read(source)
    return dict(rows(session, "SELECT text, word FROM word ORDER BY word"))


def test_two_stores_of_the_same_input_are_the_same_bytes(
    tmp_path: Path, ingest: Any, report: Any, all_bytes: Callable[[Path], dict[str, bytes]]
) -> None:
    stores = [Store(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        ingest(store, [report(str(n), terms=("RASH", f"TERM {n % 7}")) for n in range(40)], as_of="2015-12-31")
        ingest(store, [report("1", 1, products=(("suspect", "KAVA KAVA"),))])
    first, second = (all_bytes(store.folder) for store in stores)
    assert sorted(first) == sorted(
        ["manifest.json", "words/000001.parquet", "words/000002.parquet"]
        + [f"releases/{release.id}/{table}.parquet" for release in stores[0].releases() for table in STORED]
    )
    assert first == second


def test_batches_may_be_cut_anywhere(tmp_path: Path, batch: Callable[..., Batch], report: Any, all_bytes: Any) -> None:
    reports = [report(str(n), terms=(f"TERM {n}",)) for n in range(10)]
    for name, size in (("whole", 10), ("parts", 3)):
        with Store(tmp_path / name).writing() as writer:
            release, ledger = writer.begin("caers"), Ledger()
            for start in range(0, 10, size):
                release.append(batch(reports[start : start + size], first_line=2 + start), ledger)
            release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
            release.commit("2015-12-31")
    assert all_bytes(tmp_path / "whole") == all_bytes(tmp_path / "parts")


def test_the_same_bytes_whatever_the_threads(tmp_path: Path, all_bytes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a row group of Parquet holds, written with one thread and with four."""
    from phytovigil.store import writing
    from phytovigil.store.engine import Engine

    for name, threads in (("one", 1), ("four", 4)):

        def engine(spill: Path, memory_limit: str, threads: int = threads) -> Engine:
            made = Engine(spill, memory_limit)
            made.run(f"SET threads = {threads}")
            return made

        monkeypatch.setattr(writing, "Engine", engine)
        numbers = [str(number * 7919 % 150_001) for number in range(150_000)]
        keys = [int(number) for number in numbers]
        columns = {"key": keys, "case_id": numbers, "version": [0] * len(keys), "line": list(range(len(keys)))}
        named = {"key": keys, "role": ["suspect"] * len(keys), "verbatim": [f"NAME {n[-3:]}" for n in numbers]}
        outcomes = {"key": keys[::3] * 2, "outcome": ["DEATH", "HOSPITALISATION"] * len(keys[::3])}
        tables = {"report": columns, "report_product": named, "report_outcome": outcomes}
        with Store(tmp_path / name).writing() as writer:
            release, ledger = writer.begin("caers"), Ledger()
            release.append(Batch(tables, len(numbers), len(numbers), 0), ledger)
            release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
            release.commit("2015-12-31")
    assert all_bytes(tmp_path / "one") == all_bytes(tmp_path / "four")


def test_words_are_numbered_as_they_come_and_keep_their_number(store: Store, ingest: Any, report: Any) -> None:
    ingest(store, [report(products=(("suspect", "KRATOM"), ("suspect", "ALOE")), terms=("NAUSEA",))])
    before = words(store)
    assert before == {"KRATOM": 0, "ALOE": 1, "NAUSEA": 2}
    ingest(store, [report("2", products=(("suspect", "KRATOM"), ("suspect", "ABUTA")), terms=("ITCH",))])
    assert words(store) == {**before, "ABUTA": 3, "ITCH": 4}


def test_the_same_word_in_two_columns_has_one_number(store: Store, ingest: Any, report: Any) -> None:
    ingest(store, [report(products=(("suspect", "DEATH"),), terms=("DEATH",))])
    assert words(store) == {"DEATH": 0}


def test_words_that_look_like_other_things_come_back_as_they_were(store: Store, ingest: Any, report: Any) -> None:
    odd = [
        "ST JOHN'S WORT",
        'SAID "NATURAL"',
        "ÉCHINACÉE",
        "E\u0301CHINACE\u0301E",
        "甘草",
        "NULL",
        "",
        " ",
        "A\tB",
        "A\x00B",
        "%_",
    ]
    ingest(store, [report(products=[("suspect", name) for name in odd], terms=())])
    session = store.read("caers")
    found = rows(session, "SELECT text FROM report_product JOIN word ON word = verbatim ORDER BY seq")
    assert [name for (name,) in found] == odd


def test_a_release_without_any_word_can_be_read(store: Store, ingest: Any, report: Any) -> None:
    ingest(store, [report(products=(), terms=())])
    assert rows(store.read("caers"), "SELECT count(*) FROM report JOIN release ON ordinal = report >> 32") == [(1,)]
    ingest(store, [report("2", products=(), terms=("RASH",))])
    assert words(store) == {"RASH": 0}


def test_the_same_content_again_changes_nothing(two_releases: Store, ingest: Any, report: Any, all_bytes: Any) -> None:
    before = all_bytes(two_releases.folder)
    again = [report("2", 1, terms=("JAUNDICE",)), report("4", products=(("suspect", "ÉCHINACÉE"),))]
    assert ingest(two_releases, again) == two_releases.releases()[1]
    assert all_bytes(two_releases.folder) == before


def test_a_writer_that_does_not_ask_cannot_overwrite_a_release(
    store: Store, batch: Callable[..., Batch], report: Any, all_bytes: Any
) -> None:
    for first in (True, False):
        with store.writing() as writer:
            release, ledger = writer.begin("caers"), Ledger()
            release.append(batch([report()]), ledger)
            release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
            if first:
                release.commit("2015-12-31")
                before = all_bytes(store.folder)
            else:
                with pytest.raises(StoreError, match=r"holds the release caers-2015-12-31-[0-9a-f]{8} already"):
                    release.commit("2015-12-31")
                release.abandon()
    assert all_bytes(store.folder) == before


def test_the_release_says_what_was_read(store: Store, ingest: Any, report: Any) -> None:
    refused = ("made-up.csv", 9, "row", "no-case-id", "", "raw,row")
    without_age = ("made-up.csv", 2, "value", "age-out-of-range", "age_years", "700")
    release = ingest(store, [report("1"), report("2")], quarantine=[refused, without_age])
    (file,) = release.files
    assert (file.rows_read, file.rows_kept, file.rows_quarantined, file.values_quarantined) == (3, 2, 1, 1)
    assert (file.file, file.bytes, file.reader) == ("made-up.csv", 1234, "made-up")
    held = {"report": 2, "report_product": 2, "report_reaction": 2, "quarantine": 2}
    assert {name: facts["rows"] for name, facts in release.tables.items()} == {**dict.fromkeys(STORED, 0), **held}
    session = store.read("caers")
    assert rows(session, "SELECT * FROM quarantine ORDER BY scope") == [refused, without_age]


def test_the_release_is_dated_by_its_newest_report(store: Store, ingest: Any, report: Any) -> None:
    dated = [
        report("1", values={"received": date(2014, 5, 1), "revised": date(2016, 2, 3)}),
        report("2", values={"received": date(2015, 1, 1)}),
        report("3", values={}),
    ]
    assert ingest(store, dated).as_of == "2016-02-03"


def test_a_file_without_a_date_asks_for_one(store: Store, ingest: Any, report: Any) -> None:
    with pytest.raises(UnreadableFile, match="--as-of"):
        ingest(store, [report(values={})])
    assert ingest(store, [report(values={})], as_of="2015-12-31").as_of == "2015-12-31"


def test_a_file_of_which_nothing_is_kept_is_refused_with_its_reasons(store: Store, ingest: Any) -> None:
    refused = [("made-up.csv", line, "row", "no-case-id", "", "x") for line in (2, 3)]
    with pytest.raises(UnreadableFile, match=r"No row of made-up.csv could be kept.*no-case-id \(2\)"):
        ingest(store, [], quarantine=refused)
    assert store.releases() == ()


# ------------------------------------------------------------------------------- reports that come more than once


def test_rows_of_one_report_become_one_report(store: Store, ingest: Any, report: Any) -> None:
    same = [
        report("7", products=(("suspect", "KRATOM"),), terms=("RASH",)),
        report("7", products=(("concomitant", "KAVA"),), terms=("RASH", "ITCH")),
        report("7", products=(("suspect", "KRATOM"),), terms=()),
    ]
    release = ingest(store, same)
    assert (release.reports, release.files[0].rows_read, release.files[0].values_quarantined) == (1, 3, 0)
    session = store.read("caers")
    assert rows(session, "SELECT line FROM report") == [(2,)]
    products = "SELECT seq, role, text FROM report_product JOIN word ON word = verbatim ORDER BY seq"
    assert rows(session, products) == [(1, 1, "KRATOM"), (2, 3, "KAVA"), (3, 1, "KRATOM")]
    terms = "SELECT text FROM report_reaction JOIN word ON word = term ORDER BY text"
    assert rows(session, terms) == [("ITCH",), ("RASH",), ("RASH",)]
    session.derive("cases", case_tables_sql())
    counted = "SELECT case_index, text FROM case_term JOIN word ON word = term ORDER BY text"
    assert rows(session, counted) == [(0, "ITCH"), (0, "RASH")]


def test_the_first_row_speaks_and_what_contradicts_it_is_put_aside(store: Store, ingest: Any, report: Any) -> None:
    received = date(2015, 6, 1)
    told = [
        report("7", values={"received": received, "sex": "female", "age_years": 30.0}),
        report("8", values={"received": received, "sex": "male"}),
        report("7", values={"received": received, "sex": "male", "age_years": 30.0}),
        report("7", values={"received": received, "sex": "female", "age_years": 30.0}),
        report("7", values={"received": received, "sex": None, "age_years": 30.0}),
        report("7", 1, values={"received": received, "sex": "male"}),
    ]
    release = ingest(store, told)
    assert (release.reports, release.files[0].rows_kept, release.files[0].values_quarantined) == (3, 6, 2)
    session = store.read("caers")
    assert rows(session, "SELECT case_id, version, sex FROM report ORDER BY ALL") == [
        ("7", 0, "female"),
        ("7", 1, "male"),
        ("8", 0, "male"),
    ]
    assert rows(session, "SELECT line, scope, reason, field, raw FROM quarantine ORDER BY line") == [
        (4, "value", "conflicting-report", "case", "7"),
        (6, "value", "conflicting-report", "case", "7"),
    ]


def test_the_first_row_is_the_one_that_came_first_even_on_the_same_line(
    store: Store, batch: Callable[..., Batch], report: Any
) -> None:
    with store.writing() as writer:
        release, ledger = writer.begin("caers"), Ledger()
        for sex in ("male", "female"):
            release.append(batch([report(values={"received": date(2015, 1, 1), "sex": sex})]), ledger)
        release.finish_file("made-up.csv", "ab" * 32, 1, "made-up", ledger)
        release.commit(None)
    assert rows(store.read("caers"), "SELECT sex FROM report") == [("male",)]


def test_a_report_may_name_more_products_than_a_small_integer_counts(store: Store, ingest: Any, report: Any) -> None:
    ingest(store, [report(products=[("suspect", "KRATOM")] * 40_000)])
    assert rows(store.read("caers"), "SELECT max(seq) FROM report_product") == [(40_000,)]
