"""A dictionary adds and never takes away, whatever names and strings meet; merged decisions hold the last word."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phytovigil.vocabulary import ProductVocabulary, load_products
from phytovigil.vocabulary.decisions import DecidedName, merge_decisions
from phytovigil.vocabulary.dictionary_compiling import compile_dictionary
from phytovigil.vocabulary.own_folder import make_own_folder, read_own_nodes

BASE = load_products()
KNOWN = [
    "KRATOM",
    "KETUM",
    "GREEN TEA",
    "CENTRUM SILVER",
    "ZINC",
    "VALERIAN ROOT",
    "NIACIN",
    "CALCIUM",
    "SALVIA",
    "IRON",
]
INVENTED = ["ZORBADINE", "QUELAPINE", "FLUXAMINE", "ZORBADINE SODIUM", "MOONWORT", "ZINC ZORBATE", "GREEN TEA ZORBATE"]
NOISE = ["10 MG", "TABLETS", "NEW", "GEL", "AND", "WITH", "+", ";", "\\", "/", "SUPER", "KRATUM", "X", "5%", "SULFATE"]
STRINGS = st.lists(st.sampled_from(KNOWN + INVENTED + NOISE), min_size=1, max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def products(synthetic_dictionaries: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> ProductVocabulary:
    """The base with a dictionary of invented names, known names, and names that hold known ones."""
    own = tmp_path_factory.mktemp("own") / "own"
    make_own_folder(own)
    texts = [*KNOWN, *INVENTED, *(f"{first} {second}" for first in KNOWN for second in INVENTED[:3])]
    rows = [(text, "of", f"AA{number:08d}", text) for number, text in enumerate(texts)]
    unii = synthetic_dictionaries.write_unii(own.parent / "UNII_Names.txt", rows)
    compile_dictionary(own, read_own_nodes(own), unii=unii)
    return load_products(own)


def certain(vocabulary: ProductVocabulary, text: str) -> set[str]:
    return {match.node for match in vocabulary.resolve(text) if match.certainty == "certain"}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=STRINGS)
def test_dictionary_takes_no_certain_node_away(products: ProductVocabulary, text: str) -> None:
    """But for a mineral at the end of the name of a substance, which is its salt."""
    lost = certain(BASE, text) - certain(products, text)
    assert lost <= ({"calcium", "zinc"} if any(f"{name} " in text for name in INVENTED) else set())


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=STRINGS)
def test_dictionary_gives_no_node_of_the_base_that_the_base_does_not(products: ProductVocabulary, text: str) -> None:
    """Every name here that belongs to a node of the base is one that the base reads itself."""
    known = {node.id for node in BASE.nodes}
    assert certain(products, text) & known <= certain(BASE, text)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(STRINGS, max_size=5))
def test_many_at_once_are_mapped_as_one_by_one(products: ProductVocabulary, texts: list[str]) -> None:
    positions, nodes = products.map_texts(texts)
    found: dict[int, set[str]] = {place: set() for place in range(len(texts))}
    for place, node in zip(positions, nodes, strict=True):
        found[place].add(products.nodes[node].id)
    assert [found[place] for place in range(len(texts))] == [certain(products, text) for text in texts]


NAMES = st.text(alphabet="AbC 12-+", min_size=1, max_size=8).filter(lambda text: any(sign.isalnum() for sign in text))
DECIDED = st.builds(
    DecidedName, NAMES, st.sampled_from([(), ("kava",), ("kava", "valerian")]), st.just("A"), st.just("2026-11-22")
)


@given(old=st.lists(DECIDED, max_size=6, unique_by=lambda item: item.phrase), new=st.lists(DECIDED, max_size=6))
def test_replacing_merge_holds_every_name_once_and_the_last_word(
    old: list[DecidedName], new: list[DecidedName]
) -> None:
    merged = merge_decisions(old, new, replace=True)
    last = {item.phrase: item.nodes for item in [*old, *new]}
    assert {item.phrase: item.nodes for item in merged.decided} == last
    assert [item.phrase for item in merged.decided] == sorted(last)
    assert merged.added + merged.replaced + merged.unchanged == len(new)
    again = merge_decisions(merged.decided, new, replace=True)
    assert {item.phrase: item.nodes for item in again.decided} == last
