"""openFDA drug/event: the same report as in the XML, in other brackets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import UnreadableFile
from phytovigil.sources.openfda_drug import OpenFdaDrugReader
from phytovigil.sources.rawfile import RawFile

Read = Callable[..., Any]

REPORT: dict[str, Any] = {
    "safetyreportid": "10003300",
    "safetyreportversion": "2",
    "receivedate": "20140306",
    "receivedateformat": "102",
    "receiptdate": "20140312",
    "receiptdateformat": "102",
    "serious": "1",
    "seriousnessother": "1",
    "primarysource": {"reportercountry": "UNITED STATES", "qualification": "5"},
    "sender": {"senderorganization": "FDA-Public Use"},
    "receiver": None,
    "patient": {
        "patientonsetage": "62",
        "patientonsetageunit": "801",
        "patientsex": "1",
        "reaction": [{"reactionmeddrapt": "Vomiting", "reactionoutcome": "1"}],
        "drug": [
            {
                "drugcharacterization": "1",
                "medicinalproduct": "BONIVA",
                "activesubstance": {"activesubstancename": "IBANDRONATE SODIUM"},
                "openfda": {"brand_name": ["BONIVA"], "substance_name": ["SOMETHING ELSE"]},
                "drugrecurrence": [{"drugrecuraction": "VOMITING"}, {"drugrecuraction": "RASH"}],
            },
            {"drugcharacterization": "2", "medicinalproduct": "TEA"},
        ],
    },
}


def wrapped(*reports: Any, limit: int = 12_000) -> str:
    return json.dumps({"meta": {"results": {"skip": 0, "limit": limit}}, "results": list(reports)})


@pytest.fixture
def events(tmp_path: Path, whole: Read) -> Read:
    """Read reports of our own, given as changes to one usual report."""

    def read(*changes: Any) -> Any:
        reports = [REPORT | change if isinstance(change, dict) else change for change in changes]
        (tmp_path / "drug-event.json").write_text(wrapped(*reports))
        return whole(tmp_path / "drug-event.json")

    return read


def test_one_report_fills_every_table(events: Read) -> None:
    found = events({})
    columns = ("case_id", "version", "number", "received", "revised", "sex", "age_years", "country", "reporter", "line")
    assert found.rows("report", *columns) == [
        ("10003300", 2, 100033002, date(2014, 3, 6), date(2014, 3, 12), "male", 62.0, "US", "consumer", 1)
    ]
    assert found.rows("report_product", "seq", "role", "verbatim", "ingredient") == [
        (1, "suspect", "BONIVA", "IBANDRONATE SODIUM"), (2, "concomitant", "TEA", None),
    ]  # fmt: skip
    assert found.rows("report_reaction", "term", "outcome", "recurrence") == [("VOMITING", "recovered", "VOMITING")]
    assert found.reasons == []


def test_an_object_where_a_list_is_due_and_numbers_where_texts_are(events: Read) -> None:
    patient = REPORT["patient"]
    single = patient | {
        "drug": patient["drug"][0],
        "reaction": patient["reaction"][0],
        "patientonsetage": 62,
        "patientsex": 2,
    }
    found = events({"patient": single, "safetyreportid": 10003300, "safetyreportversion": 2})
    assert found.rows("report", "number", "age_years", "sex") == [(100033002, 62.0, "female")]
    assert found.rows("report_product", "verbatim") == ["BONIVA"]
    assert found.rows("report_reaction", "term") == ["VOMITING"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"safetyreportid": None}, "no-case-id"),
        ({"safetyreportid": ["1"]}, "no-case-id"),
        ({"receivedate": None}, "no-received-date"),
        ({"receivedate": "2014"}, "impossible-received-date"),
        (["no", "object"], "not-an-object"),
    ],
)
def test_reports_that_are_put_aside(events: Read, change: Any, reason: str) -> None:
    found = events({}, change, {"safetyreportid": "8"})
    assert found.reasons == [(2, "row", reason)]
    assert found.rows("report", "case_id") == ["10003300", "8"]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"patient": ["x"]}, "wrong-type", "patient"),
        ({"serious": True}, "wrong-type", "serious"),
        ({"companynumb": "A\x00B"}, "wrong-type", "companynumb"),
        ({"receiptdate": "20141399"}, "impossible-revised-date", "revised"),
        ({"patient": REPORT["patient"] | {"reaction": ["RASH"]}}, "wrong-type", "reaction"),
    ],
)  # fmt: skip
def test_values_that_are_put_aside(events: Read, change: Any, reason: str, field: str) -> None:
    found = events(change)
    assert found.kept == 1
    assert found.rows("quarantine", "scope", "reason", "field")[0] == ("value", reason, field)


def test_half_characters_become_question_marks(events: Read) -> None:
    found = events({"companynumb": "A\ud800B"})
    assert found.rows("report", "control_number") == ["A?B"]


@pytest.mark.parametrize("case", ["4562999", None, "4562564", "x"])
def test_legacy_reports_of_the_pipeline(events: Read, case: str | None) -> None:
    """The pipeline repeats the number of the report where it knows no case."""
    found = events({"safetyreportid": "4562564-7", "@case_number": case, "receiptdate": "20110101"})
    expected = "4562999" if case == "4562999" else "ISR 4562564"
    assert found.rows("report", "case_id", "version", "number", "received", "revised") == [
        (expected, 0, 4562564, date(2011, 1, 1), date(2014, 3, 6))
    ]


def test_two_legacy_reports_of_one_case_stay_apart(events: Read) -> None:
    found = events(*({"safetyreportid": number, "@case_number": "77"} for number in ("4562564-7", "4562565-9")))
    assert found.rows("report", "case_id", "key") == [("77", 91251280001), ("77", 91251300001)]
    assert found.rows("report_reaction", "key") == found.rows("report", "key")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", " "])
def test_one_report_a_line(tmp_path: Path, whole: Read, end: str) -> None:
    lines = [json.dumps(REPORT | {"safetyreportid": str(number)}) for number in range(1, 40)]
    (tmp_path / "a.jsonl").write_bytes((end.join(lines) + end).encode())
    found = whole(tmp_path / "a.jsonl")
    assert found.rows("report", "line") == list(range(1, 40))


@pytest.mark.parametrize("name", ["event.preannotation.json", "event.postannotation.json"])
def test_reports_of_the_pipeline_are_those_of_the_sgml(shared_data: Path, whole: Read, name: str) -> None:
    """FDA's own example of the same report before and after its conversion."""
    found, expected = whole(shared_data / "openfda" / name), whole(shared_data / "faers_xml" / "event.sgm")
    raw = json.loads((shared_data / "openfda" / name).read_text())["patient"]
    assert len(found.rows("report_product", "seq")) == len(raw["drug"]) == 23
    assert len(found.rows("report_reaction", "term")) == len(raw["reaction"]) == 86
    for table in ("report_product", "report_reaction", "report_therapy", "report_indication"):
        assert found.tables[table] == expected.tables[table]
    plain = [{**found.tables["report"], "line": 0}, {**expected.tables["report"], "line": 0}]
    assert plain[0] == plain[1]


def test_five_thousand_real_reports(shared_data: Path, whole: Read, zipped: Callable[..., Path]) -> None:
    """A published selection of openFDA, put back into the layout of the bulk download."""
    path = str(shared_data / "openfda" / "drug_event_5000_2008_2014.duckdb")
    with duckdb.connect(path, read_only=True) as database:
        reports = {
            number: {
                "safetyreportid": number,
                "receivedate": f"{received:%Y%m%d}",
                "patient": {"drug": [], "reaction": []},
            }
            for number, received in database.execute("SELECT safetyreportid, receivedate FROM reports").fetchall()
        }
        for number, name, role in database.execute("FROM drugs").fetchall():
            reports[number]["patient"]["drug"].append({"medicinalproduct": name, "drugcharacterization": str(role)})
        for number, term in database.execute("FROM reactions").fetchall():
            reports[number]["patient"]["reaction"].append({"reactionmeddrapt": term})
        suspects = database.execute("SELECT count(*) FROM drugs WHERE role = 1").fetchall()
        terms = database.execute("SELECT count(DISTINCT (safetyreportid, upper(meddra_pt))) FROM reactions").fetchall()
    archive = zipped("drug-event-0001-of-0001.json.zip", {"drug-event-0001-of-0001.json": wrapped(*reports.values())})
    found = whole(archive)
    assert (found.read, found.kept, found.quarantined) == (5000, 5000, 0)
    assert len(found.rows("report_product", "key")) == 15_332
    assert found.rows("report_product", "role").count("suspect") == suspects[0][0]
    assert len(found.rows("report_reaction", "key")) == 13_243
    assert len(set(found.rows("report_reaction", "key", "term"))) == terms[0][0]
    assert sum(case.startswith("ISR ") for case in found.rows("report", "case_id")) == 1
    assert found.reasons == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("faers_mapping.json", "names the fields of openFDA drug/event and holds no report"),
        ("foodevent_mapping.json", "not an openFDA food/event file nor a drug/event one"),
        ("foodevent_schema.json", "not an openFDA food/event file nor a drug/event one"),
        ("adverseEventSample.jsonl", "without the numbers of their reports, so that no case can be counted"),
    ],
)
def test_json_that_holds_no_reports_is_refused(shared_data: Path, whole: Read, name: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        whole(shared_data / "openfda" / name)


def test_an_answer_to_a_search_is_not_taken_for_the_data_set(tmp_path: Path, whole: Read) -> None:
    (tmp_path / "a.json").write_text(wrapped(REPORT, limit=1000))
    with pytest.raises(UnreadableFile, match="a selection, where the whole bulk download is needed"):
        whole(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (wrapped(REPORT, REPORT)[:-30], "is cut short"),
        (json.dumps(REPORT) + "\n" + json.dumps(REPORT)[:-9], "is cut short"),
        (json.dumps(REPORT) + "\n" + "[" * 200_000, "holds a value that is no report"),
        (wrapped(REPORT) + "more", "goes on after its end"),
    ],
)
def test_broken_files(tmp_path: Path, whole: Read, text: str, said: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UnreadableFile, match=said):
        whole(tmp_path / "a.json")


PIECES = [b'"', b"{", b"]", b"null", b"[[", b"\\ud800", b"-1e999", b","]
SOUND = [wrapped(REPORT, REPORT | {"safetyreportid": "4562564-7"}).encode(), (json.dumps(REPORT) + "\n").encode() * 3]


@given(
    st.sampled_from(SOUND),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 40),
            st.one_of(st.binary(max_size=6), st.sampled_from(PIECES)),
        ),
        max_size=6,
    ),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_damage_is_counted_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[tuple[float, int, bytes]]
) -> None:
    for place, removed, inserted in cuts:
        start = int(place * len(content))
        content = content[:start] + inserted + content[start + removed :]
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(content)
    said = ""
    try:
        for batch in OpenFdaDrugReader().read(RawFile(path.name, path, "", len(content)), today=date(2026, 1, 1)):
            assert batch.rows_kept == len(batch.tables["report"]["case_id"])
            assert batch.rows_quarantined == batch.tables["quarantine"]["scope"].count("row")
    except UnreadableFile as error:
        said = str(error)
    assert "\n" not in said
