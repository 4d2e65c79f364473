"""The command line: arguments in, the workspace called, the answer printed. No data library is loaded for `--help`."""

from __future__ import annotations

import os
import sys

TRACEBACK_VARIABLE = "PHYTOVIGIL_TRACEBACK"


def main() -> None:
    """Run the command line; every error a user can cause ends in one line and its exit code."""
    from phytovigil.cli.app import app
    from phytovigil.errors import PhytovigilError

    try:
        app()
    except PhytovigilError as error:
        report_error(str(error), type(error).__name__, error.exit_code)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        report_error("Interrupted; the store is as it was.", "Interrupted", 130)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (as `| head` does); nothing is wrong and nobody listens.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        said = f"This is a defect of the program: {type(error).__name__}: {error}"
        report_error(f"{said}. Set {TRACEBACK_VARIABLE}=1 to see where.", "Defect", 1)
        sys.exit(1)


def report_error(message: str, kind: str, exit_code: int) -> None:
    """One line on standard error; with --json also the error as JSON on standard output."""
    line = " ".join(message.split())
    print(f"phytovigil: {line}", file=sys.stderr)
    if "--json" in sys.argv:
        import json

        error = {"kind": kind, "message": line, "exit_code": exit_code}
        print(json.dumps({"schema": "phytovigil/error/1", "error": error}, ensure_ascii=False))
