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

from phytovigil.dossier import make_dossier
from phytovigil.dossier.page import render_page
from phytovigil.dossier.writing import dump_findings

RUN = """
import hashlib, json, pathlib, sys
from phytovigil.dossier import make_dossier
files = make_dossier(json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8")))
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in files.items()}))
"""


def test_the_findings_are_written_as_they_are(findings: dict[str, Any]) -> None:
    text = dump_findings(findings)
    assert json.loads(text) == findings
    assert list(json.loads(text)) == list(findings)
    assert "Norén" in text


def test_the_same_findings_give_the_same_bytes(findings: dict[str, Any], tmp_path: Path) -> None:
    """Here and in a new process that hashes strings differently."""
    first = {name: hashlib.sha256(content).hexdigest() for name, content in make_dossier(findings).items()}
    (tmp_path / "findings.json").write_text(dump_findings(findings), encoding="utf-8")
    command = [sys.executable, "-c", RUN, str(tmp_path / "findings.json")]
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    done = subprocess.run(command, check=True, env=environment, timeout=300, capture_output=True, text=True)
    assert json.loads(done.stdout) == first
    assert {"dossier.html", "findings.json", "figures/forest-demo.svg", "figures/who-list.svg"} < set(first)


def test_a_long_case_list_stays_small(build_findings: Callable[..., dict[str, Any]]) -> None:
    page = render_page(build_findings(1503), [])
    assert page.count('<tr id="list-case-') == 1503
    assert len(page.encode("utf-8")) < 3_000_000


def test_a_number_that_json_cannot_hold_is_refused(findings: dict[str, Any]) -> None:
    findings["sources"][0]["pairs"][0]["expected"] = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        make_dossier(findings)


def test_importing_the_room_loads_no_drawing_library() -> None:
    code = "import sys, phytovigil.dossier; print([m for m in ('altair', 'vl_convert', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
