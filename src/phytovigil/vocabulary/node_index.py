"""The nodes of a shipped version as one small file, so that a count need not read every name first.

It holds the hash of the data files that it was made of: one that does not fit them is not used, and the data files are
read instead. `python -m phytovigil.vocabulary.indexing` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from phytovigil.schema.vocabulary import Node
from phytovigil.vocabulary.long_list import NodeTail
from phytovigil.vocabulary.parts import VocabularyParts


@dataclass(frozen=True, slots=True)
class NodeIndex:
    """What a vocabulary knows before its names are read.

    read : reads all of it. tail : nodes of a large dictionary, numbered on from `nodes`.
    """

    version: str
    sha256: str
    nodes: tuple[Node, ...]
    read: Callable[[], VocabularyParts]
    tail: NodeTail | None = None


def index_file(folder: Path) -> Path:
    """Where the index of a version stands: beside its folder."""
    return folder.with_name(f"{folder.name}.nodes.json")


def read_index(folder: Path, sha256: str, read: Callable[[], VocabularyParts]) -> NodeIndex | None:
    """The index of a version, if there is one and it is of these data files."""
    try:
        found = json.loads(index_file(folder).read_text(encoding="utf-8"))
        if found["sha256"] != sha256:
            return None
        nodes = tuple(
            Node(node_id, name, kind, tuple(parents), taxon, part, note)
            for node_id, name, kind, parents, taxon, part, note in found["nodes"]
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return NodeIndex(folder.name, sha256, nodes, read)
