"""Put a study's findings on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phytovigil.errors import StoreError


def write_findings(findings: dict[str, Any], folder: Path) -> None:
    """Write dossier.html, findings.json and the figures into a folder."""
    from phytovigil.study import write_study

    try:
        write_study(findings, folder)
    except OSError as error:
        raise StoreError(
            f"The dossier cannot be written to {folder}: {error.strerror}.", "Choose another --out."
        ) from error
