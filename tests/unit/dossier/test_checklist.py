"""The checklist as HTML: states in words, prompts, links, escaping, references."""

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
    '{% import "macros.html.j2" as m with context %}<main id="section-answer">{% include "checklist.html.j2" %}</main>'
)


@pytest.fixture(scope="module")
def example(load_example: Callable[[str], ModuleType]) -> ModuleType:
    return load_example("checklist")


@pytest.fixture(scope="module")
def sections(example: ModuleType) -> dict[str, Any]:
    return {
        "checklist": example.build_checklist(),
        "methods_text": example.build_methods_text(),
        "citations": example.build_citations(),
    }


@pytest.fixture(scope="module")
def html(sections: dict[str, Any]) -> str:
    return make_environment().from_string(AROUND).render(f=sections)


def row(html: str, anchor: str) -> str:
    found = re.search(rf'<tr id="{anchor}">.*?</tr>', html, re.DOTALL)
    assert found is not None, anchor
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group())).split())


@pytest.mark.parametrize("name", ["checklist", "methods_text", "citations"])
def test_the_example_fits_the_published_schema(sections: dict[str, Any], name: str) -> None:
    schema = json.loads((files("phytovigil.schema") / "json" / "findings.schema.json").read_text("utf-8"))
    part = {**schema["properties"][name], "$defs": schema["$defs"]}
    jsonschema.validate(sections[name], part, cls=jsonschema.Draft202012Validator)


def test_every_item_stands_once_with_its_state_in_words(html: str, sections: dict[str, Any]) -> None:
    words = {"filled": "● filled", "partly": "◐ filled in part", "gap": "○ gap"}
    for part, prefix in (("body", "item-"), ("abstract", "abstract-")):
        for item in sections["checklist"][part]:
            assert html.count(f'id="{prefix}{item["item"]}"') == 1
            assert f"{item['item']} {words[item['state']]}" in row(html, prefix + item["item"])


def test_a_gap_shows_its_prompt_and_a_filled_item_none(html: str) -> None:
    assert "Still to be written: Say who paid." in row(html, "item-14a")
    assert "Still to be written: Say why it is asked now." in row(html, "item-2b")
    assert "Still to be written" not in row(html, "item-1a")


def test_a_long_text_is_folded_and_a_short_one_is_not(html: str) -> None:
    assert "The text of item 9" in row(html, "item-9")
    assert "The text of item 1a" not in html


def test_whose_text_it_is_is_said(html: str) -> None:
    assert "by the author" in row(html, "abstract-1b")
    assert "by the author" not in row(html, "item-1a")


def test_no_link_leads_nowhere(html: str) -> None:
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'id="([^"]+)"', html))


def test_anchors_are_unique(html: str) -> None:
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))


def test_text_is_escaped(html: str) -> None:
    assert "Examplewort &lt;and&gt; jaundice." in html
    assert "{{DEMO &amp; more}}" in html


def test_methods_and_references_are_printed_with_their_numbers(html: str) -> None:
    assert "We analysed reports in DEMO [1]." in html
    assert '<li value="2"' in html
    assert 'href="https://doi.org/10.1002/pds.677"' in html
    assert "@article{evans2001," in html


def test_headings_do_not_skip_a_level(html: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 2
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_checklist_alone_makes_a_page(sections: dict[str, Any]) -> None:
    alone = {"checklist": sections["checklist"], "methods_text": [], "citations": []}
    html = make_environment().from_string(AROUND).render(f=alone)
    assert "Methods, to be copied" not in html
    assert "BibTeX" not in html
