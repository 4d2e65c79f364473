"""A study that extends another says what both say, and its own word counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import InvalidStudy
from phytovigil.study.definition import load_study

BASE = """
[study]
name = "base"
title = "Base"
question = "Is it?"
product = "kava"
outcomes = ["jaundice"]
sources = ["caers"]

[selection]
role = "any"

[[control]]
kind = "positive"
product = "green-tea"
reaction = "liver-injury"
"""
OWN = """
[study]
extends = "base.toml"
name = "own"
context = ["itch"]

[selection]
sex = ["female"]

[[control]]
kind = "negative"
product = "psyllium"
reaction = "jaundice"
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
    return folder / "own.toml"


def test_keys_replace_and_repeated_sections_are_added(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, base=BASE, own=OWN))
    assert (study.name, study.title, study.context, study.file) == ("own", "Base", ("itch",), "own.toml")
    assert (study.selection.role, study.selection.sex) == ("any", ("female",))
    assert [control.kind for control in study.controls] == ["positive", "negative"]


def test_both_files_are_part_of_what_was_written(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, base=BASE, own=OWN))
    assert study.parts == (("own.toml", OWN), ("base.toml", BASE))
    assert study.text == f"{OWN}\n# ---- extends base.toml ----\n\n{BASE}"
    changed = load_study(write(tmp_path, base=BASE.replace("kava", "kratom"), own=OWN))
    assert changed.sha256 != study.sha256


def test_a_study_that_extends_nothing_is_its_own_text(tmp_path: Path) -> None:
    write(tmp_path, base=BASE)
    assert load_study(tmp_path / "base.toml").text == BASE


@pytest.mark.parametrize("extended", ["own.toml", "other.toml"])
def test_a_circle_is_refused(tmp_path: Path, extended: str) -> None:
    own = OWN.replace("base.toml", extended)
    with pytest.raises(InvalidStudy, match="in a circle"):
        load_study(write(tmp_path, own=own, other=OWN.replace("base.toml", "own.toml")))


def test_a_missing_base_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidStudy, match=r"base\.toml"):
        load_study(write(tmp_path, own=OWN))
