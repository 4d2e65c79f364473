"""Files simulated once for all tests of this folder, and a plain reader that knows nothing of the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from phytovigil.simulation import Parameters, Truth, simulate
from phytovigil.simulation.parameters import fitted_marginals

QUARTERS = ("2004Q1", "2005Q4", "2013Q1", "2019Q1", "2019Q2", "2019Q3")
Row = dict[str, str]


@dataclass(frozen=True)
class Simulated:
    """A folder of simulated quarters with what the simulator says of it."""

    folder: Path
    truth: Truth
    quarters: tuple[str, ...]
    held: dict[tuple[str, str], list[Row]] = field(default_factory=dict, compare=False)
    """Tables that were read already: tests go through them again and again."""

    def path(self, quarter: str, table: str) -> Path:
        found = [path for path in self.folder.rglob("*") if path.name.upper() == f"{table}{quarter[2:]}.TXT"]
        assert len(found) == 1
        return found[0]

    def lines(self, quarter: str, table: str) -> list[str]:
        text = self.path(quarter, table).read_bytes().decode("ascii")
        assert text.endswith("\r\n")
        assert text.count("\r\n") == text.count("\n")
        return text.split("\r\n")[:-1]

    def rows(self, quarter: str, table: str) -> list[Row]:
        if (quarter, table) not in self.held:
            self.held[quarter, table] = self.read(quarter, table)
        return self.held[quarter, table]

    def read(self, quarter: str, table: str) -> list[Row]:
        header, *lines = self.lines(quarter, table)
        names = ["primaryid" if name == "ISR" else name.lower() for name in header.split("$")]
        names = ["caseid" if name == "case" else name for name in names]
        extra = 1 if quarter < "2012Q4" else 0
        rows = []
        for line in lines:
            values = line.split("$")
            assert len(values) == len(names) + extra
            rows.append(dict(zip(names, values, strict=False)))
        return rows

    def every(self, table: str) -> list[Row]:
        return [row for quarter in self.quarters for row in self.rows(quarter, table)]

    def deleted(self) -> set[str]:
        """Case numbers of all lists; every list here is of a quarter after the first receipt."""
        listed = [quarter for quarter in self.quarters if quarter >= "2019Q1"]
        return {line for quarter in listed for line in self.lines(quarter, "DELETE") if line.strip()}


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """Six quarters of three layouts, rich in follow-ups, near-copies and deletions, and in products that interact."""
    folder = tmp_path_factory.mktemp("several") / "out"
    marginals = fitted_marginals() | {"other_roles": {"SS": 0.4, "C": 0.3, "I": 0.3}}
    parameters = Parameters(
        follow_up_share=0.3, duplicate_share=0.1, deleted_share=0.05, changed_share=0.3, marginals=marginals
    )
    truth = simulate(folder, reports=9_001, quarters=QUARTERS, seed=7, parameters=parameters)
    return Simulated(folder, truth, QUARTERS)


@pytest.fixture(scope="session")
def one_quarter(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """Twenty thousand reports of one quarter with the default parameters."""
    folder = tmp_path_factory.mktemp("one") / "out"
    return Simulated(folder, simulate(folder, reports=20_000, quarters=["2025Q4"], seed=3), ("2025Q4",))


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """All bytes below a folder, by relative path."""

    def read(folder: Path) -> dict[str, bytes]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    return read
