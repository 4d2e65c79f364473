"""Files of lists and rules: a slip is named with its file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import InvalidEvidence
from phytovigil.evidence.medicines import find_members, load_medicines
from phytovigil.evidence.medicines.matching import holds_words

CLASS = """[class]
id = "demo-class"
title = "Demo"
plain = "demo medicines"
as_of = "2026-11"

[[source]]
id = "bee2020"
authors = "Bee BA"
title = "A table"
doi = "10.1000/1"

[[members]]
source = "bee2020"
reading = "table"
degree = "strong"
nodes = ["ketoprofen"]
names = ["avanafil"]
"""
PRODUCT = """[product]
node = "kava"
title = "kava"
as_of = "2026-11-23"
recent_days = 30

[[rule]]
id = "one"
about = "demo-class"
kind = "unknown"
seriousness = "unknown"
confidence = "low"
said = "Nothing."
why = "Nothing."
for_clinician = "Nothing."
"""


def write(folder: Path, old: str = "", new: str = "", product: str = PRODUCT) -> Path:
    text = CLASS + "\0" + product
    assert old in text
    one, two = text.replace(old, new, 1).split("\0") if old else text.split("\0")
    for name, content in (("classes/demo.toml", one), ("products/kava.toml", two)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_a_folder_of_ones_own_is_read(tmp_path: Path) -> None:
    lists = load_medicines(write(tmp_path))
    assert (lists.version, lists.products[0].product, len(lists.classes[0].members)) == ("2026-11-23", "kava", 2)
    assert load_medicines(write(tmp_path)).sha256 == lists.sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reading = "table"', 'reading = "tables"', "reading “tables” is not known. Did you mean “table”?"),
        ('source = "bee2020"', 'source = "bee2021"', "source “bee2021” is not known"),
        ('names = ["avanafil"]', 'names = ["ketoprofen"]', "“ketoprofen” is there twice"),
        ('degree = "strong"', 'degre = "strong"', "“degre” is no key. Did you mean “degree”?"),
        ('as_of = "2026-11"', 'as_of = "November"', "as_of is a date"),
        ("[[members]]", "[[member]]", "section “member” is not known"),
        ('about = "demo-class"', 'about = "demo-clas"', "about “demo-clas” is not known. Did you mean “demo-class”?"),
        ('about = "demo-class"', 'about = "risk:pregnant"', "Did you mean “risk:pregnancy”"),
        ('kind = "unknown"', 'kind = "observed"', "rests on nothing"),
        ('seriousness = "unknown"', 'seriousness = "bad"', "seriousness “bad” is not known"),
        ("recent_days = 30", "recent_days = 0", "recent_days at least 1"),
        ("recent_days = 30", "recent_days = 1.5", "a whole number is needed"),
        ('why = "Nothing."', 'why = ""', "has no why"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InvalidEvidence) as caught:
        load_medicines(write(tmp_path, old, new))
    assert said in str(caught.value)
    assert "demo.toml" in str(caught.value) or "kava.toml" in str(caught.value)


def test_a_figure_needs_a_row_of_its_rule_and_a_basis(tmp_path: Path) -> None:
    for figure, said in (
        ("other/auc as measured", "the row of a figure “other” is not known"),
        ("row/auc as guessed", "what a figure is “guessed” is not known"),
    ):
        rule = f'rows = ["row"]\nfigures = ["{figure}"]\nwhy = "Nothing."'
        folder = tmp_path / said[:3]
        folder.mkdir()
        with pytest.raises(InvalidEvidence) as caught:
            load_medicines(write(folder, 'why = "Nothing."', rule))
        assert said in str(caught.value)


def test_a_folder_without_lists_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidEvidence, match="holds no classes"):
        load_medicines(tmp_path)


def test_members_are_found_by_node_or_by_whole_words_never_by_parts(tmp_path: Path) -> None:
    lists = load_medicines(write(tmp_path))
    found = lambda nodes, text: [one.member.node or one.member.name for one in find_members(lists, nodes, text.split())]  # noqa: E731
    assert found(frozenset({"ketoprofen", "anti-inflammatory"}), "Fastum gel") == ["ketoprofen"]
    assert found(frozenset(), "Avanafil 50 mg") == ["avanafil"]
    assert found(frozenset(), "avanafilum") == found(frozenset(), "ketoprofen") == []
    assert not holds_words(["calcium", "kratomos"], ["kratom"])
