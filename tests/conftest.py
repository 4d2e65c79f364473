"""Fixtures that every test folder shares."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real regulator data; a missing one is a failure in CI and said aloud elsewhere."""
    folder = Path(os.environ.get("PHYTOVIGIL_SHARED", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"real data not found at {folder}; set PHYTOVIGIL_SHARED"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module that writes a made-up MedDRA; test files cannot import each other."""
    return load_beside("synthetic_meddra")


@pytest.fixture(scope="session")
def synthetic_dictionaries() -> ModuleType:
    """The module that writes made-up RxNorm and UNII files."""
    return load_beside("synthetic_dictionaries")


@pytest.fixture(scope="session")
def load_benchmark() -> Callable[[str], ModuleType]:
    """Load a script of the folder of benchmarks by its name; it is no part of the package."""
    return lambda stem: load_module(f"benchmarks_{stem}", ROOT / "benchmarks" / f"{stem}.py")


@pytest.fixture(scope="session")
def load_example() -> Callable[[str], ModuleType]:
    """Load an example of the dossier's sections by its name: "findings", "claims" …"""
    folder = ROOT / "tests" / "unit" / "dossier"
    return lambda stem: load_module(f"example_{stem}", folder / f"example_{stem}.py")


def load_beside(stem: str) -> ModuleType:
    """A module of this folder."""
    return load_module(f"tests_{stem}", ROOT / "tests" / f"{stem}.py")


def load_module(name: str, file: Path) -> ModuleType:
    """A file as a module of a name of our own."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
