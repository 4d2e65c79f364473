"""The command line: arguments in, the workspace called, the answer printed. No data library is loaded for `--help`."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from phytovigil.errors import PhytovigilError

TRACEBACK_VARIABLE = "PHYTOVIGIL_TRACEBACK"
INTERRUPTED = 130


def main() -> None:
    """Run the command line; every error a user can cause ends in one line and its exit code."""
    write_utf8()
    interrupts = note_interrupts()
    try:
        sys.exit(run_command())
    except PhytovigilError as error:
        if interrupts:
            end_interrupted()
        report_error(str(error), type(error).__name__, error.exit_code)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        end_interrupted()
    except BrokenPipeError:
        # The reader of our output has gone (as `| head` does); nothing is wrong and nobody listens.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if interrupts:
            end_interrupted()
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        said = f"This is a defect of the program: {type(error).__name__}: {error}"
        report_error(f"{said}. Set {TRACEBACK_VARIABLE}=1 to see where.", "Defect", 1)
        sys.exit(1)


def note_interrupts() -> list[int]:
    """The Ctrl-Cs that arrive from now on: a library may turn one that reaches it into an error of its own."""
    import signal
    import threading

    seen: list[int] = []

    def note(number: int, frame: Any) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, note)
    return seen


def end_interrupted() -> NoReturn:
    """Stop after a Ctrl-C, in one line."""
    report_error("Interrupted; the store is as it was.", "Interrupted", INTERRUPTED)
    sys.exit(INTERRUPTED)


def write_utf8() -> None:
    """Write the same bytes under every locale; a terminal of another encoding shows what it can."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and stream.isatty():
            reconfigure(errors="replace")
        elif reconfigure:
            reconfigure(encoding="utf-8")


def run_command() -> int:
    """Parse the arguments and run the command; returns the exit code of one that stops early."""
    from phytovigil.cli.app import app

    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return refuse_arguments(error)
    except SystemExit as stop:
        # Rich and Typer turn a broken pipe into this code; no command of ours ends so.
        if stop.code == 1:
            raise BrokenPipeError from stop
        raise
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def refuse_arguments(error: Any) -> int:
    """One line for arguments that the command does not take; the help where there were none at all."""
    command = error.ctx.command_path if error.ctx else "phytovigil"
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        said = error.format_message().rstrip(".")
        report_error(f"{said}. `{command} --help` shows what it takes.", "InvalidRequest", error.exit_code)
    return int(error.exit_code)


def report_error(message: str, kind: str, exit_code: int, *, answered: bool = False) -> None:
    """One line on standard error; with --json also as JSON on standard output, unless an answer went there."""
    line = " ".join(message.split())
    print(f"phytovigil: {line}", file=sys.stderr)
    if "--json" in sys.argv and not answered:
        import json

        error = {"kind": kind, "message": line, "exit_code": exit_code}
        print(json.dumps({"schema": "phytovigil/error/1", "error": error}, ensure_ascii=False))
