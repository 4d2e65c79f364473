"""The sections on claims and on benefit and risk as HTML: structure, links, escaping, and numbers from the findings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from importlib.resources import files
from itertools import pairwise
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from phytovigil.dossier.page import make_environment

AROUND = (
    '{% import "macros.html.j2" as m with context %}{% include "claims.html.j2" %}{% include "benefit_risk.html.j2" %}'
)


@pytest.fixture(scope="module")
def example(load_example: Callable[[str], ModuleType]) -> ModuleType:
    return load_example("claims")


@pytest.fixture(scope="module")
def sections(example: ModuleType) -> dict[str, Any]:
    return {"claims": example.build_claims(), "benefit_risk": example.build_benefit_risk()}


def render(sections: dict[str, Any], **more: Any) -> str:
    findings = {"product": {"name": "Amber root"}, "evidence": None, **sections, **more}
    return make_environment().from_string(AROUND).render(f=findings)


@pytest.fixture(scope="module")
def html(sections: dict[str, Any]) -> str:
    return render(sections)


@pytest.mark.parametrize("name", ["claims", "benefit_risk"])
def test_the_example_fits_the_published_schema(sections: dict[str, Any], name: str) -> None:
    schema = json.loads((files("phytovigil.schema") / "json" / "findings.schema.json").read_text("utf-8"))
    part = {**schema["properties"][name], "$defs": schema["$defs"]}
    jsonschema.validate(sections[name], part, cls=jsonschema.Draft202012Validator)
    jsonschema.validate(None, part, cls=jsonschema.Draft202012Validator)


def test_every_claim_has_its_row_its_article_and_its_anchor(html: str, sections: dict[str, Any]) -> None:
    for claim in sections["claims"]["claims"]:
        assert f'href="#claim-{claim["id"]}"' in html
        assert html.count(f'id="claim-{claim["id"]}"') == 1
        assert unescape(html).count(claim["text"]) >= 2


def test_headings_go_down_one_level_at_a_time(html: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_stands_in_a_region(html: str) -> None:
    tables = re.findall(r"<table.*?</table>", html, re.S)
    assert len(tables) == html.count('role="region"') >= 6
    for table in tables:
        assert "<caption>" in table
        assert 'scope="col"' in table
        assert not re.search(r"<th(?![^>]*scope=)[ >]", table)


def test_numbers_of_the_page_stand_in_the_findings(html: str, sections: dict[str, Any]) -> None:
    held = json.dumps(sections, ensure_ascii=False)
    known = {number.replace(",", "").rstrip(".") for number in re.findall(r"\d[\d,.]*", held)}
    rounded = {f"{float(number):.{digits}f}" for number in known if number.count(".") < 2 for digits in range(4)}
    shown = re.sub(r"<[^>]*>", " ", unescape(html))
    numbers = {number.replace(",", "").rstrip(".") for number in re.findall(r"\d[\d,.]*", shown)}
    assert numbers - known - rounded - {"95"} == set()


def test_what_people_wrote_is_shown_and_never_run(html: str) -> None:
    assert "Finding of foot-survey &lt;in people&gt;." in html
    assert "<in people>" not in html


def test_steps_reasons_and_rules_are_printed(html: str) -> None:
    text = unescape(html)
    assert "Starts at high; very serious indirectness: high → low; imprecision: low → very low." in text
    assert "Other feet." in text
    assert "The rule: a trial or a comparison of people supports it, with low or very low certainty." in text
    assert "sore feet 30, pain 2 and 3 further reasons" in text
    assert "after amber root: 24.9 s (SD 39.4)" in text
    assert "after placebo: 12.0 s (95 % CI 9.5 to 14.5)" in text
    assert "9 (7 serious, death in 1, hospitalisation in 4)" in text


def test_rows_are_linked_only_where_the_page_has_them(sections: dict[str, Any], html: str) -> None:
    assert "#evidence-" not in html
    assert 'href="#evidence-foot-trial"' in render(sections, evidence={"tables": []})


def test_no_score_and_no_rate_is_made(html: str) -> None:
    text = re.sub(r"<[^>]*>", " ", unescape(html))
    assert not re.search(r"\d\s*% of (users|people|patients)|\bscore\b(?! is made)|per (1,000|100)\b", text)


def test_without_conditions_there_is_no_question_of_subgroups(example: ModuleType, sections: dict[str, Any]) -> None:
    plain = {**sections, "claims": {**sections["claims"], "conditions": []}}
    assert "section-subgroups" not in render(plain)
    assert "section-subgroups" in render(sections)
