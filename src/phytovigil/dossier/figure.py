"""One figure of a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from phytovigil.dossier.wording import make_slug


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a source.

    kind : "forest", "forest-sensitivity", "forest-comparators", "forest-controls", "cases-over-time" or "who".
    svg : for a page or paper. narrow : the same for a phone; empty where the page shows tables instead.
    description : the text alternative.
    """

    source: str
    kind: str
    svg: str
    narrow: str
    description: str

    @property
    def file_name(self) -> str:
        """Name of the file in the folder of figures."""
        kind, _, part = self.kind.partition("forest-")
        stem = f"forest-{make_slug(self.source)}-{part}" if part else f"{kind}-{make_slug(self.source)}"
        return f"{stem}.svg"
