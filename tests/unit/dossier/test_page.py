"""The page as HTML: structure, accessibility, links, escaping, and what it must never say."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from phytovigil.dossier import render_dossier
from phytovigil.dossier.page import render_page

VOID = {"meta", "br", "col", "link", "img", "input", "hr", "rect", "path", "line"}
HOSTILE = "<script>alert('x')</script> & \"quoted\" <img src=x onerror=alert(1)>"


class Outline(HTMLParser):
    """Elements in order, each as (tag, attributes, tags it stands in)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.open: list[str] = []
        self.unclosed: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & set(self.open):
            self.texts.append(data)

    def tags(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs, _ in self.elements if tag in names]


def find_faults(html: str) -> set[str]:
    """Names of the rules of an accessible page that the HTML breaks."""
    page = Outline(html)
    ids = [attrs["id"] for _, attrs, _ in page.elements if "id" in attrs]
    links = [attrs.get("href", "") for attrs in page.tags("a")]
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    tables = [index for index, (tag, _, _) in enumerate(page.elements) if tag == "table"]
    broken = {
        "language": page.tags("html") and page.tags("html")[0].get("lang") != "en",
        "one h1": levels.count(1) != 1,
        "heading order": any(after > before + 1 for before, after in pairwise(levels)),
        "unique ids": len(ids) != len(set(ids)),
        "internal links": any(link.startswith("#") and link[1:] not in ids for link in links),
        "th scope": any(attrs.get("scope") not in ("col", "row", "rowgroup") for attrs in page.tags("th")),
        "captions": any(page.elements[index + 1][0] != "caption" for index in tables),
        "drawings": any(not attrs.get("aria-label") or attrs.get("role") != "img" for attrs in page.tags("svg")),
        "images": any("alt" not in attrs for attrs in page.tags("img")),
        "regions": any(
            attrs.get("role") == "region" and not (attrs.get("aria-label") and attrs.get("tabindex") == "0")
            for attrs in page.tags("div", "pre")
        ),
        "labels": any(attrs.get("aria-labelledby", ids and ids[0]) not in ids for _, attrs, _ in page.elements),
        "landmarks": any(len(page.tags(tag)) != 1 for tag in ("main", "nav", "header", "footer")),
        "closed": bool(page.unclosed or page.open),
        "script": bool(page.tags("script", "iframe", "object", "embed", "link", "base", "form")),
        "handlers": any(name.startswith("on") for _, attrs, _ in page.elements for name in attrs),
    }
    return {rule for rule, is_broken in broken.items() if is_broken}


SOUND = (
    '<html lang="en"><body><header></header><nav></nav><main id="m"><h1>T</h1><h2>U</h2><a href="#m">x</a>'
    '<table><caption>c</caption><tr><th scope="col">h</th></tr></table><svg role="img" aria-label="a"></svg>'
    '<img alt="" src=""><div role="region" tabindex="0" aria-label="r"></div></main><footer></footer></body></html>'
)
BREAKS = [
    ("language", ' lang="en"', ""),
    ("one h1", "<h1>T</h1>", ""),
    ("heading order", "<h2>U</h2>", "<h4>U</h4>"),
    ("unique ids", "<nav>", '<nav id="m">'),
    ("internal links", "#m", "#n"),
    ("th scope", ' scope="col"', ""),
    ("captions", "<caption>c</caption>", ""),
    ("drawings", ' aria-label="a"', ""),
    ("images", ' alt=""', ""),
    ("regions", ' tabindex="0"', ""),
    ("labels", "<nav>", '<nav aria-labelledby="n">'),
    ("landmarks", "<nav></nav>", ""),
    ("closed", "</main>", ""),
    ("script", "<nav>", "<nav><script></script>"),
    ("handlers", "<nav>", '<nav onclick="x">'),
]


def test_the_checks_pass_a_sound_page() -> None:
    assert find_faults(SOUND) == set()


@pytest.mark.parametrize(("rule", "old", "new"), BREAKS)
def test_every_check_can_fail(rule: str, old: str, new: str) -> None:
    assert rule in find_faults(SOUND.replace(old, new, 1))


def test_the_example_conforms_to_the_contract(findings: dict[str, Any], project_root: Path) -> None:
    schema = json.loads((project_root / "src/phytovigil/schema/json/findings.schema.json").read_text("utf-8"))
    jsonschema.validate(findings, schema)


def test_the_page_is_accessible(page: str) -> None:
    assert find_faults(page) == set()


def test_the_page_asks_for_nothing_outside(page: str) -> None:
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\((?!['\"]?#)", page)
    assert {attrs["src"] for attrs in Outline(page).tags("img")} == set()


def test_the_first_link_skips_to_the_answer(page: str) -> None:
    assert Outline(page).tags("a")[0]["href"] == "#main"


def test_the_answer_comes_first_and_whole(page: str, findings: dict[str, Any]) -> None:
    places = [page.index(sentence) for sentence in findings["answer"]]
    assert places == sorted(places)
    assert places[-1] < page.index("The counts behind the answer")


def test_every_as_of_date_stands_beside_the_answer(page: str, findings: dict[str, Any]) -> None:
    top = page[: page.index('id="section-contents"')]
    for source in findings["sources"]:
        assert source["as_of"] in top


def test_hashes_and_versions_are_on_the_page(page: str, findings: dict[str, Any]) -> None:
    for text in (
        findings["study"]["sha256"],
        findings["basis"]["counts_sha256"],
        findings["vocabulary"]["products_sha256"],
        findings["pair_decisions"]["sha256"],
        findings["sources"][0]["releases"][0]["files"][0]["sha256"],
    ):
        assert text in page


def rows_of(page: str, anchor: str) -> str:
    start = page.index(f'id="{anchor}"')
    return page[start : page.index("</tbody>", start)]


def test_a_row_shows_counts_estimates_and_verdict(page: str) -> None:
    row = rows_of(page, "demo-otherroot-jaundice-narrow-comparator-comparator")
    for text in (
        ">12<",
        ">140<",
        ">455<",
        ">63,893<",
        ">64,500<",
        "1.10",
        "12.0",
        "[6.63–21.9]",
        "▲",
        "Disproportionate",
    ):
        assert text in row


def test_a_zero_cell_is_said_to_be_not_estimable(page: str) -> None:
    row = rows_of(page, "demo-examplewort-pigment-narrow-sensitivity-any-role")
    assert row.count("not estimable") == 2
    assert "Too few cases to say" in row


def test_a_control_that_failed_says_so(page: str) -> None:
    assert "not as expected (signal)" in rows_of(page, "demo-b-vitamin-chromaturia-positive-control-known")


def test_a_count_links_to_its_cases(page: str) -> None:
    card = page[page.index('id="demo-examplewort-jaundice-narrow-main-as-planned"') :]
    card = card[: card.index("</article>")]
    assert 'href="#section-cases-demo-jaundice-narrow"' in card
    assert re.findall(r'href="#(demo-case-\d+)"', card) == [f"demo-case-{n}" for n in (1001, 1002, 1003, 1004)]


def test_a_zero_has_no_link(page: str) -> None:
    card = page[page.index('id="demo-examplewort-pigment-narrow-main-as-planned"') :]
    assert "href" not in card[: card.index("</article>")]


def test_numerators_carry_no_measure(page: str) -> None:
    section = page[page.index('id="section-listings"') : page.index('id="section-who"')]
    assert "nothing stands to compare them with" in section
    assert not re.search(r"ROR|PRR|\bIC\b|expected", section)


def test_the_two_discolourations_never_share_a_row(page: str) -> None:
    tables = page[page.index('id="section-counts"') : page.index('id="section-who"')]
    for row in re.findall(r"<tr.*?</tr>", tables, re.DOTALL):
        assert not ("Jaundice" in row and "pigment" in row)


def test_cases_mark_product_reaction_and_place_in_words(page: str) -> None:
    row = page[page.index('<tr id="demo-case-1001"') :]
    row = row[: row.index("</tr>")]
    assert '<strong class="product">EXAMPLEWORT LEAF POWDER</strong>' in row
    assert "<mark>JAUNDICE</mark> (Jaundice (narrow))" in row
    assert "line 2002" in row


def test_what_a_source_never_records_is_said(page: str) -> None:
    assert "Not recorded by this source: country, reporter." in page


def test_refused_names_show_why(page: str) -> None:
    assert "EXAMPLEWORTH TABLETS" in page
    assert "A calcium brand, not the plant." in page


def cut_section(page: str, anchor: str) -> str:
    """A section of a source, as plain words."""
    start = page.index(f'aria-labelledby="{anchor}"')
    return " ".join(re.sub(r"<[^>]*>", " ", page[start : page.index("</section>", start)]).split())


def test_likely_names_stand_apart_with_their_reason(page: str) -> None:
    names = cut_section(page, "section-names-demo")
    read, _, rest = names.partition("Names that are likely Examplewort and are not counted, DEMO")
    likely, _, refused = rest.partition("Names that look alike and were refused")
    assert "EXAMPELWORT DROPS" not in read + refused
    assert "the analysis “with likely names” counts them." in likely
    assert "EXAMPELWORT DROPS 2 spelling Two letters are swapped, and no other name is as near." in likely


def test_what_became_of_suspected_duplicates_is_said(page: str) -> None:
    assert (
        "Versions of one case are one case. Beyond that, 4 cases in 3 groups of look-alikes are suspected to repeat "
        "another one of the group, 1 of them among the 36 cases of Examplewort. The main analysis keeps them; the "
        "analysis “suspected duplicates folded” leaves them out."
    ) in cut_section(page, "section-flow-demo")


def test_a_listing_says_the_same_of_itself_and_counts_both_ways(page: str) -> None:
    """A source without a complement has no estimates to compare, but its cases are counted in both readings."""
    assert "4 cases in 3 groups of look-alikes are suspected" in cut_section(page, "section-flow-list")
    assert "EXAMPELWORT DROPS" in cut_section(page, "section-names-list")
    table = cut_section(page, "section-listing-list")
    assert "Jaundice (narrow) as planned; any role" in table
    assert "Jaundice (narrow) with likely names; any role" in table
    assert table.count("Terms: ") == 1, "the terms are counted for the main analysis only"


def test_the_page_never_turns_reports_into_frequency(page: str) -> None:
    words = " ".join(Outline(page).texts).lower()
    assert not re.search(r"\b(risks?|rates?|incidences?|rare|rarely|common|commonly)\b", words)
    assert re.search(r"\bdistinct cases\b", words)


def put_everywhere(value: Any, text: str) -> Any:
    """The same structure with every free text replaced; anchors, keys and enumerations stay."""
    fixed = {
        "id",
        "anchor",
        "key",
        "source",
        "reaction",
        "part",
        "verdict",
        "scale",
        "kind",
        "scope",
        "role",
        "product",
        "state",
        "status",
        "standing",
        "choice",
        "level",
        "basis",
        "item",
        "where",
        "pair",
    }
    if isinstance(value, dict):
        return {
            key: inner if key in fixed or key in ("reactions", "nodes", "sex") else put_everywhere(inner, text)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [put_everywhere(inner, text) for inner in value]
    return text if isinstance(value, str) else value


def test_hostile_text_stays_text(findings: dict[str, Any]) -> None:
    page = render_dossier(put_everywhere(findings, HOSTILE))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") > 100
    assert find_faults(page) == set()


def test_a_source_address_that_is_no_web_address_is_not_a_link(findings: dict[str, Any]) -> None:
    findings["sources"][0]["url"] = "javascript:alert(1)"
    page = render_page(findings, [])
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


@pytest.fixture
def change(findings: dict[str, Any]) -> Callable[[Callable[[dict[str, Any]], object]], str]:
    """Render findings after an edit, without figures: drawing takes seconds and shows nothing here."""

    def render(edit: Callable[[dict[str, Any]], object]) -> str:
        changed = copy.deepcopy(findings)
        edit(changed)
        return render_page(changed, [])

    return render


def test_a_study_without_a_complete_source_says_that_nothing_can_be_compared(change: Any) -> None:
    page = change(lambda f: f["sources"].pop(0))
    assert "nothing can be compared" in page
    assert find_faults(page) == set()


def test_a_study_without_numerators_has_no_such_section(change: Any) -> None:
    page = change(lambda f: f["sources"].pop(1))
    assert "section-listings" not in page
    assert find_faults(page) == set()


def test_a_source_without_cases_still_makes_a_page(change: Any) -> None:
    def empty(f: dict[str, Any]) -> None:
        for source in f["sources"]:
            source |= {"case_list": [], "names": [], "refused": [], "profiles": [], "pairs": [], "flow": []}
            source |= {"likely": [], "other_cases": []}
            source["quarantine"] = {"rows": 0, "values": 0, "reasons": [], "examples": []}
            source["case_list_note"] = "The basis is a snapshot, which holds no cases."
        f |= {"specification_curve": [], "case_series": [], "checklist": None}
        f["controls"]["sources"] = []

    page = change(empty)
    assert "which holds no cases" in page
    assert "Nothing was quarantined." in page
    assert find_faults(page) == set()


@pytest.mark.parametrize(
    ("duplicates", "words"),
    [
        ({"clusters": 0, "folded": 0, "product_folded": 0}, "No case is suspected to repeat another one."),
        (
            {"clusters": 1, "folded": 1, "product_folded": 0, "treatment": "folded"},
            "1 case in 1 group of look-alikes is suspected to repeat another one of the group, 0 of them among the 36 "
            "cases of Examplewort. The main analysis leaves them out; the analysis “suspected duplicates "
            "kept” counts them.",
        ),
    ],
)
def test_words_follow_the_treatment_of_suspected_duplicates(change: Any, duplicates: Any, words: str) -> None:
    page = change(lambda f: f["sources"][0]["duplicates"].update(duplicates))
    assert words in cut_section(page, "section-flow-demo")
    assert find_faults(page) == set()


def test_a_study_without_likely_names_or_decisions_shows_neither(change: Any) -> None:
    page = change(lambda f: f.update(pair_decisions=None) or [s.update(likely=[]) for s in f["sources"]])
    assert "Decisions on suspected duplicates" not in page
    assert "and are not counted" not in page
    assert find_faults(page) == set()


def test_a_list_that_differs_from_its_count_is_not_called_the_cases(change: Any) -> None:
    page = change(lambda f: f["sources"][0]["case_list"].pop(0))
    card = page[page.index('id="demo-examplewort-jaundice-narrow-main-as-planned"') :]
    assert "The 4 cases" not in card[: card.index("</article>")]


def test_the_terms_behind_a_reaction_stand_apart(findings: dict[str, Any]) -> None:
    """Jaundice and yellow skin are one group, and a reader must still see how many of each."""
    assert "Terms: Jaundice 3, Yellow skin 2" in render_dossier(findings)
