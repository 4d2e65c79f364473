"""Ledgers as text, from answers made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from phytovigil.cli import ledgers

NOTHING = dict.fromkeys(ledgers.FIGURES, 0)


def make_file(name: str, *, rows: int = 2, reasons: tuple[tuple[str, str, int], ...] = (), **changes: Any) -> Any:
    """One file of an ingest's answer. reasons : scope, code and count."""
    file = {
        **NOTHING,
        "file": name,
        "changed": True,
        "release": "faers-2019-03-31-aaaaaaaa",
        "source": "faers",
        "as_of": "2019-03-31",
        "rows_read": rows,
        "rows_kept": rows,
        "reports": 1_000,
        "reasons": [
            {"scope": scope, "reason": code, "count": count, "meaning": f"About {code}."}
            for scope, code, count in reasons
        ],
    }
    return {**file, **changes}


def lines(capsys: pytest.CaptureFixture[str], *files: Any, skipped: tuple[dict[str, str], ...] = ()) -> list[str]:
    """What an ingest of these files prints."""
    changed = any(file["changed"] for file in files)
    ledgers.print_ingest({"files": list(files), "skipped": list(skipped), "changed": changed})
    return capsys.readouterr().out.splitlines()


def test_a_release_is_one_block_and_its_figures_are_those_of_all_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    said = lines(
        capsys,
        make_file("a.zip/DEMO19Q1.txt", rows=1_000),
        make_file("a.zip/DRUG19Q1.txt", rows=3_000, rows_kept=2_998, rows_quarantined=2, rows_repaired=7),
        make_file("a.zip/INDI19Q1.txt", rows=10, rows_orphaned=4),
    )
    assert said == [
        "faers 2019Q1 → faers-2019-03-31-aaaaaaaa: 3 files",
        "  4,010 rows read = 4,008 kept + 2 quarantined; 1,000 reports",
        "  of the rows kept, 7 repaired, 4 orphaned",
        "Orphaned: rows that belong to a report, or to a product of it, that these files do not hold; kept, never "
        "counted.",
    ]


def test_a_single_file_keeps_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    file = make_file("caers.csv", rows_quarantined=1, rows_kept=1, reasons=(("row", "nul-byte", 1),))
    assert lines(capsys, file) == [
        "caers.csv → faers-2019-03-31-aaaaaaaa (as of 2019-03-31)",
        "  2 rows read = 1 kept + 1 quarantined; 1,000 reports",
        "  1 × nul-byte (row put aside): About nul-byte.",
    ]


def test_reasons_are_summed_over_the_files_and_the_most_frequent_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    said = lines(
        capsys,
        make_file("DEMO", reasons=(("value", "unknown-code", 3), ("row", "no-key", 1))),
        make_file("DRUG", reasons=(("value", "unknown-code", 2), ("repair", "split-row", 4), ("row", "nul-byte", 2))),
    )
    assert said[2:] == [
        "  5 × unknown-code (value put aside, row kept): About unknown-code.",
        "  4 × split-row (row repaired and kept): About split-row.",
        "  2 × nul-byte (row put aside): About nul-byte.",
        "  and 1 more reasons; `phytovigil quarantine` lists every row and value",
    ]


def test_a_reason_is_explained_once(capsys: pytest.CaptureFixture[str]) -> None:
    first = make_file("one.csv", release="first", reasons=(("row", "nul-byte", 1),))
    second = make_file("two.csv", release="second", reasons=(("row", "nul-byte", 2),))
    said = [line for line in lines(capsys, first, second) if "nul-byte" in line]
    assert said == ["  1 × nul-byte (row put aside): About nul-byte.", "  2 × nul-byte (row put aside)"]


def test_a_list_of_deleted_cases_is_no_release_of_no_reports(capsys: pytest.CaptureFixture[str]) -> None:
    said = lines(capsys, make_file("DELETE22Q4.txt", rows=3_624, reports=0))
    assert said[1] == "  3,624 rows read = 3,624 kept + 0 quarantined; 3,624 deleted cases"


def test_nothing_new_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    held = [make_file(name, changed=False) for name in ("DEMO", "DRUG")]
    skipped = ({"file": "notes.pdf", "reason": "notes.pdf is a PDF document."},)
    one, all_of_one = lines(capsys, held[0], skipped=skipped), lines(capsys, *held, skipped=skipped)
    assert one == ["DEMO: already in the store as faers-2019-03-31-aaaaaaaa; nothing changed."]
    assert all_of_one == ["2 files are already in the store as faers-2019-03-31-aaaaaaaa; nothing changed."]
    several = lines(capsys, *held, make_file("REAC", changed=False, release="other"))
    assert several == ["3 files are already in the store as 2 releases; nothing changed."]


def test_what_was_there_is_told_beside_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    said = lines(capsys, make_file("new.csv"), make_file("again.csv", changed=False, release="old"))
    assert said[0].startswith("new.csv → ")
    assert said[-1] == "again.csv: already in the store as old; nothing changed."


def test_files_passed_over_for_the_same_reason_are_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = (
        {"file": "a.zip/README.pdf", "reason": "a.zip/README.pdf is a PDF document."},
        {"file": "a.zip/FAQ.pdf", "reason": "a.zip/FAQ.pdf is a PDF document."},
        {"file": "b.zip/x.png", "reason": "b.zip/x.png is an image."},
        {"file": "c", "reason": "It is hidden."},
    )
    assert lines(capsys, make_file("new.csv"), skipped=skipped)[2:] == [
        "2 files passed over: each is a PDF document. --json names them.",
        "Passed over: b.zip/x.png is an image.",
        "Passed over: c: It is hidden.",
    ]


def shown(capsys: pytest.CaptureFixture[str], **answer: Any) -> list[str]:
    ledgers.print_releases(answer)
    return capsys.readouterr().out.splitlines()


def test_empty_store_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "phytovigil ingest" in shown(capsys, releases=[], store="here")[0]


def test_releases_of_many_files_take_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    quarter = {"as_of": "2019-03-31", "reports": 1_000, "files": [make_file("DEMO"), make_file("DRUG", rows=5_000)]}
    releases = [{**quarter, "id": f"faers-{number}"} for number in range(90)]
    said = shown(capsys, releases=releases, store="here", damaged=[])
    assert said[0] == "faers-0: 1,000 reports, 2 files, 5,002 rows"
    assert len(said) == 92
    assert said[-2:] == [
        "--json names every file, with its ledger and hash.",
        "Every file of the store has the hash that was recorded.",
    ]


def test_releases_tell_what_was_put_aside_repaired_and_orphaned(capsys: pytest.CaptureFixture[str]) -> None:
    odd = make_file("DRUG", rows=9, rows_kept=8, rows_quarantined=1, rows_repaired=2, rows_orphaned=3)
    many = {"id": "many", "as_of": "2019-03-31", "reports": 1, "files": [make_file("DEMO"), odd]}
    one = {"id": "one", "as_of": "2019-03-31", "reports": 1, "files": [odd]}
    said = shown(capsys, releases=[many, one], store="here")
    assert said[:5] == [
        "many: 1 reports, 2 files, 11 rows",
        "  1 quarantined, 2 repaired, 3 orphaned",
        "one (as of 2019-03-31): 1 reports",
        "  DRUG",
        "    9 rows read = 8 kept + 1 quarantined, 2 repaired, 3 orphaned",
    ]
    assert said[-1].startswith("Orphaned: ")
