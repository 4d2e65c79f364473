"""READUS-PV filled from a run: every item once, gaps with prompts, and no number that the findings do not hold."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.dossier.formatting import format_count, format_log2, format_ratio
from phytovigil.errors import InvalidStudy
from phytovigil.schema.checklist import REPORT_TEXTS, Report
from phytovigil.study.checklist.definition import parse_report
from phytovigil.study.checklist.filling import BODY_FILLERS, abstract, fill_checklist
from phytovigil.study.checklist.methods_text import write_methods
from phytovigil.study.citing import cite_run
from phytovigil.study.definition import parse_study

# As printed in tables 1 and 2 of the statement, doi:10.1007/s40264-024-01421-9.
BODY = [
    *("1a", "1b", "2a", "2b", "2c", "3", "4a", "4b", "5a", "5b", "6a", "6b", "6c", "6d", "7a", "7b", "7c", "7d", "7e"),
    *("8a", "8b", "9", "10", "11", "12a", "12b", "12c", "13", "14a", "14b", "14c", "14d"),
]
ABSTRACT = ["1a", "1b", "1c", "2a", "2b", "2c", "2d", "2e", "3", "4a", "4b", "4c"]

OUTCOMES = ["jaundice/narrow", "pigment/narrow"]
EVERYTHING = Report(authors=("A. Author", "B. Author"), **{key: f"The authors say: {key}." for key in REPORT_TEXTS})


@pytest.fixture(scope="module")
def wide(findings: dict[str, Any], load_example: Callable[[str], ModuleType]) -> dict[str, Any]:
    """With every section that a study may ask for."""
    return {
        **findings,
        "specification_curve": [load_example("specification_curve").build_specification_curve()],
        "case_series": load_example("case_series").build_case_series(),
        "claims": load_example("claims").build_claims(),
    }


def items(checklist: dict[str, Any]) -> list[dict[str, Any]]:
    return [*checklist["body"], *checklist["abstract"]]


def text_of(checklist: dict[str, Any], number: str, part: str = "body") -> str:
    return " ".join(next(item for item in checklist[part] if item["item"] == number)["text"])


def test_every_item_of_the_guideline_is_there_once_and_in_order(findings: dict[str, Any]) -> None:
    filled = fill_checklist(findings, Report(), OUTCOMES)
    assert [item["item"] for item in filled["body"]] == BODY
    assert [item["item"] for item in filled["abstract"]] == ABSTRACT
    assert (filled["guideline"]["body_items"], filled["guideline"]["abstract_items"]) == (32, 12)


def test_no_filler_is_without_its_item() -> None:
    assert sorted(BODY_FILLERS) == sorted(BODY)
    assert sorted(abstract.FILLERS) == sorted(ABSTRACT)


@pytest.mark.parametrize("report", [Report(), EVERYTHING])
@pytest.mark.parametrize("which", ["findings", "wide"])
def test_a_state_says_what_the_item_holds(request: pytest.FixtureRequest, which: str, report: Report) -> None:
    checklist = fill_checklist(request.getfixturevalue(which), report, OUTCOMES)
    for item in items(checklist):
        expected = {"gap": (False, True), "partly": (True, True), "filled": (True, False)}[item["state"]]
        assert (bool(item["text"]), bool(item["prompt"])) == expected, item
        assert bool(item["by"]) is bool(item["text"]), item
    for part in ("body", "abstract"):
        assert sum(checklist["counts"][part].values()) == len(checklist[part])


@pytest.mark.parametrize("which", ["findings", "wide"])
def test_no_text_holds_a_placeholder(request: pytest.FixtureRequest, which: str) -> None:
    found = request.getfixturevalue(which)
    checklist = fill_checklist(found, Report(), OUTCOMES)
    said = [text for item in items(checklist) for text in item["text"]] + write_methods(
        found, cite_run(found), OUTCOMES
    )
    for text in said:
        assert text[-1] in ".!?”:", text
        assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|\bnan\b|[{}<>]|\bTODO\b|\.\.|  ", text), text


def test_without_the_authors_only_what_a_program_can_say_is_filled(findings: dict[str, Any]) -> None:
    checklist = fill_checklist(findings, Report(), OUTCOMES)
    gaps = {item["item"] for item in checklist["body"] if item["state"] == "gap"}
    assert gaps >= {"7d", "12b", "12c", "14a", "14b", "14c"}
    filled = {item["item"] for item in checklist["body"] if item["state"] == "filled"}
    assert filled >= {"1a", "1b", "3", "4a", "4b", "5b", "6a", "6b", "6c", "6d", "7a", "7b", "7c", "8a", "9"}


def test_with_all_that_authors_can_say_only_data_of_the_source_may_lack(findings: dict[str, Any]) -> None:
    checklist = fill_checklist(findings, EVERYTHING, OUTCOMES)
    # The sources are fictional, so nobody knows their coding; the reference group is never described by the program.
    assert [item["item"] for item in checklist["body"] if item["state"] != "filled"] == ["5a", "8b"]
    assert [item["item"] for item in checklist["abstract"] if item["state"] != "filled"] == ["2b", "2c"]


@pytest.mark.parametrize("key", REPORT_TEXTS)
def test_every_key_of_the_report_reaches_the_checklist(findings: dict[str, Any], key: str) -> None:
    said = f"The authors say this of {key}."
    checklist = fill_checklist(findings, parse_report({key: said}), OUTCOMES)
    holding = [item for item in items(checklist) if said in item["text"]]
    assert holding
    assert all("author" in item["by"] for item in holding)


def test_the_authors_are_named_where_their_interests_are_asked_for(findings: dict[str, Any]) -> None:
    checklist = fill_checklist(findings, Report(authors=("A. Author", "B. Author")), OUTCOMES)
    assert "A. Author and B. Author" in next(item for item in checklist["body"] if item["item"] == "14b")["prompt"]


def test_prompts_name_keys_that_there_are(findings: dict[str, Any]) -> None:
    for item in items(fill_checklist(findings, Report(), OUTCOMES)):
        assert set(re.findall(r"“([a-z_]+)”", item["prompt"])) <= set(REPORT_TEXTS), item


# Every number of a text must stand in the findings, as it is or as it is printed.

FIXED = {"1", "2", "3", "95", "2×2", "0"}
"""Numbers of the method itself: 2×2 tables, 95 % intervals, a doubling, at least 3 cases."""
CODING = {"2004", "2014"}
"""Years of what is known of a database, from its custodian."""


def numbers_in(text: str) -> Iterator[str]:
    yield from (number.rstrip(",.") for number in re.findall(r"\d[\d,.]*", text))


def walk(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from walk(part)
    else:
        yield value


def printed_numbers(findings: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for value in walk(findings):
        if isinstance(value, str):
            found |= set(numbers_in(value))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            forms = [format_ratio(abs(value)), format_log2(abs(value)), f"{value:g}", f"{value}"]
            found |= {*forms, format_count(value)} if isinstance(value, int) else set(forms)
    return found


def missing_numbers(findings: dict[str, Any], outcomes: list[str]) -> list[tuple[str, str]]:
    known = printed_numbers(findings) | FIXED | CODING
    for values in list_lengths(findings):
        known.add(format_count(values))
    checklist = fill_checklist(findings, Report(), outcomes)
    said = [text for item in items(checklist) for text in item["text"]]
    return [(number, text) for text in said for number in numbers_in(text) if number not in known]


def list_lengths(findings: dict[str, Any]) -> Iterator[int]:
    """Texts may count the entries of a list of the findings: names, terms, comparators, cases, analyses."""
    for source in findings["sources"]:
        yield from (len(source[key]) for key in ("names", "likely", "refused", "case_list"))
        for part in ("main", "scope", "sensitivity"):
            yield len({pair["label"] for pair in source["pairs"] if pair["part"] == part})
            yield sum(pair["part"] == part for pair in source["pairs"])
        for profile in source["profiles"]:
            yield from (len(values) - 6 for values in profile["dimensions"].values())
    yield len(findings["comparators"])
    yield sum(len(source["case_list"]) for source in findings["sources"])
    for curve in findings.get("specification_curve") or []:
        yield from (len(choice["levels"]) for choice in curve["choices"])
    for entry in findings.get("case_series") or []:
        yield sum(day["cases"] for day in entry["onset"]["days"])


@pytest.mark.parametrize("which", ["findings", "wide"])
def test_every_number_of_the_texts_stands_in_the_findings(request: pytest.FixtureRequest, which: str) -> None:
    assert missing_numbers(request.getfixturevalue(which), OUTCOMES) == []


def test_a_number_that_the_findings_do_not_hold_is_noticed(
    findings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from phytovigil.study.checklist import results

    monkeypatch.setattr(results, "format_count", lambda value: f"{value + 7777:,}")
    assert missing_numbers(findings, OUTCOMES)


# What single items say.


def test_the_data_are_named_with_custodian_date_and_hash(findings: dict[str, Any]) -> None:
    checklist = fill_checklist(findings, Report(), OUTCOMES)
    assert "Agency of Examples" in text_of(checklist, "5a")
    assert "data as of 2017-06-30" in text_of(checklist, "5a")
    assert "ab" * 32 in text_of(checklist, "5b")
    assert "64,512 rows read, 64,510 kept, 2 quarantined" in text_of(checklist, "5b")
    assert "DEMO" in text_of(checklist, "1a")


def test_a_known_database_is_described_with_its_coding(findings: dict[str, Any]) -> None:
    renamed = copy.deepcopy(findings)
    for source, name in zip(renamed["sources"], ("caers", "faers-dashboard"), strict=True):
        source["source"] = name
    checklist = fill_checklist(renamed, Report(), OUTCOMES)
    item = next(item for item in checklist["body"] if item["item"] == "5a")
    assert item["state"] == "filled"
    assert "Preferred Terms of MedDRA" in " ".join(item["text"])


def test_many_files_are_summed_up(findings: dict[str, Any]) -> None:
    many = copy.deepcopy(findings)
    release = many["sources"][0]["releases"][0]
    release["files"] = release["files"] * 9
    assert f"9 files, whose names and hashes are in the table of releases; {9 * 64_512:,} rows read" in text_of(
        fill_checklist(many, Report(), OUTCOMES), "5b"
    )


def test_estimates_are_given_with_every_measure_and_analysis(findings: dict[str, Any]) -> None:
    said = text_of(fill_checklist(findings, Report(), OUTCOMES), "9")
    assert "jaundice (narrow): a 4, b 30, c 463, d 64,003, expected 0.25" in said
    assert "ROR 18.4 [6.47–52.5]" in said
    for pair in findings["sources"][0]["pairs"]:
        if pair["part"] == "sensitivity":
            assert f"{pair['label']}: {pair['a']} observed" in said
    assert "numerators only" in said


def test_duplicates_are_told_with_their_treatment(findings: dict[str, Any]) -> None:
    said = text_of(fill_checklist(findings, Report(), OUTCOMES), "5b")
    assert "4 cases in 3 groups of look-alikes" in said
    assert "keeps them" in said
    folded = copy.deepcopy(findings)
    for source in folded["sources"]:
        source["duplicates"]["treatment"] = "folded"
    assert "leaves them out" in text_of(fill_checklist(folded, Report(), OUTCOMES), "5b")


def test_sections_that_the_run_has_are_told(wide: dict[str, Any]) -> None:
    checklist = fill_checklist(wide, Report(), OUTCOMES)
    assert "specification curve" in text_of(checklist, "4b")
    assert "Specification curve: every combination of" in text_of(checklist, "7c")
    assert "Naranjo" in text_of(checklist, "7d")
    assert "dechallenge positive in" in text_of(checklist, "10")
    assert "table of rules" in text_of(checklist, "7e")
    assert next(item for item in checklist["body"] if item["item"] == "12c")["state"] == "partly"


def test_failed_controls_stand_before_the_estimates_of_the_abstract(findings: dict[str, Any]) -> None:
    failed = {**findings, "controls": {**findings["controls"], "failed": True, "why": "No positive control is found."}}
    said = next(item for item in fill_checklist(failed, Report(), OUTCOMES)["abstract"] if item["item"] == "3")["text"]
    assert said[0] == "No positive control is found."


def test_a_study_without_a_complete_source_is_a_case_series(findings: dict[str, Any]) -> None:
    listing = {**findings, "sources": findings["sources"][1:]}
    checklist = fill_checklist(listing, Report(), OUTCOMES)
    assert "a series of case safety reports in LIST" in text_of(checklist, "1a")
    assert "No estimate is possible" in text_of(checklist, "9")
    assert "disproportionality" not in text_of(checklist, "4a")
    assert missing_numbers(listing, OUTCOMES) == []
    assert "series of individual case safety reports" in write_methods(listing, cite_run(listing), OUTCOMES)[0]


def test_an_active_comparator_is_the_reference_group(findings: dict[str, Any]) -> None:
    active = copy.deepcopy(findings)
    for source in active["sources"]:
        for pair in source["pairs"]:
            pair["selection"]["among"] = ["examplewort", "otherroot"]
    said = text_of(fill_checklist(active, Report(), OUTCOMES), "3")
    assert "The reference group is the cases in" in said
    assert "examplewort or otherroot" in said


def test_the_same_findings_give_the_same_checklist(wide: dict[str, Any]) -> None:
    first, second = (json.dumps(fill_checklist(wide, EVERYTHING, OUTCOMES)) for _ in range(2))
    assert first == second


# The section [report].


def test_the_keys_of_the_report_are_those_of_its_class() -> None:
    assert {field.name for field in fields(Report)} == {"authors", *REPORT_TEXTS}


STUDY = """
[study]
name = "n"
title = "t"
question = "q"
product = "kava"
outcomes = ["jaundice"]
sources = ["caers"]
[report]
"""


def test_the_section_is_read_from_a_study_file() -> None:
    study = parse_study(STUDY + 'funding = " None was received. "\nauthors = ["A. Author"]\n')
    assert study.report == Report(authors=("A. Author",), funding="None was received.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('fundings = "x"', "fundings"),
        ('authors = "A. Author"', "list of texts"),
        ("funding = 3", "a text is needed"),
        ('funding = "TODO"', "says nothing"),
        ('funding = "  "', "says nothing"),
        ('authors = [""]', "says nothing"),
    ],
)
def test_what_is_no_report_is_refused(line: str, said: str) -> None:
    with pytest.raises(InvalidStudy, match=said):
        parse_study(STUDY + line)


@pytest.fixture(scope="module")
def documented() -> Callable[[str], str]:
    root = Path(__file__).parents[3]
    return lambda page: (root / "docs" / page).read_text("utf-8")


def test_every_key_is_documented(documented: Callable[[str], str]) -> None:
    page = documented("reference/study-files.md")
    for key in ("authors", *REPORT_TEXTS):
        assert f"| `{key}` |" in page, key
