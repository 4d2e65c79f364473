"""The openFDA download against a server of our own that behaves well, badly, or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import NetworkError
from phytovigil.sources import Patience, fetch_openfda_food, match_inputs

NAME = "food-event-0001-of-0001.json.zip"
IMPATIENT = Patience(attempts=3, pause=0.01, timeout=0.5)


def write_openfda(rows: list[list[str]]) -> bytes:
    """CAERS rows as openFDA writes them: one object per report, lists cut at every comma, repeats dropped."""
    results: dict[str, dict[str, Any]] = {}
    for row in rows:
        report = results.setdefault(
            row[0],
            {"report_number": row[0], "date_created": compact(row[1]), "consumer": {}, "products": [],
             "date_started": compact(row[2]), "outcomes": [], "reactions": []},
        )  # fmt: skip
        report["products"].append(
            {"role": row[3].upper(), "name_brand": row[4], "industry_code": row[5].zfill(2), "industry_name": row[6]}
        )
        filled = {"age": row[7], "age_unit": row[8].lower() if row[7] else "", "gender": row[9]}
        report["consumer"] |= {name: value for name, value in filled.items() if value}
        for name, cell in (("outcomes", row[10]), ("reactions", row[11])):
            parts = [part.strip() for part in cell.split(",") if part.strip()]
            report[name] = list(dict.fromkeys([*report[name], *parts]))
    return json.dumps({"meta": {"results": {"skip": 0}}, "results": list(results.values())}).encode()


def compact(text: str) -> str | None:
    if not text:
        return None
    month, day, year = text.split("/")
    return f"{year}{int(month):02}{int(day):02}"


@pytest.fixture(scope="module")
def caers_rows(shared_data: Path) -> list[list[str]]:
    """The first 8,000 rows of the real file, complete reports only."""
    with zipfile.ZipFile(shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip") as archive:
        rows = list(csv.reader(io.TextIOWrapper(archive.open("CAERS_ASCII_2004_2017Q2.csv"), "utf-8", newline="")))
    chosen = rows[1:8001]
    return [rows[0], *[row for row in chosen if row[0] != chosen[-1][0]]]


@pytest.fixture(scope="module")
def partition(caers_rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("food-event-0001-of-0001.json", write_openfda(caers_rows[1:]))
    return stream.getvalue()


@dataclass
class Site:
    """What the server offers, how it misbehaves, and what it was asked.

    faults : one per request of the partition, used up in order; after them it behaves well.
    """

    partition: bytes
    url: str = ""
    index: Any = None
    etag: str = '"one"'
    faults: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    requests: int = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/download.json":
            content = self.site.index if isinstance(self.site.index, bytes) else json.dumps(self.site.index).encode()
            self.answer(200, content)
            return
        self.site.requests += 1
        self.site.ranges.append(self.headers.get("Range", ""))
        fault = self.site.faults.pop(0) if self.site.faults else ""
        if fault.isdigit():
            self.answer(int(fault), b"sorry")
        else:
            self.serve_partition(fault)

    def serve_partition(self, fault: str) -> None:
        content, start, asked = self.site.partition, 0, self.headers.get("Range")
        if asked and fault != "ignores range" and self.headers.get("If-Range") == self.site.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if start >= len(content):
            self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return
        headers = {"ETag": self.site.etag}
        if start:
            shown = start + 1 if fault == "resumes elsewhere" else start
            headers["Content-Range"] = f"bytes {shown}-{len(content) - 1}/{len(content)}"
        self.send_body(206 if start else 200, content[start:], headers, fault)

    def send_body(self, status: int, body: bytes, headers: dict[str, str], fault: str) -> None:
        if fault == "garbled":
            body = body[: len(body) // 2] + bytes(64) + body[len(body) // 2 + 64 :]
        if fault == "cut but announced as whole":
            body = body[: len(body) // 2]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = body[: len(body) // 2] if fault in ("drops", "stalls") else body
        step = len(sent) // 8 + 1 if fault == "slow" else len(sent)
        for place in range(0, len(sent), step):
            self.wfile.write(sent[place : place + step])
            time.sleep(0.03 if fault == "slow" else 0)
        self.wfile.flush()
        if fault == "stalls":
            time.sleep(1.0)
        self.close_connection = True

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def site(partition: bytes) -> Iterator[Site]:
    offered = Site(partition)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OurHandler", (Handler,), {"site": offered}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    offered.url = f"http://127.0.0.1:{server.server_port}"
    offered.index = make_index(offered)
    yield offered
    server.shutdown()
    server.server_close()


def make_index(site: Site, **changes: Any) -> dict[str, Any]:
    entry = {"file": f"{site.url}/food/event/{NAME}", "size_mb": f"{len(site.partition) / 1_048_576:.2f}", "records": 9}
    event = {"export_date": "2026-05-11", "partitions": [entry | changes]}
    return {"meta": {}, "results": {"food": {"event": event}}}


@pytest.fixture
def fetch(site: Site, tmp_path: Path) -> Callable[..., list[Path]]:
    def run(**options: Any) -> list[Path]:
        return fetch_openfda_food(
            tmp_path / "raw", **{"index_url": f"{site.url}/download.json", "patience": IMPATIENT, **options}
        )

    return run


def left_overs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if ".part" in path.name)


def test_what_was_fetched_says_the_same_as_the_csv(fetch: Any, tmp_path: Path, caers_rows: list[list[str]]) -> None:
    [file] = fetch()
    text = io.StringIO(newline="")
    csv.writer(text).writerows(caers_rows)
    (tmp_path / "caers.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    fetched, published = read_cases(file), read_cases(tmp_path / "caers.csv")
    assert len(fetched) > 4_000
    assert fetched == published


def read_cases(path: Path) -> dict[str, Any]:
    """Per case what both formats say of it."""
    cases: dict[str, Any] = {}
    case_of: dict[Any, str] = {}
    for raw, reader in match_inputs([path]).files:
        for batch in reader.read(raw):
            report, product, reaction = (batch.tables[f"report{name}"] for name in ("", "_product", "_reaction"))
            columns = ("received", "event_date", "sex", "age_years", "serious", "outcomes")
            for case, *values in zip(report["case_id"], *(report[name] for name in columns), strict=True):
                cases.setdefault(case, (values, [], set()))
            case_of.update(zip(report["key"], report["case_id"], strict=True))
            columns = ("role", "verbatim", "category")
            for key, *values in zip(product["key"], *(product[name] for name in columns), strict=True):
                cases[case_of[key]][1].append(values)
            for key, term in zip(reaction["key"], reaction["term"], strict=True):
                cases[case_of[key]][2].add(term)
    return cases


def test_a_file_comes_with_its_provenance(fetch: Any, site: Site) -> None:
    seen: list[tuple[str, int, int]] = []
    [file] = fetch(progress=lambda *said: seen.append(said))
    assert file.read_bytes() == site.partition
    assert file.parent.name == "openfda-food-event-2026-05-11"
    assert json.loads((file.parent / f"{NAME}.provenance.json").read_text()) == {
        "url": f"{site.url}/food/event/{NAME}",
        "export_date": "2026-05-11",
        "sha256": hashlib.sha256(site.partition).hexdigest(),
        "size": len(site.partition),
        "records": 9,
    }
    assert seen[-1] == (NAME, len(site.partition), len(site.partition))
    assert left_overs(file.parent) == []


def test_a_file_that_is_there_is_not_fetched_again(fetch: Any, site: Site) -> None:
    said: list[str] = []
    fetch(notice=said.append)
    fetch(notice=said.append)
    assert site.requests == 1
    assert ["was fetched" in said[0], "is already here and whole" in said[1]] == [True, True]


def test_a_file_that_was_changed_is_fetched_again(fetch: Any, site: Site) -> None:
    [file] = fetch()
    file.write_bytes(b"changed")
    fetch()
    assert site.requests == 2
    assert file.read_bytes() == site.partition


def test_a_new_export_does_not_overwrite_the_older_one(fetch: Any, site: Site) -> None:
    [older] = fetch()
    site.index["results"]["food"]["event"]["export_date"] = "2026-08-11"
    [newer] = fetch()
    assert older.exists()
    assert newer.exists()
    assert older != newer


@pytest.mark.parametrize(
    ("faults", "resumed"),
    [
        (["drops"], True),
        (["drops", "drops"], True),
        (["stalls"], True),
        (["503"], False),
        (["drops", "ignores range"], True),
        (["drops", "resumes elsewhere"], True),
        (["garbled"], False),
        (["cut but announced as whole"], False),
        (["slow"], False),
    ],
)
def test_a_download_survives(fetch: Any, site: Site, faults: list[str], resumed: bool) -> None:
    site.faults = list(faults)
    [file] = fetch()
    assert file.read_bytes() == site.partition
    assert any(asked.startswith("bytes=") for asked in site.ranges) is resumed
    assert left_overs(file.parent) == []


def test_a_later_run_builds_on_what_an_earlier_one_got(fetch: Any, site: Site) -> None:
    site.faults = ["drops"]
    with pytest.raises(NetworkError, match="could not be downloaded in 1 attempts"):
        fetch(patience=Patience(attempts=1, pause=0, timeout=1))
    [file] = fetch()
    assert site.ranges == ["", f"bytes={len(site.partition) // 2}-"]
    assert file.read_bytes() == site.partition


def test_a_part_of_another_file_is_not_built_upon(fetch: Any, site: Site) -> None:
    site.faults = ["drops"]
    with pytest.raises(NetworkError):
        fetch(patience=Patience(attempts=1, pause=0, timeout=1))
    site.etag = '"two"'
    [file] = fetch()
    assert file.read_bytes() == site.partition


def test_a_part_that_is_already_whole(fetch: Any, site: Site, tmp_path: Path) -> None:
    place = tmp_path / "raw" / "openfda-food-event-2026-05-11"
    place.mkdir(parents=True)
    (place / f"{NAME}.part").write_bytes(site.partition)
    (place / f"{NAME}.part.json").write_text(json.dumps({"mark": site.etag}))
    [file] = fetch()
    assert site.ranges == [f"bytes={len(site.partition)}-"]
    assert file.read_bytes() == site.partition


@pytest.mark.parametrize("mark", ["", "[]", "{", '{"mark": 3}'])
def test_a_damaged_mark_only_costs_a_fresh_start(fetch: Any, site: Site, tmp_path: Path, mark: str) -> None:
    place = tmp_path / "raw" / "openfda-food-event-2026-05-11"
    place.mkdir(parents=True)
    (place / f"{NAME}.part").write_bytes(b"PK")
    (place / f"{NAME}.part.json").write_text(mark)
    assert fetch()[0].read_bytes() == site.partition


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (["404"], "answered 404"),
        (["403"], "answered 403"),
        (["503"] * 3, "in 3 attempts: the server answered 503"),
        (["drops"] * 3, "in 3 attempts: "),
        (["stalls"] * 3, "in 3 attempts: the server did not answer in time"),
        (["garbled"] * 3, "in 3 attempts: "),
        (["cut but announced as whole"] * 3, "in 3 attempts: "),
    ],
)
def test_a_download_fails_in_one_line(fetch: Any, site: Site, tmp_path: Path, faults: list[str], said: str) -> None:
    site.faults = list(faults)
    with pytest.raises(NetworkError) as caught:
        fetch()
    assert said in caught.value.message
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.rglob(NAME))
    assert not list(tmp_path.rglob("*.provenance.json"))


@pytest.mark.parametrize(
    ("size_mb", "said"), [("900", "where the index announces 900.0 MB"), ("0.001", "far more than announced")]
)
def test_a_file_of_another_size_than_announced(fetch: Any, site: Site, size_mb: str, said: str) -> None:
    site.index = make_index(site, size_mb=size_mb)
    with pytest.raises(NetworkError, match=said):
        fetch()


@pytest.mark.parametrize(
    "index",
    [
        b"<html>", b"[]", b"{}", b'{"results": {"food": {"event": []}}}',
        b'{"results": {"food": {"event": {"export_date": "2026-05-11", "partitions": []}}}}',
    ],
)  # fmt: skip
def test_an_index_that_is_none(fetch: Any, site: Site, index: bytes) -> None:
    site.index = index
    with pytest.raises(NetworkError, match="openFDA index"):
        fetch()


@pytest.mark.parametrize(
    "change",
    [
        {"file": "file:///etc/passwd"},
        {"file": "http://127.0.0.1/.."},
        {"file": "http://127.0.0.1/a/%2e%2e.sh"},
        {"size_mb": "NaN"},
        {"size_mb": "-1"},
        {"records": "many"},
    ],
)
def test_an_index_that_leads_astray(fetch: Any, site: Site, tmp_path: Path, change: dict[str, str]) -> None:
    site.index = make_index(site, **change)
    with pytest.raises(NetworkError):
        fetch()
    assert site.requests == 0
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("url", ["ftp://x/y", "nonsense", "http://"])
def test_an_index_address_that_is_none(fetch: Any, url: str) -> None:
    with pytest.raises(NetworkError, match="is no web address"):
        fetch(index_url=url)


def test_no_server(fetch: Any, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="the connection failed"):
        fetch(index_url="http://127.0.0.1:9/download.json", patience=Patience(attempts=2, pause=0, timeout=1))


def test_a_folder_that_cannot_be_made(fetch: Any, tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    with pytest.raises(NetworkError, match="cannot be made"):
        fetch()


def test_fetch_ingest_count_on_the_command_line(
    ask: Callable[..., dict[str, Any]], site: Site, tmp_path: Path, caers_rows: list[list[str]]
) -> None:
    """The same reports by way of openFDA and as CSV: the same ledger of reports, the same four cells."""
    with (tmp_path / "caers.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(caers_rows)
    fetched = ask("fetch", "openfda-food", "--index", f"{site.url}/download.json", "--out", tmp_path / "raw")
    assert [Path(file["file"]).name for file in fetched["files"]] == [NAME]
    answers = []
    for number, path in enumerate((tmp_path / "raw", tmp_path / "caers.csv")):
        store = tmp_path / f"store-{number}"
        ledger = ask("ingest", path, "--store", store)
        assert ledger["rows_read"] == ledger["rows_kept"] + ledger["rows_quarantined"]
        pair = ask("count", "--product", "calcium", "--reaction", "NAUSEA", "--role", "any", "--store", store)
        answers.append((ledger["reports"], *(pair[cell] for cell in "abcdn")))
    assert answers[0] == answers[1]
    assert answers[0][1] > 0
