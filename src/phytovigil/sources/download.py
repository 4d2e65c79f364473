"""One file over HTTP: resumed where it broke off, checked against what was announced, moved into place whole."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from phytovigil import __version__
from phytovigil.errors import NetworkError

if TYPE_CHECKING:
    import httpx

Progress = Callable[[str, int, int], None]
"""Called while a file arrives: its name, the bytes that are there, the bytes announced (0 where none were)."""

Result = TypeVar("Result")

CHUNK = 1 << 16
LONGEST_PAUSE = 30.0
AGAIN = "Run the command again; what has arrived is kept and built upon."
WORTH_REPEATING = frozenset((408, 425, 429, 500, 502, 503, 504))
NOT_OFFERED = frozenset((403, 404, 410))
RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


class Interrupted(Exception):
    """An attempt that may succeed when it is repeated."""


class Unreachable(Interrupted):
    """An attempt for which no connection came about."""


class NotOffered(NetworkError):
    """The address holds no such file; another address may. found : what it holds, without a full stop."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(f"{name} could not be downloaded: {found}.")
        self.found = found


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try.

    attempts : in all. pause : seconds before the second attempt, doubled before each further one.
    timeout : seconds without a single byte after which an attempt is given up.
    spacing : seconds between the beginnings of two requests to one server, where several files are fetched at once.
    """

    attempts: int = 5
    pause: float = 1.0
    timeout: float = 30.0
    spacing: float = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file comes from and goes to, and the most bytes that it may have."""

    url: str
    file: Path
    most_bytes: int

    @property
    def part(self) -> Path:
        """The file while it is incomplete."""
        return self.file.with_name(f"{self.file.name}.part")

    @property
    def mark(self) -> Path:
        """The mark by which the server knows whether its file is still the one that the part is of."""
        return self.file.with_name(f"{self.file.name}.part.json")

    def held_bytes(self) -> int:
        """Bytes of the part that can be built upon."""
        return self.part.stat().st_size if self.part.exists() and self.mark.exists() else 0

    def start_over(self) -> None:
        """Drop the part."""
        self.part.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)


def open_client(
    patience: Patience, *, connections: int | None = None, before_request: Callable[[httpx.Request], None] | None = None
) -> httpx.Client:
    """An HTTP client that says who it is; the library is loaded here and not before.

    connections : the most that are open at a time, idle ones included. before_request : may wait, or raise.
    """
    import httpx

    return httpx.Client(
        timeout=patience.timeout,
        follow_redirects=True,
        headers={"Accept-Encoding": "identity", "User-Agent": f"phytovigil/{__version__}"},
        limits=httpx.Limits(max_connections=connections),
        event_hooks={"request": [before_request] if before_request else []},
    )


def attempt_often(name: str, patience: Patience, attempt: Callable[[], Result]) -> Result:
    """Repeat an attempt until it succeeds; NetworkError when patience ends."""
    pause = patience.pause
    for remaining in reversed(range(patience.attempts)):
        try:
            return attempt()
        except Interrupted as interruption:
            if not remaining:
                raise NetworkError(
                    f"{name} could not be downloaded in {patience.attempts} attempts: {interruption}.",
                    AGAIN,
                ) from interruption
        time.sleep(min(pause, LONGEST_PAUSE))
        pause *= 2
    raise NetworkError(f"{name} was not tried: no attempts were allowed.")


@contextmanager
def explaining(name: str) -> Iterator[None]:
    """Turn what goes wrong on the way or on the disk into one line."""
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Unreachable(f"the connection failed ({one_line(error)})") from error
    except httpx.TimeoutException as error:
        raise Interrupted("the server did not answer in time") from error
    except httpx.TransportError as error:
        raise Interrupted(f"the connection failed ({one_line(error)})") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NetworkError(f"{name} could not be downloaded: {one_line(error)}.") from error
    except OSError as error:
        raise NetworkError(f"{name} could not be written: {error.strerror or error}.") from error


def one_line(error: Exception) -> str:
    """What an error says, short and without line ends."""
    return " ".join(str(error).split())[:160] or type(error).__name__


def check_status(name: str, response: httpx.Response) -> None:
    """Interrupted for what may pass, NetworkError for what will not."""
    if response.status_code in WORTH_REPEATING:
        raise Interrupted(f"the server answered {response.status_code}")
    if response.status_code in NOT_OFFERED:
        raise NotOffered(name, f"{response.url} answered {response.status_code}")
    if response.status_code not in (200, 206, 416):
        raise NetworkError(f"{name} could not be downloaded: {response.url} answered {response.status_code}.")


def fetch_bytes(url: str, name: str, client: httpx.Client, patience: Patience, most_bytes: int) -> bytes:
    """A small file as bytes."""

    def attempt() -> bytes:
        gathered = bytearray()
        with explaining(name), client.stream("GET", url) as response:
            check_status(name, response)
            for chunk in response.iter_raw(CHUNK):
                gathered += chunk
                refuse_excess(name, len(gathered), most_bytes)
        return bytes(gathered)

    return attempt_often(name, patience, attempt)


def refuse_excess(name: str, found: int, most_bytes: int) -> None:
    """Raise NetworkError for more bytes than were to be expected."""
    if found > most_bytes:
        raise NetworkError(f"{name} has more than {most_bytes:,} bytes, far more than announced.")


def download(
    target: Target,
    client: httpx.Client,
    patience: Patience,
    verify: Callable[[Path], None],
    progress: Progress | None = None,
) -> str:
    """Bring a file to its place; the mark by which the server knows it, "" where it gave none.

    A part left by an earlier run is built upon if the server's file is unchanged.
    verify : raises Interrupted for a file that is not whole, which is then fetched anew, and NetworkError for one
    that is not the file that was wanted. Either way nothing of it is kept.
    """

    def attempt() -> str:
        with explaining(target.file.name):
            continue_download(target, client, progress)
            try:
                verify(target.part)
            except (Interrupted, NetworkError):
                target.start_over()
                raise
            with target.part.open("rb") as stream:
                os.fsync(stream.fileno())
            mark = read_mark(target).get("mark", "")
            os.replace(target.part, target.file)
            target.mark.unlink(missing_ok=True)
        return mark

    return attempt_often(target.file.name, patience, attempt)


def continue_download(target: Target, client: httpx.Client, progress: Progress | None) -> None:
    """One attempt to complete the part."""
    held = target.held_bytes()
    with client.stream("GET", target.url, headers=range_headers(target, held)) as response:
        check_status(target.file.name, response)
        start, total = read_range(response)
        if response.status_code == 416 and held and total == held:
            return
        if response.status_code == 416 or (response.status_code == 206 and start != held):
            target.start_over()
            raise Interrupted("the server could not resume where the download had broken off")
        refuse_excess(target.file.name, total, target.most_bytes)
        if response.status_code == 200:
            target.start_over()
            held = 0
            write_mark(target, response)
        arrived = append_chunks(target, response, held, total, progress)
    if total and arrived != total:
        raise Interrupted(f"{arrived:,} of {total:,} bytes arrived")


def append_chunks(target: Target, response: httpx.Response, held: int, total: int, progress: Progress | None) -> int:
    """Write what arrives behind what is held; the bytes that are then there."""
    with target.part.open("ab") as stream:
        for chunk in response.iter_raw():
            held += len(chunk)
            refuse_excess(target.file.name, held, total or target.most_bytes)
            stream.write(chunk)
            if progress:
                progress(target.file.name, held, total)
    return held


def range_headers(target: Target, held: int) -> dict[str, str]:
    """Ask for the rest, provided that the server's file is still the same.

    The mark of one address means nothing at another. The part is kept all the same: this address may hold no file,
    and the next one to be asked may be the one that the part came from.
    """
    mark = read_mark(target) if held else {}
    if not mark.get("mark") or mark.get("url", target.url) != target.url:
        return {}
    return {"Range": f"bytes={held}-", "If-Range": mark["mark"]}


def read_mark(target: Target) -> dict[str, str]:
    """What write_mark kept; nothing where that is missing or damaged."""
    try:
        said = json.loads(target.mark.read_text(encoding="utf-8"))
        return {key: str(said[key]) for key in ("url", "mark") if key in said}
    except (OSError, ValueError, TypeError):
        return {}


def write_mark(target: Target, response: httpx.Response) -> None:
    """Keep the mark of the server's file. A weak ETag does not do: it stands for content that is merely similar."""
    etag = response.headers.get("ETag", "")
    mark = etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
    if mark:
        target.mark.write_text(json.dumps({"url": target.url, "mark": mark}), encoding="utf-8")


def read_range(response: httpx.Response) -> tuple[int, int]:
    """Where the answer starts in the file and how long the file is; 0 where the server does not say."""
    if response.status_code == 200:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdigit() else 0
    found = RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    if not found:
        return -1, 0
    start, total = found.groups()
    return int(start or 0), int(total) if total != "*" else 0
