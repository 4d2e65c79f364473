"""Which steps from line to line a trial takes within the readers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import phytovigil.sources

READERS = str(Path(phytovigil.sources.__file__).parent)

ATTENTION = 400
"""Calls of a function without a new edge after which it is watched at every EVERY-th call."""

EVERY = 12

Edge = tuple[CodeType, int, int]
"""A function, and two of its lines run one after the other."""


class Tracer:
    """Notes edges; `fresh` counts those of the last trial that no trial before it had.

    A function that has brought nothing new for a while is watched at every few calls only: watching is what costs.
    """

    def __init__(self) -> None:
        self.edges: set[Edge] = set()
        self.fresh = 0
        self._stale: dict[CodeType, int] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what runs in here."""
        before = len(self.edges)
        former = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(former)
            self.fresh = len(self.edges) - before

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        code = frame.f_code
        if not code.co_filename.startswith(READERS):
            return None
        edges, last, known = self.edges, frame.f_lineno, len(self.edges)
        edges.add((code, 0, last))
        stale = self._stale[code] = self._stale.get(code, 0) + 1
        if stale > ATTENTION and stale % EVERY:
            return None

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            if event == "line":
                edges.add((code, last, frame.f_lineno))
                last = frame.f_lineno
            elif event == "return" and len(edges) > known:
                self._stale[code] = 0
            return step

        return step
