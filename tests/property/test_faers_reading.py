"""FAERS tables: what is written is read back; whatever happens to a file, the ledger balances; blocks do not matter."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import UnreadableFile
from phytovigil.schema.reports import Batch, names_of, rows_of
from phytovigil.sources import Reason, faers_lines, match_inputs

TODAY = date(2026, 1, 1)
BLOCKS = (64, 65, 100, 997, 1 << 16, 1 << 20)

TABLES = {
    "report": "demo", "report_product": "drug", "report_reaction": "reac", "report_outcome": "outc",
    "report_origin": "rpsr", "report_therapy": "ther", "report_indication": "indi",
}  # fmt: skip

LAYOUTS = {
    ("demo", "legacy"): "ISR$CASE$I_F_COD$FOLL_SEQ$IMAGE$EVENT_DT$MFR_DT$FDA_DT$REPT_COD$MFR_NUM$MFR_SNDR$AGE$AGE_COD"
    "$GNDR_COD$E_SUB$WT$WT_COD$REPT_DT$OCCP_COD$DEATH_DT$TO_MFR$CONFID$REPORTER_COUNTRY",
    ("demo", "first"): "primaryid$caseid$caseversion$i_f_cod$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$mfr_num"
    "$mfr_sndr$age$age_cod$gndr_cod$e_sub$wt$wt_cod$ rept_dt$to_mfr$occp_cod$reporter_country$occr_country",
    ("demo", "today"): "primaryid$caseid$caseversion$i_f_code$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$auth_num"
    "$mfr_num$mfr_sndr$lit_ref$age$age_cod$age_grp$sex$e_sub$wt$wt_cod$rept_dt$to_mfr$occp_cod$reporter_country"
    "$occr_country",
    ("drug", "legacy"): "ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$VAL_VBM$ROUTE$DOSE_VBM$DECHAL$RECHAL$LOT_NUM$EXP_DT$NDA_NUM",
    ("drug", "first"): "primaryid$caseid$drug_seq$role_cod$drugname$val_vbm$route$dose_vbm$cum_dose_chr$cum_dose_unit"
    "$dechal$rechal$lot_nbr$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq",
    ("drug", "today"): "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm$cum_dose_chr"
    "$cum_dose_unit$dechal$rechal$lot_num$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq",
    ("reac", "legacy"): "ISR$PT",
    ("reac", "first"): "primaryid$caseid$pt",
    ("reac", "today"): "primaryid$caseid$pt$drug_rec_act",
    ("outc", "legacy"): "ISR$OUTC_COD",
    ("outc", "first"): "primaryid$caseid$outc_code",
    ("rpsr", "legacy"): "ISR$RPSR_COD",
    ("rpsr", "today"): "primaryid$caseid$rpsr_cod",
    ("ther", "legacy"): "ISR$DRUG_SEQ$START_DT$END_DT$DUR$DUR_COD",
    ("ther", "today"): "primaryid$caseid$dsg_drug_seq$start_dt$end_dt$dur$dur_cod",
    ("indi", "legacy"): "ISR$DRUG_SEQ$INDI_PT",
    ("indi", "today"): "primaryid$caseid$indi_drug_seq$indi_pt",
}

# --- What columns hold, and what they are read as: a second, plain implementation -----------------------------------

words = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp"], exclude_characters="$\ufeff")
    | st.sampled_from("  \"'#,;|\\"),
    max_size=12,
)
days = st.dates(date(1985, 1, 1), date(2025, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
partial_days = st.one_of(st.just(""), days, days.map(lambda day: day[:6]), days.map(lambda day: day[:4]))


def codes(*given: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *given))


VALUES: dict[str, st.SearchStrategy[str]] = {
    "event_dt": partial_days, "start_dt": partial_days, "end_dt": partial_days, "fda_dt": days,
    "init_fda_dt": st.one_of(st.just(""), days), "age": st.integers(0, 99).map(str), "age_cod": st.just("YR"),
    "wt": st.integers(1, 200).map(str), "wt_cod": st.just("KG"), "dur": st.integers(0, 99).map(str),
    "dur_cod": st.just("DAY"), "drug_seq": st.integers(1, 2**31 - 1).map(str), "role_cod": st.sampled_from(["PS", "C"]),
    "sex": codes("F", "M"), "age_grp": codes("A", "E"), "rept_cod": codes("EXP", "DIR"), "occp_cod": codes("MD", "CN"),
    "dechal": codes("Y", "N"), "rechal": codes("Y", "U"), "outc_cod": st.sampled_from(["DE", "HO"]),
    "rpsr_cod": st.sampled_from(["LIT", "CSM"]), "reporter_country": codes("NA", "AT"),
    "occr_country": codes("DE", "US"), "pt": words.filter(str.strip),
}  # fmt: skip

ALIASES = {
    "gndr_cod": "sex", "outc_code": "outc_cod", "lot_nbr": "lot_num", "dsg_drug_seq": "drug_seq",
    "indi_drug_seq": "drug_seq",
}  # fmt: skip

MEANT = {
    "F": "female", "M": "male", "A": "adult", "E": "elderly", "EXP": "expedited", "DIR": "direct", "MD": "physician",
    "CN": "consumer", "PS": "primary suspect", "C": "concomitant", "DE": "death", "HO": "hospitalisation",
    "LIT": "literature", "CSM": "consumer", "Y": "positive", "N": "negative", "U": "unknown",
}  # fmt: skip


def code(text: str) -> str | None:
    return MEANT[text] if text else None


def plain(text: str) -> str | None:
    return text.strip(" ") or None


def term(text: str) -> str | None:
    return " ".join(text.upper().split()) or None


def iso(text: str) -> str | None:
    return "-".join(part for part in (text[:4], text[4:6], text[6:]) if part) or None


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


READ_AS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "event_dt": ("event_date", iso), "fda_dt": ("revised", day), "sex": ("sex", code), "age": ("age_years", float),
    "age_grp": ("age_group", code), "wt": ("weight_kg", float), "occp_cod": ("reporter", code),
    "rept_cod": ("report_type", code), "mfr_sndr": ("sender", plain), "mfr_num": ("control_number", plain),
    "auth_num": ("authority_number", plain), "lit_ref": ("literature", plain), "drug_seq": ("seq", int),
    "role_cod": ("role", code), "drugname": ("verbatim", plain), "prod_ai": ("ingredient", plain),
    "route": ("route", plain), "dose_vbm": ("dose", plain), "dose_amt": ("dose_amount", plain),
    "dose_unit": ("dose_unit", plain), "dose_form": ("dose_form", plain), "dose_freq": ("dose_frequency", plain),
    "nda_num": ("application", plain), "lot_num": ("lot", plain), "dechal": ("dechallenge", code),
    "rechal": ("rechallenge", code), "pt": ("term", term), "drug_rec_act": ("recurrence", term),
    "outc_cod": ("outcome", code), "rpsr_cod": ("origin", code), "start_dt": ("start", iso), "end_dt": ("end", iso),
    "dur": ("duration_days", float), "indi_pt": ("indication", plain),
}  # fmt: skip


def columns_of(header: str) -> list[str]:
    names = [name.strip().lower() for name in header.split("$")]
    return [ALIASES.get(name, name) for name in names]


def expected_of(row: dict[str, str]) -> dict[str, Any]:
    found = {into: read(row[name]) for name, (into, read) in READ_AS.items() if name in row}
    found["key"] = int(row.get("primaryid") or row["isr"])
    if "fda_dt" in row:
        found["received"] = day(row.get("init_fda_dt", "")) or found["revised"]
        found["case_id"] = row.get("caseid") or row["case"]
        found["version"] = int(row.get("caseversion", "0"))
        found["country"] = row.get("occr_country") or row.get("reporter_country") or None
    return found


@st.composite
def rows_of_layout(draw: st.DrawFn, header: str) -> dict[str, str]:
    case, version = draw(st.integers(100_000, 99_999_999)), draw(st.integers(1, 999))
    row = {name: draw(VALUES.get(name, words)) for name in columns_of(header)}
    numbers = {"primaryid": f"{case}{version}", "caseid": str(case), "caseversion": str(version)}
    numbers |= {"isr": str(case), "case": str(case + 7)}
    return row | {name: number for name, number in numbers.items() if name in row}


@st.composite
def files(draw: st.DrawFn, most: int = 6, fewest: int = 0) -> tuple[str, list[dict[str, str]], bytes]:
    """A table, its rows, and the file that holds them."""
    table, era = draw(st.sampled_from(sorted(LAYOUTS)))
    header = LAYOUTS[table, era]
    rows = draw(st.lists(rows_of_layout(header), min_size=fewest, max_size=most))
    end, behind = draw(st.sampled_from(["\n", "\r\n"])), "$" * draw(st.booleans())
    heading = draw(st.sampled_from([header, header.upper(), header.lower(), f"{header}$", f"\ufeff{header}"]))
    lines = [heading, *("$".join(row.values()) + behind for row in rows)]
    last = end if draw(st.booleans()) else ""
    return table, rows, (end.join(lines) + last).encode()


# --- Reading --------------------------------------------------------------------------------------------------------


def batches_of(content: bytes, name: str) -> Iterator[Batch]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        for raw, reader in match_inputs([path]).files:
            yield from reader.read(raw, today=TODAY)


def records(batches: Iterable[Batch], table: str) -> list[dict[str, Any]]:
    """Rows of one canonical table, of all batches."""
    found: list[dict[str, Any]] = []
    for batch in batches:
        columns: Any = batch.tables.get(table, {})
        names = names_of(columns)
        lists = [columns[name] if isinstance(columns, dict) else columns.column(name).to_pylist() for name in names]
        found.extend(dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True))
    return found


def canonical_of(table: str) -> str:
    return next(name for name, source in TABLES.items() if source == table)


@settings(max_examples=150, deadline=None)
@given(files(), st.sampled_from(BLOCKS))
def test_clean_rows_of_any_layout_are_read_back(file: tuple[str, list[dict[str, str]], bytes], block: int) -> None:
    table, rows, content = file
    with patch.object(faers_lines, "BLOCK", block):
        batches = list(batches_of(content, f"{table}22q4.txt"))
    found = records(batches, canonical_of(table))
    assert len(found) == len(rows)
    for at, (row, record) in enumerate(zip(rows, found, strict=True), 2):
        expected = expected_of(row)
        assert {name: record[name] for name in expected} == expected
        assert record.get("line", at) == at
    nameless = [
        row for row in rows if table == "drug" and not (plain(row["drugname"]) or plain(row.get("prod_ai", "")))
    ]
    assert [note["reason"] for note in records(batches, "quarantine")] == ["no-product"] * len(nameless)


# --- Damage ---------------------------------------------------------------------------------------------------------

SCOPES = {reason.code: reason.scope for reason in Reason}

cuts = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 30),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [
                    b"$", b"$$", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\x7f", b"\xc9", b"\xc3\x89", b"\x81", b'"',
                    b"\xef\xbb\xbf", b"100000011$10000001$", b"7000001$1000000001$PS$", b"-$E2B0001", b"\x1a",
                    b"1" * 20,
                ]
            ),
        ),
    ),
    max_size=5,
)  # fmt: skip


@st.composite
def damaged_files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A table of which bytes were lost and added, line ends were lost, and lines were broken."""
    table, _, content = draw(files(most=5, fewest=1))
    head, newline, body = content.partition(b"\n")
    lines = body.split(b"\n")
    for place in draw(st.lists(st.integers(0, len(lines) - 1), max_size=2)):
        lines[place] = lines[place].removesuffix(b"\r") + b"\v"  # stands for a line end that is missing
    body = b"\n".join(lines).replace(b"\v\n", b"").replace(b"\v", b"")
    for share in draw(st.lists(st.floats(0, 1), max_size=3)):
        place = int(share * len(body))
        body = body[:place] + b"\n" + body[place:]
    for share, removed, added in draw(cuts):
        place = int(share * len(body))
        body = body[:place] + added + body[place + removed :]
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(head)))
        head = head[:place] + draw(st.binary(max_size=3)) + head[place + 1 :]
    return table, head + newline + body


def check_ledger(batch: Batch) -> None:
    """Every row that was read is a row of the table or a row of the quarantine."""
    assert batch.rows_read == batch.rows_kept + batch.rows_quarantined
    notes = records([batch], "quarantine")
    assert sum(note["scope"] == "row" for note in notes) == batch.rows_quarantined
    assert all(SCOPES[note["reason"]] == note["scope"] for note in notes)
    kept = {name: rows_of(columns) for name, columns in batch.tables.items() if name != "quarantine"}
    assert sum(kept.values()) == batch.rows_kept
    assert len(kept) == 1


def read_or_refuse(content: bytes, name: str) -> list[Batch] | None:
    """Batches, or None where the file was refused in one line; everything else fails."""
    said = ""
    try:
        return list(batches_of(content, name))
    except UnreadableFile as error:
        said = str(error)
    assert "\n" not in said
    return None


@settings(max_examples=200, deadline=None)
@given(damaged_files())
def test_whatever_happens_to_a_table_the_ledger_balances(file: tuple[str, bytes]) -> None:
    table, content = file
    for batch in read_or_refuse(content, f"{table}22q4.txt") or ():
        check_ledger(batch)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(10_000, 10**12), max_size=6), cuts)
def test_whatever_happens_to_a_list_of_deleted_cases(cases: list[int], damage: list[tuple[float, int, bytes]]) -> None:
    content = b"".join(b"%d$\r\n" % case for case in cases)
    for share, removed, added in damage:
        place = int(share * len(content))
        content = content[:place] + added + content[place + removed :]
    for batch in read_or_refuse(content, "DELETE22Q4.txt") or ():
        check_ledger(batch)


def everything(content: bytes, name: str, block: int) -> Any:
    """All that was read with blocks of a size, whatever the batches."""
    with patch.object(faers_lines, "BLOCK", block):
        batches = read_or_refuse(content, name)
    if batches is None:
        return None
    tables = {table for batch in batches for table in batch.tables}
    found = {table: records(batches, table) for table in tables}
    notes = Counter(tuple(note.values()) for note in found.pop("quarantine"))
    return found, notes, sum(batch.rows_read for batch in batches)


def test_a_mark_of_byte_order_amid_the_file_is_part_of_its_row_wherever_a_block_begins() -> None:
    head, rows = b"primaryid$caseid$pt$drug_rec_act\r\n", b"1000$100$NAUSEA$\r\n\xef\xbb\xbf1001$101$RASH$\r\n"
    expected = everything(head + rows, "reac22q4.txt", 1 << 24)
    assert expected is not None
    assert [row["term"] for row in expected[0]["report_reaction"]] == ["NAUSEA"]
    for block in range(1, 60):
        assert everything(head + rows, "reac22q4.txt", block) == expected


@settings(max_examples=150, deadline=None)
@given(damaged_files(), st.integers(1, 300))
def test_the_size_of_blocks_does_not_matter(file: tuple[str, bytes], block: int) -> None:
    """Rows over several lines and bytes of another encoding meet the borders of blocks anywhere."""
    table, content = file
    name = f"{table}22q4.txt"
    expected = everything(content, name, 1 << 24)
    assert everything(content, name, block) == expected
    assert everything(content, name, 64) == expected
