"""What makes the command line pleasant: speed, tables that fit, completion, quiet pipes, a clean Ctrl-C."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from phytovigil.cli.app import app

Terminal = Callable[..., list[str]]


def find_commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and of every group of commands."""
    yield path
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from find_commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = list(find_commands(typer.main.get_command(app)))


SHOW_HELP = """
import contextlib, io, json, sys
from phytovigil.cli import main

heavy = {"duckdb", "numpy", "scipy", "pyarrow", "altair", "jinja2", "httpx", "openpyxl", "rapidfuzz", "pandas"}
heavy |= {"apsw", "cryptography", "cv2", "colour", "fhir", "PIL"}
for words in json.load(sys.stdin):
    sys.argv = ["phytovigil", *words, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        main()
    print(json.dumps([said.getvalue(), sorted(heavy & set(sys.modules))]))
"""


@pytest.fixture(scope="module")
def help_pages(environment: dict[str, str]) -> dict[tuple[str, ...], tuple[str, list[str]]]:
    """What every command says with --help, and the heavy libraries loaded by then, all in one process."""
    narrow = {**environment, "COLUMNS": "80"}
    command = [sys.executable, "-c", SHOW_HELP]
    done = subprocess.run(command, env=narrow, input=json.dumps(COMMANDS), capture_output=True, text=True, check=True)
    return dict(zip(COMMANDS, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_fits_and_loads_little(help_pages: dict[Any, tuple[str, list[str]]], words: tuple[str, ...]) -> None:
    said, heavy = help_pages[words]
    assert said.startswith("Usage: ")
    assert f"phytovigil {' '.join(words)}".strip() in said
    assert max(map(len, said.splitlines())) <= 80
    assert heavy == []


@pytest.mark.parametrize("words", [(), ("study",), ("examine", "regression"), ("cases", "link")], ids=" ".join)
def test_help_is_quick(environment: dict[str, str], words: tuple[str, ...]) -> None:
    """A generous bound against accidents: 0.3 s is usual on an idle machine."""
    best = 9.0
    for _ in range(2):
        start = time.perf_counter()
        command = [sys.executable, "-m", "phytovigil", *words, "--help"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        best = min(best, time.perf_counter() - start)
        if best < 0.3:
            break
    assert best < 2.0
    assert done.stdout.startswith("Usage: ")


def read_terminal(side: int, into: list[bytes]) -> None:
    """Everything that is written to a pseudo-terminal, until its other side closes."""
    try:
        while chunk := os.read(side, 65536):
            into.append(chunk)
    except OSError:  # Linux ends a pseudo-terminal this way
        return


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Run a command with standard output (or error) on a terminal of 80 columns; returns its lines, bare."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "50")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*args: object, stream: str = "stdout") -> list[str]:
        from phytovigil.cli import main

        ours, theirs = pty.openpty()
        said: list[bytes] = []
        reader = threading.Thread(target=read_terminal, args=(ours, said))
        reader.start()
        monkeypatch.setattr(sys, "argv", ["phytovigil", *map(str, args)])
        with monkeypatch.context() as swapped:
            other = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
            swapped.setattr(sys, "stdout", other)
            swapped.setattr(sys, "stderr", other)
            swapped.setattr(sys, stream, os.fdopen(theirs, "w", encoding="utf-8"))
            with pytest.raises(SystemExit) as stop:
                main()
            getattr(sys, stream).close()
        reader.join()
        os.close(ours)
        assert stop.value.code == 0
        return bare(b"".join(said).decode("utf-8")).split("\n")

    return run


def bare(text: str) -> str:
    """Text without colours, cursor movements and carriage returns."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


KRATOM_JAUNDICE = ("--product", "kratom", "--reaction", "jaundice", "--role", "any", "--source", "caers")


@pytest.mark.parametrize(
    "question",
    [
        ("releases", "--verify"),
        ("quarantine",),
        ("count", "--product", "kratom", "--reaction", "jaundice", "--role", "any", "--source", "caers", "--cases"),
        ("count", "--product", "kratom", "--reaction", "itch", "--source", "faers-dashboard"),
        ("signals", "--product", "kratom", "--role", "any", "--source", "caers"),
        ("signals", "--product", "green-tea", "--source", "caers", "--min-cases", "2"),
        (
            "signals",
            "--product",
            "kava",
            "--source",
            "caers",
            "--measure",
            "oe",
            "--test",
            "fisher",
            "--stratum",
            "sex",
        ),
        ("screen", "--source", "caers", "--measure", "ic", "--measure", "oe"),
        ("examine", "strata", *KRATOM_JAUNDICE, "--by", "sex", "--by", "age"),
        ("examine", "subgroups", *KRATOM_JAUNDICE, "--by", "age"),
        ("examine", "masking", *KRATOM_JAUNDICE),
        ("examine", "regression", *KRATOM_JAUNDICE),
        ("examine", "interaction", *KRATOM_JAUNDICE),
        ("examine", "trend", *KRATOM_JAUNDICE, "--period", "year"),
        ("examine", "sequential", *KRATOM_JAUNDICE),
        ("examine", "lrt", "--product", "kratom", "--role", "any", "--source", "caers", "--replicates", "999"),
        ("examine", "hierarchy", "--product", "kratom", "--role", "any", "--source", "caers"),
        ("cases", "link", "--source", "faers-dashboard"),
        ("cases", "duplicates", "--source", "faers-dashboard", "--most", "3"),
        ("cases", "compare", "20321650", "21725394", "--source", "faers-dashboard"),
        ("sources",),
        ("products", "find", "krat"),
        ("products", "explain", "KETUM GEL AND KRATOM POWDER"),
        ("reactions", "list"),
        ("reactions", "show", "liver-injury"),
        ("schema",),
        ("examine", "subgroups", "--product", "green-tea", "--reaction", "liver-injury", "--by", "serious"),
        ("examine", "masking", "--product", "green-tea", "--reaction", "NAUSEA", "--reported", "--source", "caers"),
    ],
    ids=lambda value: " ".join(value[:3]),
)
def test_answer_fits_80_columns(on_terminal: Terminal, store: Path, question: tuple[str, ...]) -> None:
    in_store = question[0] in ("releases", "quarantine", "count", "signals", "screen", "examine", "cases")
    lines = on_terminal(*question, *(("--store", store) if in_store else ()))
    assert len(lines) > 2
    assert [line for line in lines if len(line) > 80] == []


def test_signals_are_readable_in_80_columns(on_terminal: Terminal, store: Path) -> None:
    """One line a reaction, with its counts and an interval that is not torn apart."""
    lines = on_terminal("signals", "--product", "kratom", "--role", "any", "--source", "caers", "--store", store)
    row = next(line for line in lines if line.startswith("dependence-withdrawal/narrow"))
    assert re.fullmatch(r"dependence-withdrawal/narrow +6 +0\.18 +3\.26 \(1\.88 to 4\.18\) +signal *", row)


def test_study_fits_80_columns(on_terminal: Terminal, store: Path, tmp_path: Path) -> None:
    study = tmp_path / "kava.toml"
    study.write_text(
        '[study]\nname = "kava"\ntitle = "Kava"\nquestion = "Is kava linked to harm?"\nproduct = "kava"\n'
        'outcomes = ["jaundice", "skin-pigmentation", "dependence-withdrawal"]\nsources = ["caers"]\n'
    )
    lines = on_terminal("study", study, "--store", store, "--out", tmp_path / "out")
    assert [line for line in lines if len(line) > 80 and str(tmp_path) not in line] == []
    assert any(line.startswith("Jaundice ") and line.rstrip().endswith("disproportionate") for line in lines)


def test_ledger_of_an_ingest_fits_80_columns(on_terminal: Terminal, run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("simulate", tmp_path / "made", "--reports", "50", "--quarters", "2018Q4..2019Q1").code == 0
    for shown in (("ingest", tmp_path / "made"), ("releases",)):
        lines = on_terminal(*shown, "--store", tmp_path / "store")
        assert any("faers-2019-03-31-" in line for line in lines)
        assert [line for line in lines if len(line) > 80] == []


def test_progress_is_shown_to_people_only(
    on_terminal: Terminal, run: Callable[..., Any], write_caers: Callable[..., Path], tmp_path: Path
) -> None:
    file = write_caers("progress.csv", *({"case": str(number)} for number in range(2_000)))
    watched = on_terminal("ingest", file, "--store", tmp_path / "one", stream="stderr")
    assert any("progress.csv" in line for line in watched)
    assert on_terminal("ingest", file, "--store", tmp_path / "quiet", "--json", stream="stderr") == [""]
    unwatched = run("ingest", file, "--store", tmp_path / "two", "--json")
    assert unwatched.err == ""
    assert json.loads(unwatched.out)["reports"] == 2_000


def test_reader_that_leaves_is_no_error(environment: dict[str, str], store: Path) -> None:
    """`| head -1` closes the pipe while the program still writes."""
    signals = f"signals --product green-tea --min-cases 1 --source caers --store {store}"
    for arguments in (signals, f"{signals} --json", f"{signals} --format csv", "reactions list"):
        command = f"set -o pipefail; {sys.executable} -m phytovigil {arguments} | head -1"
        done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\n") == 1


def test_interrupt_ends_in_one_line_and_leaves_the_store(
    environment: dict[str, str],
    run: Callable[..., Any],
    shared_data: Path,
    write_caers: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """What was staged is invisible, and the next writer clears it away."""
    store = tmp_path / "store"
    file = shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip"
    command = [sys.executable, "-m", "phytovigil", "ingest", str(file), "--store", str(store)]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list(store.glob("staging/*")) and started.poll() is None:
        time.sleep(0.02)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (130, "")
    assert err == "phytovigil: Interrupted; the store is as it was.\n"
    assert json.loads(run("releases", "--store", store, "--json").out)["releases"] == []
    assert run("ingest", write_caers("next.csv", {"case": "1"}), "--store", store).code == 0
    assert list(store.glob("staging/*")) == []


@pytest.mark.parametrize("locale", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_same_text_under_every_locale(
    environment: dict[str, str], run: Callable[..., Any], store: Path, locale: dict[str, str]
) -> None:
    question = ["count", "--product", "kava", "--reaction", "jaundice", "--source", "caers", "--store", str(store)]
    plain = {**environment, **locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for extra in ([], ["--json"]):
        command = [sys.executable, "-m", "phytovigil", *question, *extra]
        done = subprocess.run(command, env=plain, capture_output=True, check=True)
        assert done.stdout.decode("utf-8") == run(*question, *extra).out


def test_version(run: Callable[..., Any]) -> None:
    import phytovigil

    assert run("--version").out == f"phytovigil {phytovigil.__version__}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["count", "--product", "krat"], {"kratom", "kratom-leaf"}),
        (["count", "--reaction", "ja"], {"jaundice"}),
        (["count", "--source", ""], {"caers", "faers-dashboard"}),
        (["reactions", "show", "skin"], {"skin-pigmentation", "skin-depigmentation"}),
        (["schema", "reac"], {"reactions-list", "reactions-show"}),
        (["cou"], {"count"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_completion_offers_names(environment: dict[str, str], typed: list[str], offered: set[str]) -> None:
    """As a shell asks: the words so far in the environment, the offers on standard output."""
    words = ["phytovigil", *typed]
    asking = {
        "_PHYTOVIGIL_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    program = "import sys\nsys.argv = ['phytovigil']\nfrom phytovigil.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**environment, **asking}, capture_output=True, text=True, check=False
    )
    assert offered <= set(done.stdout.split()), done.stderr
    assert done.stderr == ""
