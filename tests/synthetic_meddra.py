"""A made-up dictionary in the layout of a MedDRA distribution in ASCII, for tests. It holds nothing of MedDRA.

Names begin with SYNTHETIC, unless a test asks for terms that its reports use. Codes count up from 90000001, beyond
those of MedDRA.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LINES = dict[str, list[list[object]]]


def made_up(count: int) -> list[str]:
    """Names of preferred terms: a place and what is wrong with it."""
    places = ("Leaf", "Root", "Stem", "Bark", "Seed", "Petal", "Sepal", "Stamen", "Pollen", "Resin", "Latex", "Gall")
    wrongs = ("ache", "spot", "swelling", "loss", "itch", "fever", "tremor", "bleeding", "stiffness", "numbness")
    return [
        f"Synthetic {places[number % 12]} {wrongs[number // 12 % 10]} {number // 120 or ''}".strip()
        for number in range(count)
    ]


@dataclass
class SyntheticMeddra:
    """What to write. preferred : names of PTs; every fifth has a second way up, every fourth an outdated LLT.

    children : PTs per HLT, HLTs per HLGT, HLGTs per SOC. encoding : of the files. release : version, or None for no
    release file.
    """

    preferred: Sequence[str] = field(default_factory=lambda: made_up(300))
    children: int = 5
    encoding: str = "utf-8"
    release: str | None = "99.1"

    def lines(self) -> LINES:
        """Rows of every file, by file name."""
        hlts = -(-len(self.preferred) // self.children)
        hlgts, socs = -(-hlts // self.children), -(-hlts // self.children**2)
        pt, hlt, hlgt, soc = (range(90_000_001 + step * 100_000, 10**9) for step in range(4))
        files: LINES = {
            "soc.asc": [[soc[n], f"Synthetic class {n}", f"Cls{n}", "", "", "", "", "", "", ""] for n in range(socs)],
            "hlgt.asc": [[hlgt[n], f"Synthetic high group {n}", *[""] * 7] for n in range(hlgts)],
            "hlt.asc": [[hlt[n], f"Synthetic high term {n}", *[""] * 7] for n in range(hlts)],
            "intl_ord.asc": [[n + 1, soc[n]] for n in range(socs)],
            "pt.asc": [],
            "llt.asc": [],
            "mdhier.asc": [],
        }
        links: dict[str, set[tuple[int, int]]] = {name: set() for name in ("hlt_pt", "hlgt_hlt", "soc_hlgt")}
        for number, name in enumerate(self.preferred):
            own = number // self.children
            ways = [own, (own + hlts // 2) % hlts] if number % 5 == 4 and hlts > 1 else [own]
            first = soc[ways[0] // self.children**2]
            files["pt.asc"].append([pt[number], name, "", first, *[""] * 7])
            for way in ways:
                group, upper = way // self.children, way // self.children**2
                files["mdhier.asc"].append(
                    [pt[number], hlt[way], hlgt[group], soc[upper], name, f"Synthetic high term {way}",
                     f"Synthetic high group {group}", f"Synthetic class {upper}", f"Cls{upper}", "", first,
                     "Y" if way == own else "N"]
                )  # fmt: skip
                links["hlt_pt"].add((hlt[way], pt[number]))
                links["hlgt_hlt"].add((hlgt[group], hlt[way]))
                links["soc_hlgt"].add((soc[upper], hlgt[group]))
            files["llt.asc"].append([pt[number], name, pt[number], *[""] * 6, "Y", ""])
            files["llt.asc"].append([pt[number] + 50_000, f"{name} variant", pt[number], *[""] * 6, "Y", ""])
            if number % 4 == 3:
                files["llt.asc"].append([pt[number] + 70_000, f"{name} formerly", pt[number], *[""] * 6, "N", ""])
        for link, pairs in links.items():
            files[f"{link}.asc"] = [list(pair) for pair in sorted(pairs)]
        if self.release is not None:
            files["meddra_release.asc"] = [[self.release, "English", "", "", ""]]
        return {**files, **self.queries(pt)}

    def queries(self, pt: range) -> LINES:
        """Two standardised queries, the second within the first, and an inactive third."""
        listed: list[list[object]] = [
            [90_900_001, "Synthetic wilting (SMQ)", 1, "Made up.", "None", "", "99.1", "A", "N"],
            [90_900_002, "Synthetic leaf fall (SMQ)", 2, "Made up.", "None", "", "99.1", "A", "A or (B and C)"],
            [90_900_003, "Synthetic blight (SMQ)", 1, "Made up.", "None", "", "99.1", "I", "N"],
        ]
        content: list[list[object]] = [
            [90_900_001, pt[0], 4, 2, "A", 0, "A", "99.0", "99.1"],
            [90_900_001, pt[1], 4, 1, "A", 0, "A", "99.0", "99.1"],
            [90_900_001, 90_900_002, 0, 0, "S", 0, "A", "99.0", "99.1"],
            [90_900_002, pt[2], 4, 2, "A", 0, "A", "99.0", "99.1"],
            [90_900_002, pt[1], 4, 2, "B", 0, "A", "99.0", "99.1"],
            [90_900_002, pt[3] + 70_000, 5, 1, "C", 0, "A", "99.0", "99.1"],
            [90_900_002, pt[4], 4, 2, "A", 0, "I", "99.0", "99.1"],
            [90_900_003, pt[5], 4, 2, "A", 0, "A", "99.0", "99.1"],
        ]
        return {"smq_list.asc": listed, "smq_content.asc": content}

    def write(self, folder: Path, lines: LINES | None = None) -> Path:
        """Write the files into a folder, as a distribution has them, and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in (lines or self.lines()).items():
            text = "".join("$".join(map(str, row)) + "$\r\n" for row in rows)
            (folder / name).write_bytes(text.encode(self.encoding))
        return folder
