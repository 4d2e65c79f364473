"""FAERS quarters from FDA: a few at once, each by itself, and a word on every one that is missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from phytovigil.errors import InvalidRequest, NetworkError
from phytovigil.sources.crew import Crew
from phytovigil.sources.download import (
    AGAIN,
    NotOffered,
    Patience,
    Progress,
    Target,
    Unreachable,
    download,
    open_client,
)
from phytovigil.sources.faers_addresses import EXAMPLE, FDA_PAGE, list_addresses
from phytovigil.sources.fetch import Notice
from phytovigil.sources.provenance import is_as_fetched, make_folder, verify_archive, write_provenance
from phytovigil.sources.quarters import Quarter
from phytovigil.sources.rawfile import open_archive

if TYPE_CHECKING:
    import httpx

LARGEST_QUARTER = 2_000_000_000
"""Bytes; the largest so far have about 75 million."""

MOST_AT_ONCE = 4

GIVE_UP_AFTER = 3
"""Quarters in a row for which no connection came about, after which the others are not tried."""

HEAD = 512
"""Bytes by which a web page is recognised."""

MOVED = f"If the files have moved, look at {FDA_PAGE} and give their address with --pattern, like {EXAMPLE}."


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A whole file. size : bytes. fetched : whether it came now; it was here already if not."""

    quarter: Quarter
    path: Path
    size: int
    fetched: bool


@dataclass(frozen=True, slots=True)
class MissingQuarter:
    """A quarter without a file. reason : one sentence. hint : what may help, "" where nothing does."""

    quarter: Quarter
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class FetchedQuarters:
    """What came of the quarters that were asked for, in their order: each is either a file or missing."""

    files: tuple[FetchedFile, ...]
    missing: tuple[MissingQuarter, ...]


def fetch_faers(
    target_folder: Path,
    quarters: Sequence[Quarter],
    *,
    pattern: str | None = None,
    at_once: int = 2,
    progress: Progress | None = None,
    notice: Notice | None = None,
    patience: Patience | None = None,
) -> FetchedQuarters:
    """Download the ASCII files of FAERS quarters (before 2012Q4: of AERS) into a folder.

    A file that is there and matches its provenance record is not fetched again. Broken downloads are resumed, also
    by a later run. A file takes its place only if its zip is whole and holds the seven tables of its quarter; beside
    it lies NAME.provenance.json: quarter, address, the server's mark of the file, size, SHA-256.
    pattern : web address with {year} and {number}, instead of FDA's. at_once : connections, 1 to 4.
    progress, notice : called by one thread at a time.
    Raises InvalidRequest for arguments that cannot be, NetworkError if not a single quarter is there in the end.
    """
    wanted = {quarter: list_addresses(quarter, pattern) for quarter in sorted(set(quarters))}
    check_request(wanted.keys(), at_once)
    tries = patience or Patience()
    crew = Crew(tries.spacing)
    folder = make_folder(Path(target_folder))

    def take_turn(request: httpx.Request) -> None:
        crew.wait_turn(request.url.host)

    with open_client(tries, connections=at_once, before_request=take_turn) as client:
        hear, tell = (crew.take_turns(call or ignore) for call in (progress, notice))
        errand = Errand(folder, client, tries, hear, tell)
        crew.share_out(wanted.items(), at_once, errand.run)
    return errand.result()


def check_request(quarters: Collection[Quarter], at_once: int) -> None:
    """Raise InvalidRequest for no quarter or for too many connections."""
    if not quarters:
        raise InvalidRequest("No quarter was asked for.", "Name some, like 2019Q1 or 2004Q1..2012Q3.")
    if not 1 <= at_once <= MOST_AT_ONCE:
        raise InvalidRequest(f"{at_once} connections at once cannot be.", f"Ask for 1 to {MOST_AT_ONCE}.")


def ignore(*_: object) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Errand:
    """The quarters of one run, each fetched by whichever thread is free."""

    folder: Path
    client: httpx.Client
    patience: Patience
    progress: Progress
    tell: Notice
    files: list[FetchedFile] = field(default_factory=list)
    missing: list[MissingQuarter] = field(default_factory=list)
    unreachable_in_a_row: int = 0

    def run(self, task: tuple[Quarter, tuple[str, ...]]) -> None:
        """Fetch one quarter, or note why not."""
        quarter, addresses = task
        try:
            self.files.append(self.bring(quarter, addresses))
        except NetworkError as error:
            unreachable = isinstance(error.__cause__, Unreachable)
            self.unreachable_in_a_row = self.unreachable_in_a_row + 1 if unreachable else 0
            self.missing.append(MissingQuarter(quarter, error.message, error.hint))
            self.tell(f"{quarter} is missing: {error.message}")

    def bring(self, quarter: Quarter, addresses: tuple[str, ...]) -> FetchedFile:
        """The file of one quarter, from the first address that has it."""
        file = self.folder / quarter.file_name
        if is_as_fetched(file, quarter=str(quarter)):
            self.tell(f"{file.name} is already here and whole; it was not fetched again.")
            return FetchedFile(quarter, file, file.stat().st_size, fetched=False)
        if self.unreachable_in_a_row >= GIVE_UP_AFTER:
            reason = f"{file.name} was not tried, for the server could not be reached for those before it."
            # The cause keeps the row of unreachable quarters unbroken.
            raise NetworkError(reason, AGAIN) from Unreachable(reason)
        found_instead = []
        for address in addresses:
            try:
                return self.download(quarter, file, address)
            except NotOffered as refusal:
                found_instead.append(refusal.found)
        raise NetworkError(f"{file.name} was not found: {'; '.join(found_instead)}.", MOVED)

    def download(self, quarter: Quarter, file: Path, address: str) -> FetchedFile:
        """The file from one address, with its provenance."""
        target = Target(address, file, LARGEST_QUARTER)
        verify = partial(verify_quarter, quarter=quarter, address=address)
        mark = download(target, self.client, self.patience, verify, self.progress)
        self.unreachable_in_a_row = 0
        write_provenance(file, quarter=str(quarter), url=address, mark=mark)
        self.tell(f"{file.name} was fetched.")
        return FetchedFile(quarter, file, file.stat().st_size, fetched=True)

    def result(self) -> FetchedQuarters:
        """What came of it; NetworkError if nothing did."""
        files = sorted(self.files, key=lambda file: file.quarter)
        missing = sorted(self.missing, key=lambda quarter: quarter.quarter)
        if files:
            return FetchedQuarters(tuple(files), tuple(missing))
        first = missing[0]
        count = f" {len(missing)} of {len(missing)} quarters are missing." if missing[1:] else ""
        raise NetworkError(f"{first.reason}{count}", first.hint)


def verify_quarter(part: Path, quarter: Quarter, address: str) -> None:
    """Look into a file that has arrived.

    Raises NotOffered for a web page in its stead, Interrupted for a damaged archive, and NetworkError for an archive
    without the seven tables of the quarter.
    """
    name = quarter.file_name
    with part.open("rb") as stream:
        if stream.read(HEAD).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise NotOffered(name, f"{address} sent a web page")
    verify_archive(part, name)
    with open_archive(part) as archive:
        lacking = quarter.lacking_tables((member.filename, member.file_size) for member in archive.infolist())
    if lacking:
        raise NetworkError(
            f"{name} lacks {', '.join(lacking)} of {quarter}: {address} holds no complete quarter.", MOVED
        )
