"""An own vocabulary: a folder with names of one's own on top of a version that came with the program.

`vocabulary.toml` says what it is called and what it builds on. Beside it stand node files in the shipped format, a
person's decisions (`names.csv`) and a compiled dictionary (`dictionary/`), each of them optional.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from phytovigil.errors import InvalidVocabulary
from phytovigil.vocabulary.decisions import FILE, DecidedName, read_decisions
from phytovigil.vocabulary.dictionary import ABOUT, FOLDER, CompiledDictionary, CompiledNodes
from phytovigil.vocabulary.entries import check_keys
from phytovigil.vocabulary.loading import (
    OWN_FILE,
    PRODUCTS,
    add_node_files,
    hash_files,
    hash_products,
    list_product_versions,
    read_toml,
    read_version,
)
from phytovigil.vocabulary.long_list import LongPositions
from phytovigil.vocabulary.near_names import rank_near
from phytovigil.vocabulary.node_index import NodeIndex, read_index
from phytovigil.vocabulary.parts import Dictionary, MatchingRules, VocabularyParts
from phytovigil.vocabulary.products import ProductVocabulary

LEAST_RULES = 2
"""Number of the first matching rules that know decisions and dictionaries."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class OwnFolder:
    """What `vocabulary.toml` says. name : lower case, words joined by "-". base : a version that came with it."""

    folder: Path
    name: str
    base: str

    @property
    def version(self) -> str:
        """What answers call the vocabulary."""
        return f"{self.base}+{self.name}"


def read_own_folder(folder: Path) -> OwnFolder:
    """Read `vocabulary.toml`. Raises InvalidVocabulary in one line."""
    file = folder / OWN_FILE
    if not file.is_file():
        raise InvalidVocabulary(
            f"{folder} holds no {OWN_FILE}.",
            f'Two lines make one: name = "clinic" and base = "{list_product_versions()[-1]}".',
        )
    document = read_toml(file)
    check_keys(document, frozenset({"name", "base"}), ("name", "base"), file.name)
    name, base = document["name"], document["base"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidVocabulary(f"{file.name} calls the vocabulary “{name}”.", "Write lower-case words joined by “-”.")
    if base not in list_product_versions():
        raise InvalidVocabulary(
            f"{file.name} builds on “{base}”, which did not come with this program.",
            f"There is {', '.join(list_product_versions())}.",
        )
    return OwnFolder(folder, name, base)


def make_own_folder(folder: Path) -> bool:
    """Write a `vocabulary.toml` if there is none, named like the folder, on the newest version. Whether it did."""
    file = folder / OWN_FILE
    if file.is_file():
        return False
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "own"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(f'name = "{name}"\nbase = "{list_product_versions()[-1]}"\n', encoding="utf-8")
    return True


def read_own_nodes(folder: Path) -> VocabularyParts:
    """The base with the folder's node files, without its dictionary and decisions. Raises InvalidVocabulary."""
    own = read_own_folder(folder)
    parts = read_version(own.base)
    files = list_node_files(folder)
    add_node_files(parts, files)
    parts.version = own.version
    parts.hashes.append(hash_files([folder / OWN_FILE, *files]))
    return parts


def read_own_parts(folder: Path) -> VocabularyParts:
    """All parts of the vocabulary of a folder. Raises InvalidVocabulary, UnreadableFile."""
    parts = read_own_nodes(folder)
    add_own(parts, folder)
    return parts


def add_own(parts: VocabularyParts, folder: Path) -> None:
    """Add the folder's dictionary and decisions, where it has them. Raises InvalidVocabulary, UnreadableFile."""
    if (folder / FOLDER / ABOUT).is_file():
        add_dictionary(parts, CompiledDictionary(folder))
    if (folder / FILE).is_file():
        add_decisions(parts, folder / FILE)


def index_own(folder: Path) -> NodeIndex | None:
    """What a count by the id of a product needs of a folder without node files, before any name is read.

    None where there are such files, or no index of the base.
    """
    own = read_own_folder(folder)
    base = PRODUCTS / own.base
    if list_node_files(folder) or not (base / "matching.toml").is_file():
        return None
    index = read_index(base, hash_products(base), lambda: read_own_parts(folder))
    if index is None:
        return None
    parts = VocabularyParts(own.version, MatchingRules(LEAST_RULES), list(index.nodes))
    parts.hashes = [index.sha256, hash_files([folder / OWN_FILE])]
    add_own(parts, folder)
    return NodeIndex(own.version, parts.sha256, tuple(parts.nodes), index.read, parts.tail)


def list_node_files(folder: Path) -> list[Path]:
    """The folder's own node files, by name."""
    return [file for file in sorted(folder.glob("*.toml")) if file.name != OWN_FILE]


def load_own(folder: Path) -> ProductVocabulary:
    """The vocabulary of a folder, read anew only when one of its files was touched."""
    files = sorted([*folder.glob("*.toml"), folder / FILE, folder / FOLDER / ABOUT])
    facts = [(file, file.stat()) for file in files if file.is_file()]
    return _load_own(folder, tuple((str(file), held.st_size, held.st_mtime_ns) for file, held in facts))


@lru_cache(maxsize=2)
def _load_own(folder: Path, _files: tuple[tuple[str, int, int], ...]) -> ProductVocabulary:
    return ProductVocabulary(index_own(folder) or read_own_parts(folder))


def add_dictionary(parts: VocabularyParts, compiled: CompiledDictionary) -> None:
    """Append the nodes of a compiled dictionary and let its names be asked. Raises InvalidVocabulary.

    It must have been compiled with the very nodes that are there: with others its names would mean something else.
    """
    require_lists(parts, "dictionary")
    if compiled.about["base_sha256"] != parts.sha256:
        raise InvalidVocabulary(
            f"The dictionary in {compiled.folder} was compiled with other nodes than {parts.version} has now.",
            "`phytovigil products dictionary` makes it anew from your files.",
        )
    above: dict[str, list[str]] = compiled.about["parents"]
    parts.nodes = [
        replace(node, parents=(*node.parents, *above[node.id])) if node.id in above else node for node in parts.nodes
    ]
    classes = compiled.groups()
    parts.nodes += classes
    parts.names |= {node.id: () for node in classes}
    parts.tail = CompiledNodes(compiled)
    positions = list_positions(parts)
    parts.dictionaries += [
        Dictionary(title, compiled.entries(file, positions)) for file, title in compiled.titles.items()
    ]
    parts.hashes.append(compiled.sha256)


def add_decisions(parts: VocabularyParts, file: Path) -> None:
    """Let the decisions of a file come before everything else. Raises InvalidVocabulary, UnreadableFile."""
    require_lists(parts, file.name)
    positions = list_positions(parts)
    for item in list_decisions(parts, file):
        parts.decided[item.phrase] = item.resolve(positions)
    parts.hashes.append(hash_files([file]))


def list_decisions(parts: VocabularyParts, file: Path) -> tuple[DecidedName, ...]:
    """The decisions of a file, checked against the nodes that there are. Raises InvalidVocabulary, UnreadableFile."""
    return read_decisions(file, list_positions(parts), lambda asked: near_ids(parts, asked)).decided


def list_positions(parts: VocabularyParts) -> Mapping[str, int]:
    """Id -> position, of every node of the parts."""
    held = {node.id: place for place, node in enumerate(parts.nodes)}
    return held if parts.tail is None else LongPositions(held, parts.tail)


def near_ids(parts: VocabularyParts, asked: str) -> Sequence[str]:
    """Ids of nodes that resemble what was written for one, by id or name."""
    spellings = {node_id: node_id for node_id in parts.tail.ids()} if parts.tail is not None else {}
    spellings |= {node.name.lower(): node.id for node in parts.nodes} | {node.id: node.id for node in parts.nodes}
    return rank_near(asked.lower(), spellings, most=3)


def require_lists(parts: VocabularyParts, what: str) -> None:
    """Refuse a base that was made before there were decisions and dictionaries: how it maps is fixed."""
    if parts.matching.number < LEAST_RULES:
        raise InvalidVocabulary(
            f"{what} cannot be added to {parts.version}: its base maps by rules that know no such thing.",
            f'Write base = "{list_product_versions()[-1]}" into {OWN_FILE}.',
        )
