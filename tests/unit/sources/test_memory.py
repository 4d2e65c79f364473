"""What is held in memory does not grow with the file."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from phytovigil.sources import draft, match_inputs


def peak_megabytes(path: Path) -> float:
    [(raw, reader)] = match_inputs([path]).files
    list(reader.read(raw))  # fills the caches, which are bounded
    tracemalloc.start()
    for _ in reader.read(raw):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def write_csv(path: Path, rows: Iterable[str], header: str) -> Path:
    path.write_text(header + "\n" + "\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_three_times_the_rows_need_no_more_memory(
    tmp_path: Path, row: Callable[..., str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = (
        "Report ID,CAERS Created Date,Date of Event,Product Type,Product,Product Code,Description,Patient Age,"
        "Age Units,Sex,Outcomes,MedDRA Preferred Terms"
    )
    result = {"report_number": "1", "date_created": "20040102", "reactions": ["RASH"], "products": []}
    monkeypatch.setattr(draft, "BATCH_ROWS", 1_000)
    peaks = []
    for size in (5_000, 15_000):
        path = tmp_path / f"{size}.{kind}"
        if kind == "csv":
            write_csv(path, (row(case=str(number)) for number in range(size)), header)
        else:
            path.write_text(json.dumps({"results": [result | {"report_number": str(n)} for n in range(size)]}))
        peaks.append(peak_megabytes(path))
    assert peaks[1] < peaks[0] * 1.2
    assert peaks[1] < 10
