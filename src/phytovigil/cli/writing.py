"""Put what a person asked for on disk, where they asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phytovigil.errors import StoreError


@contextmanager
def writing(what: str, place: Path) -> Iterator[None]:
    """Turn a place that cannot be written to into one line; folders on the way to it are made."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise StoreError(f"{what} cannot be written to {place}: {error.strerror}.", "Choose another --out.") from error


def write_findings(findings: dict[str, Any], folder: Path) -> None:
    """Write dossier.html, findings.json and the figures into a folder."""
    from phytovigil.study import write_study

    with writing("The dossier", folder):
        write_study(findings, folder)
