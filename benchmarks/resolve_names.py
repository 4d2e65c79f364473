"""How fast reported names are resolved: one million distinct strings, made of real ones.

    python benchmarks/resolve_names.py FOLDER [--strings 1000000] [--processes 1]

FOLDER holds real data as the tests use it. Its product strings of CAERS and FAERS come first, each once; the rest are
made from them as reports vary: two strings joined, a strength or a form added, a code, a letter wrong. The same seed
gives the same strings. Prints seconds, memory at its highest, and how many strings named a product.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import resource
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from phytovigil.vocabulary import load_products

SEED = 20261122
ENDINGS = (" {n}MG", " {n} MG CAPSULES", " TABLETS", " /{n:08d}/", " (UNKNOWN)", " EXTRACT", ", {n} IU", " OIL", " NOS")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_strings(folder: Path) -> list[str]:
    """Distinct product strings of the real data, in a fixed order."""
    return sorted({*read_caers(folder), *read_lists(folder), *read_dashboard(folder)} - {""})


def read_caers(folder: Path) -> Iterator[str]:
    archive = zipfile.ZipFile(folder / "caers" / "CAERS_ASCII_2004_2017Q2.zip")
    with archive.open("CAERS_ASCII_2004_2017Q2.csv") as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))
        yield from (row["PRI_Reported Brand/Product Name"] for row in rows)


def read_lists(folder: Path) -> Iterator[str]:
    for kind in ("positive", "negative"):
        with (folder / "names" / f"faers_verbatim_{kind}.csv").open(encoding="utf-8", newline="") as text:
            yield from (row["FAERS_drug_match"] for row in csv.DictReader(text))


def read_dashboard(folder: Path) -> Iterator[str]:
    file = folder / "faers_dashboard" / "kratom_2008-06_2025-11.csv"
    with file.open(encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            for column in ("Suspect Product Names", "Suspect Product Active Ingredients", "Concomitant Product Names"):
                yield from (name.strip() for name in row[column].split(";"))


def make_strings(real: Sequence[str], wanted: int) -> list[str]:
    """Distinct strings: the real ones, then variations of them."""
    chosen = random.Random(SEED)
    made = dict.fromkeys(real[:wanted])
    while len(made) < wanted:
        made[vary(chosen.choice(real), real, chosen)] = None
    return list(made)


def vary(text: str, real: Sequence[str], chosen: random.Random) -> str:
    """A string as another reporter might have written it."""
    kind = chosen.random()
    if kind < 0.4:
        return text + chosen.choice(ENDINGS).format(n=chosen.randrange(1, 2000))
    if kind < 0.6:
        return f"{text}{chosen.choice((' + ', '/', ';', ' WITH '))}{chosen.choice(real)}"
    place = chosen.randrange(len(text))
    letter = chosen.choice(LETTERS)
    wrong = chosen.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place] + letter + text[place + 1 :],
            text[:place] + letter + text[place:],
        )
    )
    return wrong or letter


def resolve(texts: Sequence[str]) -> tuple[int, int, int]:
    """Strings that name a product for certain, at least likely, and several products."""
    mapped = load_products().map_names(texts)
    certain = {text for text, sure in zip(mapped.texts, mapped.certain, strict=True) if sure}
    return len(certain), len(set(mapped.texts)), len(mapped.combinations)


def resolve_in(processes: int, texts: Sequence[str]) -> tuple[int, int, int]:
    if processes == 1:
        return resolve(texts)
    pieces = [texts[start::processes] for start in range(processes)]
    with ProcessPoolExecutor(processes) as pool:
        found = list(pool.map(resolve, pieces))
    return tuple(map(sum, zip(*found, strict=True)))  # type: ignore[return-value]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--strings", type=int, default=1_000_000)
    asked.add_argument("--processes", type=int, default=1)
    given = asked.parse_args()
    real = read_strings(given.folder)
    texts = make_strings(real, given.strings)
    print(f"{len(texts):,} distinct strings, {min(len(real), len(texts)):,} of them as reported")
    before, begun = peak(), time.perf_counter()
    certain, likely, several = resolve_in(given.processes, texts)
    print(f"{time.perf_counter() - begun:.1f} s in {given.processes} process(es)")
    print(f"{peak() - before:.0f} MB above the strings")
    print(f"{certain:,} name a product for certain, {likely:,} at least likely, {several:,} several products")


def peak() -> float:
    """Memory of this process at its highest, and of the largest process that it started, in MB."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


if __name__ == "__main__":
    main()
