"""What a user would write instead: CAERS with pandas, kratom × jaundice, then all reactions of kratom.

Usage: python pandas_script.py CAERS.zip [count|signals]. Prints a, b, c, d or the number of reactions.
It reads the whole file each time, maps names with a regular expression, and quarantines nothing.
"""

from __future__ import annotations

import sys
import zipfile

import numpy as np
import pandas as pd
from scipy.stats import gamma


def read_reports(archive: str) -> pd.DataFrame:
    """The CAERS table as it is published."""
    with zipfile.ZipFile(archive) as zipped:
        member = next(name for name in zipped.namelist() if name.lower().endswith(".csv"))
        with zipped.open(member) as stream:
            return pd.read_csv(stream, dtype=str, encoding="utf-8", encoding_errors="replace", keep_default_na=False)


def explode_terms(table: pd.DataFrame) -> pd.DataFrame:
    """One row per report and term."""
    terms = table[["RA_Report #", "SYM_One Row Coded Symptoms"]].drop_duplicates("RA_Report #")
    terms = terms.assign(term=terms["SYM_One Row Coded Symptoms"].str.split(",")).explode("term")
    terms["term"] = terms["term"].str.strip()
    return terms[["RA_Report #", "term"]].drop_duplicates()


def count_reactions(table: pd.DataFrame) -> pd.DataFrame:
    """a, b, c, d of every term with kratom, in distinct reports."""
    named = table["PRI_Reported Brand/Product Name"].str.contains(r"\b(?:KRATOM|MITRAGYNA|MITRAGYNINE)\b", case=False)
    exposed = set(table.loc[named, "RA_Report #"])
    terms = explode_terms(table)
    terms["exposed"] = terms["RA_Report #"].isin(exposed)
    counted = terms.groupby("term")["exposed"].agg(["sum", "size"])
    total = table["RA_Report #"].nunique()
    a, with_reaction = counted["sum"].astype(float), counted["size"].astype(float)
    b, c = len(exposed) - a, with_reaction - a
    return pd.DataFrame({"a": a, "b": b, "c": c, "d": total - len(exposed) - c})


def add_measures(counts: pd.DataFrame) -> pd.DataFrame:
    """PRR, ROR and IC with their intervals."""
    a, b, c, d = (counts[name] for name in "abcd")
    with np.errstate(all="ignore"):
        ror, se = (a * d) / (b * c), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        expected = (a + b) * (a + c) / (a + b + c + d)
        return counts.assign(
            prr=(a / (a + b)) / (c / (c + d)),
            ror=ror,
            ror_low=np.exp(np.log(ror) - 1.96 * se),
            ror_high=np.exp(np.log(ror) + 1.96 * se),
            ic=np.log2((a + 0.5) / (expected + 0.5)),
            ic025=np.log2(gamma.ppf(0.025, a + 0.5, scale=1 / (expected + 0.5))),
        )


def main() -> None:
    """Run one of the two questions."""
    counts = count_reactions(read_reports(sys.argv[1]))
    if sys.argv[2:] == ["signals"]:
        print(len(add_measures(counts[counts["a"] >= 3])))
        return
    row = add_measures(counts.loc[["JAUNDICE"]]).iloc[0]
    print(" ".join(str(int(row[name])) for name in "abcd"))


if __name__ == "__main__":
    main()
