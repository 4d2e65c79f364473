"""Whatever a diary holds, a draft can be made of it, confirmed to its end, and read back."""

from __future__ import annotations

import json
import tomllib
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.schema.case_draft import CONFIRMED, LEFT_OUT
from phytovigil.schema.diary import (
    OUTCOMES,
    RISKS,
    SERIOUS,
    Alcohol,
    Content,
    Course,
    Entries,
    Entry,
    Event,
    Itch,
    Lab,
    Person,
    Risk,
    Use,
)
from phytovigil.study.case_files import parse_case
from phytovigil.study.following.drafting import (
    confirm_field,
    describe_draft,
    draft_report,
    is_complete,
    to_case_file,
)

DAY = date(2026, 6, 1)
RECORDED = "2026-05-01T20:00:00.000+00:00"
DAYS = st.dates(date(2026, 1, 1), date(2026, 5, 31)).map(str)
MAYBE_DAYS = st.one_of(st.just(""), DAYS)
NAMES = st.sampled_from(["kratom", "Kratom  tea", "st john's/wort", "", "“quoted” \\ name", "x\x7f\x00y"])
YES_NO = st.sampled_from(["yes", "no", "unknown"])
AMOUNTS = st.floats(0, 1e4)

EVENTS = st.builds(
    Event,
    NAMES,
    st.sampled_from(["", "darker-skin", "no-such-term"]),
    started=MAYBE_DAYS,
    ended=MAYBE_DAYS,
    outcome=st.sampled_from(OUTCOMES),
    serious=st.lists(st.sampled_from(SERIOUS), max_size=2, unique=True).map(tuple),
    improved_off=YES_NO,
    back_on=YES_NO,
)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    started, stopped = sorted((draw(DAYS), draw(DAYS)))
    whole = draw(st.booleans())
    return Course(draw(NAMES), "", started if whole else "", stopped if whole else "", medicine=draw(st.booleans()))


CONTENTS: st.SearchStrategy[tuple[str, Content]] = st.one_of(
    st.tuples(
        st.just("person"), st.builds(Person, st.sampled_from(["female", "other"]), st.one_of(st.none(), st.just(1970)))
    ),
    st.tuples(st.just("course"), courses()),
    st.tuples(st.just("use"), st.builds(Use, NAMES, st.just(""), st.one_of(st.none(), AMOUNTS), st.just("g"))),
    st.tuples(st.just("event"), EVENTS),
    st.tuples(st.just("lab"), st.builds(Lab, st.just("alt"), AMOUNTS, st.just("U/L"), st.sampled_from([None, 40.0]))),
    st.tuples(st.just("risk"), st.builds(Risk, st.sampled_from(sorted(RISKS)), YES_NO, NAMES)),
    st.tuples(st.just("alcohol"), st.builds(Alcohol, st.floats(0, 50))),
    st.tuples(st.just("itch"), st.builds(Itch, st.floats(0, 10))),
)


@given(EVENTS, st.lists(st.tuples(CONTENTS, DAYS), max_size=7), st.integers(0, 2**16))
@settings(max_examples=12, deadline=None)
def test_any_draft_can_be_confirmed_to_its_end(
    event: Event, said: list[tuple[tuple[str, Content], str]], choice: int
) -> None:
    """choice : which fields the person leaves out, by their place."""
    listed = [(("event", event), "2026-04-01"), *said]
    entries = Entries(
        Entry(f"e{place}", kind, at, RECORDED, content) for place, ((kind, content), at) in enumerate(listed)
    )
    first = draft_report(entries, "e0", DAY)
    assert all(field.value or field.why for field in first.fields)
    assert {entry for field in first.fields for entry in field.entries} <= {entry.id for entry in entries}
    left = set()
    while open_ := (draft := draft_report(entries, "e0", DAY)).open:
        field = open_[0]
        out = not field.required and choice % (2 + len(left) + len(entries) % 3) == 0
        left |= {field.key} if out else set()
        word = confirm_field(draft, field.key, LEFT_OUT if out else CONFIRMED)
        entries = Entries([*entries, Entry(f"w{len(entries):05}", "answered", "2026-05-01", RECORDED, word)])
    assert {field.key for field in draft.fields if field.state == LEFT_OUT} == left
    assert all(not field.value for field in draft.fields if field.key in left)
    assert is_complete(draft) == (not draft.missing)
    assert json.loads(describe_draft(draft, "json"))["fields"] == tomllib.loads(describe_draft(draft, "toml"))["field"]
    if is_complete(draft):
        assert parse_case(to_case_file(draft)).facts.onset == ("" if "reaction/start" in left else draft_start(first))


def draft_start(draft: object) -> str:
    """First day of the event in the untouched draft."""
    return next(field.value for field in draft.fields if field.key == "reaction/start")  # type: ignore[attr-defined]
