"""Reading a folder of evidence files. Its format is described in docs/reference/evidence-format.md."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidEvidence, UnknownName
from phytovigil.evidence.consistency import require_consistent
from phytovigil.evidence.entries import ITEMS, LIBRARY_KEYS, ROW_KEYS, check_keys, read_row, read_source, suggest
from phytovigil.schema.evidence import TOPICS, Citation, EvidenceLibrary, EvidenceRow, is_partial_date

DATA = Path(__file__).parent / "data"
"""Where the libraries stand that came with the program, a folder each, called as the product's node."""

HEAD = "library.toml"
"""The file that makes a folder a library."""

SECTIONS = ("defaults", "source", "row")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of rows and sources, parsed."""

    file: str
    defaults: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]


def list_shipped() -> tuple[str, ...]:
    """Product nodes on which a library came with the program.

    >>> "kratom" in list_shipped()
    True
    """
    return tuple(sorted(folder.name for folder in DATA.iterdir() if (folder / HEAD).is_file()))


def load_evidence(where: str | Path, strict: bool = True) -> EvidenceLibrary:
    """The evidence of a product node that came with the program, or of a folder of one's own.

    where : a node id, or a folder as a Path. strict : also refuse figures that contradict one another.
    Raises UnknownName for a node without a library, and InvalidEvidence that names file, row and key.
    """
    folder = where if isinstance(where, Path) else find_shipped(where)
    library = read_library(folder)
    if strict:
        require_consistent(library)
    return library


def find_shipped(product: str) -> Path:
    """The folder of a product's library."""
    shipped = list_shipped()
    if product not in shipped:
        raise UnknownName("evidence", product, "this version", hint=f"There is {', '.join(shipped)}.")
    return DATA / product


def read_library(folder: Path) -> EvidenceLibrary:
    """Read all files of a folder, in the order of their names."""
    files = list_files(folder)
    head = read_head(folder / HEAD)
    topics = (*TOPICS, *head.get("topics", ()))
    documents = [read_document(file) for file in files if file.name != HEAD]
    sources = gather_sources(documents)
    rows = gather_rows(documents, sources, topics)
    if not rows:
        raise InvalidEvidence(f"The folder {folder.name} holds no [[row]].")
    return EvidenceLibrary(head["product"], head["title"], head["version"], hash_files(files), topics, rows)


def list_files(folder: Path) -> list[Path]:
    """The files of a library. Raises InvalidEvidence where there is none."""
    if not (folder / HEAD).is_file():
        raise InvalidEvidence(
            f"{folder} holds no {HEAD}.", "docs/how-to/add-evidence.md shows what a folder of evidence needs."
        )
    return sorted(folder.glob("*.toml"))


def read_head(file: Path) -> dict[str, Any]:
    """What the library is called and which product it is on."""
    document = read_toml(file)
    for section in document:
        if section != "library":
            raise InvalidEvidence(f"{file.name}: [{section}] is not known.", "It holds [library] only.")
    head: dict[str, Any] = document.get("library", {})
    check_keys(head, LIBRARY_KEYS, ("product", "title", "version"), file.name)
    if not is_partial_date(head["version"]):
        raise InvalidEvidence(f"{file.name}: version is “{head['version']}”.", "Write the date of the last look.")
    return head


def read_document(file: Path) -> Document:
    """One file of rows and sources. Raises InvalidEvidence for a section that is not known."""
    raw = read_toml(file)
    for section, content in raw.items():
        if section not in SECTIONS:
            raise InvalidEvidence(f"{file.name}: [{section}] is not known.", suggest(section, SECTIONS))
        if isinstance(content, dict) != (section == "defaults"):
            raise InvalidEvidence(f"{file.name}: write [defaults], [[source]] and [[row]].")
    defaults = raw.get("defaults", {})
    shared = {key: kind for key, kind in ROW_KEYS.items() if key != "id" and kind != ITEMS}
    check_keys(defaults, shared, (), f"{file.name}, [defaults]")
    return Document(file.name, defaults, raw.get("source", []), raw.get("row", []))


def read_toml(file: Path) -> dict[str, Any]:
    """Parse a file; numbers keep the digits that were written."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InvalidEvidence(f"{file.name} cannot be read as TOML: {error}.") from error


def gather_sources(documents: Sequence[Document]) -> dict[str, Citation]:
    """All sources by id, each once in the folder."""
    found: dict[str, Citation] = {}
    for document in documents:
        for raw in document.sources:
            source = read_source(raw, document.file)
            if source.id in found:
                raise InvalidEvidence(f"{document.file}: the source “{source.id}” is there twice.")
            found[source.id] = source
    return found


def gather_rows(
    documents: Sequence[Document], sources: Mapping[str, Citation], topics: Sequence[str]
) -> tuple[EvidenceRow, ...]:
    """All rows, each id once; every source is cited by one of them."""
    found: dict[str, EvidenceRow] = {}
    for document in documents:
        for raw in document.rows:
            row = read_row(raw, document.defaults, sources, topics, document.file)
            if row.id in found:
                raise InvalidEvidence(f"{document.file}: the row “{row.id}” is there twice.")
            found[row.id] = row
    cited = {source.id for row in found.values() for source in (row.citation, *row.also)}
    if idle := [name for name in sources if name not in cited]:
        raise InvalidEvidence(f"No row cites the source “{idle[0]}”.", "Cite it or take it out.")
    return tuple(found.values())


def hash_files(files: Sequence[Path]) -> str:
    """SHA-256 over names and contents, independent of how a checkout ends its lines."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
