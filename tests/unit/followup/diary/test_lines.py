"""Entries as JSON: there and back, and what is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import InvalidRequest
from phytovigil.followup.diary import lines
from phytovigil.schema import diary as kinds
from phytovigil.schema.diary import KINDS, Entry, Pain

PAIN: dict[str, Any] = {
    "id": "1",
    "kind": "pain",
    "at": "2026-03-01",
    "recorded": "2026-03-01T20:00:00Z",
    "content": {"nrs": 4.0, "asked": "average"},
    "corrects": "",
    "why": "",
}


def test_every_kind_goes_there_and_back(contents: tuple[kinds.Content, ...]) -> None:
    photo = kinds.Photo("ab" * 32, "cheek", "image/jpeg", 7, True, (1.0, 2.0))
    for content in (*contents, photo):
        entry = Entry("1", lines.kind_of(content), "2026-03-01", "2026-03-01T20:00:00Z", content)
        text = json.dumps(lines.encode(entry))
        assert lines.decode(lines.parse_line(text.encode())) == entry
        assert lines.from_row(lines.to_row(entry)) == entry
    withdrawn = Entry("2", "pain", "2026-03-01", "2026-03-01T20:00:00Z", None, "1", "slip")
    assert lines.decode(lines.encode(withdrawn)) == withdrawn
    assert lines.from_row(lines.to_row(withdrawn)) == withdrawn


@given(st.text(), st.text(), st.text(), st.none() | st.floats(0, allow_infinity=False), st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_and_number_goes_there_and_back(
    name: str, node: str, unit: str, amount: float | None, why: str
) -> None:
    entry = Entry("1", "use", "2026-03-01", "2026-03-01T20:00:00Z", kinds.Use(name, node, amount, unit), "0", why)
    line = lines.write_compact(lines.encode(entry)).encode()
    assert b"\n" not in line
    assert lines.decode(lines.parse_line(line)) == entry
    assert lines.from_row(lines.to_row(entry)) == entry


def test_fields_with_a_default_may_be_left_out() -> None:
    short = {key: PAIN[key] for key in ("id", "kind", "at", "recorded")} | {"content": {"nrs": 4}}
    assert lines.decode(short) == lines.decode(PAIN)


WRONG_PARTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "pian"}, "Did you mean “pain”"),
    ({"kind": 3}, "the entry: kind is 3"),
    ({"kind": ["pain"]}, "the entry: kind is a list"),
    ({"id": None}, "the entry: id is null"),
    ({"at": "01.03.2026"}, "at is “01.03.2026”, which is no date"),
    ({"recorded": ""}, "recorded is “”"),
    ({"content": None}, "withdraws none"),
    ({"content": []}, "pain is a list"),
    ({"content": {}}, "pain lacks “nrs”"),
    ({"content": {"nsr": 4}}, "pain has no field “nsr”. Did you mean “nrs”"),
    ({"content": {"nrs": "4"}}, "pain: nrs is “4”. It is a number"),
    ({"content": {"nrs": True}}, "pain: nrs is true"),
    ({"content": {"nrs": None}}, "pain: nrs is null"),
    ({"content": {"nrs": 11}}, "nrs is 11"),
    ({"content": {"nrs": -0.1}}, "nrs is -0.1"),
    ({"content": {"nrs": 10**30}}, "far too large"),
    ({"content": {"nrs": 4, "asked": "averge"}}, "Did you mean “average”"),
    ({"why": "\ud800"}, "the entry: why is “half a character”"),
    ({"whz": ""}, "Did you mean “why”"),
]


@pytest.mark.parametrize(("change", "said"), WRONG_PARTS)
def test_what_does_not_fit_is_refused_in_one_line(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said) as caught:
        lines.decode(PAIN | change)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["id", "kind", "at", "recorded", "content"])
def test_a_missing_part_is_named(missing: str) -> None:
    with pytest.raises(InvalidRequest, match=f"lacks “{missing}”"):
        lines.decode({key: PAIN[key] for key in PAIN if key != missing})


JUNK = (None, True, 3, -1, 1.5, "x", "\ud800", [], ["x", 1], {}, {"x": 1}, 10**400, [[1]])


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_takes_a_value_of_another_type(kind: str, contents: tuple[kinds.Content, ...]) -> None:
    """Every field of every kind with every sort of junk: it is read, or refused; and what is read has its type."""
    photo = kinds.Photo("ab" * 32, "cheek", "image/jpeg", 7)
    [content] = [one for one in (*contents, photo) if lines.kind_of(one) == kind]
    whole = lines.encode(Entry("1", kind, "2026-03-01", "2026-03-01T20:00:00Z", content))
    for one in fields(content):
        for junk in JUNK:
            try:
                entry = lines.decode(whole | {"content": whole["content"] | {one.name: junk}})
            except InvalidRequest:
                continue
            assert lines.decode(json.loads(json.dumps(lines.encode(entry)))) == entry
            assert type(getattr(entry.content, one.name)) in ALLOWED[str(one.type)]


ALLOWED: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "float": (float,),
    "int": (int,),
    "bool": (bool,),
    "float | None": (float, type(None)),
    "int | None": (int, type(None)),
    "tuple[str, ...]": (tuple,),
    "tuple[int, ...]": (tuple,),
    "tuple[float, ...]": (tuple,),
    "Mapping[str, float] | None": (dict, type(None)),
}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "no JSON"),
        (b"\xff", "UTF-8"),
        (b'{"nrs": NaN}', "NaN is no number"),
        (b'{"nrs": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1, "a": 2}', "“a” stands twice"),
        (b"[1]", "no JSON object"),
        (b"[" * 100_000, "too deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"a": 1} {"b": 2}', "no JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "no JSON"),
    ],
)
def test_a_line_that_is_no_object(line: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        lines.parse_line(line)


def test_a_row_written_before_a_field_came_takes_its_default() -> None:
    row = lines.to_row(Entry("1", "pain", "2026-03-01", "2026-03-01T20:00:00Z", Pain(4.0)))
    assert row.content == '{"asked":"average","nrs":4.0}'
    older = lines.from_row(type(row)(row.id, row.kind, row.at, row.recorded, '{"nrs":4.0}', None, ""))
    assert older.content == Pain(4.0)
