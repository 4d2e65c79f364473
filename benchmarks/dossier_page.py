"""How fast a large dossier opens in a browser, and how large its files are.

Usage: python benchmarks/dossier_page.py STORE [--out FOLDER] [--repeat N]
STORE holds CAERS 2004 to 2017 and the dashboard's listing of kratom; it is read, its cache of derived tables is
written. A study of 20 outcomes and 5 comparators on both sources is made from it, with the 1,503 listed cases.
Chromium is started anew for each of N openings, with an empty profile; the best counts, since other work only adds.
Needs the packages of the extra `dev`, and Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from phytovigil.dossier.pdf import write_pdf

GROUPS = (
    *("skin-pigmentation", "skin-depigmentation", "jaundice", "liver-injury", "itch", "rash", "photosensitivity"),
    *("flushing", "gastrointestinal", "dependence-withdrawal", "seizure", "cardiac", "death", "drug-ineffective"),
)
TERMS = ("NAUSEA", "VOMITING", "DIZZINESS", "HEADACHE", "FATIGUE", "HYPERTENSION")
COMPARATORS = ("kava", "valerian", "st-johns-wort", "turmeric", "green-tea")
MEGABYTE = 1_000_000
READY = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def write_study(folder: Path) -> Path:
    """The study file of 20 outcomes and 5 comparators."""
    outcomes = [*GROUPS, *TERMS]
    path = folder / "large.toml"
    path.write_text(
        '[study]\nname = "large"\ntitle = "Kratom and twenty reactions"\nquestion = "Which reactions stand out?"\n'
        f'product = "kratom"\noutcomes = {outcomes}\ncomparators = {list(COMPARATORS)}\n'
        'sources = ["caers", "faers-dashboard"]\nvocabulary = "2026-11-22"\nreactions = "2026-11-22"\n'
        '[selection]\nrole = "any"\n[signal]\nrule = "ic025"\nmin_cases = 3\nmeasures = ["ror", "prr", "ic"]\n'
        '[[sensitivity]]\nlabel = "suspect role only"\nrole = "suspect"\n'
        '[[sensitivity]]\nlabel = "serious cases only"\nserious = true\n'.replace("'", '"'),
        "utf-8",
    )
    return path


def run_study(study: Path, store: Path, folder: Path) -> float:
    """Seconds of the command, from its start to its end."""
    command = [sys.executable, "-m", "phytovigil", "study", str(study), "--store", str(store), "--out", str(folder)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def open_page(page: Path, width: int) -> tuple[float, float]:
    """Milliseconds to the load event as the browser counts them, and until everything is laid out as we see it."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": width, "height": 900})
        start = time.perf_counter()
        opened.goto(page.as_uri(), wait_until="load")
        opened.evaluate("document.documentElement.getBoundingClientRect().height")
        seen = (time.perf_counter() - start) * 1000
        loaded = float(opened.evaluate(READY))
        browser.close()
    return loaded, seen


def time_pdf(page: Path) -> tuple[float, int]:
    """Seconds and bytes of the PDF."""
    html = page.read_text("utf-8")
    start = time.perf_counter()
    made = write_pdf(html)
    return time.perf_counter() - start, len(made)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("store", type=Path)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--repeat", type=int, default=3)
    options = asked.parse_args()
    folder = options.out or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "dossier" / "dossier.html"
    seconds = run_study(write_study(folder), options.store, page.parent)
    print(f"study: {seconds:.1f} s")
    print(f"dossier.html: {page.stat().st_size / MEGABYTE:.2f} MB")
    print(f"findings.json: {(page.parent / 'findings.json').stat().st_size / MEGABYTE:.2f} MB")
    for width in (390, 1280):
        loaded, seen = map(min, zip(*(open_page(page, width) for _ in range(options.repeat)), strict=True))
        print(f"opening at {width} px: load event {loaded:.0f} ms, laid out {seen:.0f} ms")
    pdf_seconds, size = time_pdf(page)
    print(f"PDF: {pdf_seconds:.1f} s, {size / MEGABYTE:.2f} MB")


if __name__ == "__main__":
    main()
