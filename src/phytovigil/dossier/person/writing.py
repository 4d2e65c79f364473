"""The summary as files: a page, its PDF of at most two sheets, and the findings behind both."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.dossier.pdf import write_pdf
from phytovigil.dossier.person.page import Limits, draw_charts, render_summary
from phytovigil.dossier.person.pictures import make_addresses
from phytovigil.dossier.writing import dump_findings
from phytovigil.errors import InvalidRequest

FORMATS = ("html", "pdf", "json")
MOST_PAGES = 2
LEFT_TO_FILES = "listed in summary.html and summary.json"

FULLEST = Limits()
BARE = Limits(alerts=3, seen=1, sources=1, courses=2, draws=3, skin=1, periods=1, events=1, interactions=1, unknown=3)
STEPS = 16
"""Steps from the fullest page to the barest; the fullest that fits on two sheets is taken."""


@dataclass(frozen=True, slots=True)
class Made:
    """A page with its PDF, and how many pages that has."""

    html: str
    pdf: bytes
    pages: int


def write_summary(
    findings: Mapping[str, Any],
    folder: Path | str,
    formats: Sequence[str] = FORMATS,
    *,
    pictures: Mapping[str, bytes] | None = None,
    with_photos: bool = True,
) -> list[Path]:
    """Write the summary into a folder, which is made if it is not there, and return the files.

    See `make_summary`. A file of the same name is replaced.
    """
    made = make_summary(findings, formats, pictures=pictures, with_photos=with_photos)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (place / name).write_bytes(data)
    return [place / name for name in made]


def make_summary(
    findings: Mapping[str, Any],
    formats: Sequence[str] = FORMATS,
    *,
    pictures: Mapping[str, bytes] | None = None,
    with_photos: bool = True,
) -> dict[str, bytes]:
    """The summary as files by name: summary.html, summary.pdf (PDF/UA-1), summary.json.

    findings : conforms to `follow-summary.schema.json`. formats : of FORMATS. pictures : PNG of a site by the id of the
    photograph's entry, straightened and in corrected colours; anything in them but pixels is taken out.
    with_photos : False leaves them out, and the page says so. The same findings and pictures give the same bytes.
    Raises InvalidRequest for another format or for pictures that are no PNG.
    """
    for name in formats:
        if name not in FORMATS:
            raise InvalidRequest(f"“{name}” is no format of the summary.", f"It is one of {', '.join(FORMATS)}.")
    made = fit_pages(findings, make_addresses(pictures or {}) if with_photos else {}, with_photos)
    files = {"html": made.html.encode(), "pdf": made.pdf, "json": dump_findings(findings).encode()}
    return {f"summary.{name}": files[name] for name in dict.fromkeys(formats)}


def fit_pages(findings: Mapping[str, Any], pictures: Mapping[str, str], with_photos: bool) -> Made:
    """The page with as much open as two sheets of paper hold; the barest one where nothing does."""
    figure = draw_charts(findings)

    @cache
    def make(step: int) -> Made:
        html = render_summary(findings, figure, pictures, with_photos=with_photos, limits=loosen(step))
        pdf = write_pdf(html, long_lists=False, left_to=LEFT_TO_FILES)
        return Made(html, pdf, count_pages(pdf))

    if make(0).pages <= MOST_PAGES:
        return make(0)
    return make(bisect_left(range(STEPS), True, lo=1, key=lambda step: make(step).pages <= MOST_PAGES))


def loosen(step: int) -> Limits:
    """How much stands open: everything at step 0, less with every step, the least at the last.

    >>> loosen(0).alerts, loosen(STEPS).alerts
    (8, 3)
    """
    share = step / STEPS
    spans = ((one.name, getattr(FULLEST, one.name), getattr(BARE, one.name)) for one in fields(Limits))
    return Limits(**{name: round(full - (full - bare) * share) for name, full, bare in spans})


def count_pages(pdf: bytes) -> int:
    """Pages of a PDF of ours, whose page objects are not compressed."""
    return len(re.findall(rb"/Type ?/Page\b(?!s)", pdf))
