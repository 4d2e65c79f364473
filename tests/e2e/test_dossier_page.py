"""The page in a browser: nothing overflows on a phone, nothing is asked of a network, nothing goes wrong in print."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from phytovigil.dossier import render_dossier

PROBE = """
<script>
addEventListener("load", () => {
  const root = document.documentElement, wide = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".scroll, .drawing, pre, .skip")) continue;
    const right = element.getBoundingClientRect().right;
    if (right > root.clientWidth + 1) wide.push(element.tagName + "." + element.className);
  }
  const shown = [...document.querySelectorAll(".drawing > div")].filter(div => div.offsetParent !== null);
  document.body.setAttribute("data-probe", JSON.stringify({
    width: root.clientWidth, scroll: root.scrollWidth, wide: wide.slice(0, 5),
    drawings: shown.length, narrow: shown.filter(div => div.className === "narrow").length,
    ink: getComputedStyle(document.body).color,
  }));
});
</script>
"""


@pytest.fixture(scope="module")
def chromium() -> str:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        message = "no Chromium found: overflow on a phone, dark colours, print and network silence are left untested"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="module")
def html(project_root: Path) -> str:
    path = project_root / "tests/unit/dossier/example_findings.py"
    spec = importlib.util.spec_from_file_location("example_findings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return render_dossier(module.build_findings())


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


def run_chromium(chromium: str, profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    quiet = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --disable-default-apps --hide-scrollbars"
    )
    # Every name but this machine's own address fails to resolve: a request to elsewhere cannot go unnoticed.
    closed = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    command = [chromium, *quiet.split(), closed, f"--user-data-dir={profile}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)


def probe_in_frame(chromium: str, html: str, folder: Path, width: int, *settings: str) -> dict[str, Any]:
    """What a page looks like from inside, in a frame of exactly `width` px: a window has a least width of its own.

    The probe is a script, so the page's own ban on scripts is lifted for it.
    """
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    (folder / "inner.html").write_text(page.replace("</body>", PROBE + "</body>"), "utf-8")
    outer = (
        f'<body><iframe src="inner.html" style="width:{width}px;height:900px;border:0" '
        "onload=\"setTimeout(() => document.body.setAttribute('data-probe', "
        "frames[0].document.body.getAttribute('data-probe')), 50)\"></iframe></body>"
    )
    (folder / "outer.html").write_text(outer, "utf-8")
    arguments = ("--allow-file-access-from-files", "--virtual-time-budget=4000", "--dump-dom", *settings)
    done = run_chromium(chromium, folder / "profile", *arguments, (folder / "outer.html").as_uri())
    found = re.search(r'<body data-probe="([^"]*)"', done.stdout)
    assert found, done.stdout[-500:] + done.stderr
    result: dict[str, Any] = json.loads(found[1].replace("&quot;", '"'))
    return result


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_overflows_sideways(chromium: str, html: str, tmp_path: Path, width: int) -> None:
    seen = probe_in_frame(chromium, html, tmp_path, width)
    assert seen["width"] == width
    assert seen["wide"] == []
    assert seen["scroll"] <= width


def test_the_probe_notices_what_is_too_wide(chromium: str, html: str, tmp_path: Path) -> None:
    broken = html.replace('<p class="question">', '<p class="question" style="width: 999px; max-width: none">')
    seen = probe_in_frame(chromium, broken, tmp_path, 390)
    assert seen["wide"][0] == "P.question"
    assert seen["scroll"] > 390


def test_a_phone_gets_the_narrow_drawings(chromium: str, html: str, tmp_path: Path) -> None:
    phone, desk = (probe_in_frame(chromium, html, tmp_path, width) for width in (390, 1280))
    assert phone["narrow"] == phone["drawings"] == desk["drawings"] == 6
    assert desk["narrow"] == 0


def test_dark_and_light_follow_the_reader(chromium: str, html: str, tmp_path: Path) -> None:
    settings = [f"--blink-settings=preferredColorScheme={scheme}" for scheme in (0, 1)]
    inks = [probe_in_frame(chromium, html, tmp_path, 390, setting)["ink"] for setting in settings]
    assert inks == ["rgb(231, 233, 235)", "rgb(27, 31, 36)"]


def test_the_page_asks_for_nothing_and_complains_of_nothing(
    chromium: str, html: str, tmp_path: Path, server: HTTPServer
) -> None:
    Recorder.page = html.encode()
    address = f"http://127.0.0.1:{server.server_port}/dossier.html"
    done = run_chromium(chromium, tmp_path, "--enable-logging=stderr", "--v=0", "--dump-dom", address)
    assert [path for path in Recorder.asked if path != "/favicon.ico"] == ["/dossier.html"]
    assert "CONSOLE" not in done.stderr
    assert done.stdout.count('role="img"') == html.count('role="img"')


def test_a_complaint_and_a_request_would_be_noticed(chromium: str, tmp_path: Path, server: HTTPServer) -> None:
    Recorder.page = b'<!doctype html><img src="/pixel"><script>console.error("x"); undefinedName()</script>'
    address = f"http://127.0.0.1:{server.server_port}/dossier.html"
    done = run_chromium(chromium, tmp_path, "--enable-logging=stderr", "--v=0", "--dump-dom", address)
    assert "/pixel" in Recorder.asked
    assert "CONSOLE" in done.stderr


def test_print_opens_what_is_folded_and_stays_on_the_paper(chromium: str, html: str, tmp_path: Path) -> None:
    """Printed pages are A4, and the last of the folded cases is among them."""
    path = tmp_path / "dossier.html"
    path.write_text(html, "utf-8")
    pdf = tmp_path / "dossier.pdf"
    run_chromium(chromium, tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={pdf}", path.as_uri())
    content = pdf.read_bytes()
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content))
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}
    folded = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    short = tmp_path / "short.html"
    short.write_text(folded, "utf-8")
    less = tmp_path / "short.pdf"
    run_chromium(chromium, tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={less}", short.as_uri())
    assert count_pages(content) > count_pages(less.read_bytes())


def count_pages(pdf: bytes) -> int:
    """Pages of a PDF whose page objects are not compressed."""
    return len(re.findall(rb"/Type ?/Page\b(?!s)", pdf))
