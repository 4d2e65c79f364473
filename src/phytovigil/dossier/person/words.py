"""Findings of a person in words: numbers, alerts, scales. Nothing is computed; what is not there is a dash or said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phytovigil.dossier.formatting import MISSING
from phytovigil.dossier.person.panels import IN_TABLE, find_colour
from phytovigil.dossier.wording import start_capital

Findings = Mapping[str, Any]

SEXES = {"female": "woman", "male": "man", "other": "person"}
NOW = "now"
STATES = {"now": "holds now", "answered": "answered since", "earlier": "held earlier"}
GRAVE = ("emergency now", "today")
TOLD = ("change beyond noise", "change beyond noise and important")
SHORT_ID = 6
CATEGORIES = ("certain", "probable", "possible", "unlikely", "conditional", "unassessable")
TESTS = {"alt": "ALT", "ast": "AST", "alp": "ALP", "bilirubin": "bilirubin"}


def format_number(value: float | None, digits: int = 1) -> str:
    """A number with a true minus, or a dash.

    >>> format_number(-0.04), format_number(4.96, 1), format_number(None)
    ('0.0', '5.0', '–')
    """
    if value is None:
        return MISSING
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def format_signed(value: float | None) -> str:
    """A change with its sign.

    >>> format_signed(1.26), format_signed(-1.26), format_signed(0.0)
    ('+1.3', '−1.3', '0.0')
    """
    text = format_number(value)
    return f"+{text}" if value is not None and value > 0 and text != "0.0" else text


def format_count(value: Sequence[Any] | int) -> str:
    """How many, with commas."""
    return f"{value if isinstance(value, int) else len(value):,}"


def count_of(value: Sequence[Any] | int, what: str) -> str:
    """How many of what.

    >>> count_of([1, 2], "day"), count_of(1, "entry"), count_of(2, "entry")
    ('2 days', '1 entry', '2 entries')
    """
    number = value if isinstance(value, int) else len(value)
    several = f"{what[:-1]}ies" if what.endswith("y") and what[-2] not in "aeiou" else f"{what}s"
    return f"{number:,} {what if number == 1 else several}"


def short_id(entry: str) -> str:
    """The end of an id, as other pages show it."""
    return entry if len(entry) <= SHORT_ID else f"…{entry[-SHORT_ID:]}"


def write_headline(findings: Findings) -> str:
    """What the diary spans, for the title."""
    diary = findings["diary"]
    if not diary["entries"]:
        return "an empty diary"
    return f"diary of {diary['first_day']} to {diary['last_day']}"


def introduce(findings: Findings) -> str:
    """The person, the diary and its photographs in two sentences."""
    person, diary, photos = findings["person"], findings["diary"], findings["diary"]["photos"]
    who = start_capital(SEXES.get(person["sex"], "person, sex not told"))
    age = f"about {person['age_about']}" if person["age_about"] is not None else "age not told"
    reason = f" for {person['reason']}" if person["reason"] else ""
    product = f"{person['product_name']}{reason}" if person["product_name"] else "no product named"
    place = person["country"] or "country not told"
    kept = f"{count_of(diary['entries'], 'entry')} on {count_of(diary['days'], 'day')}"
    shot = f", {say_photos(photos)}" if photos["taken"] else ""
    return f"{who}, {age}, {place}; {product}. {start_capital(kept)}{shot or '.'}"


def say_photos(photos: Findings) -> str:
    """Photographs taken, used and refused, with the reasons."""
    if not photos["taken"]:
        return "No photographs."
    reasons = ", ".join(f"{one['reason'].replace('-', ' ')} {one['photos']}" for one in photos["reasons"])
    refused = f", {photos['refused']} refused" + (f" ({reasons})" if reasons else "") if photos["refused"] else ""
    waiting = f", {photos['not_read']} not read yet" if photos["not_read"] else ""
    return f"{count_of(photos['taken'], 'photograph')}: {photos['used']} used{refused}{waiting}."


def is_grave(findings: Findings) -> bool:
    """Whether an alert that holds now is of today or graver."""
    return any(alert["state"] == NOW and alert["urgency"] in GRAVE for alert in findings["alerts"])


def say_state(alert: Findings) -> str:
    """Whether an alert holds, and since when.

    >>> say_state({"state": "now", "first_seen": "2026-01-02", "last_seen": "2026-01-02"})
    'holds now, seen 2026-01-02'
    """
    first, last = alert["first_seen"], alert["last_seen"]
    return f"{STATES[alert['state']]}, seen {first if first == last else f'{first} to {last}'}"


def list_seen(alert: Findings, liver: Findings | None, most: int) -> list[str]:
    """What was seen, the newest last, and what answers it; what sets the scene is left to the file.

    Liver tests are named by their day and multiples: their table has the rest.
    """
    found = [one for one in alert["findings"] if not one["context"]]
    kept = found[-most:]
    left = len(found) - len(kept)
    lines = [f"{count_of(left, 'earlier finding')} (in summary.json)"] if left else []
    lines += [start_capital(shorten_draw(one, liver)) for one in kept]
    return lines + [f"Answered: {shorten_draw(one, liver)}" for one in alert["answers"][-1:]]


def shorten_draw(found: Findings, liver: Findings | None) -> str:
    """The text of a finding; of liver tests only the day and the multiples."""
    draws = liver["draws"] if liver else []
    draw = next((one for one in draws if set(found["entries"]) & set(one["entries"])), None)
    if draw is None:
        return str(found["text"])
    times = [f"{TESTS[test]} {format_number(times)} ×" for test, times in draw["times"].items() if times is not None]
    return f"{draw['day']}: {', '.join(times)} the limit" if times else str(found["text"])


def list_entries(alert: Findings) -> list[str]:
    """Entries behind an alert, each once."""
    return list(dict.fromkeys(entry for one in alert["findings"] for entry in one["entries"]))


def cite_source(source: Findings) -> str:
    """Where a rule comes from, as short as a reader can find it by."""
    recalled = " (cited from memory)" if source["basis"] == "recalled" else ""
    return f"{source['citation']}{recalled}"


def is_in_figure(one: Findings) -> bool:
    """Whether a series is shown with the charts; liver tests have their own table."""
    return one["name"] not in IN_TABLE or one["verdict"] in TOLD


def say_importance(importance: Findings) -> str:
    """From what size a change counts as important, with its source."""
    if importance["size"] is None and importance["share"] is None:
        return "nothing published"
    size = f"{importance['size']:g}" if importance["size"] is not None else ""
    share = f"{importance['share']:.0%}" if importance["share"] is not None else ""
    return f"{' or '.join(part for part in (size, share) if part)} ({importance['source'].split(',')[0]})"


def say_verdict(one: Findings) -> str:
    """The verdict, with the direction of skin and the day on which a change was first told."""
    direction = one["direction"]
    name = direction["name"] if isinstance(direction, Mapping) else ""
    parts = [name or one["verdict"]]
    if one["needed"]:
        parts.append(f"{one['needed']} more needed")
    if one["first_told"]:
        parts.append(f"first told {one['first_told']}")
    return start_capital("; ".join(parts))


def say_period(period: Findings) -> str:
    """The first two sentences of a comparison of periods; method and limits are left to the findings."""
    sentences = re.split(r"(?<=[.)])\s+(?=[A-Z])", period["said"])
    return " ".join(sentences[:2]) + (" Method and limits: summary.json." if len(sentences) > 2 else "")


def list_colours(one: Findings) -> list[Findings]:
    """Statements on the difference and on each site."""
    return [*([one["difference"]] if one["difference"] else []), *one["sites"]]


def choose_colour(one: Findings) -> Findings | None:
    """The statement that a verdict on skin rests on: the difference, but the site itself where both changed alike."""
    alike = one["direction"] is not None and one["direction"]["covered_too"]
    return find_colour(one, "exposed") if alike or not one["difference"] else find_colour(one, "difference")


def say_skin(one: Findings) -> str:
    """Verdict, baseline and what is compared with it; the figures stand in the table."""
    parts = [f"{say_verdict(one)}."]
    if one["yellowing"] and one["yellowing"]["told"]:
        rise = one["yellowing"]
        parts.append(
            f"b* rose at all sites by {format_number(rise['change'])}, told from {format_number(rise['limit'])}."
        )
    if one["baseline_from"]:
        days = count_of(one["baseline_values"], "day")
        parts.append(
            f"Baseline: {days}, {one['baseline_from']} to {one['baseline_to']}. Now: {', '.join(one['present'])}."
        )
    return " ".join([*parts, *one["warnings"], "Photographs show that a colour changed, not why."])


def format_lab(lab: Sequence[float]) -> str:
    """A colour in words.

    >>> format_lab((61.24, 12.0, -1.55))
    'L* 61.2, a* 12.0, b* −1.6'
    """
    return ", ".join(f"{name} {format_number(value)}" for name, value in zip(("L*", "a*", "b*"), lab, strict=True))


def say_use(findings: Findings) -> str:
    """How the product was taken as written down, gaps of the diary, other things, alcohol."""
    use, parts = findings["use"], []
    written = use["written"]
    if written["intakes"]:
        parts.append(say_written(written))
    if use["others"]:
        others = ", ".join(
            f"{one['name']} (on {count_of(one['days'], 'day')}, last {one['last']})" for one in use["others"][:5]
        )
        left = len(use["others"]) - 5
        parts.append(f"Now and then: {others}{f' and {left} more' if left > 0 else ''}.")
    if use["alcohol"]["days"]:
        parts.append(
            f"Alcohol: on {count_of(use['alcohol']['days'], 'day')}, at most {use['alcohol']['most']:g} drinks a day."
        )
    gaps = findings["diary"]["gaps"]
    if gaps:
        listed = ", ".join(f"{gap['after']} to {gap['until']}" for gap in gaps[:3])
        parts.append(
            f"Nothing was written down from {listed}{f' and in {len(gaps) - 3} more gaps' if len(gaps) > 3 else ''}."
        )
    return " ".join(parts) or "Nothing is written down on what is taken."


def say_written(written: Findings) -> str:
    """Intakes of the product in one sentence."""
    often = f", {written['days_per_week']:g} days in a usual week" if written["days_per_week"] else ""
    amount = ""
    if written["day_median"] is not None:
        span = f"{written['day_least']:g} to {written['day_most']:g}"
        amount = f"; a day’s amount {written['day_median']:g} {written['unit']} (median; {span})"
    days = count_of(written["days"], "day")
    return f"Product: intakes written down on {days}, {written['first']} to {written['last']}{often}{amount}."


def say_value(draw: Findings, test: str) -> str:
    """A test with its multiple.

    >>> say_value({"values": {"alt": 212.0}, "times": {"alt": 5.3}}, "alt")
    '212 (5.3)'
    """
    value, times = draw["values"].get(test), draw["times"].get(test)
    return (
        MISSING if value is None else f"{value:g} ({format_number(times) if times is not None else 'limit not told'})"
    )


def say_days(days: int | None) -> str:
    """Days from the last intake."""
    return MISSING if days is None else f"{days} d".replace("-", "−")


def yes_no(answer: bool | None) -> str:
    """An answer of a form of Hy's law."""
    return {True: "yes", False: "no", None: "not known"}[answer]


def pick_draws(draws: Sequence[Findings], most: int) -> tuple[list[Findings], list[Findings]]:
    """Draws to show and draws to fold: the first above a limit, the highest bilirubin and the newest are shown."""
    places = range(len(draws))
    telling = [place for place in places if draws[place]["first"]][:1]
    telling += sorted(places, key=lambda place: -(draws[place]["times"].get("bilirubin") or 0.0))[:1]
    kept = set(list(dict.fromkeys([*telling, *reversed(places)]))[:most])
    return [draws[place] for place in places if place in kept], [draws[p] for p in places if p not in kept]


def say_limits(liver: Findings) -> str:
    """The upper limits and where they stand."""
    draw = liver["draws"][-1]
    limits = ", ".join(f"{TESTS[test]} {limit:g}" for test, limit in draw["limits"].items())
    sources = list(dict.fromkeys(source for one in liver["draws"] for source in one["sources"]))
    return f"Upper limits: {limits or 'not told'} ({'; '.join(sources) or 'nothing says where they come from'})."


def say_event(event: Findings) -> str:
    """Term, grade, days and outcome of an event."""
    grade = f"grade {event['grade']} (CTCAE v5.0)" if event["grade"] else ""
    span = f"{event['started']} to {event['ended']}" if event["ended"] else f"since {event['started']}"
    outcome = "" if event["outcome"] == "unknown" else event["outcome"]
    serious = f"serious: {', '.join(event['serious'])}" if event["serious"] else ""
    parts = (event["term"].replace("-", " "), grade, span, outcome, serious)
    return ", ".join(part for part in parts if part)


def say_who_umc(scale: Findings) -> list[str]:
    """Where the case stands, what remains possible, and the open criterion that would tell most."""
    remaining = scale["categories"]
    others = [one for one in remaining if one != scale["as_it_stands"]]
    every = len(remaining) == len(CATEGORIES)
    left = "all six categories remain possible" if every else f"still possible: {', '.join(others)}" if others else ""
    lines = [f"{scale['as_it_stands'].capitalize()} as it stands" + (f"; {left}" if left else "")]
    return lines + [f"Open first: {one['statement'].rstrip('.').lower()}" for one in scale["open"][:1]]


def say_naranjo(scale: Findings) -> list[str]:
    """The total with unknown answers counted 0, the range, and the open item that would tell most."""
    low, high = format_number(scale["low"], 0), format_number(scale["high"], 0)
    zero = format_number(scale["counting_zero"], 0)
    if scale["low"] == scale["high"]:
        return [f"{low}: {scale['categories'][0]}"]
    lines = [f"{low} to {high}: {' to '.join(dict.fromkeys((scale['categories'][-1], scale['categories'][0])))}"]
    lines.append(f"{zero} with unknown answers counted 0")
    return lines + [f"Open first: {one['question'].rstrip('?').lower()}" for one in scale["open"][:1]]


def list_answers(event: Findings) -> list[str]:
    """What the diary or a person answered, each reason once, and how much stays open."""
    items = [*event["naranjo"]["items"], *event["who_umc"]["criteria"]]
    said: dict[str, list[str]] = {}
    for item in items:
        if item["by"] != "open":
            said.setdefault(item["why"] or item["answer"], []).append(item["key"])
    lines = [start_capital(why) for why in said]
    missing = [
        sum(item["by"] == "open" for item in event[s][k]) for s, k in (("naranjo", "items"), ("who_umc", "criteria"))
    ]
    return [*lines, f"Open: {missing[0]} of 10 items of Naranjo, {missing[1]} of 8 criteria of WHO-UMC"]


def list_notes(events: Iterable[Findings]) -> list[str]:
    """Notes of all events, each once."""
    return list(dict.fromkeys(note for event in events for note in event["notes"]))


def list_findings(report: Findings) -> list[Findings]:
    """Findings on the person's own medicines and risks, then what holds for everybody."""
    return [*report["findings"], *report["general"]]


def say_finding(found: Findings) -> str:
    """A finding for a clinician: what, how known, figures, source."""
    figures = "; ".join(f"{one['label']} {one['text']} ({one['basis']})" for one in found["figures"])
    sources = "; ".join(cite_row(source) for source in found["sources"][:2])
    until = f", last taken {found['until']}" if found["until"] else ""
    said = found["for_clinician"].rstrip(".")
    parts = [f"{start_capital(found['medicine'])} ({found['kind']}{until}): {said}."]
    parts += [f"{figures}."] if figures and not all(one["text"] in said for one in found["figures"]) else []
    return " ".join([*parts, f"[{sources}]" if sources else ""]).strip()


def cite_row(source: Findings) -> str:
    """Authors and year, with the identifier that it is found by."""
    year = f" {source['year']}" if source["year"] else ""
    return f"{source['authors'].split(',')[0]}{year}" + (f", doi:{source['doi']}" if source["doi"] else "")
