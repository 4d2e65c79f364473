"""The schemas that come with the program."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from phytovigil.errors import UnknownName
from phytovigil.study.contract import list_schemas, load_schema, schema_names


def test_every_schema_can_be_had_by_name_and_by_identity() -> None:
    assert len(schema_names()) >= 14
    for name in schema_names():
        schema = load_schema(name)
        assert schema == load_schema(schema["$id"])
        assert re.fullmatch(f"phytovigil/{name}/[1-9][0-9]*", schema["$id"])


def test_list_has_a_title_for_each() -> None:
    listed = list_schemas()
    assert [item["name"] for item in listed] == list(schema_names())
    assert all(item["title"] for item in listed)


def test_unknown_schema() -> None:
    with pytest.raises(UnknownName) as caught:
        load_schema("cuont")
    assert caught.value.near[0] == "count"


def test_a_workspace_loads_no_heavy_part_of_scipy() -> None:
    """They take longer to load than a count takes to answer; closer looks load them when they are asked for."""
    code = (
        "import sys, phytovigil; phytovigil.open('no-store').releases(); "
        "heavy = ('scipy.stats', 'scipy.optimize', 'scipy.sparse', 'scipy.signal', 'pandas', 'glum', 'sklearn'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
