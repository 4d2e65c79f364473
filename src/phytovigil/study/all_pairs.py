"""Counts of all pairs, kept in a file and handed out in blocks, so that they may be more than memory holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from phytovigil.cases import COUNTED_PAIRS
from phytovigil.schema.counts import Counts
from phytovigil.store import Engine

BLOCK = 2**18
"""Pairs of a block: the arrays of a measure then stay near the processor."""


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Some pairs: numbers of product and term, arrays of shape (pairs,), and their counts."""

    product: Any
    term: Any
    counts: Counts


class AllPairs:
    """Every pair that at least one case has, counted once. Use it in a `with` block: its file goes away at the end.

    engine : where the views of the counting are. sql : of (product, term, a, b, c, d) and perhaps `stratified`.
    """

    def __init__(self, engine: Engine, sql: str) -> None:
        self._engine = engine
        self._folder = tempfile.TemporaryDirectory(prefix="phytovigil-")
        self._file = Path(self._folder.name) / "pairs.parquet"
        self.number = engine.write_parquet(sql, self._file, "lz4")
        engine.show_files("all_pairs", [self._file])

    def blocks(self, rows: int = BLOCK) -> Iterator[PairBlock]:
        """All pairs, block by block, in the order in which they were counted."""
        for columns in self._engine.blocks(COUNTED_PAIRS, rows):
            cells = {cell: columns[cell] for cell in ("a", "b", "c", "d")}
            counts = Counts.of(**cells, stratified=columns.get("stratified"))
            yield PairBlock(columns["product"], columns["term"], counts)

    def counts(self) -> Iterator[Counts]:
        """The counts alone, for measures that learn from all pairs."""
        return (block.counts for block in self.blocks())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()
