"""Which reader a raw file is for, judged by its content; and what to say where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from phytovigil.errors import UnknownName, UnreadableFile
from phytovigil.sources.caers_csv import CaersCsvReader
from phytovigil.sources.catalogue import SOURCES
from phytovigil.sources.dashboard_csv import DashboardCsvReader
from phytovigil.sources.dashboard_xlsx import DashboardXlsxReader
from phytovigil.sources.faers_ascii import FaersAsciiReader
from phytovigil.sources.faers_xml import FaersXmlReader
from phytovigil.sources.inputs import open_inputs
from phytovigil.sources.openfda_drug import OpenFdaDrugReader
from phytovigil.sources.openfda_json import OpenFdaFoodReader
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.reader import Reader
from phytovigil.sources.unrecognised import describe_content

READERS: tuple[Reader, ...] = (
    CaersCsvReader(),
    FaersAsciiReader(),
    DashboardCsvReader(),
    DashboardXlsxReader(),
    OpenFdaFoodReader(),
    FaersXmlReader(),
    OpenFdaDrugReader(),
)
"""Every reader, in the order in which they are asked."""


MOST_REASONS = 3
"""Files passed over that an error names."""


class UnrecognisedFile(UnreadableFile):
    """A file that is whole as far as can be seen, and that no reader knows."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was found beside the data and is none: its name and the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Intake:
    """Files that make up one release, with their reader and the date that their names tell."""

    reader: Reader
    files: tuple[RawFile, ...]
    date: str | None

    @property
    def size(self) -> int:
        """Bytes of all files, uncompressed."""
        return sum(raw.size for raw in self.files)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the paths of a user came to: releases in the order of their dates, and files passed over."""

    releases: tuple[Intake, ...]
    skipped: tuple[Skipped, ...]

    @property
    def files(self) -> tuple[tuple[RawFile, Reader], ...]:
        """Every file with its reader."""
        return tuple((raw, release.reader) for release in self.releases for raw in release.files)


def recognise(raw: RawFile, source: str | None = None) -> Reader:
    """The reader of a file, by what it holds and not by what it is called.

    source : name of the one data set to allow.
    Raises UnreadableFile naming what was found, UnknownName for a source that there is not.
    """
    check_source(source)
    head = raw.head()
    reader = next((each for each in READERS if each.accepts(raw, head)), None)
    if reader is None:
        raise UnrecognisedFile(f"{raw.name} is {describe_content(head)}.", f"Known formats: {known_formats()}.")
    if source not in (None, reader.source):
        raise UnrecognisedFile(f"{raw.name} is of the source {reader.source}; {source} was asked for.")
    return reader


def check_source(source: str | None) -> None:
    """Raise UnknownName for a source that there is not."""
    if source is not None and source not in SOURCES:
        near = get_close_matches(source, SOURCES)
        raise UnknownName("source", source, "the sources that can be read", near, f"There are {', '.join(SOURCES)}.")


def known_formats() -> str:
    """The formats for a sentence."""
    return "; ".join(reader.title for reader in READERS)


def match_inputs(paths: Sequence[Path], source: str | None = None) -> Inputs:
    """Find the files under the paths and their readers.

    A file that no reader knows is passed over with the reason where it was met inside a folder or an archive, and
    an UnreadableFile where the user named it, or where nothing readable is left of a path. A damaged archive is
    an UnreadableFile wherever it was met: it may be the data.
    """
    check_source(source)
    files: dict[tuple[Path, str], tuple[RawFile, Reader]] = {}
    skipped: dict[str, Skipped] = {}
    for path in paths:
        matched, passed_over = match_path(Path(path), source)
        files.update({(raw.path.resolve(), raw.member): (raw, reader) for raw, reader in matched})
        skipped.update({each.name: each for each in passed_over})
    return Inputs(gather_releases(files.values()), tuple(skipped.values()))


def gather_releases(files: Iterable[tuple[RawFile, Reader]]) -> tuple[Intake, ...]:
    """Put files that belong together into releases, oldest first; those without a date keep their place in front."""
    gathered: dict[tuple[str, str], list[tuple[RawFile, Reader]]] = {}
    for raw, reader in files:
        gathered.setdefault((reader.name, reader.release_of(raw)), []).append((raw, reader))
    releases = [
        Intake(members[0][1], tuple(raw for raw, _ in members), members[0][1].release_date(members[0][0]))
        for members in gathered.values()
    ]
    return tuple(sorted(releases, key=lambda release: release.date or ""))


def match_path(path: Path, source: str | None) -> tuple[list[tuple[RawFile, Reader]], list[Skipped]]:
    """Files of one path with their readers, and files passed over; at least one must be readable."""
    matched: list[tuple[RawFile, Reader]] = []
    skipped: list[Skipped] = []
    for raw in open_inputs([path]):
        try:
            matched.append((raw, recognise(raw, source)))
        except UnrecognisedFile as error:
            if raw.given:
                raise
            skipped.append(Skipped(raw.name, error.message))
    if not matched:
        found = " ".join(item.reason for item in skipped[:MOST_REASONS]) or "It is empty."
        raise UnreadableFile(f"{path.name} holds nothing readable. {found}", f"Known formats: {known_formats()}.")
    return matched, skipped
