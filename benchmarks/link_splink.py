"""Splink on the same simulated reports: precision, recall, seconds and memory of a peer.

Usage: python benchmarks/link_splink.py FOLDER
FOLDER is what `benchmarks/link_reports.py --keep FOLDER` left: the simulated files and their truth. Splink is no
dependency of this project: `pip install splink` (measured with 5.0.0).

Splink is given lists of products, reactions and indications with their rarity, and levels by the summed rarity of what
is shared: its term-frequency adjustment is for single values.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from link_reports import QUARTERS, judge, true_pairs

LISTS = (
    ("drugs", "DRUG", "coalesce(prod_ai, drugname)"),
    ("reactions", "REAC", "pt"),
    ("indications", "INDI", "indi_pt"),
)
TABLES = ("DEMO", "DRUG", "REAC", "INDI")
KILOBYTES = 1024


def read_records(folder: Path) -> Any:
    """A connection with one row per case in `record`: lists of items with their rarity, and the patient."""
    import duckdb

    engine = duckdb.connect()
    for table in TABLES:
        files = str(folder / "world" / "*" / "ascii" / f"{table}*.txt")
        read = f"read_csv('{files}', delim='$', all_varchar=true, quote='', header=true)"
        engine.execute(f"CREATE VIEW {table} AS SELECT * FROM {read}")
    deleted = str(folder / "world" / "truth" / "deleted.csv")
    engine.execute(f"CREATE VIEW gone AS SELECT simulated_caseid::VARCHAR AS caseid FROM read_csv('{deleted}')")
    for name, table, word in LISTS:
        engine.execute(f"CREATE TABLE item_{name} AS SELECT DISTINCT caseid, {word} AS item FROM {table}")
        engine.execute(
            f"""CREATE TABLE rare_{name} AS
            SELECT item, -log2(count(*) / (SELECT count(*) FROM DEMO)) AS bits
            FROM item_{name} GROUP BY item"""
        )
        engine.execute(
            f"""CREATE TABLE list_{name} AS SELECT caseid, list(item ORDER BY item) AS {name},
            list(bits ORDER BY item) AS {name}_bits, arg_max(item, bits) AS rarest_{name}
            FROM item_{name} JOIN rare_{name} USING (item) GROUP BY caseid"""
        )
    engine.execute(
        """CREATE TABLE record AS SELECT caseid::BIGINT AS unique_id, drugs, drugs_bits, rarest_drugs, reactions,
            reactions_bits, rarest_reactions, coalesce(indications, []) AS indications,
            coalesce(indications_bits, []) AS indications_bits, event_dt, left(event_dt, 6) AS event_month,
            CASE age_cod WHEN 'YR' THEN age::INT WHEN 'DEC' THEN age::INT * 10 END AS age, sex,
            CASE wt_cod WHEN 'LBS' THEN wt::DOUBLE * 0.45359237 ELSE wt::DOUBLE END AS weight,
            coalesce(occr_country, reporter_country) AS country, occp_cod AS reporter, mfr_sndr AS sender, lit_ref
        FROM DEMO JOIN list_drugs USING (caseid) JOIN list_reactions USING (caseid)
            LEFT JOIN list_indications USING (caseid)
        WHERE caseid NOT IN (SELECT caseid FROM gone)"""
    )
    engine.execute(SHARED_BITS)
    return engine


SHARED_BITS = """CREATE MACRO shared_bits(items, bits, others) AS
coalesce(list_sum([pair[2] FOR pair IN list_zip(items, bits) IF list_contains(others, pair[1])]), 0)"""
"""A macro, since Splink takes the variable of a list comprehension for a column of the records."""


def list_comparison(name: str, bars: tuple[int, ...]) -> dict[str, Any]:
    """A comparison of two lists with levels by summed rarity, and by whether they are equal."""
    bits = f"shared_bits({name}_l, {name}_bits_l, {name}_r)"
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"len({name}_l) = 0 OR len({name}_r) = 0", "label_for_charts": "none", "is_null_level": True}
    ]
    for bar in bars:
        same = f"{name}_l = {name}_r AND {bits} >= {bar}"
        levels.append({"sql_condition": same, "label_for_charts": f"equal, {bar} bits"})
        levels.append({"sql_condition": f"{bits} >= {bar}", "label_for_charts": f"shared {bar} bits"})
    levels.append({"sql_condition": "ELSE", "label_for_charts": "other"})
    return {"output_column_name": name, "comparison_levels": levels}


def settings() -> Any:
    """All comparisons and blocking rules."""
    import splink.comparison_level_library as level
    import splink.comparison_library as comparison
    from splink import SettingsCreator, block_on

    date = comparison.CustomComparison(
        output_column_name="event_dt",
        comparison_levels=[
            level.NullLevel("event_dt"),
            level.ExactMatchLevel("event_dt", term_frequency_adjustments=True),
            level.CustomLevel("event_month_l = event_month_r", "same month"),
            level.CustomLevel("left(event_dt_l, 4) = left(event_dt_r, 4)", "same year"),
            level.ElseLevel(),
        ],
    )
    age = comparison.CustomComparison(
        output_column_name="age",
        comparison_levels=[
            level.NullLevel("age"),
            level.ExactMatchLevel("age", term_frequency_adjustments=True),
            level.CustomLevel("abs(age_l - age_r) <= 2", "within two years"),
            level.CustomLevel("age_l // 10 = age_r // 10", "same decade"),
            level.ElseLevel(),
        ],
    )
    weight = comparison.CustomComparison(
        output_column_name="weight",
        comparison_levels=[
            level.NullLevel("weight"), level.CustomLevel("abs(weight_l - weight_r) < 0.6", "same"), level.ElseLevel()
        ],
    )  # fmt: skip
    exact = [
        comparison.ExactMatch(name).configure(term_frequency_adjustments=True)
        for name in ("sex", "country", "reporter", "sender", "lit_ref")
    ]
    lists = [
        list_comparison("drugs", (40, 25, 16, 10, 5)),
        list_comparison("reactions", (40, 25, 16, 10, 5)),
        list_comparison("indications", (25, 12, 6)),
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[*lists, date, age, weight, *exact],
        blocking_rules_to_generate_predictions=[
            block_on("rarest_drugs", "rarest_reactions"),
            block_on("drugs", "country"),
            block_on("reactions", "rarest_drugs"),
            block_on("event_dt", "rarest_drugs"),
            block_on("event_dt", "rarest_reactions"),
            block_on("lit_ref"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


def link(engine: Any) -> Any:
    """Pairs with their probability: random pairs give u, expectation and maximisation over three blockings gives m."""
    from splink import DuckDBAPI, Linker, block_on

    api = DuckDBAPI(engine)
    linker = Linker(api.register("record"), settings())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("drugs", "reactions", "event_dt"), block_on("drugs", "reactions", "age", "sex")], recall=0.5
    )
    training.estimate_u_using_random_sampling(max_pairs=2e7, seed=1)
    for rule in (
        block_on("rarest_drugs", "rarest_reactions"),
        block_on("event_dt", "country"),
        block_on("age", "rarest_drugs", "sex"),
    ):
        training.estimate_parameters_using_expectation_maximisation(rule)
    return linker.inference.predict(threshold_match_probability=0.01).as_duckdbpyrelation()


def main() -> None:
    folder = Path(sys.argv[1])
    start = time.perf_counter()
    engine = read_records(folder)
    records = engine.execute("SELECT count(*) FROM record").fetchall()[0][0]
    reading = time.perf_counter() - start
    start = time.perf_counter()
    found = link(engine).project("unique_id_l, unique_id_r, match_probability").fetchnumpy()
    seconds = time.perf_counter() - start
    left, right = (np.asarray(found[name]) for name in ("unique_id_l", "unique_id_r"))
    true = true_pairs(folder / "world")
    pairs = zip(np.minimum(left, right).tolist(), np.maximum(left, right).tolist(), strict=True)
    told = judge(np.asarray(found["match_probability"]), np.array([pair in true for pair in pairs]), len(true))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES
    print(f"{records:,} records of {len(QUARTERS)} quarters, read in {reading:.1f} s")
    print(f"search {seconds:.1f} s, peak {memory:,.0f} MB, {len(left):,} pairs above 0.01")
    print(json.dumps({name: told[name] for name in ("precision", "recall", "recall_at_precision")}))
    for row in told["bands"]:
        print(f"| {row['low']:g} to {row['high']:g} | {row['pairs']:,} | {row['right']:,} |")


if __name__ == "__main__":
    main()
