"""A table that is written block by block, so that it may be larger than memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from phytovigil.store.engine import arrow_type, explain_os_error


class GrowingTable:
    """Writes blocks of columns as a Parquet file, which appears under its name only when all is written.

    types : column name → DuckDB type name, in the order of the columns.
    words : column name → texts; the blocks of such a column hold positions in them instead of texts.
    The same blocks give the same bytes. Raises StoreError for a full disk or a folder that cannot be written.
    """

    def __init__(self, file: Path, types: Mapping[str, str], words: Mapping[str, list[object]] | None = None) -> None:
        import pyarrow

        self._file, self._draft = file, file.with_name(f".{file.name}.draft")
        self._words = {name: pyarrow.array(texts, pyarrow.string()) for name, texts in (words or {}).items()}
        self._schema = pyarrow.schema([(name, self._type(name, kind)) for name, kind in types.items()])
        self._writer = self._open()

    def _type(self, name: str, kind: str) -> Any:
        import pyarrow

        return pyarrow.dictionary(pyarrow.int32(), pyarrow.string()) if name in self._words else arrow_type(kind)

    def _open(self) -> Any:
        import pyarrow.parquet

        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            return pyarrow.parquet.ParquetWriter(
                self._draft,
                self._schema,
                # Estimates hardly repeat: looking for repeats in them takes longer than writing them.
                compression="lz4",
                use_dictionary=list(self._words),
                write_statistics=False,
            )
        except OSError as error:
            raise explain_os_error(error) from error

    def add(self, columns: Mapping[str, Any]) -> None:
        """Append a block: NumPy arrays or lists of one length; NaN is written as a missing value."""
        self.append(self.prepare(columns))

    def prepare(self, columns: Mapping[str, Any]) -> Any:
        """A block as `append` takes it. Several threads may prepare blocks at once."""
        import pyarrow

        arrays = [self._column(field.name, columns[field.name], field.type) for field in self._schema]
        return pyarrow.Table.from_arrays(arrays, schema=self._schema)

    def append(self, prepared: Any) -> None:
        """Append a block that was prepared; one thread at a time."""
        try:
            self._writer.write_table(prepared)
        except OSError as error:
            raise explain_os_error(error) from error

    def _column(self, name: str, values: Any, kind: Any) -> Any:
        import pyarrow

        if name in self._words:
            positions = pyarrow.array(values).cast(pyarrow.int32())
            return pyarrow.DictionaryArray.from_arrays(positions, self._words[name])
        return pyarrow.array(values, kind, from_pandas=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._writer.close()
            if kind is None:
                os.replace(self._draft, self._file)
        except OSError as failed:
            raise explain_os_error(failed) from failed
        finally:
            self._draft.unlink(missing_ok=True)
