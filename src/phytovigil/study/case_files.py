"""Read a case file: the answers of a person to the questions of the scales. Every key is known or refused."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from phytovigil.cases.causality import naranjo, rucam, who_umc
from phytovigil.cases.causality.dechallenge import NEGATIVE, NOT_APPLICABLE, POSITIVE
from phytovigil.cases.causality.time_to_onset import span_date
from phytovigil.errors import PhytovigilError, UnreadableFile, quoted
from phytovigil.schema.causality import (
    UNKNOWN,
    Answer,
    CaseFacts,
    CaseFile,
    Draw,
    Limits,
    LiverTests,
    RucamAnswers,
)

TEXT, NUMBER, WHOLE, YES_NO = "text", "number", "whole number", "true or false"
DATES = ("start", "stop", "onset")
ABOUT: Mapping[str, str] = {
    **dict.fromkeys(("title", "product", "reaction", "reference"), TEXT),
    "dermal_pigment": YES_NO,
}
FACTS: Mapping[str, str] = {
    **{field.name: TEXT for field in fields(CaseFacts)},
    "age_years": NUMBER,
    "days_to_onset": WHOLE,
    "narrative": YES_NO,
}
CHALLENGES = (POSITIVE, NEGATIVE, NOT_APPLICABLE)
ALLOWED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "challenge": dict.fromkeys(("dechallenge", "rechallenge"), CHALLENGES),
    "naranjo": dict.fromkeys(naranjo.QUESTIONS, naranjo.ANSWERS[:-1]),
    "who_umc": {
        **dict.fromkeys(who_umc.CRITERIA, who_umc.ANSWERS[:-1]),
        "rechallenge": (who_umc.MET, who_umc.NOT_MET, who_umc.NOT_NEEDED),
    },
    "rucam": rucam.ANSWERS,
}
"""Sections of questions: the answers that each key takes besides unknown."""

DAYS = ("days_from_start", "days_from_stop")
LIMITS: Mapping[str, str] = {**dict.fromkeys(("alt", "ast", "alp", "bilirubin"), NUMBER), "source": TEXT}
DRAW: Mapping[str, str] = {"day": WHOLE, **dict.fromkeys(("alt", "ast", "alp", "bilirubin"), NUMBER)}
SECTIONS = ("case", *ALLOWED, "liver")
EXAMPLE = "`phytovigil cases assess --template` prints one to fill in."


def load_case(path: Path | str) -> tuple[CaseFile, bytes]:
    """Read a case file and its bytes.

    Raises UnreadableFile that names file, section and key for anything that is not as it should be.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except FileNotFoundError as error:
        raise UnreadableFile(f"There is no case file {path}.", EXAMPLE) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"The case file {path} cannot be read: {error}.") from error
    try:
        return parse_case(text), raw
    except PhytovigilError as error:
        raise UnreadableFile(f"Case file {path}: {error.message}", error.hint) from error


def parse_case(text: str) -> CaseFile:
    """Make a case of the text of a case file.

    >>> parse_case('[case]\\ntitle = "A"\\nproduct = "kava"\\nreaction = "itch"\\n[naranjo]\\nplacebo = "no"').naranjo
    {'placebo': Answer(answer='no', why='')}
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(f"this is not TOML: {error}.") from error
    for section, content in raw.items():
        require_known(section, SECTIONS, "section")
        if not isinstance(content, dict):
            raise UnreadableFile(f"{section} is not a section.", f"Write [{section}] above its keys.")
    answers = {section: parse_answers(section, raw.get(section, {})) for section in ALLOWED}
    about, facts = parse_about(raw.get("case", {}))
    return CaseFile(
        **about,
        facts=facts,
        dechallenge=answers["challenge"].get("dechallenge", Answer()),
        rechallenge=answers["challenge"].get("rechallenge", Answer()),
        naranjo=answers["naranjo"],
        who_umc=answers["who_umc"],
        rucam=parse_rucam(raw["rucam"], answers["rucam"]) if "rucam" in raw else None,
        liver=parse_liver(raw["liver"]) if "liver" in raw else None,
    )


def parse_about(raw: Mapping[str, Any]) -> tuple[dict[str, Any], CaseFacts]:
    """What the case is about, and its facts."""
    check_values("case", raw, {**ABOUT, **FACTS})
    for key in ("title", "product", "reaction"):
        if not raw.get(key):
            raise UnreadableFile(f"the case has no {key}.", f"Add `{key}` under [case].")
    for key in DATES:
        check_date(key, raw.get(key, ""))
    about = {key: value for key, value in raw.items() if key in ABOUT}
    return about, CaseFacts(**{key: value for key, value in raw.items() if key in FACTS})


def check_date(key: str, text: str) -> None:
    """Refuse what is no day, month or year."""
    try:
        if text:
            span_date(text)
    except (ValueError, TypeError) as error:
        raise UnreadableFile(f"{key} in [case] is “{text}”.", "Write 2024, 2024-05 or 2024-05-17.") from error


def parse_answers(section: str, raw: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers of a section; each is a word, or a table with `answer` and `why`."""
    found = {}
    for key, value in raw.items():
        if section == "rucam" and key in DAYS:
            continue
        allowed = require_known(key, ALLOWED[section], f"key of [{section}]")
        if isinstance(value, dict):
            check_values(f"{section}.{key}", value, {"answer": TEXT, "why": TEXT})
        given = Answer(**value) if isinstance(value, dict) else Answer(value)
        if given.answer not in (*allowed, UNKNOWN):
            raise UnreadableFile(
                f"{key} in [{section}] is “{given.answer}”.", f"It is {quoted((*allowed, UNKNOWN), most=9)}."
            )
        found[key] = given
    return found


def parse_rucam(raw: Mapping[str, Any], answers: Mapping[str, Answer]) -> RucamAnswers:
    """What RUCAM asks."""
    days = {key: raw[key] for key in DAYS if key in raw}
    check_values("rucam", days, dict.fromkeys(DAYS, WHOLE))
    return RucamAnswers(answers, **days)


def parse_liver(raw: Mapping[str, Any]) -> LiverTests:
    """The liver tests."""
    for key in raw:
        require_known(key, ("limits", "draws"), "key of [liver]")
    limits, draws = raw.get("limits", {}), raw.get("draws", [])
    if not isinstance(limits, dict) or not isinstance(draws, list) or not all(isinstance(draw, dict) for draw in draws):
        raise UnreadableFile("[liver] has limits = { … } and draws = [{ day = 0, … }, …].")
    check_values("liver.limits", limits, LIMITS)
    for draw in draws:
        check_values("liver.draws", draw, DRAW)
        if "day" not in draw:
            raise UnreadableFile("a draw in [liver] has no `day`.")
    return LiverTests(Limits(**limits), tuple(Draw(**draw) for draw in draws))


def check_values(section: str, raw: Mapping[str, Any], known: Mapping[str, str]) -> None:
    """Refuse unknown keys and values of the wrong kind."""
    for key, value in raw.items():
        kind = require_known(key, known, f"key of [{section}]")
        number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
        fits = {
            TEXT: isinstance(value, str),
            YES_NO: isinstance(value, bool),
            WHOLE: type(value) is int,
            NUMBER: number,
        }[kind]
        if not fits:
            raise UnreadableFile(f"{key} in [{section}] is {value!r}; a {kind} is needed.")


def require_known(name: str, known: Any, what: str) -> Any:
    """The entry of a known name; otherwise an error with near names."""
    if name in known:
        return known[name] if isinstance(known, Mapping) else name
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
    hint = f"Did you mean {quoted(near)}?" if near else f"Known are {', '.join(known)}."
    raise UnreadableFile(f"“{name}” is no {what}.", hint)
