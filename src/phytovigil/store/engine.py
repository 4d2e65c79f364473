"""The one place that runs SQL."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from phytovigil.errors import DamagedStore, StoreError
from phytovigil.schema.reports import Columns


class Engine:
    """An embedded DuckDB with bounded memory, no network and no extensions beyond those built in.

    memory_limit : as DuckDB writes it ("512MB"); beyond it, work spills into `spill`, by default a folder of the
        system's temporary folder that is made only when it is needed.
    Raises StoreError for a full disk or a file that cannot be read or written, DamagedStore for one that is broken.
    """

    def __init__(self, spill: Path | None = None, memory_limit: str = "2GB") -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            # Nothing here outlives the process; a checkpoint would only compress staged rows that are read once.
            "checkpoint_threshold": "1TB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": str(spill or Path(tempfile.gettempdir(), f"phytovigil-{os.getpid()}-{id(self):x}")),
        }
        self._connection = duckdb.connect(":memory:", config=config)
        # Where it takes the program for interactive (`python -c`, notebooks), its bar would go into the output.
        self._connection.execute("SET enable_progress_bar = false")

    def run(self, sql: str, parameters: Mapping[str, object] | None = None) -> None:
        """Run a statement for its effect."""
        with plain_errors():
            self._connection.execute(sql, parameters or {})

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        """Run a query; its columns as Python lists (dates as datetime.date, nulls as None)."""
        with plain_errors():
            cursor = self._connection.execute(sql, parameters or {})
            rows = cursor.fetchall()
        names = [column[0] for column in cursor.description or ()]
        return {name: [row[place] for row in rows] for place, name in enumerate(names)}

    def query_one(self, sql: str) -> dict[str, Any]:
        """Run a query of exactly one row."""
        columns = self.query(sql)
        return {name: values[0] for name, values in columns.items()}

    def blocks(self, sql: str, rows: int) -> Iterator[dict[str, Any]]:
        """Run a query and hand its numbers out in blocks of at most `rows` rows: column name → NumPy array.

        Memory does not grow with the result. Nothing else may be asked of this engine until the last block is out.
        """
        with plain_errors():
            reader = self._connection.sql(sql).to_arrow_reader(rows)
            for batch in reader:
                columns = zip(batch.schema.names, batch.columns, strict=True)
                yield {name: column.to_numpy(zero_copy_only=False) for name, column in columns}

    def add_rows(self, table: str, columns: Columns, types: Mapping[str, str]) -> None:
        """Append columns to a table; columns of the table that are not given become null."""
        import pyarrow

        self.add_arrow(table, pyarrow.table({name: arrow_column(columns[name], types[name]) for name in columns}))

    def add_arrow(self, table: str, arrow: Any) -> None:
        """Append an Arrow table to a table; columns of the table that it does not have become null."""
        names = ", ".join(f'"{name}"' for name in arrow.column_names)
        with plain_errors():
            self._connection.register("incoming", arrow)
            self._connection.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM incoming')
            self._connection.unregister("incoming")

    def put_table(self, table: str, columns: Columns, types: Mapping[str, str]) -> None:
        """Create a table of these columns, in place of any of that name."""
        self.create_table(table, types)
        self.add_rows(table, columns, types)

    def create_table(self, table: str, types: Mapping[str, str]) -> None:
        """Create an empty table."""
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        self.run(f'CREATE OR REPLACE TABLE "{table}" ({columns})')

    def show_files(self, view: str, files: list[Path]) -> None:
        """Make Parquet files readable as one view."""
        names = ", ".join(quote_text(str(file)) for file in files)
        self.run(f'CREATE OR REPLACE VIEW "{view}" AS SELECT * FROM read_parquet([{names}])')

    def show_query(self, view: str, sql: str) -> None:
        """Make a query readable as a view; it is run whenever the view is read."""
        self.run(f'CREATE OR REPLACE VIEW "{view}" AS {sql}')

    def show_text(self, view: str, file: Path) -> None:
        """Make a CSV file with a heading readable as a view of texts."""
        self.run(
            f'CREATE OR REPLACE VIEW "{view}" AS '
            f"SELECT * FROM read_csv({quote_text(str(file))}, header = true, all_varchar = true)"
        )

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table or view."""
        return [str(name) for name in self.query(f'DESCRIBE "{table}"')["column_name"]]

    def rows_of(self, table: str) -> int:
        """Number of rows of a table or view."""
        return int(self.query_one(f'SELECT count(*) AS n FROM "{table}"')["n"])

    def make_table(self, table: str, sql: str) -> None:
        """Create a table in memory of the rows of a query, in place of any of that name."""
        self.run(f'CREATE OR REPLACE TEMP TABLE "{table}" AS {sql}')

    def write_parquet(self, sql: str, file: Path, compression: str = "zstd") -> int:
        """Write the rows of a query to a Parquet file, in the query's order. Returns their number.

        compression : "zstd" for what is kept, "lz4" for what is read again at once.
        """
        written = self.query(f"COPY ({sql}) TO {quote_text(str(file))} (FORMAT parquet, COMPRESSION {compression})")
        return int(str(written["Count"][0]))

    def write_csv(self, sql: str, file: Path) -> None:
        """Write the rows of a query to a CSV file with a heading; it has its name only when all is written."""
        draft = file.with_name(f".{file.name}.draft")
        try:
            self.run(f"COPY ({sql}) TO {quote_text(str(draft))} (FORMAT csv, HEADER)")
            os.replace(draft, file)
        except OSError as error:
            raise explain_os_error(error) from error
        finally:
            draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of memory and files."""
        self._connection.close()


def quote_text(text: str) -> str:
    """Write a string as an SQL literal.

    >>> quote_text("ST JOHN'S WORT")
    "'ST JOHN''S WORT'"
    """
    return "'" + text.replace("'", "''") + "'"


def arrow_column(values: Any, kind: str) -> Any:
    """An Arrow column of a DuckDB type name; what is one already stays as it is."""
    import pyarrow

    return pyarrow.array(values, arrow_type(kind)) if isinstance(values, list) else values


def arrow_type(kind: str) -> Any:
    """The Arrow type of a DuckDB type name as used in the schema."""
    import pyarrow

    return {
        "VARCHAR": pyarrow.string(),
        "VARCHAR[]": pyarrow.list_(pyarrow.string()),
        "TINYINT": pyarrow.int8(),
        "INTEGER": pyarrow.int32(),
        "BIGINT": pyarrow.int64(),
        "DOUBLE": pyarrow.float64(),
        "BOOLEAN": pyarrow.bool_(),
        "DATE": pyarrow.date32(),
    }[kind]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the engine's file and memory errors into one line that says what to do."""
    try:
        yield
    except duckdb.IOException as error:
        reason = first_line(error)
        if "No space left" in reason or "disk quota" in reason.lower():
            raise StoreError("The disk is full.", "Free some space; the store is as it was.") from error
        raise StoreError(f"The store cannot be read or written: {reason}.") from error
    except duckdb.OutOfMemoryException as error:
        raise StoreError(f"Not enough memory: {first_line(error)}.", "Give more with a larger memory limit.") from error
    except OSError as error:
        raise explain_os_error(error) from error
    except duckdb.Error as error:
        if not is_damage(error):
            raise
        raise DamagedStore(
            f"A file of the store is damaged: {first_line(error)}.", "`phytovigil releases --verify` names it."
        ) from error


def is_damage(error: duckdb.Error) -> bool:
    """Whether the engine stumbled over a file's content; what its Parquet decoder meets has no class of its own."""
    return isinstance(error, duckdb.InvalidInputException) or type(error) is duckdb.Error


def explain_os_error(error: OSError) -> StoreError:
    """A store error that says in one line what the operating system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError("The disk is full.", "Free some space; the store is as it was.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(
            f"The store at {error.filename} cannot be written: {error.strerror}.",
            "Choose another with --store or PHYTOVIGIL_STORE.",
        )
    return StoreError(f"{error.strerror or error}: {error.filename}.")


def first_line(error: BaseException) -> str:
    """The first line of an error's text, without its final stop."""
    return (str(error).splitlines() or [""])[0].rstrip(".")
