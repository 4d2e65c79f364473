"""The choices of a study, their combinations, and what is said of them: on plain data, without reports."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from phytovigil.errors import InvalidStudy
from phytovigil.schema.selection import Selection
from phytovigil.schema.specifications import Exclusion, Specifications
from phytovigil.schema.study import Study
from phytovigil.study.definition import parse_study
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.planning import Plan, PlannedPair
from phytovigil.study.specifications import specification_curve
from phytovigil.study.specifications.choices import Design, Setting
from phytovigil.study.specifications.estimating import estimate_tables
from phytovigil.study.specifications.planning import plan_design
from phytovigil.study.specifications.summarising import (
    count_changes,
    list_movers,
    list_pairs,
    list_steps,
    share_variance,
)

HEAD = """
[study]
name = "x"
title = "X"
question = "X?"
product = "kava"
outcomes = ["jaundice"]
sources = ["caers"]
"""
KAVA = NamedProduct("kava", "kava", "botanical")
NARROW = NamedReaction("jaundice/narrow", "jaundice", "Jaundice", ("JAUNDICE",), "narrow")
BROAD = NamedReaction("jaundice/broad", "jaundice", "Jaundice (broad)", ("JAUNDICE", "YELLOW SKIN"), "broad")


def make_plan(asked: Specifications, selection: Selection | None = None, **changed: Any) -> Plan:
    study = Study("x", "X", "X?", "kava", ("jaundice",), ("caers",), specifications=asked, **changed)
    study = replace(study, selection=selection or Selection(role="any"))
    pairs = (PlannedPair("scope", "broad list of terms", KAVA, BROAD, study.selection),)
    valerian = NamedProduct("valerian", "valerian", "botanical")
    return Plan(study, KAVA, (valerian,), (NARROW,), (), pairs)


def test_section_is_read_with_all_its_keys() -> None:
    asked = parse_study(
        f"""{HEAD}
[specifications]
role = ["any", "suspect"]
comparator = ["all", "same-class"]
product_class = ["54"]
period = ["all", [2014, 2017]]
strata = ["none", "age+sex"]
[[specifications.exclusion]]
label = "opioids"
products = ["opioid"]
"""
    ).specifications
    assert asked == Specifications(
        role=("any", "suspect"),
        comparator=("all", "same-class"),
        product_class=("54",),
        period=(None, (2014, 2017)),
        strata=("none", "age+sex"),
        exclusions=(Exclusion("opioids", ("opioid",)),),
    )


def test_a_study_without_the_section_has_no_curve() -> None:
    assert parse_study(HEAD).specifications is None
    assert specification_curve(replace(make_plan(Specifications()), study=parse_study(HEAD)), {}) == []


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("[specifications]\nroles = ['any']", "“roles” is no key", "role"),
        ("[specifications]\nrole = ['anyone']", "role in [specifications] is “anyone”", "primary"),
        ("[specifications]\nrole = 'any'", "a list of texts is needed", ""),
        ("[specifications]\nrole = ['any', 'any']", "names any twice", ""),
        ("[specifications]\nstrata = ['sex+height']", "is “height”", "country"),
        ("[specifications]\nstrata = ['sex+age', 'age+sex']", "twice", ""),
        ("[specifications]\nperiod = [[2017, 2014]]", "first year comes first", ""),
        ("[specifications]\nperiod = ['some']", "it can be “all”", ""),
        ("[specifications]\nmeasure = ['ebgm']", "is “ebgm”", "ror-midp"),
        ("[[specifications]]\nrole = ['any']", "is not a section", "once"),
        ("[[specifications.exclusion]]\nlabel = 'x'", "leaves nothing out", "products"),
        ("[[specifications.exclusion]]\nproducts = ['kava']", "no label", ""),
        ("[[specifications.exclusion]]\nlabel = 'x'\nproduct = ['kava']", "“product” is no key", "products"),
        ("[specification]\nrole = ['any']", "“specification” is no section", "specifications"),
    ],
)
def test_a_slip_is_refused_with_what_to_do(text: str, complaint: str, hint: str) -> None:
    with pytest.raises(InvalidStudy) as refused:
        parse_study(f"{HEAD}\n{text}")
    assert complaint in refused.value.message
    assert hint in (refused.value.hint or "")


def test_settings_are_all_combinations_in_order_and_the_main_analysis_is_one() -> None:
    asked = Specifications(
        role=("suspect",),
        scope=("narrow", "broad"),
        strata=("none", "sex+age"),
        measure=("ror", "ic"),
        exclusions=(Exclusion("kava", ("kava",)), Exclusion("papers", literature=True)),
    )
    design = plan_design(make_plan(asked), asked, NARROW)
    settings = list(design.settings())
    assert [choice.name for choice in design.choices] == [
        "role", "without kava", "without papers", "scope", "strata", "measure",
    ]  # fmt: skip
    assert len(settings) == len(design) == len(set(settings)) == 2**6
    main = settings[design.main_place]
    assert main == design.main == Setting(Selection(role="any"), "narrow", (), "ic")
    # The levels as written, the main one first where it was not named; the last choice changes fastest.
    expected = [
        Setting(Selection(role=role, without_products=kava, literature=papers), scope, strata, measure)
        for role in ("any", "suspect")
        for kava in ((), ("kava",))
        for papers in (None, False)
        for scope in ("narrow", "broad")
        for strata in ((), ("sex", "age"))
        for measure in ("ror", "ic")
    ]
    assert settings == expected


def test_comparators_change_the_population_and_need_what_they_name() -> None:
    asked = Specifications(comparator=("all", "active", "same-class"), product_class=("54",))
    design = plan_design(make_plan(asked), asked, NARROW)
    assert [setting.selection for setting in design.settings()] == [
        Selection(role="any"),
        Selection(role="any", among=("kava", "valerian")),
        Selection(role="any", category=("54",)),
    ]
    with pytest.raises(InvalidStudy, match="product_class"):
        plan_design(make_plan(asked), replace(asked, product_class=()), NARROW)
    with pytest.raises(InvalidStudy, match="comparators"):
        plan_design(replace(make_plan(asked), comparators=()), asked, NARROW)


@pytest.mark.parametrize("main", ["all", "active", "same-class"])
def test_the_comparator_of_the_main_analysis_is_recognised(main: str) -> None:
    selections = {
        "all": Selection(),
        "active": Selection(among=("kava", "valerian")),
        "same-class": Selection(category=("54",)),
    }
    asked = Specifications(comparator=("all", "active", "same-class"), product_class=("54",))
    (choice,) = plan_design(make_plan(asked, selections[main]), asked, NARROW).choices
    assert choice.levels[choice.main].name == main


def test_levels_that_a_source_cannot_answer_are_left_out_and_the_rest_stays_complete() -> None:
    asked = Specifications(role=("any", "suspect", "primary"), names=("certain", "likely"), strata=("none", "country"))
    design = plan_design(make_plan(asked), asked, NARROW)
    left = design.without({("role", "primary"): "why", ("strata", "country"): "why"})
    assert [(choice.name, len(choice.levels)) for choice in left.choices] == [("role", 2), ("names", 2)]
    assert set(left.settings()) == {s for s in design.settings() if s.selection.role != "primary" and not s.strata}


def made_up_columns(sizes: tuple[int, ...], seed: int) -> dict[str, list[Any]]:
    draw = random.Random(seed)
    number = math.prod(sizes)
    a = [draw.randint(0, 9) for _ in range(number)]
    return {
        "a": a,
        "expected": [draw.uniform(0.1, 5) for _ in a],
        "estimate": [draw.choice([None, draw.uniform(0.2, 9)]) for _ in a],
        "low": [0.5 for _ in a],
        "high": [draw.uniform(0.5, 2) for _ in a],
        "ic025": [0.1 for _ in a],
        "above": [draw.random() < 0.5 for _ in a],
        "signal": [draw.choice([True, False, None]) for _ in a],
    }


@pytest.mark.parametrize("sizes", [(2, 3, 2), (4, 2), (3, 3, 2, 2)])
def test_shares_of_variance_are_those_of_an_analysis_of_variance(sizes: tuple[int, ...]) -> None:
    draw = random.Random(sum(sizes))
    values = [draw.gauss(0, 1) for _ in range(math.prod(sizes))]
    frame = pd.DataFrame(list(itertools.product(*map(range, sizes))), columns=[f"f{i}" for i in range(len(sizes))])
    frame["y"] = values
    table = anova_lm(ols("y ~ " + " + ".join(f"C(f{i})" for i in range(len(sizes))), frame).fit())
    mean = sum(values) / len(values)
    total = sum((value - mean) ** 2 for value in values)
    expected = [100 * table["sum_sq"][f"C(f{i})"] / total for i in range(len(sizes))]
    assert share_variance(values, sizes) == pytest.approx(expected, rel=1e-5)
    assert share_variance([1.5] * len(values), sizes) is None


@pytest.mark.parametrize("sizes", [(2, 3, 2), (3, 4)])
def test_pairs_are_those_that_differ_in_one_choice_only(sizes: tuple[int, ...]) -> None:
    levels = list(itertools.product(*map(range, sizes)))
    for place in range(len(sizes)):
        stride = math.prod(sizes[place + 1 :])
        found = list_pairs(len(levels), sizes[place], stride)
        brute = [
            (one, other)
            for one, other in itertools.combinations(range(len(levels)), 2)
            if [i for i in range(len(sizes)) if levels[one][i] != levels[other][i]] == [place]
        ]
        assert sorted(found) == brute


def test_movers_and_steps_against_every_pair_looked_at() -> None:
    asked = Specifications(
        role=("any", "suspect", "primary"), names=("certain", "likely"), strata=("none", "sex", "year")
    )
    design = plan_design(make_plan(asked), asked, NARROW)
    columns, levels = made_up_columns(design.sizes, 3), list(itertools.product(*map(range, design.sizes)))
    movers = {mover["choice"]: mover for mover in list_movers(columns, design)}
    for place, choice in enumerate(design.choices):
        mover, signal = movers[choice.name], columns["signal"]
        pairs = [
            (one, other)
            for one, other in itertools.combinations(range(len(levels)), 2)
            if all((levels[one][i] != levels[other][i]) == (i == place) for i in range(len(levels[0])))
        ]
        assert mover["pairs"] == len(pairs)
        assert mover["verdict_changes"] == sum({signal[one], signal[other]} == {True, False} for one, other in pairs)
        for level, told in enumerate(mover["levels"]):
            members = [number for number, own in enumerate(levels) if own[place] == level]
            values = sorted(v for m in members if (v := columns["estimate"][m]) is not None)
            middle = len(values) // 2
            median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
            assert told["median"] == pytest.approx(median, rel=1e-5)
            assert told["specifications"] == len(members)
            assert told["above_one"] == sum(value > 1 for value in values)
            assert told["signals"] == sum(signal[m] is True for m in members)
    for step in list_steps(columns, design):
        place = [choice.name for choice in design.choices].index(step["choice"])
        level = [named.name for named in design.choices[place].levels].index(step["level"])
        own = tuple(level if i == place else choice.main for i, choice in enumerate(design.choices))
        assert step["a"] == columns["a"][levels.index(own)]
    assert count_changes([True, None, False], [(0, 1), (0, 2), (1, 2)]) == 1


class Recorded:
    """A source whose reports are gone: only what was noted is left."""

    source = "caers"

    def __init__(self, noted: dict[str, Any]) -> None:
        self.noted = json.dumps(noted)

    def note(self, name: str, ask: Callable[..., Any]) -> Any:
        assert name == "specifications"
        return json.loads(self.noted)


def test_a_curve_is_drawn_from_what_was_noted_alone() -> None:
    asked = Specifications(role=("any", "suspect", "primary"), measure=("ror", "prr", "ic", "ror-midp"))
    noted = {
        "left_out": [["role", "primary", "CAERS does not mark the primary suspect of a case."]],
        "outcomes": {"jaundice/narrow": {"tables": [[4, 30, 463, 64020], [0, 20, 467, 64030]], "table_of": [0, 1]}},
    }
    (curve,) = specification_curve(make_plan(asked), {"caers": Recorded(noted)})  # type: ignore[dict-item]
    columns, summary = curve["columns"], curve["summary"]
    assert [choice["name"] for choice in curve["choices"]] == ["role", "measure"]
    assert columns["a"] == [4, 4, 4, 4, 0, 0, 0, 0]
    assert columns["estimate"][0] == pytest.approx(4 * 64020 / (30 * 463), rel=1e-5)
    assert columns["estimate"][2] == pytest.approx(4.5 / (34 * 467 / 64517 + 0.5), rel=1e-5)
    assert columns["estimate"][4:6] == [None, None]
    assert (summary["specifications"], summary["estimable"], summary["different_tables"]) == (8, 6, 2)
    assert (summary["signals"], summary["interval_above"], summary["most_cases"]) == (4, 4, 4)
    assert summary["main"]["position"] == 2
    assert curve["not_possible"][0]["title"] == "role of the product: primary suspect"
    assert "8 specifications were run" in curve["text"][0]
    (step,) = [step for step in curve["steps"] if step["choice"] == "role"]
    assert step["changes"]
    assert any("suspect role”, takes the observed cases from 4 to 0" in sentence for sentence in curve["text"])


def test_rules_without_a_form_for_strata_leave_the_verdict_open() -> None:
    divided = [4, 30, 463, 64020, 0.9, 1.0, 0.4, 0.5, 0.4, 0.1, 3.0, 1.2, 0.5]
    for rule, expected in (("ic025", [True, False]), ("evans", [True, None]), ("eb05", [None, None])):
        rows = estimate_tables([[4, 30, 463, 64020], divided], ("ror",), rule, 3)
        assert [row["signal"] for row in rows] == expected
    midp = estimate_tables([divided], ("ror-midp", "ror"), "ic025", 3)[0]["estimates"]
    assert set(midp) == {"ror"}


def test_no_case_anywhere_is_said_plainly() -> None:
    asked = Specifications(role=("any", "suspect"), measure=("ic",))
    noted = {"left_out": [], "outcomes": {"jaundice/narrow": {"tables": [[0, 9, 5, 900]], "table_of": [0, 0]}}}
    (curve,) = specification_curve(make_plan(asked), {"caers": Recorded(noted)})  # type: ignore[dict-item]
    assert "None of them observes a case; between 0.05 and 0.05 are expected." in curve["text"][1]
    assert "nobody reported" in curve["text"][2]


def test_design_without_choices_is_the_main_analysis() -> None:
    asked = Specifications()
    design = plan_design(make_plan(asked), asked, NARROW)
    assert isinstance(design, Design)
    assert list(design.settings()) == [design.main]
