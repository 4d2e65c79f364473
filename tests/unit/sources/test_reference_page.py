"""The reference page says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.schema.reports import REPORT, SCOPES
from phytovigil.sources import READERS, SOURCES, Reason
from phytovigil.sources.tables import read_table


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / "docs" / "reference" / "sources.md").read_text(encoding="utf-8")


def test_every_reason_has_its_row_and_no_other_has(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 4]
    stated = [line for line in rows if line.split("|")[2].strip() in SCOPES]
    assert stated == [f"| `{reason.code}` | {reason.scope} | {reason.sentence} |" for reason in Reason]


def test_every_format_and_source_is_described(page: str) -> None:
    for reader in READERS:
        assert f"| `{reader.name}` | `{reader.source}` | {reader.title} | {reader.description} |" in page
    assert {reader.source for reader in READERS} == set(SOURCES)


def test_every_outcome_is_described(page: str) -> None:
    for row in read_table("outcomes"):
        outcome = row["outcome"] or "(none)"
        assert f"| {row['reported']} | {outcome} | {row['serious']} | {row['source']} |" in page


@pytest.mark.parametrize("table", ["caers_columns", "dashboard_columns"])
def test_every_heading_is_described(page: str, table: str) -> None:
    named = {row["heading"] for row in read_table(table)} - {"DATE_FDA_FIRST_RECEIVED_CASE", "Medra Preferred Terms"}
    assert [heading for heading in sorted(named) if heading not in page] == []


def test_reason_codes_are_unique() -> None:
    assert len({reason.code for reason in Reason}) == len(Reason)


def test_a_source_misses_only_columns_that_there_are() -> None:
    for name, source in SOURCES.items():
        assert name == source.name
        assert set(source.missing) <= set(REPORT)
