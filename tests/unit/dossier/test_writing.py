"""The files: same findings, same bytes; the findings unchanged; a size that a phone can load."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.dossier import write_dossier
from phytovigil.dossier.page import render_page
from phytovigil.dossier.writing import dump_findings

RUN = """
import json, pathlib, sys
from phytovigil.dossier import write_dossier
write_dossier(json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8")), pathlib.Path(sys.argv[2]))
"""


def hash_folder(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_findings_are_written_as_they_are(findings: dict[str, Any]) -> None:
    text = dump_findings(findings)
    assert json.loads(text) == findings
    assert list(json.loads(text)) == list(findings)
    assert "Norén" in text


def test_the_same_findings_give_the_same_bytes(findings: dict[str, Any], tmp_path: Path) -> None:
    """Here and in two new processes that hash strings differently."""
    paths = write_dossier(findings, tmp_path / "0")
    for seed in ("11", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", RUN, str(tmp_path / "0" / "findings.json"), str(tmp_path / seed)]
        subprocess.run(command, check=True, env=environment, timeout=300)
    first, second, third = (hash_folder(tmp_path / name) for name in ("0", "11", "4242"))
    assert first == second == third
    assert sorted(first) == sorted(path.relative_to(tmp_path / "0").as_posix() for path in paths)
    assert {"dossier.html", "findings.json", "figures/forest-demo.svg", "figures/who-list.svg"} < set(first)


def test_a_long_case_list_stays_small(build_findings: Callable[..., dict[str, Any]]) -> None:
    page = render_page(build_findings(1503), [])
    assert page.count('<tr id="list-case-') == 1503
    assert len(page.encode("utf-8")) < 3_000_000


def test_a_number_that_json_cannot_hold_is_refused(findings: dict[str, Any], tmp_path: Path) -> None:
    findings["sources"][0]["pairs"][0]["expected"] = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_dossier(findings, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_importing_the_room_loads_no_drawing_library() -> None:
    code = "import sys, phytovigil.dossier; print([m for m in ('altair', 'vl_convert', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_figure_of_an_earlier_run_goes_and_a_strangers_file_stays(findings: dict[str, Any], tmp_path: Path) -> None:
    figures = tmp_path / "figures"
    figures.mkdir()
    for name in ("forest-a-source-of-last-week.svg", "my-own.svg"):
        (figures / name).write_text("<svg/>")
    written = write_dossier(findings, tmp_path)
    left = {path.name for path in figures.iterdir()}
    assert left == {path.name for path in written if path.suffix == ".svg"} | {"my-own.svg"}
