"""What was read from one photograph of a patch of skin with the card on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phytovigil.schema.diary import Reading

METHOD = "skin-colour 1"
"""Name and version of the method; figures of two versions are not compared with one another."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason for which a photograph is not measured. found : what was seen, with its figure. mend : what to do."""

    code: str
    found: str
    mend: str

    def __str__(self) -> str:
        return f"{self.found} {self.mend}"


@dataclass(frozen=True, slots=True)
class PhotoReading:
    """The colour of a site in one photograph, or why there is none.

    lab : L*, a*, b* of the site (D65, 2°); empty where it was refused. spread : robust standard deviation within the
    site, in the same order. pixels : measured pixels. error : median ΔE00 of colours of the card that were left out of
    the fit. details : further figures by name (README of the method: docs/reference/follow/skin-colour.md).
    notes : what the reader should know and what did not make the photograph unusable. taken : date and time that the
    camera wrote, ISO, empty if none.
    """

    lab: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    pixels: int = 0
    error: float | None = None
    refusals: tuple[Refusal, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    taken: str = ""
    method: str = METHOD

    @property
    def usable(self) -> bool:
        """Whether a colour was read."""
        return not self.refusals


def to_content(reading: PhotoReading, photo_id: str) -> Reading:
    """The reading as an entry of the diary, figures to four decimals.

    >>> to_content(PhotoReading(lab=(60.00004, 12, 17), spread=(1, 1, 1), error=0.8), "p1").lab
    (60.0, 12, 17)
    """
    return Reading(
        photo=photo_id,
        method=reading.method,
        lab=tuple(round(value, 4) for value in reading.lab),
        spread=tuple(round(value, 4) for value in reading.spread),
        error=None if reading.error is None else round(reading.error, 4),
        refusals=tuple(refusal.code for refusal in reading.refusals),
        details={name: round(value, 4) for name, value in reading.details.items()} or None,
    )


@dataclass(frozen=True, slots=True)
class MeasuredError:
    """Errors (ΔE00) of one group of photographs whose truth is known.

    what, name : how they are grouped and which group, such as light and A. values : of the card: measured with an
    instrument, or nominal. of : what the error is of: "colour" against the truth, or "difference" of two days.
    """

    what: str
    name: str
    values: str
    of: str
    photographs: int
    median: float
    percentile_95: float


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """Measured errors of a method. dated : ISO date of the measurement. source : how it was made."""

    method: str
    dated: str
    source: str
    rows: tuple[MeasuredError, ...]

    def find(self, values: str, of: str = "colour", what: str = "all", name: str = "all") -> MeasuredError | None:
        """The row of a group, None where it was not measured."""
        wanted = (what, name, values, of)
        return next((row for row in self.rows if (row.what, row.name, row.values, row.of) == wanted), None)
