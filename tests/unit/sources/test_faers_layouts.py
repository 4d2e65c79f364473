"""Layouts of FAERS tables: told by their headings, and what begins a row of each."""

from __future__ import annotations

import pytest

from phytovigil.sources.faers_layouts import (
    NEEDED,
    READ,
    Layout,
    is_deletion_list,
    is_number_of,
    quarter_of,
    read_layout,
    without_repeats,
)


@pytest.mark.parametrize("table", NEEDED)
def test_a_table_is_told_by_the_columns_it_needs(table: str) -> None:
    layout = read_layout("$".join(NEEDED[table]).encode())
    assert layout is not None
    assert (layout.table, layout.columns, layout.width) == (table, NEEDED[table], len(NEEDED[table]))
    for missing in NEEDED[table]:
        others = [name for name in NEEDED[table] if name != missing]
        found = read_layout("$".join((*others, "x", "y")).encode())
        assert found is None or found.table != table


@pytest.mark.parametrize("table", READ)
def test_no_header_is_that_of_two_tables(table: str) -> None:
    names = set(READ[table])
    assert [other for other, needed in NEEDED.items() if set(needed) <= names] == [table]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"$\r\n", b" \r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_ends_of_the_header_and_a_byte_order_mark(start: bytes, end: bytes) -> None:
    rows = b"7000001$HO$\r\n" if end else b""
    assert read_layout(start + b"ISR$OUTC_COD" + end + rows) == Layout("outc", ("primaryid", "outc_cod"))


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (b"ISR$DRUG_SEQ$INDI_PT", ("primaryid", "drug_seq", "indi_pt")),
        (b"primaryid$caseid$indi_drug_seq$indi_pt", ("primaryid", "", "drug_seq", "indi_pt")),
        (b"PRIMARYID$CASEID$DRUG_SEQ$INDI_PT", ("primaryid", "", "drug_seq", "indi_pt")),
        (b"primaryid$caseid$dsg_drug_seq$start_dt", ("primaryid", "", "drug_seq", "start_dt")),
        (b"primaryid$caseid$outc_code", ("primaryid", "", "outc_cod")),
        (b"primaryid$pt$caseid$pt", ("primaryid", "pt", "", "")),
        (
            b"ISR$CASE$GNDR_COD$FDA_DT$MFR_NUM$ REPT_DT$I_F_COD",
            ("primaryid", "caseid", "sex", "fda_dt", "mfr_num", "", ""),
        ),
        (
            b"isr$drug_seq$role_cod$drugname$lot_nbr$val_vbm",
            ("primaryid", "drug_seq", "role_cod", "drugname", "lot_num", ""),
        ),
    ],
)
def test_other_names_of_columns(header: bytes, columns: tuple[str, ...]) -> None:
    layout = read_layout(header)
    assert layout is not None
    assert layout.columns == columns


@pytest.mark.parametrize(
    "head",
    [
        b"", b"$", b"primaryid,caseid,pt", b"caseid$primaryid$pt", b"primaryid$caseid", b"x$y$z",
        b"10000001$caseid$pt", b"\nprimaryid$caseid$pt", b"PK\x03\x04$", b"\xff\xfep\0r\0i\0$\0",
    ],
)  # fmt: skip
def test_what_is_no_faers_table(head: bytes) -> None:
    assert read_layout(head) is None


def layout_of(header: str) -> Layout:
    layout = read_layout(header.encode())
    assert layout is not None
    return layout


@pytest.mark.parametrize(
    ("header", "row", "starts"),
    [
        ("ISR$PT", "7000001$Rash", True),
        ("ISR$PT", "7000001", False),
        ("ISR$PT", "700$Rash", False),
        ("ISR$PT", "1234567890123$Rash", False),
        ("ISR$PT", "７００００００$Rash", False),
        ("ISR$DRUG_SEQ$INDI_PT", "7000001$1000000001$Pain", True),
        ("ISR$DRUG_SEQ$INDI_PT", "7000001$10000000011$Pain", False),
        ("ISR$DRUG_SEQ$INDI_PT", "7000001$$Pain", False),
        ("ISR$DRUG_SEQ$ROLE_COD$DRUGNAME", "7000001$1000000001$PS$KAVA", True),
        ("ISR$DRUG_SEQ$ROLE_COD$DRUGNAME", "7000001$1000000001$XX$KAVA", False),
        ("primaryid$caseid$drug_seq$role_cod$drugname", "100000011$10000001$1$C$KAVA", True),
        ("primaryid$caseid$caseversion$fda_dt$mfr_num", "100000011$10000001$1", True),
        ("primaryid$caseid$caseversion$fda_dt$mfr_num", "100000011$10000002$1", False),
        ("primaryid$caseid$caseversion$fda_dt$mfr_num", "100000011$10000001", False),
        ("ISR$CASE$FDA_DT$MFR_NUM", "7000001$8000001$20100101", True),
        ("ISR$CASE$FDA_DT$MFR_NUM", "7000001$CASE$20100101", False),
    ],
)
def test_where_a_row_begins(header: str, row: str, starts: bool) -> None:
    assert layout_of(header).starts_row(row.split("$")) is starts


def test_legacy_reports_have_no_versions() -> None:
    assert layout_of("ISR$CASE$FDA_DT$MFR_NUM").is_legacy
    assert not layout_of("primaryid$caseid$caseversion$fda_dt$mfr_num").is_legacy
    assert not layout_of("ISR$PT").is_legacy


@pytest.mark.parametrize(
    ("number", "case", "legacy", "fits"),
    [
        ("100000011", "10000001", False, True),
        ("10000001123", "10000001", False, True),
        ("100000011234", "10000001", False, False),
        ("10000001", "10000001", False, False),
        ("100000021", "10000001", False, False),
        ("7000001", "8000001", True, True),
        ("7000001", "8000001", False, False),
        ("7000001", "", True, False),
        ("7000001", "1234", True, False),
    ],
)
def test_numbers_of_reports_and_cases(number: str, case: str, legacy: bool, fits: bool) -> None:
    assert is_number_of(number, case, legacy=legacy) is fits


def test_the_first_of_two_equal_columns_counts() -> None:
    assert without_repeats(["a", "b", "a", "", "b"]) == ["a", "b", "", "", ""]


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("DEMO04Q1.TXT", (2004, 1)),
        ("ascii/demo18q1_new.txt", (2018, 1)),
        ("DEMO20Q3-10000.txt", (2020, 3)),
        ("faers_ascii_2022Q4.zip/Deleted/DELETE22Q4.txt", (2022, 4)),
        ("faers_ascii_2022Q4.zip/Deleted/DELETE21Q4.txt", (2021, 4)),  # the nearest name counts
        ("22q4/DEMO.txt", (2022, 4)),
        ("faers_ascii_2022Q4.zip/ASCII/DEMO.txt", (2022, 4)),
        ("2025q3_sample/_demo_sample.txt", (2025, 3)),
        ("DEMO12Q5.txt", None),
        ("DEMO12Q12.txt", None),
        ("DEMO.txt", None),
    ],
)
def test_quarters_of_names(name: str, quarter: tuple[int, int] | None) -> None:
    assert quarter_of(name) == quarter


@pytest.mark.parametrize(
    "head",
    [
        b" \r\n10000001\r\n", b" $\n10000001$\n10000002$\n", b"10000001\n", b"10000001", b"10000001\n10000002",
        b"caseid$\n10000001$\n", b"case\n10000001\n", b" \n", b"", b"\t\n10000001\t\n",
        b"10000001\n" * 9000 + b"1000",  # the head of a long list ends within a number
    ],
)  # fmt: skip
def test_lists_of_deleted_cases(head: bytes) -> None:
    assert is_deletion_list("Deleted/DELETE22Q4.txt", head)
    assert is_deletion_list("ADR22Q4DeletedCases.TXT", head)
    assert not is_deletion_list("deleted/CASES22Q4.txt", head)


@pytest.mark.parametrize(
    "head", [b"10000001$HO\n", b"10000001,1\n", b"KAVA\n10000001\n", b"1234\n", b"1234567890123\n"]
)
def test_what_is_no_list_of_deleted_cases(head: bytes) -> None:
    assert not is_deletion_list("DELETE22Q4.txt", head)


@pytest.mark.parametrize(
    "head",
    [
        b"CASEID\n12345\n",
        b"\xef\xbb\xbfcaseid\n12345\n",
        b"12345\n\n12346\n",
        b" \r\n12345\r\n\r\n",
        b"12345\n12346",
        b" $\n12345$\n",
    ],
)
def test_lists_of_deletions_with_other_headings_and_empty_lines_are_known(head: bytes) -> None:
    assert is_deletion_list("DELETE22Q4.txt", head)


@pytest.mark.parametrize("head", [b"Cases to delete\n12345\n", b"12345,1\n", b"1234\n", b"12345\nnone\n"])
def test_other_files_called_so_are_no_lists_of_deletions(head: bytes) -> None:
    assert not is_deletion_list("DELETE22Q4.txt", head)


def test_a_name_like_a_list_costs_no_time_whatever_the_file_holds() -> None:
    assert not is_deletion_list("DELETE22Q4.txt", b" " * 65_000 + b"x\n")
    assert not is_deletion_list("DELETE22Q4.txt", b"1" * 65_000 + b"\n")
