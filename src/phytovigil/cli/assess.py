"""`phytovigil cases assess`: one case on every scale of causality."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from phytovigil.cli.cases import cases_app
from phytovigil.cli.options import JsonOption

if TYPE_CHECKING:
    from phytovigil.cli.printing import Answer


@cases_app.command("assess")
def assess(
    file: Annotated[Path | None, typer.Argument(help="Case file (TOML).")] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Write an empty case file: to FILE, or to the terminal.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Assess the causality of one case.

    Naranjo, WHO-UMC and, for the liver, RUCAM, as ranges over what is unknown.
    """
    from phytovigil.cli.printing import emit
    from phytovigil.errors import InvalidRequest

    if template:
        if json:
            raise InvalidRequest("--template gives TOML, not JSON.", "Leave --json out.")
        return write_empty(file)
    if file is None:
        raise InvalidRequest("There is no case file to assess.", "Name one; --template writes one to fill in.")
    from phytovigil.study.assessing import assess_case

    emit(assess_case(file), json, print_assessment)
    return None


def write_empty(file: Path | None) -> None:
    """Write an empty case file; one that is there is left alone."""
    from phytovigil.cli.printing import say
    from phytovigil.cli.writing import writing
    from phytovigil.errors import InvalidRequest
    from phytovigil.study.case_template import write_template

    if file is None:
        print(write_template(), end="")
        return
    if file.exists():
        raise InvalidRequest(f"{file} is there already and may hold answers.", "Name another file.")
    with writing("The case file", file):
        file.write_text(write_template(), encoding="utf-8")
    say(f"Written: {file}. Fill it in, then: phytovigil cases assess {file}")


def print_assessment(answer: Answer) -> None:
    """Every scale below the other, then what one more answer would settle."""
    from phytovigil.cli.printing import say

    case = answer["case"]
    say(f"{case['title']}: {case['product']} × {case['reaction']}")
    if case["reference"]:
        say(case["reference"])
    say(f"Time to onset: {onset_text(answer['onset'])}. {challenge_text(answer)}")
    print_scale("Naranjo", answer["naranjo"])
    print_who_umc(answer["who_umc"])
    if answer["liver"]:
        print_liver(answer["liver"])
    for column in answer["rucam"] or ():
        print_scale(f"RUCAM 2016, {column['column'].replace('-', ' ')} column{taken_text(column)}", column)
    print_completeness(answer["completeness"])
    say("\n" + " ".join(answer["notes"]))


def onset_text(onset: dict[str, Any]) -> str:
    """The days from start to event in words.

    >>> onset_text({"status": "exact", "low_days": 27, "high_days": 27})
    '27 days'
    >>> onset_text({"status": "partial", "low_days": 64, "high_days": 428})
    '64 to 428 days, as the dates are not exact'
    >>> onset_text({"status": "without-start", "low_days": None, "high_days": None})
    'not known (without start)'
    """
    status, low, high = onset["status"], onset["low_days"], onset["high_days"]
    if low is None:
        return f"not known ({status.replace('-', ' ')})"
    if status in ("exact", "stated"):
        return f"{low:,} day{'s' if low != 1 else ''}" + (", as stated" if status == "stated" else "")
    if status == "partial":
        return f"{low:,} to {high:,} days, as the dates are not exact"
    return "the event came before the start" if status == "before-start" else "the dates leave open which came first"


def challenge_text(answer: Answer) -> str:
    """Dechallenge and rechallenge with their reasons."""
    parts = []
    for name in ("dechallenge", "rechallenge"):
        why = f" ({answer[name]['why']})" if answer[name]["why"] else ""
        parts.append(f"{name.capitalize()}: {answer[name]['answer']}{why}.")
    return " ".join(parts)


def taken_text(column: dict[str, Any]) -> str:
    """Whether the pattern of the liver tests takes a column."""
    return {True: ", which the pattern takes", False: ", not taken by the pattern"}.get(column["taken"], "")


def print_scale(title: str, scale: dict[str, Any]) -> None:
    """Items with their points, the range, and what one more answer would leave of it."""
    from phytovigil.cli.printing import say, show_table, table

    say("")
    made = table(title, "answer", "points", numbers=("points",))
    for item in scale["items"]:
        answered = f"{item['answer']}: {item['why']}" if item["why"] else item["answer"]
        made.add_row(item["question"], answered, span_text(item["low"], item["high"]))
    show_table(made)
    say(f"Total {span_text(scale['low'], scale['high'])}: {band_text(scale['categories'])}.")
    if scale["open"]:
        print_next(scale)


def print_next(scale: dict[str, Any]) -> None:
    """The open question that tells most, unless no answer to any would rule a category out."""
    from phytovigil.cli.printing import say

    narrows = [
        question
        for question in scale["open"]
        if any(len(outlook["categories"]) < len(scale["categories"]) for outlook in question["answers"])
    ]
    if narrows:
        say(f"Most telling next: {outlook_text(narrows[0])}")
    else:
        say(f"No single answer would rule a category out; {len(scale['open'])} are open.")


def band_text(categories: list[str]) -> str:
    """The categories that a range spans, highest first.

    >>> band_text(["definite", "probable", "possible", "doubtful"]), band_text(["probable", "possible"])
    ('definite to doubtful', 'probable or possible')
    """
    return " or ".join(categories) if len(categories) < 3 else f"{categories[0]} to {categories[-1]}"


def span_text(low: int, high: int) -> str:
    """Points or a range of them, with a true minus.

    >>> span_text(4, 6), span_text(-1, 2), span_text(0, 0)
    ('4 to 6', '−1 to 2', '0')
    """
    text = f"{low} to {high}" if low != high else f"{low}"
    return text.replace("-", "−")


def outlook_text(question: dict[str, Any]) -> str:
    """What each answer to an open question would leave.

    >>> outlook_text({"question": "Any?", "answers": [
    ...     {"answer": "yes", "low": 5, "high": 6, "categories": ["probable"]}]})
    'Any? yes: 5 to 6 (probable).'
    """
    parts = [
        f"{item['answer']}: {span_text(item['low'], item['high'])} ({band_text(item['categories'])})"
        for item in question["answers"]
    ]
    return f"{question['question']} {'; '.join(parts)}."


def print_who_umc(found: dict[str, Any]) -> None:
    """Criteria, the categories that remain, and the most telling open criterion."""
    from phytovigil.cli.printing import say, show_table, table

    say("")
    made = table("WHO-UMC criterion", "answer")
    for criterion in found["criteria"]:
        why = f": {criterion['why']}" if criterion["why"] else ""
        made.add_row(criterion["statement"], criterion["answer"] + why)
    show_table(made)
    say(f"Still possible: {', '.join(found['categories'])}. As it stands: {found['as_it_stands']}.")
    if found["open"]:
        first = found["open"][0]
        met, not_met = ", ".join(first["if_met"]), ", ".join(first["if_not_met"])
        say(f"Most telling next: {first['statement']} met: {met}; not met: {not_met}.")


def print_liver(liver: dict[str, Any]) -> None:
    """Every draw with its ratio, pattern and the forms of Hy's law."""
    from phytovigil.cli.printing import say, show_table, table

    say("")
    columns = ("day", "ALT ×", "ALP ×", "bilirubin ×", "R")
    made = table(*columns, "pattern", *(f"Hy {form}" for form in liver["forms"]), numbers=columns)
    for day in liver["days"]:
        times = (number_text(day["times"][test], 1) for test in ("alt", "alp", "bilirubin"))
        hy = (HELD[day["hy"][form]] for form in liver["forms"])
        made.add_row(str(day["day"]), *times, number_text(day["r"], 2), day["pattern"] or "–", *hy)
    show_table(made)
    limits = ", ".join(f"{name} {value:g}" for name, value in liver["limits"].items() if value is not None)
    say(f"Multiples of the upper limits of normal: {limits} ({liver['limits_source'] or 'source not given'}).")
    say("; ".join(f"{form}: {words}" for form, words in liver["forms"].items()) + ".")
    if liver["first"]:
        say(f"Pattern at the first raised tests, day {liver['first']['day']}: {liver['first']['pattern']}.")


HELD = {True: "yes", False: "no", None: "–"}


def number_text(value: float | None, digits: int) -> str:
    """A number, or a dash where there is none.

    >>> number_text(2.154, 2), number_text(None, 2)
    ('2.15', '–')
    """
    return "–" if value is None else f"{value:.{digits}f}"


def print_completeness(found: dict[str, Any]) -> None:
    """The score, and what it is short of."""
    from phytovigil.cli.printing import say

    missing = [name.replace("_", " ") for name, penalty in found["penalties"].items() if penalty]
    short = f"; not told, or not exactly: {', '.join(missing)}" if missing else ""
    name = "adapted from vigiGrade" if found["adapted"] else "vigiGrade"
    say(f"\nCompleteness ({name}) {found['score']:.2f} of 1{short}.")
