"""What a study runs on: the reports of a store, or the record of what they answered once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from phytovigil.errors import NoAnswer
from phytovigil.schema.selection import Selection
from phytovigil.study.counting import Cells, ReportCounter
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.record import CASES, SourceRecord, TableKey, write_plain

ASK_REPORTS = "Run the study on the raw files: `phytovigil ingest PATH`, then `phytovigil study FILE`."


class Evidence(Protocol):
    """One source, as far as it is at hand."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def record(self) -> SourceRecord:
        """What was asked of it so far, and answered."""
        ...

    def count_pair(self, product: NamedProduct, reaction: NamedReaction, selection: Selection) -> Cells:
        """The 2×2 table of a pair within a population."""
        ...

    def note(self, name: str, ask: Callable[[ReportCounter], Any]) -> Any:
        """What the reports answer to `ask`, as plain JSON data; on a record, what was noted under the name.

        The name tells all that the answer depends on besides the study. Names of notes that hold single cases begin
        with "cases:"; where a record was given away without them, the answer is None.
        """
        ...


@dataclass
class ReportEvidence:
    """A source of a store: everything is at hand, and every answer is recorded."""

    counter: ReportCounter
    record: SourceRecord = field(default_factory=SourceRecord)
    asked: dict[TableKey, Selection] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.counter.opened.source.name

    def count_pair(self, product: NamedProduct, reaction: NamedReaction, selection: Selection) -> Cells:
        """The 2×2 table of a pair, counted once; another population that reads alike is counted too, and compared."""
        key = (product.key, reaction.key, selection.describe())
        if self.asked.get(key) != selection:
            self.record.keep_count(key, self.counter.count_pair(product, reaction, selection))
            self.asked[key] = selection
        return self.record.counts[key]

    def note(self, name: str, ask: Callable[[ReportCounter], Any]) -> Any:
        """What the reports answer, asked once."""
        if name not in self.record.notes:
            self.record.notes[name] = write_plain(ask(self.counter))
        return json.loads(self.record.notes[name])


@dataclass
class RecordedEvidence:
    """A source of a snapshot: what was answered once, and nothing else."""

    source: str
    record: SourceRecord

    def count_pair(self, product: NamedProduct, reaction: NamedReaction, selection: Selection) -> Cells:
        """The 2×2 table as it was recorded. Raises NoAnswer for one that nobody asked for."""
        key = (product.key, reaction.key, selection.describe())
        if key not in self.record.counts:
            raise NoAnswer(f"The snapshot holds no counts of {' × '.join(key[:2])} ({key[2]}).", ASK_REPORTS)
        return self.record.counts[key]

    def note(self, name: str, ask: Callable[[ReportCounter], Any]) -> Any:
        """What was noted. Raises NoAnswer for what nobody asked for; single cases may have been left out."""
        if name not in self.record.notes:
            if name.startswith(CASES):
                return None
            raise NoAnswer(f"The snapshot holds nothing on “{name}”.", ASK_REPORTS)
        return json.loads(self.record.notes[name])
