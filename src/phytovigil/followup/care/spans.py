"""Stretches of days on which something holds: sorted, apart from one another, both ends in, as ordinals of dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as possible; an empty span (last before first) is left out.

    >>> join_spans([(5, 6), (1, 2), (3, 3), (9, 8)])
    [(1, 3), (5, 6)]
    """
    joined: list[Span] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def meet_spans(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """Days in both.

    >>> meet_spans([(1, 5), (8, 9)], [(4, 8)])
    [(4, 5), (8, 8)]
    """
    met, at, beside = [], 0, 0
    while at < len(left) and beside < len(right):
        first, last = max(left[at][0], right[beside][0]), min(left[at][1], right[beside][1])
        if first <= last:
            met.append((first, last))
        if left[at][1] < right[beside][1]:
            at += 1
        else:
            beside += 1
    return met


def touches(span: Span, spans: Sequence[Span]) -> bool:
    """Whether a span shares a day with any of these.

    >>> touches((3, 4), [(1, 2), (4, 9)]), touches((3, 3), [(1, 2), (4, 9)])
    (True, False)
    """
    return any(first <= span[1] and span[0] <= last for first, last in spans)
