"""The openFDA bulk download of food/event: the index, the partitions it names, and where they came from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from phytovigil.errors import NetworkError
from phytovigil.sources.download import Interrupted, Patience, Progress, Target, download, fetch_bytes, open_client
from phytovigil.sources.provenance import is_as_fetched, make_folder, verify_archive, write_provenance

OPENFDA_INDEX = "https://api.fda.gov/download.json"
"""openFDA's list of its download files."""

LARGEST_INDEX = 64_000_000
"""Bytes; openFDA's index has about one million."""

LARGEST_PARTITION_MB = 10_000.0

SIZE_SLACK = 100_000
"""Bytes by which a size announced in megabytes may be off, beside one part in twenty."""

SAFE_NAME = re.compile(r"[A-Za-z0-9][\w.-]*\.json(\.zip)?", re.ASCII)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Notice = Callable[[str], None]
"""Called with one sentence about a file that need not be fetched, or that was."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One file of the download. size_mb : megabytes announced. records : reports announced."""

    url: str
    name: str
    size_mb: float
    records: int
    export_date: str

    def admits_size(self, size: int) -> bool:
        """Whether a size in bytes is the announced one; openFDA does not say which megabyte it means."""
        least, most = self.size_mb * 1_000_000 * 0.95, self.size_mb * 1_048_576 * 1.05
        return least - SIZE_SLACK <= size <= most + SIZE_SLACK


def fetch_openfda_food(
    target_folder: Path,
    *,
    index_url: str = OPENFDA_INDEX,
    progress: Progress | None = None,
    notice: Notice | None = None,
    patience: Patience | None = None,
) -> list[Path]:
    """Download the food/event files of the latest export into a folder of that date; returns their paths.

    A file that is there and matches its provenance record is not fetched again, and `notice` says so. Broken
    downloads are resumed. Beside each file lies NAME.provenance.json: address, export date, SHA-256, size, records.
    Raises NetworkError.
    """
    tries = patience or Patience()
    tell = notice or (lambda _: None)
    with open_client(tries) as client:
        index = fetch_bytes(check_url(index_url), "The openFDA index", client, tries, LARGEST_INDEX)
        paths = []
        for partition in read_index(index):
            file = prepare_place(Path(target_folder), partition)
            if is_complete(file, partition):
                tell(f"{file.name} of {partition.export_date} is already here and whole; it was not fetched again.")
            else:
                target = Target(partition.url, file, int(partition.size_mb * 1_048_576 * 1.05) + SIZE_SLACK)
                download(target, client, tries, partial(verify_partition, partition=partition), progress)
                write_provenance(file, url=partition.url, export_date=partition.export_date, records=partition.records)
                tell(f"{file.name} of {partition.export_date} was fetched.")
            paths.append(file)
    return paths


def check_url(url: str) -> str:
    """The address, if it is one of the web."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise NetworkError(f"“{url}” is no web address.", "It begins with https://.")
    return url


def read_index(content: bytes) -> list[Partition]:
    """The food/event partitions of openFDA's index."""
    try:
        event = json.loads(content)["results"]["food"]["event"]
        partitions = [read_partition(raw, str(event["export_date"])) for raw in event["partitions"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NetworkError(
            f"The openFDA index is not as documented ({type(error).__name__}: {str(error)[:80]}).",
            "Check the address of the index, or download the files by hand from https://open.fda.gov/data/downloads/.",
        ) from error
    if not partitions:
        raise NetworkError("The openFDA index names no file of food/event.")
    return partitions


def read_partition(raw: dict[str, Any], export_date: str) -> Partition:
    """One partition; ValueError for a name or date that could leave the folder."""
    url = check_url(str(raw["file"]))
    name = PurePosixPath(urlsplit(url).path).name
    if not SAFE_NAME.fullmatch(name):
        raise ValueError(f"file name {name!r}")
    if not ISO_DATE.fullmatch(export_date):
        raise ValueError(f"export date {export_date!r}")
    size_mb = float(raw["size_mb"])
    if not 0 < size_mb < LARGEST_PARTITION_MB:
        raise ValueError(f"size {size_mb} MB")
    return Partition(url, name, size_mb, int(raw["records"]), export_date)


def prepare_place(folder: Path, partition: Partition) -> Path:
    """Where a partition goes: one folder per export, so that an older release is never overwritten."""
    return make_folder(folder / f"openfda-food-event-{partition.export_date}") / partition.name


def is_complete(file: Path, partition: Partition) -> bool:
    """Whether the file is there, as it was when it was fetched, from this export."""
    return is_as_fetched(file, url=partition.url, export_date=partition.export_date)


def verify_partition(part: Path, partition: Partition) -> None:
    """Raise Interrupted for a file of another size than announced, or a damaged archive."""
    size = part.stat().st_size
    if not partition.admits_size(size):
        raise Interrupted(f"{size:,} bytes arrived where the index announces {partition.size_mb} MB")
    if partition.name.endswith(".zip"):
        verify_archive(part, partition.name)
