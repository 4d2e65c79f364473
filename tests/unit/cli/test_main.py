"""Every way in which a command can end."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from phytovigil import cli, errors
from phytovigil.cli import app as commands

Ended = tuple[int, str, str]
Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; returns code, standard output and standard error."""

    def run(*args: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["phytovigil", *args])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capfd.readouterr()
        return int(stop.value.code or 0), out, err

    return run


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make the command `sources` end in an error."""

    def fail_with(error: BaseException) -> None:
        def workspace(store: object) -> None:
            raise error

        monkeypatch.setattr(commands, "workspace", workspace)

    return fail_with


KINDS = [
    (errors.InvalidRequest("Asked. Found."), 2),
    (errors.UnknownName("product", "kvaa", "vocabulary", ["kava"]), 3),
    (errors.UnreadableFile("Asked. Found."), 4),
    (errors.InvalidStudy("Asked. Found."), 5),
    (errors.InvalidVocabulary("Asked. Found."), 5),
    (errors.StoreLocked("Asked. Found."), 6),
    (errors.EmptyStore("Asked. Found."), 6),
    (errors.DamagedStore("Asked. Found.", "Do."), 6),
    (errors.NoAnswer("Asked. Found."), 7),
    (errors.InvalidCounts("Asked. Found."), 7),
    (errors.NetworkError("Asked.\nFound."), 8),
]


@pytest.mark.parametrize(("error", "code"), KINDS, ids=lambda value: type(value).__name__)
def test_error_of_a_user_is_one_line(
    run: Run, failing: Callable[[BaseException], None], error: errors.PhytovigilError, code: int
) -> None:
    failing(error)
    line = " ".join(str(error).split())
    assert run("sources") == (code, "", f"phytovigil: {line}\n")
    ended, out, err = run("sources", "--json")
    assert (ended, err) == (code, f"phytovigil: {line}\n")
    assert json.loads(out) == {
        "schema": "phytovigil/error/1",
        "error": {"kind": type(error).__name__, "message": line, "exit_code": code},
    }


def test_defect_is_said_to_be_one(
    run: Run, failing: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(ZeroDivisionError("division by zero"))
    code, out, err = run("sources")
    assert (code, out) == (1, "")
    assert "defect of the program: ZeroDivisionError: division by zero" in err
    assert cli.TRACEBACK_VARIABLE in err
    monkeypatch.setenv(cli.TRACEBACK_VARIABLE, "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_interrupt(run: Run, failing: Callable[[BaseException], None]) -> None:
    failing(KeyboardInterrupt())
    assert run("sources") == (130, "", "phytovigil: Interrupted; the store is as it was.\n")


@pytest.mark.parametrize("error", [OSError(errno.EPIPE, "gone"), SystemExit(1)])
def test_reader_that_left(
    error: BaseException, failing: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Standard output is put aside, so that its closing cannot fail either; here it is a file of our own."""
    failing(error)
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "argv", ["phytovigil", "sources"])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert stop.value.code == 0
        assert os.fstat(out.fileno()).st_rdev == os.stat(os.devnull).st_rdev


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["bogus"], "bogus"),
        (["sources", "extra"], "extra"),
        (["sources", "--colour"], "--colour"),
        (["count"], "--product"),
        (["signals", "--product", "kava", "--min-cases", "many"], "--min-cases"),
        (["products", "bogus"], "bogus"),
    ],
)
def test_wrong_arguments_are_one_line_too(run: Run, args: list[str], said: str) -> None:
    code, out, err = run(*args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("phytovigil: ")
    assert said in err
    assert "--help` shows what it takes." in err
    assert json.loads(run(*args, "--json")[1])["error"]["exit_code"] == 2


@pytest.mark.parametrize("args", [[], ["products"], ["reactions"], ["fetch"]])
def test_no_arguments_show_the_help(run: Run, args: list[str]) -> None:
    code, out, err = run(*args)
    assert code == 2
    assert "Usage: " in out + err
    assert "phytovigil: " not in err


def test_damage_is_told_once_with_json(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        def releases(self, *, verify: bool) -> dict[str, object]:
            return {"releases": [], "store": "here", "damaged": ["words/1.parquet"]}

    monkeypatch.setattr(commands, "workspace", lambda store: Damaged())
    code, out, err = run("releases", "--verify", "--json")
    assert code == 6
    assert json.loads(out)["damaged"] == ["words/1.parquet"]
    assert err.startswith("phytovigil: 1 files of the store are damaged: words/1.parquet.")


def test_early_exit_keeps_its_code(run: Run, failing: Callable[[BaseException], None]) -> None:
    failing(typer.Exit(5))
    assert run("sources") == (5, "", "")
