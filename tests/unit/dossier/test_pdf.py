"""The PDF: the same words as the page, nothing of a user's text read as markup, the same bytes, accessible."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.dossier import render_dossier
from phytovigil.dossier.pdf import write_pdf
from phytovigil.dossier.pdf.elements import read_html
from phytovigil.dossier.pdf.glyphs import list_texts
from phytovigil.dossier.pdf.pages import read_page, walk_nodes
from phytovigil.dossier.pdf.tables import place_cells
from phytovigil.dossier.pdf.widths import PADDING, PAGE_WIDTH, choose_widths, measure_longest
from phytovigil.errors import MissingLibrary

NASTY = (
    "#set page(width: 1pt) $x^2$ *b* _i_ `r` <label> @ref \\ [c] {d} // ; = h - l + e / t ~ \" ' "
    '#image("/etc/passwd") &amp;'
)
SHELL = (
    '<!doctype html><html lang="en"><head><meta name="generator" content="program 1"><title>{title}</title></head>'
    "<body><h1>{title}</h1>{body}</body></html>"
)
ASIDE = {"kind", "id", "target", "address", "style", "svg", "alt", "verdict"}


def wrap_page(body: str, title: str = "A title") -> str:
    return SHELL.format(title=escape(title), body=body)


def list_words(html: str) -> Counter[str]:
    """Words that a reader of the page sees, by cutting the markup away; heads of bars are for those who hear it."""
    bars = r"<thead><tr><th scope=\"col\">[^<]*</th><th scope=\"col\">Distinct cases</th></tr></thead>"
    for cut in (bars, r"<head>.*?</head>", r"<svg.*?</svg>", r'<a class="skip".*?</a>', r"<nav.*?</nav>"):
        html = re.sub(cut, " ", html, flags=re.DOTALL)
    return Counter(re.findall(r"\w+", unescape(re.sub(r"</?(?:br|span|i)\b[^>]*>", " ", cut_tags(html)))))


def cut_tags(html: str) -> str:
    """Block tags become spaces, tags within a line vanish."""
    within = re.compile(r"</?(?:a|b|strong|em|code|mark|small|cite|abbr)\b[^>]*>")
    return re.sub(r"<(?!/?(?:br|span|i)\b)[^>]+>", " ", within.sub("", html))


def list_node_words(value: Any) -> Counter[str]:
    """Words of the nodes, gathered from their texts alone."""
    return Counter(re.findall(r"\w+", " ".join(text for text in gather_texts(value) if text)))


def gather_texts(value: Any) -> list[str]:
    """Running texts of nodes: neighbours within a line are one text."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        if any(isinstance(item, str) or (isinstance(item, dict) and item.get("kind") in WITHIN) for item in value):
            return ["".join(" ".join(gather_texts(item)) for item in value)]
        return [text for item in value for text in gather_texts(item)]
    if not isinstance(value, dict):
        return []
    if value.get("kind") == "break":
        return [" "]
    if value.get("kind") == "seams":
        return ["".join(value["parts"])]
    return [text for key, item in value.items() if key not in ASIDE for text in gather_texts(item)]


WITHIN = {"seams", "strong", "emphasis", "code", "mark", "product", "small", "link", "plain", "break"}


def test_every_word_of_the_page_is_in_the_pdf(page: str) -> None:
    """All words but those for the screen; details are open and long lists stand at the end."""
    data = read_page(page)
    mine = list_node_words(data["body"])
    theirs = list_words(page)
    assert len(theirs) > 300
    lost = {word: count - mine[word] for word, count in theirs.items() if mine[word] < count}
    assert lost == {}


def test_a_lost_word_would_be_noticed(page: str) -> None:
    mine, theirs = list_node_words(read_page(page)["body"][:-3]), list_words(page)
    assert any(mine[word] < count for word, count in theirs.items())


def test_figures_tables_and_links_are_all_there(page: str) -> None:
    data = read_page(page)
    kinds = Counter(node.get("kind") for node in walk_nodes(data["body"]))
    assert kinds["drawing"] == page.count("<svg") - page.count('<div class="narrow">')
    assert kinds["table"] == page.count("<table")
    anchors = [node["id"] for node in walk_nodes(data["body"]) if node.get("kind") == "anchor"]
    targets = {node["target"] for node in walk_nodes(data["body"]) if node.get("kind") == "link" and "target" in node}
    assert len(anchors) == len(set(anchors))
    assert targets <= set(anchors)
    assert len(targets) > 3
    assert all(node["alt"] for node in walk_nodes(data["body"]) if node.get("kind") == "drawing")


def test_the_file_is_tagged_dateless_and_the_same_twice(page: str) -> None:
    made = write_pdf(page)
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in made
    assert b"/StructTreeRoot" in made
    assert not re.search(rb"CreationDate|ModDate|xmp:CreateDate|xmp:ModifyDate", made)
    assert write_pdf(page) == made


def test_only_fonts_of_the_library_are_used(page: str) -> None:
    names = set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z]+)", write_pdf(page)))
    assert names <= {b"LibertinusSerif", b"DejaVuSansMono"}
    assert b"LibertinusSerif" in names


def test_a_drawing_without_words_is_refused() -> None:
    import typst

    start = '<figure><svg role="img"{} xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    drawing = start + '<path d="M0,0h5"/></svg></figure>'
    assert write_pdf(wrap_page(drawing.format(' aria-label="a line"')))
    with pytest.raises(typst.TypstError, match="alt"):
        write_pdf(wrap_page(drawing.format("")))


@pytest.mark.parametrize(
    "body",
    [
        "<p>{}</p>",
        "<h2>{}</h2>",
        "<ul><li>{}</li></ul>",
        "<pre><code>{}</code></pre>",
        "<dl><dt>{}</dt><dd>{}</dd></dl>",
        '<p><a href="https://example.org/{}">x</a></p>',
        "<table><caption>{}</caption><thead><tr><th>{}</th></tr></thead><tbody><tr><td>{}</td></tr></tbody></table>",
    ],
)
def test_markup_of_the_typesetter_stays_text(body: str) -> None:
    html = wrap_page(body.replace("{}", escape(NASTY)), NASTY)
    assert write_pdf(html)
    texts = " ".join(list_texts(read_page(html)["body"]))
    assert "*b*" in texts
    assert "\\" in texts


LETTERS = st.text(st.characters(codec="utf-8"), max_size=60) | st.text(
    "#$*_`<>@\\[]{}()\"'~/=-+;: \n\tax1", max_size=60
)


@settings(max_examples=60, deadline=None)
@given(LETTERS, LETTERS)
def test_no_text_stops_the_typesetter_or_is_lost(one: str, other: str) -> None:
    body = f"<p>{escape(one)}</p><table><tbody><tr><td>{escape(other)}</td></tr></tbody></table>"
    html = wrap_page(body, one)
    assert write_pdf(html).startswith(b"%PDF")
    kept = re.sub(r"[ \t\n\r\f]+", "", "".join(list_texts(read_page(html)["body"])))
    for text in (one, other):
        assert re.sub(r"[ \t\n\r\f]+", "", text.replace("\r", "\n")) in kept


def test_a_character_without_a_glyph_is_named(tmp_path: Path) -> None:
    data = write_pdf(wrap_page("<p>Name 中药 and \u0092</p>"))
    assert {"[U+4E2D]", "[U+836F]", "[U+0092]"} <= set(re.findall(r"\[U\+\w+\]", extract_text(data, tmp_path)))


def test_a_number_is_copied_whole_although_it_breaks(tmp_path: Path) -> None:
    number = "0123456789abcdef" * 4
    body = f'<table><tbody><tr>{"<td>some words here</td>" * 7}<td class="hash">{number}</td></tr></tbody></table>'
    text = extract_text(write_pdf(wrap_page(body)), tmp_path)
    parts = re.findall(r"[0-9a-f]{9,}", text)
    assert "".join(parts) == number
    assert len(parts) > 1


def extract_text(data: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext not found: the text of the PDF itself is left unread")
    (folder / "made.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", folder / "made.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_the_words_can_be_read_back_from_the_file(page: str, tmp_path: Path) -> None:
    text = extract_text(write_pdf(page), tmp_path)
    numbers = set(re.findall(r"\d{1,3}(?:,\d{3})+", unescape(re.sub(r"<[^>]+>", " ", page))))
    assert len(numbers) > 3
    assert {number for number in numbers if number not in text} == set()
    assert re.search(r"1 / \d+", text)


def test_spans_that_the_page_sets_below_one_another_do_not_run_together() -> None:
    body = '<td><span class="line">one</span><span class="line">two</span>three <span class="small">four</span></td>'
    data = read_page(wrap_page(f"<table><tbody><tr>{body}</tr></tbody></table>"))
    cell = next(node for node in data["body"] if node["kind"] == "table")["body"][0]["body"]
    pause = {"kind": "break"}
    assert cell == ["one", pause, "two", pause, "three ", pause, {"kind": "small", "body": ["four"]}]


def test_a_page_that_does_not_close_is_refused() -> None:
    with pytest.raises(ValueError, match="<b>"):
        read_html("<p>a <b>c</p>")
    with pytest.raises(ValueError, match="open"):
        read_html("<p>a")


def test_cells_find_their_places() -> None:
    """The example of HTML's own table model: a cell over two rows pushes the next row aside."""
    html = (
        "<table><thead><tr><th>A</th><th>B</th><th>C</th></tr></thead><tbody>"
        '<tr><td rowspan="2">1</td><td colspan="2">2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>'
    )
    places = {cell.element.text(): (cell.row, cell.column) for cell in place_cells(read_html(html))}
    assert places == {"A": (0, 0), "B": (0, 1), "C": (0, 2), "1": (1, 0), "2": (1, 1), "3": (2, 1), "4": (2, 2)}


@given(st.lists(st.lists(st.text("abc DEF,1", max_size=40), min_size=1, max_size=9), min_size=1, max_size=6))
def test_columns_fill_the_page_and_hold_their_words(rows: list[list[str]]) -> None:
    texts = [(column, text, False) for row in rows for column, text in enumerate(row)]
    columns = max(map(len, rows))
    widths, size, longest = choose_widths(texts, columns)
    assert sum(widths) == pytest.approx(PAGE_WIDTH, abs=0.1)
    for column, text, _ in texts:
        assert widths[column] + 0.01 >= measure_longest(text, longest) * size + PADDING


def test_a_missing_library_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingLibrary, match=r"^A PDF of the dossier needs the library typst.* brings it\.$"):
        write_pdf(wrap_page("<p>x</p>"))


@pytest.mark.slow
def test_a_long_listing_goes_to_the_end(build_findings: Callable[..., dict[str, Any]]) -> None:
    html = render_dossier(build_findings(listed=1503))
    data = read_page(html)
    kinds = [node["kind"] for node in data["body"] if isinstance(node, dict)]
    assert kinds.count("appendix") == html.count('<details class="long"') > 0
    assert write_pdf(html) == write_pdf(html)
