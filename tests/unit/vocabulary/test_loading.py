"""Reading, checking and hashing of the data files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from phytovigil.errors import InvalidVocabulary, UnknownName
from phytovigil.vocabulary import list_product_versions, list_reaction_versions, load_products, load_reactions
from phytovigil.vocabulary.loading import read_products, read_reactions

KAVA = """
[[node]]
id = "kava"
name = "Kava"
kind = "botanical"
taxon = "Piper methysticum G.Forst."
names = ["kava kava"]
source = "made up for the test"
"""


def write(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "2099-01"
    folder.mkdir(exist_ok=True)
    (folder / "herbs.toml").write_text(text, encoding="utf-8")
    return folder


def node(body: str, node_id: str = "tea") -> str:
    return f'[[node]]\nid = "{node_id}"\nname = "{node_id}"\nkind = "botanical"\nsource = "test"\n{body}\n'


def test_a_folder_becomes_a_version(tmp_path: Path) -> None:
    products = read_products(write(tmp_path, KAVA))
    assert products.version == "2099-01"
    assert [match.rule for match in products.resolve("Kava-Kava (PIPER METHYSTICUM)")] == ["name", "taxon"]


def test_a_source_given_once_serves_the_whole_file(tmp_path: Path) -> None:
    text = 'source = "one book"\n' + KAVA.replace('source = "made up for the test"\n', "")
    assert {name.source for name in read_products(write(tmp_path, text)).names("kava")} == {"one book"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KAVA + KAVA.replace("kava kava", "awa").replace("Piper methysticum", "Piper awa"), "given to two nodes"),
        (node('parents = ["herbs"]'), "parent “herbs” of node “tea” does not exist"),
        (node('parents = ["tea"]'), "among its own parents"),
        (node('names = ["chai"]') + node('names = ["Chai!"]', "milk"), "node “milk” claims “CHAI”"),
        (node('names = ["chai"]\nfalse_friends = [{phrases = ["chai"], is = "x", why = "y"}]'), "claims “CHAI”"),
        (node('names = ["chai"]') + '[[withheld]]\nphrases = ["chai"]\nwhy = "x"', "claims “CHAI”"),
        (node('names = ["t"]'), "one letter"),
        (node('names = ["茶"]'), "no Latin letter"),
        (node('nmaes = ["chai"]'), "unknown key “nmaes”"),
        (node('context = [{phrases = ["chai"], why = "x", need = ["tea"]}]'), "unknown key “need”"),
        (node('context = [{phrases = ["chai"], why = "x"}]'), "neither needs nor forbids"),
        (node('context = [{phrases = ["chai"], why = "x", needs = ["black tea"]}]'), "single words"),
        (node('false_friends = [{phrases = ["chai"], why = "x"}]'), "no “is”"),
        ('[[withheld]]\nphrases = ["chai"]', "no “why”"),
        ('[[nodes]]\nid = "tea"', "unknown key “nodes”"),
        ('[[node]]\nid = "tea"\nname = "Tea"\nkind = "botanical"', "no “source”"),
        ('[[node]]\nid = "tea"\nname = "Tea"\nkind = "herb"\nsource = "x"', "kind “herb”"),
        ("[[node]\nid", "not valid TOML"),
    ],
)
def test_data_that_contradicts_itself_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidVocabulary, match=said) as caught:
        read_products(write(tmp_path, text))
    assert "\n" not in caught.value.message


def test_context_names_may_share_a_word(tmp_path: Path) -> None:
    text = node('context = [{phrases = ["skullcap"], why = "x", forbids = ["catechu"]}]') + node(
        'context = [{phrases = ["skullcap"], why = "x", needs = ["catechu"]}]', "other"
    )
    products = read_products(write(tmp_path, text))
    assert products.map_texts(["skullcap", "skullcap catechu"]) == ([0, 1], [0, 1])


def test_the_hash_depends_on_content_and_not_on_line_ends(tmp_path: Path) -> None:
    folder = write(tmp_path, KAVA)
    first = read_products(folder).sha256
    (folder / "herbs.toml").write_bytes(KAVA.replace("\n", "\r\n").encode())
    assert read_products(folder).sha256 == first
    assert read_products(write(tmp_path, KAVA.replace("kava kava", "kawa"))).sha256 != first
    assert len(first) == 64


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


def read_text(tmp_path: Path, text: str) -> None:
    file = tmp_path / "2099-01.toml"
    file.write_text(text, encoding="utf-8")
    read_reactions(file)


def test_narrow_is_within_broad_by_construction(tmp_path: Path) -> None:
    file = tmp_path / "2099-01.toml"
    file.write_text(GROUPS, encoding="utf-8")
    reactions = read_reactions(file)
    assert reactions.version == "2099-01"
    assert reactions.group("dark").broad == ("DARK SKIN", "SPOT")
    assert reactions.group("yellow").broad == reactions.group("yellow").narrow == ("YELLOW SKIN",)
    assert reactions.group("dark").excluded == (("NAIL", "another tissue"),)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('narrow = ["YELLOW SKIN"]', 'narrow = ["DARK SKIN"]', "DARK SKIN in both dark and yellow"),
        ('narrow = ["YELLOW SKIN"]', 'narrow = ["YELLOW SKIN"]\nalso = ["SPOT"]', "SPOT in both dark and yellow"),
        ('also = ["SPOT"]', 'also = ["DARK SKIN"]', "lists DARK SKIN twice"),
        ('also = ["SPOT"]', 'also = ["NAIL"]', "holds NAIL that it also excludes"),
        ('also = ["SPOT"]', 'also = ["Spot"]', "upper case"),
        ('also = ["SPOT"]', 'broad = ["SPOT"]', "unknown key “broad”"),
        ('narrow = ["DARK SKIN"]', "narrow = []", "no narrow term"),
        ('name = "yellow"', 'name = "dark"', "two groups “dark”"),
        ('"dark", "yellow"', '"dark", "green"', "keeps “green” apart"),
        ('why = "another tissue"', 'reason = "another tissue"', "unknown key “reason”"),
        ('title = "Dark"\n', "", "no “title”"),
    ],
)
def test_groups_that_contradict_themselves_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GROUPS
    with pytest.raises(InvalidVocabulary, match=said):
        read_text(tmp_path, GROUPS.replace(old, new))


def test_the_newest_version_is_loaded_unless_told() -> None:
    assert load_products() is load_products(list_product_versions()[-1])
    assert load_reactions() is load_reactions(list_reaction_versions()[-1])


@pytest.mark.parametrize("load", [load_products, load_reactions])
def test_an_unknown_version_names_those_that_exist(load: object) -> None:
    with pytest.raises(UnknownName, match="2026-11"):
        load("1999-01")  # type: ignore[operator]


def test_fuzzy_matching_is_not_loaded_until_someone_asks() -> None:
    code = (
        "import sys; from phytovigil.vocabulary import load_products; load_products().map_texts(['KRATOM']); "
        "print('rapidfuzz' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=None)
    assert said.stdout.strip() == "False"
