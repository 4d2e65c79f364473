"""The tiny tables beside this file, taken into a store and counted; they are written to be read as a manual."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.cases import (
    Product,
    Reaction,
    case_tables_sql,
    folded_cases_sql,
    node_table_sql,
    pair_counts_sql,
    unmapped_terms_sql,
)
from phytovigil.schema.reports import ROLES, Batch
from phytovigil.schema.selection import Selection
from phytovigil.store import Session, Store
from phytovigil.store.writing import Ledger

HERE = Path(__file__).parent
NODES = {"kratom": 0, "leaf": 1, "kava": 2}
MAPPED = {"KRATOM": (0,), "KRATOM LEAF": (0, 1), "KAVA": (2,), "KRATUM": (0,)}
LIKELY = {"KRATUM"}


def cases_of(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def says(case: dict[str, Any]) -> str:
    return case["says"]


def columns(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    fields = sorted({field for row in rows for field in row})
    return {field: [row.get(field) for row in rows] for field in fields}


def take_in(store: Store, as_of: str, name: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    rows = len(tables["report"]) + len(tables.get("deletion", ()))
    with store.writing() as writer:
        release, ledger = writer.begin("caers"), Ledger()
        release.append(Batch({table: columns(found) for table, found in tables.items()}, rows, rows, 0), ledger)
        release.finish_file(name, name, 1, "made-up", ledger)
        release.commit(as_of)


def derive_cases(store: Store, as_of: str | None) -> tuple[Session, dict[str, int]]:
    """A session with its case tables, and the number of every word."""
    session = store.read("caers", as_of)
    session.derive("cases", case_tables_sql())
    for view, sql in unmapped_terms_sql().items():
        session.engine.show_query(view, sql)
    found = session.engine.query("SELECT text, word FROM word")
    return session, dict(zip(found["text"], found["word"], strict=True))


# ---------------------------------------------------------------------------------------------- which report speaks


@pytest.mark.parametrize("case", cases_of("picking"), ids=says)
def test_picking(case: dict[str, Any], tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number, as_of in enumerate(case["releases"], start=1):
        reports = [report for report in case["reports"] if report["release"] == number]
        deletions = [each for each in case.get("deletions", []) if each["release"] == number]
        tables = {
            "report": [{"key": key, **report_row(report)} for key, report in enumerate(reports)],
            "deletion": [{"case_id": each["case"], "line": line} for line, each in enumerate(deletions, start=1)],
        }
        take_in(store, as_of, f"file-{number}", tables)
    session, _ = derive_cases(store, case.get("as_of"))
    found = session.engine.query(
        "SELECT case_id || '.' || version || ' of release ' || (report >> 32) AS picked "
        "FROM report SEMI JOIN cases USING (report) ORDER BY case_id"
    )
    assert found["picked"] == case["picked"]


def report_row(report: dict[str, Any]) -> dict[str, Any]:
    dates = {key: date.fromisoformat(report[key]) if report[key] else None for key in ("received", "revised")}
    return {"case_id": report["case"], "version": report["version"], "number": report.get("number"), **dates}


# ------------------------------------------------------------------------------------------------- what is counted


@pytest.mark.parametrize("case", cases_of("counting"), ids=says)
def test_counting(case: dict[str, Any], tmp_path: Path) -> None:
    store = Store(tmp_path)
    take_in(store, "2017-12-31", "file", tables_of(case["cases"]))
    session, words = derive_cases(store, None)
    map_words(session, words)
    fold_cases(session, case["cases"])
    asked = case["product"]
    product = Product(NODES[asked]) if asked in NODES else Product(words[asked], reported=True)
    reaction = Reaction(tuple(words[term] for term in case["reaction"] if term in words))
    row = session.engine.query_one(pair_counts_sql(product, reaction, selection_of(case), NODES))
    assert [row["a"], row["b"], row["c"], row["d"]] == case["table"]


def tables_of(cases: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    names = ("report", "report_product", "report_reaction", "report_indication")
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number, case in enumerate(cases):
        key = {"key": number}
        elsewhere = ("names", "terms", "category", "used_for", "same_as")
        about = {field: value for field, value in case.items() if field not in elsewhere}
        tables["report"].append({**key, "case_id": str(number), "version": 0, **about})
        for seq, named in enumerate(case["names"], start=1):
            role = role_of(named)
            what = {"role": role, "verbatim": named.removeprefix(f"{role} "), "category": case.get("category")}
            tables["report_product"].append({**key, "seq": seq, **what})
        tables["report_reaction"].extend({**key, "term": term} for term in case["terms"])
        for seq, reason in enumerate(case.get("used_for", []), start=1):
            tables["report_indication"].append({**key, "seq": seq, "indication": reason})
    return tables


def role_of(named: str) -> str:
    (role,) = (role for role in ROLES if named.startswith(f"{role} "))
    return role


def map_words(session: Session, words: dict[str, int]) -> None:
    """The little vocabulary of these tables."""
    flags = {"certain": "BOOLEAN", "combination": "BOOLEAN", "settled": "BOOLEAN"}
    types = {"word": "INTEGER", "node": "INTEGER", **flags}
    found = [(name, node) for name, nodes in MAPPED.items() if name in words for node in nodes]
    pairs = [(words[name], node) for name, node in found]
    columns = {
        "word": [w for w, _ in pairs],
        "node": [n for _, n in pairs],
        "certain": [text not in LIKELY for text, _ in found],
    }
    columns |= {"combination": [False] * len(pairs), "settled": [True] * len(pairs)}
    session.engine.put_table("mapped_word", columns, types)
    placed = {"node": "INTEGER", "case_index": "INTEGER", "role": "TINYINT", "certain": "BOOLEAN"}
    session.engine.create_table("mapped_case", placed)
    session.derive("nodes", node_table_sql())


def fold_cases(session: Session, cases: list[dict[str, Any]]) -> None:
    """The groups of suspected duplicates: a case that is the same as another is left out in favour of it."""
    numbers = session.engine.query("SELECT report, case_id FROM cases JOIN report USING (report)")
    reports = {int(case): report for report, case in zip(numbers["report"], numbers["case_id"], strict=True)}
    suspected = {number: case["same_as"] for number, case in enumerate(cases) if "same_as" in case}
    groups = {**{kept: kept for kept in suspected.values()}, **suspected}
    columns = {"report": [reports[number] for number in groups], "cluster": list(groups.values())}
    columns["kept"] = [number not in suspected for number in groups]
    session.engine.put_table("duplicate", columns, {"report": "BIGINT", "cluster": "BIGINT", "kept": "BOOLEAN"})
    session.engine.make_table("folded_case", folded_cases_sql())


def selection_of(case: dict[str, Any]) -> Selection:
    fields = case.get("selection", {})
    return Selection(**{key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()})


def test_every_field_of_a_selection_is_told() -> None:
    told = {field for case in cases_of("counting") for field in case.get("selection", {})}
    assert told == set(Selection.__dataclass_fields__)
