"""`cases series` on the real files, beside a loop over the raw rows."""

from __future__ import annotations

import calendar
import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
SAMPLE = Path("faers_ascii") / "2025q4_1000cases"
SUSPECT = {"PS", "SS", "I"}
CHALLENGED = {"Y": "positive", "N": "negative", "U": "unknown", "D": "does not apply", "": None}
PAIRS = [("VEDOLIZUMAB", "FATIGUE"), ("RITUXIMAB", "OFF LABEL USE"), ("METHOTREXATE", "DRUG INEFFECTIVE")]


@pytest.fixture(scope="module")
def faers(thousand: Path) -> Path:
    """A store with a thousand real cases."""
    return thousand


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> dict[str, list[dict[str, str]]]:
    """The raw tables."""
    found = {}
    for name in ("DEMO", "DRUG", "REAC", "THER", "OUTC"):
        with (shared_data / SAMPLE / f"{name}25Q4.txt").open(encoding="utf-8", newline="") as lines:
            found[name] = list(csv.DictReader(lines, delimiter="$"))
    return found


@pytest.fixture(scope="module")
def answers(ask: Ask, faers: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The series of each pair."""
    return {
        (product, reaction): ask(
            "cases", "series", f"reported:{product}", "--reaction", f"term:{reaction}", "--store", faers
        )["series"]
        for product, reaction in PAIRS
    }


def span(digits: str) -> tuple[date, date]:
    """First and last day that a date of FAERS may mean."""
    digits = digits.removesuffix(".0")
    year, month, day = int(digits[:4]), int(digits[4:6] or 0), int(digits[6:8] or 0)
    last = calendar.monthrange(year, month or 12)[1]
    return date(year, month or 1, day or 1), date(year, month or 12, day or last)


def judge(starts: list[str], event: str) -> tuple[str, int | None]:
    """What the dates of a case allow, and its days where both are days."""
    dated = sorted(start for start in starts if start)
    if not dated or not event:
        return {(True, False): "without-event-date", (False, True): "without-start"}.get(
            (bool(dated), bool(event)), "without-either"
        ), None
    (first, last), (early, late) = span(dated[0]), span(event)
    least, most = (early - last).days, (late - first).days
    if most < 0:
        return "before-start", None
    if least == most:
        return "exact", least
    return ("partial" if least >= 0 else "unclear-order"), None


def names_of(row: dict[str, str]) -> set[str]:
    return {row["drugname"].strip().upper(), row["prod_ai"].strip().upper()} - {""}


class Oracle:
    """The cases of a pair by going through the rows of the files."""

    def __init__(self, rows: dict[str, list[dict[str, str]]], product: str, reaction: str) -> None:
        reacted = {row["primaryid"] for row in rows["REAC"] if row["pt"].strip().upper() == reaction}
        self.drugs: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows["DRUG"]:
            if row["role_cod"] in SUSPECT and row["primaryid"] in reacted:
                self.drugs[row["primaryid"]].append(row)
        own = {key: [row for row in taken if product in names_of(row)] for key, taken in self.drugs.items()}
        self.own = {key: taken for key, taken in own.items() if taken}
        self.product = product
        self.demo = {row["primaryid"]: row for row in rows["DEMO"] if row["primaryid"] in self.own}
        self.starts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows["THER"]:
            self.starts[row["primaryid"], row["dsg_drug_seq"]].append(row["start_dt"])

    def onset(self, key: str) -> tuple[str, int | None]:
        starts = [start for row in self.own[key] for start in self.starts[key, row["drug_seq"]]]
        return judge(starts, self.demo[key]["event_dt"])

    def challenge(self, key: str, column: str) -> str:
        said = {CHALLENGED[row[column].strip()] for row in self.own[key]}
        return next(
            (word for word in ("negative", "positive", "unknown", "does not apply") if word in said), "not recorded"
        )

    def others(self, key: str) -> int:
        """Further suspects, by what the file calls the active ingredient, else the name."""
        rows = [row for row in self.drugs[key] if self.product not in names_of(row)]
        return len({row["prod_ai"].strip().upper() or row["drugname"].strip().upper() for row in rows})


@pytest.mark.parametrize(("product", "reaction"), PAIRS)
def test_series_is_that_of_a_loop_over_the_rows(
    answers: dict[tuple[str, str], dict[str, Any]], rows: dict[str, list[dict[str, str]]], product: str, reaction: str
) -> None:
    oracle = Oracle(rows, product, reaction)
    found = answers[product, reaction]
    assert found["cases"] == found["read"] == len(oracle.own) > 0
    judged = {key: oracle.onset(key) for key in oracle.own}
    assert {status: cases for status, cases in found["onset"]["ledger"].items() if cases} == Counter(
        status for status, _ in judged.values()
    )
    days = Counter(day for _, day in judged.values() if day is not None)
    assert {entry["days"]: entry["cases"] for entry in found["onset"]["days"]} == days
    for name, column in (("dechallenge", "dechal"), ("rechallenge", "rechal")):
        counted = Counter(oracle.challenge(key, column) for key in oracle.own)
        assert {word: cases for word, cases in found[name]["counts"].items() if cases} == counted
    by_case = {oracle.demo[key]["caseid"]: oracle.others(key) for key in oracle.own}
    assert {case["case_id"]: case["other_suspects"] for case in found["single_cases"]} == by_case


@pytest.mark.parametrize(("product", "reaction"), PAIRS)
def test_what_is_shown_together_adds_up_to_the_cases(
    answers: dict[tuple[str, str], dict[str, Any]], product: str, reaction: str
) -> None:
    found = answers[product, reaction]
    read = found["read"]
    for ledger in (found["onset"]["ledger"], found["dechallenge"]["counts"], found["rechallenge"]["counts"]):
        assert sum(ledger.values()) == read
    for counted in (found["sex"], found["age"], found["seriousness"], found["naranjo"], found["who_umc"]):
        assert sum(item["cases"] for item in counted) == read
    assert len(found["single_cases"]) == read
    assert found["single_cases_note"] == ""
    for case in found["single_cases"]:
        assert case["completeness"]["all_ten"] <= found["completeness"]["most"]
        assert case["completeness"]["all_ten"] <= case["completeness"]["adapted"] <= 1


def test_a_report_leaves_the_scales_open(answers: dict[tuple[str, str], dict[str, Any]]) -> None:
    """An event after the start is +2 instead of −1, one that got better +1 instead of 0; the rest stays open."""
    for found in answers.values():
        for case in found["single_cases"]:
            after = case["onset"]["status"] in ("exact", "partial")
            low = -4 + (3 if after else 0) + (1 if case["dechallenge"] == "positive" else 0)
            low += {"positive": 3, "does not apply": 1}.get(case["rechallenge"], 0)
            assert case["naranjo"]["low"] == low
            assert case["naranjo"]["high"] <= (10 if case["other_suspects"] else 13)
            assert len(case["who_umc"]["categories"]) > 1


def test_caers_says_what_it_does_not_record(ask: Ask, store: Path) -> None:
    question = ("cases", "series", "kratom", "--reaction", "liver-injury", "--role", "any", "--source", "caers")
    answer = ask(*question, "--store", store)
    found = answer["series"]
    table = ask("count", "--product", "kratom", *question[3:], "--store", store)
    assert found["cases"] == table["a"] == 5
    assert not found["onset"]["recorded"]
    assert not found["dechallenge"]["recorded"]
    assert found["completeness"]["left_out"] == [
        "time_to_onset",
        "indication",
        "outcome",
        "dose",
        "country",
        "reporter",
        "report_type",
        "comments",
    ]
    assert found["completeness"]["well_documented"] == 0
    assert found["completeness"]["most"] == pytest.approx(0.5 * 0.7**2 * 0.9**5, abs=1e-4)
    assert any("no start of a product" in note for note in found["notes"])
    assert {item["value"] for item in found["co_suspects"]} >= {"kava"}


def test_no_case_is_an_answer_too(ask: Ask, run: Callable[..., Any], store: Path) -> None:
    question = ("cases", "series", "kratom", "--reaction", "skin-pigmentation", "--source", "caers", "--store", store)
    found = ask(*question)["series"]
    assert (found["cases"], found["single_cases"], found["notes"]) == (0, [], [])
    assert found["completeness"]["all_ten"] is None
    assert ": 0 cases" in run(*question).out


def test_text_says_what_the_json_says(run: Callable[..., Any], faers: Path) -> None:
    product, reaction = PAIRS[2]
    done = run("cases", "series", f"reported:{product}", "--reaction", f"term:{reaction}", "--store", faers)
    assert done.code == 0
    for part in ("dechallenge ", "Naranjo ", "WHO-UMC ", "of 1; ", "distinct cases"):
        assert part in done.out


def test_unknown_names_are_refused_with_near_ones(refuse: Callable[..., str], faers: Path) -> None:
    said = refuse(3, "cases", "series", "kartom", "--reaction", "jaundice", "--store", faers)
    assert "kratom" in said
