"""Write the index of nodes of every shipped version anew, after its data files were changed.

python -m phytovigil.vocabulary.indexing
"""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

from phytovigil.vocabulary.loading import PRODUCTS, list_product_versions, read_version
from phytovigil.vocabulary.node_index import index_file
from phytovigil.vocabulary.parts import VocabularyParts


def write_index(folder: Path, parts: VocabularyParts) -> Path:
    """Write the index of a version; equal data give equal bytes."""
    file = index_file(folder)
    rows = ",\n".join(json.dumps(astuple(node), ensure_ascii=False) for node in parts.nodes)
    file.write_text(f'{{"sha256": "{parts.sha256}", "nodes": [\n{rows}\n]}}\n', encoding="utf-8", newline="\n")
    return file


def main() -> None:
    """Write the index of every shipped version."""
    for version in list_product_versions():
        print(write_index(PRODUCTS / version, read_version(version)))


if __name__ == "__main__":
    main()
