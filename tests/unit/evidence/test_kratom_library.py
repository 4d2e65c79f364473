"""The library on kratom: what is in it agrees with itself, and known traps of the literature are not in it."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from phytovigil.evidence.citing import bibtex, web_address
from phytovigil.evidence.consistency import check_library, check_row
from phytovigil.evidence.loading import DATA, list_shipped, load_evidence
from phytovigil.evidence.saying import say_figure
from phytovigil.schema.evidence import KINDS, EvidenceFigure, EvidenceLibrary, EvidenceRow, is_partial_date

ROWS = load_evidence("kratom", strict=False).rows

# Recomputed by hand and by a second implementation from printed figures; see the row of each.
CLEARANCES = {
    "mitragynine": 233.0,
    "speciogynine": 33.7,
    "paynantheine": 69.1,
    "speciociliatine": 4.90,
    "mitraciliatine": 2.81,
    "isopaynantheine": 3.18,
}
R1 = {
    ("enzyme-cyp2c19", "r1_hep"): 1.036,
    ("enzyme-cyp2d6", "r1_hep"): 1.559,
    ("enzyme-cyp3a", "r1_hep"): 1.033,
    ("enzyme-cyp3a", "r1_gut"): 71.2,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_agrees_with_itself_and_says_where_it_is_from(row: EvidenceRow) -> None:
    assert [check for check in check_row(row) if check.state == "fails"] == []
    assert is_partial_date(row.as_of)
    assert row.as_of <= "2026-11-22"
    assert row.limits
    assert row.finding.endswith(".")
    assert row.citation.journal or web_address(row.citation)
    assert (row.law is not None) == (row.kind == "law")
    assert bibtex(row).count("\n@") + 1 == 1 + len(row.also)
    assert all(say_figure(figure) for figure in row.figures)


def test_every_kind_has_rows_and_ids_are_unique(kratom: EvidenceLibrary) -> None:
    assert {table.kind for table in kratom.tables} == set(KINDS)
    assert len({row.id for row in kratom.rows}) == len(kratom.rows) == 91
    assert len(kratom.facts) == 40


def test_only_faults_that_a_row_names_fail(kratom: EvidenceLibrary) -> None:
    known = {(check.row, check.figure) for check in check_library(kratom) if check.state != "holds"}
    assert known == {
        ("liver-acg-s3058", "cholestatic"),
        ("liver-acg-s3058", "transplant"),
        ("reports-faers-li-2023", "since_2018"),
        ("survey-thailand-2011", "respondents"),
    }


def alter(figure: EvidenceFigure, key: str) -> EvidenceFigure:
    """A figure with one number that is wrong by half and three of its last digits."""
    wrong = getattr(figure, key) * 1.5 + 3 * (1 if key in ("count", "of") else figure.step)
    return dataclasses.replace(figure, **{key: round(wrong) if key in ("count", "of") else wrong})


def is_caught(row: EvidenceRow, figure: EvidenceFigure, key: str) -> bool:
    figures = tuple(alter(each, key) if each is figure else each for each in row.figures)
    before = {(check.figure, check.rule) for check in check_row(row) if not check.holds}
    after = {
        (check.figure, check.rule) for check in check_row(dataclasses.replace(row, figures=figures)) if not check.holds
    }
    return bool(after - before)


def test_a_wrong_figure_is_caught_wherever_others_determine_it() -> None:
    """Each number of each figure is falsified in turn; figures with a formula or a count never get through."""
    numbers = [
        (row, figure, key)
        for row in ROWS
        for figure in row.figures
        for key in ("value", "low", "high", "count", "of")
        if getattr(figure, key) is not None and not figure.flag
    ]
    caught = [number for number in numbers if is_caught(*number)]
    strict = [
        (row, figure, key)
        for row, figure, key in numbers
        if (key == "value" and (figure.formula or figure.count is not None or figure.scale == "ratio"))
        or key == "count"
        or (key in ("low", "high") and figure.scale == "ratio")
    ]
    assert [(row.id, figure.name, key) for row, figure, key in strict if (row, figure, key) not in caught] == []
    assert len(strict) > 110
    # The rest stand alone in their source, or have room within a range; half of all numbers is the floor.
    assert len(caught) / len(numbers) > 0.5, (len(caught), len(numbers))


def test_figures_that_take_part_in_a_comparison(kratom: EvidenceLibrary) -> None:
    used = {(check.row, name) for check in check_library(kratom) for name in check.uses}
    figures = {(row.id, figure.name) for row in kratom.rows for figure in row.figures}
    assert used <= figures | {(row.id, "n") for row in kratom.rows}
    assert len(used & figures) / len(figures) > 0.75


def test_published_p_values_of_the_trial_follow_from_its_f_statistics(kratom: EvidenceLibrary) -> None:
    from scipy import stats

    row = kratom.row("trial-cold-pressor")
    for arm in ("kratom", "placebo"):
        f, df, p = (row.figure(f"{arm}_{name}").value for name in ("f", "df", "p"))
        assert stats.f.sf(f, 2, df) == pytest.approx(p, abs=0.005)


def test_upper_limit_of_no_event_is_the_exact_binomial_one(kratom: EvidenceLibrary) -> None:
    from scipy import stats

    row = kratom.row("trial-leaf-powder-15-days")
    exact = stats.beta.ppf(0.95, 1, 49)
    assert row.figure("upper_limit").value == pytest.approx(100 * exact, abs=0.05)


@pytest.mark.parametrize("alkaloid", CLEARANCES)
def test_clearance_is_dose_over_exposure(kratom: EvidenceLibrary, alkaloid: str) -> None:
    row = kratom.row(f"pk-{alkaloid}")
    check = next(check for check in check_row(row) if check.figure == "clearance" and check.rule == "formula")
    computed = (check.low + check.high) / 2
    assert computed == pytest.approx(CLEARANCES[alkaloid], rel=0.002)
    assert row.figure("clearance").value == pytest.approx(computed, rel=0.03)


@pytest.mark.parametrize("place", R1, ids=str)
def test_model_figures_are_recomputed(kratom: EvidenceLibrary, place: tuple[str, str]) -> None:
    check = next(
        check for check in check_row(kratom.row(place[0])) if check.figure == place[1] and check.rule == "formula"
    )
    assert (check.low + check.high) / 2 == pytest.approx(R1[place], rel=0.001)


def test_accumulation_and_washout_follow_from_half_lives(kratom: EvidenceLibrary) -> None:
    row = kratom.row("pk-huestis-2024")
    assert [row.figure(name).value for name in ("accumulation", "accumulation_daily")] == [3.14, 4.60]
    assert [row.figure(name).value for name in ("washout", "washout_daily")] == [9.0, 14.1]
    tea = kratom.row("pk-mitragynine")
    assert (tea.figure("accumulation").value, tea.figure("washout").value) == (3.25, 9.4)


def test_the_measured_interaction_stands_beside_the_upper_bound_of_the_model(kratom: EvidenceLibrary) -> None:
    row = kratom.row("interaction-midazolam")
    measured = row.figure("auc")
    assert (measured.value, measured.low, measured.high) == (1.39, 1.23, 1.57)
    assert row.figure("predicted").value == 5.69
    assert "upper bound" in row.figure("predicted").label
    assert kratom.row("interaction-dextromethorphan").figure("auc").value == 0.99


# Traps of the literature.


def test_trial_has_the_placebo_values_of_the_paper(kratom: EvidenceLibrary) -> None:
    row = kratom.row("trial-cold-pressor")
    assert [row.figure(name).value for name in ("placebo_before", "placebo_after")] == [15.0, 12.0]
    assert "chronic pain condition" in row.limits[0]
    assert row.standing == "context"


def test_past_month_use_is_not_the_misprint(kratom: EvidenceLibrary) -> None:
    row = kratom.row("exposure-us-past-month-2019")
    assert row.figure("past_month").value == 0.3
    assert "misprint" in row.citation.note


def test_both_inhibition_constants_of_cyp2d6_are_kept(kratom: EvidenceLibrary) -> None:
    row = kratom.row("enzyme-cyp2d6")
    assert [row.figure(name).value for name in ("ki", "ki_measured")] == [0.34, 1.17]


def test_inverted_affinities_are_flagged_and_widen_no_range(kratom: EvidenceLibrary) -> None:
    row = kratom.row("receptor-opioid-obeng-2021")
    assert all(row.figure(name).flag for name in ("mitragynine_ki", "hydroxy_ki", "ratio"))
    assert row.standing == "context"


def test_no_half_life_of_a_few_hours_for_mitragynine(kratom: EvidenceLibrary) -> None:
    rows = [kratom.row(name) for name in ("pk-mitragynine", "pk-huestis-2024", "pk-trakulsrichai-2015")]
    values = [
        row.figure(name.name).value
        for row in rows
        for name in row.figures
        if name.name in ("half_life", "half_life_daily")
    ]
    assert values == [45.3, 43.4, 67.9, 23.24]
    assert all(value is not None and value > 12 for value in values)


def test_refused_clearance_is_said_and_is_no_figure(kratom: EvidenceLibrary) -> None:
    row = kratom.row("pk-trakulsrichai-2015")
    assert 7550 not in [figure.value for figure in row.figures]
    assert row.figure("clearance").value == 1.13
    assert row.figure("clearance").basis == "derived"
    assert "refused" in row.limits[1]


def test_two_trials_of_tolerability_are_not_one(kratom: EvidenceLibrary) -> None:
    company, fda = kratom.row("trial-leaf-powder-15-days"), kratom.row("trial-fda-single-doses")
    assert (company.n, fda.n) == (116, 40)
    assert company.citation.id != fda.citation.id


def test_cholestatic_pattern_is_called_low_and_the_mixed_one_is_fact(kratom: EvidenceLibrary) -> None:
    assert (kratom.row("liver-acg-s3058").confidence, kratom.row("liver-acg-s3058").standing) == ("low", "context")
    for name in ("liver-dilin-2019", "liver-review-2020"):
        value = kratom.row(name).figure("r_value").value
        assert value is not None
        assert 2 < value < 5


def test_nothing_unread_is_in_the_files() -> None:
    text = "\n".join(file.read_text("utf-8") for file in sorted((DATA / "kratom").glob("*.toml")))
    for recalled in ("Powell", "Eggleston", "Krypton", "233 nM", "2,000 fatal", "1,452", "category B", "RECALLED"):
        assert recalled not in text, recalled
    for other_value in ("value = 10.3,", "value = 0.03,", 'value = 3.5, unit = "h"'):
        assert other_value not in re.sub(r"note = .*", "", text), other_value


def test_law_is_dated_or_unknown(kratom: EvidenceLibrary) -> None:
    laws = [row for row in kratom.rows if row.law is not None]
    facts = {row.id.removeprefix("law-us-") for row in laws if row.standing == "fact"}
    states = {"al", "ar", "in", "vt", "wi", "la", "ct", "ri"}
    assert facts == states | {"leaf", "2016", "7oh-recommendation", "7oh-notice", "derivatives"}
    assert all(row.law is not None and row.law.known for row in laws if row.standing == "fact")
    order, elsewhere = kratom.row("law-us-7oh-order").law, kratom.row("law-elsewhere").law
    assert order is not None
    assert elsewhere is not None
    assert not order.known
    assert not elsewhere.known


def test_a_search_that_found_nothing_says_that_it_is_absence_of_evidence(kratom: EvidenceLibrary) -> None:
    rows = [row for row in kratom.rows if row.kind == "not-found"]
    assert all(row.read == "search" and row.standing == "context" for row in rows)
    assert all("Absence of evidence" in row.limits[0] for row in rows)


def test_context_topics_are_never_facts_where_the_literature_is_weak(kratom: EvidenceLibrary) -> None:
    facts = {topic for row in kratom.facts for topic in row.topics}
    assert facts.isdisjoint(
        {"chronic-pain", "acute-pain", "inflammation", "photosensitivity", "depigmentation", "receptor"}
    )


def test_nothing_in_the_code_knows_kratom(project_root: Path) -> None:
    root = project_root / "src" / "phytovigil"
    code = [*(root / "evidence").glob("*.py"), root / "schema" / "evidence.py", root / "study" / "evidence_tables.py"]
    code += [root / "study" / "published.py", root / "cli" / "evidence.py", root / "dossier" / "evidence_figure.py"]
    code += [root / "dossier" / "templates" / "evidence.html.j2"]
    words = re.compile(r"kratom|mitragyn", re.IGNORECASE)
    lines = [line for file in code for line in file.read_text("utf-8").splitlines() if words.search(line)]
    assert [line for line in lines if ">>>" not in line and "'Mitragynine" not in line] == []


def test_library_is_the_same_every_time() -> None:
    assert list_shipped() == ("kratom",)
    again, once = load_evidence("kratom"), load_evidence("kratom")
    assert again == once
    assert json.dumps(dataclasses.asdict(again)) == json.dumps(dataclasses.asdict(once))
