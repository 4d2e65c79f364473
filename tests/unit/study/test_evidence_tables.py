"""Published evidence as the findings hold it, and the answers of the commands."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from phytovigil.errors import InvalidEvidence, UnknownName
from phytovigil.evidence.loading import DATA
from phytovigil.study.evidence_tables import evidence_tables, load_library
from phytovigil.study.planning import Plan
from phytovigil.study.published import check_evidence, list_evidence, show_evidence


def make_plan(product: str, folder: str = "") -> Plan:
    return cast("Plan", SimpleNamespace(product=SimpleNamespace(key=product), study=SimpleNamespace(evidence=folder)))


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    found = evidence_tables(load_library(make_plan("kratom")))
    assert found is not None
    return found


def test_a_product_without_library_has_no_section() -> None:
    assert evidence_tables(load_library(make_plan("valerian"))) is None
    assert evidence_tables(load_library(make_plan("reported:KRATOM"))) is None


def test_own_folder_goes_before_what_came_with_the_program(tmp_path: Path) -> None:
    with pytest.raises(InvalidEvidence, match=r"holds no library\.toml"):
        load_library(make_plan("kratom", str(tmp_path)))
    library = load_library(make_plan("valerian", str(DATA / "kratom")))
    assert library is not None
    assert library.product == "kratom"


def test_tables_hold_every_row_once_with_its_source(tables: dict[str, Any]) -> None:
    rows = [row for table in tables["tables"] for row in table["rows"]]
    assert len({row["id"] for row in rows}) == len(rows) == tables["rows"]
    assert sum(row["standing"] == "fact" for row in rows) == tables["facts"]
    assert all(row["citation"]["reference"] for row in rows)
    assert sum(table["facts"] + table["context"] for table in tables["tables"]) == tables["rows"]


def test_checks_are_counted(tables: dict[str, Any]) -> None:
    checks = tables["checks"]
    assert checks["made"] == checks["holds"] + checks["known"] + checks["fails"]
    assert checks["fails"] == 0
    assert checks["figures"] == sum(len(row["figures"]) for table in tables["tables"] for row in table["rows"])


def test_a_value_in_doubt_does_not_widen_a_range(tables: dict[str, Any]) -> None:
    ranges = {(item["substance"], item["target"], item["quantity"]): item for item in tables["ranges"]}
    tight = ranges["7-hydroxymitragynine", "MOR", "Ki"]
    assert (tight["low"], tight["high"], len(tight["values"])) == (13.5, 37.0, 4)
    assert [value["value"] for value in tight["values"] if value["flag"]] == [709.0]
    assert ranges["mitragynine", "MOR", "Ki"]["low"] is None


def test_rows_are_found_by_kind_and_topic() -> None:
    kinds = [row["kind"] for row in list_evidence("kratom", kind="law")["rows"]]
    assert set(kinds) == {"law"}
    topics = list_evidence(topic="depigmentation")["rows"]
    assert [row["id"] for row in topics] == ["none-depigmentation"]
    for asked in ({"kind": "laws"}, {"topic": "chronic pain"}, {"product": "kratum"}):
        with pytest.raises(UnknownName, match="Did you mean"):
            list_evidence(**asked)


def test_one_row_comes_with_checks_and_bibtex() -> None:
    answer = show_evidence("interaction-midazolam")
    assert {check["rule"] for check in answer["checks"]} == {"between", "log-middle", "formula"}
    assert answer["bibtex"].startswith("@misc{tanna2023cpt,")
    with pytest.raises(UnknownName, match="Did you mean “interaction-midazolam”"):
        show_evidence("interaction-midazolm")


def test_check_lists_what_fails_and_does_not_raise(tmp_path: Path) -> None:
    for file in (DATA / "kratom").glob("*.toml"):
        text = file.read_text("utf-8")
        wrong = text.replace('value = 233, unit = "L/h"', 'value = 333, unit = "L/h"')
        (tmp_path / file.name).write_text(wrong, "utf-8")
    answer = check_evidence(tmp_path)
    failed = [(check["row"], check["figure"], check["rule"]) for check in answer["checks"] if check["state"] == "fails"]
    assert answer["holds"] is False
    assert failed == [("pk-mitragynine", "clearance", "between"), ("pk-mitragynine", "clearance", "formula")]
    assert check_evidence()["holds"] is True
