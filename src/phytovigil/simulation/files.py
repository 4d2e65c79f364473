"""The files of one quarter: seven tables that grow by chunks, the list of deleted cases, a README, and the archive."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from phytovigil.simulation.columns import Text, join_rows
from phytovigil.simulation.layouts import FIRST_DELETED, TABLES, file_name, layout_of, release_name
from phytovigil.simulation.names import LINES

ZIP_TIME = (1980, 1, 1, 0, 0, 0)
COPY_BYTES = 1 << 20


class QuarterFiles:
    """Open tables of a quarter; use as a context. Leaving it without an error writes the archive if asked."""

    def __init__(self, folder: Path, quarter: str, zipped: bool) -> None:
        self.quarter, self.zipped, self.layout = quarter, zipped, layout_of(quarter)
        self.root = folder / release_name(quarter)
        self.stack = ExitStack()
        self.tables: dict[str, BinaryIO] = {}

    def __enter__(self) -> QuarterFiles:
        data = self.root / "ascii"
        data.mkdir(parents=True)
        (self.root / "README.txt").write_text("\r\n".join([*LINES, ""]), encoding="ascii", newline="")
        for table in TABLES:
            self.tables[table] = self.stack.enter_context((data / file_name(table, self.quarter)).open("wb"))
            self.tables[table].write(self.layout.header(table).encode("ascii"))
        return self

    def append(self, table: str, columns: Mapping[str, Text]) -> None:
        """Write rows; columns that the layout does not know are left out, and those not given are empty."""
        rows = len(columns["primaryid"])
        chosen = [columns.get(name) for _, name in self.layout.tables[table]]
        page = join_rows(chosen, rows, self.layout.ending)
        self.tables[table].write(page.upper() if self.layout.legacy else page)

    def write_deleted(self, cases: list[int]) -> None:
        """Write the list of deleted case numbers, in quarters that have one; its header is a blank, as FDA's is."""
        if self.quarter >= FIRST_DELETED:
            (self.root / "deleted").mkdir()
            lines = [" ", *map(str, cases), ""]
            path = self.root / "deleted" / file_name("DELETE", self.quarter)
            path.write_text("\r\n".join(lines), encoding="ascii", newline="")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stack.close()
        if self.zipped and kind is None:
            zip_folder(self.root)


def zip_folder(folder: Path) -> None:
    """Replace a folder by an archive of the same name, with fixed times so that equal content is equal bytes."""
    target = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*.*")):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ZIP_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
                shutil.copyfileobj(source, sink, COPY_BYTES)
    shutil.rmtree(folder)
