"""What is true of simulated files, counted while they were written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phytovigil.simulation.alike import find_leads
from phytovigil.simulation.cases import FIRST_CASE, CaseBook
from phytovigil.simulation.columns import Flags
from phytovigil.simulation.contents import ANY_ROLE, ANY_ROLE_NAMED, IN_BAND, REACTION, SUSPECT, SUSPECT_NAMED
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model
from phytovigil.simulation.names import LINES, product_spellings, reaction_name

FORMAT = 1
COUNTED = {
    "any_role": ANY_ROLE,
    "suspect": SUSPECT,
    "any_role_exact_name": ANY_ROLE_NAMED,
    "suspect_exact_name": SUSPECT_NAMED,
}


@dataclass(frozen=True, slots=True)
class PairTruth:
    """A planted or confounded pair and its 2×2 tables [a, b, c, d] in distinct cases.

    Counted in the latest version of each case, after all deletions; near-copies are cases of their own. `any_role` and
    `suspect` (PS, SS, I) take every spelling of the product, `…_exact_name` its name alone; `…_in_band` and
    `…_outside_band` are `any_role` inside and outside the confounder's band of sex and age.
    """

    kind: str
    ratio: float
    product: str
    spellings: tuple[str, ...]
    reaction: str
    product_share: float
    reaction_share: float
    counts: dict[str, tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a simulation wrote.

    duplicates : (original, near-copy) case numbers. same_event : all pairs of cases that tell one event, the smaller
    number first, so that several near-copies of a case are pairs too. look_alikes : (kind, first case, case) of
    different patients from one `paper` or one lawyer's `batch`. deleted : (case, quarter).
    """

    reports: int
    cases: int
    cases_left: int
    quarters: dict[str, int]
    seed: int
    program_version: str
    parameters: dict[str, Any]
    pairs: tuple[PairTruth, ...]
    duplicates: tuple[tuple[int, int], ...]
    same_event: tuple[tuple[int, int], ...]
    look_alikes: tuple[tuple[str, int, int], ...]
    deleted: tuple[tuple[int, str], ...]

    def write(self, folder: Path) -> None:
        """Write truth.json, four tables of case numbers and a README into a folder."""
        folder.mkdir()
        plain = asdict(self)
        for name in ("duplicates", "same_event", "look_alikes", "deleted"):
            plain[name] = len(plain[name])
        text = json.dumps({"simulated": True, "format": FORMAT} | plain, indent=2, sort_keys=True)
        (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="")
        write_csv(folder / "duplicates.csv", ("simulated_caseid", "simulated_near_copy_caseid"), self.duplicates)
        write_csv(folder / "same_event.csv", ("simulated_caseid", "simulated_other_caseid"), self.same_event)
        write_csv(folder / "look_alikes.csv", ("kind", "first_simulated_caseid", "simulated_caseid"), self.look_alikes)
        write_csv(folder / "deleted.csv", ("simulated_caseid", "quarter"), self.deleted)
        (folder / "README.txt").write_text("\n".join([*LINES, ""]), encoding="utf-8", newline="")


def write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Write plain comma-separated rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def read_truth(model: Model, book: CaseBook, quarters: dict[str, int], version: str) -> Truth:
    """Count what the book of cases holds after the last quarter."""
    originals, copies = book.copies()
    deleted, lists = book.deleted()
    left = np.ones(book.count, dtype=np.bool_)
    left[deleted] = False
    return Truth(
        reports=sum(quarters.values()),
        cases=book.count,
        cases_left=int(left.sum()),
        quarters=quarters,
        seed=model.draws.seed,
        program_version=version,
        parameters=model.parameters.as_dict(),
        pairs=tuple(count_pair(model, book, left, pair) for pair in range(len(model.pairs.products))),
        duplicates=tuple(zip(case_numbers(originals), case_numbers(copies), strict=True)),
        same_event=same_event(originals, copies),
        look_alikes=look_alikes(model, book),
        deleted=tuple(zip(case_numbers(deleted), [book.quarters[at] for at in lists], strict=True)),
    )


def same_event(originals: Integers, copies: Integers) -> tuple[tuple[int, int], ...]:
    """All pairs of cases that tell one event, sorted."""
    events: dict[int, list[int]] = {}
    for original, copy in zip(case_numbers(originals), case_numbers(copies), strict=True):
        events.setdefault(original, [original]).append(copy)
    return tuple(sorted(pair for cases in events.values() for pair in combinations(sorted(cases), 2)))


def look_alikes(model: Model, book: CaseBook) -> tuple[tuple[str, int, int], ...]:
    """Different patients who are reported alike: kind, first case and case."""
    cases = np.arange(book.count, dtype=np.int64)
    leads = find_leads(model.draws, model.parameters.alike, cases)
    listed: list[tuple[str, int, int]] = []
    for kind, inside in (("paper", leads.series), ("batch", leads.batch)):
        firsts, members = case_numbers(leads.lead[inside]), case_numbers(cases[inside])
        listed += [(kind, first, member) for first, member in zip(firsts, members, strict=True)]
    return tuple(listed)


def case_numbers(cases: Integers) -> list[int]:
    """Case numbers as the files write them."""
    numbers: list[int] = (FIRST_CASE + cases).tolist()
    return numbers


def count_pair(model: Model, book: CaseBook, left: Flags, pair: int) -> PairTruth:
    """The four tables of one pair among the cases that are left."""
    marks = book.marks[: book.count, pair][left]
    product, reaction = int(model.pairs.products[pair]), int(model.pairs.reactions[pair])
    return PairTruth(
        kind="planted" if pair < len(model.parameters.planted) else "confounded",
        ratio=float(model.pairs.ratios[pair]),
        product=product_spellings(product)[0],
        spellings=product_spellings(product, branded=model.parameters.changes is not None),
        reaction=reaction_name(reaction),
        product_share=float(model.pairs.product_shares[pair]),
        reaction_share=float(model.pairs.reaction_shares[pair]),
        counts=all_counts(marks),
    )


def all_counts(marks: NDArray[np.uint8]) -> dict[str, tuple[int, int, int, int]]:
    """The tables of one pair from the marks of the cases."""
    reaction, inside = marks & REACTION > 0, marks & IN_BAND > 0
    counts = {name: four_cells(marks & bit > 0, reaction) for name, bit in COUNTED.items()}
    for name, stratum in {"any_role_in_band": inside, "any_role_outside_band": ~inside}.items():
        counts[name] = four_cells((marks & ANY_ROLE > 0)[stratum], reaction[stratum])
    return counts


def four_cells(product: Flags, reaction: Flags) -> tuple[int, int, int, int]:
    """a, b, c, d of two flags.

    >>> four_cells(np.array([True, True, False]), np.array([True, False, False]))
    (1, 1, 0, 1)
    """
    cells = (product & reaction, product & ~reaction, ~product & reaction, ~product & ~reaction)
    a, b, c, d = (int(cell.sum()) for cell in cells)
    return a, b, c, d
