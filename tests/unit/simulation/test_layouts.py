"""The files have the names, columns and row ends of their era."""

from __future__ import annotations

import re
from typing import Any

import pytest

PRESENT_HEADERS = {
    "DEMO": "primaryid$caseid$caseversion$i_f_code$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$auth_num$mfr_num$"
    "mfr_sndr$lit_ref$age$age_cod$age_grp$sex$e_sub$wt$wt_cod$rept_dt$to_mfr$occp_cod$reporter_country$occr_country",
    "DRUG": "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm$cum_dose_chr$cum_dose_unit$"
    "dechal$rechal$lot_num$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq",
    "REAC": "primaryid$caseid$pt$drug_rec_act",
    "OUTC": "primaryid$caseid$outc_cod",
    "RPSR": "primaryid$caseid$rpsr_cod",
    "THER": "primaryid$caseid$dsg_drug_seq$start_dt$end_dt$dur$dur_cod",
    "INDI": "primaryid$caseid$indi_drug_seq$indi_pt",
}
LEGACY_HEADERS = {
    "DEMO": "ISR$CASE$I_F_COD$FOLL_SEQ$IMAGE$EVENT_DT$MFR_DT$FDA_DT$REPT_COD$MFR_NUM$MFR_SNDR$AGE$AGE_COD$GNDR_COD$"
    "E_SUB$WT$WT_COD$REPT_DT$OCCP_COD$DEATH_DT$TO_MFR$CONFID",
    "DRUG": "ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$VAL_VBM$ROUTE$DOSE_VBM$DECHAL$RECHAL$LOT_NUM$EXP_DT$NDA_NUM",
    "REAC": "ISR$PT",
    "OUTC": "ISR$OUTC_COD",
    "RPSR": "ISR$RPSR_COD",
    "THER": "ISR$DRUG_SEQ$START_DT$END_DT$DUR$DUR_COD",
    "INDI": "ISR$DRUG_SEQ$INDI_PT",
}
CODES = {
    ("DEMO", "age_cod"): {"", "DEC", "YR", "MON", "WK", "DY", "HR"},
    ("DEMO", "age_grp"): {"", "N", "I", "C", "T", "A", "E"},
    ("DEMO", "sex"): {"", "F", "M", "UNK"},
    ("DEMO", "wt_cod"): {"", "KG", "LBS"},
    ("DEMO", "rept_cod"): {"EXP", "PER", "DIR", "30DAY", "5DAY"},
    ("DEMO", "occp_cod"): {"", "MD", "PH", "OT", "LW", "CN", "HP"},
    ("DRUG", "role_cod"): {"PS", "SS", "C", "I"},
    ("DRUG", "dechal"): {"", "Y", "N", "U", "D"},
    ("DRUG", "rechal"): {"", "Y", "N", "U", "D"},
    ("OUTC", "outc_cod"): {"DE", "LT", "HO", "DS", "CA", "RI", "OT"},
    ("RPSR", "rpsr_cod"): {"FGN", "SDY", "LIT", "CSM", "HP", "UF", "CR", "DT", "OTH"},
    ("THER", "dur_cod"): {"", "YR", "MON", "WK", "DAY", "HR", "MIN", "SEC"},
}


@pytest.mark.parametrize("table", PRESENT_HEADERS)
def test_present_headers(several: Any, table: str) -> None:
    assert several.lines("2019Q2", table)[0] == PRESENT_HEADERS[table]


@pytest.mark.parametrize("table", LEGACY_HEADERS)
def test_legacy_headers_and_row_ends(several: Any, table: str) -> None:
    header, *lines = several.lines("2004Q1", table)
    assert header == LEGACY_HEADERS[table]
    assert lines
    assert all(line.endswith("$") and line == line.upper() for line in lines)
    assert {line.count("$") for line in lines} == {header.count("$") + 1}


def test_legacy_country_came_in_2005q3(several: Any) -> None:
    assert several.lines("2005Q4", "DEMO")[0].endswith("$CONFID$REPORTER_COUNTRY")
    assert "UNITED STATES" in {row["reporter_country"] for row in several.rows("2005Q4", "DEMO")}


def test_first_layout_of_faers_lacks_what_came_in_2014q3(several: Any) -> None:
    names = {name for table in PRESENT_HEADERS for name in several.lines("2013Q1", table)[0].split("$")}
    assert {"gndr_cod", "lot_nbr", "outc_code", "primaryid"} <= names
    assert not names & {"auth_num", "lit_ref", "age_grp", "prod_ai", "drug_rec_act", "sex"}


@pytest.mark.parametrize(("table", "name"), CODES)
def test_codes_are_those_of_faers(one_quarter: Any, table: str, name: str) -> None:
    seen = {row[name] for row in one_quarter.rows("2025Q4", table)}
    assert len(seen) > 1 or name == "rpsr_cod"
    assert seen <= CODES[table, name]


def test_dates_are_whole_or_partial(one_quarter: Any) -> None:
    dates = [row["event_dt"] for row in one_quarter.rows("2025Q4", "DEMO")]
    assert {len(date) for date in dates} == {0, 4, 6, 8}
    assert all(re.fullmatch(r"(19|20)\d\d((0[1-9]|1[0-2])([0-3]\d)?)?", date) for date in dates if date)


def test_received_dates_lie_in_the_quarter_and_after_the_event(several: Any) -> None:
    for row in several.rows("2019Q2", "DEMO"):
        assert "20190401" <= row["fda_dt"] <= "20190630"
        assert row["init_fda_dt"] <= row["fda_dt"]
        assert row["event_dt"] < row["init_fda_dt"]


def test_files_of_each_quarter(several: Any) -> None:
    assert (several.folder / "aers_ascii_2004Q1" / "ascii" / "DEMO04Q1.TXT").is_file()
    assert (several.folder / "faers_ascii_2019Q1" / "deleted" / "DELETE19Q1.txt").is_file()
    assert not (several.folder / "faers_ascii_2013Q1" / "deleted").exists()


def test_every_folder_and_name_says_simulated(several: Any) -> None:
    for quarter in several.quarters:
        assert "SIMULATED" in (several.path(quarter, "DEMO").parent.parent / "README.txt").read_text()
    assert "SIMULATED" in (several.folder / "README.txt").read_text()
    assert "SIMULATED" in (several.folder / "truth" / "README.txt").read_text()
    named = {("DRUG", "drugname"), ("REAC", "pt"), ("INDI", "indi_pt"), ("DEMO", "mfr_sndr")}
    for table, name in named:
        values = {row[name].upper() for row in several.every(table)}
        assert all(value.startswith("SIMULATED") for value in values)
