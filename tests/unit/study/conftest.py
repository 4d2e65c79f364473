"""Findings of a fictional study, as the checklist and the citations look at them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

OPTIONAL = (
    "specification_curve",
    "case_series",
    "evidence",
    "claims",
    "benefit_risk",
    "citations",
    "methods_text",
    "checklist",
)
"""Sections that a study need not ask for."""


@pytest.fixture(scope="module")
def findings(load_example: Callable[[str], ModuleType]) -> dict[str, Any]:
    """Findings without any section that a study need not ask for."""
    found = load_example("findings").build_findings()
    return {key: value for key, value in found.items() if key not in OPTIONAL}
