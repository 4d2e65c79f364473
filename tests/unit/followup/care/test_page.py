"""The reference page and the rules say the same, and every word of the language has words for a reader."""

from __future__ import annotations

from pathlib import Path

from phytovigil.followup.care import load_rules
from phytovigil.followup.care.conditions import FLAGS, MEASURES, SCORES, All, Any_, Leaf, Not
from phytovigil.followup.care.examples import load_examples
from phytovigil.followup.care.saying import FLAGS as FLAG_WORDS
from phytovigil.followup.care.saying import MEASURES as MEASURE_WORDS
from phytovigil.followup.care.saying import SCORES as SCORE_WORDS
from phytovigil.followup.care.saying import say_condition

BOOK = load_rules()


def read_page(project_root: Path, name: str) -> str:
    return (project_root / "docs/reference/follow" / name).read_text(encoding="utf-8")


def test_the_page_lists_every_rule_as_it_is(project_root: Path) -> None:
    page = read_page(project_root, "care-rules.md")
    for rule in BOOK.rules:
        card = rule.card
        cited = ", ".join(source.id for source in card.sources)
        assert f"| `{card.id}` | {card.title} | {card.urgency} | {card.holds} | {cited} |\n" in page, card.id
        for source in card.sources:
            read = f"{source.basis}, {source.seen}"
            assert f"| {source.id} | {source.citation} <{source.address}> | {read} | {source.says} |" in page, source.id
    assert page.count("\n| `") == len(BOOK.rules) + 8
    assert f"\n{len(load_examples())} small diaries" in page


def test_every_word_of_the_language_has_words_for_a_reader() -> None:
    assert set(FLAG_WORDS) == set(FLAGS)
    assert set(MEASURE_WORDS) == set(MEASURES)
    assert set(SCORE_WORDS) == set(SCORES)


def test_a_condition_is_said_with_its_brackets() -> None:
    itch, taken = Leaf("event", ("itch",), 30), Leaf("taken", ("kratom",), 60)
    yellow = Leaf("event", ("yellow-eyes",), 7, grade=2)
    assert say_condition(All((Any_((itch, yellow)), taken))) == (
        "(“itch” (last 30 days), or “yellow eyes” of grade 2 or more (last 7 days)) and “kratom” taken (last 60 days)"
    )
    assert say_condition(Not(Leaf("risk", ("pregnancy",)))) == "not (risk “pregnancy” answered with yes)"
    assert (
        say_condition(Leaf("score", ("withdrawal",), 14, at_least=1)) == "withdrawal scale of 1 or more (last 14 days)"
    )
