"""The only door to SQL and to data paths: releases side by side, each readable as of its date.

A store is a folder: `manifest.json` names every release and the hash of each of its files; `releases/` holds
one folder of Parquet tables per release; `words/` holds the dictionary of reported words; `derived/` is a cache
that may be deleted at any time; `staging/` holds what a running ingest has not committed.
"""

from phytovigil.store.engine import Engine
from phytovigil.store.growing import GrowingTable
from phytovigil.store.manifest import FileEntry, Manifest, Release
from phytovigil.store.memory import parse_memory
from phytovigil.store.session import Session
from phytovigil.store.store import Store
from phytovigil.store.tables import hash_file, read_table, write_table

__all__ = [
    "Engine",
    "FileEntry",
    "GrowingTable",
    "Manifest",
    "Release",
    "Session",
    "Store",
    "hash_file",
    "parse_memory",
    "read_table",
    "write_table",
]
