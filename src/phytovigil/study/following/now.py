"""The only clock of following a person; everything computed takes its day as an argument."""

from __future__ import annotations

from datetime import datetime


def now() -> str:
    """The local time to the minute, as an entry says when something happened."""
    return datetime.now().isoformat(timespec="minutes")
