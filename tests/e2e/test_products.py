"""Commands on product names: every name and every row is accounted for, and decisions come back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.vocabulary import load_products

Ask = Callable[..., dict[str, Any]]
ROWS = [
    {"case": "1", "product": "KRATOM", "terms": "JAUNDICE"},
    {"case": "2", "product": "KRATOM", "terms": "NAUSEA"},
    {"case": "2", "product": "HERBAL MYSTERY DRINK", "terms": "NAUSEA"},
    {"case": "3", "product": "HERBAL MYSTERY DRINK", "terms": "NAUSEA"},
    {"case": "4", "product": "KETUM", "terms": "RASH"},
    {"case": "5", "product": "VALERAIN ROOT", "terms": "NAUSEA"},
    {"case": "6", "product": "VALERAIN ROOT", "terms": "NAUSEA"},
    {"case": "7", "product": "ZORBADINE 10 MG", "terms": "NAUSEA"},
    {"case": "8", "product": "CENTRUM SILVER", "terms": "NAUSEA"},
]


@pytest.fixture
def small(ask: Ask, write_caers: Callable[..., Path], tmp_path: Path) -> Path:
    """A store of nine reports' rows."""
    folder = tmp_path / "small"
    ask("ingest", write_caers("caers.csv", *ROWS), "--store", folder)
    return folder


def listed(answer: dict[str, Any], status: str) -> list[tuple[str, int, int]]:
    return [(item["name"], item["cases"], item["product_rows"]) for item in answer["names"][status]]


def count(ask: Ask, store: Path, product: str, *options: object) -> int:
    """Cases of a product, with nausea or without."""
    answer = ask("count", "--product", product, "--reaction", "NAUSEA", "--role", "any", "--store", store, *options)
    return int(answer["a"]) + int(answer["b"])


def test_unmapped_names_by_what_is_known_of_them(ask: Ask, small: Path, tmp_path: Path) -> None:
    answer = ask("products", "unmapped", "--store", small, "--out", tmp_path / "all.csv")
    assert listed(answer, "unknown") == [("HERBAL MYSTERY DRINK", 2, 2), ("ZORBADINE 10 MG", 1, 1)]
    assert ("VALERAIN ROOT", 2, 2) in listed(answer, "likely")
    totals = {item["status"]: (item["names"], item["product_rows"]) for item in answer["totals"]}
    assert [sum(pair) for pair in zip(*totals.values(), strict=True)] == [6, 9]
    assert totals["certain"][0] + sum(len(names) for names in answer["names"].values()) == 6
    assert answer["cases"]["cases"] == 8
    with (tmp_path / "all.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["status"] for row in rows) == {
        status: names for status, (names, _) in totals.items() if names and status != "certain"
    }
    shorter = ask("products", "unmapped", "--store", small, "--most", "1")
    assert listed(shorter, "unknown") == listed(answer, "unknown")[:1]
    assert shorter["totals"] == answer["totals"]


def test_review_edit_decide_count(ask: Ask, small: Path, tmp_path: Path) -> None:
    file, own = tmp_path / "names.csv", tmp_path / "clinic"
    answer = ask("products", "review", "--store", small, "--out", file)
    assert {("VALERAIN ROOT", "valerian")} <= {(item["name"], item["candidate"]) for item in answer["names"]}
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == [item["name"] for item in answer["names"]]
    assert {(row["decision"], row["by"], row["date"], row["note"]) for row in rows} == {("", "", "", "")}
    rows.append({**rows[0], "name": "HERBAL MYSTERY DRINK", "decision": "kratom-leaf + valerian"})
    for row in rows:
        row["decision"] = row["decision"] or {"VALERAIN ROOT": "valerian", "KETUM": "none"}.get(row["name"], "")
        row["by"], row["date"] = "A. Reader", "2026-11-22"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    done = ask("products", "decide", own, file)
    assert done["made"]
    assert (done["added"], done["replaced"], done["unchanged"]) == (done["decided"], 0, 0)
    assert done["decided"] + done["undecided"] == len(rows)
    held = (own / "names.csv").read_bytes()
    again = ask("products", "decide", own, file)
    assert (again["added"], again["unchanged"]) == (0, done["decided"])
    assert (own / "names.csv").read_bytes() == held

    assert count(ask, small, "valerian") == 0
    assert count(ask, small, "valerian", "--vocabulary", own) == 4
    assert count(ask, small, "kratom", "--vocabulary", own) == 3
    assert count(ask, small, "kratom") == 2
    assert "VALERAIN ROOT" not in {
        item["name"] for item in ask("products", "review", "--store", small, "--vocabulary", own)["names"]
    }
    told = ask("products", "explain", "valerain root", "--vocabulary", own)
    assert [(match["rule"], match["node"]) for match in told["matches"]] == [("decided", "valerian")]


def test_dictionary_maps_what_was_unknown(
    ask: Ask, small: Path, tmp_path: Path, synthetic_dictionaries: ModuleType
) -> None:
    names = [synthetic_dictionaries.conso("1", "IN", "zorbadine")]
    rxnorm = synthetic_dictionaries.write_rxnorm(tmp_path / "rx", names, [synthetic_dictionaries.rel("1", "x", "2")])
    own = tmp_path / "clinic"
    made = ask("products", "dictionary", own, "--rxnorm", rxnorm)
    assert (made["names_kept"], made["nodes_new"], made["made"]) == (1, 1, True)
    assert count(ask, small, "zorbadine", "--vocabulary", own) == 1
    answer = ask("products", "unmapped", "--store", small, "--vocabulary", own)
    assert listed(answer, "unknown") == [("HERBAL MYSTERY DRINK", 2, 2)]
    assert ask("products", "show", "zorbadine", "--vocabulary", own)["product"]["kind"] == "medicine"
    assert ask("products", "find", "zorbadin", "--vocabulary", own)["products"][0]["id"] == "zorbadine"


def test_refusals_say_what_to_do(refuse: Callable[..., str], small: Path, tmp_path: Path) -> None:
    assert "No file is named" in refuse(2, "products", "dictionary", tmp_path / "own")
    assert "holds no RXNCONSO.RRF" in refuse(4, "products", "dictionary", tmp_path / "own", "--rxnorm", tmp_path)
    assert "cannot be read" in refuse(4, "products", "decide", tmp_path / "own", tmp_path / "nowhere.csv")
    assert "kind of product" in refuse(3, "products", "list", "--kind", "herb")
    assert "“kava”" in refuse(3, "products", "show", "kavaa")
    assert "2026-11" in refuse(3, "products", "list", "--vocabulary", "2025-01")
    (tmp_path / "bad.csv").write_text("name,decision,by,date,note\nX1,kavaa,me,2026-11-22,\n")
    assert "bad.csv line 2" in refuse(5, "products", "decide", tmp_path / "own", tmp_path / "bad.csv")


def test_listing_shows_what_the_vocabulary_holds(ask: Ask) -> None:
    products = load_products()
    answer = ask("products", "list")
    assert [item["id"] for item in answer["products"]] == [node.id for node in products.nodes]
    assert {item["kind"] for item in ask("products", "list", "--kind", "group")["products"]} == {"group"}
    shown = ask("products", "show", "Kratom leaf")["product"]
    assert (shown["id"], shown["ancestors"]) == ("kratom-leaf", ["kratom"])
    assert "KETUM" in {refusal["matched"] for refusal in shown["refusals"]}


def read_names(shared_data: Path) -> Counter[str]:
    """Product names of CAERS with their rows, read in plain Python."""
    with (
        zipfile.ZipFile(shared_data / "caers" / "CAERS_ASCII_2004_2017Q2.zip") as archive,
        archive.open("CAERS_ASCII_2004_2017Q2.csv") as raw,
    ):
        rows = csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))
        return Counter(row["PRI_Reported Brand/Product Name"].strip() for row in rows)


def test_real_names_and_rows_are_all_accounted_for(ask: Ask, store: Path, shared_data: Path, tmp_path: Path) -> None:
    rows = read_names(shared_data)
    answer = ask("products", "unmapped", "--source", "caers", "--store", store, "--out", tmp_path / "all.csv")
    totals = {item["status"]: item for item in answer["totals"]}
    assert sum(item["product_rows"] for item in totals.values()) == sum(rows.values()) == 90_786
    assert sum(item["names"] for item in totals.values()) == len(rows)
    names = sorted(rows)
    certain = {names[place] for place in load_products().map_texts(names)[0]}
    assert totals["certain"]["names"] == len(certain)
    assert totals["certain"]["product_rows"] == sum(rows[name] for name in certain)
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        written = {row["name"]: int(row["product_rows"]) for row in csv.DictReader(file)}
    assert written == {name: number for name, number in rows.items() if name not in certain}


def test_text_of_the_terminal_holds_the_totals(run: Callable[..., Any], ask: Ask, small: Path) -> None:
    text = run("products", "unmapped", "--store", small).out
    for part in ("HERBAL MYSTERY DRINK", "all", "product rows", "of 8 cases name a mapped product"):
        assert part in text
    assert json.loads(run("products", "unmapped", "--store", small, "--json").out)["cases"]["cases"] == 8
