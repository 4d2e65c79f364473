"""The findings of a fictional study, as fixtures."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def build_findings(load_example: Callable[[str], ModuleType]) -> Callable[..., dict[str, Any]]:
    builder: Callable[..., dict[str, Any]] = load_example("findings").build_findings
    return builder


@pytest.fixture
def findings(build_findings: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return build_findings()


@pytest.fixture(scope="session")
def page(build_findings: Callable[..., dict[str, Any]]) -> str:
    from phytovigil.dossier import render_dossier

    return render_dossier(build_findings())
