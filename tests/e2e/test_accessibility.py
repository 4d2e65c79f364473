"""The page under axe-core: no fault of serious or critical impact, in light and dark, on a phone, a desk and paper.

axe-core (Deque Systems) checks the rules of WCAG 2.2 that a program can check; what it cannot is looked at by people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

GRAVE = ("serious", "critical")
VIEWS = [("phone", 390, "light", "screen"), ("desk, dark", 1280, "dark", "screen")]
"""Name, width in px, colours and medium: both widths and both schemes, each run taking seconds."""

MORE_VIEWS = [
    ("phone, dark", 390, "dark", "screen"),
    ("desk", 1280, "light", "screen"),
    ("paper", 794, "light", "print"),
]
ALL_VIEWS = [*VIEWS, *(pytest.param(*view, marks=pytest.mark.slow) for view in MORE_VIEWS)]

Check = Callable[[Any], list[str]]


@pytest.fixture(scope="session")
def check_page(browser: Any) -> Check:
    """Grave faults of an open page: rule, impact and the first element."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def check(page: Any) -> list[str]:
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{f['id']} ({f['impact']}): {f['nodes'][0]['target']}" for f in found if f["impact"] in GRAVE]

    return check


@pytest.fixture(scope="module")
def page(browser: Any, html: str) -> Iterator[Any]:
    """The example's page with all that is folded open, so that it is checked too."""
    opened = browser.new_page()
    opened.set_content(html.replace("<details", "<details open"))
    yield opened
    opened.close()


@pytest.mark.parametrize(("name", "width", "scheme", "media"), ALL_VIEWS)
def test_no_grave_fault(check_page: Check, page: Any, name: str, width: int, scheme: str, media: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media, color_scheme=scheme)
    assert check_page(page) == []


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("image-alt", '<img src="data:,">'),
        ("color-contrast", '<p style="color: #bbbbbb; background: #ffffff">Hard to read</p>'),
        ("link-name", '<a href="#main"></a>'),
    ],
)
def test_a_fault_would_be_found(check_page: Check, browser: Any, rule: str, broken: str) -> None:
    opened = browser.new_page()
    opened.set_content(
        f'<!doctype html><html lang="en"><title>t</title><main id="main"><h1>h</h1>{broken}</main></html>'
    )
    found = check_page(opened)
    opened.close()
    assert [fault.split(" ")[0] for fault in found] == [rule]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "width", "scheme", "media"), VIEWS)
def test_no_grave_fault_in_the_worked_study(
    check_page: Check, browser: Any, worked_page: str, name: str, width: int, scheme: str, media: str
) -> None:
    """The worked study from the snapshot that comes with the program."""
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.set_content(worked_page)
    found = check_page(opened)
    opened.close()
    assert found == []


@pytest.fixture(scope="module")
def worked_page(run: Callable[..., Any], project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("worked")
    done = run("study", project_root / "examples/kratom-claims.toml", "--snapshot", "kratom-claims", "--out", folder)
    assert done.code == 0, done.err
    return (folder / "dossier.html").read_text("utf-8")
