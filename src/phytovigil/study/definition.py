"""Read a study file. Every key is known or refused, so that a slip of the pen cannot change the question."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidStudy, PhytovigilError, quoted
from phytovigil.schema.selection import Selection
from phytovigil.schema.study import Control, Sensitivity, Study
from phytovigil.study.checklist.definition import REPORT_KEYS, parse_report
from phytovigil.study.claims.definition import parse_claims, parse_conditions, parse_effects
from phytovigil.study.specifications_definition import parse_specifications
from phytovigil.study.study_files import join_parts, join_texts, parse_toml, read_extended, read_parts

TEXT = "text"
LIST = "list of texts"
YEARS = "two years [first, last]"
YES_NO = "true or false"
NUMBER = "whole number"

SELECTION_KEYS = {
    "role": TEXT,
    "sex": LIST,
    "age": LIST,
    "years": YEARS,
    "serious": YES_NO,
    "reporter": LIST,
    "country": LIST,
    "category": LIST,
    "with_products": LIST,
    "without_products": LIST,
    "among": LIST,
    "indication": LIST,
    "names": TEXT,
    "duplicates": TEXT,
    "literature": YES_NO,
    "without_reporter": LIST,
}
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "study": {
        "extends": TEXT,
        "name": TEXT,
        "title": TEXT,
        "question": TEXT,
        "product": TEXT,
        "outcomes": LIST,
        "context": LIST,
        "comparators": LIST,
        "sources": LIST,
        "vocabulary": TEXT,
        "reactions": TEXT,
        "pair_decisions": TEXT,
        "evidence": TEXT,
    },
    "selection": SELECTION_KEYS,
    "signal": {"rule": TEXT, "min_cases": NUMBER, "measures": LIST},
    "sensitivity": {"label": TEXT, **SELECTION_KEYS},
    "control": {"kind": TEXT, "product": TEXT, "reaction": TEXT, "why": TEXT},
    "specifications": {},
    "claim": {},
    "condition": {},
    "effect": {},
    "report": REPORT_KEYS,
}
NEEDED = ("name", "title", "question", "product", "outcomes", "sources")
"""Keys of [study] that have no default."""

REPEATED = ("sensitivity", "control")
"""Sections written as [[section]], any number of times."""

PARSED_APART = ("specifications", "claim", "condition", "effect")
"""Sections whose keys a module of their own knows."""


def load_study(path: Path | str) -> Study:
    """Read a study from a TOML file.

    Raises InvalidStudy that names file, section and key for anything that is not as it should be.
    """
    path = Path(path)
    try:
        parts = read_parts(path)
        study = make_study(join_parts(parts), join_texts(parts))
        return replace(place_files(study, path.parent), file=path.name, parts=tuple(parts))
    except PhytovigilError as error:
        if str(path) in error.message:
            raise
        raise InvalidStudy(f"Study file {path}: {error.message}", error.hint) from error


def place_files(study: Study, folder: Path) -> Study:
    """A study whose own vocabulary and decisions are found beside its file, if they are not a version."""
    own = study.vocabulary if (folder / study.vocabulary).is_dir() and study.vocabulary else ""
    return replace(
        study,
        vocabulary=str(folder / own) if own else study.vocabulary,
        pair_decisions=str(folder / study.pair_decisions) if study.pair_decisions else "",
        evidence=str(folder / study.evidence) if study.evidence else "",
    )


def parse_study(text: str) -> Study:
    """Make a study of the text of a study file.

    >>> parse_study('''
    ... [study]
    ... name = "turmeric-liver"
    ... title = "Turmeric and the liver"
    ... question = "Is turmeric linked to liver injury?"
    ... product = "turmeric"
    ... outcomes = ["liver-injury"]
    ... sources = ["caers"]
    ... ''').outcomes
    ('liver-injury',)
    """
    raw = parse_toml(text)
    if read_extended(raw):
        raise InvalidStudy("a text by itself extends no file.", "Read the file with `load_study`.")
    return make_study(raw, text)


def make_study(raw: Mapping[str, Any], text: str) -> Study:
    """Make a study of what a study file says; text : as it is written."""
    check_sections(raw)
    main = parse_selection(raw.get("selection", {}))
    return Study(
        **{key: tupled(value) for key, value in raw.get("study", {}).items()},
        **{key: tupled(value) for key, value in raw.get("signal", {}).items()},
        selection=main,
        sensitivities=tuple(parse_sensitivity(item, main) for item in raw.get("sensitivity", [])),
        controls=tuple(parse_control(item) for item in raw.get("control", [])),
        specifications=parse_specifications(raw["specifications"]) if "specifications" in raw else None,
        claims=parse_claims(raw),
        conditions=parse_conditions(raw),
        effects=parse_effects(raw),
        report=parse_report(raw.get("report", {})),
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def check_sections(raw: Mapping[str, Any]) -> None:
    """Refuse unknown sections and keys, and values of the wrong kind."""
    for section, content in raw.items():
        known = require_known(section, SECTIONS, "section")
        if section in PARSED_APART:
            continue
        items = content if section in REPEATED else [content]
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise InvalidStudy(f"{section} is not a section.", f"Write [[{section}]] or [{section}] above its keys.")
        for item in items:
            for key, value in item.items():
                require_kind(section, key, value, require_known(key, known, f"key of [{section}]"))
    if "study" not in raw:
        raise InvalidStudy("there is no section [study].")
    for key in NEEDED:
        if key not in raw["study"]:
            raise InvalidStudy(f"the study has no {key}.", f"Add `{key}` under [study].")


def require_known(name: str, known: Mapping[str, Any], what: str) -> Any:
    """The entry of a known name; otherwise an error with near names."""
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
    hint = f"Did you mean {quoted(near)}?" if near else f"Known are {', '.join(known)}."
    raise InvalidStudy(f"“{name}” is no {what}.", hint)


def require_kind(section: str, key: str, value: object, kind: str) -> None:
    """Refuse a value of the wrong kind."""
    fits = {
        TEXT: isinstance(value, str),
        LIST: isinstance(value, list) and all(isinstance(item, str) for item in value),
        YEARS: isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value),
        YES_NO: isinstance(value, bool),
        NUMBER: type(value) is int,
    }
    if not fits[kind]:
        raise InvalidStudy(f"{key} in [{section}] is {value!r}; a {kind} is needed.")


def parse_selection(raw: Mapping[str, Any], base: Selection | None = None) -> Selection:
    """A selection; keys that are not given stay as in `base`."""
    return replace(base or Selection(), **{key: tupled(value) for key, value in raw.items()})


def parse_sensitivity(raw: Mapping[str, Any], main: Selection) -> Sensitivity:
    """A sensitivity analysis: the main selection with the given keys changed."""
    changes = {key: value for key, value in raw.items() if key != "label"}
    if "label" not in raw or not changes:
        raise InvalidStudy("a [[sensitivity]] needs a `label` and at least one key that it changes.")
    return Sensitivity(raw["label"], parse_selection(changes, main))


def parse_control(raw: Mapping[str, Any]) -> Control:
    """A control pair."""
    for key in ("kind", "product", "reaction"):
        if key not in raw:
            raise InvalidStudy(f"a [[control]] has no `{key}`.")
    return Control(**raw)


def tupled(value: Any) -> Any:
    """Lists as tuples, anything else as it is."""
    return tuple(value) if isinstance(value, list) else value
