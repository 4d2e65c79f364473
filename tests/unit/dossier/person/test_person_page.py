"""The two pages: what they say, what they leave out, and that nothing of a person's words is read as markup."""

from __future__ import annotations

import copy
import json
import re
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.dossier.pdf import write_pdf
from phytovigil.dossier.pdf.pages import read_page, walk_nodes
from phytovigil.dossier.person import make_summary, write_summary
from phytovigil.dossier.person.page import Limits, render_summary
from phytovigil.dossier.person.pictures import list_chunks, make_addresses, strip_png
from phytovigil.dossier.person.writing import BARE, STEPS, count_pages, fit_pages, loosen
from phytovigil.errors import InvalidRequest

Findings = dict[str, Any]


def test_the_busy_year_stays_on_two_pages(files: dict[str, bytes]) -> None:
    assert set(files) == {"summary.html", "summary.pdf", "summary.json"}
    assert count_pages(files["summary.pdf"]) == 2


def test_a_person_with_nothing_to_tell_has_a_short_page(quiet: dict[str, bytes]) -> None:
    assert count_pages(quiet["summary.pdf"]) <= 2
    html = quiet["summary.html"].decode()
    assert "That is no all-clear" in html
    assert "No rule holds or held" in html


def grow(findings: Findings, times: int) -> Findings:
    """The same person with many more of everything that is listed."""
    grown = copy.deepcopy(findings)
    for part, name in ((grown, "alerts"), (grown["use"], "courses"), (grown["liver"], "draws"), (grown, "causality")):
        part[name] = part[name] * times
    grown["skin"] = grown["skin"] * 4
    grown["interactions"]["findings"] = grown["interactions"]["findings"] * times
    grown["not_known"] = [f"Unknown number {number}." for number in range(10 * times)]
    return grown


def test_what_is_left_out_on_paper_is_counted(summaries: dict[str, Findings]) -> None:
    html = render_summary(grow(summaries["busy"], 12), None, {}, limits=BARE)
    words = json.dumps(read_page(html, False, "listed elsewhere")["body"], ensure_ascii=False)
    left = {what: int(count) for count, what in re.findall(r"(\d+) more ([a-z ]+?)s? \(listed elsewhere\)", words)}
    assert "Unknown number 119." not in words
    assert "Unknown number 119." in html
    assert len(set(re.findall(r"Unknown number \d+", words))) + left["unknown"] == 120
    assert left["earlier or less urgent alert"] == 12 * len(summaries["busy"]["alerts"]) - BARE.alerts
    assert left["event"] == 12 * 3 - BARE.events
    assert left["draw"] == 12 * 4 - BARE.draws
    assert left["course"] == 12 * 4 - BARE.courses


@pytest.mark.slow
def test_long_lists_fit_on_two_pages(summaries: dict[str, Findings]) -> None:
    assert fit_pages(grow(summaries["busy"], 12), {}, True).pages <= 2


def test_steps_go_from_everything_to_the_barest() -> None:
    assert loosen(0) == Limits()
    assert loosen(STEPS) == BARE
    steps = [loosen(step) for step in range(STEPS + 1)]
    for one, other in pairwise(steps):
        assert all(getattr(one, name) >= getattr(other, name) for name in one.__slots__)


def test_first_lines_answer_first(files: dict[str, bytes]) -> None:
    html = files["summary.html"].decode()
    places = [html.index(word) for word in ("Care needed:", "Changed beyond noise:", "Not known:", 'id="alerts"')]
    assert places == sorted(places)


def test_words_of_the_person_stay_text(summaries: dict[str, Findings]) -> None:
    nasty = '<script>alert("x")</script> #set page() & "quoted"'
    found = copy.deepcopy(summaries["quiet"])
    found["person"]["reason"] = nasty
    found["use"]["courses"][0] |= {"name": nasty, "dose": nasty, "reason": nasty}
    html = render_summary(found, None, {})
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4
    assert write_pdf(html, long_lists=False).startswith(b"%PDF")


def test_the_page_asks_for_nothing(files: dict[str, bytes]) -> None:
    html = files["summary.html"].decode()
    asked = re.findall(r'(?:src|href|action)\s*=\s*"([^"]*)"', html) + re.findall(r"url\(([^)]*)\)", html)
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in asked)
    assert "@import" not in html
    assert "<script" not in html


def test_the_same_findings_give_the_same_bytes(quiet: dict[str, bytes], pictures: dict[str, bytes]) -> None:
    """Also read back from the file, and with pictures in another order."""
    found = json.loads(quiet["summary.json"])
    shown = {photo["entry"]: next(iter(pictures.values())) for photo in found["skin"][0]["photos"]}
    again = make_summary(found, pictures=dict(reversed(list(shown.items()))))
    assert again == quiet
    assert not re.search(rb"CreationDate|ModDate", quiet["summary.pdf"])
    assert b"pdfuaid:part" in quiet["summary.pdf"]


def test_pictures_stand_side_by_side_with_their_words(files: dict[str, bytes], summaries: dict[str, Findings]) -> None:
    html = files["summary.html"].decode()
    alternatives = re.findall(r'<img [^>]*alt="([^"]*)"', html)
    assert [re.sub(r", 2025.*", "", text) for text in alternatives] == [
        "left cheek (exposed), baseline",
        "left cheek (exposed), latest",
        "inner arm (covered), baseline",
        "inner arm (covered), latest",
    ]
    drawn = [node for node in walk_nodes(read_page(html)["body"]) if node.get("kind") == "drawing" and "width" in node]
    assert [node["alt"] for node in drawn] == alternatives
    for photo in summaries["busy"]["skin"][0]["photos"]:
        assert f"ΔE00 {photo['error']:.1f}" in html


def test_pictures_are_left_out_when_asked_and_the_page_says_so(
    summaries: dict[str, Findings], quiet: dict[str, bytes]
) -> None:
    assert count_images(quiet["summary.pdf"]) == 1  # the same picture four times
    picture = {photo["entry"]: b"" for photo in summaries["quiet"]["skin"][0]["photos"]}
    made = make_summary(summaries["quiet"], ("html", "pdf"), pictures=picture, with_photos=False)
    assert b"data:image" not in made["summary.html"]
    assert b"Photographs are left out of this summary, as asked." in made["summary.html"]
    assert count_images(made["summary.pdf"]) == 0


def count_images(pdf: bytes) -> int:
    return len(re.findall(rb"/Subtype ?/Image", pdf))


def test_a_picture_is_in_the_pdf(files: dict[str, bytes]) -> None:
    assert count_images(files["summary.pdf"]) == 4


def test_a_picture_carries_nothing_but_pixels(example: ModuleType, files: dict[str, bytes]) -> None:
    raw = example.make_picture((60.0, 10.0, 15.0))
    assert b"taken at home" in raw
    clean = strip_png(raw)
    assert [name for name, _ in list_chunks(clean)] == [b"IHDR", b"IDAT", b"IEND"]
    assert b"taken at home" not in clean
    assert decode(clean) == decode(raw)
    assert all(b"taken at home" not in data for data in files.values())


def decode(png: bytes) -> bytes:
    """Pixels of a PNG, still filtered, by the layout of its chunks alone."""
    place, body = 8, b""
    while place < len(png):
        length, name = struct.unpack(">I4s", png[place : place + 8])
        body += png[place + 8 : place + 8 + length] if name == b"IDAT" else b""
        place += 12 + length
    return zlib.decompress(body)


@pytest.mark.parametrize(
    "spoil", [lambda png: b"\xff\xd8\xff" + png, lambda png: png[:-9], lambda png: png[:40], lambda _: b""]
)
def test_what_is_no_whole_png_is_refused(example: ModuleType, spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InvalidRequest, match="no whole PNG"):
        make_addresses({"1": spoil(example.make_picture((60.0, 10.0, 15.0), 8))})


def test_another_format_is_refused(summaries: dict[str, Findings]) -> None:
    with pytest.raises(InvalidRequest, match=r"“docx” is no format of the summary\. It is one of html, pdf, json"):
        make_summary(summaries["quiet"], ("docx",))


def test_files_are_written_into_a_new_folder(summaries: dict[str, Findings], tmp_path: Path) -> None:
    made = write_summary(summaries["quiet"], tmp_path / "new" / "folder", ("json", "html"), with_photos=False)
    assert [file.name for file in made] == ["summary.json", "summary.html"]
    assert json.loads(made[0].read_text("utf-8")) == json.loads(json.dumps(summaries["quiet"]))


def test_alerts_are_numbered_alike_in_list_and_charts(files: dict[str, bytes], summaries: dict[str, Findings]) -> None:
    html = files["summary.html"].decode()
    marks = re.search(r"Alerts: ([^.]*)\.", html)
    assert marks is not None
    numbers = {int(number) for number in re.findall(r"(\d+)(?=[, ][^o]*on |, |  on | on )", marks[1])}
    listed = {int(number) for number in re.findall(r'<td class="n">(\d+)</td>\s*<td>(?:<strong|<span)', html)}
    assert listed == set(range(1, len(summaries["busy"]["alerts"]) + 1))
    assert numbers <= listed


def test_a_scale_is_a_range_and_never_one_figure(files: dict[str, bytes], summaries: dict[str, Findings]) -> None:
    text = re.sub(r"<[^>]+>", " ", files["summary.html"].decode())
    for event in summaries["busy"]["causality"]:
        low, high = (str(event["naranjo"][end]).replace("-", "−") for end in ("low", "high"))
        assert f"{low} to {high}: " in text
    assert "They stand side by side and are not averaged." in text


def test_a_yellowing_page_says_jaundice_and_never_pigment_of_the_skin_panel(summaries: dict[str, Findings]) -> None:
    html = render_summary(summaries["yellow"], None, {})
    panel = re.search(r'<section aria-labelledby="skin-1">.*?</section>', html, re.DOTALL)
    assert panel is not None
    assert "jaundice-like" in panel[0]
    assert "pigment" not in panel[0].lower()
    assert 'class="answer grave"' in html
