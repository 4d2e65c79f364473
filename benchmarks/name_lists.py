"""Recall and precision of the product vocabulary on hand-made lists of FAERS strings, and the page that shows them.

    python benchmarks/name_lists.py FOLDER [--page docs/reference/names.md]

FOLDER holds faers_verbatim_positive.csv and faers_verbatim_negative.csv (columns FAERS_drug_match, lookup_value), as
people of the NaPDI Center matched them. The strings are split by hash: four fifths were read while the rules and names
were written, one fifth never was. Prints figures alone, never a string.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from phytovigil.vocabulary import ProductVocabulary, load_products

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "tests" / "reference"
HELD_OUT_BELOW = 51
"""First byte of the SHA-256 of a held-out string is below this: 51 of 256, a fifth."""

PARTS = ("worked on", "held out")
LEVELS = ("certain", "certain and likely")

Row = tuple[str, str]
"""(string, botanical)"""


@dataclass(frozen=True)
class Lists:
    """The hand-made lists, each pair of string and botanical once."""

    positive: frozenset[Row]
    negative: frozenset[Row]


@dataclass(frozen=True)
class Figures:
    """Pairs of string and botanical, counted.

    listed : pairs that are to be found. found : of these. right, wrong : matches that the lists confirm or deny.
    unjudged : matches of a named botanical about which the lists say nothing.
    """

    listed: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    unjudged: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.listed if self.listed else 1.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


def is_held_out(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] < HELD_OUT_BELOW


def read_rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def read_lists(folder: Path) -> Lists:
    """Both lists as they are."""
    return Lists(
        *(
            frozenset((row["FAERS_drug_match"], row["lookup_value"]) for row in read_rows(folder / f"{name}.csv"))
            for name in ("faers_verbatim_positive", "faers_verbatim_negative")
        )
    )


def set_errors_aside(lists: Lists) -> Lists:
    """The lists without the rows that are documented as errors."""
    errors: dict[str, set[Row]] = {"positive": set(), "negative": set()}
    for row in read_rows(REFERENCE / "name_list_errors.csv"):
        errors[row["list"]].add((row["string"], row["botanical"]))
    return Lists(lists.positive - errors["positive"], lists.negative - errors["negative"])


def read_botanicals(products: ProductVocabulary) -> dict[str, frozenset[str]]:
    """Botanical of the lists -> ids of the nodes that count as it: its node, and parts and extracts of it.

    A constituent named by itself is not the plant, as in the lists, which deny mitragynine, CBD and THC.
    """
    return {
        row["botanical"]: frozenset(
            member
            for node in row["nodes"].split()
            for member in products.members(node)
            if member == node or products.node(member).kind != "constituent"
        )
        for row in read_rows(REFERENCE / "name_list_botanicals.csv")
    }


def map_strings(products: ProductVocabulary, texts: Collection[str]) -> dict[str, dict[str, set[str]]]:
    """Level -> string -> ids of the nodes that it is read as."""
    ordered = sorted(texts)
    mapped = products.map_names(ordered)
    found: dict[str, dict[str, set[str]]] = {level: defaultdict(set) for level in LEVELS}
    for place, node, certain in zip(mapped.texts, mapped.nodes, mapped.certain, strict=True):
        for level in LEVELS if certain else LEVELS[1:]:
            found[level][ordered[place]].add(products.nodes[node].id)
    return found


def measure(
    lists: Lists, nodes: Mapping[str, Collection[str]], found: Mapping[str, Collection[str]], texts: Iterable[str]
) -> dict[str, Figures]:
    """Figures of each botanical on some strings."""
    chosen = sorted(texts)
    return {botanical: count(lists, botanical, wanted, found, chosen) for botanical, wanted in nodes.items()}


def count(
    lists: Lists, botanical: str, wanted: Collection[str], found: Mapping[str, Collection[str]], texts: Iterable[str]
) -> Figures:
    listed = hits = right = wrong = unjudged = 0
    for text in texts:
        row, matched = (text, botanical), not set(found.get(text, ())).isdisjoint(wanted)
        listed += row in lists.positive
        hits += row in lists.positive and matched
        # A pair that stands in both lists is confirmed and denied; it counts on both sides.
        right += matched and row in lists.positive
        wrong += matched and row in lists.negative
        unjudged += matched and row not in lists.positive and row not in lists.negative
    return Figures(listed, hits, right, wrong, unjudged)


def add(figures: Iterable[Figures]) -> Figures:
    every = list(figures)
    return Figures(
        *(sum(getattr(one, name) for one in every) for name in ("listed", "found", "right", "wrong", "unjudged"))
    )


def measure_all(folder: Path, products: ProductVocabulary) -> dict[tuple[str, str, str], dict[str, Figures]]:
    """(lists, part, level) -> figures of each botanical."""
    raw = read_lists(folder)
    nodes = read_botanicals(products)
    texts = {text for text, _ in raw.positive | raw.negative}
    found = map_strings(products, texts)
    return {
        (which, part, level): measure(
            lists, nodes, found[level], (text for text in texts if is_held_out(text) == (part == PARTS[1]))
        )
        for which, lists in (("as published", raw), ("errors set aside", set_errors_aside(raw)))
        for part in PARTS
        for level in LEVELS
    }


PAGE = """# Names, measured

How many product strings of FAERS the vocabulary {version} reads as people did by hand. The lists are those of the
NaPDI Center (github.com/dbmi-pitt/np_name_finder, Apache-2.0; about half of their botanicals): strings matched to a
botanical, and strings that were looked at and rejected. `python benchmarks/name_lists.py FOLDER --page
docs/reference/names.md` makes this page, and a test compares it.

**Held out.** A string is held out if the first byte of its SHA-256 is below 51: a fifth. Held-out strings were not
looked at while rules and names were written; the others were.

**Recall**: of the listed pairs of string and botanical, the share that is found. A string is found if it is read as
the botanical's node, or as a part or an extract of it. A constituent that is named by itself is not the plant: the
lists reject `MITRAGYNINE` for kratom and `CBD` for hemp, and so do these figures.

**Precision**: of the matches about which the lists say anything, the share that they confirm. A match of a named
botanical that stands in neither list is unjudged; most are second botanicals of a mixture, which the lists leave out.

**Errors of the lists.** {contradicted} pairs stand in both lists. {documented} rows are set aside in
`tests/reference/name_list_errors.csv`, one by one with the reason. What counts as an error is a fact about the
string: it names another species or another product (`HORSERADISH` for moringa), the letters stand inside another word
(`CALCIUM KRATOMOS`), or it says the very name that the list denies (`BALDRIAN` for valerian). Where the lists
contradict each other and the string does not tell which is right, both rows are set aside. {held} of the errors are
in held-out strings: those contradictions can be told without reading.

{figures}

## By botanical

Errors set aside, certain and likely names. Found of listed; wrong of judged.

{botanicals}

## What stays wrong or missing

Grapefruit, green tea or cinnamon in a soap, a sunscreen or a toothpaste is read as the plant, which the lists reject
for some of them and accept for others. A misspelling three or more letters off is missed unless the data list it.
Short misspellings (`GARLIS`) can be another product; they are likely, never certain.
"""


def write_page(folder: Path, products: ProductVocabulary) -> str:
    """The page, from the lists in a folder."""
    measured = measure_all(folder, products)
    lists, errors = read_lists(folder), list(read_rows(REFERENCE / "name_list_errors.csv"))
    return PAGE.format(
        version=products.version,
        contradicted=len(lists.positive & lists.negative),
        documented=len(errors),
        held=sum(is_held_out(row["string"]) for row in errors),
        figures=write_figures(measured),
        botanicals=write_botanicals(measured),
    )


def write_figures(measured: Mapping[tuple[str, str, str], Mapping[str, Figures]]) -> str:
    heading = "| lists | strings | names | listed | found | recall | judged | wrong | precision | unjudged |"
    lines = [heading, "|---|---|---|" + "---:|" * 7]
    for which in dict.fromkeys(which for which, _, _ in measured):
        for part in (*PARTS, "both"):
            for level in LEVELS:
                every = add_up(measured, which, part, level)
                shown = (every.listed, every.found, f"{every.recall:.3f}", every.right + every.wrong, every.wrong)
                cells = (which, part, level, *shown, f"{every.precision:.3f}", every.unjudged)
                lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def add_up(
    measured: Mapping[tuple[str, str, str], Mapping[str, Figures]], which: str, part: str, level: str
) -> Figures:
    """The figures of all botanicals, on one part of the strings or on both."""
    parts = PARTS if part == "both" else (part,)
    return add(figures for one in parts for figures in measured[which, one, level].values())


def write_botanicals(measured: Mapping[tuple[str, str, str], Mapping[str, Figures]]) -> str:
    worked, held = (measured["errors set aside", part, LEVELS[1]] for part in PARTS)
    lines = ["| botanical | worked on | wrong | held out | wrong |", "|---|---:|---:|---:|---:|"]
    for botanical in sorted(worked):
        cells = [
            cell
            for figures in (worked[botanical], held[botanical])
            for cell in (f"{figures.found} of {figures.listed}", f"{figures.wrong} of {figures.right + figures.wrong}")
        ]
        lines.append(f"| {botanical} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--page", type=Path)
    given = asked.parse_args()
    products = load_products("2026-11-22")
    page = write_page(given.folder, products)
    if given.page:
        given.page.write_text(page, encoding="utf-8")
    print(write_figures(measure_all(given.folder, products)))


if __name__ == "__main__":
    main()
