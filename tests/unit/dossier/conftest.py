"""The findings of a fictional study, as fixtures."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load_examples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example_findings", Path(__file__).with_name("example_findings.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def build_findings() -> Callable[..., dict[str, Any]]:
    builder: Callable[..., dict[str, Any]] = load_examples().build_findings
    return builder


@pytest.fixture
def findings(build_findings: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return build_findings()


@pytest.fixture(scope="session")
def page(build_findings: Callable[..., dict[str, Any]]) -> str:
    from phytovigil.dossier import render_dossier

    return render_dossier(build_findings())
