"""How much memory the engine may use: what a person allows the program, less what the rest of it needs."""

from __future__ import annotations

import os
import re
from pathlib import Path

from phytovigil.errors import InvalidRequest

WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*(KB|MB|GB|TB|KIB|MIB|GIB|TIB)", re.IGNORECASE)
UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}

RESERVED = 450_000_000
"""Bytes for all but the engine: Python and its libraries, blocks of text on their way, the dictionary of words."""

SMALLEST = 600_000_000
"""Bytes below which taking in a quarter of FAERS cannot be promised."""

CONTAINER_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def parse_memory(text: str) -> int:
    """Bytes of an amount of memory. Raises InvalidRequest for what is none, or too little.

    >>> parse_memory("2GB"), parse_memory("1.5 GiB")
    (2000000000, 1610612736)
    >>> parse_memory("lots")
    Traceback (most recent call last):
    phytovigil.errors.InvalidRequest: “lots” is no amount of memory. Write it as 2GB or 800MB.
    """
    found = WRITTEN.fullmatch(text.strip())
    if not found:
        raise InvalidRequest(f"“{text}” is no amount of memory.", "Write it as 2GB or 800MB.")
    amount = int(float(found[1]) * UNITS[found[2].lower()])
    if amount < SMALLEST:
        raise InvalidRequest(f"“{text}” is too little memory.", f"Allow {SMALLEST // 10**6}MB or more.")
    return amount


def machine_memory() -> int:
    """Bytes of the machine's memory, or of the container's if that is less."""
    amounts = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in CONTAINER_LIMITS:
        try:
            amounts.append(int(file.read_text()))
        except (OSError, ValueError):
            continue
    return min(amounts)


def engine_memory(allowed: int | None = None) -> str:
    """What the engine may use, as it writes it, of what the program is allowed; half of the machine's by default.

    >>> engine_memory(2_000_000_000)
    '1550MB'
    """
    total = machine_memory() // 2 if allowed is None else allowed
    return f"{max(total - RESERVED, SMALLEST - RESERVED) // 10**6}MB"
