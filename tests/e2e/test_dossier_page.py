"""The page in a browser: nothing overflows on a phone, nothing is asked of a network, nothing goes wrong in print."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

PROBE = """() => {
  const root = document.documentElement, wide = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".scroll, .drawing, pre, .skip")) continue;
    const right = element.getBoundingClientRect().right;
    if (right > root.clientWidth + 1) wide.push(element.tagName + "." + element.className);
  }
  const shown = [...document.querySelectorAll(".drawing > div")].filter(div => div.offsetParent !== null);
  return {
    width: root.clientWidth, scroll: root.scrollWidth, wide: wide.slice(0, 5),
    drawings: shown.length, narrow: shown.filter(div => div.className === "narrow").length,
    paired: document.querySelectorAll(".drawing > .narrow").length,
    ink: getComputedStyle(document.body).color, paper: getComputedStyle(document.body).backgroundColor,
  };
}"""


CUT_OFF = """() => [...document.querySelectorAll("table, svg, pre, p")]
  .filter(e => e.offsetParent !== null || e.tagName === "svg")
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.tagName + " " + (e.caption?.innerText ?? "").slice(0, 60))"""


@pytest.fixture(scope="module")
def page(browser: Any, html: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The example's page, opened once as a file."""
    path = tmp_path_factory.mktemp("page") / "dossier.html"
    path.write_text(html, "utf-8")
    opened = browser.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def probe(page: Any, width: int, scheme: str = "light", media: str = "screen") -> dict[str, Any]:
    """What the page looks like from inside."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media, color_scheme=scheme)
    seen: dict[str, Any] = page.evaluate(PROBE)
    return seen


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_overflows_sideways(page: Any, width: int) -> None:
    seen = probe(page, width)
    assert seen["width"] == width
    assert seen["wide"] == []
    assert seen["scroll"] <= width


def test_the_probe_notices_what_is_too_wide(browser: Any, html: str) -> None:
    opened = browser.new_page()
    opened.set_content(
        html.replace('<p class="question">', '<p class="question" style="width: 999px; max-width: none">')
    )
    seen = probe(opened, 390)
    opened.close()
    assert seen["wide"][0] == "P.question"
    assert seen["scroll"] > 390


def test_a_phone_gets_the_narrow_drawings(page: Any) -> None:
    phone, desk = probe(page, 390), probe(page, 1280)
    assert phone["drawings"] == desk["drawings"] > 5
    assert phone["narrow"] == phone["paired"] > 5
    assert desk["narrow"] == 0


def test_dark_and_light_follow_the_reader_and_paper_is_always_white(page: Any) -> None:
    assert [probe(page, 390, scheme)["ink"] for scheme in ("dark", "light")] == [
        "rgb(231, 233, 235)",
        "rgb(27, 31, 36)",
    ]
    printed = probe(page, 794, "dark", "print")
    assert (printed["ink"], printed["paper"]) == ("rgb(27, 31, 36)", "rgb(255, 255, 255)")


class Recorder(BaseHTTPRequestHandler):
    """Serves one page and notes everything that is asked for."""

    page: ClassVar[bytes] = b""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    running = HTTPServer(("127.0.0.1", 0), Recorder)
    Recorder.asked.clear()
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


def visit(browser: Any, server: HTTPServer, page: bytes) -> tuple[list[str], list[str], list[str]]:
    """Open a page over HTTP: what the server was asked for, all addresses, and what the console said."""
    Recorder.page = page
    addresses: list[str] = []
    complaints: list[str] = []
    opened = browser.new_page()
    opened.on("request", lambda request: addresses.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"http://127.0.0.1:{server.server_port}/dossier.html", wait_until="networkidle")
    opened.close()
    return [path for path in Recorder.asked if path != "/favicon.ico"], addresses, complaints


def test_the_page_asks_for_nothing_and_complains_of_nothing(browser: Any, html: str, server: HTTPServer) -> None:
    asked, addresses, complaints = visit(browser, server, html.encode())
    assert asked == ["/dossier.html"]
    assert [address for address in addresses if not address.endswith(("/dossier.html", "/favicon.ico"))] == []
    assert complaints == []


def test_a_complaint_and_a_request_would_be_noticed(browser: Any, server: HTTPServer) -> None:
    page = (
        b'<!doctype html><img src="/pixel"><img src="http://example.org/far">'
        b'<script>console.error("x"); undefinedName()</script>'
    )
    asked, addresses, complaints = visit(browser, server, page)
    assert "/pixel" in asked
    assert "http://example.org/far" in addresses
    assert "x" in complaints
    assert any("undefinedName" in complaint for complaint in complaints)


def test_print_opens_what_is_folded_and_stays_on_the_paper(browser: Any, page: Any, html: str) -> None:
    """Printed pages are A4, and what is folded on the screen is among them."""
    whole = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", whole))
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}
    opened = browser.new_page()
    opened.set_content(re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL))
    assert count_pages(whole) > count_pages(opened.pdf(prefer_css_page_size=True))
    opened.close()


def test_nothing_is_cut_off_on_paper(page: Any) -> None:
    """At the width of an A4 page inside its margins, no table or drawing reaches beyond."""
    page.set_viewport_size({"width": 688, "height": 1000})
    page.emulate_media(media="print", color_scheme="light")
    assert page.evaluate(CUT_OFF) == []


def count_pages(pdf: bytes) -> int:
    """Pages of a PDF whose page objects are not compressed."""
    return len(re.findall(rb"/Type ?/Page\b(?!s)", pdf))
