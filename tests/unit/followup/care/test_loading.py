"""Reading the rules: honest about its sources, and strict about its keys."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from phytovigil.errors import UnknownName, UnreadableFile
from phytovigil.followup.care import list_rule_books, load_rules
from phytovigil.followup.care.conditions import TAKEN, list_leaves
from phytovigil.followup.instruments.reading import DATA
from phytovigil.vocabulary import load_products

FILE = DATA / "care-2026-11.toml"
BOOK = load_rules()
DOSING = re.compile(r"\b(take less|stop taking|reduce|lower (?:the|your) dose|taper|skip a dose|half the dose)\b", re.I)
DIAGNOSIS = re.compile(
    r"\byou have (?:a |an )?(?:hepatitis|jaundice|liver (?:injury|disease|failure)|allergy|cancer)\b", re.I
)


def test_the_newest_rules_are_read() -> None:
    assert load_rules("2026-11") is BOOK
    assert list_rule_books()[-1] == BOOK.version
    with pytest.raises(UnknownName, match="2019-01"):
        load_rules("2019-01")
    with pytest.raises(UnknownName, match="jaundise"):
        BOOK.find("jaundise")


def test_every_rule_is_dated_and_cites_something_that_was_read_or_says_so() -> None:
    recalled = {}
    for rule in BOOK.rules:
        assert date.fromisoformat(rule.card.as_of) <= date(2026, 11, 30)
        if not any(source.basis == "seen" for source in rule.card.sources):
            recalled[rule.card.id] = True
        for source in rule.card.sources:
            date.fromisoformat(source.seen)
            assert source.address.startswith("https://")
            assert source.says
    assert recalled == {}


def test_nothing_gives_dosing_advice_or_a_diagnosis() -> None:
    for rule in BOOK.rules:
        for text in (rule.card.title, rule.card.said, rule.card.answered_said):
            assert not DOSING.search(text), rule.card.id
            assert not DIAGNOSIS.search(text), rule.card.id


def test_the_patterns_for_that_can_fire() -> None:
    assert DOSING.search("Please stop taking it")
    assert DIAGNOSIS.search("you have jaundice")


def test_jaundice_is_never_called_pigment() -> None:
    yellow = "yellower at all sites (jaundice-like: see care rules)"
    speaking = [rule for rule in BOOK.rules if any(yellow in leaf.names for leaf in list_leaves(rule.when))]
    assert [rule.card.id for rule in speaking] == ["jaundice"]
    assert not any(re.search("pigment", rule.card.said) for rule in speaking)


def test_no_telephone_number_is_given_but_the_cited_one() -> None:
    for rule in BOOK.rules:
        numbers = re.findall(r"\b(?:999|911|112|111|988|\d{3,}-\d{3,})\b", rule.card.said)
        assert numbers == (["988"] if rule.card.id == "suicide" else []), rule.card.id


def test_products_are_nodes_of_the_vocabulary() -> None:
    nodes = load_products().positions
    named = {
        name for rule in BOOK.rules for leaf in list_leaves(rule.when) if leaf.kind == TAKEN for name in leaf.names
    }
    assert "kratom" in named
    assert named <= set(nodes)


def test_no_product_is_named_in_the_code() -> None:
    for folder in ("care", "instruments"):
        for file in sorted((DATA.parent / folder).glob("*.py")):
            code = re.sub(r'"""[\s\S]*?"""', "", file.read_text(encoding="utf-8"))
            assert "kratom" not in code, file.name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('urgency = "today"', 'urgency = "tody"', "Did you mean “today”"),
        ('id = "jaundice"', 'id = "seizure"', "the rule “seizure” is there twice"),
        ('id = "cdph-overdose"', 'id = "nhs-sjs"', "the source “nhs-sjs” is there twice"),
        ('sources = ["icd-mole", "plensdorf-2017"]', 'sources = ["icd-moles"]', "Did you mean “icd-mole”"),
        ('sources = ["icd-mole", "plensdorf-2017"]', "sources = []", "it cites nothing"),
        ('sources = ["icd-mole", "plensdorf-2017"]', 'sources = ["plensdorf-2017"]', "no rule cites “icd-mole”"),
        ('event = ["changing-mole"]', 'taken = ["kratom"]', "for everybody who takes the product"),
        ('title = "Mole that changes"', 'titel = "Mole that changes"', "Did you mean “title”"),
        ('title = "Mole that changes"', "title = 3", "title is 3"),
        ('answered_urgency = "routine"', "", "there is no answered_urgency"),
        ('basis = "recalled"', 'basis = "remembered"', "basis is “remembered”"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "care-own.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnreadableFile, match=said):
        load_rules(file)
