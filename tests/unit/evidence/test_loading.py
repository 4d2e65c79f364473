"""Files of evidence: every slip is named with its file, row, key and near names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from phytovigil.errors import InvalidEvidence, PhytovigilError, UnknownName
from phytovigil.evidence.loading import load_evidence

Write = Callable[..., Path]
FIGURE = '{ name = "part", label = "part", value = 8.5, unit = "%" },'


def test_a_folder_of_ones_own_is_read(write_library: Write) -> None:
    library = load_evidence(write_library(FIGURE))
    assert (library.product, library.version, len(library.rows)) == ("demo", "2026-11-22", 1)
    row = library.row("one-row")
    assert (row.anchor, row.citation.doi, row.read, row.confidence) == (
        "evidence-one-row",
        "10.1000/1",
        "abstract",
        "high",
    )
    assert library.on("mood", kinds=("survey",)) == (row,)
    assert library.on("mood", kinds=("trial",)) == library.on("law") == ()
    assert library.facts == (row,)
    assert [table.title for table in library.tables] == ["Surveys of people who use it"]


SLIPS = [
    ('standing = "fact"', 'standng = "fact"', "rows.toml, row “one-row”: “standng” is no key. Did you mean “standing”"),
    ('standing = "fact"', 'standing = "facts"', "standing “facts” is not known. Did you mean “fact”?"),
    ('kind = "survey"', 'kind = "surveys"', "kind “surveys” is not known. Did you mean “survey”?"),
    ('topics = ["mood"]', 'topics = ["moods"]', "topics “moods” is not known. Did you mean “mood”?"),
    ('source = "bee2020"', 'source = "bee2021"', "source “bee2021” is not known. Did you mean “bee2020”?"),
    ('as_of = "2026-11"', 'as_of = "Nov 2026"', "as_of is “Nov 2026”. Write 2026, 2026-11 or 2026-11-22."),
    ('as_of = "2026-11"', 'as_of = "2026-13"', "as_of is “2026-13”"),
    ('finding = "Some did."', 'finding = ""', "row “one-row” has no finding. Add `finding`."),
    ('limits = ["Small."]', "limits = []", "row “one-row” has no limits"),
    ('id = "one-row"', 'id = "One row"', "an id is lower case"),
    ("n = 200", "n = 200.5", "n is Decimal('200.5'); a whole number is needed"),
    ("n = 200", "n = true", "n is True; a whole number is needed"),
    ("n = 200", 'status = "legal"', "has status and is not of kind law"),
    ('kind = "survey"', 'kind = "law"', "has no jurisdiction. Write “unknown: verify”"),
    ("year = 2020", "year = 20200", "rows.toml, source “bee2020”: 20200 is no year"),
    ('doi = "10.1000/1"', "", "source “bee2020” does not say where it is found. Add one of doi, pmid, url, journal"),
    ('title = "A study"', "", "source “bee2020” has no title"),
    ("[[row]]", "[[rows]]", "rows.toml: [rows] is not known. Did you mean “row”?"),
    ("[[row]]", "[row]", "rows.toml: write [defaults], [[source]] and [[row]]"),
    ("year = 2020", "year = ", "rows.toml cannot be read as TOML"),
    ('name = "part"', 'name = "Part one"', "figure “Part one”: a name is lower case"),
    ("value = 8.5", "valu = 8.5", "figure “part”: “valu” is no key. Did you mean “value”?"),
    ("value = 8.5", "value = nan", "value is Decimal('NaN'); a number is needed"),
    ("value = 8.5", "sign = \">\"", "figure “part” has no value. Give a value, or low and high"),
    ("value = 8.5", "value = 8.5, low = 1", "low, high and interval go together"),
    ("value = 8.5", "value = 8.5, spread = 1", "spread and spread_kind go together"),
    ("value = 8.5", "value = 8.5, count = 1", "a count needs `of`"),
    ("value = 8.5", 'value = 8.5, basis = "derived"', "is derived and has no formula"),
    ("value = 8.5", 'value = 8.5, formula = "parts / 2"', "names “parts”, which is no figure of its row"),
    ("value = 8.5", 'value = 8.5, formula = "open(1)"', "“open(1)” is not allowed in a formula"),
    ("unit = \"%\" },", "unit = \"%\" },\n" + FIGURE, "has two figures “part”"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), SLIPS, ids=[said[:40] for _, _, said in SLIPS])
def test_a_slip_is_named(write_library: Write, old: str, new: str, said: str) -> None:
    folder = write_library(FIGURE, old, new)
    with pytest.raises(InvalidEvidence) as caught:
        load_evidence(folder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_law_row_needs_place_scope_and_status(write_library: Write) -> None:
    law = 'kind = "law"\njurisdiction = "Somewhere"\nscope = "leaf"\nstatus = "unknown: verify"'
    row = load_evidence(write_library("", 'kind = "survey"', law)).rows[0]
    assert row.law is not None
    assert not row.law.known


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('[library]\nproduct = "demo"\ntitle = "T"\nversion = "soon"\n', "version is “soon”"),
        ('[library]\nproduct = "demo"\ntitle = "T"\n', "library.toml has no version"),
        ('[libary]\nproduct = "demo"\n', "[libary] is not known"),
    ],
)
def test_a_head_is_checked(write_library: Write, head: str, said: str) -> None:
    with pytest.raises(InvalidEvidence) as caught:
        load_evidence(write_library(FIGURE, head=head))
    assert said in str(caught.value)


def test_own_topics_are_allowed_where_they_are_declared(write_library: Write) -> None:
    head = '[library]\nproduct = "demo"\ntitle = "T"\nversion = "2026"\ntopics = ["hair"]\n'
    assert load_evidence(write_library("", '["mood"]', '["hair"]', head)).on("hair")


def test_a_folder_without_head_or_rows_and_rows_twice_are_refused(write_library: Write, tmp_path: Path) -> None:
    with pytest.raises(InvalidEvidence, match=r"holds no library\.toml"):
        load_evidence(tmp_path / "nowhere")
    folder = write_library(FIGURE)
    rows = (folder / "rows.toml").read_text("utf-8")
    (folder / "again.toml").write_text(rows[rows.index("[[row]]") :], "utf-8")
    with pytest.raises(InvalidEvidence, match="the row “one-row” is there twice"):
        load_evidence(folder)
    (folder / "again.toml").write_text(rows[: rows.index("[[row]]")], "utf-8")
    with pytest.raises(InvalidEvidence, match="the source “bee2020” is there twice"):
        load_evidence(folder)
    (folder / "again.toml").write_text(rows[: rows.index("[[row]]")].replace("bee2020", "idle2020"), "utf-8")
    with pytest.raises(InvalidEvidence, match="No row cites the source “idle2020”"):
        load_evidence(folder)
    for file in ("rows.toml", "again.toml"):
        (folder / file).unlink()
    with pytest.raises(InvalidEvidence, match=r"holds no \[\[row\]\]"):
        load_evidence(folder)


def test_defaults_hold_for_the_rows_of_their_file(write_library: Write) -> None:
    folder = write_library(FIGURE, "[[row]]", '[defaults]\nconfidence = "low"\n\n[[row]]')
    assert load_evidence(folder).rows[0].confidence == "low"
    folder = write_library(FIGURE, "[[row]]", '[defaults]\nid = "same"\n\n[[row]]')
    with pytest.raises(InvalidEvidence, match=r"\[defaults\]: “id” is no key"):
        load_evidence(folder)


def test_a_product_without_a_library_is_an_unknown_name() -> None:
    with pytest.raises(UnknownName, match="No evidence is called “kava”"):
        load_evidence("kava")


def test_the_hash_follows_contents_and_not_line_ends(write_library: Write) -> None:
    folder = write_library(FIGURE)
    before = load_evidence(folder).sha256
    file = folder / "rows.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_evidence(folder).sha256 == before
    file.write_bytes(file.read_bytes() + b"# more\n")
    assert load_evidence(folder).sha256 != before


def test_unknown_rows_and_figures_say_what_there_is(write_library: Write) -> None:
    library = load_evidence(write_library(FIGURE))
    with pytest.raises(PhytovigilError, match="no row “two”"):
        library.row("two")
    with pytest.raises(PhytovigilError, match=r"has no figure “whole”\. It has part"):
        library.rows[0].figure("whole")
