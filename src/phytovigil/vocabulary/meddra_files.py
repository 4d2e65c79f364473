"""The files of a MedDRA distribution in ASCII: found in a folder, decoded, split at `$`, every bad line named.

Layout: the MedDRA Distribution File Format Document that comes with each release. Every line ends with `$`; columns
that are not read here are passed over, so that older and newer releases read alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from phytovigil.errors import InvalidVocabulary

REQUIRED = ("llt.asc", "pt.asc", "hlt.asc", "hlgt.asc", "soc.asc", "hlt_pt.asc", "hlgt_hlt.asc", "soc_hlgt.asc",
            "mdhier.asc")  # fmt: skip
OPTIONAL = ("intl_ord.asc", "smq_list.asc", "smq_content.asc", "meddra_release.asc")
SHOWN = 5
"""Problems that an error names; it counts the others."""

README_VERSION = re.compile(r"readme_(\d+)_(\d+)", re.ASCII | re.IGNORECASE)


@dataclass(slots=True)
class Problems:
    """What is wrong with a distribution, gathered so that one error tells all of it."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Note a problem."""
        self.found.append(f"{where}: {what}")

    def raise_any(self, folder: Path) -> None:
        """Raise InvalidVocabulary if there are any."""
        if self.found:
            more = f"; and {len(self.found) - SHOWN:,} more" if len(self.found) > SHOWN else ""
            said = "; ".join(self.found[:SHOWN])
            raise InvalidVocabulary(
                f"MedDRA in {folder} cannot be used: {said}{more}.", "Unpack the distribution again, unchanged."
            )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its columns as text, and where it stands."""

    where: str
    values: tuple[str, ...]

    def code(self, column: int) -> int:
        """A column that holds a code; ValueError where it does not."""
        text = self.values[column].strip()
        if not (text.isascii() and text.isdigit()):
            raise ValueError(f"“{text}” is no code")
        return int(text)

    def text(self, column: int) -> str:
        """A column of text, without blanks around it; an empty one is a ValueError."""
        found = " ".join(self.values[column].split())
        if not found:
            raise ValueError(f"column {column + 1} is empty")
        return found


class MeddraFiles:
    """A folder with the files, whatever the case of their names; they may lie in its folder MedAscii.

    Raises InvalidVocabulary, naming all that are missing.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise InvalidVocabulary(f"There is no folder {folder}.", "Name the folder of your MedDRA distribution.")
        self.root = folder
        self.folder = find_ascii_folder(folder)
        self._files = {file.name.lower(): file for file in sorted(self.folder.iterdir()) if file.is_file()}
        missing = [name for name in REQUIRED if name not in self._files]
        if missing:
            raise InvalidVocabulary(
                f"MedDRA in {self.folder} lacks {', '.join(missing)}.",
                "Name the folder MedAscii of a distribution in ASCII, or the one above it.",
            )

    def holds(self, name: str) -> bool:
        """Whether an optional file is there."""
        return name in self._files

    def rows(self, name: str, columns: int, problems: Problems) -> Iterator[Row]:
        """Lines with at least so many columns; shorter ones are problems. Blank lines are passed over."""
        for number, line in enumerate(decode(self._files[name].read_bytes()).split("\n"), 1):
            if line.strip():
                row = Row(f"{self._files[name].name} line {number}", tuple(line.rstrip("\r").split("$")))
                if len(row.values) > columns:
                    yield row
                else:
                    problems.add(row.where, f"{len(row.values) - 1} columns, {columns} needed")

    def sha256(self) -> str:
        """Of the names and contents of all files that are read."""
        digest = hashlib.sha256()
        for name in (*REQUIRED, *OPTIONAL):
            if name in self._files:
                digest.update(name.encode() + b"\0" + self._files[name].read_bytes().replace(b"\r\n", b"\n") + b"\0")
        return digest.hexdigest()

    def release(self) -> tuple[str, str]:
        """Version and language: of meddra_release.asc, else of the readme's name; "unknown" where neither tells."""
        if "meddra_release.asc" in self._files:
            first = decode(self._files["meddra_release.asc"].read_bytes()).partition("\n")[0].split("$")
            if first[0].strip():
                return first[0].strip(), first[1].strip() if len(first) > 1 else ""
        for file in sorted({*self.folder.iterdir(), *self.root.iterdir()}):
            told = README_VERSION.search(file.name)
            if told:
                return f"{told[1]}.{told[2]}", ""
        return "unknown", ""


def find_ascii_folder(folder: Path) -> Path:
    """The folder itself, or its folder MedAscii in any case of letters."""
    inner = [item for item in sorted(folder.iterdir()) if item.is_dir() and item.name.lower() == "medascii"]
    return inner[0] if inner else folder


def decode(raw: bytes) -> str:
    """Text in UTF-8, as newer releases are, else in Latin-1, as older ones are.

    >>> decode("Sjögren".encode("latin-1")) == decode("Sjögren".encode())
    True
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def read_each(rows: Iterable[Row], problems: Problems, read: Callable[[Row], None]) -> None:
    """Read row by row; what a row cannot be read for is a problem of that line."""
    for row in rows:
        try:
            read(row)
        except ValueError as error:
            problems.add(row.where, str(error))
