"""Progress is for people: on a terminal, unless it shall be quiet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pytest

from phytovigil.cli.watching import Watch, watching


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


@contextmanager
def on(terminal: io.StringIO, quiet: bool = False, *, together: bool = False) -> Iterator[Watch]:
    """Watching, with standard error there; pytest puts its own in place before each test."""
    with redirect_stderr(terminal), watching(quiet, together=together) as watch:
        yield watch


def drawn(terminal: Terminal) -> list[str]:
    """Lines that were drawn, without colours and cursor movements."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", terminal.getvalue()).replace("\r", "").split("\n")


def test_nobody_watches_a_pipe() -> None:
    with on(io.StringIO()) as watch:
        assert watch == Watch(None, None)


def test_quiet_is_quiet_on_a_terminal_too(terminal: Terminal) -> None:
    with on(terminal, True, together=True) as watch:
        assert watch == Watch(None, None)
    assert terminal.getvalue() == ""


def test_one_bar_goes_over_all_files(terminal: Terminal) -> None:
    with on(terminal, together=True) as watch:
        assert watch.progress
        watch.progress("a.zip/ascii/DEMO19Q1.txt", 1_000_000, 8_000_000)
        watch.progress("a.zip/ascii/DRUG19Q1.txt", 6_000_000, 8_000_000)
    last = "".join(drawn(terminal)).rpartition("DRUG19Q1.txt")[2]
    assert "a.zip" not in terminal.getvalue()
    assert "DEMO19Q1.txt" not in last
    assert "6.0/8.0 MB" in last


def test_bars_of_their_own_stay_side_by_side(terminal: Terminal) -> None:
    with on(terminal) as watch:
        assert watch.progress
        watch.progress("one.zip", 1_000_000, 2_000_000)
        watch.progress("two.zip", 3_000_000, 4_000_000)
    end = "".join(drawn(terminal))
    assert "1.0/2.0 MB" in end.rpartition("one.zip")[2]
    assert "3.0/4.0 MB" in end.rpartition("two.zip")[2]


def test_a_bar_fits_80_columns_whatever_the_file_is_called(terminal: Terminal) -> None:
    with on(terminal, together=True) as watch:
        assert watch.progress
        watch.progress("x" * 200 + ".txt", 123_456_789_012, 999_999_999_999)
    assert max(map(len, drawn(terminal))) <= 80
    assert "…" in terminal.getvalue()


def test_a_notice_is_said_as_it_is(terminal: Terminal) -> None:
    with on(terminal) as watch:
        assert watch.notice
        watch.notice("Taking in 2.1 GB of text; [bold] 1.0 GB are free.")
    assert "Taking in 2.1 GB of text; [bold] 1.0 GB are free." in "".join(drawn(terminal))
