"""The phrase index on phrases made up for the test."""

from __future__ import annotations

import pytest

from phytovigil.vocabulary.matching import ACCEPTING_RULES, NO_NODE, Claim, PhraseIndex, decide

NAME = Claim(0, "name")


def index(**claims: Claim) -> PhraseIndex:
    return PhraseIndex({tuple(words.split("_")): [claim] for words, claim in claims.items()})


def find_nodes(index: PhraseIndex, tokens: list[str]) -> set[int]:
    """Nodes that the tokens name."""
    claims = [claim for phrase in index.find_phrases(tokens) for claim in index.claims[phrase]]
    return {claim.node for claim in claims if decide(claim, tokens) in ACCEPTING_RULES}


def test_the_longest_phrase_wins() -> None:
    found = index(TEA=NAME, GREEN_TEA=Claim(1, "name"), GREEN_TEA_EXTRACT=Claim(2, "name"))
    assert find_nodes(found, ["DRY", "GREEN", "TEA", "EXTRACT"]) == {2}
    assert find_nodes(found, ["GREEN", "TEA"]) == {1}
    assert find_nodes(found, ["TEA", "GREEN", "TEA"]) == {0, 1}


def test_a_false_friend_covers_the_name_that_it_ends_with() -> None:
    found = index(SILVER=NAME, CENTRUM_SILVER=Claim(NO_NODE, "false-friend"))
    assert find_nodes(found, ["CENTRUM", "SILVER"]) == set()
    assert find_nodes(found, ["CENTRUM", "SILVER", "AND", "SILVER"]) == {0}


def test_a_longer_refusal_wins_over_a_name_that_starts_before_it() -> None:
    found = index(A_B=NAME, B_C_D=Claim(NO_NODE, "false-friend"))
    assert found.find_phrases(["A", "B", "C", "D"]) == [("B", "C", "D")]
    assert found.find_phrases(["A", "B", "C"]) == [("A", "B")]


def test_a_phrase_that_loses_an_overlap_leaves_room_for_its_shorter_start() -> None:
    found = index(A=NAME, A_B=Claim(1, "name"), B_C_D=Claim(2, "name"))
    assert found.find_phrases(["A", "B", "C", "D"]) == [("A",), ("B", "C", "D")]


def test_phrases_come_in_reading_order() -> None:
    found = index(KAVA=NAME, RED_YEAST_RICE=Claim(1, "name"))
    assert found.find_phrases(["KAVA", "RED", "YEAST", "RICE", "KAVA"]) == [
        ("KAVA",),
        ("RED", "YEAST", "RICE"),
        ("KAVA",),
    ]


def test_only_whole_tokens_match() -> None:
    found = index(KRATOM=NAME)
    assert find_nodes(found, ["KRATOMOS"]) == set()
    assert find_nodes(found, ["IPRATOM", "XKRATOM"]) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("KETUM", "needs-context"),
        ("KETUM MALAYSIA", "context"),
        ("MALAYSIA KETUM", "context"),
        ("KETUM GEL", "withheld"),
        ("KETUM GEL MALAYSIA", "withheld"),
    ],
)
def test_context_is_decided_by_the_whole_string(text: str, rule: str) -> None:
    ketum = Claim(0, "context", needs=frozenset({"MALAYSIA"}), forbids=frozenset({"GEL"}))
    assert decide(ketum, text.split()) == rule
    assert find_nodes(index(KETUM=ketum), text.split()) == ({0} if rule == "context" else set())


def test_a_name_that_only_forbids_stands_alone() -> None:
    claim = Claim(0, "context", forbids=frozenset({"CATECHU"}))
    assert decide(claim, ["SKULLCAP"]) == "context"
    assert decide(claim, ["SKULLCAP", "CATECHU"]) == "withheld"


def test_one_word_with_two_meanings_goes_to_the_one_that_fits() -> None:
    gel = frozenset({"GEL"})
    found = PhraseIndex(
        {("KETUM",): [Claim(0, "context", forbids=gel, needs=frozenset({"KRATOM"})), Claim(1, "context", needs=gel)]}
    )
    assert find_nodes(found, ["KETUM", "GEL"]) == {1}
    assert find_nodes(found, ["KETUM", "KRATOM"]) == {0}
    assert find_nodes(found, ["KETUM"]) == set()
