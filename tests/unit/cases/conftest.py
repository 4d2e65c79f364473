"""Case tables filled by hand: four cases, words and nodes with names that quote badly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from phytovigil.store import Engine

TABLES: dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]] = {
    "cases": (
        {"case_index": "INTEGER", "report": "BIGINT", "sex": "VARCHAR", "age_band": "VARCHAR", "year": "INTEGER",
         "serious": "BOOLEAN", "reporter": "VARCHAR", "country": "VARCHAR"},
        [
            (0, 10, "female", "18-44", 2015, True, "O'Brien", "US"),
            (1, 11, "female", "18-44", 2016, None, None, "US"),
            (2, 12, "male", "unknown", 2016, False, "consumer", None),
            (3, 13, "unknown", "75+", None, None, None, None),
        ],
    ),
    "word": (
        {"word": "INTEGER", "text": "VARCHAR"},
        [(0, "ST JOHN'S WORT"), (1, "Kratom 'Red'"), (2, "RASH"), (3, "O'CLOCK PAIN"), (4, "never named"),
         (5, "Chronic pain"), (6, "CHRONIC PAIN")],
    ),
    "case_name": ({"case_index": "INTEGER", "name": "INTEGER", "role": "TINYINT"}, [(0, 0, 0), (1, 1, 2), (2, 1, 3)]),
    "case_node": ({"node": "INTEGER", "case_index": "INTEGER", "role": "TINYINT"}, [(7, 1, 2), (7, 2, 3), (8, 0, 0)]),
    "case_category": ({"category": "VARCHAR", "case_index": "INTEGER"}, [("54 Vit/Min", 0), ("5 Baker's", 1)]),
    "report_indication": ({"report": "BIGINT", "seq": "INTEGER", "indication": "INTEGER"}, [(10, 1, 5), (12, 2, 6)]),
    "case_term": ({"term": "INTEGER", "case_index": "INTEGER"}, [(2, 0), (2, 1), (3, 1)]),
    "case_reaction": ({"term": "INTEGER", "case_index": "INTEGER"}, [(2, 0), (2, 1), (3, 1)]),
    "counted_term": ({"term": "INTEGER", "text": "VARCHAR"}, [(2, "RASH"), (3, "O'CLOCK PAIN")]),
    "quarantine": (
        {"file": "VARCHAR", "line": "BIGINT", "scope": "VARCHAR", "reason": "VARCHAR", "field": "VARCHAR",
         "raw": "VARCHAR"},
        [("b.csv", 3, "value", "odd-age", "age_years", "900"), ("a.csv", 9, "row", "no-case", "", "x"),
         ("a.csv", 2, "value", "odd-age", "age_years", "-1")],
    ),
    "counted": (
        {"source": "VARCHAR", "kind": "VARCHAR", "key": "VARCHAR"},
        [("caers", "product", "kratom"), ("caers", "product", "kava"), ("caers", "reaction", "itch"),
         ("faers", "product", "silver")],
    ),
}  # fmt: skip


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    for name, (types, rows) in TABLES.items():
        made.create_table(name, types)
        made.add_rows(name, dict(zip(types, map(list, zip(*rows, strict=True)), strict=True)), types)
    yield made
    made.close()
