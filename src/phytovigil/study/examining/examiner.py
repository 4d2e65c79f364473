"""The closer looks that can be asked for, each a method that opens the source, asks, and answers in plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from phytovigil import __version__
from phytovigil.schema.selection import Selection
from phytovigil.study.counting import ReportCounter
from phytovigil.study.examining.asked import Asked
from phytovigil.study.naming import name_product, name_reaction
from phytovigil.study.selecting import include_product

Open = Callable[[str | None, str | None], AbstractContextManager[ReportCounter]]


class Examiner:
    """Closer looks at one product and one reaction, on the sources of a workspace.

    Every method takes product and reaction as `Workspace.count` does, `source` and `as_of` likewise, and a selection.
    Raises UnknownName for a product, reaction or source that nothing is called by, NoAnswer for a source of numerators
    only.
    """

    def __init__(self, open_source: Open) -> None:
        self._open = open_source

    @contextmanager
    def _asked(
        self, product: str, reaction: str, source: str | None, as_of: str | None, selection: Selection | None
    ) -> Iterator[Asked]:
        with self._open(source, as_of) as counter:
            named = name_product(product, counter.opened.products, counter.reported_names())
            reacted = name_reaction(reaction, counter.opened.reactions, counter.reported_terms())
            yield Asked(counter, named, reacted, include_product(selection or Selection(), named.key))

    def _answer(self, question: str, asked: Asked, **content: Any) -> dict[str, Any]:
        """The answer to a question, as the schema examine-QUESTION describes it."""
        program = {"name": "phytovigil", "version": __version__}
        return {"schema": f"phytovigil/examine-{question}/1", "program": program, **asked.describe(), **content}
