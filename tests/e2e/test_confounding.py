"""Strata, subgroups, masking, comparators and indications on real data, beside counts made in plain Python."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import phytovigil
from phytovigil.cases import all_pairs_sql
from phytovigil.errors import UnknownName
from phytovigil.schema.selection import Selection
from phytovigil.store import Store
from phytovigil.study.sourcing import open_source
from phytovigil.vocabulary import load_products, load_reactions

Ask = Callable[..., dict[str, Any]]
Refuse = Callable[..., str]

BANDS = (("0-1", 2), ("2-11", 12), ("12-17", 18), ("18-44", 45), ("45-64", 65), ("65-74", 75), ("75+", 200))
KAVA, VALERIAN, MELATONIN, KRATOM = (
    ("KAVA", "KAVAKAVA"),
    ("VALERIAN",),
    ("MELATONIN",),
    ("KRATOM", "MITRAGYNA", "MITRAGYNINE"),
)


FROZEN = ("--vocabulary", "2026-11")
"""The vocabulary that these words are the names of; a later one knows more names of kava and melatonin."""


def stratum(case: Any, by: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of a case of the oracle."""
    labels = {
        "sex": {"Female": "female", "Male": "male"}.get(case.sex, "unknown"),
        "age": "unknown" if case.age is None else next(label for label, below in BANDS if case.age < below),
        "year": str(case.received.year),
        "serious": "serious" if case.serious else "not serious",
    }
    return tuple(labels[name] for name in by)


def strata_of(caers: Any, by: tuple[str, ...]) -> dict[tuple[str, ...], set[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for number, case in caers.cases.items():
        found.setdefault(stratum(case, by), set()).add(number)
    return found


def examine(ask: Ask, store: Path, question: str, *more: object, product: str = "kratom") -> dict[str, Any]:
    return ask("examine", question, "--product", product, *more, "--source", "caers", "--store", store)


# -------------------------------------------------------------------------------------------------------- strata


@pytest.mark.parametrize("by", [("sex",), ("sex", "age"), ("year", "age", "sex"), ("serious",)])
def test_strata_are_those_of_a_loop_over_the_file(ask: Ask, store: Path, caers: Any, by: tuple[str, ...]) -> None:
    options = [part for name in by for part in ("--by", name)]
    answer = examine(ask, store, "strata", "--reaction", "JAUNDICE", "--role", "any", *options)
    wanted = {
        labels: caers.count(KRATOM, ["JAUNDICE"], population=cases) for labels, cases in strata_of(caers, by).items()
    }
    found = {
        tuple(row["stratum"][name] for name in by): tuple(row[cell] for cell in "abcd") for row in answer["strata"]
    }
    assert found == wanted
    expected = sum((a + b) * (a + c) / (a + b + c + d) for a, b, c, d in wanted.values())
    assert answer["adjusted"]["expected"] == pytest.approx(expected, rel=1e-10)
    top = sum(a * d / (a + b + c + d) for a, b, c, d in wanted.values())
    bottom = sum(b * c / (a + b + c + d) for a, b, c, d in wanted.values())
    assert answer["adjusted"]["ror"]["point"] == pytest.approx(top / bottom, rel=1e-10)
    assert [answer[cell] for cell in "abcd"] == [4, 30, 463, 64020]
    assert answer["strata_counted"] == len(wanted)
    silent = sum(item["strata"] for item in answer["uninformative"])
    assert answer["strata_informative"] + silent == len(wanted)
    assert answer["unknown"] == {
        name: sum(sum(cells) for labels, cells in wanted.items() if labels[place] == "unknown")
        for place, name in enumerate(by)
    }


def test_a_confounded_pair_is_called_so(ask: Ask, store: Path) -> None:
    """Kratom and jaundice both are reported in men of 18 to 44 years."""
    answer = examine(ask, store, "strata", "--reaction", "jaundice", "--role", "any", "--by", "sex", "--by", "age")
    assert answer["verdict"] == "may-be-explained"
    assert answer["crude"]["ic"]["low"] > 0 > answer["adjusted"]["ic"]["low"]
    assert not answer["homogeneity"]["reliable"]
    said = " ".join(answer["why"])
    assert "may explain the disproportion" in said
    assert "cannot be relied on" in said
    assert "unknown are sex in 4,047 and age in 32,311" in said


def test_one_stratum_changes_nothing(ask: Ask, store: Path) -> None:
    answer = examine(
        ask, store, "strata", "--reaction", "liver-injury", "--by", "sex", "--sex", "female", product="green-tea"
    )
    assert answer["crude"]["expected"] == answer["adjusted"]["expected"]
    assert answer["crude"]["ic"] == answer["adjusted"]["ic"]
    assert answer["change"] == pytest.approx(0, abs=1e-10)
    assert answer["verdict"] == "not-explained"
    assert answer["homogeneity"]["p_value"] is None


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--by", "country"), 7, "No case of this population tells the country"),
        (("--by", "sexx"), 3, "“sexx”"),
        (("--by", "sex", "--years", "1950"), 7, "No case is left in this population"),
    ],
)
def test_what_cannot_be_divided_is_refused(
    refuse: Refuse, store: Path, more: tuple[str, ...], code: int, said: str
) -> None:
    for question in ("strata", "subgroups"):
        asked = ("examine", question, "--product", "kava", "--reaction", "jaundice", *more)
        assert said in refuse(code, *asked, "--source", "caers", "--store", store)


def test_a_source_of_numerators_has_no_strata(refuse: Refuse, store: Path) -> None:
    asked = ("examine", "strata", "--product", "kratom", "--reaction", "jaundice", "--by", "sex")
    assert "numerators only" in refuse(7, *asked, "--source", "faers-dashboard", "--store", store)


# ----------------------------------------------------------------------------------------------------- subgroups


def test_each_subgroup_is_what_count_says_of_it(ask: Ask, store: Path) -> None:
    answer = examine(
        ask, store, "subgroups", "--reaction", "liver-injury", "--role", "any", "--by", "sex", "--by", "age",
        product="green-tea",
    )  # fmt: skip
    for variable in answer["variables"]:
        for row in variable["subgroups"]:
            asked = ("--product", "green-tea", "--reaction", "liver-injury", "--role", "any", "--source", "caers")
            single = ask("count", *asked, f"--{variable['by']}", row["subgroup"], "--store", store)
            assert [row[cell] for cell in "abcdn"] == [single[cell] for cell in "abcdn"]
            assert row["shown"] == (row["a"] >= 3 or (row["expected"] >= 3))
            for name, estimate in row["estimates"].items():
                assert estimate == pytest.approx(single["estimates"][name], rel=1e-9)
    shown = [row for variable in answer["variables"] for row in variable["subgroups"] if row["shown"]]
    assert answer["compared"] == len(shown)
    for row in shown:
        assert row["p_adjusted"] == pytest.approx(min(1, len(shown) * row["p_value"]), rel=1e-9)
    sex = answer["variables"][0]["interaction"]
    assert sex["between"] == ["female", "male"]
    assert sex["verdict"] == "differ"
    assert sex["ratio"]["low"] > 1
    assert "unknown" not in answer["variables"][1]["interaction"]["between"]


def test_subgroups_with_too_few_are_listed_and_withheld(ask: Ask, store: Path) -> None:
    answer = examine(ask, store, "subgroups", "--reaction", "jaundice", "--role", "any", "--by", "sex")
    rows = answer["variables"][0]["subgroups"]
    assert [row["subgroup"] for row in rows] == ["female", "male", "unknown"]
    assert sum(row["a"] for row in rows) == answer["a"]
    assert all(row["estimates"] == {} and row["signal"] is None and row["why_not"] for row in rows)
    assert answer["variables"][0]["interaction"]["verdict"] == "not-tested"


# ------------------------------------------------------------------------------------------------------- masking


def test_a_masker_leaves_what_counting_without_it_leaves(ask: Ask, store: Path) -> None:
    """Its cases without the product, counted by another command, are what is taken off c and d."""
    answer = examine(ask, store, "masking", "--reaction", "jaundice", "--role", "any", "--most", "3")
    before = answer["before"]
    assert len(answer["maskers"]) == 3
    for row in answer["maskers"]:
        asked = ("--product", row["id"], "--reaction", "jaundice", "--role", "any", "--without", "kratom")
        alone = ask("count", *asked, "--source", "caers", "--store", store)
        assert (before["c"] - row["without"]["c"], before["d"] - row["without"]["d"]) == (alone["a"], alone["b"])
        assert row["removed"] == alone["a"] + alone["b"]
        ratio = row["without"]["estimates"]["prr"]["point"] / before["estimates"]["prr"]["point"]
        assert row["ratio"] == pytest.approx(ratio, rel=1e-9)
    ratios = [row["ratio"] for row in answer["maskers"]]
    assert ratios == sorted(ratios, reverse=True)
    assert {"kratom", "kratom-leaf"}.isdisjoint(row["id"] for row in answer["maskers"])


def test_strong_maskers_are_left_out_together(ask: Ask, store: Path) -> None:
    asked = ("--reaction", "jaundice", "--role", "any", "--reported", "--most", "5", "--least-ratio", "1.02")
    answer = examine(ask, store, "masking", *asked)
    strong = [row for row in answer["maskers"] if row["ratio"] >= 1.02]
    together = answer["together"]
    assert together["products"] == [row["id"] for row in strong]
    assert len(strong) > 1
    assert max(row["removed"] for row in strong) < together["removed"] <= sum(row["removed"] for row in strong)
    before, after = answer["before"], together["without"]
    assert (before["a"], before["b"]) == (after["a"], after["b"])
    assert before["n"] - after["n"] == together["removed"]
    assert answer["verdict"] == "signal-anyway"


def test_a_hidden_pair_comes_to_light(ask: Ask, run: Callable[..., Any], tmp_path: Path) -> None:
    """Kava has a tenth of its cases with jaundice, everybody else none, but for one product that floods it."""
    heading = (
        "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,PRI_Reported Brand/Product Name,"
        "PRI_FDA Industry Code,PRI_FDA Industry Name,CI_Age at Adverse Event,CI_Age Unit,CI_Gender,"
        "AEC_One Row Outcomes,SYM_One Row Coded Symptoms"
    )
    groups = [("KAVA ROOT", 10, 90), ("SLIMMING TEA", 900, 100), ("FISH FINGERS", 5, 4_995)]
    rows = [heading]
    for name, ill, well in groups:
        for place in range(ill + well):
            term = "JAUNDICE" if place < ill else "NAUSEA"
            rows.append(f"{len(rows)},1/2/2015,,Suspect,{name},54,Vit,40,Year(s),Female,,{term}")
    (tmp_path / "made.csv").write_text("\n".join(rows) + "\n")
    ask("ingest", tmp_path / "made.csv", "--store", tmp_path / "store")
    question = ("examine", "masking", "--product", "kava", "--reaction", "jaundice", "--reported")
    answer = ask(*question, "--store", tmp_path / "store")
    assert answer["verdict"] == "masked"
    assert answer["before"]["signal"] is False
    assert answer["together"]["products"] == ["reported:SLIMMING TEA"]
    assert [answer["together"]["without"][cell] for cell in "abcd"] == [10, 90, 5, 4_995]
    assert answer["maskers"][0]["share"] == pytest.approx(900 / 915)
    assert "they hide the pair" in run(*question, "--store", tmp_path / "store").out


def test_a_reaction_of_one_masker_alone_has_no_finite_ratio(
    ask: Ask, run: Callable[..., Any], write_caers: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [{"case": str(n), "product": "FISH OIL", "terms": "JAUNDICE"} for n in range(3)]
    rows += [{"case": str(n), "product": "KAVA ROOT", "terms": "JAUNDICE"} for n in range(3, 5)]
    rows += [{"case": str(n), "product": "SUGAR", "terms": "NAUSEA"} for n in range(5, 9)]
    ask("ingest", write_caers("few.csv", *rows), "--store", tmp_path / "store")
    question = ("examine", "masking", "--product", "kava", "--reaction", "jaundice", "--reported")
    answer = ask(*question, "--store", tmp_path / "store")
    assert answer["maskers"][0]["ratio"] is None
    assert [answer["together"]["without"][cell] for cell in "abcd"] == [2, 0, 0, 4]
    assert "∞" in run(*question, "--store", tmp_path / "store").out


def test_no_case_and_no_masker_are_said(ask: Ask, store: Path) -> None:
    answer = examine(ask, store, "masking", "--reaction", "PHOTODERMATOSIS", product="kava")
    assert answer["verdict"] == "nothing-to-mask"
    assert answer["before"]["a"] == 0


# ----------------------------------------------------------------------------------- active comparators, reasons


def test_comparators_are_the_population(ask: Ask, store: Path, caers: Any) -> None:
    """A case that names both is one of the product; --without the comparator leaves it and the comparator out."""
    for role in ("suspect", "any"):
        both = caers.with_product(VALERIAN, role) | caers.with_product(MELATONIN, role)
        asked = ("count", "--product", "valerian", "--reaction", "NAUSEA", "--role", role, "--among", "melatonin")
        asked += (*FROZEN, "--source", "caers")
        answer = ask(*asked, "--store", store)
        assert tuple(answer[cell] for cell in "abcd") == caers.count(VALERIAN, ["NAUSEA"], role, both)
        assert answer["selection"]["among"] == ["valerian", "melatonin"]
    alone = caers.with_product(VALERIAN, "any") - caers.with_product(MELATONIN, "any")
    assert len(alone) < len(caers.with_product(VALERIAN, "any")), "or the next line would test nothing"
    left = ask(*asked, "--without", "melatonin", "--store", store)
    assert (left["a"] + left["b"], left["c"] + left["d"]) == (len(alone), 0)


def test_comparators_stay_the_population_of_every_look(ask: Ask, store: Path, caers: Any) -> None:
    both = caers.with_product(VALERIAN, "any") | caers.with_product(MELATONIN, "any")
    more = ("--reaction", "NAUSEA", "--role", "any", "--among", "melatonin", *FROZEN)
    answer = examine(ask, store, "strata", *more, "--by", "sex", product="valerian")
    wanted = {
        labels[0]: caers.count(VALERIAN, ["NAUSEA"], population=cases & both)
        for labels, cases in strata_of(caers, ("sex",)).items()
        if cases & both
    }
    assert {row["stratum"]["sex"]: tuple(row[cell] for cell in "abcd") for row in answer["strata"]} == wanted
    assert answer["n"] == len(both)
    assert examine(ask, store, "masking", *more, product="valerian")["before"]["n"] == len(both)


def test_comparators_under_the_newest_vocabulary(ask: Ask, store: Path, caers: Any) -> None:
    """Kratom and valerian have the same names in every version."""
    both = caers.with_product(VALERIAN, "any") | caers.with_product(KRATOM, "any")
    asked = ("count", "--product", "kratom", "--reaction", "NAUSEA", "--role", "any", "--among", "valerian")
    answer = ask(*asked, "--source", "caers", "--store", store)
    assert tuple(answer[cell] for cell in "abcd") == caers.count(KRATOM, ["NAUSEA"], "any", both)


STUDY = """
[study]
name = "comparators"
title = "Comparators"
question = "Is kava linked to nausea?"
product = "kava"
outcomes = ["NAUSEA"]
comparators = ["melatonin"]
sources = ["caers"]
vocabulary = "2026-11"

[selection]
among = ["valerian", "reported:MAGNESIUM"]

[[sensitivity]]
label = "any role"
role = "any"

[[sensitivity]]
label = "women"
sex = ["female"]

[[sensitivity]]
label = "everything else"
among = []
"""


def test_a_snapshot_answers_for_comparators_as_the_store_does(
    ask: Ask, store: Path, tmp_path: Path, caers: Any
) -> None:
    file = tmp_path / "comparators.toml"
    file.write_text(STUDY)
    ask("snapshot", file, "--out", tmp_path / "snapshot", "--store", store)
    from_store = ask("study", file, "--store", store, "--out", tmp_path / "one")["sources"][0]["pairs"]
    from_snapshot = ask("study", file, "--snapshot", tmp_path / "snapshot", "--out", tmp_path / "two")
    assert from_snapshot["sources"][0]["pairs"] == from_store
    labelled = {pair["label"]: pair for pair in from_store}
    assert labelled["main analysis"]["selection"]["among"] == ["kava", "valerian", "reported:MAGNESIUM"]
    assert labelled["comparator"]["selection"]["among"] == ["melatonin", "kava", "valerian", "reported:MAGNESIUM"]
    assert labelled["everything else"]["n"] == len(caers.cases)
    for label, role in (("main analysis", "suspect"), ("any role", "any")):
        assert caers.with_product((*KAVA, *VALERIAN), role) <= set(caers.cases)
        exact = {number for number, case in caers.cases.items() if "| MAGNESIUM |" in case.names[role]}
        population = caers.with_product((*KAVA, *VALERIAN), role) | exact
        assert labelled[label]["n"] == len(population)
        assert tuple(labelled[label][cell] for cell in "abcd") == caers.count(KAVA, ["NAUSEA"], role, population)


def test_an_unknown_comparator_in_a_study_says_where_it_stands(refuse: Refuse, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    for name in ("valeriann", "reported:MAGNESIUMM 77"):
        file.write_text(STUDY.replace('"valerian"', f'"{name}"'))
        assert "among" in refuse(5, "study", file, "--store", store, "--out", tmp_path / "out")


@pytest.mark.parametrize(
    ("field", "name", "near"),
    [
        ("among", "valeriann", "“valerian”"),
        ("with_products", "Piper methysticum", "“kava”"),
        ("without_products", "kvaa", "“kava”"),
        ("among", "reported:MAGNESIUMM", "“reported:MAGNESIUM”"),
        ("without_products", "reported:MAGNESIUM", ""),
    ],
)
def test_an_unknown_product_of_a_selection_is_an_error_with_suggestions(
    store: Path, field: str, name: str, near: str
) -> None:
    pv = phytovigil.open(store)
    for question in (
        lambda: pv.count("kava", "NAUSEA", source="caers", selection=Selection(**{field: (name,)})),
        lambda: pv.examine.masking("kava", "NAUSEA", source="caers", selection=Selection(**{field: (name,)})),
    ):
        with pytest.raises(UnknownName) as caught:
            question()
        assert near in str(caught.value)


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One simulated quarter, in which no case has two versions."""
    folder = tmp_path_factory.mktemp("faers") / "made"
    phytovigil.Workspace("no-store").simulate(folder, reports=600, quarters="2018Q4", seed=11)
    for readme in folder.rglob("*README*"):
        readme.unlink()
    return next(item for item in folder.iterdir() if item.name != "truth")


def rows_of(folder: Path, table: str) -> Iterator[dict[str, str]]:
    """Rows of a file, split at the dollars."""
    lines = next(folder.rglob(f"{table}18Q4.txt")).read_text(encoding="utf-8").splitlines()
    names = lines[0].split("$")
    return (dict(zip(names, line.split("$"), strict=False)) for line in lines[1:])


def test_indications_and_reported_comparators_are_those_of_the_files(ask: Ask, quarter: Path, tmp_path: Path) -> None:
    ask("ingest", quarter, "--store", tmp_path / "store")
    reports = {row["primaryid"] for row in rows_of(quarter, "DEMO")}
    used: dict[str, set[str]] = {}
    for row in rows_of(quarter, "INDI"):
        used.setdefault(row["indi_pt"].upper(), set()).add(row["primaryid"])
    named: dict[str, set[str]] = {}
    for row in rows_of(quarter, "DRUG"):
        if row["role_cod"] in ("PS", "SS", "I"):
            for name in {row["drugname"], row["prod_ai"]} - {""}:
                named.setdefault(name, set()).add(row["primaryid"])
    reacted: dict[str, set[str]] = {}
    for row in rows_of(quarter, "REAC"):
        reacted.setdefault(row["pt"].upper(), set()).add(row["primaryid"])
    reason = Counter({text: len(cases) for text, cases in used.items()}).most_common(1)[0][0]
    product, comparator = (name for name, _ in Counter({n: len(c) for n, c in named.items()}).most_common(2))
    term = Counter({text: len(cases & named[product]) for text, cases in reacted.items()}).most_common(1)[0][0]
    asked = ("count", "--product", f"reported:{product}", "--reaction", f"term:{term}", "--store", tmp_path / "store")
    restricted = {"indication": (used[reason], ("--indication", reason.lower()))}
    compared = {"among": (named[product] | named[comparator], ("--among", f"reported:{comparator}"))}
    for population, options in (restricted | compared).values():
        answer = ask(*asked, *options)
        cases = population & reports
        with_product, with_term = named[product] & cases, reacted[term] & cases
        both = with_product & with_term
        wanted = (len(both), len(with_product - both), len(with_term - both), len(cases - with_product - with_term))
        assert tuple(answer[cell] for cell in "abcd") == wanted
        assert 0 < len(cases) < len(reports)


# ------------------------------------------------------------------------------------- expected cases of all pairs


@pytest.mark.parametrize("by", [("sex",), ("sex", "age", "year")])
def test_expected_cases_of_all_pairs_of_caers(store: Path, caers: Any, by: tuple[str, ...]) -> None:
    """Of some pairs, beside the sum over strata of the raw file's cases."""
    with closing(open_source(Store(store), "caers", None, load_products(), load_reactions())) as opened:
        sql = all_pairs_sql(Selection(role="any"), opened.nodes, 3, strata=by)
        found = opened.session.engine.query(sql)
        rows = {key[:2]: key[2:] for key in zip(*found.values(), strict=True)}
        strata, checked = strata_of(caers, by), 0
        for product, words in (("kava", KAVA), ("valerian", VALERIAN), ("kratom", KRATOM)):
            for term in ("NAUSEA", "VOMITING", "HEADACHE"):
                tables = [caers.count(words, [term], population=cases) for cases in strata.values()]
                expected = sum((a + b) * (a + c) / (a + b + c + d) for a, b, c, d in tables)
                whole = caers.count(words, [term])
                row = rows.get((opened.nodes[product], opened.terms[term]))
                assert (row is None) == (whole[0] < 3)
                if row:
                    assert row[:4] == whole
                    assert row[4] == pytest.approx(expected, rel=1e-10)
                    checked += 1
        assert checked > 4


# ---------------------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    "question",
    [
        ("strata", "--product", "kratom", "--reaction", "jaundice", "--role", "any", "--by", "sex", "--by", "age"),
        ("strata", "--product", "green-tea", "--reaction", "NAUSEA", "--by", "year", "--by", "age", "--by", "sex"),
        ("subgroups", "--product", "green-tea", "--reaction", "liver-injury", "--by", "sex", "--by", "serious"),
        ("masking", "--product", "green-tea", "--reaction", "NAUSEA", "--reported"),
    ],
    ids=lambda words: " ".join(words[:5]),
)
def test_text_says_what_json_says(run: Callable[..., Any], store: Path, question: tuple[str, ...]) -> None:
    asked = ("examine", *question, "--source", "caers", "--store", store)
    answer, text = json.loads(run(*asked, "--json").out), run(*asked).out
    for sentence in answer["why"]:
        assert sentence in text
    assert answer["selection"]["text"] in text
    assert "nan" not in text.lower().split()
    assert "None " not in text.replace("None of them", "")
