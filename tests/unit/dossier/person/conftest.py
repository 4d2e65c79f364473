"""The summaries of three invented persons, and their pages."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Findings = dict[str, Any]


@pytest.fixture(scope="session")
def example(project_root: Path) -> ModuleType:
    """The invented persons; test files cannot import each other."""
    file = project_root / "tests" / "unit" / "dossier" / "person" / "example_person.py"
    spec = importlib.util.spec_from_file_location("example_person", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def summaries(example: ModuleType) -> dict[str, Findings]:
    """Their findings, by name."""
    from phytovigil.study.following.summary import gather_summary

    return {name: gather_summary(entries, example.AS_OF) for name, entries in example.build_all().items()}


@pytest.fixture(scope="session")
def pictures(example: ModuleType, summaries: dict[str, Findings]) -> dict[str, bytes]:
    """Pictures of the busy person's skin, by the entry of the photograph."""
    photos = [photo for one in summaries["busy"]["skin"] for photo in one["photos"]]
    return {photo["entry"]: example.make_picture(photo["lab"]) for photo in photos}


@pytest.fixture(scope="session")
def files(summaries: dict[str, Findings], pictures: dict[str, bytes]) -> dict[str, bytes]:
    """The files of the busy person."""
    from phytovigil.dossier.person import make_summary

    return make_summary(summaries["busy"], pictures=pictures)


@pytest.fixture(scope="session")
def quiet(summaries: dict[str, Findings], pictures: dict[str, bytes]) -> dict[str, bytes]:
    """The files of the person with nothing to tell; one picture stands for all."""
    from phytovigil.dossier.person import make_summary

    photos = summaries["quiet"]["skin"][0]["photos"]
    picture = next(iter(pictures.values()))
    return make_summary(summaries["quiet"], pictures={photo["entry"]: picture for photo in photos})
