"""Known defects of FAERS and AERS quarters, each as lines of our own of the same shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from phytovigil.sources import faers_lines, match_inputs

LEGACY = {
    "DEMO": "ISR$CASE$I_F_COD$FOLL_SEQ$IMAGE$EVENT_DT$MFR_DT$FDA_DT$REPT_COD$MFR_NUM$MFR_SNDR$AGE$AGE_COD$GNDR_COD"
    "$E_SUB$WT$WT_COD$REPT_DT$OCCP_COD$DEATH_DT$TO_MFR$CONFID$REPORTER_COUNTRY",
    "DRUG": "ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$VAL_VBM$ROUTE$DOSE_VBM$DECHAL$RECHAL$LOT_NUM$EXP_DT$NDA_NUM",
    "REAC": "ISR$PT",
    "OUTC": "ISR$OUTC_COD",
    "RPSR": "ISR$RPSR_COD",
    "THER": "ISR$DRUG_SEQ$START_DT$END_DT$DUR$DUR_COD",
    "INDI": "ISR$DRUG_SEQ$INDI_PT",
}
CURRENT = {
    "DEMO": "primaryid$caseid$caseversion$i_f_code$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$auth_num$mfr_num"
    "$mfr_sndr$lit_ref$age$age_cod$age_grp$sex$e_sub$wt$wt_cod$rept_dt$to_mfr$occp_cod$reporter_country$occr_country",
    "DRUG": "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm$cum_dose_chr$cum_dose_unit"
    "$dechal$rechal$lot_num$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq",
    "REAC": "primaryid$caseid$pt$drug_rec_act",
    "OUTC": "primaryid$caseid$outc_cod",
    "RPSR": "primaryid$caseid$rpsr_cod",
    "THER": "primaryid$caseid$dsg_drug_seq$start_dt$end_dt$dur$dur_cod",
    "INDI": "primaryid$caseid$indi_drug_seq$indi_pt",
}
FIRST = {  # of the quarters from 2012Q4 to 2014Q2
    "DEMO": "primaryid$caseid$caseversion$i_f_cod$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$mfr_num$mfr_sndr$age"
    "$age_cod$gndr_cod$e_sub$wt$wt_cod$ rept_dt$to_mfr$occp_cod$reporter_country$occr_country",
    "DRUG": "primaryid$caseid$drug_seq$role_cod$drugname$val_vbm$route$dose_vbm$cum_dose_chr$cum_dose_unit$dechal"
    "$rechal$lot_nbr$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq",
    "REAC": "primaryid$caseid$pt",
    "OUTC": "primaryid$caseid$outc_code",
}


def fill(header: str, **cells: str) -> str:
    """A row with some cells, by the lower-case names of the columns."""
    names = [name.strip().lower() for name in header.split("$")]
    assert set(cells) <= set(names)
    return "$".join(cells.get(name, "") for name in names)


def demo(case: int, version: int = 1, **cells: str) -> str:
    given = {"fda_dt": "20220708", "rept_cod": "DIR", "occr_country": "AT"} | cells
    numbers = {"primaryid": f"{case}{version}", "caseid": str(case), "caseversion": str(version)}
    return fill(CURRENT["DEMO"], **(numbers | given))


def old_demo(isr: int, **cells: str) -> str:
    given = {"case": str(isr + 1_000_000), "fda_dt": "20110301", "mfr_num": "AT-FIRM-1"} | cells
    return fill(LEGACY["DEMO"], isr=str(isr), **given) + "$"


def drug(case: int, name: str, seq: int = 1, role: str = "PS", **cells: str) -> str:
    numbers = {"primaryid": f"{case}1", "caseid": str(case), "drug_seq": str(seq)}
    return fill(CURRENT["DRUG"], **numbers, role_cod=role, drugname=name, **cells)


def old_drug(isr: int, name: str, seq: int = 1_000_000_001, role: str = "PS", **cells: str) -> str:
    return fill(LEGACY["DRUG"], isr=str(isr), drug_seq=str(seq), role_cod=role, drugname=name, **cells) + "$"


@pytest.fixture
def table(tmp_path: Path, whole: Callable[..., Any]) -> Callable[..., Any]:
    """Read one table of these lines."""

    def read(*lines: str | bytes, name: str = "TABLE11Q2.TXT", end: bytes = b"\r\n", last: bytes | None = None) -> Any:
        content = end.join(line.encode() if isinstance(line, str) else line for line in lines)
        path = tmp_path / name
        path.write_bytes(content + (end if last is None else last))
        return whole(path)

    return read


@pytest.fixture
def quarter(tmp_path: Path, whole: Callable[..., Any]) -> Callable[..., Any]:
    """Read a folder of files."""

    def read(files: dict[str, str | bytes], folder: str = "given") -> Any:
        for name, content in files.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return whole(tmp_path / folder)

    return read


# --- Line ends that are missing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "line"), [("DRUG11Q2.TXT", 2), ("DRUG11Q3.TXT", 3), ("DRUG11Q4.TXT", 5)], ids=lambda given: str(given)
)
def test_drug11q2_drug11q3_drug11q4_two_rows_on_one_line(table: Callable[..., Any], name: str, line: int) -> None:
    """A legacy row ends in a delimiter; the next one begins right behind it. Later rows keep their line numbers."""
    rows = [old_drug(7_000_001 + number, f"HERB {number}") for number in range(6)]
    joined = [*rows[: line - 2], rows[line - 2] + rows[line - 1], *rows[line:], old_drug(7_000_099, "X", role="??")]
    found = table(LEGACY["DRUG"], *joined, name=name)
    assert found.rows("report_product", "key", "seq", "verbatim") == [
        (7_000_001 + number, 1_000_000_001, f"HERB {number}") for number in range(6)
    ]
    assert sorted(found.reasons) == sorted([(line, "repair", "joined-rows"), (7, "row", "unknown-role")])
    assert (found.read, found.kept, found.quarantined) == (7, 6, 1)


JOINED_NOW = {
    "DEMO": (demo(10_000_001), demo(10_000_002), "report", "number", [100000011, 100000021]),
    "DRUG": (drug(10_000_001, "KAVA"), drug(10_000_002, "TEA"), "report_product", "verbatim", ["KAVA", "TEA"]),
    "DRUG with a frequency": (
        drug(10_000_001, "KAVA", dose_freq="Q12"), drug(10_000_002, "TEA"),
        "report_product", "dose_frequency", ["Q12", None],
    ),
    "REAC": ("100000011$10000001$Rash$", "100000021$10000002$Pain$", "report_reaction", "term", ["RASH", "PAIN"]),
    "REAC with a recurrence": (
        "100000011$10000001$Rash$Rash", "100000021$10000002$Pain$",
        "report_reaction", "recurrence", ["RASH", None],
    ),
    "OUTC": ("100000011$10000001$HO", "100000021$10000002$DE", "report_outcome", "outcome",
             ["hospitalisation", "death"]),
    "RPSR": ("100000011$10000001$LIT", "100000021$10000002$CSM", "report_origin", "origin",
             ["literature", "consumer"]),
    "THER": ("100000011$10000001$1$2020$$2$WK", "100000021$10000002$1$2021$$$", "report_therapy", "duration_days",
             [14.0, None]),
    "INDI ending in a digit": (
        "100000011$10000001$1$Trisomy 21", "100000021$10000002$1$Pain",
        "report_indication", "indication", ["Trisomy 21", "Pain"],
    ),
    "INDI with a version of two digits": (
        "100000011$10000001$1$Pain", "1000000212$10000002$1$Trisomy 21",
        "report_indication", "key", [100000011, 1000000212],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", JOINED_NOW)
def test_two_rows_on_one_line_of_today(table: Callable[..., Any], case: str) -> None:
    """Without a trailing delimiter, the case number tells where the second row begins."""
    first, second, into, column, values = JOINED_NOW[case]
    found = table(CURRENT[case.split()[0]], first + second)
    assert found.rows(into, column) == values
    assert found.reasons == [(2, "repair", "joined-rows")]
    assert (found.read, found.kept) == (2, 2)


UNCERTAIN = {
    "first row short": ("DRUG", old_drug(7_000_001, "KAVA")[:-1] + old_drug(7_000_002, "TEA")),
    "first row short by its middle": ("DRUG", "7000001$1000000001$PS$KAVA$$$$" + old_drug(7_000_002, "TEA")),
    "second row short": ("DRUG", old_drug(7_000_001, "KAVA") + "7000002$1000000002$SS$TEA$$$"),
    "second row of an unknown role": ("DRUG", old_drug(7_000_001, "KAVA") + old_drug(7_000_002, "TEA", role="XX")),
    "second row without a number": ("DRUG", old_drug(7_000_001, "KAVA") + "$" + old_drug(7_000_002, "TEA")[7:]),
    "three rows": ("DRUG", "".join(old_drug(7_000_001 + number, "KAVA") for number in range(3))),
    # Cut behind the sixth field, what is left has six as well, and the product's number could pass for a report's.
    "dates and numbers that fit a wrong cut": ("THER", "7000001$1000000001$20100101$$$7000002$1000000002$20110101$$$$"),
    "a case without its line end or delimiter": ("OUTC", "7000001$HO7000002$DE$"),
    "a short report": ("DEMO", "7000001$8000001$I$$$" + old_demo(7_000_002)),
}


@pytest.mark.parametrize("case", UNCERTAIN)
def test_a_join_that_is_not_certain_is_put_aside_whole(table: Callable[..., Any], case: str) -> None:
    name, line = UNCERTAIN[case]
    whole_row = fill(LEGACY[name], isr="7000009") + "$"
    if name == "DRUG":
        whole_row = old_drug(7_000_009, "SAGE")
    elif name == "OUTC":
        whole_row = "7000009$HO$"
    elif name == "DEMO":
        whole_row = old_demo(7_000_009)
    found = table(LEGACY[name], whole_row, line, whole_row)
    assert found.reasons == [(3, "row", "wrong-column-count")]
    assert found.rows("quarantine", "raw") == [line]
    assert (found.read, found.kept, found.quarantined) == (3, 2, 1)


UNCERTAIN_NOW = {
    "first row short": ("DRUG", "100000011$10000001$1$PS$KAVA" + drug(10_000_002, "TEA")),
    "second row of another case number": ("REAC", "100000011$10000001$Rash$100000021$10000003$Pain$"),
    "second row without a version": ("REAC", "100000011$10000001$Rash$10000002$10000002$Pain$"),
    "three rows": ("OUTC", "100000011$10000001$HO100000021$10000002$DE100000031$10000003$DE"),
    "a version of four digits": ("OUTC", "100000011$10000001$HO100000021234$10000002$DE"),
    "a number that can be cut in two ways": ("OUTC", "100000011$10000001$HO1111111111$11111111$DE"),
}


@pytest.mark.parametrize("case", UNCERTAIN_NOW)
def test_a_join_of_today_that_is_not_certain_is_put_aside_whole(table: Callable[..., Any], case: str) -> None:
    name, line = UNCERTAIN_NOW[case]
    found = table(CURRENT[name], line)
    assert found.reasons == [(2, "row", "wrong-column-count")]
    assert found.rows("quarantine", "raw") == [line]


def test_a_number_of_equal_digits_that_can_be_cut_in_one_way_only(table: Callable[..., Any]) -> None:
    found = table(CURRENT["OUTC"], "100000011$10000001$HO111111111$11111111$DE")
    assert found.rows("report_outcome", "key") == [100000011, 111111111]


# --- Delimiters inside values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", ["AUSTRIA", ""])
def test_demo12q1_a_delimiter_inside_a_manufacturers_number(table: Callable[..., Any], country: str) -> None:
    """Whether the last column holds anything or not: an empty one must not let the values slip by one column."""
    cells = {"mfr_sndr": "FIRM", "age": "40", "age_cod": "YR", "gndr_cod": "F", "reporter_country": country}
    damaged = old_demo(7_000_002, mfr_num="AT-FIRM-$E2B0000000077", **cells)
    found = table(LEGACY["DEMO"], old_demo(7_000_001), damaged, old_demo(7_000_003), name="DEMO12Q1.TXT")
    assert found.rows("report", "control_number", "sender", "age_years", "sex", "country")[1] == (
        "AT-FIRM- E2B0000000077", "FIRM", 40.0, "female", "AT" if country else None,
    )  # fmt: skip
    assert found.reasons == [(3, "repair", "stray-delimiter")]
    assert found.rows("quarantine", "raw") == [damaged]
    assert found.rows("report", "number", "line") == [(7_000_001, 2), (7_000_002, 3), (7_000_003, 4)]


def test_the_same_number_without_a_trailing_delimiter(table: Callable[..., Any]) -> None:
    damaged = demo(10_000_001, mfr_num="AT-FIRM-$E2B0000000077", mfr_sndr="FIRM")
    found = table(CURRENT["DEMO"], damaged)
    assert found.rows("report", "control_number", "sender", "country") == [("AT-FIRM- E2B0000000077", "FIRM", "AT")]
    assert found.reasons == [(2, "repair", "stray-delimiter")]


@pytest.mark.parametrize(
    ("header", "whole_row", "damaged"),
    [
        (LEGACY["DRUG"], old_drug(7_000_001, "TEA"), old_drug(7_000_002, "KA$VA")),
        (LEGACY["DRUG"], old_drug(7_000_001, "TEA"), old_drug(7_000_002, "KA$VA", nda_num="12345")),
        (LEGACY["DEMO"], old_demo(7_000_001), old_demo(7_000_002, mfr_sndr="FI$RM")),
        (LEGACY["DEMO"], old_demo(7_000_001), old_demo(7_000_002, mfr_num="AT-FIRM-$F77")),
        (CURRENT["DRUG"], drug(10_000_001, "TEA"), drug(10_000_002, "KA$VA")),
        (CURRENT["DRUG"], drug(10_000_001, "TEA"), drug(10_000_002, "KA$VA", dose_freq="QD")),
        (CURRENT["REAC"], "100000011$10000001$Rash$", "100000021$10000002$Ra$sh$"),
    ],
)
def test_a_delimiter_inside_another_value_puts_the_row_aside(
    table: Callable[..., Any], header: str, whole_row: str, damaged: str
) -> None:
    """Which field it stands in is not certain, even where the last column is empty and the rest would seem to fit."""
    found = table(header, whole_row, damaged, whole_row)
    assert found.reasons == [(3, "row", "wrong-column-count")]
    assert (found.read, found.kept) == (3, 2)


def test_a_row_that_lacks_a_column_is_not_read_one_column_off(table: Callable[..., Any]) -> None:
    """Its trailing delimiter would otherwise be taken for an empty last column."""
    short = old_drug(7_000_002, "KAVA", route="ORAL").replace("$ORAL", "")
    found = table(LEGACY["DRUG"], old_drug(7_000_001, "TEA"), short)
    assert found.reasons == [(3, "row", "wrong-column-count")]


# --- Rows over several lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["legacy", "today"])
@pytest.mark.parametrize("pieces", [2, 3, 5])
def test_a_row_on_several_lines(table: Callable[..., Any], name: str, pieces: int) -> None:
    """Line ends inside a value become a blank; the row counts once, and later rows keep their line numbers."""
    value = "\r\n".join(["ROOT", "OF", "THE", "KAVA", "PLANT"][:pieces])
    header, make, number = (
        (LEGACY["DRUG"], old_drug, 7_000_001) if name == "legacy" else (CURRENT["DRUG"], drug, 10_000_001)
    )
    found = table(header, make(number, "TEA"), make(number + 1, value), make(number + 2, "X", role="??"))
    assert found.rows("report_product", "verbatim") == ["TEA", " ".join(value.split())]
    assert sorted(found.reasons) == [(3, "repair", "split-row"), (3 + pieces, "row", "unknown-role")]
    assert (found.read, found.kept) == (3, 2)


def test_a_report_on_two_lines(table: Callable[..., Any]) -> None:
    broken = demo(10_000_001, lit_ref="Made Up J.\r\n2020;1:1", auth_num="AT-1")
    found = table(CURRENT["DEMO"], demo(10_000_002), broken, demo(10_000_003))
    assert found.rows("report", "literature", "line") == [(None, 2), ("Made Up J. 2020;1:1", 3), (None, 5)]


def test_a_line_end_in_the_last_value_of_a_legacy_row(table: Callable[..., Any]) -> None:
    """All columns are there on the first line, but not the delimiter behind them."""
    usual = ["7000001$RASH$"] * 3
    found = table(LEGACY["REAC"], *usual, "7000002$PAIN IN", "ARM$", "7000003$ITCH", "7000004$COUGH$")
    assert found.rows("report_reaction", "term")[3:] == ["PAIN IN ARM", "ITCH", "COUGH"]
    assert found.reasons == [(5, "repair", "split-row")]


@pytest.mark.parametrize(
    "lines",
    [
        ("100000021$10000002$1$PS$KA", "VA"),  # not all columns come together
        ("100000021$10000002$1$PS$KA", drug(10_000_003, "TEA")[:-1]),  # the next line may be a row of its own
        ("100000021$10000002$1$PS$KA", "100000031$10000003$1"),
        ("100000021$10000002$1", "PS$KAVA$$$$$$$$$$$$$$$"),  # too little to know a row by
        ("KAVA$ROOT", "OF$THE$PLANT"),
    ],
)
def test_lines_that_cannot_be_put_together_are_put_aside_each(
    table: Callable[..., Any], lines: tuple[str, ...]
) -> None:
    found = table(CURRENT["DRUG"], drug(10_000_001, "SAGE"), *lines, drug(10_000_004, "MINT"))
    assert found.rows("report_product", "verbatim") == ["SAGE", "MINT"]
    assert found.reasons == [(3, "row", "wrong-column-count"), (4, "row", "wrong-column-count")]
    assert found.rows("quarantine", "raw") == list(lines)


@pytest.mark.parametrize("block", [1, 7, 64, 100, 1000, 1 << 24])
def test_repairs_at_the_border_of_blocks(
    table: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """What a block holds does not decide whether two lines belong together."""
    monkeypatch.setattr(faers_lines, "BLOCK", block)
    rows = [old_drug(7_000_001, "TEA"), old_drug(7_000_002, "KAVA\r\nROOT"), old_drug(7_000_003, "CAF\u00c9")]
    joined = old_drug(7_000_004, "SAGE") + old_drug(7_000_005, "MINT")
    found = table(LEGACY["DRUG"], *rows, joined, old_drug(7_000_006, "HOP")[:-3] + "\r\n$$$", last=b"")
    assert found.rows("report_product", "verbatim") == ["TEA", "KAVA ROOT", "CAFÉ", "SAGE", "MINT", "HOP"]
    assert found.reasons == [(3, "repair", "split-row"), (6, "repair", "joined-rows"), (7, "repair", "split-row")]
    assert (found.read, found.kept) == (6, 6)


# --- Bytes ----------------------------------------------------------------------------------------------------------


def test_drug11q4_a_field_that_is_only_a_delete_character(table: Callable[..., Any]) -> None:
    found = table(LEGACY["DRUG"], old_drug(7_000_001, "KAVA", lot_num="\x7f"), name="DRUG11Q4.TXT")
    assert found.rows("report_product", "verbatim", "lot") == [("KAVA", None)]
    assert found.reasons == [(2, "repair", "control-replaced")]


@pytest.mark.parametrize("name", ["KAVA\0ROOT", "KAVA\tROOT", "KAVA\x1fROOT", "KAVA\rROOT", "KAVA\x1aROOT"])
def test_control_characters_are_read_as_blanks(table: Callable[..., Any], name: str) -> None:
    """A lone carriage return among them: it ends no line."""
    found = table(CURRENT["DRUG"], drug(10_000_001, name), drug(10_000_002, "TEA"))
    assert found.rows("report_product", "verbatim") == ["KAVA ROOT", "TEA"]
    assert found.reasons == [(2, "repair", "control-replaced")]


def test_a_number_of_nul_bytes_is_an_empty_line(table: Callable[..., Any]) -> None:
    found = table(CURRENT["OUTC"], "100000011$10000001$HO", b"\0\0\0\0", "100000021$10000002$DE", b"\0\0", last=b"")
    assert found.rows("report_outcome", "key") == [100000011, 100000021]
    assert (found.reasons, found.read) == ([], 2)


def test_encodings_are_told_line_by_line(table: Callable[..., Any]) -> None:
    rows = [drug(10_000_001, "CAF\u00c9"), drug(10_000_002, "CAF\u00c9").encode("cp1252"), drug(10_000_003, "TEA")]
    mojibake = drug(10_000_004, "CAF\u00c3\u2030").encode("cp1252")  # UTF-8 again, by chance or by repair
    found = table(CURRENT["DRUG"], *rows, mojibake, drug(10_000_005, "X").encode() + b"\x81")
    assert found.rows("report_product", "verbatim") == ["CAFÉ", "CAFÉ", "TEA", "CAFÉ"]
    assert found.reasons == [(3, "repair", "windows-1252"), (6, "row", "undecodable")]
    assert found.rows("quarantine", "raw")[0] == rows[1].decode("cp1252")


NAMES = [
    "#1 HERB",
    "ST. JOHN'S WORT",
    '"KAVA',
    'KA"VA"',
    '"A" B',
    "\\N",
    "A,B;C|D",
    "NULL",
    "nan",
    "N/A",
    "TRUE",
    "007",
]


def test_nothing_quotes_nothing_comments_and_no_word_is_missing(table: Callable[..., Any]) -> None:
    rows = [drug(10_000_000 + number, name) for number, name in enumerate(NAMES)]
    found = table(CURRENT["DRUG"], *rows)
    assert found.rows("report_product", "verbatim") == NAMES
    assert found.reasons == []


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("last", [b"", b"\n", b"\r\n", b"\n\n\n", b"\r\n \t\r\n"])
@pytest.mark.parametrize("trailing", [True, False])
def test_line_ends_and_empty_lines(table: Callable[..., Any], end: bytes, last: bytes, trailing: bool) -> None:
    header, rows = CURRENT["OUTC"], ["100000011$10000001$HO", "100000021$10000002$DE"]
    if trailing:
        header, rows = LEGACY["OUTC"], ["7000001$HO$", "7000002$DE$"]
    found = table(header, rows[0], "", "  ", rows[1], rows[1].replace("DE", "XX"), end=end, last=last)
    assert found.rows("report_outcome", "outcome") == ["hospitalisation", "death"]
    assert found.reasons == [(6, "row", "unknown-code-row")]
    assert found.read == 3


def test_line_ends_of_both_kinds_in_one_file(table: Callable[..., Any]) -> None:
    rows = ["100000011$10000001$HO\r", "100000021$10000002$DE", "100000031$10000003$OT\r\r"]
    found = table(CURRENT["OUTC"], *rows, end=b"\n")
    assert found.rows("report_outcome", "outcome") == ["hospitalisation", "death", "other serious"]
    assert found.reasons == []


def test_an_empty_line_below_the_header_of_a_legacy_file(table: Callable[..., Any]) -> None:
    """The first line does not decide how rows end; a stray delimiter is still told from a trailing one."""
    found = table(LEGACY["REAC"], "", *["7000001$RASH$"] * 3, "7000002$RA$SH$", "7000003$PAIN$")
    assert found.rows("report_reaction", "term") == ["RASH", "RASH", "RASH", "PAIN"]
    assert found.reasons == [(6, "row", "wrong-column-count")]


def test_a_line_longer_than_any_report(table: Callable[..., Any]) -> None:
    endless = drug(10_000_002, "A" * (1 << 20))
    found = table(CURRENT["DRUG"], drug(10_000_001, "TEA"), endless, drug(10_000_003, "KAVA"))
    assert found.rows("report_product", "verbatim") == ["TEA", "KAVA"]
    assert found.reasons == [(3, "row", "line-too-long")]
    assert len(found.rows("quarantine", "raw")[0]) == 10_000


# --- Headers --------------------------------------------------------------------------------------------------------

TABLES = {
    "DEMO": "report", "DRUG": "report_product", "REAC": "report_reaction", "OUTC": "report_outcome",
    "RPSR": "report_origin", "THER": "report_therapy", "INDI": "report_indication",
}  # fmt: skip


@pytest.mark.parametrize("layout", [LEGACY, CURRENT, FIRST], ids=["legacy", "today", "2012Q4"])
@pytest.mark.parametrize("end", ["", "\r\n", "$\r\n", "\n"])
def test_a_table_of_a_header_only(tmp_path: Path, today: date, layout: dict[str, str], end: str) -> None:
    """It says that the table is there, and that nothing is in it."""
    for name, header in layout.items():
        path = tmp_path / f"{name}11Q2.TXT"
        path.write_bytes((header + end).encode())
        ((raw, reader),) = match_inputs([path]).files
        (batch,) = reader.read(raw, today=today)
        assert batch.tables.keys() == {TABLES[name], "quarantine"}
        assert (batch.rows_read, batch.rows_kept, batch.bytes_read) == (0, 0, len(header + end))


@pytest.mark.parametrize("header_trails", [True, False])
@pytest.mark.parametrize("rows_trail", [True, False])
def test_trailing_delimiters_in_rows_or_header_or_both(
    table: Callable[..., Any], header_trails: bool, rows_trail: bool
) -> None:
    reason = "unknown-code-row"
    for header in (LEGACY["OUTC"], LEGACY["OUTC"].replace("OUTC_COD", "OUTC_CODE"), LEGACY["OUTC"].lower()):
        rows = [row + "$" * rows_trail for row in ("7000001$HO", "7000002$DE", "7000003$")]
        found = table(header + "$" * header_trails, *rows)
        assert found.rows("report_outcome", "key", "outcome") == [(7_000_001, "hospitalisation"), (7_000_002, "death")]
        assert found.reasons == [(4, "row", reason)]


def test_headings_of_2012q4(quarter: Callable[..., Any]) -> None:
    """i_f_cod, gndr_cod, lot_nbr, outc_code, a blank before rept_dt, and a byte order mark in the DRUG table."""
    numbers = {"primaryid": "100000011", "caseid": "10000001"}
    dated = {"fda_dt": "20121128", "init_fda_dt": "20121101", "rept_dt": "20121120"}
    rows = {
        "DEMO": fill(FIRST["DEMO"], **numbers, **dated, caseversion="1", gndr_cod="F", i_f_cod="I", occp_cod="CN"),
        "DRUG": fill(FIRST["DRUG"], **numbers, drug_seq="1", role_cod="SS", drugname="KAVA", lot_nbr="L7", dechal="Y"),
        "REAC": fill(FIRST["REAC"], **numbers, pt="Rash"),
        "OUTC": fill(FIRST["OUTC"], **numbers, outc_code="CA"),
    }
    marks = {"DRUG": "\ufeff"}
    found = quarter(
        {f"{name.lower()}12q4.txt": f"{marks.get(name, '')}{FIRST[name]}\n{row}\n" for name, row in rows.items()}
    )
    assert found.rows("report", "case_id", "sex", "received", "revised", "reporter") == [
        ("10000001", "female", date(2012, 11, 1), date(2012, 11, 28), "consumer")
    ]
    assert found.rows("report_product", "case_id", "verbatim", "lot", "dechallenge") == [
        ("10000001", "KAVA", "L7", "positive")
    ]
    assert found.rows("report_reaction", "case_id", "term") == [("10000001", "RASH")]
    assert found.rows("report_outcome", "case_id", "outcome") == [("10000001", "congenital anomaly")]
    assert (found.read, found.reasons) == (4, [])


def test_headings_in_another_order_and_columns_that_nobody_knows(table: Callable[..., Any]) -> None:
    found = table("PRIMARYID$extra$ROLE_COD$DRUGNAME$DRUG_SEQ", "100000011$x$C$KAVA$3", "100000021$10000002$PS")
    assert found.rows("report_product", "key", "seq", "role", "verbatim") == [(100000011, 3, "concomitant", "KAVA")]
    assert found.reasons == [(3, "row", "wrong-column-count")]


def test_legacy_demo_with_and_without_the_reporters_country(table: Callable[..., Any]) -> None:
    """The column came in 2005; before, the country is unknown."""
    before = LEGACY["DEMO"].removesuffix("$REPORTER_COUNTRY")
    row = fill(before, isr="4000001", case="5000001", fda_dt="20040301") + "$"
    assert table(before, row, name="DEMO04Q1.TXT").rows("report", "country") == [None]
    found = table(LEGACY["DEMO"], old_demo(4_000_001, reporter_country="NAMIBIA"), name="DEMO05Q3.TXT")
    assert found.rows("report", "country") == ["NA"]


# --- Names of files and folders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("ascii", "DEMO18Q1_new.txt"), ("ASCII", "DEMO18Q1.TXT"), ("Ascii", "demo18q1.txt"), ("ascii2", "DEMO18q1.txt"),
        ("", "DEMO18Q1_new.txt"), ("asii", "Demo18Q1.Txt"),
    ],
)  # fmt: skip
def test_names_in_any_case_and_demo18q1_new(quarter: Callable[..., Any], folder: str, name: str) -> None:
    """The tables of a quarter find each other, whatever the folder and the case of their names."""
    found = quarter({
        Path(folder, name).as_posix(): f"{CURRENT['DEMO']}\r\n{demo(10_000_001)}\r\n",
        Path(folder, "REAC18Q1.txt").as_posix(): f"{CURRENT['REAC'].upper()}\r\n100000011$10000001$Rash$\r\n",
    })  # fmt: skip
    assert found.rows("report", "case_id") == ["10000001"]
    assert found.rows("report_reaction", "case_id", "term") == [("10000001", "RASH")]


def test_statistics_and_sizes_are_no_data(quarter: Callable[..., Any]) -> None:
    found = quarter({
        "ascii/OUTC12Q1.TXT": f"{LEGACY['OUTC']}\r\n7000001$HO$\r\n",
        "ascii/STAT12Q1.TXT": "DEMO12Q1.TXT$12$rows\r\n",
        "ascii/SIZE12Q1.TXT": "DEMO12Q1.TXT   1024\r\n",
        "README.doc": b"\xd0\xcf\x11\xe0",
    })  # fmt: skip
    assert (found.rows("report_outcome", "key"), found.read) == ([7_000_001], 1)


# --- Lists of deleted cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [" \r\n", " $\r\n", "", "\n", "caseid\n", "caseid$\r\n"])
@pytest.mark.parametrize("row", ["{}\r\n", "{}$\r\n", " {} \n"])
@pytest.mark.parametrize("name", ["DELETE22Q4.txt", "deleted/delete22q4.txt", "Deleted/ADR22Q4DeletedCases.txt"])
def test_lists_of_deleted_cases(quarter: Callable[..., Any], header: str, row: str, name: str) -> None:
    found = quarter({name: header + "".join(row.format(case) for case in (10_000_001, 20_000_002))})
    first = 2 if header else 1
    assert found.rows("deletion", "case_id", "line") == [("10000001", first), ("20000002", first + 1)]
    assert (found.read, found.kept, found.reasons) == (2, 2, [])


def test_a_list_of_deleted_cases_without_a_last_line_end(quarter: Callable[..., Any]) -> None:
    found = quarter({"Deleted/DELETE19Q1.txt": " $\r\n10000001$\r\n10000002"})
    assert found.rows("deletion", "case_id") == ["10000001", "10000002"]


@pytest.mark.parametrize("content", [" $\r\n", " \n", "caseid\n", ""])
def test_a_list_without_deleted_cases(quarter: Callable[..., Any], content: str) -> None:
    found = quarter({"DELETE19Q1.txt": content})
    assert (found.rows("deletion", "case_id"), found.read) == ([], 0)


def test_damage_deep_in_a_list_of_deleted_cases(quarter: Callable[..., Any]) -> None:
    """Beyond what is looked at to know the file, a damaged line is put aside."""
    cases = [str(10_000_000 + number) for number in range(8000)]
    lines = [*cases[:7000], "1000x", "", *cases[7000:]]
    found = quarter({"DELETE19Q1.txt": " $\n" + "$\n".join(lines) + "$\n"})
    assert found.rows("deletion", "case_id") == cases
    assert found.rows("quarantine", "line", "reason", "raw") == [(7002, "no-case-id", "1000x$")]


# --- Values ---------------------------------------------------------------------------------------------------------


def test_na_is_namibia_in_a_country_and_nothing_in_a_date_or_number(quarter: Callable[..., Any]) -> None:
    nothing = dict.fromkeys(("event_dt", "init_fda_dt", "age", "wt"), "NA")
    rows = [demo(10_000_001, occr_country="NA", **nothing), demo(10_000_002, occr_country="", reporter_country="NA")]
    therapy = "100000011$10000001$1$NA$NA$NA$NA"
    found = quarter({
        "DEMO22Q3.txt": "\n".join([CURRENT["DEMO"], *rows, ""]),
        "THER22Q3.txt": f"{CURRENT['THER']}\n{therapy}\n",
        "DRUG22Q3.txt": f"{CURRENT['DRUG']}\n{drug(10_000_001, 'NA', cum_dose_chr='NA')}\n",
    })  # fmt: skip
    assert found.rows("report", "country", "event_date", "received", "age_years", "weight_kg") == [
        ("NA", None, date(2022, 7, 8), None, None), ("NA", None, date(2022, 7, 8), None, None),
    ]  # fmt: skip
    assert found.rows("report_therapy", "start", "end", "duration_days") == [(None, None, None)]
    assert found.rows("report_product", "verbatim", "cumulative_dose") == [("NA", None)]
    assert found.reasons == []


def test_numbers_that_went_through_a_spreadsheet(quarter: Callable[..., Any]) -> None:
    """20141226.0 is a date; 61.0 is an age; 2.0 is a version."""
    row = demo(10_000_001, 2, event_dt="20141226.0", fda_dt="20150409.0", caseversion="2.0", age="61.0", age_cod="YR")
    found = quarter({
        "DEMO15Q2.txt": f"{CURRENT['DEMO']}\n{row}\n",
        "THER15Q2.txt": f"{CURRENT['THER']}\n100000012$10000001$1.0$201408.0$2014.0$3.0$DAY\n",
    })  # fmt: skip
    assert found.rows("report", "event_date", "received", "version", "age_years") == [
        ("2014-12-26", date(2015, 4, 9), 2, 61.0)
    ]
    assert found.rows("report_therapy", "seq", "start", "end", "duration_days") == [(1, "2014-08", "2014", 3.0)]
    assert found.reasons == []


def test_versions_of_two_and_three_digits(table: Callable[..., Any]) -> None:
    found = table(CURRENT["DEMO"], *(demo(10_000_001, version) for version in (2, 10, 9, 120)))
    assert found.rows("report", "number", "version") == [
        (100000012, 2), (1000000110, 10), (100000019, 9), (10000001120, 120),
    ]  # fmt: skip
    assert found.reasons == []


def test_the_same_primaryid_twice_is_kept_twice(quarter: Callable[..., Any]) -> None:
    """Which of them counts is not decided while reading; both rows and their lines are there to decide by."""
    files = {
        "DEMO22Q3.txt": f"{CURRENT['DEMO']}\n{demo(10_000_001)}\n{demo(10_000_001, sex='F')}\n",
        "DEMO22Q4.txt": f"{CURRENT['DEMO']}\n{demo(10_000_001, sex='M')}\n",
    }
    found = quarter(files)
    assert found.rows("report", "number", "sex", "line") == [
        (100000011, None, 2), (100000011, "female", 3), (100000011, "male", 2),
    ]  # fmt: skip
    assert found.reasons == []


def test_one_primaryid_with_two_caseids(table: Callable[..., Any]) -> None:
    """The row that does not agree with its own number says so, and is kept."""
    found = table(CURRENT["DEMO"], demo(10_000_001), demo(10_000_001, caseid="10000009"))
    assert found.rows("report", "number", "case_id") == [(100000011, "10000001"), (100000011, "10000009")]
    assert found.rows("quarantine", "line", "scope", "reason", "field", "raw") == [
        (3, "value", "number-mismatch", "number", "100000011 of 10000009")
    ]
