"""FAERS files and quarters: which files are told to be what, and which of them make up one release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import UnreadableFile
from phytovigil.sources import Intake, match_inputs
from phytovigil.sources.faers_ascii import deletion_batch
from phytovigil.sources.faers_layouts import Layout
from phytovigil.sources.faers_lines import majority_delimiters

OUTC = "primaryid$caseid$outc_cod\r\n100000011$10000001$HO\r\n"
REAC = "primaryid$caseid$pt$drug_rec_act\r\n100000011$10000001$Rash$\r\n"
LEGACY_OUTC = "ISR$OUTC_COD\r\n7000001$HO$\r\n"
DELETED = " $\r\n10000001$\r\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return folder


def summary(releases: tuple[Intake, ...]) -> list[tuple[str | None, list[str]]]:
    """Dates of releases with the names of their files, without folders."""
    return [(release.date, [raw.name.rsplit("/", 1)[-1] for raw in release.files]) for release in releases]


def read(intake: Intake) -> list[Any]:
    return [batch for raw in intake.files for batch in intake.reader.read(raw, today=date(2026, 1, 1))]


def test_a_zip_is_one_release_whatever_its_folders_are_called(zipped: Callable[..., Path]) -> None:
    for data, deleted in (("ascii", "deleted"), ("ASCII", "Deleted"), ("Ascii", "DELETED"), ("ascii2", "deletes")):
        path = zipped(
            "faers_ascii_2022Q4.zip",
            {
                "FAQs.pdf": b"%PDF-1.7", f"{data}/OUTC22Q4.txt": OUTC, f"{data}/REAC22Q4.txt": REAC,
                f"{data}/OUTC22Q4.pdf": b"%PDF-1.7", f"{deleted}/DELETE22Q4.txt": DELETED,
            },
        )  # fmt: skip
        inputs = match_inputs([path])
        ((quarter, names),) = summary(inputs.releases)
        assert (quarter, sorted(names)) == ("2022-12-31", ["DELETE22Q4.txt", "OUTC22Q4.txt", "REAC22Q4.txt"])
        assert len(inputs.skipped) == 2
        assert {release.reader.name for release in inputs.releases} == {"faers-ascii"}


def test_a_folder_is_one_release_whatever_its_folders_are_called(tmp_path: Path) -> None:
    for data, deleted in (("ascii", "deleted"), ("ASCII", "Deleted"), ("", ""), ("", "DELETED"), ("ascii", "")):
        folder = write(
            tmp_path / f"in_{data}_{deleted}",
            {
                Path(data, "OUTC22Q4.txt").as_posix(): OUTC, Path(data, "reac22q4.TXT").as_posix(): REAC,
                Path(deleted, "DELETE22Q4.txt").as_posix(): DELETED,
            },
        )  # fmt: skip
        ((quarter, names),) = summary(match_inputs([folder]).releases)
        assert (quarter, len(names)) == ("2022-12-31", 3)


def test_files_given_one_by_one_are_one_release(tmp_path: Path) -> None:
    folder = write(tmp_path, {"OUTC22Q4.txt": OUTC, "REAC22Q4.txt": REAC, "DELETE22Q4.txt": DELETED})
    paths = [folder / name for name in ("REAC22Q4.txt", "DELETE22Q4.txt", "OUTC22Q4.txt")]
    assert summary(match_inputs(paths).releases) == [("2022-12-31", ["REAC22Q4.txt", "DELETE22Q4.txt", "OUTC22Q4.txt"])]


def test_two_quarters_in_one_folder_are_two_releases(tmp_path: Path) -> None:
    folder = write(
        tmp_path, {"OUTC22Q4.txt": OUTC, "OUTC11Q2.TXT": LEGACY_OUTC, "REAC22Q4.txt": REAC, "DELETE22Q3.txt": DELETED}
    )
    assert summary(match_inputs([folder]).releases) == [
        ("2011-06-30", ["OUTC11Q2.TXT"]), ("2022-09-30", ["DELETE22Q3.txt"]),
        ("2022-12-31", ["OUTC22Q4.txt", "REAC22Q4.txt"]),
    ]  # fmt: skip


def test_the_same_quarter_in_two_archives_is_two_releases(tmp_path: Path, zipped: Callable[..., Path]) -> None:
    """Corrected or sampled again, the files of one archive do not mix with those of another."""
    for name in ("faers_ascii_2022Q4.zip", "faers_ascii_2022Q4_corrected.zip"):
        zipped(name, {"ascii/OUTC22Q4.txt": OUTC})
    assert summary(match_inputs([tmp_path]).releases) == [("2022-12-31", ["OUTC22Q4.txt"])] * 2


def test_a_loose_list_of_deleted_cases_beside_an_archive(tmp_path: Path, zipped: Callable[..., Path]) -> None:
    """A release of its own, of the date that its name tells, in the order of the quarters."""
    zipped("faers_ascii_2022Q4.zip", {"ascii/OUTC22Q4.txt": OUTC})
    zipped("faers_ascii_2021Q4.zip", {"ascii/OUTC21Q4.txt": OUTC})
    write(tmp_path, {"DELETE22Q2.txt": DELETED})
    inputs = match_inputs([tmp_path])
    assert summary(inputs.releases) == [
        ("2021-12-31", ["OUTC21Q4.txt"]), ("2022-06-30", ["DELETE22Q2.txt"]), ("2022-12-31", ["OUTC22Q4.txt"]),
    ]  # fmt: skip
    (batch,) = read(inputs.releases[1])
    assert batch.tables["deletion"] == {"case_id": ["10000001"], "line": [2]}


def test_a_list_of_an_earlier_quarter_inside_an_archive(zipped: Callable[..., Path]) -> None:
    path = zipped("faers_ascii_2022Q4.zip", {"ascii/OUTC22Q4.txt": OUTC, "Deleted/DELETE21Q4.txt": DELETED})
    assert summary(match_inputs([path]).releases) == [
        ("2021-12-31", ["DELETE21Q4.txt"]), ("2022-12-31", ["OUTC22Q4.txt"]),
    ]  # fmt: skip


def test_ninety_quarters_at_once_in_the_order_of_time(tmp_path: Path, zipped: Callable[..., Path]) -> None:
    """Names of archives sort aers before faers, and both as text; dates decide."""
    quarters = [(2004 + number // 4, number % 4 + 1) for number in range(90)]
    for year, number in reversed(quarters):
        era, content = ("aers", LEGACY_OUTC) if (year, number) < (2012, 4) else ("faers", OUTC)
        tag = f"{year % 100:02}{'qQ'[number % 2]}{number}"
        zipped(f"{era}_ascii_{year}q{number}.zip", {f"ascii/OUTC{tag}.TXT": content, f"ascii/STAT{tag}.TXT": "x"})
    inputs = match_inputs([tmp_path])
    ends = {1: "03-31", 2: "06-30", 3: "09-30", 4: "12-31"}
    assert [release.date for release in inputs.releases] == [f"{year}-{ends[number]}" for year, number in quarters]
    assert [len(release.files) for release in inputs.releases] == [1] * 90
    assert len(inputs.skipped) == 90
    batches = [batch for release in inputs.releases for batch in read(release)]
    assert sum(batch.rows_kept for batch in batches) == 90
    first: Any = batches[0].tables["report_outcome"]
    last: Any = batches[-1].tables["report_outcome"]
    assert (first.column("key").to_pylist(), last.column("key").to_pylist()) == ([7000001], [100000011])


def test_files_without_a_quarter_are_one_release_without_a_date(tmp_path: Path) -> None:
    folder = write(tmp_path / "sample", {"_outc.txt": OUTC, "_reac.txt": REAC})
    assert summary(match_inputs([folder]).releases) == [(None, ["_outc.txt", "_reac.txt"])]


def test_releases_are_as_large_as_their_files(tmp_path: Path) -> None:
    (release,) = match_inputs([write(tmp_path, {"OUTC22Q4.txt": OUTC, "REAC22Q4.txt": REAC})]).releases
    assert release.size == len(OUTC) + len(REAC)


def test_a_list_under_another_name_is_no_list(tmp_path: Path) -> None:
    write(tmp_path, {"CASES22Q4.txt": DELETED})
    with pytest.raises(UnreadableFile):
        match_inputs([tmp_path / "CASES22Q4.txt"])


def test_bytes_read_grow_to_the_size_of_the_file(tmp_path: Path) -> None:
    rows = "".join(f"{100_000_011 + 10 * row}${10_000_001 + row}$HO\r\n" for row in range(5000))
    path = write(tmp_path, {"OUTC22Q4.txt": OUTC + rows}) / "OUTC22Q4.txt"
    (release,) = match_inputs([path]).releases
    progress = [batch.bytes_read for batch in read(release)]
    assert progress == sorted(progress)
    assert progress[-1] == path.stat().st_size


@pytest.mark.parametrize(
    ("head", "delimiters"),
    [
        (b"ISR$OUTC_COD\n7000001$HO$\n", 2), (b"ISR$OUTC_COD\n7000001$HO\n", 1), (b"ISR$OUTC_COD$\n7000001$HO\n", 1),
        (b"ISR$OUTC_COD$\n7000001$HO$", 2), (b"ISR$OUTC_COD\n", 1), (b"ISR$OUTC_COD", 1),
        (b"ISR$OUTC_COD\n7000001$HO$$$$\n", 1),
    ],
)  # fmt: skip
def test_delimiters_of_a_row(head: bytes, delimiters: int) -> None:
    rows = head.partition(b"\n")[2]
    assert majority_delimiters(rows, Layout("outc", ("primaryid", "outc_cod")), 1) == delimiters


def test_batches_of_deleted_cases_balance() -> None:
    batch = deletion_batch([("10000001", 2)], [("x", 3, "row", "no-case-id", "", "?")], 40)
    assert (batch.rows_read, batch.rows_kept, batch.rows_quarantined, batch.bytes_read) == (2, 1, 1, 40)
    assert deletion_batch([], [], 0).rows_read == 0


def test_long_lists_of_deleted_cases_come_in_batches(tmp_path: Path) -> None:
    cases = [str(10_000_000 + number) for number in range(45_000)]
    path = write(tmp_path, {"DELETE22Q4.txt": " $\n" + "$\n".join(cases) + "$\n"})
    (release,) = match_inputs([path]).releases
    batches = read(release)
    assert [batch.rows_read for batch in batches] == [20_000, 20_000, 5_000]
    assert [case for batch in batches for case in batch.tables["deletion"]["case_id"]] == cases
