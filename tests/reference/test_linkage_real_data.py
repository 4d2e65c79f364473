"""Suspected duplicates among real reports: pairs that were read by hand, and look-alikes that must stay apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phytovigil.cases import case_tables_sql
from phytovigil.store import Session
from phytovigil.study.linking import link_reports
from phytovigil.study.workspace import Workspace

KRATOM = "faers_dashboard/kratom_2008-06_2025-11.csv"
CAERS = "caers/CAERS_ASCII_2004_2017Q2.zip"

SENT_BY_SEVERAL = [
    ("16018913", "15993191"),  # a man of 27, quetiapine and mitragynine; one firm names the paper, the other does not
    ("17852150", "17852355"),  # a woman of 36, acute liver failure
    ("20506147", "20517346"),  # a man of 36, serotonin syndrome
    ("25209681", "25170437"),  # a man of 19 in Belgium
]


def search(folder: Path, file: Path, source: str) -> Session:
    workspace = Workspace(folder / "store")
    workspace.ingest([file])
    session = workspace.store.read(source, None)
    session.derive("cases", case_tables_sql())
    link_reports(session)
    return session


@pytest.fixture(scope="module")
def kratom(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = search(tmp_path_factory.mktemp("kratom"), shared_data / KRATOM, "faers-dashboard")
    yield session
    session.close()


@pytest.fixture(scope="module")
def caers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = search(tmp_path_factory.mktemp("caers"), shared_data / CAERS, "caers")
    yield session
    session.close()


def cluster_of(session: Session, case: str) -> Any:
    sql = f"SELECT cluster FROM duplicate JOIN report USING (report) WHERE case_id = '{case}'"
    return next(iter(session.engine.query(sql)["cluster"]), None)


@pytest.mark.parametrize(("one", "other"), SENT_BY_SEVERAL)
def test_reports_of_one_patient_sent_by_several_firms_share_a_group(kratom: Session, one: str, other: str) -> None:
    assert cluster_of(kratom, one) is not None
    assert cluster_of(kratom, one) == cluster_of(kratom, other)


def disagreements(session: Session, field: str) -> int:
    """Pairs within one group whose field differs."""
    sql = f"""
        SELECT count(*) AS pairs FROM duplicate a JOIN duplicate b ON a.cluster = b.cluster AND a.report < b.report
        JOIN report one ON one.report = a.report JOIN report other ON other.report = b.report
        WHERE one.{field} <> other.{field}"""
    return int(session.engine.query_one(sql)["pairs"])


def test_no_group_holds_a_man_and_a_woman(kratom: Session) -> None:
    assert disagreements(kratom, "sex") == 0


@pytest.mark.slow
def test_passengers_of_one_flight_are_not_one_patient(caers: Session) -> None:
    sql = """
        SELECT report FROM report_product JOIN word ON word = verbatim
        WHERE text LIKE 'AMERICAN AIRLINES FLIGHT 2163%'"""
    flight = caers.engine.query(sql)["report"]
    assert len(flight) > 5
    folded = set(caers.engine.query("SELECT report FROM duplicate")["report"])
    assert not folded & set(flight)


@pytest.mark.slow
def test_in_caers_little_is_told_and_little_is_certain(caers: Session) -> None:
    assert disagreements(caers, "sex") == 0
    folded = caers.engine.query_one("SELECT count(*) FILTER (NOT kept) AS folded FROM duplicate")["folded"]
    assert 20 < folded < 200
    sure = "SELECT count(*) FILTER (agree_age <> 'same') AS other FROM report_link WHERE probability >= 0.95"
    assert caers.engine.query_one(sure)["other"] == 0
