"""Suspected duplicates of a small store: the tables, the kept report, decisions and the cache."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

from phytovigil.cases import case_tables_sql
from phytovigil.store import Session
from phytovigil.study import linking
from phytovigil.study.linking import link_reports, weigh_pairs
from phytovigil.study.workspace import Workspace

HEADING = [
    *("RA_Report #", "RA_CAERS Created Date", "AEC_Event Start Date", "PRI_Product Role"),
    *("PRI_Reported Brand/Product Name", "PRI_FDA Industry Code", "PRI_FDA Industry Name"),
    *("CI_Age at Adverse Event", "CI_Age Unit", "CI_Gender", "AEC_One Row Outcomes", "SYM_One Row Coded Symptoms"),
]
COPIES = 40


def draw_row(number: int, draw: random.Random) -> list[str]:
    """One report of CAERS."""
    product, terms = f"HERB {draw.randrange(80)}", sorted({f"TERM {draw.randrange(150)}" for _ in range(3)})
    day = f"{draw.randrange(1, 13)}/{draw.randrange(1, 29)}/{draw.randrange(2008, 2016)}"
    sex, age = draw.choice(["Female", "Male"]), str(draw.randrange(20, 90))
    received = f"{draw.randrange(1, 11)}/{draw.randrange(1, 29)}/2016"
    return [str(number), received, day, "Suspect", product, "54", "Vit/Min", age, "Year(s)", sex, "", ", ".join(terms)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    """A store of 700 reports; the last 40 tell the first 40 again without the age of every fourth, later received."""
    draw = random.Random(17)
    rows = [draw_row(1000 + number, draw) for number in range(660)]
    for number in range(COPIES):
        copy = [str(5000 + number), "11/30/2016", *rows[number][2:]]
        rows.append([*copy[:7], "" if number % 4 == 0 else copy[7], *copy[8:]])
    folder = tmp_path_factory.mktemp("linking")
    with (folder / "caers.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows])
    made = Workspace(folder / "store")
    made.ingest([folder / "caers.csv"])
    return made


@pytest.fixture
def session(workspace):
    opened = workspace.store.read("caers", None)
    opened.derive("cases", case_tables_sql())
    yield opened
    opened.close()


def rows_of(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*session.engine.query(sql).values(), strict=True))


GROUPS = """
    SELECT list(case_id ORDER BY case_id) AS cases, min(case_id) FILTER (kept) AS kept
    FROM duplicate JOIN report USING (report) GROUP BY cluster ORDER BY cases"""


def decide(file: Path, *rows: tuple[str, str, str]) -> Path:
    heading = "source,case,other_case,decision,by,date,note"
    lines = [f"caers,{one},{other},{decision},AB,2026-11-22," for one, other, decision in rows]
    file.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    return file


def test_copies_are_found_and_the_earlier_or_more_complete_is_kept(session):
    link_reports(session)
    groups = rows_of(session, GROUPS)
    wanted = {(str(1000 + number), str(5000 + number)) for number in range(COPIES)}
    found = {tuple(cases) for cases, _ in groups}
    assert found <= wanted
    assert len(found) >= 0.9 * COPIES
    assert all(kept == cases[0] for cases, kept in groups)


def test_every_pair_is_there_once_with_its_fields(session):
    link_reports(session)
    pairs = rows_of(session, 'SELECT "left", "right", probability FROM report_link')
    assert len({pair[:2] for pair in pairs}) == len(pairs)
    assert all(left < right and 0 < likely <= 1 for left, right, likely in pairs)
    columns = session.engine.columns("report_link")
    assert {"weight_drugs", "agree_drugs", "weight_age", "agree_age", "weight_event_date"} <= set(columns)
    total = " + ".join(name for name in columns if name.startswith("weight_"))
    differs = session.engine.query_one(f"SELECT max(abs(weight - ({total}))) AS most FROM report_link")
    assert differs["most"] < 1e-4
    # CAERS names no country: the field carries no weight.
    assert rows_of(session, "SELECT DISTINCT agree_country, weight_country FROM report_link") == [("not given", 0.0)]


def test_the_second_time_nothing_is_searched(session, monkeypatch):
    link_reports(session)
    monkeypatch.setattr(linking, "search", lambda *given: pytest.fail("searched again"))
    link_reports(session)


def test_decisions_join_and_part(session, tmp_path):
    link_reports(session)
    before = {tuple(cases) for cases, _ in rows_of(session, GROUPS)}
    parted = min(before)
    decisions = decide(tmp_path / "pairs.csv", (*parted, "different"), ("1500", "1501", "same"))
    link_reports(session, decisions)
    after = {tuple(cases) for cases, _ in rows_of(session, GROUPS)}
    assert after == (before - {parted}) | {("1500", "1501")}


def test_decisions_about_cases_that_are_not_there_change_nothing(session, tmp_path):
    link_reports(session)
    before = rows_of(session, GROUPS)
    link_reports(session, decide(tmp_path / "pairs.csv", ("1", "2", "same")))
    assert rows_of(session, GROUPS) == before


def test_any_pair_can_be_weighed(session):
    link_reports(session)
    held = rows_of(session, 'SELECT "left", "right", weight FROM report_link ORDER BY weight DESC LIMIT 1')[0]
    again = weigh_pairs(session, [held[:2]])
    assert again["weight"] == [held[2]]
    reports = [row[0] for row in rows_of(session, "SELECT report FROM report WHERE case_id IN ('1100', '1200')")]
    other = weigh_pairs(session, [(min(reports), max(reports))])
    assert (other["case"], other["other_case"]) == (["1100"], ["1200"])
    assert other["weight"][0] < 0
    assert other["probability"][0] < 0.01


def test_progress_names_what_is_done(workspace):
    told = []
    opened = workspace.store.read("caers", None)
    opened.derive("cases", case_tables_sql())
    linking.search(opened, [], lambda *step: told.append(step))
    opened.close()
    assert [stage for stage, _, _ in told][:1] == ["reading"]
    assert "comparing" in {stage for stage, _, _ in told}
    assert told[-1][0] == "grouping"
