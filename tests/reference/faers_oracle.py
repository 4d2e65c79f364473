"""FAERS quarters counted a second time: with sets, dictionaries and loops, and not a line of the program's.

A quarter is its seven tables as lists of rows and its list of deleted cases. Rows are cut at their delimiters and named
by the header. What is counted follows FDA's own words: the latest receipt of a case speaks, then the highest number;
a list of deletions withdraws what was published before it.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, str]

TABLES = ("demo", "drug", "reac", "outc", "rpsr", "ther", "indi")
TIED = ("drug", "reac", "outc", "rpsr", "ther", "indi")

RENAMED = {
    "isr": "primaryid", "case": "caseid", "gndr_cod": "sex", "outc_code": "outc_cod",
    "dsg_drug_seq": "drug_seq", "indi_drug_seq": "drug_seq",
}  # fmt: skip

ROLES = {"PS": 0, "SS": 1, "I": 2, "C": 3}
"""Roles of FDA, strongest first."""

WEAKEST = {"primary": "PS", "suspect": "I", "any": "C"}
"""The weakest role that counts in each choice of roles."""

OUTCOMES = {
    "DE": "death", "LT": "life-threatening", "HO": "hospitalisation", "DS": "disability", "CA": "congenital anomaly",
    "RI": "intervention required", "OT": "other serious",
}  # fmt: skip

SEXES = {"F": "female", "M": "male"}

YEARS = {
    "DEC": 10.0, "YR": 1.0, "MON": 1 / 12, "WK": 7 / 365.25, "DY": 1 / 365.25, "HR": 1 / 365.25 / 24,
    "MIN": 1 / 365.25 / 1440, "SEC": 1 / 365.25 / 86400,
}  # fmt: skip

COUNTRY_NAMES = {
    "UNITED STATES": "US", "EUROPEAN UNION": "EU", "CANADA": "CA", "JAPAN": "JP", "UNITED KINGDOM": "GB",
    "CHINA": "CN", "AUSTRALIA": "AU", "BRAZIL": "BR", "KOREA, REPUBLIC OF": "KR", "INDIA": "IN", "ARGENTINA": "AR",
    "COLOMBIA": "CO", "MEXICO": "MX", "RUSSIAN FEDERATION": "RU", "TAIWAN": "TW", "ISRAEL": "IL", "TURKEY": "TR",
    "SWITZERLAND": "CH", "SOUTH AFRICA": "ZA", "EGYPT": "EG", "PAKISTAN": "PK", "SERBIA": "RS", "SAUDI ARABIA": "SA",
    "THAILAND": "TH",
}  # fmt: skip
"""Names that legacy quarters write in full, as far as the simulated ones do."""


# ------------------------------------------------------------------------------------------------ reading


@dataclass
class Quarter:
    """What FDA published of one quarter.

    as_of : its last day, ISO. deleted : case numbers, None without a list. reports : once they were put together.
    """

    as_of: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    deleted: set[str] | None = None
    reports: dict[int, Report] | None = None


def read_quarter(as_of: str, path: Path) -> Quarter:
    """A quarter from its folder or archive."""
    quarter = Quarter(as_of)
    for name, content in texts_of(path):
        kind = name.lower().lstrip("_")[:4]
        if kind in TABLES:
            quarter.tables[kind] = read_rows(content)
        elif kind == "dele":
            quarter.deleted = read_deleted(content)
    return quarter


def texts_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every text file of a folder or archive; of a single file, itself."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            found = [(Path(member).name, archive.read(member)) for member in archive.namelist()]
    elif path.is_dir():
        found = [(file.name, file.read_bytes()) for file in sorted(path.rglob("*")) if file.is_file()]
    else:
        found = [(path.name, path.read_bytes())]
    return ((name, content) for name, content in found if name.lower().endswith(".txt"))


def read_rows(content: bytes) -> list[Row]:
    """Rows of a table, each whole; a row may have one empty field more than the header names."""
    header, *lines = [decode(line).strip("\r") for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    names = [RENAMED.get(name.strip().lower(), name.strip().lower()) for name in header.split("$")]
    rows = []
    for line in lines:
        fields = line.split("$")
        if not line.strip():
            continue
        assert len(fields) - len(names) in (0, 1), line
        assert len(fields) == len(names) or fields[-1] == "", line
        rows.append({name: value.strip() for name, value in zip(names, fields, strict=False)})
    return rows


def decode(line: bytes) -> str:
    """UTF-8, else Windows-1252."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252")


def read_deleted(content: bytes) -> set[str]:
    """Case numbers of a list of deletions, whatever its heading."""
    return {line.strip(" $\r") for line in content.decode().split("\n") if line.strip(" $\r").isdigit()}


# ------------------------------------------------------------------------------------------------ values


def iso_date(text: str) -> str | None:
    """A date as precise as reported."""
    digits = text.removesuffix(".0")
    if not digits.isdigit() or len(digits) not in (4, 6, 8) or digits[:4] < "1900":
        return None
    try:
        whole = date(int(digits[:4]), int(digits[4:6] or 1), int(digits[6:] or 1))
    except ValueError:
        return None
    return whole.isoformat()[: {4: 4, 6: 7, 8: 10}[len(digits)]]


def whole_date(text: str) -> str | None:
    """A date of receipt."""
    found = iso_date(text)
    return found if found and len(found) == 10 else None


def age_years(amount: str, unit: str) -> float | None:
    """Age in years, up to the longest human life."""
    if not amount.replace(".", "", 1).isdigit() or unit.upper() not in YEARS:
        return None
    years = float(amount) * YEARS[unit.upper()]
    return round(years, 9) if years <= 122 else None


def country_code(text: str) -> str | None:
    """A country's code; user-assigned codes of ISO 3166 (XA to XZ and others) name no country, but XK is Kosovo."""
    if len(text) == 2 and text.isalpha():
        code = text.upper()
        assigned = code == "XK" or not (code[0] == "X" or code in ("AA", "ZZ") or "QM" <= code <= "QZ")
        return code if assigned else None
    return COUNTRY_NAMES.get(text.upper())


def written_term(text: str) -> str:
    """A term in upper case with single blanks."""
    return " ".join(text.upper().split())


# ------------------------------------------------------------------------------------------------ reports


@dataclass
class Report:
    """One version of a case as one quarter tells it."""

    case: str
    number: int
    as_of: str
    received: str | None
    revised: str | None
    sex: str | None
    age: float | None
    country: str | None
    serious: bool | None
    outcomes: list[str] | None
    products: list[tuple[int | None, int, str | None, str | None]] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    indications: list[tuple[int | None, str | None]] = field(default_factory=list)
    therapies: list[tuple[int | None, str | None, str | None]] = field(default_factory=list)

    def names(self) -> dict[str, int]:
        """Names of products, drug and ingredient alike, with the strongest role of each."""
        found: dict[str, int] = {}
        for _, role, *words in self.products:
            for word in filter(None, words):
                found[word] = min(role, found.get(word, role))
        return found

    def tied(self) -> dict[str, list[tuple[Any, ...]]]:
        """Indications and periods of use with the name of the product that they belong to."""
        return {
            "indications": [
                (name, text) for seq, text in self.indications for at, _, name, _ in self.products if same(seq, at)
            ],
            "therapies": [
                (name, start, end)
                for seq, start, end in self.therapies
                for at, _, name, _ in self.products
                if same(seq, at)
            ],
        }


def same(left: int | None, right: int | None) -> bool:
    """Whether two numbers of products are there and equal."""
    return left is not None and left == right


def key_of(row: Row) -> int | None:
    """The number that ties a row to its report."""
    return int(row["primaryid"]) if row["primaryid"].isdigit() else None


def sequence_of(row: Row) -> int | None:
    """The number of a product within its report."""
    return int(row["drug_seq"]) if row["drug_seq"].isdigit() else None


def is_kept(table: str, row: Row) -> bool:
    """Whether a row says enough to be kept."""
    if key_of(row) is None:
        return False
    if table == "demo":
        return bool(row["caseid"]) and any(whole_date(row.get(name, "")) for name in ("fda_dt", "init_fda_dt"))
    if table == "drug":
        return row["role_cod"].upper() in ROLES
    if table == "reac":
        return bool(written_term(row["pt"]))
    return row["outc_cod"].upper() in OUTCOMES if table == "outc" else True


def kept_rows(quarter: Quarter, table: str) -> list[Row]:
    """Rows of a table that are kept."""
    return [row for row in quarter.tables.get(table, []) if is_kept(table, row)]


def reports_of(quarter: Quarter) -> dict[int, Report]:
    """Reports of a quarter by their number. A number given twice is the report that stands first."""
    if quarter.reports is None:
        quarter.reports = gather_reports(quarter)
    return quarter.reports


def gather_reports(quarter: Quarter) -> dict[int, Report]:
    """The rows of the seven tables, put together."""
    reports: dict[int, Report] = {}
    for row in kept_rows(quarter, "demo"):
        number = int(row["primaryid"])
        if number not in reports:
            reports[number] = make_report(row, number, quarter)
    for table in TIED:
        for row in kept_rows(quarter, table):
            report = reports.get(int(row["primaryid"]))
            if report:
                add_row(report, table, row)
    ties = bool(kept_rows(quarter, "ther") or kept_rows(quarter, "indi"))
    for report in reports.values():
        report.outcomes = sorted(set(report.outcomes)) if report.outcomes is not None else None
        if not ties:
            number_products(report)
    return reports


def number_products(report: Report) -> None:
    """Number products without a number behind the others: nothing is tied to numbers, so none is tied wrongly."""
    last = max((seq or 0 for seq, *_ in report.products), default=0)
    for place, (seq, *rest) in enumerate(report.products):
        if seq is None:
            last += 1
            report.products[place] = (last, *rest)


def make_report(row: Row, number: int, quarter: Quarter) -> Report:
    """A report without what the other tables say of it."""
    listed = "outc" in quarter.tables
    revised = whole_date(row["fda_dt"])
    return Report(
        case=row["caseid"],
        number=number,
        as_of=quarter.as_of,
        received=whole_date(row.get("init_fda_dt", "")) or revised,
        revised=revised,
        sex=SEXES.get(row.get("sex", "").upper()),
        age=age_years(row.get("age", ""), row.get("age_cod", "")),
        country=country_code(row.get("occr_country", "")) or country_code(row.get("reporter_country", "")),
        serious=False if listed else None,
        outcomes=[] if listed else None,
    )


def add_row(report: Report, table: str, row: Row) -> None:
    """Add one row of another table to its report."""
    if table == "drug":
        words = (row["drugname"] or None, row.get("prod_ai") or None)
        report.products.append((sequence_of(row), ROLES[row["role_cod"].upper()], *words))
    elif table == "reac":
        report.terms.append(written_term(row["pt"]))
    elif table == "outc" and report.outcomes is not None:
        report.outcomes.append(OUTCOMES[row["outc_cod"].upper()])
        report.serious = True
    elif table == "indi":
        report.indications.append((sequence_of(row), row["indi_pt"] or None))
    elif table == "ther":
        report.therapies.append((sequence_of(row), iso_date(row["start_dt"]), iso_date(row["end_dt"])))


def orphans_of(quarter: Quarter) -> dict[str, int]:
    """Rows by table that join no report, or, of THER and INDI, no product of their report."""
    reports = set(reports_of(quarter))
    products = {(key_of(row), sequence_of(row)) for row in kept_rows(quarter, "drug")}
    found: Counter[str] = Counter()
    for table in TIED:
        for row in kept_rows(quarter, table):
            lonely = key_of(row) not in reports
            if table in ("ther", "indi"):
                lonely = lonely or sequence_of(row) is None or (key_of(row), sequence_of(row)) not in products
            found[table] += lonely
    return {table: found[table] for table in TIED if table in quarter.tables}


# ------------------------------------------------------------------------------------------------ cases


def latest_reports(quarters: Sequence[Quarter], as_of: str = "9999-12-31") -> dict[str, Report]:
    """The one report of each case that counts, by case number, of what was published up to a date."""
    published = sorted((quarter for quarter in quarters if quarter.as_of <= as_of), key=lambda quarter: quarter.as_of)
    withdrawn = {case: quarter.as_of for quarter in published for case in quarter.deleted or ()}  # the last list speaks
    latest: dict[str, Report] = {}
    for quarter in published:
        for report in reports_of(quarter).values():
            if quarter.as_of < withdrawn.get(report.case, ""):
                continue
            held = latest.get(report.case)
            if held is None or order_of(report) >= order_of(held):
                latest[report.case] = report
    return latest


def order_of(report: Report) -> tuple[str, int, str]:
    """What makes one report of a case later than another."""
    return report.revised or report.received or "", report.number, report.as_of


class Cells(NamedTuple):
    """A 2×2 table in distinct cases."""

    a: int
    b: int
    c: int
    d: int


class Counted:
    """Cases by what they name. exposed : cases by (choice of roles, name). reacted : cases by term."""

    def __init__(self, cases: Mapping[str, Report]) -> None:
        self.cases = cases
        self.exposed: dict[tuple[str, str], set[str]] = {}
        self.reacted: dict[str, set[str]] = {}
        for case, report in cases.items():
            for name, at in report.names().items():
                for role in [role for role, weakest in WEAKEST.items() if at <= ROLES[weakest]]:
                    self.exposed.setdefault((role, name), set()).add(case)
            for term in report.terms:
                self.reacted.setdefault(term, set()).add(case)

    def cells(self, names: Iterable[str], term: str, role: str) -> Cells:
        """The 2×2 table of a product, under any of its names, and a term."""
        exposed = {case for name in names for case in self.exposed.get((role, name), ())}
        reacted = self.reacted.get(term, set())
        neither = len(self.cases) - len(exposed | reacted)
        return Cells(len(exposed & reacted), len(exposed - reacted), len(reacted - exposed), neither)

    def names(self, role: str) -> dict[str, int]:
        """Cases that name each product in a role."""
        return {name: len(cases) for (at, name), cases in self.exposed.items() if at == role}

    def terms(self) -> dict[str, int]:
        """Cases with each term."""
        return {term: len(cases) for term, cases in self.reacted.items()}


def choose_pairs(counted: Counted) -> list[tuple[str, str]]:
    """Pairs to ask for: frequent names with frequent terms, rare names and rare terms with what they stand beside.

    Names that differ in case alone are left out.
    """
    spellings = Counter(name.upper() for name in counted.names("any"))
    names = {name: n for name, n in counted.names("any").items() if spellings[name.upper()] == 1}
    terms = counted.terms()
    ordered_names = sorted(names, key=lambda name: (-names[name], name))
    ordered_terms = sorted(terms, key=lambda term: (-terms[term], term))
    pairs = {(name, term): None for name in ordered_names[:5] for term in ordered_terms[:5]}
    rare_names, rare_terms = set(ordered_names[-4:]), set(ordered_terms[-4:])
    for report in counted.cases.values():
        named, told = sorted(report.names().keys() & names.keys()), sorted(set(report.terms))
        both = [(name, term) for name in named for term in told if name in rare_names or term in rare_terms]
        pairs |= dict.fromkeys(both[:5])
    return list(pairs)
