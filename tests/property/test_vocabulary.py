"""What must hold for any string: case, accents, noise and order do not change what it means."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.vocabulary import ProductVocabulary, load_products
from phytovigil.vocabulary.matching import ACCEPTING_RULES, LIKELY_RULES, REFUSING_RULES
from phytovigil.vocabulary.spelling import NearWords, may_stand_beside, take_out

PRODUCTS = load_products("2026-11-22")
PLAIN = ("KRATOM", "VALERIAN", "GINKGO BILOBA", "ST JOHN'S WORT", "BLACK COHOSH", "TURMERIC", "MELATONIN", "ASPIRIN")
NAMES = st.sampled_from(PLAIN)
NOISE = st.sampled_from(["500 MG", "/01234501/", "(UNKNOWN)", "100%", "LOT 4711", "TAKEN DAILY", "!!", "NOS"])
NODES = {
    "KRATOM": "kratom-leaf",
    "VALERIAN": "valerian",
    "GINKGO BILOBA": "ginkgo",
    "ST JOHN'S WORT": "st-johns-wort",
    "BLACK COHOSH": "black-cohosh",
    "TURMERIC": "turmeric",
    "MELATONIN": "melatonin",
    "ASPIRIN": "aspirin",
}


def nodes_of(text: str, products: ProductVocabulary = PRODUCTS) -> dict[str, bool]:
    mapped = products.map_names([text])
    return {products.nodes[node].id: certain for node, certain in zip(mapped.nodes, mapped.certain, strict=True)}


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_case_and_accents_change_nothing(names: list[str], chosen: random.Random) -> None:
    text = "; ".join(names)
    accented = unicodedata.normalize(
        "NFC", "".join(sign + chosen.choice(["", "\u0301"]) if sign in "AEIO" else sign for sign in text)
    )
    assert nodes_of(text.lower()) == nodes_of(text) == nodes_of(accented)


@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), st.lists(NOISE, max_size=3))
@settings(max_examples=60, deadline=None)
def test_noise_adds_and_takes_away_nothing(names: list[str], noise: list[str]) -> None:
    wanted = {NODES[name]: True for name in names}
    assert nodes_of(" / ".join([*noise, *names])) == wanted
    assert nodes_of(" ".join([", ".join(names), *noise])) == wanted


@given(
    st.lists(NAMES, min_size=2, max_size=5, unique=True).flatmap(
        lambda names: st.tuples(st.just(names), st.permutations(names))
    )
)
@settings(max_examples=60, deadline=None)
def test_the_order_of_ingredients_does_not_matter(names: tuple[list[str], list[str]]) -> None:
    one, other = (f"HERBALS [{';'.join(order)}]" for order in names)
    assert nodes_of(one) == nodes_of(other)
    assert PRODUCTS.map_names([one, other]).combinations == {0, 1}


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_mapped_as_it_is_explained(text: str) -> None:
    matches = PRODUCTS.resolve(text)
    explained = {match.node: match.certainty for match in matches if match.node}
    certain = {match.node for match in matches if match.certainty == "certain"}
    assert nodes_of(text) == {node: node in certain for node in explained}
    for match in matches:
        assert (match.node == "") == (match.certainty == "refused")
        assert (match.rule in ACCEPTING_RULES) == (match.certainty == "certain")
        assert 0 <= match.score <= 1


WORDS = st.text("ABC", min_size=3, max_size=9)


@given(st.lists(WORDS, max_size=30), WORDS)
@settings(max_examples=300, deadline=None)
def test_no_near_word_is_overlooked(words: list[str], token: str) -> None:
    """With and without the index, against the distance of optimal string alignment by its recurrence."""
    furthest = 2 if len(token) >= 5 else 1
    wanted = {
        (word, distance)
        for word in set(words)
        if 0 < (distance := align(token, word)) <= furthest and may_stand_beside(token, word, distance)
    }
    assert set(NearWords(words, few=0).find(token)) == wanted
    assert set(NearWords(words, few=1).find(token)) == wanted


def align(one: str, other: str) -> int:
    """Optimal string alignment distance, computed cell by cell."""
    cells = {(row, 0): row for row in range(len(one) + 1)} | {(0, column): column for column in range(len(other) + 1)}
    for row, left in enumerate(one, 1):
        for column, right in enumerate(other, 1):
            cells[row, column] = min(
                cells[row - 1, column] + 1, cells[row, column - 1] + 1, cells[row - 1, column - 1] + (left != right)
            )
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cells[row, column] = min(cells[row, column], cells[row - 2, column - 2] + 1)
    return cells[len(one), len(other)]


@given(WORDS, st.integers(0, 2))
def test_what_is_left_of_a_word_is_shorter_by_no_more_than_asked(word: str, letters: int) -> None:
    left = take_out(word, letters)
    assert word in left
    assert {len(word) - len(some) for some in left} == set(range(min(letters, len(word)) + 1))


def test_medicines_are_hardly_ever_taken_for_misspelt_plants(shared_data: object) -> None:
    """5,049 ingredients and names of FAERS 2022 and 2023; every repair onto another substance was read and mended."""
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = shared_data / "counts"  # type: ignore[operator]
    names = set(parquet.read_table(folder / "faers_2023_us_primary_suspect.parquet")["ingredient_std"].to_pylist())
    names |= set(parquet.read_table(folder / "faers_2022q3_primary_suspect_pairs.parquet")["DRUG"].to_pylist())
    repaired = {
        match.matched: match.node
        for name in sorted(map(str, names))
        for match in PRODUCTS.resolve(name)
        if match.rule == "spelling"
    }
    kinds = {word: PRODUCTS.node(node).kind for word, node in repaired.items()}
    assert [word for word, kind in kinds.items() if kind == "botanical"] == []
    assert len(repaired) <= 12


FIRST = load_products("2026-11")
LISTED = sorted({name.text for node in FIRST.nodes for name in FIRST.names(node.id)})
REFUSED = sorted({match.matched for match in FIRST.refusals})
TOKENS = st.sampled_from([*LISTED, *REFUSED, "GEL", "FREE", "MALAYSIA", "CAPSULES", "500MG", "WITH", "RED", "TEA"])
REPORTED = st.lists(TOKENS, max_size=5).map(" ".join)
ANY_TEXT = st.one_of(st.text(max_size=80), REPORTED)
PUNCTUATION = st.text(alphabet=' .,;:()[]{}/\\-_+*"!&\t', max_size=4)
VERSIONS = st.sampled_from([FIRST, PRODUCTS])


@given(ANY_TEXT, VERSIONS)
def test_resolving_never_fails_and_always_explains(text: str, products: ProductVocabulary) -> None:
    for match in products.resolve(text):
        assert match.text == text
        assert match.matched
        assert match.why
        assert match.rule in ((*ACCEPTING_RULES, *LIKELY_RULES) if match.node else REFUSING_RULES)


@given(st.lists(ANY_TEXT, max_size=6), VERSIONS)
def test_the_fast_way_and_the_explained_way_agree(texts: list[str], products: ProductVocabulary) -> None:
    where, found = products.map_texts(texts)
    pairs = [(a, products.nodes[b].id) for a, b in zip(where, found, strict=True)]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) == {
        (place, match.node)
        for place, text in enumerate(texts)
        for match in products.resolve(text)
        if match.certainty == "certain"
    }


@given(REPORTED, PUNCTUATION, PUNCTUATION, VERSIONS)
def test_case_and_surrounding_punctuation_do_not_matter(
    text: str, before: str, after: str, products: ProductVocabulary
) -> None:
    assert nodes_of(before + text.lower() + after, products) == nodes_of(text.upper(), products)
    assert nodes_of(text.title(), products) == nodes_of(text, products)


@given(REPORTED, st.booleans(), VERSIONS)
def test_an_unrelated_word_adds_no_node(text: str, in_front: bool, products: ProductVocabulary) -> None:
    unrelated = "QZXWV"
    longer = f"{unrelated} {text}" if in_front else f"{text} {unrelated}"
    assert nodes_of(longer, products) == nodes_of(text, products)


@given(REPORTED)
def test_the_first_version_names_a_node_by_whole_tokens(text: str) -> None:
    glued = " ".join(f"Q{token}Q" for token in text.split())
    assert nodes_of(glued, FIRST) == {}


@given(st.text(max_size=30), VERSIONS)
def test_finding_never_fails(text: str, products: ProductVocabulary) -> None:
    assert len(products.find(text)) <= 20
