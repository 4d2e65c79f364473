"""What a person can choose from: events, the texts of grading criteria, and scales with their bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from phytovigil.schema.care import CareSource


@dataclass(frozen=True, slots=True)
class EventTerm:
    """An event that a person can choose.

    key : as the diary keeps it. name, synonyms : in plain words. group : what the sign belongs to, in plain words.
    criteria : key of the term of the grading criteria, "" where none fits.
    """

    key: str
    name: str
    group: str
    synonyms: tuple[str, ...]
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class CriteriaTerm:
    """A term of the grading criteria. grades : text by grade, only the grades that the criteria have."""

    key: str
    name: str
    grades: Mapping[int, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabCriteria:
    """Grades of a laboratory value.

    above : multiples of the upper limit above which grades 1, 2, 3 and 4 begin, for a normal baseline.
    from_baseline, above_baseline : where grade 1 begins in multiples of an abnormal baseline, itself in or out.
    """

    analyte: str
    name: str
    above: tuple[float, ...]
    grades: Mapping[int, str]
    from_baseline: float | None = None
    above_baseline: float | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """Grading criteria of one version. words : abbreviations of the texts. newer : what is known of later versions."""

    id: str
    title: str
    publisher: str
    published: str
    address: str
    seen: str
    basis: str
    read: str
    newer: str
    words: Mapping[str, str]
    terms: Mapping[str, CriteriaTerm]
    labs: Mapping[str, LabCriteria]


@dataclass(frozen=True, slots=True)
class Band:
    """Values from `least` to `most`, both in, and what the source calls them."""

    least: float
    most: float
    name: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale that a diary takes. bands : empty where no source prints any. important : a change that matters."""

    key: str
    name: str
    asks: str
    least: float
    most: float
    low: str
    high: str
    important: str
    bands: tuple[Band, ...]
    note: str
    sources: tuple[CareSource, ...]
