"""Reaction groups and terms: what they are, how a term is read, and which terms no group holds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phytovigil.store import Store
from phytovigil.study.as_of import read_as_of
from phytovigil.study.asking import choose_source, frame_answer
from phytovigil.study.reaction_reading import explain_term, list_unmapped
from phytovigil.vocabulary import load_reactions


class Reactions:
    """What can be asked about reactions; made by `Workspace.reactions`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def list(self) -> dict[str, Any]:
        """The reaction groups."""
        reactions = load_reactions()
        groups = [
            {"name": group.name, "title": group.title, "narrow": len(group.narrow), "broad": len(group.broad)}
            for group in reactions.groups
        ]
        return frame_answer("reactions-list", vocabulary=reactions.version, groups=groups)

    def show(self, name: str) -> dict[str, Any]:
        """A reaction group with its terms and what it must not contain."""
        reactions = load_reactions()
        group = reactions.group(name)
        described = {**asdict(group), "excluded": [{"term": term, "why": why} for term, why in group.excluded]}
        return frame_answer("reactions-show", vocabulary=reactions.version, group=described)

    def explain(self, term: str) -> dict[str, Any]:
        """What a reaction term is read as, the groups that hold it or leave it out, and its variants in the store."""
        return explain_term(term, load_reactions(), self.store)

    def unmapped(
        self,
        *,
        source: str | None = None,
        as_of: str | None = None,
        most: int = 20,
        out: Path | str | None = None,
    ) -> dict[str, Any]:
        """Terms that no reaction group holds, most cases first; out : file for all of them, .csv or .parquet."""
        chosen = choose_source(self.store, source)
        with closing(self.store.read(chosen, read_as_of(as_of))) as session:
            return list_unmapped(session, load_reactions(), chosen, most, Path(out) if out else None)
