"""Spans of days against sets of days."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from phytovigil.followup.care.spans import Span, join_spans, meet_spans, touches

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def days(spans: list[Span]) -> set[int]:
    return {day for first, last in spans for day in range(first, last + 1)}


@given(SPANS)
def test_joined_spans_hold_the_same_days_apart_from_one_another(spans: list[Span]) -> None:
    joined = join_spans(spans)
    assert days(joined) == days(spans)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(joined))


@given(SPANS, SPANS)
def test_met_spans_hold_the_days_in_both(left: list[Span], right: list[Span]) -> None:
    met = meet_spans(join_spans(left), join_spans(right))
    assert days(met) == days(left) & days(right)
    assert met == sorted(met)


@given(st.tuples(st.integers(0, 40), st.integers(0, 40)), SPANS)
def test_touching_is_sharing_a_day(span: Span, spans: list[Span]) -> None:
    joined = join_spans(spans)
    if span[0] <= span[1]:
        assert touches(span, joined) == bool(days([span]) & days(joined))
