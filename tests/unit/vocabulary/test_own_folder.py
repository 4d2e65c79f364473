"""Own vocabulary folders: what they must say, their nodes and decisions, and that the base stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import InvalidVocabulary, UnreadableFile
from phytovigil.vocabulary import load_products
from phytovigil.vocabulary.own_folder import make_own_folder, read_own_folder

BASE = load_products().version
HEADING = "name,decision,by,date,note\n"
MOONROOT = '[[node]]\nid = "moonroot"\nname = "moonroot"\nkind = "botanical"\nsource = "own"\nnames = ["moonroot"]\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An empty own vocabulary."""
    folder = tmp_path / "clinic"
    make_own_folder(folder)
    return folder


def nodes(folder: Path, text: str) -> set[str]:
    return {match.node for match in load_products(folder).resolve(text) if match.node}


def test_folder_is_made_once_and_named_like_itself(tmp_path: Path) -> None:
    folder = tmp_path / "Our Clinic, 2nd"
    assert make_own_folder(folder)
    assert not make_own_folder(folder)
    assert read_own_folder(folder).version == f"{BASE}+our-clinic-2nd"


def test_nodes_of_the_folder_are_added_behind(own: Path) -> None:
    (own / "plants.toml").write_text(MOONROOT)
    assert nodes(own, "MOONROOT AND KRATOM") == {"moonroot", "kratom-leaf"}
    assert load_products(own).nodes[-1].id == "moonroot"
    assert nodes(own, "KETUM GEL") == {"ketoprofen"}


def test_answers_follow_the_files_as_they_change(own: Path) -> None:
    before = load_products(own)
    assert load_products(own) is before
    (own / "plants.toml").write_text(MOONROOT)
    after = load_products(own)
    assert "moonroot" in after.positions
    assert "moonroot" not in before.positions
    assert before.sha256 != after.sha256


def test_hash_covers_every_file(own: Path) -> None:
    seen = {load_products(own).sha256, load_products().sha256}
    (own / "plants.toml").write_text(MOONROOT)
    seen.add(load_products(own).sha256)
    (own / "names.csv").write_text(HEADING + "X1 FORTE,kava,me,2026-11-22,\n")
    seen.add(load_products(own).sha256)
    (own / "names.csv").write_text(HEADING + "X1 FORTE,valerian,me,2026-11-22,\n")
    seen.add(load_products(own).sha256)
    assert len(seen) == 5


def test_decision_comes_before_everything(own: Path) -> None:
    rows = "KETUM,kratom-leaf,A. Reader,2026-11-22,from Malaysia\nKRATOM TEA,none,A. Reader,2026-11-22,a joke\n"
    (own / "names.csv").write_text(HEADING + rows + "Green potion,kava + valerian,B,2026-11-21,\n")
    assert nodes(own, "ketum") == {"kratom-leaf"}
    assert nodes(own, "KETUM GEL") == {"ketoprofen"}
    assert nodes(own, "kratom  tea") == set()
    assert nodes(own, "GREEN-POTION") == {"kava", "valerian"}
    (match,) = load_products(own).resolve("Ketum")
    assert (match.rule, match.certainty, match.score) == ("decided", "certain", 1.0)
    assert "A. Reader on 2026-11-22" in match.evidence
    assert "from Malaysia" in match.why
    (match,) = load_products(own).resolve("KRATOM TEA")
    assert (match.node, match.certainty) == ("", "refused")
    assert "a joke" in match.why
    assert load_products(own).map_texts(["KETUM", "Kratom tea", "KRATOM"])[0] == [0, 2]
    assert load_products().resolve("KETUM")[0].certainty == "refused"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no “name”"),
        ('name = "x"\n', "has no “base”"),
        ('name = "x"\nbase = "1999"\n', "“1999”, which did not come with"),
        ('name = "Has Blanks"\nbase = "2026-11"\n', "calls the vocabulary “Has Blanks”"),
        ('name = "x"\nbase = "2026-11"\nbasis = "y"\n', "unknown key “basis”"),
        ("name = \n", "is not valid TOML"),
    ],
)
def test_vocabulary_file_that_says_too_little_or_too_much(own: Path, content: str, said: str) -> None:
    (own / "vocabulary.toml").write_text(content)
    with pytest.raises(InvalidVocabulary, match=said):
        load_products(own)


def test_folder_without_the_file_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(InvalidVocabulary, match="Two lines make one"):
        load_products(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MOONROOT.replace("moonroot", "kava", 1), "“kava” is given to two nodes"),
        (MOONROOT.replace('["moonroot"]', '["kratom"]'), "claims “KRATOM”, which is claimed already"),
        (MOONROOT + 'parents = ["nowhere"]\n', "The parent “nowhere”"),
        (MOONROOT + "colour = 1\n", "unknown key “colour”"),
    ],
)
def test_node_file_that_contradicts_the_base(own: Path, content: str, said: str) -> None:
    (own / "plants.toml").write_text(content)
    with pytest.raises(InvalidVocabulary, match=said):
        load_products(own)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("X1,kaava,me,2026-11-22,\n", "names.csv line 2 decides for “kaava”.*“kava”"),
        ("X1,kava,,2026-11-22,\n", "line 2 decides “X1” and does not say by whom"),
        ("X1,kava,me,22.11.2026,\n", "line 2 has the date “22.11.2026”"),
        ("X1,kava,me,2026-02-30,\n", "line 2 has the date “2026-02-30”"),
        ("X1,kava,me,,\n", "line 2 has the date “”"),
        ("—,kava,me,2026-11-22,\n", "holds no Latin letter or digit"),
        (
            "X-1,kava,me,2026-11-22,\nx 1,valerian,me,2026-11-22,\n",
            "line 3 decides “x 1” as valerian; names.csv line 2",
        ),
    ],
)
def test_decision_that_cannot_be_taken(own: Path, rows: str, said: str) -> None:
    (own / "names.csv").write_text(HEADING + rows)
    with pytest.raises(InvalidVocabulary, match=said):
        load_products(own)


def test_file_of_decisions_without_its_columns(own: Path) -> None:
    (own / "names.csv").write_text("name,node\nX1,kava\n")
    with pytest.raises(UnreadableFile, match="no column “decision”"):
        load_products(own)


def test_old_base_maps_as_it_did(own: Path) -> None:
    (own / "vocabulary.toml").write_text('name = "old"\nbase = "2026-11"\n')
    assert load_products(own).resolve("KRATOM")[0].node == "kratom-leaf"
    (own / "names.csv").write_text(HEADING + "X1,kava,me,2026-11-22,\n")
    with pytest.raises(InvalidVocabulary, match="rules that know no such thing"):
        load_products(own)
