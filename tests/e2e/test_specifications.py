"""The specification curve on the real reports: each kind of specification counted a second time, one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from phytovigil.schema.counts import Counts
from phytovigil.signals.confounding.mantel_haenszel import mantel_haenszel_ror, stratified_expected, stratified_ic
from phytovigil.signals.confounding.many_strata import adjusted_ic, common_ror
from phytovigil.store import Store
from phytovigil.study.definition import load_study
from phytovigil.study.evidence import RecordedEvidence, ReportEvidence
from phytovigil.study.examining.asked import Asked
from phytovigil.study.examining.dividing import divide
from phytovigil.study.planning import Plan
from phytovigil.study.specifications import specification_curve, without_measure
from phytovigil.study.specifications.counting import Task, count_tasks, find_left_out, list_tasks, sum_divided
from phytovigil.study.specifications.planning import plan_design
from phytovigil.study.study_runs import open_evidence

STUDY = Path(__file__).parents[2] / "examples" / "kratom-skin.toml"


@contextmanager
def opened(store: Path, study: Path = STUDY) -> Iterator[tuple[Plan, ReportEvidence]]:
    with open_evidence(Store(store), load_study(study), None) as (plan, evidence):
        yield plan, evidence["caers"]


def all_tasks(plan: Plan, item: ReportEvidence) -> list[Task]:
    assert plan.study.specifications is not None
    found: list[Task] = []
    for outcome in plan.outcomes:
        design = without_measure(plan_design(plan, plan.study.specifications, outcome))
        found += list_tasks(plan, outcome, design.without(find_left_out(item.counter, design.choices, design.main)))
    return found


def check_tasks(plan: Plan, item: ReportEvidence, tasks: list[Task]) -> None:
    """Every table by a statement of its own, and its strata by the code that examines strata."""
    counter = item.counter
    cells, strata = count_tasks(counter, plan.product, tasks)
    sums = sum_divided(strata)
    ratios, components = common_ror(sums), adjusted_ic([cell[0] for cell in cells], sums)
    for place, task in enumerate(tasks):
        setting = task.setting
        assert cells[place] == counter.count_pair(plan.product, task.reaction, setting.selection), setting
        if not setting.strata:
            assert strata[place] is None
            continue
        expected = counter.expect_pair(plan.product, task.reaction, setting.selection, setting.strata)
        assert float(sums.expected[place]) == pytest.approx(expected, rel=1e-9), setting
        asked = Asked(counter, plan.product, setting.selection, task.reaction)
        alone: Counts = divide(asked, setting.strata).counts
        assert stratified_expected(alone) == pytest.approx(expected, rel=1e-9)
        for many, one in ((ratios, mantel_haenszel_ror(alone)), (components, stratified_ic(alone))):
            for name in ("point", "low", "high"):
                same = pytest.approx(float(getattr(one, name)[0]), rel=1e-9, nan_ok=True)
                assert float(getattr(many, name)[place]) == same, setting


def test_every_kind_of_specification_agrees_with_its_own_count(store: Path) -> None:
    """Forty of all, drawn once; each level of each choice is among them."""
    with opened(store) as (plan, item):
        tasks = all_tasks(plan, item)
        some = random.Random(20261122).sample(tasks, 40)
        for told in (lambda s: s.strata, lambda s: s.scope, lambda s: s.selection.names, lambda s: s.selection.years,
                     lambda s: s.selection.role, lambda s: s.selection.duplicates, lambda s: s.selection.serious,
                     lambda s: s.selection.among, lambda s: s.selection.category,
                     lambda s: s.selection.without_products):  # fmt: skip
            assert {told(task.setting) for task in some} == {told(task.setting) for task in tasks}
        check_tasks(plan, item, some)


@pytest.mark.slow
def test_every_specification_of_the_study_agrees_with_its_own_count(store: Path) -> None:
    with opened(store) as (plan, item):
        check_tasks(plan, item, all_tasks(plan, item))


@pytest.fixture(scope="module")
def curves(store: Path) -> list[dict[str, Any]]:
    """The curves of the worked study; drawn again from what was noted alone, they are the same."""
    with opened(store) as (plan, item):
        found = specification_curve(plan, {"caers": item})
        recorded = RecordedEvidence("caers", item.record)
        assert specification_curve(plan, {"caers": recorded}) == found
    return found


def test_kratom_study_runs_thousands_for_each_outcome(curves: list[dict[str, Any]]) -> None:
    assert [curve["reaction"] for curve in curves] == ["skin-pigmentation/narrow", "jaundice/narrow"]
    for curve in curves:
        assert curve["summary"]["specifications"] >= 2000
        assert {item["choice"] for item in curve["not_possible"]} == {
            "without a literature reference", "without a consumer as reporter",
        }  # fmt: skip
    assert curves[0]["summary"]["signals"] == curves[0]["summary"]["most_cases"] == 0


def test_jaundice_says_that_adjusting_for_sex_and_age_takes_the_disproportion_away(
    curves: list[dict[str, Any]], ask: Callable[..., dict[str, Any]], store: Path
) -> None:
    """The same figures as `examine strata` gives."""
    jaundice = curves[1]
    (step,) = [step for step in jaundice["steps"] if step["level"] == "sex+age"]
    where = ("--product", "kratom", "--reaction", "jaundice", "--role", "any", "--source", "caers", "--store", store)
    answer = ask("examine", "strata", *where, "--by", "sex", "--by", "age", "--vocabulary", "2026-11-22")
    main = jaundice["summary"]["main"]
    assert main["expected"] == pytest.approx(answer["crude"]["expected"], rel=1e-5)
    assert main["ic025"] == pytest.approx(answer["crude"]["ic"]["low"], rel=1e-5)
    assert step["expected"] == pytest.approx(answer["adjusted"]["expected"], rel=1e-5)
    assert step["ic025"] == pytest.approx(answer["adjusted"]["ic"]["low"], rel=1e-4)
    assert (main["signal"], step["signal"], step["changes"]) == (True, False, True)
    said = [sentence for sentence in jaundice["text"] if "sex and age" in sentence]
    assert "from 0.27 to 0.99" in said[0]
    assert "from 0.82 to −0.14" in said[0]


def test_a_product_that_there_is_not_is_refused_by_name(store: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text(
        STUDY.read_text(encoding="utf-8").replace('products = ["opioid"]', 'products = ["opoid"]'), "utf-8"
    )
    with opened(store, study) as (plan, item), pytest.raises(Exception, match="opoid") as refused:
        specification_curve(plan, {"caers": item})
    assert type(refused.value).__name__ == "InvalidStudy"


@pytest.mark.parametrize(
    ("option", "field"),
    [
        (("--no-literature",), "literature references"),
        (("--literature",), "literature references"),
        (("--without-reporter", "consumer"), "the reporter of a case"),
    ],
)
def test_what_a_source_never_records_is_no_condition_there(
    option: tuple[str, ...], field: str, refuse: Callable[..., str], three_cases: Path
) -> None:
    asked = ("--product", "kava", "--reaction", "jaundice", "--store", three_cases)
    assert f"CAERS does not record {field}" in refuse(7, "count", *asked, *option)
