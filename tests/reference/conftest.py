"""The plain second count of FAERS quarters, as a fixture: test files cannot import each other."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    name = "tests_reference_faers_oracle"
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("faers_oracle.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
