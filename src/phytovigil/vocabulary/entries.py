"""One table of a products file -> a node with its names and claims; what contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phytovigil.errors import InvalidVocabulary
from phytovigil.schema.vocabulary import NODE_KINDS, Node, NodeName
from phytovigil.vocabulary.matching import NO_NODE, Claim, Phrase
from phytovigil.vocabulary.tokens import split_tokens

Table = Mapping[str, Any]

_NODE_FIELDS = frozenset({"id", "name", "kind", "parents", "taxon", "part", "note"})
_NAME_LISTS = frozenset({"names", "synonyms", "vernacular", "brands", "misspellings", "context", "false_friends"})
_NODE_KEYS = _NODE_FIELDS | _NAME_LISTS | {"source"}
_SETTING_KEYS = {"routes": "route", "forms": "form", "countries": "country"}
_CONTEXT_KEYS = frozenset({"phrases", "needs", "forbids", "whole", "why", *_SETTING_KEYS}) | {
    f"not_{key}" for key in _SETTING_KEYS
}
_FALSE_FRIEND_KEYS = frozenset({"phrases", "is", "why"})
_WITHHELD_KEYS = frozenset({"phrases", "why"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A node as its file gives it, before positions are known."""

    node: Node
    names: tuple[NodeName, ...]
    context: tuple[Table, ...]
    false_friends: tuple[Table, ...]


def read_entry(table: Table, where: str) -> Entry:
    """Read one `[[node]]` table. Raises InvalidVocabulary for unknown keys, kinds and missing fields."""
    asked = f"{where}, node “{table.get('id', '?')}”"
    check_keys(table, _NODE_KEYS, ("id", "name", "kind", "source"), asked)
    if table["kind"] not in NODE_KINDS:
        raise InvalidVocabulary(f"{asked} is of kind “{table['kind']}”.", f"Kinds are {', '.join(NODE_KINDS)}.")
    for item in table.get("context", ()):
        check_keys(item, _CONTEXT_KEYS, ("phrases", "why"), asked)
        if not set(item) - {"phrases", "why", "whole"}:
            raise InvalidVocabulary(f"{asked} has a context name that neither needs nor forbids a word.")
    for item in table.get("false_friends", ()):
        check_keys(item, _FALSE_FRIEND_KEYS, ("phrases", "is", "why"), asked)
    node = Node(
        id=table["id"],
        name=table["name"],
        kind=table["kind"],
        parents=tuple(table.get("parents", ())),
        taxon=table.get("taxon", ""),
        part=table.get("part", ""),
        note=table.get("note", ""),
    )
    return Entry(
        node, tuple(_list_names(table)), tuple(table.get("context", ())), tuple(table.get("false_friends", ()))
    )


def check_keys(table: Table, known: frozenset[str], required: tuple[str, ...], where: str) -> None:
    """Refuse a table with a key that nothing reads (most often a misspelling) or without one that is needed."""
    unknown = sorted(set(table) - known)
    if unknown:
        raise InvalidVocabulary(f"{where} has the unknown key “{unknown[0]}”.", f"Known: {', '.join(sorted(known))}.")
    missing = [key for key in required if key not in table]
    if missing:
        raise InvalidVocabulary(f"{where} has no “{missing[0]}”.")


def _list_names(table: Table) -> Iterator[NodeName]:
    source = table["source"]
    if table.get("taxon"):
        yield NodeName(read_binomial(table["taxon"]), "taxon", source)
    for kind, key in (
        ("taxon", "synonyms"),
        ("name", "names"),
        ("brand", "brands"),
        ("misspelling", "misspellings"),
    ):
        for text in table.get(key, ()):
            yield NodeName(text, kind, source)
    for language, texts in table.get("vernacular", {}).items():
        for text in texts:
            yield NodeName(text, "vernacular", source, language)
    for item in table.get("context", ()):
        for text in item["phrases"]:
            yield NodeName(text, "context", source, note=describe_context(item))


def read_binomial(taxon: str) -> str:
    """Genus and species of a Latin name, without its author and without the sign of a hybrid.

    >>> read_binomial("Citrus × aurantium L.")
    'Citrus aurantium'
    """
    return " ".join([word for word in taxon.split() if word != "×"][:2])


def describe_context(item: Table) -> str:
    """What a context name asks of the other words and of its setting.

    >>> describe_context({"needs": ["KRATOM"], "forbids": ["GEL"], "countries": ["MY"]})
    'only beside KRATOM, or with country MY; never beside GEL'
    """
    wanted = [f"with {_SETTING_KEYS[key]} {' or '.join(item[key])}" for key in _SETTING_KEYS if item.get(key)]
    barred = [
        f"with {_SETTING_KEYS[key]} {' or '.join(item[f'not_{key}'])}"
        for key in _SETTING_KEYS
        if item.get(f"not_{key}")
    ]
    if item.get("needs"):
        wanted.insert(0, f"beside {', '.join(item['needs'])}")
    if item.get("forbids"):
        barred.insert(0, f"beside {', '.join(item['forbids'])}")
    return "; ".join(f"{word} {', or '.join(asked)}" for word, asked in (("only", wanted), ("never", barred)) if asked)


def list_claims(entry: Entry, position: int, where: str) -> Iterator[tuple[Phrase, Claim]]:
    """The claims of one node, in the order in which its file gives them."""
    for name in entry.names:
        if name.kind != "context":
            phrase = read_phrase(name.text, where)
            if len("".join(phrase)) == 1:
                raise InvalidVocabulary(f"{where} has the name “{name.text}”, one letter; it could mean anything.")
            yield phrase, Claim(position, name.kind)
    for item in entry.context:
        claim = Claim(
            position,
            "context",
            item["why"],
            _read_words(item.get("needs", ()), where),
            _read_words(item.get("forbids", ()), where),
            item.get("whole", False),
            position,
            _read_settings(item, ""),
            _read_settings(item, "not_"),
        )
        yield from ((read_phrase(text, where), claim) for text in item["phrases"])
    for item in entry.false_friends:
        claim = Claim(NO_NODE, "false-friend", f"It is {item['is']}: {item['why']}", about=position)
        yield from ((read_phrase(text, where), claim) for text in item["phrases"])


def _read_words(words: Sequence[str], where: str) -> frozenset[str]:
    """Single tokens that a context name is decided by; two words could never stand in one token."""
    phrases = [read_phrase(word, where) for word in words]
    for word, phrase in zip(words, phrases, strict=True):
        if len(phrase) > 1:
            raise InvalidVocabulary(f"{where} asks for the context “{word}”; context is given in single words.")
    return frozenset(phrase[0] for phrase in phrases)


def _read_settings(item: Table, sign: str) -> frozenset[tuple[str, str]]:
    """(field of a setting, word in it) pairs that decide a context name."""
    return frozenset(
        (field, token)
        for key, field in _SETTING_KEYS.items()
        for value in item.get(f"{sign}{key}", ())
        for token in [" ".join(split_tokens(value))]
    )


def list_withheld(table: Table, where: str) -> Iterator[tuple[Phrase, Claim]]:
    """The claims of one `[[withheld]]` table: names that are known and mapped to nothing, on purpose."""
    check_keys(table, _WITHHELD_KEYS, ("phrases", "why"), where)
    for text in table["phrases"]:
        yield read_phrase(text, where), Claim(NO_NODE, "withheld", table["why"])


def read_phrase(text: str, where: str) -> Phrase:
    """The tokens of a name; a name without any is refused."""
    phrase = tuple(split_tokens(text))
    if not phrase:
        raise InvalidVocabulary(f"{where} has the name “{text}”, which holds no Latin letter or digit.")
    return phrase
