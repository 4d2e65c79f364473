"""What a simulated person is like. Every figure is an assumption; none is measured on people."""

from __future__ import annotations

from dataclasses import dataclass, field

from phytovigil.errors import InvalidRequest

Channels = tuple[float, float, float]

NONE, STEP, DRIFT = "none", "step", "drift"


@dataclass(frozen=True, slots=True)
class PigmentChange:
    """A true change of colour of the exposed site, and of the covered one.

    kind : "none", "step" (at once) or "drift" (even, over `days`). size, covered : ΔL*, Δa*, Δb* at its end.
    start : first day of it, counted from the first day of the diary.
    """

    kind: str = NONE
    size: Channels = (0.0, 0.0, 0.0)
    covered: Channels = (0.0, 0.0, 0.0)
    start: int = 0
    days: int = 120

    def __post_init__(self) -> None:
        if self.kind not in (NONE, STEP, DRIFT):
            raise InvalidRequest(f"“{self.kind}” is no kind of change.", f"It is {NONE}, {STEP} or {DRIFT}.")
        if self.days < 1:
            raise InvalidRequest(f"a drift over {self.days} days.", "Give 1 or more.")


@dataclass(frozen=True, slots=True)
class PhotoNoise:
    """What makes two photos of the same skin differ, as standard deviations of L*, a*, b*.

    shot : of each photo of a site. day : of each day and site (pressure, place, wetness, angle).
    common : of each day, the same at both sites, so that it cancels in exposed minus covered.
    lights : how many lights a person uses, the first of them on most days (main_light). bias : of each light and site.
    bias_apart : share of it that differs between the two sites.
    lasting : correlation of the day's part from one photo day to the next.
    tails : degrees of freedom of Student's t of the shot, 0 for the normal distribution.
    spread : standard deviation of the logarithm of a person's own factor on all of these.
    outliers : share of photos that are wrong by `outlier_times` shots; refused : share of these that are refused.
    missed : share of days without photos.
    """

    shot: Channels = (0.8, 0.5, 0.6)
    day: Channels = (0.8, 0.5, 0.6)
    common: Channels = (1.2, 0.7, 1.0)
    lights: int = 3
    main_light: float = 0.8
    bias: Channels = (1.0, 0.6, 1.0)
    bias_apart: float = 0.4
    lasting: float = 0.0
    tails: float = 0.0
    spread: float = 0.3
    outliers: float = 0.03
    outlier_times: float = 5.0
    refused: float = 0.7
    missed: float = 0.1

    def __post_init__(self) -> None:
        shares = (self.main_light, self.bias_apart, self.lasting, self.outliers, self.refused, self.missed)
        if not all(0 <= share <= 1 for share in shares) or self.lights < 1:
            raise InvalidRequest("a share of the noise is not between 0 and 1, or there is no light.", "Mend it.")
        if 0 < self.tails <= 2:
            raise InvalidRequest(f"tails of {self.tails:g} degrees have no variance.", "Give 0, or more than 2.")


@dataclass(frozen=True, slots=True)
class SkinSettings:
    """Colour of the two sites, true change, noise, and when photos are taken.

    baseline : days of the baseline, one after another. follow : later photo days, every `interval` days.
    """

    exposed: Channels = (62.0, 11.0, 17.0)
    covered: Channels = (68.0, 8.0, 16.0)
    change: PigmentChange = field(default_factory=PigmentChange)
    noise: PhotoNoise = field(default_factory=PhotoNoise)
    baseline: int = 8
    follow: int = 52
    interval: int = 7


@dataclass(frozen=True, slots=True)
class PainSettings:
    """Pain from 0 to 10 with its natural course.

    mean : lowest and highest of persons' own means. slow, fast : standard deviation and time constant in days of two
    parts that fade. flares : per day; flare : lowest and highest height; flare_fades : what is left after a day.
    begins : persons begin when pain lies so far above their own mean. settling : highest further excess at the
    beginning, which fades with a time constant between `settles` days. change : of the true mean, from day `start` on.
    missed : share of days without a value. every : days between values. whole : values are whole numbers.
    """

    mean: tuple[float, float] = (3.0, 7.0)
    slow: tuple[float, float] = (0.6, 20.0)
    fast: tuple[float, float] = (0.9, 2.0)
    flares: float = 1 / 45
    flare: tuple[float, float] = (1.0, 3.5)
    flare_fades: float = 0.75
    begins: float = 1.5
    settling: float = 2.0
    settles: tuple[float, float] = (5.0, 20.0)
    change: float = 0.0
    start: int = 0
    missed: float = 0.1
    every: int = 1
    whole: bool = True

    def __post_init__(self) -> None:
        if not (0 <= self.flares <= 1 and 0 <= self.missed < 1 and 0 <= self.flare_fades < 1 and self.every >= 1):
            raise InvalidRequest(
                "a share of the pain settings is not between 0 and 1, or every is below 1.", "Mend it."
            )


@dataclass(frozen=True, slots=True)
class PersonSettings:
    """One person: skin, pain, and how many days the diary has. first_day : ISO date."""

    skin: SkinSettings = field(default_factory=SkinSettings)
    pain: PainSettings = field(default_factory=PainSettings)
    pain_days: int = 378
    first_day: str = "2026-01-01"
