"""Reading ahead in a thread changes nothing but the time it takes; the need of disk is told before anything is read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phytovigil.errors import StoreError, UnreadableFile
from phytovigil.sources import READERS, Intake, RawFile
from phytovigil.study import pacing
from phytovigil.study.pacing import Closed, Step, read_ahead, require_space, space_needed


def readers_alive() -> int:
    return sum(thread.name == "read ahead" for thread in threading.enumerate())


def test_steps_come_in_their_order() -> None:
    steps: list[Step] = [Closed() for _ in range(50)]
    found = list(read_ahead(iter(steps)))
    assert all(got is given for got, given in zip(found, steps, strict=True))
    assert readers_alive() == 0


def test_what_reading_raises_is_raised_where_the_steps_are_used() -> None:
    def broken() -> Iterator[Step]:
        yield Closed()
        raise UnreadableFile("made-up.txt is cut short.")

    steps = read_ahead(broken())
    assert isinstance(next(steps), Closed)
    with pytest.raises(UnreadableFile, match="cut short"):
        next(steps)
    assert readers_alive() == 0


def test_a_caller_that_stops_early_stops_the_reader() -> None:
    made = 0

    def endless() -> Iterator[Step]:
        nonlocal made
        while True:
            made += 1
            yield Closed()

    steps = read_ahead(endless())
    next(steps)
    steps.close()
    assert readers_alive() == 0
    after = made
    time.sleep(0.05)
    assert made == after


def test_no_more_is_read_ahead_than_was_promised() -> None:
    made = 0

    def counted() -> Iterator[Step]:
        nonlocal made
        for _ in range(100):
            made += 1
            yield Closed()

    steps = read_ahead(counted())
    next(steps)
    time.sleep(0.1)
    assert made <= pacing.READ_AHEAD + 2
    steps.close()


def intake(size: int) -> Intake:
    return Intake(READERS[0], (RawFile("made-up.csv", Path("made-up.csv"), "", size),), None)


def test_room_is_needed_for_what_stays_and_for_the_largest_release_on_its_way() -> None:
    alone, two = space_needed([intake(1000)]), space_needed([intake(1000), intake(400)])
    assert alone == 1000 * (pacing.SHARE_STORED + pacing.SHARE_STAGED)
    assert two == alone + 400 * pacing.SHARE_STORED


def test_a_disk_that_is_too_small_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"needs up to .* GB of disk; .* GB are free") as caught:
        require_space(tmp_path, [intake(10**18)])
    assert caught.value.exit_code == 6
    require_space(tmp_path, [intake(10**3)])
