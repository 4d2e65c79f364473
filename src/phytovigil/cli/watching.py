"""What a person sees while they wait, on standard error; nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.progress import Progress

BAR_WIDTH = 18
"""Columns of a bar that leave room for the file, the bytes, the rate and the time in a terminal of 80."""


class Watch(NamedTuple):
    """Where to report to: bytes done (name, done, total), and sentences. None where nobody watches."""

    progress: Callable[[str, int, int], None] | None
    notice: Callable[[str], None] | None


@contextmanager
def watching(quiet: bool, *, together: bool = False) -> Iterator[Watch]:
    """Bars over bytes with rate and time left, on a terminal and unless it shall be quiet.

    together : one bar for all files, named by the current one; else a bar for each.
    """
    if quiet or not sys.stderr.isatty():
        yield Watch(None, None)
        return
    with make_bars() as bars:
        tasks: dict[str, Any] = {}

        def show(name: str, done: int, total: int) -> None:
            key, label = "" if together else name, PurePath(name).name
            if key not in tasks:
                tasks[key] = bars.add_task(label, total=total)
            bars.update(tasks[key], completed=done, description=label)

        yield Watch(show, lambda said: bars.console.print(said, markup=False, highlight=False))


@contextmanager
def watching_pairs(quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar over pairs, on a terminal and unless it shall be quiet: called with what is done, pairs done, all pairs."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(BAR_WIDTH), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("counting", total=None)

        def show(stage: str, done: int, total: int) -> None:
            bars.update(task, description=f"{stage} pairs", completed=done, total=total or None)

        yield show


def make_bars() -> Progress:
    """Bars that vanish when all is done."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.table import Column

    return Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
        BarColumn(BAR_WIDTH),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
