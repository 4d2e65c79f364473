"""Reading the lists of medicines and the rules of products. docs/reference/follow/interactions.md shows the format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidEvidence
from phytovigil.evidence.entries import check_keys, find_source, read_source, require_one
from phytovigil.evidence.loading import DATA, hash_files, read_toml
from phytovigil.evidence.medicines.rules import read_product
from phytovigil.schema.evidence import Citation, is_partial_date
from phytovigil.schema.medicines import (
    MEMBER_READINGS,
    ClassMember,
    MedicineClass,
    MedicineLists,
    ProductRules,
)

LISTS = DATA / "medicines"
"""Where the lists stand that came with the program: a folder of classes and a folder of products."""

TEXT, TEXTS = "text", "list of texts"
CLASS_KEYS = {**dict.fromkeys(("id", "title", "plain", "as_of"), TEXT), "limits": TEXTS}
MEMBERS_KEYS = {
    **dict.fromkeys(("source", "reading", "degree", "note"), TEXT),
    **dict.fromkeys(("nodes", "names", "without"), TEXTS),
}
SECTIONS = ("class", "source", "members")


@cache
def load_medicines(folder: Path = LISTS) -> MedicineLists:
    """All lists and rules of a folder; those that came with the program unless one is named.

    Raises InvalidEvidence that names file and key.

    >>> lists = load_medicines()
    >>> [product.product for product in lists.products]
    ['kratom']
    """
    class_files, product_files = sorted(folder.glob("classes/*.toml")), sorted(folder.glob("products/*.toml"))
    classes = tuple(read_class(file) for file in class_files)
    if not classes:
        raise InvalidEvidence(f"{folder} holds no classes/*.toml.", "A list of medicines is needed.")
    known = [one.id for one in classes]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise InvalidEvidence(f"The class “{twice[0]}” is there twice.")
    products = tuple(read_product(read_toml(file), file.name, known) for file in product_files)
    version = max([one.as_of for one in classes] + [one.as_of for one in products])
    return MedicineLists(version, hash_files([*class_files, *product_files]), classes, products)


def read_class(file: Path) -> MedicineClass:
    """One class of medicines. Raises InvalidEvidence."""
    raw = read_toml(file)
    for section in raw:
        require_one(section, SECTIONS, "section", file.name)
    head = dict(raw.get("class", {}))
    ever = head.pop("ever", False)
    check_keys(head, CLASS_KEYS, ("id", "title", "plain", "as_of"), file.name)
    if not is_partial_date(head["as_of"]) or not isinstance(ever, bool):
        raise InvalidEvidence(f"{file.name}: as_of is a date, and ever is true or false.")
    sources = gather_sources(raw.get("source", []), file.name)
    members = [one for block in raw.get("members", []) for one in read_members(block, sources, file.name)]
    require_cited(sources, [member.source.id for member in members], file.name)
    require_once(members, file.name)
    limits = tuple(head.get("limits", ()))
    return MedicineClass(head["id"], head["title"], head["plain"], head["as_of"], tuple(members), ever, limits)


def gather_sources(raw: Iterable[Mapping[str, Any]], where: str) -> dict[str, Citation]:
    """Sources by id, each once in its file."""
    found: dict[str, Citation] = {}
    for one in raw:
        source = read_source(one, where)
        if source.id in found:
            raise InvalidEvidence(f"{where}: the source “{source.id}” is there twice.")
        found[source.id] = source
    return found


def read_members(raw: Mapping[str, Any], sources: Mapping[str, Citation], where: str) -> list[ClassMember]:
    """Members that share source, reading and degree: nodes of the vocabulary, and names that it does not have."""
    place = f"{where}, members of “{raw.get('source', '?')}”"
    check_keys(raw, MEMBERS_KEYS, ("source", "reading"), place)
    require_one(raw["reading"], MEMBER_READINGS, "reading", place)
    source = find_source(raw["source"], sources, place)
    named = [(node, "") for node in raw.get("nodes", ())] + [("", name) for name in raw.get("names", ())]
    if not named:
        raise InvalidEvidence(f"{place} names no medicine.", "Add nodes or names.")
    shared = (raw.get("degree", ""), source, raw["reading"], raw.get("note", ""), tuple(raw.get("without", ())))
    return [ClassMember(node, name, *shared) for node, name in named]


def require_once(members: Sequence[ClassMember], where: str) -> None:
    """Refuse an empty class, and a medicine that stands in it twice."""
    names = [member.node or member.name for member in members]
    if not names:
        raise InvalidEvidence(f"{where} lists no medicine.", "Add [[members]].")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidEvidence(f"{where}: “{twice[0]}” is there twice.", "Keep the row with the better source.")


def require_cited(sources: Iterable[str], cited: Sequence[str], where: str) -> None:
    """Refuse a source that nothing cites."""
    if idle := [name for name in sources if name not in cited]:
        raise InvalidEvidence(f"{where}: nothing cites the source “{idle[0]}”.", "Cite it or take it out.")


def find_product(lists: MedicineLists, product: str) -> ProductRules | None:
    """The rules of a product, if there are any."""
    return next((one for one in lists.products if one.product == product), None)
