"""A few threads that share out work, keep their distance to a server, and stop together."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

Task = TypeVar("Task")

GLANCE = 0.1
"""Seconds between two looks at whether the user has pressed Ctrl-C."""

LAST_WAIT = 2.0
"""Seconds that a thread is given to stop; one that waits for a silent server is left behind and ends by itself."""


class Stopped(Exception):
    """The work was called off."""


class Crew:
    """The threads of one run. spacing : seconds between the beginnings of two requests to the same host."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._off = threading.Event()
        self._lock = threading.Lock()
        self._speaking = threading.RLock()
        self._next_turn: dict[str, float] = {}

    def wait_turn(self, host: str) -> None:
        """Return when a host may be asked again; Stopped if the work is called off before that."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_turn.get(host, now))
            self._next_turn[host] = turn + self._spacing
        if self._off.wait(turn - now):
            raise Stopped

    def take_turns(self, call: Callable[..., None]) -> Callable[..., None]:
        """The same call, for one thread at a time; Stopped if the work was called off."""

        def call_alone(*said: object) -> None:
            if self._off.is_set():
                raise Stopped
            with self._speaking:
                call(*said)

        return call_alone

    def share_out(self, tasks: Iterable[Task], workers: int, do: Callable[[Task], None]) -> None:
        """Do each task once. The first exception of a task, or Ctrl-C, calls the rest off and is raised."""
        waiting, failures = deque(tasks), list[BaseException]()

        def work(done: threading.Event) -> None:
            try:
                while not self._off.is_set():
                    with self._lock:
                        if not waiting:
                            return
                        task = waiting.popleft()
                    do(task)
            except Stopped:
                return
            except BaseException as failure:
                failures.append(failure)
                self._off.set()
            finally:
                done.set()

        ends = [threading.Event() for _ in range(min(workers, len(waiting)))]
        for done in ends:
            threading.Thread(target=work, args=(done,), daemon=True).start()
        self._await(ends)
        if failures:
            raise failures[0]

    def _await(self, ends: list[threading.Event]) -> None:
        """Wait for all ends, in short pieces, for a long wait would not notice Ctrl-C on every system.

        Threads are not joined: before Python 3.13 a join that Ctrl-C breaks off takes its thread for ended.
        """
        try:
            while not all(done.wait(GLANCE) for done in ends):
                continue
        finally:
            self._off.set()
            for done in ends:
                done.wait(LAST_WAIT)
