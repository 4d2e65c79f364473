"""Properties of name resolution that hold for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from phytovigil.vocabulary import load_products
from phytovigil.vocabulary.matching import ACCEPTING_RULES, REFUSING_RULES

NAMES = sorted({name.text for node in load_products().nodes for name in load_products().names(node.id)})
REFUSED = sorted({match.matched for match in load_products().refusals})
WORDS = st.sampled_from([*NAMES, *REFUSED, "GEL", "FREE", "MALAYSIA", "CAPSULES", "500MG", "WITH", "RED", "TEA"])
REPORTED = st.lists(WORDS, max_size=5).map(" ".join)
ANY_TEXT = st.one_of(st.text(max_size=80), REPORTED)
PUNCTUATION = st.text(alphabet=' .,;:()[]{}/\\-_+*"!&\t', max_size=4)


def nodes_of(text: str) -> set[str]:
    return {match.node for match in load_products().resolve(text) if match.node}


@given(ANY_TEXT)
def test_resolving_never_fails_and_always_explains(text: str) -> None:
    for match in load_products().resolve(text):
        assert match.text == text
        assert match.matched
        assert match.why
        assert match.rule in (ACCEPTING_RULES if match.node else REFUSING_RULES)


@given(st.lists(ANY_TEXT, max_size=6))
def test_the_fast_way_and_the_explained_way_agree(texts: list[str]) -> None:
    products = load_products()
    where, found = products.map_texts(texts)
    pairs = [(a, products.nodes[b].id) for a, b in zip(where, found, strict=True)]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) == {(place, node) for place, text in enumerate(texts) for node in nodes_of(text)}


@given(REPORTED, PUNCTUATION, PUNCTUATION)
def test_case_and_surrounding_punctuation_do_not_matter(text: str, before: str, after: str) -> None:
    assert nodes_of(before + text.lower() + after) == nodes_of(text.upper())
    assert nodes_of(text.title()) == nodes_of(text)


@given(REPORTED, st.booleans())
def test_an_unrelated_word_adds_no_node(text: str, in_front: bool) -> None:
    unrelated = "QZXWV"
    longer = f"{unrelated} {text}" if in_front else f"{text} {unrelated}"
    assert nodes_of(longer) == nodes_of(text)


@given(REPORTED)
def test_a_node_is_named_by_whole_tokens(text: str) -> None:
    glued = " ".join(f"Q{token}Q" for token in text.split())
    assert nodes_of(glued) == set()


@given(st.text(max_size=30))
def test_finding_never_fails(text: str) -> None:
    assert len(load_products().find(text)) <= 20
