"""Reading the dated data files: one folder per version of the products, one file per version of the reactions."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidVocabulary, UnknownName
from phytovigil.vocabulary.entries import Entry, check_keys, list_claims, list_withheld, read_entry, read_phrase
from phytovigil.vocabulary.node_index import read_index
from phytovigil.vocabulary.parts import MatchingRules, VocabularyParts
from phytovigil.vocabulary.products import ProductVocabulary
from phytovigil.vocabulary.reaction_terms import read_variants
from phytovigil.vocabulary.reactions import ReactionVocabulary, check_variants, read_groups

_DATA = Path(__file__).parent / "data"

PRODUCTS = _DATA / "products"
"""Where the versions of the product names stand, a folder each."""

OWN_FILE = "vocabulary.toml"
"""The file that makes a folder an own vocabulary."""

RULE_FILES = ("matching.toml", "lookalikes.toml")
"""Files of a version that say how strings are read; all others hold nodes."""

_RULES = re.compile(r"^rules = (\d+)$", re.MULTILINE)

KNOWN_RULES = (1, 2)
"""Matching rules that this program can follow."""

WORD_LISTS = (
    "forms",
    "qualities",
    "units",
    "latin_parts",
    "common_epithets",
    "contradicting",
    "medicine_endings",
)
"""Word lists that rules 2 use."""


def list_product_versions() -> tuple[str, ...]:
    """Versions of the product names that came with the program, oldest first."""
    return tuple(sorted(folder.name for folder in PRODUCTS.iterdir() if folder.is_dir()))


def list_reaction_versions() -> tuple[str, ...]:
    """Versions of the reaction groups that came with the program, oldest first."""
    return tuple(sorted(file.stem for file in (_DATA / "reactions").glob("*.toml")))


def load_products(asked: str | Path | None = None) -> ProductVocabulary:
    """One version of the product names, or the names in an own vocabulary folder; the newest version unless told.

    asked : a version, or the path of a folder with a file `vocabulary.toml`.
    Raises UnknownName, InvalidVocabulary.
    """
    if isinstance(asked, Path) or (asked is not None and (Path(asked) / OWN_FILE).is_file()):
        from phytovigil.vocabulary.own_folder import load_own

        return load_own(Path(asked))
    return _load_products(_choose("product vocabulary", asked, list_product_versions()))


def load_reactions(version: str | None = None) -> ReactionVocabulary:
    """One version of the reaction groups, the newest unless told. Raises UnknownName, InvalidVocabulary."""
    return _load_reactions(_choose("reaction vocabulary", version, list_reaction_versions()))


def _choose(kind: str, version: str | None, known: tuple[str, ...]) -> str:
    if version is None:
        return known[-1]
    if version not in known:
        raise UnknownName(kind, version, "this program", hint=f"There is {', '.join(known)}.")
    return version


@cache
def _load_products(version: str) -> ProductVocabulary:
    folder = PRODUCTS / version
    index = read_index(folder, hash_products(folder), lambda: read_parts(folder))
    return ProductVocabulary(index or read_parts(folder))


@cache
def _load_reactions(version: str) -> ReactionVocabulary:
    variants = _DATA / "terms" / f"{version}.toml"
    return read_reactions(_DATA / "reactions" / f"{version}.toml", variants if variants.is_file() else None)


def read_products(folder: Path) -> ProductVocabulary:
    """Read and check a folder of product files; its name is the version. Raises InvalidVocabulary."""
    return ProductVocabulary(read_parts(folder))


def read_version(version: str) -> VocabularyParts:
    """The parts of a version that came with the program, a copy to be added to. Raises UnknownName."""
    return _read_version(_choose("product vocabulary", version, list_product_versions())).copy()


@cache
def _read_version(version: str) -> VocabularyParts:
    return read_parts(PRODUCTS / version)


def read_parts(folder: Path) -> VocabularyParts:
    """Read and check a folder of product files: the parts of its vocabulary. Raises InvalidVocabulary."""
    files = sorted(folder.glob("*.toml"))
    parts = VocabularyParts(folder.name, read_matching(folder))
    add_node_files(parts, [file for file in files if file.name not in RULE_FILES])
    parts.hashes = [hash_products(folder)]
    return parts


def hash_products(folder: Path) -> str:
    """SHA-256 of a version: of its files and of the number of the matching rules that they ask for."""
    file = folder / "matching.toml"
    asked = _RULES.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    number = asked.group(1) if asked else "1"
    return hash_files(sorted(folder.glob("*.toml")), f"matching rules {number}\n")


def read_matching(folder: Path) -> MatchingRules:
    """How a version reads strings; rules 1 where its folder does not say. Raises InvalidVocabulary."""
    file = folder / "matching.toml"
    if not file.is_file():
        return MatchingRules()
    document = read_toml(file)
    check_keys(document, frozenset({"rules", *WORD_LISTS}), ("rules", *WORD_LISTS), file.name)
    if document["rules"] not in KNOWN_RULES:
        known = ", ".join(map(str, KNOWN_RULES))
        raise InvalidVocabulary(f"{file.name} asks for matching rules {document['rules']}; there are {known}.")
    words = {key: frozenset(document[key]) for key in WORD_LISTS}
    return MatchingRules(document["rules"], words, read_lookalikes(folder / "lookalikes.toml"))


def read_lookalikes(file: Path) -> dict[str, str]:
    """Words that are never taken for the misspelling of a name, each with the reason. Raises InvalidVocabulary."""
    if not file.is_file():
        return {}
    document = read_toml(file)
    check_keys(document, frozenset({"words"}), (), file.name)
    found: dict[str, str] = {}
    for table in document.get("words", ()):
        check_keys(table, frozenset({"words", "why"}), ("words", "why"), file.name)
        for word in table["words"]:
            phrase = read_phrase(word, file.name)
            if len(phrase) > 1 or phrase[0] in found:
                raise InvalidVocabulary(f"{file.name} gives “{word}” twice, or it is not one word.")
            found[phrase[0]] = table["why"]
    return found


def add_node_files(parts: VocabularyParts, files: Sequence[Path]) -> None:
    """Add the nodes and withheld names of some files; the caller adds their hash.

    Nodes are numbered in the order of the files, then by place in the file. Raises InvalidVocabulary.
    """
    entries: list[tuple[Entry, str]] = []
    for file in files:
        document = read_toml(file)
        check_keys(document, frozenset({"node", "withheld", "source"}), (), file.name)
        shared = {"source": document["source"]} if "source" in document else {}
        entries += [(read_entry(shared | table, file.name), file.name) for table in document.get("node", ())]
        for table in document.get("withheld", ()):
            for phrase, claim in list_withheld(table, file.name):
                parts.add_claim(phrase, claim, file.name)
    for position, (entry, file_name) in enumerate(entries, start=len(parts.nodes)):
        where = f"{file_name}, node “{entry.node.id}”"
        for phrase, claim in list_claims(entry, position, where):
            parts.add_claim(phrase, claim, where)
    parts.nodes += [entry.node for entry, _ in entries]
    parts.names |= {entry.node.id: entry.names for entry, _ in entries}


def read_reactions(file: Path, variants: Path | None = None) -> ReactionVocabulary:
    """Read and check a file of reaction groups; its stem is the version. Raises InvalidVocabulary.

    variants : a file of other spellings and names of terms; without it every term is only what it is.
    """
    document = read_toml(file)
    groups = read_groups(document, file.name)
    if variants is None:
        return ReactionVocabulary(file.stem, hash_files([file]), groups)
    known = read_variants(read_toml(variants), hash_files([variants]), f"terms/{variants.name}")
    vocabulary = ReactionVocabulary(file.stem, hash_files([file, variants]), groups, known)
    check_variants(document, vocabulary, file.name)
    return vocabulary


def read_toml(file: Path) -> dict[str, Any]:
    """Parse a data file; a syntax error becomes InvalidVocabulary with the place."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidVocabulary(f"{file.name} is not valid TOML: {error}.") from error


def hash_files(files: Sequence[Path], salt: str = "") -> str:
    """SHA-256 over names and contents in the given order, independent of how a checkout ends its lines."""
    digest = hashlib.sha256(salt.encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
