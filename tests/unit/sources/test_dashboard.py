from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

HEADER = [
    "Case ID",
    "Suspect Product Names",
    "Suspect Product Active Ingredients",
    "Reason for Use",
    "Reactions",
    "Serious",
    "Outcomes",
    "Sex",
    "Event Date",
    "Latest FDA Received Date",
    "Case Priority",
    "Patient Age",
    "Patient Weight",
    "Sender",
    "Reporter Type",
    "Report Source",
    "Concomitant Product Names",
    "Latest Manufacturer Received Date",
    "Initial FDA Received Date",
    "Country where Event occurred",
    "Reported to Manufacturer?",
    "Manufacturer Control Number",
    "Literature Reference",
    "Compounded Flag",
]

USUAL = dict(
    zip(
        HEADER,
        [
            "7",
            "Sertraline;Zolpidem",
            "Herbals\\Mitragynine;Sertraline Hydrochloride",
            "Pain;Anxiety",
            "Skin Discolouration;Nausea",
            "Serious",
            "Died;Other Outcomes",
            "Male",
            "Aug-2018",
            "8/17/2018",
            "Direct",
            "43",
            "81 KG",
            "Fda-Ctu",
            "Consumer",
            "Not Specified",
            "Valproic Acid",
            "-",
            "8/16/2018",
            "NA",
            "Not Specified",
            "US-1",
            "Doe J. A case. 2018",
            "-",
        ],
        strict=True,
    )
)

Read = Callable[..., Any]


@pytest.fixture(params=["csv", "xlsx"])
def listing(request: pytest.FixtureRequest, tmp_path: Path, whole: Read) -> Read:
    """Read rows of our own, given as changes to one usual row, from CSV and from Excel."""

    def read(*changes: dict[str, object]) -> Any:
        rows = [HEADER, *[list((USUAL | change).values()) for change in changes]]
        file = tmp_path / f"listing.{request.param}"
        if request.param == "csv":
            text = io.StringIO(newline="")
            csv.writer(text).writerows(rows)
            file.write_text(text.getvalue(), encoding="utf-8", newline="")
        else:
            write_workbook(file, rows)
        return whole(file)

    return read


def write_workbook(file: Path, rows: list[list[object]]) -> None:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)  # type: ignore[union-attr]
    workbook.save(file)


def test_one_row_fills_every_table(listing: Read) -> None:
    found = listing({})
    report = {name: values[0] for name, values in found.tables["report"].items()}
    assert report.pop("key") == found.tables["report_product"]["key"][0]
    assert report == {
        "case_id": "7", "version": 0, "received": date(2018, 8, 16), "revised": date(2018, 8, 17),
        "event_date": "2018-08", "sex": "male", "age_years": 43.0, "weight_kg": 81.0, "country": "NA",
        "reporter": "Consumer", "serious": True, "outcomes": ["death", "other serious"], "sender": "Fda-Ctu",
        "control_number": "US-1", "literature": "Doe J. A case. 2018", "line": 2,
    }  # fmt: skip
    assert found.rows("report_product", "case_id", "seq", "role", "verbatim", "ingredient") == [
        ("7", 1, "suspect", "Sertraline", None),
        ("7", 2, "suspect", "Zolpidem", None),
        ("7", 3, "suspect", None, "Herbals\\Mitragynine"),
        ("7", 4, "suspect", None, "Sertraline Hydrochloride"),
        ("7", 5, "concomitant", "Valproic Acid", None),
    ]
    assert found.rows("report_indication", "indication") == []
    assert found.rows("report_reaction", "case_id", "term") == [("7", "SKIN DISCOLOURATION"), ("7", "NAUSEA")]
    assert found.reasons == []


def test_a_reason_for_use_belongs_to_the_only_suspect_product(listing: Read) -> None:
    change = {"Suspect Product Names": "-", "Suspect Product Active Ingredients": "Herbals\\Mitragynine"}
    found = listing(change)
    assert found.rows("report_product", "seq", "role", "ingredient") == [
        (1, "suspect", "Herbals\\Mitragynine"), (2, "concomitant", None),
    ]  # fmt: skip
    assert found.rows("report_indication", "case_id", "seq", "indication") == [("7", 1, "Pain; Anxiety")]


@pytest.mark.parametrize(
    ("column", "text", "field", "value"),
    [
        ("Patient Age", "3 MTH", "age_years", 0.25),
        ("Patient Age", "4 DEC", "age_years", 40.0),
        ("Patient Age", "Not Specified", "age_years", None),
        ("Patient Weight", "220 LB", "weight_kg", 99.79),
        ("Patient Weight", "220\t LB", "weight_kg", 99.79),
        ("Patient Weight", "3530 GMS", "weight_kg", 3.53),
        ("Event Date", "-", "event_date", None),
        ("Event Date", "2021", "event_date", "2021"),
        ("Event Date", "14-MAY-2003", "event_date", "2003-05-14"),
        ("Country where Event occurred", "Not Specified", "country", None),
        ("Sex", "Not Specified", "sex", None),
        ("Serious", "Non-Serious", "serious", False),
        ("Outcomes", "Non-Serious", "outcomes", ["non-serious"]),
        ("Latest FDA Received Date", "-", "revised", None),
    ],
)
def test_spellings(listing: Read, column: str, text: str, field: str, value: object) -> None:
    found = listing({column: text})
    assert found.rows("report", field) == [value]
    assert found.reasons == []


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("Patient Age", "45,996", "impossible-age"),
        ("Patient Age", "-1 YR", "impossible-age"),
        ("Patient Age", "old", "impossible-age"),
        ("Patient Age", "9 SCORE", "unknown-age-unit"),
        ("Patient Weight", "900 KG", "impossible-weight"),
        ("Patient Weight", "0 KG", "impossible-weight"),
        ("Patient Weight", "heavy", "impossible-weight"),
        ("Patient Weight", "81", "unknown-weight-unit"),
        ("Serious", "Perhaps", "unknown-seriousness"),
        ("Event Date", "SMARCH-2018", "impossible-event-date"),
        ("Latest FDA Received Date", "13/13/2018", "impossible-revised-date"),
        ("Reactions", "-", "no-reaction"),
    ],
)
def test_values_that_are_put_aside(listing: Read, column: str, text: str, reason: str) -> None:
    found = listing({column: text})
    assert found.kept == 1
    assert found.rows("quarantine", "scope", "reason", "raw") == [("value", reason, text)]


def test_a_case_without_any_product_is_kept(listing: Read) -> None:
    gone = dict.fromkeys(
        ("Suspect Product Names", "Suspect Product Active Ingredients", "Concomitant Product Names"), "-"
    )
    assert listing(gone).reasons == [(2, "value", "no-product")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Case ID": ""}, "no-case-id"),
        ({"Initial FDA Received Date": "-"}, "no-received-date"),
        ({"Initial FDA Received Date": "2/30/2018"}, "impossible-received-date"),
    ],
)
def test_rows_that_are_put_aside(listing: Read, change: dict[str, object], reason: str) -> None:
    found = listing(change, {})
    assert found.reasons == [(2, "row", reason)]
    assert found.rows("report", "line") == [3]


def test_header_alone(listing: Read) -> None:
    assert listing().read == 0


def test_excel_numbers_dates_and_empty_cells(tmp_path: Path, whole: Read) -> None:
    change = {"Case ID": 3950054, "Initial FDA Received Date": date(2018, 8, 16), "Compounded Flag": None}
    write_workbook(tmp_path / "a.xlsx", [HEADER, list((USUAL | change).values()), [None] * 24, ["8"]])
    found = whole(tmp_path / "a.xlsx")
    assert found.rows("report", "case_id", "received") == [("3950054", date(2018, 8, 16))]
    assert found.reasons == [(4, "row", "no-received-date")]


def test_an_excel_row_longer_than_its_header(tmp_path: Path, whole: Read) -> None:
    write_workbook(tmp_path / "a.xlsx", [HEADER, [*USUAL.values(), "more"], list(USUAL.values())])
    assert whole(tmp_path / "a.xlsx").reasons == [(2, "row", "wrong-column-count")]


def test_a_workbook_inside_an_archive(tmp_path: Path, whole: Read, zipped: Callable[..., Path]) -> None:
    write_workbook(tmp_path / "a.xlsx", [HEADER, list(USUAL.values())])
    archive = zipped("all.zip", {"folder/a.xlsx": (tmp_path / "a.xlsx").read_bytes()})
    assert whole(archive).kept == 1


def test_a_listing_without_its_optional_columns(tmp_path: Path, whole: Read) -> None:
    columns = [name for name in HEADER if name not in ("Sender", "Compounded Flag", "Literature Reference")]
    write_workbook(tmp_path / "a.xlsx", [columns, [USUAL[name] for name in columns]])
    assert whole(tmp_path / "a.xlsx").rows("report", "sender", "country") == [(None, "NA")]
