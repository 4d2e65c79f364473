"""What is said about a series of one person: the values, the noise they have shown, and whether a change exceeds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from phytovigil.errors import InvalidRequest

TOO_FEW = "too few values to say"
NO_CHANGE = "no change beyond noise"
CHANGE = "change beyond noise"
IMPORTANT = "change beyond noise and important"
VERDICTS = (TOO_FEW, NO_CHANGE, CHANGE, IMPORTANT)

UP, DOWN, NEITHER = "up", "down", ""

GREYER = "darker and greyer"
BROWNER = "darker and browner (tan-like)"
YELLOWER = "yellower at all sites (jaundice-like: see care rules)"
LIGHTER = "lighter"
REDDER = "redder"
NOT_NAMED = "mixed / not named"
DIRECTIONS = (GREYER, BROWNER, YELLOWER, LIGHTER, REDDER, NOT_NAMED)
PIGMENT_DIRECTIONS = (GREYER, BROWNER)
"""What may be called more pigment; a yellowing is never among them."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that a series could not take, and why."""

    entry: str
    why: str


@dataclass(frozen=True, slots=True)
class Series:
    """One number per entry, oldest first.

    name : as make_series takes it ("pain", "alt" …). label : for a page. unit : of the values.
    days, values, entries : same length; entries are the ids of the entries that the values come from.
    """

    name: str
    label: str
    unit: str
    days: tuple[date, ...]
    values: tuple[float, ...]
    entries: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        if len(self.days) != len(self.values) or list(self.days) != sorted(self.days):
            raise InvalidRequest(f"the series of {self.name} has no day for each value, oldest first.", "Mend it.")


@dataclass(frozen=True, slots=True)
class SkinSeries:
    """Colours of one site, or of an exposed site with a covered one, oldest first; one row per day.

    exposed, covered : names of the sites; covered is empty where one site stands alone.
    colours, covered_colours : L*, a*, b* (D65, 2°) of each day's first usable photo; covered_colours may be empty.
    baseline : whether the photo is marked as one of the baseline. apart : most days between the photos of a pair.
    entries : ids of the photos of the exposed site.
    """

    exposed: str
    covered: str
    days: tuple[date, ...]
    colours: tuple[tuple[float, float, float], ...]
    covered_colours: tuple[tuple[float, float, float], ...]
    baseline: tuple[bool, ...]
    apart: int = 0
    entries: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.days)
        if len(self.colours) != rows or len(self.baseline) != rows or len(self.covered_colours) not in (0, rows):
            raise InvalidRequest(f"the colours of {self.exposed} are not one per day.", "Mend the series.")
        if list(self.days) != sorted(set(self.days)):
            raise InvalidRequest(f"the days of {self.exposed} are not different, oldest first.", "Mend the series.")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the present is compared with. values : how many. how : how they were chosen, in words."""

    values: int
    first: date
    last: date
    mean: float
    sd: float
    how: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Slope per 30 days with its 95 % interval, and a robust slope beside it (Theil–Sen)."""

    per_month: float
    low: float
    high: float
    robust: float
    values: int
    method: str


@dataclass(frozen=True, slots=True)
class Importance:
    """What counts as important: a size, a share of the baseline, or nothing published (both None), with the source."""

    size: float | None
    share: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without values: last day before it, first day after it (or as_of), and its length."""

    after: date
    until: date
    days: int


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks so far. planned : looks of a year, which together may be wrong in a share `alpha` of unchanged persons."""

    done: int
    planned: int
    alpha: float
    how: str


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """What is said about a series as of a day.

    verdict : one of VERDICTS. direction : "up", "down" or "".
    change : present minus baseline, None where too few values. low, high : its 95 % interval, for this look alone.
    share : change as a share of the baseline mean, None where that is 0 or there is no change to give.
    present, present_values : mean of the present values and how many they are; present_from : first day of them.
    smallest_detectable : between two single values (1.96·√2·SEM); limit : what `change` must exceed to be told.
    important : whether the change reaches what counts as important; None where nothing is published or no change given.
    probability : that the true level moved in `direction`, see probability_of; None where too few values.
    needed : further values that are needed before anything can be said; 0 where enough.
    first_told : day of the first look at which a change exceeded the noise, None if never.
    said : the statement in plain sentences.
    """

    name: str
    label: str
    unit: str
    as_of: date
    verdict: str
    direction: str
    baseline: Baseline | None
    present: float | None
    present_values: int
    present_from: date | None
    change: float | None
    low: float | None
    high: float | None
    share: float | None
    smallest_detectable: float | None
    limit: float | None
    importance: Importance
    important: bool | None
    probability: float | None
    probability_of: str
    trend: Trend | None
    gaps: tuple[Gap, ...]
    looks: Looks
    needed: int
    first_told: date | None
    said: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Direction:
    """A change of colour, named. name : one of DIRECTIONS. why : the figures that it was named by.

    pigment : may be called a change of pigment. jaundice_like : yellower at all sites; the care rules decide.
    covered_too : the covered site changed alike, so that exposed minus covered hides it.
    """

    name: str
    why: str
    pigment: bool
    jaundice_like: bool
    covered_too: bool


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """One of L*, a*, b*: change with 95 % interval of this look, smallest detectable change, sign probability."""

    channel: str
    change: float
    low: float
    high: float
    smallest_detectable: float
    probability: float


@dataclass(frozen=True, slots=True)
class ColourChange:
    """A change of colour: present photos against the baseline.

    what : "exposed minus covered", "exposed", "covered" or "site". channels : L*, a*, b*. de00 : CIEDE2000.
    sem : of one photo day in the baseline, in ΔE00; noise : as it was used, never smaller.
    smallest_detectable : 1.96·√2·sem.
    limit : what two successive photos must each exceed, in ΔE00. told : whether they do; first_told : day of the
    first look at which they did. Both limit and told are None where this is shown only and nothing is told from it.
    """

    what: str
    channels: tuple[ChannelChange, ...]
    de00: float
    sem: float
    noise: float
    smallest_detectable: float
    limit: float | None
    told: bool | None
    first_told: date | None


@dataclass(frozen=True, slots=True)
class Yellowing:
    """Rise of b*, mean of all sites, against the baseline: a jaundice comes at all sites, so no difference shows it.

    limit : what two successive photo days must each exceed. told : whether they do.
    """

    change: float
    smallest_detectable: float
    limit: float
    told: bool
    first_told: date | None


@dataclass(frozen=True, slots=True)
class SkinChange:
    """What is said about an exposed site with a covered one (or about one site alone) as of a day.

    difference : exposed minus covered, follow-up minus baseline (None without a covered site or with too few values).
    sites : the exposed and the covered site by themselves. yellowing : of all sites together.
    direction : None where no change is told.
    baseline_from, baseline_to, baseline_values, baseline_how : the baseline; needed : further baseline days or photos.
    present : days of the photos that are compared. importance : none is published for skin colour, which is said.
    ita : individual typology angle of the exposed site, baseline and present; a descriptor only.
    probability : share of unchanged persons whose photos would lie closer to their baseline at this look.
    """

    exposed: str
    covered: str
    as_of: date
    verdict: str
    direction: Direction | None
    difference: ColourChange | None
    sites: tuple[ColourChange, ...]
    yellowing: Yellowing | None
    baseline_values: int
    baseline_from: date | None
    baseline_to: date | None
    baseline_how: str
    present: tuple[date, ...]
    importance: Importance
    probability: float | None
    probability_of: str
    ita: tuple[float, float] | None
    gaps: tuple[Gap, ...]
    looks: Looks
    needed: int
    first_told: date | None
    said: str
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """A period on or off the product, both days included."""

    started: date
    stopped: date
    taking: bool

    def __post_init__(self) -> None:
        if self.stopped < self.started:
            raise InvalidRequest(f"a period stops ({self.stopped}) before it starts ({self.started}).", "Mend one.")


@dataclass(frozen=True, slots=True)
class PeriodComparison:
    """On against off the product, within one person.

    effect : mean on minus mean off, with its 95 % interval; None where it cannot be said.
    on_periods, off_periods, on_values, off_values : what it rests on; washed_out : values left out after a switch.
    washout_days : days left out after each switch, as the caller says. method : what was computed.
    p_value : two-sided. autocorrelation : of the residuals, from one day to the next.
    cannot_say : what no such comparison can say. said : the statement in plain sentences.
    """

    name: str
    label: str
    unit: str
    effect: float | None
    low: float | None
    high: float | None
    p_value: float | None
    on_mean: float | None
    off_mean: float | None
    on_periods: int
    off_periods: int
    on_values: int
    off_values: int
    washed_out: int
    washout_days: int
    autocorrelation: float | None
    method: str
    needed: str
    cannot_say: tuple[str, ...]
    said: str
    periods: tuple[PeriodSpan, ...] = field(default=())
