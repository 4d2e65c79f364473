"""Which cases come from one paper or from one lawyer: read from their numbers alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.columns import Flags
from phytovigil.simulation.draws import Draws, Integers
from phytovigil.simulation.duplication import LookAlikes

SERIES_STEP = 7
FEWEST_IN_BATCH = 10


@dataclass(frozen=True, slots=True)
class Leads:
    """For each event the one whose condition it shares, and whether it is of a paper or of a lawyer's batch."""

    lead: Integers
    series: Flags
    batch: Flags


def find_leads(draws: Draws, alike: LookAlikes | None, events: Integers) -> Leads:
    """The leads of events; an event in no group leads itself. A batch goes before a paper."""
    none = np.zeros(len(events), dtype=np.bool_)
    if alike is None:
        return Leads(events, none, none)
    batch, batch_lead = find_batch(draws, alike, events)
    series, series_lead = find_series(draws, alike, events)
    series &= ~batch
    return Leads(np.where(batch, batch_lead, np.where(series, series_lead, events)), series, batch)


def find_series(draws: Draws, alike: LookAlikes, events: Integers) -> tuple[Flags, Integers]:
    """Events of papers with several patients, seven cases apart, and the first of each paper."""
    block, place = events // alike.series_every, events % alike.series_every - 1
    size = 2 + draws.below("series size", alike.series_most - 1, block)
    inside: Flags = (place >= 0) & (place % SERIES_STEP == 0) & (place // SERIES_STEP < size)
    return inside, block * alike.series_every + 1


def find_batch(draws: Draws, alike: LookAlikes, events: Integers) -> tuple[Flags, Integers]:
    """Events of lawyers' batches, one after the other, and the first of each batch."""
    middle = alike.batch_every // 2
    block, place = events // alike.batch_every, events % alike.batch_every - middle
    size = FEWEST_IN_BATCH + draws.below("batch size", alike.batch_most - FEWEST_IN_BATCH + 1, block)
    inside: Flags = (place >= 0) & (place < size)
    return inside, block * alike.batch_every + middle
