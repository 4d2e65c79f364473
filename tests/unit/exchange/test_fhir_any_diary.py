"""Whatever a diary holds, its bundle is one that the library reads, and nothing of it is lost."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from types import NoneType
from typing import Any, get_args, get_type_hints

from fhir.resources.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import InvalidRequest
from phytovigil.exchange.fhir import make_bundle
from phytovigil.schema.diary import ANALYTES, KINDS, Content, Entry

DAY = date(2026, 6, 1)
TEXTS = st.text(max_size=12)
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31)).map(str)
MOMENTS = st.one_of(
    DAYS,
    st.datetimes(timezones=st.one_of(st.none(), st.timezones())).map(lambda one: one.isoformat()),
    st.sampled_from(["2026-W10-1", "20260301", "2026-03-01T08:30+14:30", "2026-03-01T08"]),
)
NUMBERS = st.one_of(st.floats(0, 1e6), st.integers(0, 100).map(float))


def value_of(hint: Any, metadata: Any) -> st.SearchStrategy[Any]:
    """What a field may hold, by its type and what stands in its metadata."""
    inner = [one for one in get_args(hint) if one is not NoneType]
    if NoneType in get_args(hint):
        return st.one_of(st.none(), value_of(inner[0], metadata))
    if metadata.get("one_of"):
        choices = st.sampled_from(metadata["one_of"])
        return st.lists(choices, max_size=3, unique=True).map(tuple) if hint is not str else choices
    if metadata.get("when"):
        return st.one_of(st.just(""), DAYS)
    low, high = metadata.get("least"), metadata.get("most")
    if hint is int:
        return st.integers(int(low or 0), int(high or 5))
    if hint is float:
        return st.floats(low if low is not None else -1e6, high if high is not None else 1e6)
    if hint is bool:
        return st.booleans()
    if hint is str:
        return TEXTS
    if inner[0] is str:
        several = st.lists(TEXTS, max_size=3).map(tuple)
        return st.dictionaries(TEXTS, st.floats(), max_size=3) if float in inner else several
    size = (
        st.lists(st.integers(0, 4), min_size=16, max_size=16) if inner[0] is int else st.lists(st.floats(), max_size=3)
    )
    return size.map(tuple)


@st.composite
def contents(draw: st.DrawFn, kind: str) -> Content:
    hints = get_type_hints(KINDS[kind])
    given_values = {one.name: draw(value_of(hints[one.name], one.metadata)) for one in fields(KINDS[kind])}
    if kind == "lab":
        analyte = draw(st.sampled_from(ANALYTES))
        given_values |= {
            "analyte": analyte,
            "unit": draw(st.sampled_from(["mg/dL", "umol/L"] if analyte == "bilirubin" else ["U/L", "ukat/L"])),
        }
    if kind == "withdrawal":
        given_values["total"] = None
    if kind == "period":
        given_values |= {"started": draw(DAYS), "stopped": draw(DAYS)}
    try:
        return KINDS[kind](**given_values)
    except InvalidRequest:
        return KINDS[kind](**given_values | {"started": "", "stopped": ""})


@st.composite
def diaries(draw: st.DrawFn) -> list[Entry]:
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=8))
    return [
        Entry(f"e{place}", kind, draw(MOMENTS), draw(MOMENTS), draw(contents(kind))) for place, kind in enumerate(kinds)
    ]


def find_faults(value: Any, path: str = "") -> list[str]:
    """Empty texts, lists and objects, and values beside the reason why there is none: FHIR allows none of them."""
    if isinstance(value, dict):
        odd = (
            [path]
            if not value or ("dataAbsentReason" in value and any(key.startswith("value") for key in value))
            else []
        )
        return odd + [fault for key, one in value.items() for fault in find_faults(one, f"{path}/{key}")]
    if isinstance(value, list):
        return ([] if value else [path]) + [fault for one in value for fault in find_faults(one, path)]
    return [path] if isinstance(value, str) and not value.strip() else []


@given(diaries(), st.booleans(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_diary_becomes_a_bundle_without_loss(entries: list[Entry], photos: bool, with_notes: bool) -> None:
    followed = [entry.id for entry in entries if entry.kind in ("course", "use")][::2]
    options: Any = {"followed": followed, "product": "kratom", "with_notes": with_notes}
    options |= {"read_photo": lambda sha256: sha256.encode() or None} if photos else {}
    made = make_bundle(entries, DAY, program="phytovigil", version="1", **options)
    assert sum(made.kept.values()) + len(made.left_out) == len(entries)
    read = Bundle.model_validate_json(made.content)
    assert Bundle.model_validate_json(read.model_dump_json()) == read
    plain = json.loads(made.content, parse_constant=lambda name: pytest_fail(name))
    assert find_faults(plain) == []
    urls = {entry["fullUrl"] for entry in plain["entry"]}
    inside = [one["resource"].get("identifier", [{}])[0].get("value") for one in plain["entry"]]
    assert sorted(filter(None, inside)) == sorted(
        {entry.id for entry in entries} - {one.entry for one in made.left_out}
    )
    assert len(urls) == len(plain["entry"])
    assert made.content == make_bundle(entries, DAY, program="phytovigil", version="1", **options).content


def pytest_fail(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")
