"""Small reports of our own, and the shortest way to take them into a store."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from phytovigil.schema.reports import Batch
from phytovigil.store import Release, Store
from phytovigil.store.writing import Ledger


@dataclass
class Written:
    """One report as a test writes it. products: (role, verbatim)."""

    case_id: str = "1"
    version: int = 0
    products: Sequence[tuple[str, str]] = (("suspect", "KRATOM"),)
    terms: Sequence[str] = ("NAUSEA",)
    values: dict[str, Any] = field(default_factory=lambda: {"received": date(2015, 6, 1)})

    @property
    def key(self) -> int:
        """Ties its rows together: another number for every case and version, the same in every batch."""
        return int.from_bytes(f"{self.version}.{self.case_id}".encode())


def batch_of(reports: Sequence[Written], first_line: int = 2, quarantine: Sequence[tuple[Any, ...]] = ()) -> Batch:
    """A batch of reports, one raw row each, and of quarantined rows (file, line, scope, reason, field, raw)."""
    products = [(report.key, *product) for report in reports for product in report.products]
    numbering: defaultdict[int, Iterator[int]] = defaultdict(lambda: count(1))
    reactions = [(report.key, term) for report in reports for term in report.terms]
    fields = sorted({name for report in reports for name in report.values})
    tables = {
        "report": {
            "key": [report.key for report in reports],
            "case_id": [report.case_id for report in reports],
            "version": [report.version for report in reports],
            "line": list(range(first_line, first_line + len(reports))),
            **{name: [report.values.get(name) for report in reports] for name in fields},
        },
        "report_product": {
            "key": [key for key, _, _ in products],
            "seq": [next(numbering[key]) for key, _, _ in products],
            "role": [role for _, role, _ in products],
            "verbatim": [name for _, _, name in products],
        },
        "report_reaction": {
            "key": [key for key, _ in reactions],
            "term": [term for _, term in reactions],
        },
        "quarantine": {
            name: [row[place] for row in quarantine]
            for place, name in enumerate(("file", "line", "scope", "reason", "field", "raw"))
        },
    }
    refused = sum(row[2] == "row" for row in quarantine)
    return Batch(tables, len(reports) + refused, len(reports), refused)


def take_in(
    store: Store,
    reports: Sequence[Written],
    *,
    as_of: str | None = None,
    source: str = "caers",
    content: str = "",
    quarantine: Sequence[tuple[Any, ...]] = (),
) -> Release:
    """One release from one made-up file; `content` stands for the bytes of the file."""
    sha256 = hashlib.sha256((content or repr(reports)).encode()).hexdigest()
    with store.writing() as writer:
        held = writer.find_content(sha256)
        if held:
            return held
        release, ledger = writer.begin(source), Ledger()
        release.append(batch_of(reports, quarantine=quarantine), ledger)
        release.finish_file("made-up.csv", sha256, 1234, "made-up", ledger)
        return release.commit(as_of)[1]


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of a store but its lock, with its bytes."""
    files = {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*")) if file.is_file()}
    return {name: file.read_bytes() for name, file in files.items() if not name.startswith("lock")}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def report() -> type[Written]:
    return Written


@pytest.fixture
def ingest() -> Callable[..., Release]:
    return take_in


@pytest.fixture
def batch() -> Callable[..., Batch]:
    return batch_of


@pytest.fixture
def all_bytes() -> Callable[[Path], dict[str, bytes]]:
    return folder_bytes


@pytest.fixture(scope="session")
def two_releases_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of `two_releases`, made once; nobody opens it."""
    store = Store(tmp_path_factory.mktemp("two") / "store")
    first = [Written("1", terms=("NAUSEA", "RASH")), Written("2", products=(("concomitant", "KAVA"),)), Written("3")]
    take_in(store, first, as_of="2015-12-31")
    second = [Written("2", 1, terms=("JAUNDICE",)), Written("4", products=(("suspect", "ÉCHINACÉE"),))]
    take_in(store, second, as_of="2016-12-31")
    return store.folder


@pytest.fixture
def two_releases(store: Store, two_releases_made: Path) -> Store:
    """A store of two releases: three cases in 2015, then one of them revised and one more in 2016."""
    shutil.copytree(two_releases_made, store.folder)
    return store
