"""Every ```python block of README and docs runs, page by page, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[str]:
    return FENCE.findall(page.read_text(encoding="utf-8"))


DRIVER = '''
"""Run one page per line of JSON (program, folder, variables) in a fork, and say how it ended."""
import contextlib, json, os, runpy, sys, traceback
import duckdb, jinja2, numpy, pyarrow.csv, pyarrow.compute, pyarrow.parquet, scipy.optimize, scipy.stats
with contextlib.suppress(ImportError):
    import pandas  # Arrow loads it where it is installed
import phytovigil.study.workspace  # what is loaded here need not be loaded for every page
from phytovigil.vocabulary import load_products, load_reactions

load_reactions(), load_products().map_texts(["KRATOM", "KRATTON 4"])

def run(program, folder, variables):
    said = os.open(os.path.join(folder, "said"), os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1), os.dup2(said, 2)
    os.environ.update(variables)
    os.chdir(folder)
    sys.argv[:], sys.path[0] = [program], folder
    runpy.run_path(program, run_name="__main__")

for line in sys.stdin:
    child = os.fork()
    if not child:
        code = 1
        try:
            run(**json.loads(line))
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
'''

RunPage = Callable[[Path, Path], tuple[int, str]]
"""Program of a page and its folder -> exit status, and what it wrote."""


def variables(folder: Path) -> dict[str, str]:
    return {"PHYTOVIGIL_STORE": str(folder / "store"), "HOME": str(folder)}


@pytest.fixture(scope="module")
def run_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunPage]:
    """Each page in a process of its own: a fork of one that has the libraries loaded, where the system can fork."""
    if not hasattr(os, "fork"):
        yield run_anew
        return
    program = tmp_path_factory.mktemp("driver") / "driver.py"
    program.write_text(DRIVER, encoding="utf-8")
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, str(program)], **pipes) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None

        def run_forked(page: Path, folder: Path) -> tuple[int, str]:
            asked = {"program": page.name, "folder": str(folder), "variables": variables(folder)}
            print(json.dumps(asked), file=driver.stdin, flush=True)
            status = int(driver.stdout.readline())
            return status, (folder / "said").read_text("utf-8", "replace")

        yield run_forked
        driver.stdin.close()


def run_anew(page: Path, folder: Path) -> tuple[int, str]:
    """The program in a new process."""
    environment = {**os.environ, **variables(folder)}
    command = [sys.executable, page.name]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_file() and blocks(page)], ids=lambda p: p.name)
def test_python_blocks_run(run_page: RunPage, page: Path, tmp_path: Path) -> None:
    program = tmp_path / "page.py"
    program.write_text("\n".join(blocks(page)), encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    status, said = run_page(program, tmp_path)
    assert status == 0, f"{page.name}:\n{said[-2000:]}"


def test_a_page_that_fails_is_seen(run_page: RunPage, tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text("import phytovigil\nprint('so far')\nassert phytovigil.__version__ == ''\n")
    status, said = run_page(tmp_path / "page.py", tmp_path)
    assert status == 1
    assert said.startswith("so far\n")
    assert "AssertionError" in said


def test_there_are_pages_with_blocks() -> None:
    assert any(blocks(page) for page in PAGES if page.is_file())
