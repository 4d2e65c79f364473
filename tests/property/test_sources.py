"""Whatever happens to a file, the ledger balances or the user gets one line."""

from __future__ import annotations

import json
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import PhytovigilError
from phytovigil.sources import Reason, match_inputs
from phytovigil.sources.terms import split_terms, write_term

HEADER = (
    "Report ID,CAERS Created Date,Date of Event,Product Type,Product,Product Code,Description,Patient Age,Age Units,"
    "Sex,MedDRA Preferred Terms,Outcomes"
)
ROWS = [
    '1,1/1/2015,,SUSPECT,"KAVA, ROOT",54,Vit,3,year(s),Male,"RASH, NAUSEA",DEATH',
    '2,1/2/2015,,CONCOMITANT,"TEA ""GREEN""",31,Coffee/Tea,,,Female,JAUNDICE,Hospitalization',
    '3,1/3/2015,2/2/2014,SUSPECT,CAFÉ,31,Coffee/Tea,9,decade(s),Female,"HALLUCINATION, VISUAL",',
]
RESULT = {
    "report_number": "1", "date_created": "20150101", "consumer": {"age": "3", "age_unit": "year(s)"},
    "reactions": ["RASH"], "outcomes": ["Death"], "products": [{"role": "SUSPECT", "name_brand": "KAVA"}],
}  # fmt: skip
SOUND_CSV = "\r\n".join([HEADER, *ROWS, *ROWS, ""]).encode()
SOUND_JSON = json.dumps({"meta": {"results": {}}, "results": [RESULT] * 4}).encode()
CODES = {reason.code: reason.scope for reason in Reason}

splices = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"\0", b";", b"\xef\xbb\xbf", b"{", b"]", b"null"]
            ),
        ),
    ),
    max_size=6,
)


def damage(content: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    for place, removed, inserted in cuts:
        start = int(place * len(content))
        content = content[:start] + inserted + content[start + removed :]
    return content


def read_or_refuse(content: bytes, name: str) -> int | None:
    """Rows read, or None where the file was refused in one line; everything else fails."""
    said = ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        try:
            rows = 0
            for raw, reader in match_inputs([path]).files:
                for batch in reader.read(raw, today=date(2026, 1, 1)):
                    rows += batch.rows_read
                    check_ledger(batch.tables, batch.rows_read, batch.rows_kept, batch.rows_quarantined)
        except PhytovigilError as error:
            said = str(error)
    assert "\n" not in said
    return None if said else rows


def check_ledger(tables: dict, read: int, kept: int, quarantined: int) -> None:
    assert read == kept + quarantined
    put_aside = tables["quarantine"]
    assert put_aside["scope"].count("row") == quarantined
    assert all(CODES[code] == scope for code, scope in zip(put_aside["reason"], put_aside["scope"], strict=True))
    known = set(tables["report"]["case_id"])
    assert "" not in known
    assert None not in tables["report"]["received"]
    for table in tables.values():
        for values in table.values():
            for value in values:
                if isinstance(value, str):
                    value.encode()


@given(splices)
@settings(max_examples=300, deadline=None)
def test_damaged_csv(cuts: list[tuple[float, int, bytes]]) -> None:
    read_or_refuse(damage(SOUND_CSV, cuts), "a.csv")


@given(splices)
@settings(max_examples=200, deadline=None)
def test_damaged_json(cuts: list[tuple[float, int, bytes]]) -> None:
    read_or_refuse(damage(SOUND_JSON, cuts), "a.json")


def zip_of(content: bytes) -> bytes:
    with tempfile.SpooledTemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", content)
        stream.seek(0)
        return stream.read()


@given(splices)
@settings(max_examples=200, deadline=None)
def test_damaged_archive(cuts: list[tuple[float, int, bytes]]) -> None:
    read_or_refuse(damage(zip_of(SOUND_CSV), cuts), "a.zip")


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_at_all(content: bytes) -> None:
    read_or_refuse(content, "a")


pieces = [b'"', b'""', b",", b",,", b" ", b"x", b"1", b"1/1/2015", b"SUSPECT", b"\0", b"\xc9", b"\x81", b'",', b',"']


@given(st.lists(st.sampled_from(pieces), max_size=24).map(b"".join))
@settings(max_examples=400, deadline=None)
def test_a_damaged_line_never_takes_its_neighbours_with_it(line: bytes) -> None:
    """Sound rows before and after are all read, whatever the bytes of one line between them."""
    content = "\n".join([HEADER, *ROWS]).encode() + b"\n" + line + b"\n" + "\n".join(ROWS).encode() + b"\n"
    rows = read_or_refuse(content, "a.csv")
    assert rows == 2 * len(ROWS) + bool(line.strip())


@given(st.lists(st.text(st.characters(blacklist_characters=",", codec="utf-8"), min_size=1, max_size=12), max_size=8))
def test_terms_are_distinct_and_none_is_invented(parts: list[str]) -> None:
    terms = split_terms(", ".join(parts))
    assert len(set(terms)) == len(terms)
    assert {piece.strip() for term in terms for piece in term.split(",")} <= {write_term(part) for part in parts}
