"""FAERS quarters from a server of our own that behaves well, badly, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from phytovigil import __version__
from phytovigil.errors import InvalidRequest, NetworkError
from phytovigil.sources import Patience, faers_addresses
from phytovigil.sources.fetch_faers import FetchedQuarters, fetch_faers
from phytovigil.sources.quarters import TABLES, Quarter, parse_quarter, parse_quarters
from phytovigil.sources.tables import read_table
from phytovigil.study.contract import load_schema

IMPATIENT = Patience(attempts=3, pause=0.01, timeout=0.6, spacing=0.0)
HASTY = Patience(attempts=1, pause=0.0, timeout=0.6, spacing=0.0)
ETAG = '"one"'
GONE = "http://127.0.0.1:9/{year}q{number}"


def make_quarter(quarter: str, tables: tuple[str, ...] = TABLES, size: int = 2_000) -> bytes:
    """An archive like FDA's, of tables that do not compress."""
    stream, noise = io.BytesIO(), random.Random(quarter)
    with zipfile.ZipFile(stream, "w") as archive:
        for table in tables:
            archive.writestr(f"ascii/{table}{quarter[2:]}.txt", noise.randbytes(size))
        archive.writestr("Readme.pdf", b"%PDF")
    return stream.getvalue()


@dataclass
class Site:
    """What the server offers, how it misbehaves, and what it was asked.

    faults : per file name, one per request, used up in order. hold : seconds for which a request is kept waiting.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=lambda: {"ETag": ETAG})
    hold: float = 0.0
    url: str = ""
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    served_now: int = 0
    served_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pattern(self) -> str:
        return f"{self.url}/faers_ascii_{{year}}q{{number}}.zip"

    def offer(self, quarter: str, content: bytes | None = None, *faults: str) -> bytes:
        name = f"faers_ascii_{quarter.lower()}.zip"
        self.files[name] = make_quarter(quarter) if content is None else content
        self.faults[name] = list(faults)
        return self.files[name]

    def note_request(self, name: str, headers: Any) -> str:
        """Count the request; the fault that it will meet."""
        with self.lock:
            self.times.append(time.monotonic())
            self.asked.append(name)
            self.ranges.append(headers.get("Range", ""))
            self.agents.add(headers.get("User-Agent", ""))
            self.served_now += 1
            self.served_at_once = max(self.served_at_once, self.served_now)
        time.sleep(self.hold)
        with self.lock:
            self.served_now -= 1
            faults = self.faults.get(name)
            return faults.pop(0) if faults else ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        name = self.path[1:]
        fault = self.site.note_request(name, self.headers)
        if fault.isdigit() or name not in self.site.files:
            self.answer(int(fault or 404), b"sorry")
        elif fault == "web page":
            self.answer(200, b"\xef\xbb\xbf\r\n<!DOCTYPE html><title>We have moved</title>")
        elif fault == "moved":
            self.answer(302, b"", {"Location": f"/elsewhere/{name}"})
        else:
            self.serve_file(memoryview(self.site.files[name]), fault)

    def serve_file(self, content: memoryview, fault: str) -> None:
        start, asked = 0, self.headers.get("Range")
        if asked and fault != "ignores range" and self.headers.get("If-Range") in self.site.marks.values():
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if start >= len(content):
            self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return
        headers = dict(self.site.marks)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self.send_body(206 if start else 200, content[start:], headers, fault)

    def send_body(self, status: int, body: memoryview, headers: dict[str, str], fault: str) -> None:
        sent, announced = self.spoil(body, fault)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        pause = {"slow": 0.05, "creeps": 0.3}.get(fault, 0)
        step = len(sent) // 8 + 1 if pause else 1 << 16
        for place in range(0, len(sent), step):
            self.wfile.write(sent[place : place + step])
            time.sleep(pause)
        self.wfile.flush()
        if fault == "stalls":
            time.sleep(1.0)
        self.close_connection = True

    def spoil(self, body: memoryview, fault: str) -> tuple[memoryview, int]:
        """The bytes that are sent, and how many are announced."""
        half = len(body) // 2
        if fault == "garbled":
            return memoryview(bytes(body[:half]) + bytes(64) + bytes(body[half + 64 :])), len(body)
        if fault in ("drops", "stalls"):
            return body[:half], len(body)
        if fault == "sends less of the rest":
            return body[: half // 2], half // 2
        if fault == "announces too little":
            return body, half
        if fault == "announces too much":
            return body, len(body) + 100
        return (body[:half], half) if fault == "truncated" else (body, len(body))

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that went away is part of the play."""


@pytest.fixture
def site() -> Iterator[Site]:
    offered = Site()
    server = QuietServer(("127.0.0.1", 0), type("OurHandler", (Handler,), {"site": offered}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    offered.url = f"http://127.0.0.1:{server.server_port}"
    yield offered
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


@pytest.fixture
def fetch(site: Site, folder: Path) -> Callable[..., FetchedQuarters]:
    def run(quarters: str, **options: Any) -> FetchedQuarters:
        return fetch_faers(
            folder, parse_quarters(quarters), **{"pattern": site.pattern, "patience": IMPATIENT, **options}
        )

    return run


@pytest.fixture
def our_addresses(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real table of addresses, with our server in place of FDA's."""

    def read_ours(name: str) -> list[dict[str, str]]:
        rows = read_table(name)
        return [row | {"pattern": re.sub(r"^https://.*/", f"{site.url}/", row["pattern"])} for row in rows]

    monkeypatch.setattr(faers_addresses, "read_table", read_ours)


def left_overs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if ".part" in path.name)


def reasons(fetched: FetchedQuarters) -> dict[str, str]:
    return {str(missing.quarter): missing.reason for missing in fetched.missing}


def names(fetched: FetchedQuarters) -> list[str]:
    return [file.path.name for file in fetched.files]


def test_real_samples_of_three_eras(site: Site, folder: Path, shared_data: Path, our_addresses: None) -> None:
    """Served under the names that FDA gives them, both with q and with Q."""
    samples = {
        "aers_ascii_2004q1.zip": "2004q1_and_2017q2_sample/aers_ascii_2004q1.zip",
        "faers_ascii_2017q2.zip": "2004q1_and_2017q2_sample/faers_ascii_2017q2.zip",
        "faers_ascii_2022Q4.zip": "2022q4_sample/faers_ascii_2022Q4.zip",
    }
    site.files = {name: (shared_data / "faers_ascii" / path).read_bytes() for name, path in samples.items()}
    wanted = [parse_quarter(text) for text in ("2022Q4", "2004Q1", "2017Q2", "2004Q1")]
    fetched = fetch_faers(folder, wanted, patience=IMPATIENT)
    assert [str(file.quarter) for file in fetched.files] == ["2004Q1", "2017Q2", "2022Q4"]
    assert names(fetched) == [name.lower() for name in samples]
    assert [file.path.read_bytes() for file in fetched.files] == list(site.files.values())
    assert fetched.missing == ()
    assert sorted(site.asked) == sorted(samples)


def test_a_file_comes_with_its_provenance(site: Site, fetch: Any, folder: Path) -> None:
    content = site.offer("2019Q1")
    seen: list[tuple[str, int, int]] = []
    [file] = fetch("2019Q1", progress=lambda *said: seen.append(said)).files
    assert (file.size, file.fetched) == (len(content), True)
    assert json.loads((folder / "faers_ascii_2019q1.zip.provenance.json").read_text()) == {
        "quarter": "2019Q1",
        "url": f"{site.url}/faers_ascii_2019q1.zip",
        "mark": ETAG,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    assert seen[-1] == ("faers_ascii_2019q1.zip", len(content), len(content))
    assert left_overs(folder) == []
    assert site.agents == {f"phytovigil/{__version__}"}


def test_a_file_that_is_there_is_not_fetched_again(site: Site, fetch: Any) -> None:
    site.offer("2019Q1")
    said: list[str] = []
    fetch("2019Q1", notice=said.append)
    site.offer("2019Q2")
    again = fetch("2019Q1,2019Q2", notice=said.append, at_once=1)
    assert [file.fetched for file in again.files] == [False, True]
    assert len(site.asked) == 2
    assert ["was fetched" in said[0], "is already here and whole" in said[1]] == [True, True]


@pytest.mark.parametrize("damage", ["changed", "cut", "no provenance", "of another quarter"])
def test_a_file_that_is_not_as_it_was_is_fetched_again(site: Site, fetch: Any, damage: str) -> None:
    content = site.offer("2019Q1")
    [file] = fetch("2019Q1").files
    record = file.path.with_name(f"{file.path.name}.provenance.json")
    if damage == "no provenance":
        record.unlink()
    elif damage == "of another quarter":
        record.write_text(record.read_text().replace("2019Q1", "2019Q2"))
    else:
        file.path.write_bytes(content[:-1] + (b"?" if damage == "changed" else b""))
    [file] = fetch("2019Q1").files
    assert (file.fetched, len(site.asked)) == (True, 2)
    assert file.path.read_bytes() == content


@pytest.mark.parametrize(
    ("faults", "resumed"),
    [
        (["drops"], True),
        (["drops", "drops"], True),
        (["stalls"], True),
        (["500", "503"], False),
        (["drops", "ignores range"], True),
        (["drops", "500"], True),
        (["garbled"], False),
        (["truncated"], False),
        (["announces too little"], False),
        (["announces too much"], True),
        (["slow"], False),
    ],
)
def test_a_download_survives(site: Site, fetch: Any, folder: Path, faults: list[str], resumed: bool) -> None:
    content = site.offer("2019Q1", None, *faults)
    [file] = fetch("2019Q1").files
    assert file.path.read_bytes() == content
    assert any(asked.startswith("bytes=") for asked in site.ranges) is resumed
    assert left_overs(folder) == []


def test_a_rest_that_is_shorter_than_asked_for_is_asked_for_again(site: Site, fetch: Any) -> None:
    content = site.offer("2019Q1", None, "drops", "sends less of the rest")
    half = len(content) // 2
    [file] = fetch("2019Q1").files
    assert file.path.read_bytes() == content
    assert site.ranges == ["", f"bytes={half}-", f"bytes={half + (len(content) - half) // 2 // 2}-"]


def test_a_file_without_a_mark_is_fetched_anew(site: Site, fetch: Any, folder: Path) -> None:
    site.marks = {"ETag": 'W/"weak"'}
    content = site.offer("2019Q1", None, "drops")
    [file] = fetch("2019Q1").files
    assert file.path.read_bytes() == content
    assert site.ranges == ["", ""]
    assert json.loads((folder / f"{file.path.name}.provenance.json").read_text())["mark"] == ""


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (["400"], "answered 400"),
        (["404"], "was not found: http://"),
        (["403"], "answered 403"),
        (["500"] * 3, "in 3 attempts: the server answered 500"),
        (["drops"] * 3, "in 3 attempts: "),
        (["stalls"] * 3, "in 3 attempts: the server did not answer in time"),
        (["garbled"] * 3, "in 3 attempts: "),
        (["truncated"] * 3, "in 3 attempts: "),
        (["announces too little"] * 3, "in 3 attempts: "),
        (["web page"], "sent a web page"),
    ],
)
def test_one_quarter_fails_and_the_others_come(
    site: Site, fetch: Any, folder: Path, faults: list[str], said: str
) -> None:
    for quarter in ("2019Q1", "2019Q2", "2019Q3"):
        site.offer(quarter)
    site.faults["faers_ascii_2019q2.zip"] = list(faults)
    heard: list[str] = []
    fetched = fetch("2019Q1..2019Q3", notice=heard.append)
    assert names(fetched) == ["faers_ascii_2019q1.zip", "faers_ascii_2019q3.zip"]
    assert list(reasons(fetched)) == ["2019Q2"]
    assert said in fetched.missing[0].reason
    assert "\n" not in fetched.missing[0].reason
    assert f"2019Q2 is missing: {fetched.missing[0].reason}" in heard
    assert not (folder / "faers_ascii_2019q2.zip").exists()
    assert len(list(folder.glob("*.provenance.json"))) == 2


@pytest.mark.parametrize("lacking", [("RPSR",), ("DEMO", "INDI"), TABLES])
def test_an_archive_without_its_tables(site: Site, fetch: Any, folder: Path, lacking: tuple[str, ...]) -> None:
    site.offer("2019Q1")
    site.offer("2019Q2", make_quarter("2019Q2", tuple(table for table in TABLES if table not in lacking)))
    fetched = fetch("2019Q1,2019Q2")
    assert f"lacks {', '.join(lacking)} of 2019Q2" in reasons(fetched)["2019Q2"]
    assert site.asked.count("faers_ascii_2019q2.zip") == 1
    assert names(fetched) == ["faers_ascii_2019q1.zip"]
    assert left_overs(folder) == []


def test_an_archive_of_another_quarter(site: Site, fetch: Any, folder: Path) -> None:
    site.offer("2019Q2", make_quarter("2019Q1"))
    with pytest.raises(NetworkError, match="lacks DEMO, DRUG, REAC, OUTC, RPSR, THER, INDI of 2019Q2"):
        fetch("2019Q2")
    assert not list(folder.glob("*.zip*"))


@pytest.mark.parametrize("instead", ["404", "web page", "moved"])
def test_the_other_spelling_is_tried(site: Site, folder: Path, our_addresses: None, instead: str) -> None:
    content = make_quarter("2025Q4")
    site.files = {"faers_ascii_2025q4.zip": b"PK", "faers_ascii_2025Q4.zip": content}
    site.faults["faers_ascii_2025q4.zip"] = [instead]
    [file] = fetch_faers(folder, [Quarter(2025, 4)], patience=IMPATIENT).files
    assert file.path.name == "faers_ascii_2025q4.zip"
    assert file.path.read_bytes() == content
    assert site.asked[-1] == "faers_ascii_2025Q4.zip"
    assert json.loads(next(folder.glob("*.json")).read_text())["url"] == f"{site.url}/faers_ascii_2025Q4.zip"


def test_a_part_from_the_other_spelling_is_built_upon(site: Site, folder: Path, our_addresses: None) -> None:
    content = make_quarter("2025Q4")
    site.files = {"faers_ascii_2025Q4.zip": content}
    site.faults["faers_ascii_2025Q4.zip"] = ["drops"]
    with pytest.raises(NetworkError, match="in 1 attempts"):
        fetch_faers(folder, [Quarter(2025, 4)], patience=HASTY)
    assert left_overs(folder) == ["faers_ascii_2025q4.zip.part", "faers_ascii_2025q4.zip.part.json"]
    [file] = fetch_faers(folder, [Quarter(2025, 4)], patience=IMPATIENT).files
    assert file.path.read_bytes() == content
    assert site.ranges == ["", "", "", f"bytes={len(content) // 2}-"]


def test_a_part_from_another_server_is_not_built_upon(site: Site, fetch: Any) -> None:
    content = site.offer("2019Q1", None, "drops")
    with pytest.raises(NetworkError):
        fetch("2019Q1", patience=HASTY)
    site.files["mirror/2019/1"] = content
    [file] = fetch("2019Q1", pattern=f"{site.url}/mirror/{{year}}/{{number}}").files
    assert site.ranges == ["", ""]
    assert file.path.read_bytes() == content


def test_nothing_at_all(site: Site, folder: Path, our_addresses: None) -> None:
    with pytest.raises(NetworkError) as caught:
        fetch_faers(folder, parse_quarters("2019Q1,2019Q2"), patience=IMPATIENT)
    first, second = (f"{site.url}/faers_ascii_2019{letter}1.zip answered 404" for letter in "Qq")
    assert f"faers_ascii_2019q1.zip was not found: {first}; {second}." in caught.value.message
    assert caught.value.message.endswith("2 of 2 quarters are missing.")
    assert "--pattern" in caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_server_that_is_gone_is_not_asked_for_every_quarter(fetch: Any) -> None:
    heard: list[str] = []
    with pytest.raises(NetworkError, match="the connection failed") as caught:
        fetch("2010..2014", pattern=GONE, patience=HASTY, at_once=2, notice=heard.append)
    assert "Run the command again" in caught.value.hint
    assert len(heard) == 20
    assert sum("the connection failed" in said for said in heard) in (3, 4)
    assert sum("was not tried" in said for said in heard) in (16, 17)


def test_a_server_that_comes_back_is_asked_on(site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two quarters in a row without a connection are no reason to give up."""
    reached = {"2019Q3": site.offer("2019Q3"), "2020Q2": site.offer("2020Q2")}
    wanted = parse_quarters("2019Q1..2020Q2")
    rows = [
        {"first": str(quarter), "last": str(quarter), "pattern": site.pattern if str(quarter) in reached else GONE}
        for quarter in wanted
    ]
    monkeypatch.setattr(faers_addresses, "read_table", lambda _: rows)
    fetched = fetch_faers(folder, wanted, at_once=1, patience=HASTY)
    assert [str(file.quarter) for file in fetched.files] == list(reached)
    assert list(reasons(fetched)) == ["2019Q1", "2019Q2", "2019Q4", "2020Q1"]
    assert all("the connection failed" in reason for reason in reasons(fetched).values())


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_no_more_at_once_than_agreed(site: Site, fetch: Any, at_once: int) -> None:
    site.hold = 0.06
    for quarter in parse_quarters("2018..2019"):
        site.offer(str(quarter), None, "503")
    fetched = fetch("2018..2019", at_once=at_once)
    assert len(fetched.files) == 8
    assert site.served_at_once == at_once


def test_requests_keep_their_distance(site: Site, fetch: Any) -> None:
    for quarter in parse_quarters("2019"):
        site.offer(str(quarter), None, "404")
    spaced = Patience(attempts=2, pause=0, timeout=0.6, spacing=0.15)
    with pytest.raises(NetworkError):
        fetch("2019", at_once=4, patience=spaced)
    assert len(site.times) == 4
    assert site.times[-1] - site.times[0] > 0.3


def test_callbacks_are_called_by_one_thread_at_a_time(site: Site, fetch: Any) -> None:
    for quarter in parse_quarters("2019"):
        site.offer(str(quarter), make_quarter(str(quarter), size=60_000))
    inside, most, callers = 0, 0, set()

    def look(*_: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        callers.add(threading.get_ident())
        time.sleep(0.005)
        inside -= 1

    fetch("2019", at_once=4, progress=look, notice=look)
    assert most == 1
    assert len(callers) > 1


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ZeroDivisionError, IndexError])
def test_what_a_callback_raises_ends_the_run(
    site: Site, fetch: Any, folder: Path, trouble: type[BaseException]
) -> None:
    for quarter in parse_quarters("2018..2019"):
        site.offer(str(quarter), make_quarter(str(quarter), size=60_000))

    def fail(*_: object) -> None:
        raise trouble

    with pytest.raises(trouble):
        fetch("2018..2019", progress=fail)
    assert len(site.asked) <= 2
    assert not list(folder.glob("*.zip"))


def test_a_thread_that_waits_its_turn_stops_with_the_others(site: Site, fetch: Any) -> None:
    for quarter in parse_quarters("2019"):
        site.offer(str(quarter))

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fetch("2019", progress=fail, patience=Patience(attempts=1, timeout=1, spacing=60))
    assert time.monotonic() - started < 1.9
    assert len(site.asked) == 1


def test_ctrl_c_leaves_parts_that_are_built_upon(
    site: Site, fetch: Any, folder: Path, environment: dict[str, str]
) -> None:
    for quarter in parse_quarters("2019"):
        site.offer(str(quarter), make_quarter(str(quarter), size=300_000), "creeps")
    program = (
        "import sys; from pathlib import Path; from phytovigil.sources.fetch_faers import Patience, fetch_faers;"
        "from phytovigil.sources.quarters import parse_quarters;"
        "fetch_faers(Path(sys.argv[1]), parse_quarters('2019'), pattern=sys.argv[2], patience=Patience(spacing=0))"
    )
    command = [sys.executable, "-c", program, str(folder), site.pattern]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: any(part.stat().st_size > 100_000 for part in folder.glob("*.zip.part")))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=8)
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert not list(folder.glob("*.zip"))
    begun = sum(part.stat().st_size > 0 for part in folder.glob("*.zip.part"))
    fetched = fetch("2019")
    assert [file.path.read_bytes() for file in fetched.files] == list(site.files.values())
    assert 1 <= begun <= 2
    assert sum(asked.startswith("bytes=") for asked in site.ranges) == begun


def wait_until(true: Callable[[], bool], seconds: float = 6.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_memory_stays_small_beside_the_files(site: Site, fetch: Any) -> None:
    site.offer("2019Q1", make_quarter("2019Q1", size=3_000_000))
    site.offer("2019Q2", make_quarter("2019Q2", size=3_000_000))
    fetch("2019Q1", patience=Patience(attempts=1, timeout=5, spacing=0))
    tracemalloc.start()
    try:
        fetched = fetch("2019Q2", patience=Patience(attempts=1, timeout=5, spacing=0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert fetched.files[0].size > 21_000_000
    assert peak < 6_000_000


@pytest.mark.parametrize("at_once", [0, -1, 5])
def test_too_many_or_too_few_connections(site: Site, fetch: Any, folder: Path, at_once: int) -> None:
    with pytest.raises(InvalidRequest, match="Ask for 1 to 4"):
        fetch("2019Q1", at_once=at_once)
    assert not folder.exists()


def test_no_quarter(folder: Path) -> None:
    with pytest.raises(InvalidRequest, match="No quarter was asked for"):
        fetch_faers(folder, [])


def test_a_pattern_that_leads_nowhere(fetch: Any, folder: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"needs \{year\} and \{number\}"):
        fetch("2019Q1", pattern="https://mirror.example/faers.zip")
    assert not folder.exists()


def test_a_folder_that_cannot_be_made(fetch: Any, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(NetworkError, match="cannot be made"):
        fetch("2019Q1")


def test_a_place_that_cannot_be_written(site: Site, fetch: Any, folder: Path) -> None:
    site.offer("2019Q1")
    site.offer("2019Q2")
    (folder / "faers_ascii_2019q1.zip").mkdir(parents=True)
    fetched = fetch("2019Q1,2019Q2")
    assert "could not be written" in reasons(fetched)["2019Q1"]
    assert names(fetched) == ["faers_ascii_2019q2.zip"]


def test_the_command_names_what_came_and_what_is_missing(site: Site, folder: Path) -> None:
    site.offer("2019Q1")
    command = [sys.executable, "-m", "phytovigil", "fetch", "faers", "2019Q1,2019Q2", "--out", str(folder)]
    command += ["--pattern", site.pattern, "--json"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, load_schema("fetch-faers"))
    assert done.returncode == 8
    assert done.stderr.startswith("phytovigil: 1 of 2 quarters missing: faers_ascii_2019q2.zip was not found")
    assert [(file["quarter"], file["fetched"]) for file in answer["files"]] == [("2019Q1", True)]
    assert [quarter["quarter"] for quarter in answer["missing"]] == ["2019Q2"]
