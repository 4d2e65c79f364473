"""How a reaction term as reported is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phytovigil.errors import InvalidVocabulary
from phytovigil.vocabulary import load_reactions
from phytovigil.vocabulary.loading import read_reactions
from phytovigil.vocabulary.reaction_terms import TermReader, read_variants

NEW, OLD = load_reactions("2026-11-22"), load_reactions("2026-11")
VARIANTS = NEW.terms.variants
assert VARIANTS is not None


@pytest.mark.parametrize(
    ("reported", "current", "rule"),
    [
        ("SKIN DISCOLOURATION", "SKIN DISCOLOURATION", "same"),
        ("skin  discolouration ", "SKIN DISCOLOURATION", "same"),
        ("SKIN DISCOLORATION", "SKIN DISCOLOURATION", "spelling"),
        ("Skin Discoloration.", "SKIN DISCOLOURATION", "spelling"),
        ("FECES DISCOLORED", "FAECES DISCOLOURED", "spelling"),
        ("DIARRHEA", "DIARRHOEA", "spelling"),
        ("HYPERBILIRUBINEMIA", "HYPERBILIRUBINAEMIA", "spelling"),
        ("GASTROESOPHAGEAL REFLUX DISEASE", "GASTROOESOPHAGEAL REFLUX DISEASE", "spelling"),
        ("PRURITUS GENERALIZED", "PRURITUS GENERALISED", "spelling"),
        ("LEUCODERMA", "LEUKODERMA", "spelling"),
        ("FETAL DEATH", "FOETAL DEATH", "spelling"),
        ("EDEMA PERIPHERAL", "OEDEMA PERIPHERAL", "spelling"),
        ("MALIGNANT TUMOR", "MALIGNANT TUMOUR", "spelling"),
        ("DRUG INDUCED LIVER INJURY", "DRUG-INDUCED LIVER INJURY", "spelling"),
        ("STEVENS JOHNSON SYNDROME", "STEVENS-JOHNSON SYNDROME", "spelling"),
        ("CROHN^S DISEASE", "CROHN'S DISEASE", "spelling"),
        ("Crohn&#39;s disease<br/>", "CROHN'S DISEASE", "spelling"),
        ("CONVULSION", "SEIZURE", "renamed"),
        ("Convulsion", "SEIZURE", "renamed"),
        ("ANGIONEUROTIC EDEMA", "ANGIOEDEMA", "renamed"),
        ("FETAL GROWTH RETARDATION", "FOETAL GROWTH RESTRICTION", "renamed"),
        ("ATTENTION DEFICIT/HYPERACTIVITY DISORDER", "ATTENTION DEFICIT HYPERACTIVITY DISORDER", "renamed"),
        ("Not coded", "", "not-coded"),
        ("NO ADVERSE EVENT", "", "not-coded"),
        ("UNEVALUABLE EVENT", "", "not-coded"),
        ("", "", "not-coded"),
        (" - ", "", "not-coded"),
        ("MALAISE", "MALAISE", "unknown"),
        ("ENDEMIC GOITRE", "ENDEMIC GOITRE", "unknown"),
        ("ANGIOEDEMA OF AEROMONAS", "ANGIOEDEMA OF AEROMONAS", "unknown"),
        ("LIP OEDEMA", "LIP OEDEMA", "unknown"),
        ("LIPOEDEMA", "LIPOEDEMA", "unknown"),
        ("HALLUCINATION, VISUAL", "HALLUCINATION, VISUAL", "unknown"),
        ("ADVERSE EVENT", "ADVERSE EVENT", "unknown"),
    ],
)
def test_reading(reported: str, current: str, rule: str) -> None:
    reading = NEW.read(reported)
    assert (reading.term, reading.current, reading.rule) == (reported, current, rule)
    assert reading.why.endswith(".")
    assert bool(reading.evidence) == (rule == "renamed")


@pytest.mark.parametrize("term", ["SKIN DISCOLORATION", "CONVULSION", "NOT CODED", "NO ADVERSE EVENT", "EDEMA"])
def test_the_version_without_variants_takes_a_term_as_it_is(term: str) -> None:
    assert OLD.read(term).current == term
    assert OLD.read(f" {term.lower()} ").current == term


def test_the_published_version_has_not_changed() -> None:
    assert OLD.sha256 == "f212f05ba8eb4f0339ce05e72d3a90ce9fb64fc2552ddc7f8063d39150ad1fe7"
    assert OLD.terms.variants is None


@given(st.sampled_from(sorted(VARIANTS.spellings)), st.sampled_from(["", "ACUTE ", "X "]))
def test_a_listed_word_is_spelt_the_british_way_wherever_it_stands(word: str, before: str) -> None:
    current = NEW.terms.current(f"{before}{word} NOS")
    assert current == f"{before}{VARIANTS.spellings[word]} NOS"


@given(st.text(alphabet="ABCDEILMNORSTUZ -,'/", max_size=40))
def test_reading_again_changes_nothing(text: str) -> None:
    current = NEW.terms.current(text)
    if current:
        assert NEW.terms.current(current) == current


@given(st.lists(st.sampled_from(sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))), min_size=1, max_size=12).map("".join))
def test_a_word_that_is_not_listed_stays(word: str) -> None:
    term = f"ZZZ {word}"
    assert NEW.terms.current(term) == f"ZZZ {VARIANTS.spellings.get(word, word)}"


def test_no_spelling_is_a_word_of_the_dictionary() -> None:
    """A rule that turned one word of the vocabulary into another would join two terms."""
    words = {word for term in NEW.terms.known for word in term.replace("-", " ").split()}
    assert not words & set(VARIANTS.spellings)
    assert not set(VARIANTS.spellings) & set(VARIANTS.spellings.values())


def test_every_renaming_shows_its_evidence_and_is_found() -> None:
    assert len(VARIANTS.renamings) > 100
    for item in VARIANTS.renamings.values():
        assert item.old in item.evidence
        assert item.current in item.evidence
        assert NEW.read(item.old).current == item.current == NEW.read(item.current).current


HEAD = """
[spelling]
letters = [["OE", "E"], ["OUR", "OR"]]
words = ["OEDEMA", "COLOUR"]
also = []
[[not-coded]]
terms = ["NOT CODED"]
why = "w"
[[renamed]]
old = "GREY SKIN"
current = "DARK SKIN"
evidence = "e"
"""


def test_a_small_file() -> None:
    reader = TermReader(read_variants(tomllib.loads(HEAD), "", "x"), ["DARK SKIN", "COLOUR-BLIND"])
    read = {term: reader.current(term) for term in ("GREY SKIN", "EDEMA", "COLOR BLIND", "NOT CODED", "GRAY SKIN")}
    assert list(read.values()) == ["DARK SKIN", "OEDEMA", "COLOUR-BLIND", "", "GRAY SKIN"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"OEDEMA", "COLOUR"', '"OEDEMA", "EDEMA"', "spells “OEDEMA” as “EDEMA”"),
        ("also = []", 'also = [["COLOR", "OEDEMA"]]', "spells “COLOUR” as “COLOR”"),
        ("words =", "word =", "unknown key “word”"),
        ('evidence = "e"', "", "has no “evidence”"),
        ('old = "GREY SKIN"', 'old = "Grey skin"', "upper case"),
        ('old = "GREY SKIN"', 'old = "NOT CODED"', "says something else of"),
        ('old = "GREY SKIN"', 'old = "DARK SKIN"', "says something else of"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, said: str) -> None:
    text = HEAD.replace(old, new)
    assert text != HEAD
    with pytest.raises(InvalidVocabulary, match=said):
        read_variants(tomllib.loads(text), "", "x")


def test_a_term_is_renamed_once() -> None:
    again = '[[renamed]]\nold = "GREY SKIN"\ncurrent = "PALE SKIN"\nevidence = "e"\n'
    with pytest.raises(InvalidVocabulary, match="renames GREY SKIN twice"):
        read_variants(tomllib.loads(HEAD + again), "", "x")


GROUPS = """
disjoint = [["dark", "yellow"]]
[[group]]
name = "dark"
title = "Dark"
narrow = ["DARK SKIN"]
also = ["SPOT"]
excluded = [{ terms = ["NAIL"], why = "another tissue" }]
note = "n"
[[group]]
name = "yellow"
title = "Yellow"
narrow = ["YELLOW SKIN"]
note = "n"
"""


@pytest.mark.parametrize(
    ("old", "current", "said"),
    [
        ("YELLOW SKIN", "DARK SKIN", "DARK SKIN is in both dark and yellow"),
        ("DARK SKIN", "YELLOW SKIN", "YELLOW SKIN is in both dark and yellow"),
        ("NAIL", "DARK SKIN", "holds DARK SKIN that it also excludes"),
        ("SPOT", "DARK SKIN", "DARK SKIN both narrow and broad"),
    ],
)
def test_another_name_joins_nothing_that_is_kept_apart(old: str, current: str, said: str, tmp_path: Path) -> None:
    groups, terms = tmp_path / "2099-01.toml", tmp_path / "terms.toml"
    groups.write_text(GROUPS, encoding="utf-8")
    text = HEAD.replace('"DARK SKIN"', f'"{current}"').replace('"GREY SKIN"', f'"{old}"')
    terms.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidVocabulary, match=said):
        read_reactions(groups, terms)


def test_both_files_are_in_the_hash(tmp_path: Path) -> None:
    groups, terms = tmp_path / "2099-01.toml", tmp_path / "terms.toml"
    groups.write_text(GROUPS, encoding="utf-8")
    terms.write_text(HEAD, encoding="utf-8")
    first = read_reactions(groups, terms).sha256
    terms.write_text(HEAD.replace('evidence = "e"', 'evidence = "f"'), encoding="utf-8")
    assert read_reactions(groups, terms).sha256 != first != read_reactions(groups).sha256


def test_places_of_a_term() -> None:
    found = {group.name: place for group, place, _ in NEW.places("JAUNDICE")}
    assert found == {"skin-pigmentation": "excluded", "jaundice": "narrow", "liver-injury": "broad"}
    assert NEW.places("MALAISE") == []
    assert [group.name for group, place, _ in NEW.places("SEIZURE") if place == "narrow"] == ["seizure"]
