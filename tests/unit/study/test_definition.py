"""Study files: what is read, what is refused, and that the page about them is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, InvalidStudy
from phytovigil.schema.selection import Selection
from phytovigil.study.claims.definition import SECTIONS as CLAIM_SECTIONS
from phytovigil.study.definition import (
    NEEDED,
    PARSED_APART,
    REPEATED,
    SECTIONS,
    SELECTION_KEYS,
    load_study,
    parse_study,
)

WHOLE = """
[study]
name = "kava"
title = "Kava"
question = "Is kava linked to jaundice?"
product = "kava"
outcomes = ["jaundice", "itch"]
sources = ["caers"]
"""


def test_defaults_of_a_short_study() -> None:
    study = parse_study(WHOLE)
    assert (study.outcomes, study.sources) == (("jaundice", "itch"), ("caers",))
    assert study.selection == Selection()
    assert (study.rule, study.min_cases, set(study.measures)) == ("ic025", 3, {"prr", "ror", "ror-midp", "ic"})
    assert (study.sensitivities, study.controls, study.comparators, study.context) == ((), (), (), ())
    assert study.text == WHOLE
    assert len(study.sha256) == 64


def test_sensitivity_changes_only_what_it_names() -> None:
    study = parse_study(
        WHOLE + '[selection]\nrole = "any"\nyears = [2004, 2013]\n[[sensitivity]]\nlabel = "women"\nsex = ["female"]\n'
    )
    (women,) = study.sensitivities
    assert women.label == "women"
    assert women.selection == Selection(role="any", years=(2004, 2013), sex=("female",))


def test_controls_and_signal_are_read() -> None:
    study = parse_study(
        WHOLE + '[signal]\nrule = "evans"\nmin_cases = 5\nmeasures = ["ror"]\n'
        '[[control]]\nkind = "negative"\nproduct = "psyllium"\nreaction = "jaundice"\nwhy = "not absorbed"\n'
    )
    assert (study.rule, study.min_cases, study.measures) == ("evans", 5, ("ror",))
    assert [(control.kind, control.product, control.why) for control in study.controls] == [
        ("negative", "psyllium", "not absorbed")
    ]


@pytest.mark.parametrize("key", NEEDED)
def test_needed_key_that_is_missing_or_empty(key: str) -> None:
    without = "\n".join(line for line in WHOLE.splitlines() if not line.startswith(key))
    with pytest.raises(InvalidStudy, match=key.rstrip("s")) as caught:
        parse_study(without)
    assert f"`{key}`" in caught.value.hint
    nothing = "[]" if key in ("outcomes", "sources") else '""'
    emptied = re.sub(rf"^{key} = .*$", f"{key} = {nothing}", WHOLE, flags=re.M)
    with pytest.raises(InvalidStudy, match=key.rstrip("s")):
        parse_study(emptied)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("study = 3\n", "study is not a section", "[study]"),
        (WHOLE + "control = 3\n", "“control” is no key", "Known are"),
        (WHOLE + "[kontrol]\n", "“kontrol” is no section", "“control”"),
        (WHOLE + "[[selection]]\n", "selection is not a section", "[selection]"),
        (WHOLE + "[sensitivity]\nlabel = 'x'\n", "sensitivity is not a section", "[[sensitivity]]"),
        (WHOLE + "[selection]\nyears = [2014.5, 2017]\n", "two years", ""),
        (WHOLE + "[selection]\nyears = [true, false]\n", "two years", ""),
        (WHOLE + "[selection]\nage = [40]\n", "list of texts", ""),
        (WHOLE + "[signal]\nmin_cases = true\n", "whole number", ""),
        (WHOLE + "[[sensitivity]]\nsex = ['male']\n", "needs a `label`", ""),
    ],
)
def test_slip_of_the_pen_is_named(text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidStudy, match=re.escape(message)) as caught:
        parse_study(text)
    assert hint in caught.value.hint


def test_wrong_selection_is_an_error_of_the_selection() -> None:
    with pytest.raises(InvalidRequest, match="bystander"):
        parse_study(WHOLE + '[selection]\nrole = "bystander"\n')


def test_file_is_named_in_every_error(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(WHOLE + '[selection]\nrole = "bystander"\n')
    with pytest.raises(InvalidStudy, match=r"wrong\.toml.*bystander"):
        load_study(file)
    with pytest.raises(InvalidStudy, match=r"no study file"):
        load_study(tmp_path / "none.toml")


def test_every_example_is_a_study(project_root: Path) -> None:
    # A file that begins with “case-” is one case, for `phytovigil cases assess`.
    files = [file for file in sorted((project_root / "examples").rglob("*.toml")) if not file.name.startswith("case-")]
    assert len(files) >= 3
    for file in files:
        study = load_study(file)
        assert study.name == file.stem
        assert study.file == file.name


# The page


@pytest.fixture(scope="module")
def page(project_root: Path) -> dict[str, str]:
    """Sections of docs/reference/study-files.md by heading."""
    text = (project_root / "docs" / "reference" / "study-files.md").read_text("utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.M)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def test_page_has_every_section_and_no_other(page: dict[str, str]) -> None:
    repeated = (*REPEATED, *CLAIM_SECTIONS)
    headings = [f"[[{name}]]" if name in repeated else f"[{name}]" for name in SECTIONS]
    assert list(page) == ["", *headings]


@pytest.mark.parametrize("section", [name for name in SECTIONS if name not in ("sensitivity", *PARSED_APART)])
def test_page_has_every_key_with_its_kind(page: dict[str, str], section: str) -> None:
    heading = f"[[{section}]]" if section in REPEATED else f"[{section}]"
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page[heading], flags=re.M)
    assert {key: kind.strip().removesuffix(", needed") for key, kind in rows} == dict(SECTIONS[section])


def test_page_says_which_keys_are_needed(page: dict[str, str]) -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| [^|]+, needed \|", page["[study]"], flags=re.M)) == NEEDED


def test_page_says_that_a_sensitivity_takes_the_keys_of_a_selection(page: dict[str, str]) -> None:
    assert SECTIONS["sensitivity"].keys() - SELECTION_KEYS.keys() == {"label"}
    assert "`label`" in page["[[sensitivity]]"]
    assert "`[selection]`" in page["[[sensitivity]]"]


def test_example_of_the_page_uses_every_section(page: dict[str, str]) -> None:
    (text,) = re.findall(r'"""\n(.*?)"""', page[""], flags=re.S)
    study = parse_study(text)
    assert study.context
    assert study.comparators
    assert study.controls
    assert study.sensitivities
