"""The first three lines of a summary (care needed, changed beyond noise, not known), and how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phytovigil.schema.care import NOW, URGENCIES
from phytovigil.schema.change import CHANGE, IMPORTANT, NO_CHANGE, TOO_FEW

Findings = Mapping[str, Any]

TOLD = (CHANGE, IMPORTANT)
TESTS = {"alt": "ALT", "alp": "ALP", "bilirubin": "Bilirubin"}
LABS = ("alt", "ast", "alp", "bilirubin")
MOST_NAMED = 4
"""Most unknowns that the first lines name; all stand in the list."""

NO_ALARM = "No rule asks for care now. That is no all-clear: rules see only what was written down."
NO_CHANGE_TOLD = "Nothing measured changed by more than its own noise."

READING = (
    "Written down by the person, not checked by anyone. It makes no diagnosis, and gives no advice on doses.",
    "A change is told only where it exceeds the noise of this person's own values, with many looks counted. "
    "No change told is not no change.",
    "Shaded in the charts: noise around the baseline (smallest detectable change). "
    "Striped: at least twice as long without a value as is usual. Bar on top: product taken.",
    "Skin colour is CIELAB (D65) read from photographs with a printed card. ΔE00 left on the card's own colours stands "
    "beside each reading. It names no disease.",
    "WHO-UMC and Naranjo ask different things. Both are ranges over what is not known; they are never averaged.",
    "An interaction that nobody has looked at is not known, which is not the same as safe.",
)
"""How to read the summary, in its own words."""


def write_top(findings: Findings) -> dict[str, str]:
    """The three lines."""
    return {
        "care": say_care(findings["alerts"]),
        "changed": say_changed(findings["series"], findings["skin"]),
        "not_known": say_not_known(findings["not_known"]),
    }


def say_care(alerts: Sequence[Findings]) -> str:
    """What needs care now, most urgent first, and how many alerts do not hold any longer.

    >>> say_care([{"state": "now", "urgency": "today", "title": "Itch: liver tests first"}])
    'Today: Itch: liver tests first.'
    """
    now = [alert for alert in alerts if alert["state"] == NOW]
    lines = []
    for urgency in URGENCIES:
        titles = dict.fromkeys(alert["title"].rstrip(".") for alert in now if alert["urgency"] == urgency)
        lines += [f"{urgency.capitalize()}: {'; '.join(titles)}."] if titles else []
    earlier = len(alerts) - len(now)
    if not lines:
        lines.append(NO_ALARM)
    if earlier:
        lines.append(
            f"{earlier} {'alert' if earlier == 1 else 'alerts'} of earlier days, or answered since: see the list."
        )
    return " ".join(lines)


def say_changed(series: Sequence[Findings], skin: Sequence[Findings]) -> str:
    """What changed beyond noise, then what did not, then what has too few values to say."""
    told = [say_series(one) for one in series if one["verdict"] in TOLD]
    told += [say_skin(one) for one in skin if one["verdict"] in TOLD]
    names = [(one["label"], one["verdict"]) for one in series if not is_sparse_lab(one)]
    names += [(f"skin ({one['exposed']})", one["verdict"]) for one in skin]
    lines = [f"{start_capital('; '.join(told))}." if told else NO_CHANGE_TOLD if names else "Nothing was measured."]
    for verdict, words in ((NO_CHANGE, "Within noise"), (TOO_FEW, "Too few values to say")):
        quiet = [lower_first(name) for name, found in names if found == verdict]
        lines += [f"{words}: {', '.join(quiet)}."] if quiet else []
    return " ".join(lines)


def is_sparse_lab(one: Findings) -> bool:
    """Whether a series is of a liver test with too few values: the table of liver tests says more of it."""
    return one["verdict"] == TOO_FEW and one.get("name") in LABS


def say_series(one: Findings) -> str:
    """A change of a series in one clause.

    >>> say_series({"label": "Pain", "direction": "down", "change": -2.4, "low": -3.1, "high": -1.66, "unit": "points",
    ...             "important": True})
    'pain down by 2.4 points (95 % interval −3.1 to −1.7), which counts as important'
    """
    important = ", which counts as important" if one["important"] else ""
    interval = f"95 % interval {signed(one['low'])} to {signed(one['high'])}"
    size = f"{abs(one['change']):.1f} {one['unit'].split(' (')[0]}".rstrip()
    return f"{lower_first(one['label'])} {one['direction']} by {size} ({interval}){important}"


def say_skin(one: Findings) -> str:
    """A change of skin in one clause."""
    alike = one["direction"] is not None and one["direction"]["covered_too"]
    site = one["sites"][0] if one["sites"] else None
    colour = site if alike else one["difference"] or site
    size = f", ΔE00 {colour['de00']:.1f}" if colour else ""
    return f"skin of {one['exposed']} {one['direction']['name'] if one['direction'] else 'changed'}{size}"


def signed(value: float) -> str:
    """A number with a true minus.

    >>> signed(-1.26), signed(0.04)
    ('−1.3', '0.0')
    """
    return f"{value:.1f}".replace("-", "−")


def lower_first(text: str) -> str:
    """A text that goes on within a sentence; abbreviations stay.

    >>> lower_first("Pain"), lower_first("PEG")
    ('pain', 'PEG')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def start_capital(text: str) -> str:
    """A text that starts a sentence."""
    return text[:1].upper() + text[1:]


def say_not_known(unknown: Sequence[str]) -> str:
    """The first unknowns, and how many more there are."""
    if not unknown:
        return "Nothing that this program asks for is missing."
    more = len(unknown) - MOST_NAMED
    said = " ".join(unknown[:MOST_NAMED])
    return f"{said} {more} more: see “Not known”." if more > 0 else said


def list_not_known(findings: Findings) -> list[str]:
    """What is missing or open, in sentences, what matters most for a judgement first."""
    return [
        *list_missing_labs(findings),
        *list_missing_use(findings),
        *list_missing_risks(findings),
        *list_missing_measurements(findings),
        *list_missing_photos(findings),
        *(f"Not placed by any rule: {one['text']}." for one in findings["care"]["unplaced"]),
    ]


def list_missing_labs(findings: Findings) -> Iterator[str]:
    """Liver tests, and what they lack."""
    liver = findings["liver"]
    if liver is None:
        yield "Liver tests: none."
        return
    if not any(draw["sources"] for draw in liver["draws"]):
        yield "Where the upper limits of the liver tests come from."
    for test in TESTS:
        if all(draw["times"].get(test) is None for draw in liver["draws"]):
            yield f"{TESTS[test]} against its upper limit."


def list_missing_use(findings: Findings) -> Iterator[str]:
    """Product, start, amounts."""
    use = findings["use"]
    if not findings["person"]["product"]:
        yield "Which product the diary follows: no entry names one of the vocabulary."
    if not use["stretches"] and not use["written"]["intakes"]:
        yield "When and how much was taken: nothing is written down."
    elif any(not stretch["start"] for stretch in use["stretches"]) or not use["stretches"]:
        yield "When the product was first taken."
    if use["written"]["day_median"] is None and not any(c["dose"] for c in use["courses"] if c["followed"]):
        yield "How much was taken."


def list_missing_risks(findings: Findings) -> Iterator[str]:
    """Risks that were not answered, and medicines of which nothing is known."""
    report = findings["interactions"]
    if report is None:
        return
    if report["open_risks"]:
        yield f"Risks not asked yet: {', '.join(risk.replace('-', ' ') for risk in report['open_risks'])}."
    if report["unlisted"]:
        names = ", ".join(dict.fromkeys(one["medicine"] for one in report["unlisted"]))
        yield f"Whether these act together with the product: {names}."
    for question in report["questions"]:
        yield f"What “{question['medicine']}” is: {' or '.join(question['candidates'])}."


def list_missing_measurements(findings: Findings) -> Iterator[str]:
    """Series that have too few values, and long gaps."""
    for one in (*findings["series"], *findings["skin"]):
        if one["verdict"] == TOO_FEW and not is_sparse_lab(one):
            name = one.get("label") or f"skin of {one['exposed']}"
            needed = f": {one['needed']} more needed" if one["needed"] else ""
            yield f"Whether {lower_first(name)} changed{needed}."
    gaps = findings["diary"]["gaps"]
    if gaps:
        longest = max(gaps, key=lambda gap: gap["days"])
        yield (
            f"What happened in {len(gaps)} {'gap' if len(gaps) == 1 else 'gaps'} of the diary "
            f"(the longest from {longest['after']} to {longest['until']})."
        )


def list_missing_photos(findings: Findings) -> Iterator[str]:
    """Photographs that could not be used."""
    photos = findings["diary"]["photos"]
    if photos["refused"]:
        reasons = ", ".join(f"{one['reason']} {one['photos']}" for one in photos["reasons"])
        yield f"What {photos['refused']} of {photos['taken']} photographs show; they were refused ({reasons})."
    if photos["not_read"]:
        yield f"What {photos['not_read']} photographs show that were not read yet."
