"""Days to onset from tables filled by hand: which start counts, which date will do, and where each case ends up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from phytovigil.cases import (
    ONSET_STATUSES,
    OTHER_PRODUCTS,
    OTHER_REACTIONS,
    PAIR,
    Product,
    Reaction,
    onset_sql,
    starts_sql,
)
from phytovigil.schema.selection import Selection
from phytovigil.store import Engine

KRATOM, KAVA, LEAF, ASPIRIN = 1, 2, 3, 4
RASH, ITCH = 10, 11
NODE = 7
PRIMARY, SUSPECT, CONCOMITANT = 0, 1, 3

Row = tuple[Any, ...]


class Reports:
    """Reports written down one by one, each a case."""

    def __init__(self) -> None:
        tables = ("report", "report_product", "report_therapy", "case_reaction")
        self.rows: dict[str, list[Row]] = {table: [] for table in tables}

    def add(
        self, event: str | None, products: list[tuple[int, int, list[str | None]]], terms: tuple[int, ...] = (RASH,)
    ) -> None:
        """One report; products: word, role, starts of its periods of use."""
        number = len(self.rows["report"])
        self.rows["report"].append((number, event))
        self.rows["case_reaction"] += [(term, number) for term in terms]
        for seq, (word, role, starts) in enumerate(products, start=1):
            self.rows["report_product"].append((number, seq, role, word, None))
            self.rows["report_therapy"] += [(number, seq, start) for start in starts]

    def open(self) -> Engine:
        """An engine with the views that the SQL reads."""
        engine = Engine()
        types = {
            "report": {"report": "BIGINT", "event_date": "VARCHAR"},
            "report_product": {
                "report": "BIGINT",
                "seq": "INTEGER",
                "role": "TINYINT",
                "verbatim": "INTEGER",
                "ingredient": "INTEGER",
            },
            "report_therapy": {"report": "BIGINT", "seq": "INTEGER", "start": "VARCHAR"},
            "case_reaction": {"term": "INTEGER", "case_index": "INTEGER"},
            "word_node": {"word": "INTEGER", "node": "INTEGER"},
        }
        tables = {**self.rows, "word_node": [(KRATOM, NODE), (LEAF, NODE)]}
        for name, columns in types.items():
            engine.create_table(name, columns)
            values = zip(*tables[name], strict=True) if tables[name] else [[] for _ in columns]
            engine.add_rows(name, dict(zip(columns, map(list, values), strict=True)), columns)
        for name, sql in {
            "cases": """SELECT report::INTEGER AS case_index, report, 'unknown' AS sex, 'unknown' AS age_band,
                2019 AS year, true AS serious, NULL AS reporter, NULL AS country FROM report""",
            "case_name": """SELECT report::INTEGER AS case_index, verbatim AS name, min(role) AS role
                FROM report_product GROUP BY ALL""",
            "case_node": """SELECT node, case_index, min(role) AS role FROM case_name JOIN word_node ON word = name
                GROUP BY ALL""",
        }.items():
            engine.run(f"CREATE VIEW {name} AS {sql}")
        return engine


def ask(reports: Reports, which: str = PAIR, role: str = "suspect", **options: Any) -> list[Row]:
    engine = reports.open()
    sql = onset_sql(Product(NODE), Reaction((RASH,)), Selection(role=role), {}, which=which, **options)
    found = list(zip(*engine.query(sql).values(), strict=True))
    engine.close()
    return found


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.mark.parametrize(
    ("event", "starts", "status", "days"),
    [
        ("2019-03-05", ["2019-03-05"], "usable", 0),
        ("2019-03-06", ["2019-03-05"], "usable", 1),
        ("2020-03-01", ["2020-02-28"], "usable", 2),
        ("2019-03-04", ["2019-03-05"], "negative", None),
        ("2019-03", ["2019-01-05"], "partial", None),
        ("2019-03-05", ["2018"], "partial", None),
        ("2019-03-05", [], "without-start", None),
        ("2019-03-05", [None], "without-start", None),
        (None, ["2019-03-05"], "without-event-date", None),
        (None, [], "without-either", None),
        ("2019-03-05", ["2019-03-01", "2019-02-23", None], "usable", 10),
        ("2019-03-05", ["2019-03-01", "2019"], "partial", None),
        ("2019-03-05", ["2019-03-01", "2020"], "usable", 4),
        ("2019-03-05", ["2019-03-01", "2019-04"], "usable", 4),
    ],
)
def test_what_becomes_of_a_case(
    reports: Reports, event: str | None, starts: list[str | None], status: str, days: int | None
) -> None:
    reports.add(event, [(KRATOM, SUSPECT, starts)])
    assert ask(reports) == [(status, days, None, 1)]
    assert status in ONSET_STATUSES


def test_start_is_that_of_the_very_product(reports: Reports) -> None:
    reports.add("2019-03-05", [(KAVA, PRIMARY, ["2018-01-01"]), (KRATOM, SUSPECT, ["2019-03-01"])])
    reports.add("2019-03-05", [(KAVA, PRIMARY, ["2018-01-01"]), (KRATOM, SUSPECT, [])])
    assert ask(reports) == [("usable", 4, None, 1), ("without-start", None, None, 1)]


def test_start_in_another_role_does_not_count(reports: Reports) -> None:
    reports.add("2019-03-05", [(KRATOM, SUSPECT, ["2019-03-01"]), (KRATOM, CONCOMITANT, ["2018-03-05"])])
    assert ask(reports) == [("usable", 4, None, 1)]
    assert ask(reports, role="any") == [("usable", 365, None, 1)]


def test_every_word_of_the_node_is_the_product(reports: Reports) -> None:
    reports.add("2019-03-05", [(KRATOM, SUSPECT, ["2019-03-01"]), (LEAF, SUSPECT, ["2019-02-01"])])
    assert ask(reports) == [("usable", 32, None, 1)]


def test_three_sets_of_cases_do_not_overlap(reports: Reports) -> None:
    reports.add("2019-03-05", [(KRATOM, SUSPECT, ["2019-03-04"])], (RASH, ITCH))
    reports.add("2019-03-05", [(KRATOM, SUSPECT, ["2019-03-03"])], (ITCH,))
    reports.add("2019-03-05", [(KAVA, SUSPECT, ["2019-03-02"])])
    reports.add("2019-03-05", [(KAVA, SUSPECT, ["2019-03-01"]), (KRATOM, CONCOMITANT, ["2018-01-01"])])
    reports.add("2019-03-05", [(KAVA, SUSPECT, ["2019-02-01"])], (ITCH,))
    assert [days for _, days, _, _ in ask(reports)] == [1]
    assert [days for _, days, _, _ in ask(reports, OTHER_REACTIONS)] == [2]
    assert [days for _, days, _, _ in ask(reports, OTHER_PRODUCTS)] == [3, 4]


def test_of_other_products_the_leading_one_speaks(reports: Reports) -> None:
    """Strongest role, then the first in the report; with all periods of that product, and of no other."""
    reports.add("2019-03-05", [(KAVA, SUSPECT, ["2019-01-01"]), (ASPIRIN, PRIMARY, ["2019-03-01"])])
    reports.add("2019-03-05", [(KAVA, SUSPECT, ["2019-03-02"]), (ASPIRIN, SUSPECT, ["2018-01-01"])])
    reports.add("2019-03-05", [(KAVA, SUSPECT, ["2019-03-03"]), (KAVA, SUSPECT, ["2019-02-23"])])
    reports.add("2019-03-05", [(KAVA, SUSPECT, []), (ASPIRIN, SUSPECT, ["2018-01-01"])])
    found = ask(reports, OTHER_PRODUCTS)
    assert found == [("usable", 3, None, 1), ("usable", 4, None, 1), ("usable", 10, None, 1),
                     ("without-start", None, None, 1)]  # fmt: skip


def test_truncation_gives_windows_and_sets_later_events_aside(reports: Reports) -> None:
    reports.add("2019-03-05", [(KRATOM, SUSPECT, ["2019-03-01"])])
    reports.add("2019-03-05", [(KRATOM, SUSPECT, ["2019-03-01"])])
    reports.add("2019-03-11", [(KRATOM, SUSPECT, ["2019-03-01"])])
    until = date(2019, 3, 10)
    assert ask(reports, until=until) == [("after-truncation", None, None, 1), ("usable", 4, 9, 2)]


def test_starts_are_counted_where_there_are_any(reports: Reports) -> None:
    reports.add("2019-03-05", [(KRATOM, SUSPECT, [None])])
    engine = reports.open()
    assert engine.query_one(starts_sql()) == {"starts": 0}
    engine.close()
