"""What was seen, in one line each: the figures of a finding."""

from __future__ import annotations

from datetime import date

from phytovigil.followup.instruments.scales import name_band
from phytovigil.schema.care import EMERGENCY, TODAY, CareRule, LiverFact
from phytovigil.schema.diary import Event

TESTS = {"alt": ("ALT", "U/L"), "ast": ("AST", "U/L"), "alp": ("ALP", "U/L"), "bilirubin": ("bilirubin", "mg/dL")}
HY = {"fda": "FDA 2009", "r5": "R of 5 and more", "nr5": "nR of 5 and more"}
ANSWERS = {True: "met", False: "not met", None: "not known"}
SECOND_PEAK = {
    (True, False): ", with an intake of the product in between",
    (False, True): ", with no intake of the product in between in this diary: no rechallenge",
    (False, False): ", whether the product was taken in between is not known",
}
SCORES = {
    "pain": ("pain", "of 10"),
    "itch": ("worst itch", "of 10"),
    "withdrawal": ("withdrawal scale (Handelsman, raw total)", "of 64"),
    "alcohol": ("alcohol", "drinks"),
}


def say_event(event: Event, name: str) -> str:
    """An event in one line.

    >>> say_event(Event("my pee is brown", "dark-urine", grade=1), "dark urine")
    'dark urine (“my pee is brown”), grade 1 (CTCAE v5.0)'
    """
    said = name
    if event.verbatim.casefold() != name.casefold():
        said += f" (“{event.verbatim}”)" if name else f"“{event.verbatim}”"
    if event.where:
        said += f", {event.where}"
    if event.grade:
        said += f", grade {event.grade} ({event.criteria})"
    if event.ended:
        said += f", until {event.ended[:10]}"
    return said


def say_score(kind: str, value: float) -> str:
    """A score with its band, where its source prints bands.

    >>> say_score("itch", 5), say_score("withdrawal", 12)
    ('worst itch 5 of 10 (moderate itch)', 'withdrawal scale (Handelsman, raw total) 12 of 64')
    """
    name, of = SCORES[kind]
    band = "" if kind == "alcohol" else name_band(kind, value)
    return f"{name} {value:g} {of}" + (f" ({band})" if band else "")


def say_draw(draw: LiverFact) -> str:
    """The tests of a draw with multiples, ratio, pattern and both forms of Hy's law."""
    said = ", ".join(say_test(draw, test) for test in TESTS if test in draw.values)
    if draw.r is not None:
        said += f"; R {draw.r:.2f} ({draw.pattern})"
        said += f", nR {draw.nr:.2f}" if draw.nr is not None else ""
        said += ", first draw above a limit: its pattern counts" if draw.first else ""
    said += say_hy(draw)
    if "initial-cholestasis" in draw.signs:
        said += ", and ALP was at twice its limit or more at the first draw, which the FDA form excludes"
    if "second-peak" in draw.signs:
        said += "; second peak" + SECOND_PEAK["taken-between" in draw.signs, "none-between" in draw.signs]
    if draw.days_from_stop:
        said += f"; {draw.days_from_stop} days after the product was last taken"
    return said


def say_hy(draw: LiverFact) -> str:
    """Each form of Hy's law by the values of the day, or what is missing where none can be judged."""
    if any(draw.hy.get(form) is not None for form in HY):
        judged = ", ".join(f"{name} {ANSWERS[draw.hy.get(form)]}" for form, name in HY.items())
        return f"; Hy’s law by this day’s values: {judged}"
    missing = [TESTS[test][0] for test in ("alt", "alp", "bilirubin") if draw.times.get(test) is None]
    return f"; R and Hy’s law not known: {' and '.join(missing)} of that day missing, or without upper limit"


def say_test(draw: LiverFact, test: str) -> str:
    """One test with its multiple of the limit."""
    name, unit = TESTS[test]
    times = draw.times.get(test)
    beside = f"{times:.2f} × the upper limit {draw.limits[test]:g}" if times is not None else "upper limit not given"
    return f"{name} {draw.values[test]:g} {unit} ({beside})"


def say_earlier(rule: CareRule, last: date) -> str:
    """What is said once the time has passed that a rule looks back; nothing is lost by waiting."""
    when = "within the next days" if rule.urgency in (EMERGENCY, TODAY) else "at the next visit"
    return (
        f"This was recorded earlier, last on {last.isoformat()}, and stays listed. If no clinician knows of it, tell "
        f"one {when}. If it is still there or comes back: {rule.said}"
    )
