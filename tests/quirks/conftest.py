"""Quirks are read with the same fixtures as the unit tests of the sources."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_FILE = Path(__file__).parents[1] / "unit" / "sources" / "conftest.py"
_spec = importlib.util.spec_from_file_location("sources_fixtures", _FILE)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = _module
_spec.loader.exec_module(_module)

whole, caers, zipped, row, today = _module.whole, _module.caers, _module.zipped, _module.row, _module.today
