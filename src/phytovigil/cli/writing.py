"""Put what a person asked for on disk, where they asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phytovigil.errors import StoreError


@contextmanager
def writing(what: str, place: Path) -> Iterator[None]:
    """Turn a place that cannot be written to into one line; folders on the way to it are made."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise StoreError(f"{what} cannot be written to {place}: {error.strerror}.", "Choose another --out.") from error
