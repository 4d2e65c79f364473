"""Every number that the page shows is in findings.json, and every link within the page leads somewhere.

A number counts as found if the word that it stands in occurs in a text of the findings, or if it is how the page
writes a number of the findings. What is drawn in a figure is left out: axes have ticks that are nobody's finding.
Among thousands of numbers a small one is always found somewhere. So the numbers of one row of a table must also stand
together, in one mapping of the findings.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from phytovigil.dossier import formatting
from phytovigil.dossier.page import render_page
from phytovigil.study.definition import load_study
from phytovigil.study.snapshots import read_snapshot, shipped_snapshot
from phytovigil.study.study_runs import run_on_snapshot

FIXED = {
    "95": "the level of every interval, in captions",
    "256": "the name of the hash, SHA-256",
    "2": "the base of log2 and of 2 × 2 tables",
    "0": "the sign for none",
    "100": "“5 of 100”, how the negative controls are read",
    "sim.5925": "the citation under the controls",
    "doi:10.1073": "the citation under the controls",
    "pnas.1708282114": "the citation under the controls",
}
"""Numbers that are part of a fixed sentence of the page, and why."""

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
BARE = re.compile(r"[\[(]?-?\d[\d,.:-]*%?[\]),;]*")
LARGEST = 1500
"""Values that a mapping of the findings may hold to vouch for a row: a whole source vouches for nothing."""

TRIM = ".,;:!?()[]“”‘’\"'…"


def read_text(html: str) -> str:
    """What a reader of the page sees, without drawings."""
    for cut in (r"<head>.*?</head>", r"<svg.*?</svg>"):
        html = re.sub(cut, " ", html, flags=re.DOTALL)
    within = re.sub(r"</?(?:a|b|strong|em|code|mark|small)\b[^>]*>", "", html)
    return unescape(re.sub(r"<[^>]+>", " ", within)).replace("−", "-")


def list_values(value: Any) -> Iterator[Any]:
    """All texts (keys too) and numbers of the findings."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from list_values(item)
    elif not isinstance(value, dict):
        yield value


def split_words(text: str) -> set[str]:
    text = text.replace("−", "-")
    return {word.strip(TRIM) for word in re.split(r"[\s–/]+", text)} | {word.strip(TRIM) for word in text.split()}


def show_number(value: float) -> set[str]:
    """How the page may write a number of the findings."""
    shown = {formatting.format_log2(value), f"{value:g}"}
    if value >= 0:
        shown |= {formatting.format_ratio(value), formatting.format_age(value)}
    if isinstance(value, int):
        shown |= {formatting.format_count(value), str(value), formatting.format_bytes(value)}
    else:
        shown |= {f"{value:.{places}f}" for places in range(4)}
    if 0 < value < 0.0001:
        shown.add("< 0.0001")
    return {number for text in shown for number in NUMBER.findall(text.replace("−", "-"))}


class Known:
    """What the findings hold."""

    def __init__(self, findings: dict[str, Any]) -> None:
        values = set(list_values(findings))
        self.words = set[str]().union(*(split_words(value) for value in values if isinstance(value, str)))
        numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        self.numbers = set[str]().union(*map(show_number, numbers))

    def has(self, word: str) -> bool:
        """Whether a word of the page, or every number in it, is known."""
        if word.strip(TRIM) in self.words or word.strip(TRIM) in FIXED:
            return True
        return all(self.has_number(number.rstrip(",")) for number in NUMBER.findall(word))

    def has_number(self, number: str) -> bool:
        bare = number.lstrip("-")
        return number in self.numbers or bare in self.numbers or bare in self.words or bare in FIXED


def find_strangers(html: str, findings: dict[str, Any]) -> list[str]:
    """Words of the page that hold a number which the findings do not."""
    strangers: set[str] = set()
    before, cases, after = cut_cases(html)
    for known, part in ((Known(findings), cases), (Known(drop_cases(findings)), before + after)):
        words = [word for word in re.split(r"[\s–/]+", read_text(part)) if re.search(r"\d", word)]
        strangers |= {word for word in words if not known.has(word)}
    return sorted(strangers)


def cut_cases(html: str) -> tuple[str, str, str]:
    """The page before, in and after the list of cases, whose many numbers would vouch for any other."""
    start = html.index('<h2 id="section-cases">')
    end = html.index("<h2 ", start + 1)
    return html[:start], html[start:end], html[end:]


def drop_cases(findings: dict[str, Any]) -> dict[str, Any]:
    """The findings with only the numbers and anchors of their cases."""
    sources = [
        {**source, "case_list": [{"case_id": case["case_id"]} for case in source["case_list"]]}
        for source in findings["sources"]
    ]
    return {**findings, "sources": sources}


class Mappings:
    """Which mappings of the findings hold which numbers."""

    def __init__(self, findings: dict[str, Any]) -> None:
        self.holders: dict[str, set[int]] = {}
        self.shown: dict[float, set[str]] = {}
        self.mappings = 0
        self.gather(findings)

    def gather(self, value: Any) -> tuple[set[str], int]:
        """What a value may be written as, and how many values it holds."""
        if isinstance(value, str):
            words = split_words(value)
            return words | {number for word in words for number in NUMBER.findall(word)}, 1
        if value is None or isinstance(value, bool):
            return set(), 1
        if isinstance(value, int | float):
            if value not in self.shown:
                self.shown[value] = show_number(value)
            return self.shown[value], 1
        gathered, size = set[str](), 0
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            below, count = self.gather(item)
            size += count
            gathered |= below if size <= LARGEST else set()
        if isinstance(value, dict) and size <= LARGEST:
            self.mappings += 1
            for word in gathered:
                self.holders.setdefault(word, set()).add(self.mappings)
        return gathered, size

    def hold_together(self, words: list[str]) -> bool:
        """Whether one mapping holds all the words."""
        numbers = [word.strip(TRIM + "%") for word in words]
        common: set[int] | None = None
        for number in numbers:
            held = self.holders.get(number, set()) | self.holders.get(number.lstrip("-"), set())
            common = held if common is None else common & held
        return common is None or bool(common)


def list_rows(html: str) -> Iterator[list[str]]:
    """Numbers of each table row but those of cases that it links to: these are cases of the list."""
    html = re.sub(
        r'<td class="[^"]*case-links[^"]*">.*?</td>|<span class="small terms">.*?</span>', " ", html, flags=re.DOTALL
    )
    for row in re.findall(r"<tr\b.*?</tr>", html, re.DOTALL):
        yield [word for word in re.split(r"[\s–/]+", read_text(row)) if BARE.fullmatch(word)]


def find_scattered_rows(html: str, findings: dict[str, Any]) -> list[str]:
    """Rows of tables whose numbers do not stand together in the findings."""
    mappings = Mappings(findings)
    return [" ".join(row) for row in list_rows(html) if not mappings.hold_together(row)]


def find_dead_links(html: str) -> set[str]:
    """Targets within the page that do not exist."""
    return set(re.findall(r'href="#([^"]+)"', html)) - set(re.findall(r'\bid="([^"]+)"', html))


@pytest.fixture(scope="module")
def worked(project_root: Path) -> tuple[str, Any]:
    """The worked study from the snapshot that comes with the program: page, not drawn, and findings."""
    folder = shipped_snapshot("kratom-claims")
    assert folder is not None
    study = load_study(project_root / "examples" / "kratom-claims.toml")
    findings = json.loads(json.dumps(run_on_snapshot(study, read_snapshot(folder)).findings))
    return render_page(findings, ()), findings


def test_every_number_of_the_worked_study_is_a_finding(worked: tuple[str, Any]) -> None:
    html, findings = worked
    assert find_strangers(html, findings) == []


def test_every_number_of_the_example_is_a_finding(html: str, example_findings: dict[str, Any]) -> None:
    assert find_strangers(html, example_findings) == []
    assert find_scattered_rows(html, example_findings) == []


def test_numbers_of_a_row_stand_together_in_the_worked_study(worked: tuple[str, Any]) -> None:
    html, findings = worked
    assert sum(len(row) > 1 for row in list_rows(html)) > 300
    assert find_scattered_rows(html, findings) == []


def test_an_altered_digit_in_a_row_is_noticed(worked: tuple[str, Any]) -> None:
    """One digit of one number of two digits or more, in each of hundreds of rows: most are noticed."""
    html, findings = worked
    mappings, chance = Mappings(findings), random.Random(2026)
    noticed = []
    for row in list_rows(html):
        places = [
            (i, j) for i, word in enumerate(row) for j, sign in enumerate(word) if sign.isdigit() and len(word) > 1
        ]
        if len(row) < 2 or not places:
            continue
        i, j = chance.choice(places)
        altered = f"{row[i][:j]}{(int(row[i][j]) + chance.randint(1, 9)) % 10}{row[i][j + 1 :]}"
        noticed.append(not mappings.hold_together([*row[:i], altered, *row[i + 1 :]]))
    assert sum(noticed) / len(noticed) > 0.8


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_an_altered_number_is_noticed(html: str, example_findings: dict[str, Any], place: float) -> None:
    """Counts of four digits and more, one after the other along the page, each raised by a strange amount."""
    html = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    counts = list(re.finditer(r"(?<=>)\d{1,3}(?:,\d{3})+(?=<)", html))
    chosen = counts[int(place * len(counts))]
    altered = f"{int(chosen.group().replace(',', '')) + 7_777_777:,}"
    assert find_strangers(html[: chosen.start()] + altered + html[chosen.end() :], example_findings) == [altered]


def test_an_altered_estimate_and_an_altered_date_are_noticed(html: str, example_findings: dict[str, Any]) -> None:
    estimate = re.search(r"<span>(\d+\.\d\d?)</span>", html)
    day = example_findings["sources"][0]["as_of"]
    assert estimate is not None
    assert find_strangers(html.replace(f">{estimate[1]}<", ">87.654<"), example_findings) == ["87.654"]
    noticed = find_strangers(html.replace(day, "1987-06-05"), example_findings)
    assert noticed
    assert all("1987-06-05" in word for word in noticed)


def test_no_link_of_the_worked_study_is_dead(worked: tuple[str, Any]) -> None:
    assert find_dead_links(worked[0]) == set()
    assert find_dead_links(worked[0].replace('id="main"', "")) == {"main"}


def test_every_count_with_listed_cases_leads_to_them(html: str, example_findings: dict[str, Any]) -> None:
    """Of every analysis of the product; a card whose count is as long as the list names and links each case."""
    checked = 0
    for source in example_findings["sources"]:
        for pair in source["pairs"]:
            listed = [case for case in source["case_list"] if pair["reaction"] in case["reactions"]]
            if not pair["a"] or pair["product"] != example_findings["product"]["id"] or len(listed) < pair["a"]:
                continue
            place = html.index(f'id="{pair["id"]}"')
            around = html[place : place + 6000]
            assert re.search(rf'<a href="#[^"]+">{pair["a"]:,}</a>', around), pair["id"]
            checked += 1
            if pair["part"] == "main" and len(listed) == pair["a"] <= 12:
                assert all(f'href="#{case["anchor"]}"' in around for case in listed), pair["id"]
    assert checked >= 4
