"""The compiled dictionary of an own vocabulary folder: files that are looked up without being parsed.

`dictionary/about.json` tells what it was made of, with a hash of every file. `nodes.tsv` has a line for each substance,
sorted by id: id, name, kind, parents, note; `classes.tsv` the same for groups. `names-LABEL.tsv` has a line for each
spelling, sorted: spelling, ids of nodes. `shown.tsv` has the names of each node as they were written. All are UTF-8; a
spelling is upper-case ASCII.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import Node, NodeName
from phytovigil.vocabulary.parts import VocabularyParts

FOLDER = "dictionary"
ABOUT = "about.json"
FORMAT = 1
TAB, END = b"\t", b"\n"


@dataclass(frozen=True, slots=True)
class CompiledNames:
    """The spellings that one publisher gave, sorted, each with ids of nodes."""

    label: str
    title: str
    spellings: Iterable[tuple[str, tuple[str, ...]]]

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"names-{self.label.lower()}.tsv"


def write_dictionary(
    folder: Path,
    parts: VocabularyParts,
    nodes: Sequence[Node],
    added_parents: Mapping[str, tuple[str, ...]],
    names: Sequence[CompiledNames],
    shown: Mapping[str, list[tuple[str, str]]],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Write all files to a draft and put it in place at once. Returns what `about.json` says.

    parts : what the nodes were matched with; another vocabulary would match them otherwise.
    """
    draft = folder / f"{FOLDER}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    ordered = sorted(nodes, key=lambda node: node.id.encode())
    tables = {
        "nodes.tsv": (_node_line(node) for node in ordered if node.kind != "group"),
        "classes.tsv": (_node_line(node) for node in ordered if node.kind == "group"),
    }
    tables["shown.tsv"] = (_shown_line(node, shown[node]) for node in sorted(shown, key=str.encode))
    for item in names:
        tables[item.file] = ("\t".join((spelling, " ".join(ids))) for spelling, ids in item.spellings)
    hashes = {file: _write_lines(draft / file, lines) for file, lines in tables.items()}
    told = {
        "format": FORMAT,
        "titles": {item.file: item.title for item in names},
        "base": parts.version,
        "base_sha256": parts.sha256,
        **about,
        "parents": {node: list(above) for node, above in sorted(added_parents.items())},
        "sha256": hashes,
    }
    (draft / ABOUT).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    place = folder / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    os.replace(draft, place)
    return told


def _node_line(node: Node) -> str:
    return "\t".join((node.id, _flat(node.name), node.kind, " ".join(node.parents), _flat(node.note)))


def _shown_line(node: str, names: Sequence[tuple[str, str]]) -> str:
    return "\t".join([node, *(f"{label}|{_flat(text)}" for text, label in names)])


def _flat(text: str) -> str:
    """A text without tabs and line ends."""
    return " ".join(text.split())


def _write_lines(file: Path, lines: Iterable[str]) -> str:
    """Write lines and return the hash of the file."""
    digest = hashlib.sha256()
    with file.open("wb") as stream:
        for line in lines:
            raw = line.encode() + END
            digest.update(raw)
            stream.write(raw)
    return digest.hexdigest()


class SortedLines:
    """Lines that start with a key and a tab, sorted by their bytes; found by halving."""

    def __init__(self, raw: bytes) -> None:
        self.lines = raw.split(END)
        if self.lines and not self.lines[-1]:
            self.lines.pop()

    def place(self, key: str) -> int:
        """Place of the line with this key, or -1."""
        start = key.encode() + TAB
        found = bisect_left(self.lines, start)
        return found if found < len(self.lines) and self.lines[found].startswith(start) else -1

    def fields(self, place: int) -> list[str]:
        """The fields of a line."""
        return self.lines[place].decode().split("\t")


class CompiledDictionary:
    """The files of a compiled dictionary, each read when it is first needed.

    Raises InvalidVocabulary for one that is damaged or of another format.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self.about = self._read_about()

    def _read_about(self) -> dict[str, Any]:
        try:
            about = json.loads((self.folder / ABOUT).read_bytes())
        except (OSError, ValueError) as error:
            raise self._damaged(f"{ABOUT} cannot be read") from error
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            raise self._damaged(f"{ABOUT} is not of format {FORMAT}")
        return about

    def read(self, file: str) -> bytes:
        """The bytes of a file, if they are those that were written."""
        try:
            raw = (self.folder / file).read_bytes()
        except OSError as error:
            raise self._damaged(f"{file} is missing") from error
        if hashlib.sha256(raw).hexdigest() != self.about["sha256"][file]:
            raise self._damaged(f"{file} is not what was written")
        return raw

    def _damaged(self, what: str) -> InvalidVocabulary:
        return InvalidVocabulary(
            f"The dictionary in {self.folder} cannot be used: {what}.",
            "`phytovigil products dictionary` makes it anew.",
        )

    @property
    def sha256(self) -> str:
        """One hash of all files."""
        return hashlib.sha256(json.dumps(self.about, sort_keys=True).encode()).hexdigest()

    @cached_property
    def nodes(self) -> SortedLines:
        """One line for each substance."""
        return SortedLines(self.read("nodes.tsv"))

    @cached_property
    def shown(self) -> SortedLines:
        """The names of each node as they were written."""
        return SortedLines(self.read("shown.tsv"))

    def groups(self) -> tuple[Node, ...]:
        """The classes: nodes that hold others."""
        return tuple(read_node(line) for line in SortedLines(self.read("classes.tsv")).lines)

    def show_names(self, node_id: str) -> tuple[NodeName, ...]:
        """The names that the dictionary has for a node, as they were written."""
        place = self.shown.place(node_id)
        listed = self.shown.fields(place)[1:] if place >= 0 else []
        titles = {file.removeprefix("names-").removesuffix(".tsv"): title for file, title in self.titles.items()}
        pairs = (name.partition("|") for name in listed)
        return tuple(NodeName(text, "name", titles[label.lower()]) for label, _, text in pairs)

    @property
    def titles(self) -> Mapping[str, str]:
        """File of names -> title of what it was made of."""
        titles: dict[str, str] = self.about["titles"]
        return titles

    def entries(self, file: str, positions: Mapping[str, int]) -> CompiledEntries:
        """The spellings of one file, with positions of nodes."""
        return CompiledEntries(self, file, positions)


def read_node(line: bytes) -> Node:
    """The node of a line."""
    node, name, kind, parents, note = line.decode().split("\t")
    return Node(node, name, kind, tuple(parents.split()), note=note)


class CompiledNodes:
    """The substances of a compiled dictionary, in the order of their ids: the tail of a vocabulary's nodes."""

    def __init__(self, dictionary: CompiledDictionary) -> None:
        self._dictionary = dictionary
        self._lines = dictionary.nodes

    def __len__(self) -> int:
        return len(self._lines.lines)

    def at(self, place: int) -> Node:
        """The node at a place."""
        return read_node(self._lines.lines[place])

    def place(self, node_id: str) -> int:
        """Place of the node with this id, or -1."""
        return self._lines.place(node_id)

    def ids(self) -> Iterator[str]:
        """All ids in order."""
        return (line.split(TAB, 1)[0].decode() for line in self._lines.lines)

    def names(self, node_id: str) -> tuple[NodeName, ...]:
        """The names that the dictionary has for a node."""
        return self._dictionary.show_names(node_id)

    def below(self, parents: Sequence[str]) -> Sequence[str]:
        """Ids of the nodes that have one of these parents; only classes have any."""
        wanted = {parent for parent in parents if parent in self._classes}
        found: dict[int, None] = {}
        for parent in sorted(wanted):
            found |= dict.fromkeys(self._by_parent.get(parent, ()))
        return [self._lines.fields(place)[0] for place in sorted(found)]

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(node.id for node in self._dictionary.groups())

    @cached_property
    def _by_parent(self) -> Mapping[str, Sequence[int]]:
        by_parent: dict[str, list[int]] = {}
        for place, line in enumerate(self._lines.lines):
            for parent in line.split(TAB)[3].decode().split():
                by_parent.setdefault(parent, []).append(place)
        return by_parent


class CompiledEntries(Mapping[str, tuple[int, ...]]):
    """Spelling -> positions of nodes, looked up in the sorted lines of a file that is read when it is first asked."""

    def __init__(self, dictionary: CompiledDictionary, file: str, positions: Mapping[str, int]) -> None:
        self._dictionary, self._file, self._positions = dictionary, file, positions

    @cached_property
    def _lines(self) -> SortedLines:
        return SortedLines(self._dictionary.read(self._file))

    def get(self, key: str, default: Any = None) -> Any:
        """Positions of the nodes that a spelling means, or the default."""
        place = self._lines.place(key)
        return default if place < 0 else self._read(place)

    def _read(self, place: int) -> tuple[int, ...]:
        return tuple(self._positions[node] for node in self._lines.fields(place)[1].split())

    def __getitem__(self, key: str) -> tuple[int, ...]:
        found: tuple[int, ...] | None = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return (line.split(TAB, 1)[0].decode() for line in self._lines.lines)

    def __len__(self) -> int:
        return len(self._lines.lines)
