from __future__ import annotations

import hashlib
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import UnknownName, UnreadableFile
from phytovigil.sources import RawFile, match_inputs, open_inputs, rawfile, recognise

Zip = Callable[..., Path]
HEADER = (
    "Report ID,CAERS Created Date,Date of Event,Product Type,Product,Product Code,Description,Patient Age,Age Units,"
    "Sex,MedDRA Preferred Terms,Outcomes\n"
)
CAERS = HEADER + "1,1/1/2015,,SUSPECT,KAVA,54,Vit,3,year(s),Male,RASH,DEATH\n"


def names(*paths: Path) -> list[str]:
    return [raw.name for raw in open_inputs(list(paths))]


def test_folders_and_archives_are_expanded_in_order_of_name(tmp_path: Path, zipped: Zip) -> None:
    folder = tmp_path / "raw"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").write_text("x")
    (folder / "b.csv").write_text(CAERS)
    (folder / "sub" / "c.csv").write_text(CAERS)
    archive = zipped("raw/a.zip", {"two.csv": CAERS, "one.csv": CAERS, "__MACOSX/x": "", ".DS_Store": ""})
    assert names(folder) == ["raw/a.zip/one.csv", "raw/a.zip/two.csv", "raw/b.csv", "raw/sub/c.csv"]
    assert names(archive, folder)[:2] == ["a.zip/one.csv", "a.zip/two.csv"]
    assert len(names(folder, archive, folder / "b.csv")) == 4


def test_the_hash_is_that_of_the_data_zipped_or_not(tmp_path: Path, zipped: Zip) -> None:
    (tmp_path / "a.csv").write_text(CAERS)
    plain, member = open_inputs([tmp_path / "a.csv", zipped("a.zip", {"x.csv": CAERS})])
    assert plain.sha256() == member.sha256() == hashlib.sha256(CAERS.encode()).hexdigest()
    assert (plain.size, member.size) == (len(CAERS), len(CAERS))


def test_what_is_no_data_beside_data_is_skipped_with_its_reason(zipped: Zip) -> None:
    found = match_inputs([zipped("a.zip", {"a.csv": CAERS, "README.pdf": "%PDF-1.4"})])
    assert [(raw.name, reader.name) for raw, reader in found.files] == [("a.zip/a.csv", "caers-csv")]
    assert [(item.name, item.reason) for item in found.skipped] == [
        ("a.zip/README.pdf", "a.zip/README.pdf is a PDF document.")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"<?xml version='1.0'?><ichicsr/>", "XML"),
        (b'{"properties":{"safetyreportid":{"type":"text"}}}', "JSON that names the fields of openFDA drug/event"),
        (b"[1,2]", "JSON, but not an openFDA food/event file"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        ("Report ID,Sex".encode("utf-16"), "UTF-16 text"),
        (b"\x00\x01\x02\x03", "not text"),
        (b"primaryid$caseid$caseversion\r\n1$1$1", "a FAERS quarterly ASCII file"),
        (b"ISR$CASE$I_F_COD$FOLL_SEQ\r\n", "with a damaged header: its columns (ISR, CASE, I_F_COD, FOLL_SEQ) are"),
        (b"100046943$10004694$3$F\r\n", "a table with delimiter “$” and no header"),
        (HEADER.replace(",", ";").encode(), "a table with delimiter “;” and 12 columns (Report ID, CAERS Created"),
        (HEADER.replace(",", "\t").encode(), "a table with delimiter tab and 12 columns"),
        (HEADER.replace("Product Code,", "").encode(), "a table with delimiter “,” and 11 columns"),
        (b"hello", "text that begins “hello”"),
    ],
)
def test_a_file_that_no_reader_knows(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "caers.csv"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        match_inputs([file])
    assert said in caught.value.message
    assert "Known formats: CAERS or HFCS, CSV; " in caught.value.hint
    assert "\n" not in str(caught.value)


def test_the_name_of_a_file_decides_nothing(tmp_path: Path) -> None:
    file = tmp_path / "holiday.jpg"
    file.write_text(CAERS)
    assert recognise(open_inputs([file])[0]).name == "caers-csv"


def test_a_source_can_be_demanded(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(CAERS)
    assert len(match_inputs([file], source="caers").files) == 1
    with pytest.raises(UnreadableFile, match="is of the source caers; faers-dashboard was asked for"):
        match_inputs([file], source="faers-dashboard")
    with pytest.raises(UnknownName, match="Did you mean “caers”"):
        match_inputs([file], source="cares")


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda path: None, "There is no file or folder"),
        (lambda path: path.mkdir(), "holds nothing readable. It is empty"),
        (lambda path: (path.mkdir(), (path / "a.pdf").write_bytes(b"%PDF"))[0], "holds nothing readable"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), "is damaged or cut short"),
        (os.mkfifo, "is neither a file nor a folder"),
    ],
    ids=["missing", "empty folder", "folder without data", "no archive", "pipe"],
)
def test_paths_that_hold_nothing(tmp_path: Path, prepare: Callable[[Path], Any], said: str) -> None:
    prepare(tmp_path / "given")
    with pytest.raises(UnreadableFile, match=said):
        match_inputs([tmp_path / "given"])


def test_an_archive_of_another_kind_says_what_is_in_it(zipped: Zip) -> None:
    path = zipped("faers.zip", {"ascii/ASC_NTS.pdf": "%PDF", "ascii/DEMO17Q2.txt": "primaryid$caseid\n1$1"})
    with pytest.raises(UnreadableFile, match=r"DEMO17Q2\.txt is a FAERS quarterly ASCII file with a damaged"):
        match_inputs([path])


def test_a_truncated_archive_is_an_error_even_inside_a_folder(tmp_path: Path, zipped: Zip) -> None:
    (tmp_path / "raw").mkdir()
    whole = zipped("whole.zip", {"a.csv": CAERS * 500}).read_bytes()
    (tmp_path / "raw" / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "raw" / "good.csv").write_text(CAERS)
    with pytest.raises(UnreadableFile, match=r"raw/cut\.zip is damaged or cut short"):
        match_inputs([tmp_path / "raw"])


def test_a_member_whose_bytes_were_damaged(tmp_path: Path, zipped: Zip, whole: Callable[..., Any]) -> None:
    path = zipped("a.zip", {"a.csv": CAERS})
    content = bytearray(path.read_bytes())
    place = content.index(b"a.csv") + 40
    content[place] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"a.zip/a.csv is damaged or cut short"):
        whole(path)


def test_an_archive_that_swells_beyond_reason_is_refused_unread(zipped: Zip) -> None:
    with pytest.raises(UnreadableFile, match="no archive of reports does that"):
        open_inputs([zipped("bomb.zip", {"a.csv": b"0" * 20_000_000})])


def test_an_archive_of_too_many_members_is_refused(zipped: Zip) -> None:
    with pytest.raises(UnreadableFile, match="announces 10001 files"):
        open_inputs([zipped("many.zip", {f"{number}.csv": "" for number in range(10_001)})])


def test_an_archive_that_lies_about_its_size_is_read_no_further_than_it_announced(
    zipped: Zip, whole: Callable[..., Any]
) -> None:
    path = zipped("liar.zip", {"a.csv": CAERS + "x" * 20_000_000})
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, directory + 24, len(CAERS))
    path.write_bytes(content)
    assert open_inputs([path])[0].size == len(CAERS)
    with pytest.raises(UnreadableFile, match="is damaged or cut short"):
        whole(path)


def test_an_encrypted_member(zipped: Zip) -> None:
    path = zipped("secret.zip", {"a.csv": CAERS})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="is encrypted"):
        match_inputs([path])


def workbook(zipped: Zip, **parts: bytes | str) -> Path:
    return zipped("a.xlsx", {"xl/workbook.xml": "<workbook/>", **parts})


def test_a_workbook_that_is_none(zipped: Zip) -> None:
    with pytest.raises(UnreadableFile, match=r"a\.xlsx is a damaged Excel workbook"):
        match_inputs([workbook(zipped)])


def test_text_that_is_called_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("not a workbook")
    with pytest.raises(UnreadableFile, match="text that begins “not a workbook”"):
        match_inputs([tmp_path / "a.xlsx"])


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Month", "Budget"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableFile, match="holds no dashboard listing"):
        match_inputs([tmp_path / "a.xlsx"])


def test_a_workbook_that_swells(zipped: Zip) -> None:
    path = workbook(zipped, **{"xl/sharedStrings.xml": b" " * 30_000_000})
    with pytest.raises(UnreadableFile, match="no archive of reports does that"):
        match_inputs([path])


def test_a_workbook_that_defines_entities(zipped: Zip) -> None:
    path = workbook(zipped, **{"xl/sharedStrings.xml": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'})
    with pytest.raises(UnreadableFile, match="defines XML entities"):
        match_inputs([path])


def test_a_file_that_vanishes_after_it_was_listed(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"There is no file or folder gone\.csv"):
        RawFile("gone.csv", tmp_path / "gone.csv", "", 1).sha256()


def test_archives_are_let_go_of(zipped: Zip, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[zipfile.ZipFile] = []
    raw = open_inputs([zipped("a.zip", {"a.csv": CAERS})])[0]
    open_archive = rawfile.open_archive
    monkeypatch.setattr(rawfile, "open_archive", lambda path: opened.append(open_archive(path)) or opened[-1])
    raw.head()
    assert [archive.fp for archive in opened] == [None]
