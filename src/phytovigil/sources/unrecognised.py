"""What a file that no reader knows looks like, in words that help its owner."""

from __future__ import annotations

import csv

from phytovigil.sources.csvfile import first_line
from phytovigil.sources.openfda_json import is_search_answer
from phytovigil.sources.tables import squeeze

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"PK\x03\x04", "an archive or office document that holds no dashboard listing"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Excel or Word document (save it as plain .xlsx or CSV)"),
    (b"\x1f\x8b", "a gzip archive (unpack it first)"),
    (b"BZh", "a bzip2 archive (unpack it first)"),
    (b"7z\xbc\xaf", "a 7-Zip archive (unpack it first)"),
    (b"Rar!", "a RAR archive (unpack it first)"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\xff\xfe", "UTF-16 text (save it as UTF-8)"),
    (b"\xfe\xff", "UTF-16 text (save it as UTF-8)"),
)

FAERS_ASCII_HEADINGS = frozenset(("primaryid", "isr", "caseid"))

DELIMITERS = {";": "“;”", "\t": "tab", "|": "“|”", "$": "“$”", ",": "“,”"}

MOST_COLUMNS_NAMED = 6


def describe_content(head: bytes) -> str:
    """Name what the first bytes of a file look like.

    >>> describe_content(b"")
    'empty'
    >>> describe_content(b"a;b;c\\n1;2;3\\n")
    'a table with delimiter “;” and 3 columns (a, b, c), not one of a known format'
    """
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return "empty"
    for signature, words in SIGNATURES:
        if head.startswith(signature):
            return words
    line = first_line(head).strip()
    if line.startswith(("<", "{", "[")):
        return describe_markup(line, head)
    return describe_table(line) if line else "not text, and of no known kind"


def describe_markup(line: str, head: bytes) -> str:
    """Name an HTML page, an XML file or a JSON file."""
    start = line.lower()
    if "<html" in start or "<!doctype html" in start or b"<html" in head.lower():
        return "an HTML page, perhaps the page of the download rather than the download itself"
    return describe_xml(head) if line.startswith("<") else describe_json(head)


def describe_xml(head: bytes) -> str:
    """Name an XML file by its root."""
    if b"<ichicsr" in head:
        return "XML of E2B(R2) reports, but not from FDA or without reports: no quarter of FAERS"
    if b"MCCI_IN20010" in head:
        return "an E2B(R3) message (single reports are not supported by this version)"
    return "XML, but not a FAERS XML file"


def describe_json(head: bytes) -> str:
    """Name a JSON file by its fields."""
    if is_search_answer(head):
        return "an answer of the openFDA API to one search: a selection, where the whole bulk download is needed"
    if b'"safetyreportid"' in head:
        return "JSON that names the fields of openFDA drug/event and holds no report"
    if b"reactionmeddrapt" in head:
        return "JSON of drugs and reactions without the numbers of their reports, so that no case can be counted"
    return "JSON, but not an openFDA food/event file nor a drug/event one"


def describe_faers(columns: list[str]) -> str:
    """What is wrong with a table of a FAERS quarter that no layout fits."""
    return (
        f"a FAERS quarterly ASCII file with a damaged header: its columns ({name_columns(columns)}) are those of none "
        "of DEMO, DRUG, REAC, OUTC, RPSR, THER and INDI"
    )


def name_columns(columns: list[str]) -> str:
    """The first columns of a table, for a sentence."""
    named = ", ".join(column.strip()[:40] for column in columns[:MOST_COLUMNS_NAMED])
    return f"{named}, …" if len(columns) > MOST_COLUMNS_NAMED else named


def describe_table(line: str) -> str:
    """Name a table by its delimiter and first columns."""
    delimiter = max(DELIMITERS, key=line.count)
    if not line.count(delimiter):
        return f"text that begins “{line[:60]}”, not a table"
    columns = next(csv.reader((line,), delimiter=delimiter), [])
    if delimiter == "$" and not FAERS_ASCII_HEADINGS.isdisjoint(map(squeeze, columns)):
        return describe_faers(columns)
    if delimiter == "$" and columns[0].isdigit():
        return "a table with delimiter “$” and no header; a FAERS ASCII file begins with the names of its columns"
    return (
        f"a table with delimiter {DELIMITERS[delimiter]} and {len(columns)} columns ({name_columns(columns)}), "
        "not one of a known format"
    )
