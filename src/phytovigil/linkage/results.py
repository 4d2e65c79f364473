"""What a linkage found, as columns of plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from phytovigil.linkage.clusters import Pair, complete_link, mark_kept, number_groups
from phytovigil.linkage.completeness import score_completeness
from phytovigil.linkage.linking import Links
from phytovigil.linkage.patients import Patients, different_patients, tells_one_patient
from phytovigil.linkage.records import Integers, Records

DIGITS = 6
"""Digits of weights and probabilities; those beyond depend on the processor."""

ROWS = 100_000
"""Pairs that are turned into plain values at a time."""

Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Bars:
    """What keeps pairs out of one group, one entry per pair. veto : bits of patients.VETOES. told : False where reports
    of one paper tell too little of their patients."""

    veto: Integers
    told: Integers


def find_bars(links: Links, patients: Patients) -> Bars:
    """What speaks against one patient, for every pair."""
    veto = different_patients(patients, links.left, links.right)
    return Bars(veto, tells_one_patient(patients, links.left, links.right))


def link_columns(records: Records, links: Links, bars: Bars) -> Iterator[Columns]:
    """Columns of pairs by report, in parts: weight, probability, and for each field its weight and how it agrees."""
    for first in range(0, len(links.left), ROWS):
        part = slice(first, first + ROWS)
        yield {
            "left": records.report[links.left[part]].tolist(),
            "right": records.report[links.right[part]].tolist(),
            "weight": links.weight[part].round(DIGITS).tolist(),
            "probability": links.probability[part].round(DIGITS).tolist(),
            "look_alikes": links.look_alikes[part].round().astype(np.int64).tolist(),
            "correction": links.correction[part].round(DIGITS).tolist(),
            "veto": bars.veto[part].tolist(),
            "told": bars.told[part].tolist(),
            **{f"weight_{name}": bits[part].round(DIGITS).tolist() for name, bits in links.weights.items()},
            **{f"agree_{name}": words[part] for name, words in links.agreement.items()},
        }


def group_columns(
    records: Records, links: Links, bars: Bars, least: float, same: Iterable[Pair], different: Iterable[Pair]
) -> Columns:
    """Columns of the reports that share a group: report, cluster, kept.

    least : probability from which pairs may share a group. same, different : pairs that a person decided. Pairs that
    cannot be one patient, of whom too little is told, or that were decided to be different, share none.
    """
    decided = set(same)
    barred = (bars.veto > 0) | ~bars.told
    apart = set(zip(links.left[barred].tolist(), links.right[barred].tolist(), strict=True)) - decided
    groups = complete_link(links.left, links.right, links.probability, least, decided, apart | set(different))
    kept = mark_kept(groups, score_completeness(records), records.received)
    record, group, best = number_groups(groups, kept)
    return {
        "report": records.report[record].tolist(),
        "cluster": group.tolist(),
        "kept": (best == 1).tolist(),
    }


def find_records(records: Records, reports: Sequence[int]) -> Integers:
    """Places of reports among the records."""
    return np.searchsorted(records.report, reports)
