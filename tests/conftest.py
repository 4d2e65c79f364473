"""Fixtures that every test folder shares."""

from __future__ import annotations

import os
from pathlib import Path

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
