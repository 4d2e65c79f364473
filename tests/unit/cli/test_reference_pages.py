"""The pages about commands and JSON name everything that there is, and nothing else."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from phytovigil import cli, errors
from phytovigil.cli.app import app
from phytovigil.schema.selection import AGE_BANDS
from phytovigil.study.contract import schema_names

SHARED = {"(#which-cases)": "Which cases", "(#which-diary)": "Which diary"}
"""A section that links there has the options of that section too."""

PAGES = ("commands.md", "follow/commands.md")


def commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


ALL = dict(commands(typer.main.get_command(app)))


def options(command: Any) -> set[str]:
    named = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return {option for option in named if option.startswith("--")} - {"--help"}


@pytest.fixture(scope="module")
def page(project_root: Path) -> dict[str, str]:
    """Sections of the pages on commands by heading."""
    texts = [(project_root / "docs" / "reference" / name).read_text("utf-8") for name in PAGES]
    split = [re.split(r"^## (.+)$", text, flags=re.M) for text in texts]
    sections = {heading: body for parts in split for heading, body in zip(parts[1::2], parts[2::2], strict=True)}
    return {"": split[0][0], **sections}


@pytest.fixture(scope="module")
def contract(project_root: Path) -> str:
    return (project_root / "docs" / "reference" / "json.md").read_text("utf-8")


def test_every_command_has_its_section_and_no_other_has(page: dict[str, str]) -> None:
    assert [heading for heading in page if heading.startswith("phytovigil ")] == sorted(
        (f"phytovigil {name}" for name in ALL), key=list(page).index
    )
    assert {f"phytovigil {name}" for name in ALL} <= set(page)


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_in_the_section_and_no_other_is(page: dict[str, str], name: str) -> None:
    section = page[f"phytovigil {name}"]
    section += "".join(page[heading] for link, heading in SHARED.items() if link in section)
    named = set(re.findall(r"--[a-z][a-z-]*", re.sub(r"```.*?```", "", section, flags=re.S)))
    assert named == options(ALL[name])


@pytest.mark.parametrize("name", ALL)
def test_arguments_without_a_dash_are_there_too(page: dict[str, str], name: str) -> None:
    for parameter in ALL[name].params:
        if parameter.param_type_name == "argument":
            assert f"| `{parameter.name.upper()}` |" in page[f"phytovigil {name}"]


def test_options_of_the_program_itself(page: dict[str, str]) -> None:
    for option in options(typer.main.get_command(app)):
        assert f"`{option}`" in page[""]


def test_age_bands_are_those_of_the_program(page: dict[str, str]) -> None:
    for label, _, _ in AGE_BANDS:
        assert f"`{label}`" in page["Which cases"]


def test_every_schema_is_listed(contract: str) -> None:
    assert set(re.findall(r"^\| .+ \| `phytovigil/([a-z-]+)/[1-9][0-9]*` \|$", contract, flags=re.M)) == set(
        schema_names()
    )


def test_exit_codes_are_those_of_the_errors(contract: str) -> None:
    """Each class of error stands in the row of its code."""
    kinds = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.PhytovigilError)
    ]
    expected = {kind.__name__: kind.exit_code for kind in kinds if kind is not errors.PhytovigilError}
    expected |= {"Defect": 1, "Interrupted": cli.INTERRUPTED}
    rows = re.findall(r"^\| (\d+) \| ([^|]*) \|", contract, flags=re.M)
    listed = {name: int(code) for code, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert listed == expected


def test_codes_of_the_module_are_those_of_the_page(contract: str) -> None:
    said = set(re.findall(r"(\d) (?=[a-z])", (errors.__doc__ or "").partition("Exit codes:")[2]))
    rows = set(re.findall(r"^\| (\d) \|", contract, flags=re.M))
    assert said | {"1"} == rows
