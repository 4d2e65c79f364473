"""Keys join, roles hold, versions and near-copies are what the truth says."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest

LINKED = {"THER": "dsg_drug_seq", "INDI": "indi_drug_seq"}


def test_reports_are_as_many_as_asked(several: Any) -> None:
    counts = {quarter: len(several.rows(quarter, "DEMO")) for quarter in several.quarters}
    assert sum(counts.values()) == 9_001
    assert counts == several.truth.quarters
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize("quarter", ["2004Q1", "2013Q1", "2019Q3"])
def test_keys_join(several: Any, quarter: str) -> None:
    reports = [row["primaryid"] for row in several.rows(quarter, "DEMO")]
    assert len(reports) == len(set(reports))
    drugs = several.rows(quarter, "DRUG")
    products = [(row["primaryid"], row["drug_seq"]) for row in drugs]
    assert len(products) == len(set(products))
    assert {key for key, _ in products} == set(reports)
    assert {row["primaryid"] for row in several.rows(quarter, "REAC")} == set(reports)
    for table in ("OUTC", "RPSR"):
        assert {row["primaryid"] for row in several.rows(quarter, table)} <= set(reports)
    for table, name in LINKED.items():
        name = "drug_seq" if quarter < "2012Q4" else name
        linked = [(row["primaryid"], row[name]) for row in several.rows(quarter, table)]
        assert linked
        assert set(linked) <= set(products)


def test_primaryid_is_case_and_version(several: Any) -> None:
    for quarter in ("2013Q1", "2019Q2"):
        for row in several.rows(quarter, "DEMO"):
            assert row["primaryid"] == row["caseid"] + row["caseversion"]


def test_one_primary_suspect_a_report(several: Any) -> None:
    roles: dict[str, Counter[str]] = defaultdict(Counter)
    for row in several.every("DRUG"):
        roles[row["primaryid"]][row["role_cod"]] += 1
    assert {counted["PS"] for counted in roles.values()} == {1}


def test_no_reaction_twice_in_a_report(several: Any) -> None:
    pairs = Counter((row["primaryid"], row["pt"]) for row in several.every("REAC"))
    assert set(pairs.values()) == {1}


def test_versions_rise_and_pass_ten(several: Any) -> None:
    versions: dict[str, list[int]] = defaultdict(list)
    for quarter in several.quarters[2:]:
        for row in several.rows(quarter, "DEMO"):
            versions[row["caseid"]].append(int(row["caseversion"]))
    assert all(sorted(set(numbers)) == numbers for numbers in versions.values())
    assert any(len(numbers) > 1 for numbers in versions.values())
    assert max(numbers[-1] for numbers in versions.values()) >= 10
    steps = {after - before for ns in versions.values() for before, after in pairwise(ns)}
    assert steps == {1, 2}


def test_deleted_cases_were_sent_before_and_not_after(several: Any) -> None:
    listed = [(case, quarter) for case, quarter in several.truth.deleted]
    assert len(listed) > 50
    assert {str(case) for case, _ in listed} == several.deleted()
    sent: dict[str, list[str]] = defaultdict(list)
    for quarter in several.quarters:
        for row in several.rows(quarter, "DEMO"):
            sent[row["caseid"]].append(quarter)
    assert all(max(sent[str(case)]) < quarter for case, quarter in listed)


def latest_reports(simulated: Any) -> dict[str, str]:
    """The report of each case that is left: latest FDA date, then the larger number."""
    latest: dict[str, tuple[str, int]] = {}
    for row in simulated.every("DEMO"):
        key = (row["fda_dt"], int(row["primaryid"]))
        latest[row["caseid"]] = max(latest.get(row["caseid"], ("", 0)), key)
    deleted = simulated.deleted()
    return {str(number): case for case, (_, number) in latest.items() if case not in deleted}


def count_slowly(simulated: Any, names: set[str], reaction: str, roles: set[str]) -> tuple[int, int, int, int]:
    """The four cells from the files, with sets and loops."""
    latest = latest_reports(simulated)
    product_cases = {
        latest[row["primaryid"]]
        for row in simulated.every("DRUG")
        if row["primaryid"] in latest and row["drugname"] in names and row["role_cod"] in roles
    }
    reaction_cases = {
        latest[row["primaryid"]]
        for row in simulated.every("REAC")
        if row["primaryid"] in latest and row["pt"].upper() == reaction.upper()
    }
    both = len(product_cases & reaction_cases)
    only_product, only_reaction = len(product_cases) - both, len(reaction_cases) - both
    return both, only_product, only_reaction, len(latest) - both - only_product - only_reaction


@pytest.mark.parametrize("pair", range(7))
def test_counts_of_the_truth_are_those_of_the_files(several: Any, pair: int) -> None:
    told = several.truth.pairs[pair]
    every, suspect = {"PS", "SS", "C", "I"}, {"PS", "SS", "I"}
    spellings = set(told.spellings)
    assert told.counts["any_role"] == count_slowly(several, spellings, told.reaction, every)
    assert told.counts["suspect"] == count_slowly(several, spellings, told.reaction, suspect)
    assert told.counts["any_role_exact_name"] == count_slowly(several, {told.product}, told.reaction, every)
    assert told.counts["suspect_exact_name"] == count_slowly(several, {told.product}, told.reaction, suspect)
    assert sum(told.counts["any_role"][:2]) > sum(told.counts["suspect"][:2]) > 0
    assert told.counts["any_role"] != told.counts["any_role_exact_name"]


def test_cases_of_the_truth_are_those_of_the_files(several: Any) -> None:
    assert several.truth.cases == len({row["caseid"] for row in several.every("DEMO")})
    assert several.truth.cases_left == len(latest_reports(several))


def test_truth_is_written_as_it_is_returned(several: Any) -> None:
    written = json.loads((several.folder / "truth" / "truth.json").read_text())
    assert written["simulated"] is True
    assert written["seed"] == 7
    assert [pair["counts"]["suspect"] for pair in written["pairs"]] == [
        list(pair.counts["suspect"]) for pair in several.truth.pairs
    ]
    with (several.folder / "truth" / "duplicates.csv").open() as file:
        rows = [tuple(map(int, row)) for row in list(csv.reader(file))[1:]]
    assert rows == list(several.truth.duplicates)
    assert written["duplicates"] == len(rows)


def test_near_copies_tell_the_same_event(several: Any) -> None:
    pairs = several.truth.duplicates
    assert len(pairs) > 300
    people = {row["caseid"]: row for quarter in several.quarters[3:] for row in several.rows(quarter, "DEMO")}
    seen = [(people[str(a)], people[str(b)]) for a, b in pairs if str(a) in people and str(b) in people]
    assert len(seen) > 50
    reactions: dict[str, set[str]] = defaultdict(set)
    products: dict[str, set[str]] = defaultdict(set)
    for row in several.every("REAC"):
        reactions[row["primaryid"]].add(row["pt"])
    for row in several.every("DRUG"):
        products[row["primaryid"]].add(row["drugname"].split()[-1 if row["drugname"][-1].isdigit() else -2])
    for original, copy in seen:
        assert original["caseid"] != copy["caseid"]
        assert original["mfr_num"] != copy["mfr_num"]
        assert original["mfr_sndr"] != copy["mfr_sndr"]
        assert original["sex"] == copy["sex"]
        assert original["reporter_country"] == copy["reporter_country"]
        assert abs(int(original["age"] or 0) - int(copy["age"] or 0)) <= 1
        assert original["event_dt"][:3] == copy["event_dt"][:3]
        assert products[original["primaryid"]] == products[copy["primaryid"]]
        first, second = reactions[original["primaryid"]], reactions[copy["primaryid"]]
        assert len(first ^ second) <= 4
    changed = [
        (a["age"] != b["age"], a["event_dt"] != b["event_dt"], reactions[a["primaryid"]] != reactions[b["primaryid"]])
        for a, b in seen
    ]
    assert all(any(column) and not all(column) for column in zip(*changed, strict=True))


def test_other_cases_are_not_near_copies(several: Any) -> None:
    told = {frozenset(map(str, pair)) for pair in several.truth.duplicates}
    known: dict[tuple[str, ...], str] = {}
    strangers = 0
    for row in several.rows("2019Q1", "DEMO"):
        key = (row["event_dt"], row["age"], row["wt"], row["reporter_country"], row["sex"])
        if len(row["event_dt"]) == 8 and row["age"] and row["wt"]:
            strangers += key in known and frozenset((known[key], row["caseid"])) not in told
            known[key] = row["caseid"]
    assert len(known) > 20
    assert strangers == 0
