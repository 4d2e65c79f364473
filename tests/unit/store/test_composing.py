"""What a release of several files becomes: reports in order, rows without a report, outcomes, origins, deletions."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from phytovigil.cases import case_tables_sql
from phytovigil.errors import UnreadableFile
from phytovigil.schema.reports import Batch
from phytovigil.store import Release, Session, Store
from phytovigil.store.writing import Ledger, ReleaseWriter

Files = dict[str, dict[str, Any]]
"""Per raw file, the rows of the canonical tables that it holds, as columns."""

DEMO = {
    "key": [101, 102, 103],
    "case_id": ["10", "10", "11"],
    "version": [1, 2, 1],
    "received": [date(2015, 6, 1)] * 3,
    "line": [2, 3, 4],
}
FIRST = 1 << 32
"""The number of the first report of the first release."""


def stage(release: ReleaseWriter, files: Files) -> None:
    for name, tables in files.items():
        ledger = Ledger()
        rows = sum(len(next(iter(columns.values()))) for table, columns in tables.items() if table != "quarantine")
        refused = tables.get("quarantine", {"scope": []})["scope"].count("row")
        release.append(Batch(tables, rows + refused, rows, refused), ledger)
        release.finish_file(name, hashlib.sha256(repr(tables).encode()).hexdigest(), 1, "made-up", ledger)


def take_in(store: Store, files: Files, as_of: str | None = "2015-12-31") -> Release:
    with store.writing() as writer:
        release = writer.begin("faers")
        stage(release, files)
        return release.commit(as_of)[1]


def rows(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*session.engine.query(sql).values(), strict=True))


def per_file(release: Release, field: str) -> dict[str, int]:
    return {entry.file: getattr(entry, field) for entry in release.files}


# ------------------------------------------------------------------------------------------------------- orphans

WITH_ORPHANS: Files = {
    "DEMO": {"report": DEMO},
    "DRUG": {
        "report_product": {
            "key": [999, 102, 101],
            "seq": [1, 1, 1],
            "role": ["primary suspect", "suspect", "concomitant"],
            "verbatim": ["SILVER", "KAVA", "KRATOM"],
        }
    },
    "REAC": {"report_reaction": {"key": [101, 999, 998, 997], "term": ["RASH", "ITCH", "COUGH", "ACNE"]}},
    "INDI": {
        "report_indication": {
            "key": [101, 101, 103, 999],
            "seq": [1, 2, 1, 1],
            "indication": ["PAIN", "SLEEP", "FEVER", "GOUT"],
        }
    },
    "THER": {"report_therapy": {"key": [102, 102], "seq": [1, None], "start": ["2015", "2014"]}},
    "OUTC": {"report_outcome": {"key": [101, 997], "outcome": ["DEATH", "DEATH"]}},
    "RPSR": {"report_origin": {"key": [101, 997, 996], "origin": ["STUDY", "STUDY", "STUDY"]}},
}


def test_rows_without_a_report_are_kept_with_the_number_that_they_name(store: Store) -> None:
    take_in(store, WITH_ORPHANS)
    session = store.read("faers")
    reactions = "SELECT report, orphan_of, text FROM report_reaction JOIN word ON word = term ORDER BY text"
    assert rows(session, reactions) == [
        (None, 997, "ACNE"), (None, 998, "COUGH"), (None, 999, "ITCH"), (FIRST, None, "RASH"),
    ]  # fmt: skip
    products = (
        "SELECT report, orphan_of, seq, role, text FROM report_product JOIN word ON word = verbatim ORDER BY text"
    )
    assert rows(session, products) == [
        (FIRST + 1, None, 1, 1, "KAVA"), (FIRST, None, 1, 3, "KRATOM"), (None, 999, 1, 0, "SILVER"),
    ]  # fmt: skip


def test_rows_of_a_product_that_its_report_does_not_name_keep_their_report(store: Store) -> None:
    take_in(store, WITH_ORPHANS)
    indications = (
        "SELECT report, orphan_of, seq, text FROM report_indication JOIN word ON word = indication ORDER BY text"
    )
    assert rows(store.read("faers"), indications) == [
        (FIRST + 2, None, 1, "FEVER"), (None, 999, 1, "GOUT"), (FIRST, None, 1, "PAIN"), (FIRST, None, 2, "SLEEP"),
    ]  # fmt: skip


def test_orphans_are_counted_by_file_and_are_among_the_kept(store: Store) -> None:
    release = take_in(store, WITH_ORPHANS)
    assert per_file(release, "rows_orphaned") == {
        "DEMO": 0, "DRUG": 1, "REAC": 3, "INDI": 3, "THER": 1, "OUTC": 1, "RPSR": 2,
    }  # fmt: skip
    assert per_file(release, "rows_kept") == {
        "DEMO": 3, "DRUG": 3, "REAC": 4, "INDI": 4, "THER": 2, "OUTC": 2, "RPSR": 3,
    }  # fmt: skip
    assert set(per_file(release, "rows_quarantined").values()) == {0}
    assert {table: facts["rows"] for table, facts in release.tables.items()} == {
        "report": 3, "report_product": 3, "report_indication": 4, "report_therapy": 2, "report_reaction": 4,
        "deletion": 0, "quarantine": 0,
    }  # fmt: skip


def test_rows_that_do_not_say_whose_they_are_are_a_defect_of_the_reader(store: Store) -> None:
    with pytest.raises(ValueError, match="1 rows of report_reaction have no key"):
        take_in(store, {"DEMO": {"report": DEMO}, "REAC": {"report_reaction": {"key": [None], "term": ["RASH"]}}})
    with pytest.raises(ValueError, match="rows of report_reaction have no key"):
        take_in(store, {"DEMO": {"report": DEMO}, "REAC": {"report_reaction": {"term": ["RASH"]}}})
    assert store.releases() == ()


def test_no_count_sees_an_orphan(store: Store) -> None:
    take_in(store, WITH_ORPHANS)
    session = store.read("faers")
    session.derive("cases", case_tables_sql())
    assert rows(session, "SELECT case_id, report FROM cases JOIN report USING (report) ORDER BY ALL") == [
        ("10", FIRST + 1), ("11", FIRST + 2),
    ]  # fmt: skip
    assert rows(session, "SELECT text FROM case_name JOIN word ON word = name") == [("KAVA",)]
    assert rows(session, "SELECT * FROM case_term") == []


def test_files_whose_reports_are_all_missing_are_refused(store: Store) -> None:
    lonely = {name: WITH_ORPHANS[name] for name in ("DRUG", "REAC")}
    with pytest.raises(UnreadableFile, match="DRUG, REAC belong to reports that none of them holds") as caught:
        take_in(store, lonely)
    assert "DEMO" in caught.value.hint
    assert store.releases() == ()


# --------------------------------------------------------------------------------------- outcomes and where from


def outcomes(store: Store) -> list[tuple[Any, ...]]:
    return rows(store.read("faers"), "SELECT serious, outcomes FROM report ORDER BY report")


def test_outcomes_of_a_file_of_their_own_are_gathered(store: Store) -> None:
    listed = {"key": [102, 101, 102, 102], "outcome": ["HOSPITALISATION", "DEATH", "DEATH", "DEATH"]}
    release = take_in(store, {"DEMO": {"report": DEMO}, "OUTC": {"report_outcome": listed}})
    assert outcomes(store) == [(True, ["DEATH"]), (True, ["DEATH", "HOSPITALISATION"]), (False, [])]
    assert per_file(release, "rows_orphaned") == {"DEMO": 0, "OUTC": 0}


def test_an_empty_list_of_outcomes_says_that_none_is_serious(store: Store) -> None:
    take_in(store, {"DEMO": {"report": DEMO}, "OUTC": {"report_outcome": {"key": [], "outcome": []}}})
    assert outcomes(store) == [(False, [])] * 3


def test_without_a_list_of_outcomes_nothing_is_said(store: Store) -> None:
    take_in(store, {"DEMO": {"report": DEMO}})
    assert outcomes(store) == [(None, None)] * 3


def test_what_a_report_says_of_itself_goes_before_the_list(store: Store) -> None:
    own = {**DEMO, "serious": [False, True, None], "outcomes": [["NON-SERIOUS"], None, None]}
    listed = {"key": [101, 102], "outcome": ["DEATH", "DEATH"]}
    take_in(store, {"DEMO": {"report": own}, "OUTC": {"report_outcome": listed}})
    assert outcomes(store) == [(False, ["NON-SERIOUS"]), (True, ["DEATH"]), (False, [])]


def test_a_list_speaks_for_its_own_release_only(store: Store) -> None:
    take_in(store, {"DEMO": {"report": DEMO}, "OUTC": {"report_outcome": {"key": [101], "outcome": ["DEATH"]}}})
    later = {**DEMO, "case_id": ["20", "21", "22"]}
    take_in(store, {"DEMO": {"report": later}}, "2016-03-31")
    assert outcomes(store) == [(True, ["DEATH"]), (False, []), (False, []), *[(None, None)] * 3]


def test_where_reports_come_from_is_gathered(store: Store) -> None:
    told = {"key": [103, 101, 103, 103], "origin": ["STUDY", "CONSUMER", "LITERATURE", "STUDY"]}
    take_in(store, {"DEMO": {"report": DEMO}, "RPSR": {"report_origin": told}})
    found = rows(store.read("faers"), "SELECT origins FROM report ORDER BY report")
    assert found == [(["CONSUMER"],), (None,), (["LITERATURE", "STUDY"],)]


# ----------------------------------------------------------------------------------------------------- deletions


def deletions(*case_ids: str) -> dict[str, Any]:
    return {"deletion": {"case_id": list(case_ids), "line": list(range(1, len(case_ids) + 1))}}


def test_a_release_may_hold_nothing_but_deletions(store: Store) -> None:
    take_in(store, {"DEMO": {"report": DEMO}})
    release = take_in(store, {"DELETED": deletions("10", "77", "10")}, "2016-03-31")
    assert (release.reports, release.as_of, release.files[0].rows_kept) == (0, "2016-03-31", 3)
    assert {table for table, facts in release.tables.items() if facts["rows"]} == {"deletion"}
    session = store.read("faers")
    assert rows(session, "SELECT case_id, ordinal FROM deletion ORDER BY case_id") == [("10", 2), ("77", 2)]
    session.derive("cases", case_tables_sql())
    assert rows(session, "SELECT case_id FROM cases JOIN report USING (report)") == [("11",)]
    before = store.read("faers", "2016-03-30")
    assert rows(before, "SELECT * FROM deletion") == []


def test_deletions_alone_tell_no_date(store: Store) -> None:
    with pytest.raises(UnreadableFile, match="--as-of"):
        take_in(store, {"DELETED": deletions("10")}, None)
    assert store.releases() == ()


def test_deletions_do_not_carry_rows_that_lack_their_reports(store: Store) -> None:
    with pytest.raises(UnreadableFile, match="REAC, DELETED belong to reports that none of them holds"):
        take_in(store, {"REAC": WITH_ORPHANS["REAC"], "DELETED": deletions("10")})
    assert store.releases() == ()


def test_reports_and_deletions_may_come_together(store: Store) -> None:
    release = take_in(store, {"DEMO": {"report": DEMO}, "DELETED": deletions("9", "8")})
    assert (release.reports, release.tables["deletion"]["rows"]) == (3, 2)


# ------------------------------------------------------------------------------------ several files in a release

FEMALE = {**DEMO, "key": [1, 2, 3], "sex": ["female"] * 3, "line": [5, 3, 4]}
MALE = {**DEMO, "key": [3, 4, 5], "case_id": ["11", "12", "13"], "sex": ["male"] * 3, "line": [2, 3, 9]}


def test_every_report_knows_its_file_and_line(store: Store) -> None:
    release = take_in(store, {"A": {"report": FEMALE}, "B": {"report": MALE}})
    assert [entry.file for entry in release.files] == ["A", "B"]
    found = rows(store.read("faers"), f"SELECT report - {FIRST}, case_id, file, line FROM report ORDER BY report")
    assert found == [(0, "10", 0, 3), (1, "11", 0, 4), (2, "10", 0, 5), (3, "12", 1, 3), (4, "13", 1, 9)]


def test_what_contradicts_an_earlier_file_is_put_aside_in_its_own_file(store: Store) -> None:
    release = take_in(store, {"A": {"report": FEMALE}, "B": {"report": MALE}})
    session = store.read("faers")
    assert rows(session, "SELECT sex FROM report WHERE case_id = '11'") == [("female",)]
    assert rows(session, "SELECT file, line, scope, reason, raw FROM quarantine") == [
        ("B", 2, "value", "conflicting-report", "11")
    ]
    assert per_file(release, "values_quarantined") == {"A": 0, "B": 1}


def test_ledgers_and_reasons_are_told_by_file(store: Store) -> None:
    def noted(file: str, *told: tuple[str, str]) -> dict[str, Any]:
        every = {"file": file, "field": "", "raw": "x"}
        columns = {name: [value] * len(told) for name, value in every.items()}
        return {**columns, "line": [7] * len(told), "scope": [s for s, _ in told], "reason": [r for _, r in told]}

    files: Files = {
        "A": {
            "report": FEMALE,
            "quarantine": noted("A", ("repair", "split-row"), ("repair", "split-row"), ("value", "impossible-age")),
        },
        "B": {
            "report": {**MALE, "key": [7, 8, 9]},
            "quarantine": noted("B", ("row", "no-key"), ("repair", "split-row"), ("row", "no-key")),
        },
    }
    with store.writing() as writer:
        staged = writer.begin("faers")
        stage(staged, files)
        assert [tuple(reason.values()) for reason in staged.quarantine_reasons()] == [
            ("A", "repair", "split-row", 2),
            ("A", "value", "impossible-age", 1),
            ("B", "row", "no-key", 2),
            ("B", "repair", "split-row", 1),
        ]
        release = staged.commit("2015-12-31")[1]
    ledgers = [
        (entry.rows_read, entry.rows_kept, entry.rows_quarantined, entry.rows_repaired, entry.values_quarantined)
        for entry in release.files
    ]
    assert ledgers == [(3, 3, 0, 2, 1), (5, 3, 2, 1, 0)]


def test_a_release_is_known_by_each_of_its_files_and_named_by_all(store: Store) -> None:
    release = take_in(store, {"A": {"report": FEMALE}, "B": {"report": MALE}})
    with store.writing() as writer:
        assert [writer.find_content(entry.sha256) for entry in release.files] == [release, release]
        assert writer.contents() == {entry.sha256 for entry in release.files}
    other = take_in(store, {"A": {"report": FEMALE}, "C": {"report": {**MALE, "sex": [None] * 3}}})
    assert other.id != release.id


def test_products_without_a_number_follow_those_that_have_one_in_the_order_of_the_file(store: Store) -> None:
    named = {"key": [2, 1, 2, 2, 1], "verbatim": ["C", "B", "A", "D", "A"], "seq": [None, None, None, 1, None]}
    release = take_in(store, {"A": {"report": FEMALE, "report_product": {**named, "role": ["suspect"] * 5}}})
    file = store.folder / "releases" / release.id / "report_product.parquet"
    session = store.read("faers")
    stored = f"SELECT * FROM read_parquet('{file}', file_row_number = true) JOIN word ON word = verbatim"
    assert rows(session, f"SELECT report - {FIRST}, seq, text FROM ({stored}) ORDER BY file_row_number") == [
        (0, 1, "D"), (0, 2, "C"), (0, 3, "A"), (2, 1, "B"), (2, 2, "A"),
    ]  # fmt: skip
