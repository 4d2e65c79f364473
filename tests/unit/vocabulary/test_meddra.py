"""Reading a distribution in MedDRA's layout: made-up terms, whole and damaged."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.errors import InvalidRequest, InvalidVocabulary
from phytovigil.vocabulary.meddra import ALL, PRIMARY, Meddra, load_meddra
from phytovigil.vocabulary.meddra_queries import load_queries


@pytest.fixture(scope="module")
def whole(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Meddra:
    return load_meddra(synthetic.SyntheticMeddra().write(tmp_path_factory.mktemp("meddra") / "MedAscii"))


def write(synthetic: ModuleType, folder: Path, change: dict[str, Any] | None = None, **options: Any) -> Path:
    """A distribution with some files replaced; None takes a file away."""
    made = synthetic.SyntheticMeddra(**options)
    lines = {**made.lines(), **(change or {})}
    written: Path = made.write(folder, {name: rows for name, rows in lines.items() if rows is not None})
    return written


def refused(folder: Path) -> str:
    with pytest.raises(InvalidVocabulary) as error:
        load_meddra(folder)
    return str(error.value)


def test_everything_is_read(whole: Meddra) -> None:
    assert (whole.version, whole.language) == ("99.1", "English")
    assert {level: len(terms.codes) for level, terms in whole.terms.items()} == {
        "SOC": 3, "HLGT": 12, "HLT": 60, "PT": 300,
    }  # fmt: skip
    assert len(whole.paths.rows(PRIMARY)) == 300
    assert len(whole.paths.rows(ALL)) == 360
    assert sum(whole.paths.primary) == 300
    assert len(whole.lookup) == 675
    assert len(whole.outdated) == 75


def test_a_term_is_found_by_any_of_its_names(whole: Meddra) -> None:
    first = whole.find("SYNTHETIC LEAF ACHE")
    assert first is not None
    assert whole.pt_name(first) == "Synthetic Leaf ache"
    assert whole.find("  synthetic leaf  ACHE variant ") == first
    assert whole.find("Synthetic Leaf ache formerly") is None
    outdated = whole.find("SYNTHETIC BARK ACHE FORMERLY")
    assert outdated == whole.find("SYNTHETIC BARK ACHE")
    assert "SYNTHETIC BARK ACHE FORMERLY" in whole.outdated
    assert whole.find("NAUSEA") is None


def test_ways_up_are_those_of_the_files(whole: Meddra) -> None:
    """The fifth term has two ways, through two classes; the first belongs to it."""
    ways = [way for way in whole.paths.rows(ALL) if way[3] == 4]
    assert ways == [(0, 0, 0, 4), (1, 6, 30, 4)]
    assert [way for way in whole.paths.rows(PRIMARY) if way[3] == 4] == [(0, 0, 0, 4)]
    with pytest.raises(InvalidRequest, match="primary or all"):
        whole.paths.rows("both")


def test_the_folder_above_and_any_case_of_names_will_do(synthetic: ModuleType, tmp_path: Path) -> None:
    inner = write(synthetic, tmp_path / "MEDASCII")
    for file in inner.iterdir():
        file.rename(inner / file.name.upper())
    assert load_meddra(tmp_path).find("SYNTHETIC LEAF ACHE") == 0


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig"])
def test_either_encoding_is_read(synthetic: ModuleType, tmp_path: Path, encoding: str) -> None:
    folder = write(
        synthetic, tmp_path / encoding, preferred=["Synthetic Sjögren ache", "Synthetic spot"], encoding=encoding
    )
    assert load_meddra(folder).find("SYNTHETIC SJÖGREN ACHE") == 0


def test_hash_tells_releases_apart_and_not_line_ends(synthetic: ModuleType, tmp_path: Path) -> None:
    one = load_meddra(write(synthetic, tmp_path / "one"))
    folder = write(synthetic, tmp_path / "two")
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
    assert load_meddra(folder).sha256 == one.sha256
    assert load_meddra(write(synthetic, tmp_path / "three", release="99.0")).sha256 != one.sha256


def test_version_of_the_readme_or_none(synthetic: ModuleType, tmp_path: Path) -> None:
    folder = write(synthetic, tmp_path / "MedAscii", release=None)
    assert load_meddra(folder).version == "unknown"
    (tmp_path / "!!readme_98_0_English.txt").touch()
    assert load_meddra(tmp_path).version == "98.0"


def test_missing_files_are_all_named(synthetic: ModuleType, tmp_path: Path) -> None:
    said = refused(write(synthetic, tmp_path, {"hlt.asc": None, "mdhier.asc": None}))
    assert "hlt.asc, mdhier.asc" in said
    assert "MedAscii" in said
    assert "no folder" in refused(tmp_path / "nowhere")


DAMAGED = {
    "short line": ("pt.asc", 3, "90000004$Synthetic", "pt.asc line 4: 1 columns, 2 needed"),
    "code that is none": ("pt.asc", 3, "9000000x$Synthetic spot$$$", "pt.asc line 4: “9000000x” is no code"),
    "empty name": ("soc.asc", 0, "90300001$ $$", "soc.asc line 1: column 2 is empty"),
    "code twice": ("hlt.asc", 1, "90100001$Synthetic high term 0$", "hlt.asc line 2: the code 90100001 is given twice"),
    "dangling PT of an LLT": (
        "llt.asc",
        0,
        "90000001$X$99999999$$$$$$$Y$$",
        "llt.asc line 1: there is no PT with the code",
    ),
    "currency": ("llt.asc", 0, "90000001$X$90000001$$$$$$$Q$$", "llt.asc line 1: “Q” does not say whether"),
    "dangling HLT of a way": (
        "mdhier.asc",
        0,
        "90000001$99999999$90200001$90300001$a$b$c$d$e$$90300001$Y$",
        "mdhier.asc line 1: there is no HLT",
    ),
    "way that the links do not have": (
        "mdhier.asc",
        0,
        "90000001$90100002$90200001$90300001$a$b$c$d$e$$90300001$Y$",
        "mdhier.asc line 1: its PT does not belong to its HLT",
    ),
    "mark of the primary way": (
        "mdhier.asc",
        0,
        "90000001$90100001$90200001$90300001$a$b$c$d$e$$90300001$?$",
        "mdhier.asc line 1: “?” does not say",
    ),
    "no primary way": (
        "mdhier.asc",
        0,
        "90000001$90100001$90200001$90300001$a$b$c$d$e$$90300001$N$",
        "the PT 90000001 has 0 primary ways up",
    ),
    "dangling link": ("soc_hlgt.asc", 0, "90300001$99999999$", "soc_hlgt.asc line 1: there is no term below"),
    "link twice": ("hlt_pt.asc", 1, "90100001$90000001$", "hlt_pt.asc line 2: the same link is given twice"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_named_with_its_line(synthetic: ModuleType, tmp_path: Path, damage: str) -> None:
    name, place, line, want = DAMAGED[damage]
    file = write(synthetic, tmp_path) / name
    lines = file.read_text("utf-8").split("\n")
    lines[place] = line
    file.write_text("\n".join(lines), encoding="utf-8")
    assert want in refused(tmp_path)


def test_many_problems_are_counted(synthetic: ModuleType, tmp_path: Path) -> None:
    file = write(synthetic, tmp_path) / "pt.asc"
    file.write_text("x$y$\n" * 40, encoding="utf-8")
    said = refused(tmp_path)
    assert said.count("line") == 5
    assert "more" in said


def test_a_name_of_two_current_terms_is_no_term(synthetic: ModuleType, tmp_path: Path) -> None:
    lines = synthetic.SyntheticMeddra().lines()["llt.asc"]
    lines.append([91_000_001, "Synthetic doubt", 90_000_001, *[""] * 6, "Y", ""])
    lines.append([91_000_002, "Synthetic doubt", 90_000_002, *[""] * 6, "Y", ""])
    lines.append([91_000_003, "Synthetic past", 90_000_003, *[""] * 6, "N", ""])
    lines.append([91_000_004, "Synthetic past", 90_000_004, *[""] * 6, "Y", ""])
    meddra = load_meddra(write(synthetic, tmp_path, {"llt.asc": lines}))
    assert meddra.find("SYNTHETIC DOUBT") is None
    assert meddra.find("SYNTHETIC PAST") == 3
    assert "SYNTHETIC PAST" not in meddra.outdated


def test_queries_become_reaction_groups(whole: Meddra) -> None:
    wilting, leaf_fall = load_queries(whole)
    assert (wilting.name, wilting.title) == ("smq-synthetic-wilting", "Synthetic wilting")
    first, second, third = (f"SYNTHETIC {place} ACHE" for place in ("LEAF", "ROOT", "STEM"))
    # Narrow: its own first term, and what the query within it holds; the second term is narrow there.
    assert set(wilting.narrow) == {
        first, f"{first} VARIANT", second, f"{second} VARIANT", third, f"{third} VARIANT",
    }  # fmt: skip
    assert set(wilting.broad) == {*wilting.narrow, "SYNTHETIC BARK ACHE FORMERLY"}
    assert set(leaf_fall.narrow) == set(wilting.narrow) - {first, f"{first} VARIANT"}
    assert "algorithm" in leaf_fall.note
    assert "algorithm" not in wilting.note
    assert "99.1" in wilting.note


def test_queries_that_dangle_or_are_not_there(synthetic: ModuleType, tmp_path: Path) -> None:
    lines = synthetic.SyntheticMeddra().lines()["smq_content.asc"]
    lines[0] = [90_900_001, 99_999_999, 4, 2, "A", 0, "A", "99.0", "99.1"]
    meddra = load_meddra(write(synthetic, tmp_path / "dangling", {"smq_content.asc": lines}))
    with pytest.raises(InvalidVocabulary, match=r"smq_content.asc line 1: there is no term with the code 99999999"):
        load_queries(meddra)
    meddra = load_meddra(write(synthetic, tmp_path / "none", {"smq_list.asc": None}))
    with pytest.raises(InvalidVocabulary, match=r"lacks smq_list.asc"):
        load_queries(meddra)
