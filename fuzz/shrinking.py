"""A finding made small: pieces are left out for as long as the same rule is broken."""

from __future__ import annotations

import time

from fuzz.judging import judge
from fuzz.samples import Sample

MOST_SECONDS = 30.0


def shrink(sample: Sample, finding: str) -> Sample:
    """A sample as small as a short search finds, with the same finding read or stored."""
    stored = judge(sample).finding != finding
    deadline = time.monotonic() + MOST_SECONDS

    def holds(candidate: Sample) -> bool:
        return time.monotonic() < deadline and judge(candidate, stored=stored).finding == finding

    for place in reversed(range(len(sample.members))):
        without = Sample(sample.kind, sample.members[:place] + sample.members[place + 1 :], sample.archive, sample.torn)
        if without.members and holds(without):
            sample = without
    for place in range(len(sample.members)):
        sample = shrink_member(sample, place, holds)
    return sample


def shrink_member(sample: Sample, place: int, holds: object) -> Sample:
    """Leave out ever smaller pieces of one member."""
    assert callable(holds)
    step = max(1, len(sample.members[place][1]) // 2)
    while step:
        start = 0
        while start < len(content := sample.members[place][1]):
            candidate = sample.with_content(place, content[:start] + content[start + step :])
            if holds(candidate):
                sample = candidate
            else:
                start += step
        step //= 2
    return sample
