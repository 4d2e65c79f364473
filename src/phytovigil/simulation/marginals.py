"""The marginal shares of a folder of FAERS ASCII files in the present layout: what the simulator is fitted to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from phytovigil.errors import UnreadableFile
from phytovigil.simulation.draws import zipf_mandelbrot
from phytovigil.simulation.layouts import TABLES

Row = dict[str, str]
Marginals = dict[str, Any]

MOST_PRODUCTS = 40
MOST_REACTIONS = 30
MOST_VERSIONS = 30
COMMONEST = 25
TOP_RANKS = (1, 10, 100)
CODED = {
    "DEMO": "rept_cod age_cod age_grp sex e_sub wt_cod to_mfr occp_cod reporter_country",
    "DRUG": "val_vbm dechal rechal route dose_unit dose_form dose_freq",
    "THER": "dur_cod",
}
FILLED = {
    "DEMO": "event_dt auth_num mfr_num lit_ref age wt occr_country",
    "DRUG": "prod_ai lot_num exp_dt nda_num dose_vbm dose_amt cum_dose_chr",
    "REAC": "drug_rec_act",
    "THER": "start_dt end_dt dur",
}
DATED = {"DEMO": "event_dt", "THER": "start_dt end_dt"}


def measure_marginals(folder: Path, products: int = 12_000, reactions: int = 8_000) -> Marginals:
    """Shares, counts per report and Zipf–Mandelbrot fits of the tables in a folder.

    folder : holds files such as DEMO25Q4.txt in the present layout; RPSR may be missing.
    products, reactions : the sizes of vocabulary that the two fits assume.
    Counts above 40 products, 30 reactions and version 30 count as those. Rows that repeat (primaryid, drug_seq) count
    once. Raises UnreadableFile without DEMO, DRUG or REAC.
    """
    tables = {table: read_table(folder, table) for table in TABLES}
    for needed in ("DEMO", "DRUG", "REAC"):
        if not tables[needed]:
            raise UnreadableFile(f"{folder} has no rows of {needed}.", "Name a folder of FAERS ASCII files.")
    tables["DRUG"] = list({(row["primaryid"], row["drug_seq"]): row for row in tables["DRUG"]}.values())
    return {
        "reports": len(tables["DEMO"]),
        "coded": {name: shares_of(column(tables[t], name)) for t, names in CODED.items() for name in names.split()},
        "filled": {name: filled_share(tables[t], name) for t, names in FILLED.items() for name in names.split()},
        "date_places": {name: date_places(tables[t], name) for t, names in DATED.items() for name in names.split()},
        "age_decades": shares_of(age_decades(tables["DEMO"])),
        "weights_kg": weight_quartiles(tables["DEMO"]),
        "versions": capped_shares((int(row["caseversion"]) for row in tables["DEMO"]), MOST_VERSIONS),
        "products": capped_shares(rows_per_report(tables["DRUG"]).values(), MOST_PRODUCTS),
        "reactions": capped_shares(rows_per_report(tables["REAC"]).values(), MOST_REACTIONS),
        "outcome_sets": code_sets(tables, "OUTC", "outc_cod"),
        "source_sets": code_sets(tables, "RPSR", "rpsr_cod"),
        "other_roles": shares_of(role for role in column(tables["DRUG"], "role_cod") if role != "PS"),
        "indications": link_shares(tables["DRUG"], tables["INDI"], "indi_drug_seq"),
        "therapies": link_shares(tables["DRUG"], tables["THER"], "dsg_drug_seq"),
        "repeated_products": repeated_share(tables["DRUG"]),
        "product_terms": frequencies(tables["DRUG"], "drugname", products),
        "reaction_terms": frequencies(tables["REAC"], "pt", reactions),
    }


def read_table(folder: Path, table: str) -> list[Row]:
    """All rows of a table as dictionaries; an absent table has none."""
    found = sorted(path for path in folder.iterdir() if path.name.upper().startswith(table))
    lines = found[0].read_bytes().decode("cp1252", "replace").replace("\r", "").split("\n") if found else [""]
    names = lines[0].lower().rstrip("$").split("$")
    return [
        {name: tidy(value) for name, value in zip(names, line.split("$"), strict=False)} for line in lines[1:] if line
    ]


def tidy(value: str) -> str:
    """A value without the `.0` that spreadsheet programs add to whole numbers."""
    value = value.strip()
    return value[:-2] if value.endswith(".0") and value[:-2].isdigit() else value


def column(rows: Iterable[Row], name: str) -> list[str]:
    """The values of one column."""
    return [row[name] for row in rows]


def shares_of(values: Iterable[str], most: int = COMMONEST) -> dict[str, float]:
    """Shares of the commonest values, ties in alphabetical order."""
    counted = Counter(values)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:most]
    return {value: rounded(count / counted.total()) for value, count in ranked}


def capped_shares(numbers: Iterable[int], most: int) -> list[float]:
    """Shares of 1, 2 … most; larger numbers count as most."""
    counted = Counter(min(number, most) for number in numbers)
    return [rounded(counted[number] / counted.total()) for number in range(1, most + 1)]


def rounded(share: float) -> float:
    """Five places are more than a thousand reports can tell."""
    return round(share, 5)


def filled_share(rows: list[Row], name: str) -> float:
    """The share of rows with a value."""
    return rounded(sum(row[name] != "" for row in rows) / max(len(rows), 1))


def date_places(rows: list[Row], name: str) -> dict[str, float]:
    """Shares of the number of digits among the dates that are given."""
    return shares_of(str(len(row[name])) for row in rows if row[name])


def age_decades(rows: list[Row]) -> list[str]:
    """The decade (0 for 0–9 years) of each age given in years."""
    return [str(min(int(float(row["age"])) // 10, 10)) for row in rows if row["age_cod"] == "YR"]


def weight_quartiles(rows: list[Row]) -> list[float]:
    """First quartile, median, third quartile of weights in kilograms."""
    weights = [float(row["wt"]) for row in rows if row["wt_cod"] == "KG"]
    return [rounded(float(value)) for value in np.percentile(weights or [0.0], [25, 50, 75])]


def rows_per_report(rows: list[Row]) -> Counter[str]:
    """Rows by primaryid."""
    return Counter(column(rows, "primaryid"))


def code_sets(tables: Mapping[str, list[Row]], table: str, name: str) -> dict[str, float]:
    """Shares of reports by their set of codes, joined by `|`; `` is a report without any."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in tables[table]:
        codes[row["primaryid"]].add(row[name])
    return shares_of("|".join(sorted(codes[key])) for key in column(tables["DEMO"], "primaryid"))


def link_shares(products: list[Row], rows: list[Row], name: str) -> dict[str, float]:
    """Of the reports, how many have any such row; of their products, how many."""
    linked = {(row["primaryid"], row[name]) for row in rows}
    reports = {key for key, _ in linked}
    within = [(row["primaryid"], row["drug_seq"]) in linked for row in products if row["primaryid"] in reports]
    return {
        "reports": rounded(len(reports) / len(rows_per_report(products))),
        "products": rounded(sum(within) / max(len(within), 1)),
    }


def repeated_share(products: list[Row]) -> float:
    """Of the products after the first of their report, how many repeat a name of that report."""
    distinct = len({(row["primaryid"], row["drugname"]) for row in products})
    return rounded((len(products) - distinct) / (len(products) - len(rows_per_report(products))))


def frequencies(rows: list[Row], name: str, vocabulary: int) -> dict[str, float]:
    """Shares of the top 1, 10 and 100 terms, and the Zipf–Mandelbrot exponent and shift that fit them best.

    Each term counts once a report.
    """
    counted = Counter(term for _, term in {(row["primaryid"], row[name].upper()) for row in rows})
    ranked = np.sort(np.array(list(counted.values())))[::-1]
    top = {rank: float(ranked[:rank].sum() / ranked.sum()) for rank in TOP_RANKS}
    exponent, shift = fit_zipf_mandelbrot(top, vocabulary)
    shares = {f"top_{rank}": rounded(share) for rank, share in top.items()}
    return {"vocabulary": vocabulary, "exponent": exponent, "shift": shift, **shares}


def fit_zipf_mandelbrot(top: Mapping[int, float], vocabulary: int) -> tuple[float, float]:
    """Exponent and shift with the least squared error in the logarithms of the shares of the top ranks.

    >>> shares = zipf_mandelbrot(1000, 1.1, 4.0)
    >>> fit_zipf_mandelbrot({rank: shares[:rank].sum() for rank in (1, 10, 100)}, 1000)
    (1.1, 4.0)
    """
    ranks = np.minimum(np.array(list(top)), vocabulary) - 1
    asked = np.log(np.array([max(share, 1e-9) for share in top.values()]))
    best = (np.inf, 1.0, 0.0)
    for exponent in np.arange(0.5, 2.0, 0.02):
        for shift in (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0):
            fitted = np.log(np.cumsum(zipf_mandelbrot(vocabulary, exponent, shift))[ranks])
            best = min(best, (float(((fitted - asked) ** 2).sum()), round(float(exponent), 2), shift))
    return best[1], best[2]
