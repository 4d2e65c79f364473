"""`phytovigil screen`: every pair of a source or of a table, beside counts made in plain Python."""

from __future__ import annotations

import csv
import itertools
import json
import random
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from scipy.stats import false_discovery_control

import phytovigil
from phytovigil.study import ScreenPlan, all_pairs

Ask = Callable[..., dict[str, Any]]
Row = tuple[str, str, str]
CLOSED_FORM = ("--measure", "prr", "--measure", "ic")


def draw_pairs(cases: int, seed: int) -> list[Row]:
    """Rows of case, product and reaction, with repeated rows, and cases without a product or without a reaction."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for case in range(cases):
        products = chance.sample(["GINGER", "KAVA", "MAÑA, ROOT", 'A "B"', "ZINC"], chance.randint(0, 3))
        reactions = chance.sample(["NAUSEA", "RASH", "JAUNDICE", "DEATH"], chance.randint(0, 2))
        pairs = itertools.product(products or [""], reactions or [""])
        rows += [(f"c{case}", product, reaction) for product, reaction in pairs for _ in range(chance.randint(1, 2))]
    return rows


def count_plainly(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """a, b, c, d of every pair that a case has, by going through the rows."""
    named, reacted, cases = defaultdict(set), defaultdict(set), set()
    for case, product, reaction in rows:
        cases.add(case)
        if product:
            named[product].add(case)
        if reaction:
            reacted[reaction].add(case)
    found = {}
    for product, reaction in itertools.product(named, reacted):
        both = named[product] & reacted[reaction]
        if both:
            a, b, c = len(both), len(named[product] - both), len(reacted[reaction] - both)
            found[product, reaction] = (a, b, c, len(cases) - a - b - c)
    return found


@pytest.fixture
def pairs(tmp_path: Path) -> tuple[Path, list[Row]]:
    rows = draw_pairs(400, seed=11)
    file = tmp_path / "pairs.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["primaryid", "drugname", "PT"])
        writer.writerows(rows)
    return file, rows


def read_table(file: Path) -> list[dict[str, Any]]:
    return pyarrow.parquet.read_table(file).to_pylist()


def test_a_table_of_ones_own_is_counted_in_distinct_cases(
    ask: Ask, pairs: tuple[Path, list[Row]], tmp_path: Path
) -> None:
    file, rows = pairs
    answer = ask("screen", "--pairs", file, "--out", tmp_path / "all.parquet", *CLOSED_FORM, "--most", "5")
    table = read_table(tmp_path / "all.parquet")
    expected = count_plainly(rows)
    assert {(row["product"], row["reaction"]): tuple(row[cell] for cell in "abcd") for row in table} == expected
    assert (answer["pairs"], answer["listed"], len(answer["rows"])) == (len(expected), len(expected), 5)
    assert answer["signals"] == sum(row["signal"] for row in table)
    assert [row["estimates"]["ic"]["low"] for row in answer["rows"]] == pytest.approx(
        sorted((row["ic_low"] for row in table), reverse=True)[:5]
    )


def test_csv_and_parquet_in_and_out_are_the_same(ask: Ask, pairs: tuple[Path, list[Row]], tmp_path: Path) -> None:
    file, rows = pairs
    columns = dict(zip(("report_id", "ingredient", "event"), map(list, zip(*rows, strict=True)), strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "pairs.parquet")
    ask("screen", "--pairs", file, "--out", tmp_path / "one.csv", *CLOSED_FORM)
    ask("screen", "--pairs", tmp_path / "pairs.parquet", "--out", tmp_path / "other.parquet", *CLOSED_FORM)
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as stream:
        one = [(row["product"], row["reaction"], int(row["a"]), float(row["ic_low"])) for row in csv.DictReader(stream)]
    other = [
        (row["product"], row["reaction"], row["a"], row["ic_low"]) for row in read_table(tmp_path / "other.parquet")
    ]
    assert sorted(one) == sorted(other)


def test_blocks_do_not_change_the_answer(
    ask: Ask, pairs: tuple[Path, list[Row]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = pairs
    question = ("screen", "--pairs", file, *CLOSED_FORM, "--test", "fisher", "--adjust", "bh")
    ask(*question, "--out", tmp_path / "whole.parquet")
    monkeypatch.setattr(all_pairs.AllPairs.blocks, "__defaults__", (3,))
    ask(*question, "--out", tmp_path / "blocks.parquet")
    assert read_table(tmp_path / "whole.parquet") == read_table(tmp_path / "blocks.parquet")


def test_p_values_are_adjusted_for_the_pairs_that_are_written(
    ask: Ask, pairs: tuple[Path, list[Row]], tmp_path: Path
) -> None:
    file, rows = pairs
    out = tmp_path / "all.parquet"
    for method in ("bh", "by"):
        asked = ("--test", "fisher", "--adjust", method, "--min-cases", "25")
        ask("screen", "--pairs", file, *CLOSED_FORM, *asked, "--out", out)
        table = read_table(out)
        assert 0 < len(table) < len(count_plainly(rows))
        assert min(row["a"] for row in table) >= 25
        together = false_discovery_control([row["fisher_p"] for row in table], method=method)
        assert [row["fisher_q"] for row in table] == pytest.approx(list(together))


def test_the_same_question_gives_the_same_bytes(ask: Ask, store: Path, tmp_path: Path) -> None:
    files = [tmp_path / "one.parquet", tmp_path / "other.parquet"]
    for file in files:
        ask("screen", "--source", "caers", "--store", store, *CLOSED_FORM, "--out", file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_pairs_of_the_store_are_those_of_count(ask: Ask, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.parquet"
    chosen = ("--source", "caers", "--store", store, "--role", "any", "--sex", "female", "--stratum", "age")
    ask("screen", *chosen, *CLOSED_FORM, "--out", out)
    table = {(row["product"], row["reaction"]): row for row in read_table(out)}
    for product, reaction in (("kava", "NAUSEA"), ("biotin", "ALOPECIA"), ("niacin", "FLUSHING")):
        one = ask("count", "--product", product, "--reaction", f"term:{reaction}", *chosen, *CLOSED_FORM)
        row = table[product, reaction]
        assert [row[cell] for cell in "abcd"] == [one[cell] for cell in "abcd"]
        assert row["expected"] == pytest.approx(one["expected"])
        assert row["ic_low"] == pytest.approx(one["estimates"]["ic"]["low"])


def test_strata_sum_to_what_each_stratum_expects(ask: Ask, store: Path) -> None:
    """The expected cases of each sex alone add up to the stratified ones, in `count`, in `signals` and in a screen."""
    asked = ("--source", "caers", "--store", store, "--role", "any")
    pair = ("--product", "niacin", "--reaction", "term:FLUSHING")
    by_sex = [ask("count", *pair, *asked, "--sex", sex)["expected"] for sex in ("female", "male", "unknown")]
    stratified = ask("count", *pair, *asked, "--stratum", "sex")
    assert stratified["expected"] == pytest.approx(sum(by_sex))
    assert stratified["expected"] != pytest.approx(ask("count", *pair, *asked)["expected"], rel=1e-3)
    listed = ask("signals", "--product", "niacin", *asked, "--stratum", "sex")["rows"]
    row = next(row for row in listed if row["reaction"] == "FLUSHING")
    assert row["expected"] == pytest.approx(sum(by_sex))
    assert row["estimates"]["ic"] == stratified["estimates"]["ic"]
    group = ask("count", "--product", "niacin", "--reaction", "flushing/narrow", *asked, "--stratum", "sex")
    assert group["expected"] == pytest.approx(
        next(row["expected"] for row in listed if row["reaction"] == "flushing/narrow")
    )


def test_figures_are_drawn_and_described(run: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures"
    done = run("screen", "--source", "caers", "--store", store, *CLOSED_FORM, "--figures", figures)
    assert done.code == 0, done.err
    for name in ("volcano.svg", "heat-map.svg"):
        drawing = ElementTree.parse(figures / name).getroot()
        assert len(drawing.attrib["aria-label"]) > 80
        assert len(list(drawing.iter("{http://www.w3.org/2000/svg}path"))) > 100
        assert f"Written: {figures / name}" in done.out.replace("\n", "")


def test_an_empty_screen_says_so(ask: Ask, store: Path, tmp_path: Path) -> None:
    chosen = ("--source", "caers", "--store", store, "--product-class", "54", "--with", "kava", "--with", "henna")
    answer = ask("screen", *chosen, *CLOSED_FORM, "--out", tmp_path / "none.parquet", "--figures", tmp_path / "figures")
    assert (answer["pairs"], answer["listed"], answer["signals"], answer["rows"]) == (0, 0, 0, [])
    assert answer["figures"] == []
    assert read_table(tmp_path / "none.parquet") == []


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--measure", "rorr"), 3, "ror"),
        (("--test", "fischer"), 3, "fisher"),
        (("--rule", "ic25"), 3, "ic025"),
        (("--stratum", "sexe"), 3, "sex"),
        (("--adjust", "bonferroni"), 2, "bh"),
        (("--level", "95"), 2, "0.95"),
        (("--out", "all.xlsx"), 2, ".parquet"),
        (("--pairs", "nowhere.csv"), 2, "no file"),
        (("--source", "faers-dashboard"), 7, "numerators only"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_one_line(
    refuse: Callable[..., str], store: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    source = () if "--source" in options else ("--source", "caers")
    assert said in refuse(code, "screen", "--store", store, *source, *options)


def test_a_table_without_the_columns_names_those_that_it_has(refuse: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("case,product,when\n1,KAVA,2019\n", encoding="utf-8")
    message = refuse(2, "screen", "--pairs", file)
    assert "no column of the reaction; it has case, product, when" in message
    file.write_text("case,product,reaction\n", encoding="utf-8")
    assert "no row with a case" in refuse(7, "screen", "--pairs", file)


def test_python_gives_what_the_command_gives(ask: Ask, store: Path) -> None:
    plan = ScreenPlan(measures=("prr", "ic"), min_cases=5)
    answer = phytovigil.open(store).screen(source="caers", plan=plan, role="any", strata=["sex"])
    question = ("screen", "--source", "caers", "--store", store, "--role", "any", "--stratum", "sex")
    assert json.loads(json.dumps(answer)) == ask(*question, *CLOSED_FORM, "--min-cases", "5")
