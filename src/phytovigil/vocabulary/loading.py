"""Reading the dated data files: one folder per version of the products, one file per version of the reactions."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidVocabulary, UnknownName
from phytovigil.schema.vocabulary import NodeName
from phytovigil.vocabulary.entries import Entry, check_keys, list_claims, list_withheld, read_entry
from phytovigil.vocabulary.matching import MATCHING_RULES, Claim, Phrase
from phytovigil.vocabulary.products import ProductVocabulary
from phytovigil.vocabulary.reactions import ReactionVocabulary, read_groups

_DATA = Path(__file__).parent / "data"


def list_product_versions() -> tuple[str, ...]:
    """Versions of the product names that came with the program, oldest first."""
    return tuple(sorted(folder.name for folder in (_DATA / "products").iterdir() if folder.is_dir()))


def list_reaction_versions() -> tuple[str, ...]:
    """Versions of the reaction groups that came with the program, oldest first."""
    return tuple(sorted(file.stem for file in (_DATA / "reactions").glob("*.toml")))


def load_products(version: str | None = None) -> ProductVocabulary:
    """One version of the product names, the newest unless told. Raises UnknownName, InvalidVocabulary."""
    return _load_products(_choose("product vocabulary", version, list_product_versions()))


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
    return read_products(_DATA / "products" / version)


@cache
def _load_reactions(version: str) -> ReactionVocabulary:
    return read_reactions(_DATA / "reactions" / f"{version}.toml")


def read_products(folder: Path) -> ProductVocabulary:
    """Read and check a folder of product files; its name is the version.

    Nodes are numbered by file name, then by place in the file. Raises InvalidVocabulary.
    """
    files = sorted(folder.glob("*.toml"))
    entries: list[tuple[Entry, str]] = []
    claims: dict[Phrase, list[Claim]] = {}
    for file in files:
        document = read_toml(file)
        check_keys(document, frozenset({"node", "withheld", "source"}), (), file.name)
        shared = {"source": document["source"]} if "source" in document else {}
        entries += [(read_entry(shared | table, file.name), file.name) for table in document.get("node", ())]
        for table in document.get("withheld", ()):
            for phrase, claim in list_withheld(table, file.name):
                _add_claim(claims, phrase, claim, file.name)
    for position, (entry, file_name) in enumerate(entries):
        where = f"{file_name}, node “{entry.node.id}”"
        for phrase, claim in list_claims(entry, position, where):
            _add_claim(claims, phrase, claim, where)
    names: dict[str, tuple[NodeName, ...]] = {entry.node.id: entry.names for entry, _ in entries}
    sha256 = hash_files(files, f"matching rules {MATCHING_RULES}\n")
    return ProductVocabulary(folder.name, sha256, [entry.node for entry, _ in entries], names, claims)


def _add_claim(claims: dict[Phrase, list[Claim]], phrase: Phrase, claim: Claim, where: str) -> None:
    """Only context names may share a phrase: their other words tell them apart."""
    held = claims.setdefault(phrase, [])
    if held and not (claim.rule == "context" and all(other.rule == "context" for other in held)):
        raise InvalidVocabulary(
            f"{where} claims “{' '.join(phrase)}”, which is claimed already.", "Give it to one node, or add context."
        )
    held.append(claim)


def read_reactions(file: Path) -> ReactionVocabulary:
    """Read and check a file of reaction groups; its stem is the version. Raises InvalidVocabulary."""
    return ReactionVocabulary(file.stem, hash_files([file]), read_groups(read_toml(file), file.name))


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
