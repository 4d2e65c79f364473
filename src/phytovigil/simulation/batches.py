"""Some reports of one quarter, and the patients that they tell of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phytovigil.simulation.alike import Leads, find_leads
from phytovigil.simulation.cases import FIRST_CASE
from phytovigil.simulation.columns import Flags, Text, digits, glue
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model

FIRST_ISR = 4_000_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Some reports of one quarter; arrays of shape (reports,).

    cases : positions of the cases. events : the case whose event is told. rows : running numbers of reports.
    versions, updates : the version number, and how often the case was sent before.
    """

    quarter: int
    legacy: bool
    cases: Integers
    events: Integers
    versions: Integers
    updates: Integers
    rows: Integers

    @property
    def size(self) -> int:
        """Number of reports."""
        return len(self.cases)

    @property
    def copied(self) -> Flags:
        """Reports of near-copies."""
        copied: Flags = self.cases != self.events
        return copied

    def find_leads(self, model: Model) -> Leads:
        """The events whose condition, paper or batch the reports share."""
        return find_leads(model.draws, model.parameters.alike, self.events)

    def leads(self, model: Model) -> Integers:
        """The events whose condition the reports share, shape (reports,)."""
        return self.find_leads(model).lead

    def keys(self) -> dict[str, Text]:
        """The columns primaryid (ISR in legacy files) and caseid."""
        caseid = digits(FIRST_CASE + self.cases)
        if self.legacy:
            return {"primaryid": digits(FIRST_ISR + self.rows), "caseid": caseid}
        return {"primaryid": glue(self.size, caseid, digits(self.versions)), "caseid": caseid}


@dataclass(frozen=True, slots=True)
class People:
    """Sex and age of the patients as the files tell them; arrays of shape (reports,)."""

    sex: Integers
    unit: Integers
    age: Integers
    years: Integers

    def in_band(self, model: Model) -> Flags:
        """Reports in the confounder's band of sex and age."""
        band = model.parameters.confounder
        if band is None:
            return np.zeros(len(self.sex), dtype=np.bool_)
        sexes = np.array(model.coded["sex"].codes)
        inside: Flags = (sexes[self.sex] == band.sex) & (self.years >= band.youngest) & (self.years < band.oldest)
        return inside
