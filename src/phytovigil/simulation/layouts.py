"""The columns of the seven tables in each era, as `HEADER` or `HEADER:our column`.

Legacy AERS to 2012Q3, the first FAERS layout from 2012Q4, the present one from 2014Q3 on.
"""

from __future__ import annotations

from dataclasses import dataclass

TABLES = ("DEMO", "DRUG", "REAC", "OUTC", "RPSR", "THER", "INDI")
FIRST_DELETED = "2019Q1"
"""The first quarter with a list of deleted cases."""

LEGACY = {
    "DEMO": "ISR:primaryid CASE:caseid I_F_COD:i_f_code FOLL_SEQ:foll_seq IMAGE:image EVENT_DT MFR_DT FDA_DT REPT_COD "
    "MFR_NUM MFR_SNDR AGE AGE_COD GNDR_COD:sex E_SUB WT WT_COD REPT_DT OCCP_COD DEATH_DT TO_MFR CONFID",
    "DRUG": "ISR:primaryid DRUG_SEQ ROLE_COD DRUGNAME VAL_VBM ROUTE DOSE_VBM DECHAL RECHAL LOT_NUM EXP_DT NDA_NUM",
    "REAC": "ISR:primaryid PT",
    "OUTC": "ISR:primaryid OUTC_COD",
    "RPSR": "ISR:primaryid RPSR_COD",
    "THER": "ISR:primaryid DRUG_SEQ START_DT END_DT DUR DUR_COD",
    "INDI": "ISR:primaryid DRUG_SEQ INDI_PT",
}
PRESENT = {
    "DEMO": "primaryid caseid caseversion i_f_code event_dt mfr_dt init_fda_dt fda_dt rept_cod auth_num mfr_num "
    "mfr_sndr lit_ref age age_cod age_grp sex e_sub wt wt_cod rept_dt to_mfr occp_cod reporter_country occr_country",
    "DRUG": "primaryid caseid drug_seq role_cod drugname prod_ai val_vbm route dose_vbm cum_dose_chr cum_dose_unit "
    "dechal rechal lot_num exp_dt nda_num dose_amt dose_unit dose_form dose_freq",
    "REAC": "primaryid caseid pt drug_rec_act",
    "OUTC": "primaryid caseid outc_cod",
    "RPSR": "primaryid caseid rpsr_cod",
    "THER": "primaryid caseid dsg_drug_seq:drug_seq start_dt end_dt dur dur_cod",
    "INDI": "primaryid caseid indi_drug_seq:drug_seq indi_pt",
}
ADDED_2014Q3 = {"auth_num", "lit_ref", "age_grp", "prod_ai", "drug_rec_act"}
NAMED_OTHERWISE_2012Q4 = {"sex": "gndr_cod:sex", "lot_num": "lot_nbr:lot_num", "outc_cod": "outc_code:outc_cod"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns and row ends of one quarter."""

    legacy: bool
    tables: dict[str, tuple[tuple[str, str], ...]]

    @property
    def ending(self) -> str:
        """What ends a data row: legacy rows carry a delimiter more than their header."""
        return "$\r\n" if self.legacy else "\r\n"

    def header(self, table: str) -> str:
        """The header row."""
        return "$".join(name for name, _ in self.tables[table]) + "\r\n"


def layout_of(quarter: str) -> Layout:
    """The layout of a quarter such as `2019Q1`.

    >>> layout_of("2004Q1").header("REAC"), layout_of("2019Q1").header("REAC")
    ('ISR$PT\\r\\n', 'primaryid$caseid$pt$drug_rec_act\\r\\n')
    """
    if quarter < "2012Q4":
        return Layout(True, {table: legacy_columns(table, quarter) for table in TABLES})
    tables = {table: PRESENT[table].split() for table in TABLES}
    if quarter < "2014Q3":
        tables = {table: first_columns(names) for table, names in tables.items()}
    return Layout(False, {table: tuple(map(column_pair, names)) for table, names in tables.items()})


def legacy_columns(table: str, quarter: str) -> tuple[tuple[str, str], ...]:
    """Legacy columns; the reporter's country came in 2005Q3."""
    names = LEGACY[table].split()
    if table == "DEMO" and quarter >= "2005Q3":
        names.append("REPORTER_COUNTRY:country_name")
    return tuple(map(column_pair, names))


def first_columns(names: list[str]) -> list[str]:
    """Columns of 2012Q4 to 2014Q2."""
    return [NAMED_OTHERWISE_2012Q4.get(name, name) for name in names if name not in ADDED_2014Q3]


def column_pair(name: str) -> tuple[str, str]:
    """Header and our own name of a column."""
    header, _, ours = name.partition(":")
    return header, ours or header.lower()


def file_name(table: str, quarter: str) -> str:
    """The file name FDA gives a table.

    >>> file_name("DEMO", "2004Q1"), file_name("DELETE", "2019Q1")
    ('DEMO04Q1.TXT', 'DELETE19Q1.txt')
    """
    return f"{table}{quarter[2:]}.{'TXT' if quarter < '2012Q4' else 'txt'}"


def release_name(quarter: str) -> str:
    """The name FDA gives a quarter's archive, without `.zip`."""
    return f"{'aers' if quarter < '2012Q4' else 'faers'}_ascii_{quarter}"
