"""The library on kratom, and folders of one row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from phytovigil.evidence.loading import load_evidence
from phytovigil.schema.evidence import EvidenceLibrary

HEAD = '[library]\nproduct = "demo"\ntitle = "Evidence on a demo"\nversion = "2026-11-22"\n'
SOURCE = '[[source]]\nid = "bee2020"\nauthors = "Bee BA"\ntitle = "A study"\nyear = 2020\ndoi = "10.1000/1"\n'
ROW = """[[row]]
id = "one-row"
kind = "survey"
title = "A survey"
finding = "Some did."
topics = ["mood"]
limits = ["Small."]
source = "bee2020"
as_of = "2026-11"
standing = "fact"
n = 200
"""


@pytest.fixture(scope="session")
def kratom() -> EvidenceLibrary:
    return load_evidence("kratom")


@pytest.fixture
def write_library(tmp_path: Path) -> Callable[..., Path]:
    """A folder of one row. figures : lines of the row's figures. old, new : what is changed in its text."""

    def write(figures: str = "", old: str = "", new: str = "", head: str = HEAD) -> Path:
        text = f"{SOURCE}\n{ROW}" + (f"figures = [\n{figures}\n]\n" if figures else "")
        assert old in text
        (tmp_path / "library.toml").write_text(head, encoding="utf-8")
        (tmp_path / "rows.toml").write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return tmp_path

    return write
