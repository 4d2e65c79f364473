"""The summary of one person in a browser: on a phone, in the dark, on paper; and its findings beside their schema."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROBE = """() => {
  const root = document.documentElement, wide = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".scroll, .drawing, .skip")) continue;
    if (element.getBoundingClientRect().right > root.clientWidth + 1) wide.push(element.tagName);
  }
  return {scroll: root.scrollWidth, wide: wide.slice(0, 5), paper: getComputedStyle(document.body).backgroundColor};
}"""


@pytest.fixture(scope="module")
def findings(project_root: Path) -> dict[str, Any]:
    """The summary of the invented person with much to tell."""
    from phytovigil.study.following.summary import gather_summary

    file = project_root / "tests" / "unit" / "dossier" / "person" / "example_person.py"
    spec = importlib.util.spec_from_file_location("example_person_for_browser", file)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return gather_summary(example.build_busy(), example.AS_OF)


@pytest.fixture(scope="module")
def page(browser: Any, findings: dict[str, Any]) -> Iterator[Any]:
    """The page, opened once."""
    from phytovigil.dossier.person import make_summary

    html = make_summary(findings, ("html",))["summary.html"].decode()
    opened = browser.new_page()
    opened.set_content(html)
    yield opened
    opened.close()


def test_findings_fit_their_schema(findings: dict[str, Any], check: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert check(findings)["schema"] == "phytovigil/follow-summary/1"


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_overflows_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    seen = page.evaluate(PROBE)
    assert seen["wide"] == []
    assert seen["scroll"] <= width


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_no_grave_fault(page: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media="screen", color_scheme=scheme)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [f"{one['id']}: {one['nodes'][0]['target']}" for one in found if one["impact"] in ("serious", "critical")]
    assert grave == []


def test_paper_is_white_and_two_pages_at_most(page: Any) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(PROBE)["paper"] == "rgb(255, 255, 255)"
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type ?/Page\b(?!s)", printed)) <= 2
    sizes = {
        (round(float(w)), round(float(h))) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    }
    assert sizes == {(595, 842)}
