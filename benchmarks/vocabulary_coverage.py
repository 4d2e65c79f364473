"""How much of what is reported the product vocabulary names: the page docs/reference/vocabulary-coverage.md.

Usage: python benchmarks/vocabulary_coverage.py [--write]
Needs the real data under $PHYTOVIGIL_SHARED (default ../shared/data). Prints the page; --write puts it in its place.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.compute
import pyarrow.parquet

from phytovigil.vocabulary import load_products
from phytovigil.vocabulary.products import ProductVocabulary

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PHYTOVIGIL_SHARED", ROOT.parent / "shared" / "data"))
PAGE = ROOT / "docs" / "reference" / "vocabulary-coverage.md"
CAERS = ("caers/CAERS_ASCII_2004_2017Q2.zip", "CAERS_ASCII_2004_2017Q2.csv")
INGREDIENTS = "counts/faers_2023_us_primary_suspect.parquet"
KRATOM = "faers_dashboard/kratom_2008-06_2025-11.csv"
SUPPLEMENT_CLASS = "54"
BEFORE, AFTER = "2026-11", "2026-11-22"
MOST_NAMES, MOST_NODES = 300, 250

Weights = Mapping[str, int]
CasesByName = dict[str, set[str]]


def read_caers(shared: Path) -> tuple[CasesByName, CasesByName]:
    """Report numbers by product name, of all product classes and of the class of dietary supplements."""
    everything: CasesByName = defaultdict(set)
    supplements: CasesByName = defaultdict(set)
    file, member = CAERS
    with zipfile.ZipFile(shared / file) as archive, archive.open(member) as raw:
        rows = csv.reader(io.TextIOWrapper(raw, "utf-8", newline=""))
        next(rows)
        for number, _, _, _, name, code, *_ in rows:
            said = " ".join(name.upper().split())
            everything[said].add(number)
            if code == SUPPLEMENT_CLASS:
                supplements[said].add(number)
    return everything, supplements


def list_drug_tables(shared: Path) -> Iterator[str]:
    """The text of every drug table among the FAERS samples, zipped or not."""
    for path in sorted((shared / "faers_ascii").rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                inside = [name for name in archive.namelist() if is_drug_table(Path(name))]
                yield from (archive.read(name).decode("utf-8-sig", "replace") for name in inside)
        elif is_drug_table(path):
            yield path.read_text("utf-8-sig", "replace")


def is_drug_table(path: Path) -> bool:
    return path.name.upper().startswith("DRUG") and path.suffix.lower() == ".txt"


def read_faers(shared: Path) -> Counter[tuple[str, str]]:
    """Rows by product name as reported and active ingredient; the latter is "" where FDA gives none."""
    rows: Counter[tuple[str, str]] = Counter()
    for text in list_drug_tables(shared):
        head, *lines = text.splitlines()
        columns = head.lower().split("$")
        name, ingredient = columns.index("drugname"), columns.index("prod_ai") if "prod_ai" in columns else None
        for fields in (line.split("$") for line in lines):
            if len(fields) >= len(columns) - 1:
                rows[fields[name].upper(), "" if ingredient is None else fields[ingredient].upper()] += 1
    return rows


def total_by(rows: Counter[tuple[str, str]], place: int) -> Weights:
    """Rows by the name (0) or the ingredient (1); rows without it are left out."""
    totals: Counter[str] = Counter()
    for said, number in rows.items():
        if said[place]:
            totals[said[place]] += number
    return totals


def compare_with_ingredients(products: ProductVocabulary, rows: Counter[tuple[str, str]]) -> tuple[int, int]:
    """Rows whose name is read as FDA's ingredient is, and all rows of which both are read.

    They agree if each node of the name is one of the ingredient, or above or below one.
    """
    names, ingredients = (map_to_ids(products, list(total_by(rows, place))) for place in (0, 1))
    above = {node.id: set(products.ancestors(place)) for place, node in enumerate(products.nodes)}
    place_of = {node.id: place for place, node in enumerate(products.nodes)}

    def agree(name: str, ingredient: str) -> bool:
        known = {place_of[node_id] for node_id in ingredients[ingredient]}
        over = set().union(*(above[node_id] for node_id in ingredients[ingredient]))
        return all(place_of[node_id] in over or known & above[node_id] for node_id in names[name])

    both = {said: number for said, number in rows.items() if said[0] in names and said[1] in ingredients}
    return sum(number for said, number in both.items() if agree(*said)), sum(both.values())


def read_counted_ingredients(shared: Path) -> Weights:
    """Cases of each ingredient among the primary suspects of US FAERS 2023."""
    table = pyarrow.parquet.read_table(shared / INGREDIENTS, columns=["ingredient_std", "a", "b"])
    cases = pyarrow.compute.add(table["a"], table["b"])
    most = table.append_column("cases", cases).group_by("ingredient_std").aggregate([("cases", "max")])
    return dict(zip(most["ingredient_std"].to_pylist(), most["cases_max"].to_pylist(), strict=True))


def read_kratom_listing(shared: Path) -> Weights:
    """Mentions of each suspect ingredient and each concomitant product in the listing of kratom."""
    found: Counter[str] = Counter()
    with (shared / KRATOM).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("Suspect Product Active Ingredients", "Concomitant Product Names"):
                found.update(said for part in row[column].split(";") if (said := part.strip().upper()) not in ("", "-"))
    return found


def map_to_ids(products: ProductVocabulary, names: Sequence[str]) -> dict[str, list[str]]:
    """The nodes that each name is certainly read as; names without any are left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for text, node in zip(*products.map_texts(names), strict=True):
        found[names[text]].append(products.nodes[node].id)
    return dict(found)


def count_cases(cases: CasesByName, mapped: Mapping[str, list[str]]) -> tuple[int, int]:
    """Distinct cases with a product that is named by a node, and all distinct cases."""
    named: set[str] = set().union(*(cases[name] for name in mapped))
    return len(named), len(set().union(*cases.values()))


def count_weight(weights: Weights, mapped: Mapping[str, list[str]]) -> tuple[int, int]:
    return sum(weights[name] for name in mapped), sum(weights.values())


def rank_nodes(
    products: ProductVocabulary, cases: CasesByName, mapped: Mapping[str, list[str]]
) -> list[tuple[str, int]]:
    """Nodes by their distinct cases, most first; a case of a node is one of every node above it."""
    held: dict[str, set[str]] = defaultdict(set)
    for name, ids in mapped.items():
        for place in {above for node_id in ids for above in products.ancestors(products.position(node_id))}:
            held[products.nodes[place].id] |= cases[name]
    return sorted(((node_id, len(found)) for node_id, found in held.items()), key=lambda item: (-item[1], item[0]))


def rank_names(cases: CasesByName) -> list[tuple[str, int]]:
    return sorted(((name, len(found)) for name, found in cases.items()), key=lambda item: (-item[1], item[0]))


def say_why_not(products: ProductVocabulary, name: str) -> str:
    """The reason for which a name has no node."""
    refused = [match.why for match in products.resolve(name) if not match.node]
    likely = [match.node for match in products.resolve(name) if match.certainty == "likely"]
    if likely:
        return f"likely `{likely[0]}`: a spelling that comes near"
    return refused[0].replace("|", "\\|") if refused else "no known name stands in it"


def share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({100 * part / whole:.1f} %)"


def write_rows(headings: Sequence[str], rows: Sequence[Sequence[str]], right: int = -1) -> str:
    """A table in Markdown; column number `right` is aligned to the right."""
    rule = ["---:" if place == right else "---" for place in range(len(headings))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows))


def write_page(shared: Path) -> str:
    """The whole page, from the real data."""
    old, new = load_products(BEFORE), load_products(AFTER)
    everything, supplements = read_caers(shared)
    mapped = map_to_ids(new, list(supplements))
    return PAGE_TEXT.format(
        before=BEFORE,
        after=AFTER,
        nodes_before=len(old.nodes),
        nodes_after=len(new.nodes),
        shares=write_shares(old, new, shared, everything, supplements),
        **describe_nodes(new, rank_nodes(new, supplements, mapped)),
        **describe_names(new, supplements, mapped),
    )


def write_shares(
    old: ProductVocabulary, new: ProductVocabulary, shared: Path, everything: CasesByName, supplements: CasesByName
) -> str:
    """What share of each source is named, in the old and in the new version."""
    faers = read_faers(shared)
    rows = [
        (what, *(share(*count_cases(cases, map_to_ids(version, list(cases)))) for version in (old, new)))
        for what, cases in (("CAERS, cases of dietary supplements", supplements), ("CAERS, all cases", everything))
    ]
    rows += [
        (what, *(share(*count_weight(weights, map_to_ids(version, list(weights)))) for version in (old, new)))
        for what, weights in (
            ("FAERS samples, rows by name as reported", total_by(faers, 0)),
            ("FAERS samples, rows by active ingredient", total_by(faers, 1)),
            ("US FAERS 2023, primary suspects by ingredient", read_counted_ingredients(shared)),
            ("listing of kratom, ingredients and concomitant products", read_kratom_listing(shared)),
        )
    ]
    agreement = (share(*compare_with_ingredients(version, faers)) for version in (old, new))
    rows.append(("of FAERS rows whose name and ingredient are both read: read alike", *agreement))
    return write_rows(("what", BEFORE, AFTER), rows)


def describe_nodes(products: ProductVocabulary, ranked: list[tuple[str, int]]) -> dict[str, object]:
    """The nodes most often named in reports of supplements, botanicals and groups apart."""
    apart = {"botanical", "group"}
    listed = [(node_id, cases) for node_id, cases in ranked if products.node(node_id).kind not in apart]
    rows = [(f"`{node_id}`", products.node(node_id).name, f"{cases:,}") for node_id, cases in listed[:MOST_NODES]]
    return {
        "nodes_seen": len(ranked),
        "supplements_seen": len(listed),
        "most_nodes": MOST_NODES,
        "least_cases": listed[MOST_NODES - 1][1],
        "nodes": write_rows(("node", "name", "cases"), rows, right=2),
    }


def describe_names(
    products: ProductVocabulary, cases: CasesByName, mapped: Mapping[str, list[str]]
) -> dict[str, object]:
    """The names most often reported for supplements, each with its nodes or with the reason why it has none."""
    top = rank_names(cases)[:MOST_NAMES]
    rows = [
        (
            f"{count:,}",
            name.replace("|", "\\|"),
            ", ".join(f"`{node_id}`" for node_id in mapped[name]) if name in mapped else say_why_not(products, name),
        )
        for name, count in top
    ]
    return {
        "most_names": MOST_NAMES,
        "names_mapped": sum(name in mapped for name, _ in top),
        "names": write_rows(("cases", "as reported", "node, or why not"), rows, right=0),
    }


PAGE_TEXT = """\
# What the vocabulary covers

How much of what is reported is named by a node of the product vocabulary, before and after version {after}. Only
certain names are counted here; likely ones (spellings that come near) are not. A case is covered if any of its products
is named.

Made by `python benchmarks/vocabulary_coverage.py --write` from CAERS 2004–2017Q2 (class 54: vitamins, minerals,
proteins and unconventional diets), the FAERS ASCII samples, the ingredient counts of US FAERS 2023 and the listing of
kratom.

{shares}

In the last row FDA's own coding of the active ingredient is the oracle of what a reported name means. The rows that
differ are mostly names that say more than the coding does: `MULTIVITAMIN` coded as vitamins, `METAMUCIL` as plantago.

Version {before} has {nodes_before:,} nodes, version {after} {nodes_after:,}. What no version names is counted all the
same, in the population; [unmapped names are listed by frequency](commands.md), and a person may decide them.

**Lines of products.** Most reported supplements are brands. A brand with one fixed ingredient is a name of that
ingredient. A brand whose formula changed, or which is a mixture, is a node of its own, so that it can be asked for
(`hydroxycut`, `centrum`, `5-hour-energy`); it implies no ingredient. Where an ingredient is in every version of a
brand, the brand is counted under it: `caltrate` under `calcium`, `percocet` under `oxycodone` and `acetaminophen`.

**False friends.** The other half of a salt is not a supplement: `ATORVASTATIN CALCIUM`, `LOSARTAN POTASSIUM` and
`ESOMEPRAZOLE MAGNESIUM` are medicines only. `COPPER` alone is refused: in reports of medicines it is an intrauterine
device. The salts of a dialysis fluid or of a bowel preparation are not minerals taken. `SELENIUM SULFIDE`, `ZINC OXIDE`
and `POVIDONE IODINE` stay on the skin. `D3` alone may be a homeopathic dilution.

## The most reported supplements

{nodes_seen:,} nodes are named in reports of class 54; {supplements_seen:,} of them are neither botanicals nor groups.
The {most_nodes} most frequent of these, the last with {least_cases:,} cases:

{nodes}

## The most reported names

Of the {most_names} names most often reported in class 54, as written, {names_mapped} have a node.

{names}
"""


if __name__ == "__main__":
    page = write_page(SHARED)
    if "--write" in sys.argv:
        PAGE.write_text(page, encoding="utf-8")
    else:
        print(page, end="")
