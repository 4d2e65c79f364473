from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import UnreadableFile

RESULT: dict[str, Any] = {
    "report_number": "65333",
    "date_created": "20040102",
    "date_started": "20031230",
    "outcomes": ["Hospitalization", "Visited Emergency Room"],
    "reactions": ["Jaundice", "Hallucination", "visual"],
    "consumer": {"age": "36", "age_unit": "year(s)", "gender": "Female"},
    "products": [
        {"role": "SUSPECT", "name_brand": "KAVA", "industry_code": "54", "industry_name": "Vit"},
        {"role": "CONCOMITANT", "name_brand": "TEA", "industry_code": "9", "industry_name": " Milk"},
    ],
}

Read = Callable[..., Any]


@pytest.fixture
def results(tmp_path: Path, whole: Read) -> Read:
    """Read results of our own, given as changes to one usual result."""

    def read(*changes: Any, **layout: Any) -> Any:
        results = [RESULT | change if isinstance(change, dict) else change for change in changes]
        file = tmp_path / "food-event.json"
        content = {"meta": {"results": {"skip": 0, "limit": 148459}}, "results": results}
        file.write_text(json.dumps(content, **layout), encoding="utf-8")
        return whole(file)

    return read


@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"separators": (",", ":")}])
def test_one_result_fills_every_table(results: Read, layout: dict[str, Any]) -> None:
    found = results({}, **layout)
    columns = ("case_id", "received", "event_date", "sex", "age_years", "serious", "outcomes", "line")
    assert found.rows("report", *columns) == [
        ("65333", date(2004, 1, 2), "2003-12-30", "female", 36.0, True, ["hospitalisation", "emergency visit"], 1)
    ]  # fmt: skip
    assert found.rows("report_product", "seq", "role", "verbatim", "category") == [
        (1, "suspect", "KAVA", "54 Vit"), (2, "concomitant", "TEA", "09 Milk"),
    ]  # fmt: skip
    assert found.rows("report_reaction", "term") == ["JAUNDICE", "HALLUCINATION, VISUAL"]


def test_an_object_where_a_list_is_due_is_a_list_of_one(results: Read) -> None:
    found = results({"products": RESULT["products"][0], "reactions": "Rash", "outcomes": "Death"})
    assert found.rows("report_product", "verbatim") == ["KAVA"]
    assert found.rows("report_reaction", "term") == ["RASH"]
    assert found.rows("report", "outcomes") == [["death"]]


def test_what_openfda_leaves_empty(results: Read) -> None:
    found = results({"consumer": {}, "date_started": None, "outcomes": []})
    assert found.rows("report", "age_years", "event_date", "serious") == [(None, None, False)]
    assert found.reasons == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"report_number": None}, "no-case-id"),
        ({"date_created": None}, "no-received-date"),
        ({"date_created": "20040230"}, "impossible-received-date"),
        (["no", "object"], "not-an-object"),
        (7, "not-an-object"),
    ],
)
def test_results_that_are_put_aside(results: Read, change: Any, reason: str) -> None:
    found = results({}, change, {"report_number": "8"})
    assert found.rows("quarantine", "line", "scope", "reason") == [(2, "row", reason)]
    assert found.rows("report", "case_id") == ["65333", "8"]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"consumer": ["x"]}, "wrong-type", "consumer"),
        ({"date_started": {"a": 1}}, "wrong-type", "date_started"),
        ({"report_number": "7", "date_started": "2003\x001230"}, "wrong-type", "date_started"),
        ({"products": ["KAVA", RESULT["products"][0]]}, "wrong-type", "products"),
        ({"products": [{"role": "OBSERVER"}, RESULT["products"][0]]}, "unknown-product-role", "role"),
        ({"products": []}, "no-product", "verbatim"),
        ({"reactions": None}, "no-reaction", "term"),
    ],
)
def test_values_that_are_put_aside(results: Read, change: Any, reason: str, field: str) -> None:
    found = results(change)
    assert found.kept == 1
    assert found.rows("quarantine", "scope", "reason", "field") == [("value", reason, field)]


def test_half_characters_become_question_marks(results: Read) -> None:
    found = results({"products": [{"role": "SUSPECT", "name_brand": "KA\ud800VA", "industry_code": "54"}]})
    assert found.rows("report_product", "verbatim") == ["KA?VA"]


def test_no_results_are_not_recognised(results: Read) -> None:
    with pytest.raises(UnreadableFile, match="JSON, but not an openFDA food/event file"):
        results()


def test_an_answer_to_a_search_is_not_taken_for_the_data_set(tmp_path: Path, whole: Read) -> None:
    content = {"meta": {"results": {"skip": 0, "limit": 1000, "total": 67}}, "results": [RESULT]}
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(UnreadableFile, match="a selection, where the whole bulk download is needed"):
        whole(tmp_path / "a.json")


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_not_taken_for_a_whole(tmp_path: Path, whole: Read, keep: float) -> None:
    content = json.dumps({"meta": {}, "results": [RESULT] * 2000})
    (tmp_path / "a.json").write_text(content[: int(len(content) * keep)])
    with pytest.raises(UnreadableFile, match="is cut short"):
        whole(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"results": [@1]} more', "goes on after its end"),
        ('{"results": [@1 @1]}', "where “]” is due"),
        ('{"results": [@1], "x" 3}', "where “:” is due"),
        ('{"results": [@1, {]}', "cut short or malformed"),
        ('{"results": [@1, ' + "[" * 200_000 + "]}", "holds a value that is no report"),
        ('{"c": {"results": [@1]}}', "has no list of results"),
    ],
)
def test_malformed_files(tmp_path: Path, whole: Read, text: str, said: str) -> None:
    (tmp_path / "a.json").write_text(text.replace("@1", json.dumps(RESULT)))
    with pytest.raises(UnreadableFile, match=said):
        whole(tmp_path / "a.json")


def test_bytes_that_are_not_utf8(tmp_path: Path, whole: Read) -> None:
    (tmp_path / "a.json").write_bytes(json.dumps({"results": [RESULT]}).encode().replace(b"KAVA", b"KAV\xc9"))
    with pytest.raises(UnreadableFile, match="is not UTF-8 text"):
        whole(tmp_path / "a.json")


def test_a_partition_inside_its_archive(whole: Read, zipped: Callable[..., Path]) -> None:
    archive = zipped("food-event-0001-of-0001.json.zip", {"food-event.json": json.dumps({"results": [RESULT] * 3})})
    assert whole(archive).read == 3
