"""A dictionary of the size of RxNorm and UNII: compiling it, opening it, counting with it and resolving names by it.

Usage: python benchmarks/compile_dictionary.py [--names 1000000] [--strings 1000000] [--folder FOLDER]
Writes made-up files in the publishers' layouts (tests/synthetic_dictionaries.py), about a million rows each and seven
million relations, compiles them with `phytovigil products dictionary`, and prints seconds and peak memory of each step,
every step in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from synthetic_dictionaries import conso, rel, write_rxnorm, write_unii

RXNORM_SUBSTANCES = 14_000
BRANDS = 26_000
SALTS = 4_000
UNII_SUBSTANCES = 130_000
RELATIONS = 7_000_000
SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo zu xa".split()  # noqa: SIM905

MEASURE = """
import resource, sys, time
begun, spent = time.perf_counter(), time.process_time()
{program}
spent = time.process_time() - spent
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
took = time.perf_counter() - begun
print(f"{{took:.2f}} s ({{spent:.2f}} s of CPU), {{peak:,.0f}} MB", *(globals().get("said") or ()))
"""


def invent(number: int, ending: str = "") -> str:
    """A word that no other number has."""
    word = ""
    for _ in range(6):
        number, rest = divmod(number, len(SYLLABLES))
        word += SYLLABLES[rest]
    return word.capitalize() + ending


def list_conso(rows: int) -> Iterator[str]:
    """Substances, salts, combinations and brands of RxNorm, and the clinical drugs that fill most of the file."""
    for number in range(RXNORM_SUBSTANCES):
        yield conso(str(number), "IN", invent(number))
        yield conso(str(number), "SU", invent(number).upper(), "MTHSPL", f"R{number:09d}")
        yield conso(str(number), "IN", invent(number), "ATC", f"A{number % 90 + 10}BC{number % 99:02d}")
    for number in range(SALTS):
        yield conso(str(100_000 + number), "PIN", f"{invent(number)} hydrochloride")
    for number in range(BRANDS):
        yield conso(str(200_000 + number), "BN", invent(500_000 + number))
    made = 3 * RXNORM_SUBSTANCES + SALTS + BRANDS
    for number in range(rows - made):
        yield conso(str(300_000 + number), "SCD", f"{invent(number % RXNORM_SUBSTANCES)} 10 MG Oral Tablet")


def list_rel() -> Iterator[str]:
    """Both directions of every relation of brands and salts, among those of clinical drugs."""
    for number in range(SALTS):
        yield rel(str(number), "form_of", str(100_000 + number))
        yield rel(str(100_000 + number), "has_form", str(number))
    for number in range(BRANDS):
        for ingredient in {number % RXNORM_SUBSTANCES, number * 7 % RXNORM_SUBSTANCES}:
            yield rel(str(ingredient), "tradename_of", str(200_000 + number))
            yield rel(str(200_000 + number), "has_tradename", str(ingredient))
    for number in range(RELATIONS - 2 * SALTS - 4 * BRANDS):
        yield rel(str(300_000 + number), "consists_of", str(400_000 + number))


def list_unii(rows: int) -> Iterator[tuple[str, ...]]:
    """Names of substances, a third of them systematic."""
    for number in range(rows):
        substance = number % (UNII_SUBSTANCES + RXNORM_SUBSTANCES)
        own = substance - RXNORM_SUBSTANCES
        unii = f"R{substance:09d}" if own < 0 else f"U{own:09d}"
        display = invent(substance if own < 0 else 1_000_000 + own).upper()
        turn = number // (UNII_SUBSTANCES + RXNORM_SUBSTANCES)
        kind = ("of", "cn", "sys", "cd", "cn", "sys", "bn")[turn % 7]
        name = display if turn == 0 else f"{invent(2_000_000 + number).upper()} {display}"
        yield name, kind, unii, display


def run(title: str, program: str, *arguments: object) -> None:
    """Run a program in a process of its own and print what it measured."""
    source = MEASURE.format(program=program)
    done = subprocess.run([sys.executable, "-c", source, *map(str, arguments)], capture_output=True, text=True)
    print(f"{title}: {done.stdout.strip() or done.stderr.strip()[-400:]}", flush=True)


COMPILE = """
from pathlib import Path
from phytovigil.vocabulary.dictionary_compiling import compile_dictionary
from phytovigil.vocabulary.own_folder import make_own_folder, read_own_nodes
own = Path(sys.argv[1])
make_own_folder(own)
about = compile_dictionary(own, read_own_nodes(own), Path(sys.argv[2]), Path(sys.argv[3]))
said = (f"{about['names_kept']:,} names, {about['nodes_new']:,} new nodes, {about['classes']:,} classes",)
"""

OPEN = """
from phytovigil.vocabulary import load_products
products = load_products(sys.argv[1])
said = (f"{len(products.nodes):,} nodes",)
"""

ASK = (
    OPEN
    + """
said = (products.node(sys.argv[2]).id, len(products.resolve(f"{sys.argv[2]} MESYLATE 10 MG TABLETS")), "match")
"""
)

RESOLVE = """
import json
from phytovigil.vocabulary import load_products
products = load_products(sys.argv[1])
texts = json.load(open(sys.argv[2]))
begun, spent = time.perf_counter(), time.process_time()
found, _ = products.map_texts(texts)
said = (f"{len(set(found)):,} of {len(texts):,} strings mapped",)
"""


def list_strings(count: int) -> list[str]:
    """Distinct strings, as products are reported: with strengths, forms, salts, in combinations, and unknown."""
    shapes = (
        "{0}",
        "{0} 10 MG",
        "{0} TABLETS",
        "{0} HYDROCHLORIDE",
        "{0}\\{1}",
        "{0} AND {1} 5 MG CAPSULES",
        "NEW {0} X",
    )
    return [
        shapes[number % len(shapes)].format(
            invent(number // 7 % 560_000).upper(), invent(1_000_000 + number % UNII_SUBSTANCES).upper()
        )
        + (f" {number}" if number > 3_000_000 else "")
        for number in range(count)
    ]


def main() -> None:
    """Write, compile, open, resolve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=1_000_000, help="rows of RXNCONSO and of UNII_Names")
    parser.add_argument("--strings", type=int, default=1_000_000, help="strings to resolve")
    parser.add_argument("--folder", type=Path, help="folder to keep the files in")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        rxnorm, unii, own = folder / "rxnorm", folder / "UNII_Names_2Nov2026.txt", folder / "own"
        if not rxnorm.exists():
            write_rxnorm(rxnorm, list_conso(asked.names), list_rel())
            write_unii(unii, list_unii(asked.names))
            (folder / "strings.json").write_text(json.dumps(list_strings(asked.strings)), encoding="utf-8")
        run("compile", COMPILE, own, rxnorm, unii)
        size = sum(file.stat().st_size for file in (own / "dictionary").iterdir())
        print(f"dictionary: {size / 1e6:,.0f} MB")
        run("open", OPEN, own)
        run("open and ask two names", ASK, own, invent(1_000_007))
        run("resolve", RESOLVE, own, folder / "strings.json")


if __name__ == "__main__":
    main()
