"""Two persons as examples: one whose liver, one whose skin is the question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from phytovigil.schema.diary import (
    Alcohol,
    Answered,
    Content,
    Course,
    Entries,
    Entry,
    Event,
    Itch,
    Lab,
    Note,
    Pain,
    Peg,
    Period,
    Person,
    Photo,
    Reading,
    Risk,
    Seen,
    Site,
    Use,
    Withdrawal,
)

RECORDED = "2026-04-01T20:00:00.000+00:00"


def write(said: Sequence[tuple[str, str, Content]]) -> Entries:
    """Entries of kind, day and content, with ids in order."""
    return Entries(
        Entry(f"e{place:03}", kind, at, RECORDED, content) for place, (kind, at, content) in enumerate(said, 1)
    )


@pytest.fixture(scope="session")
def liver_person() -> Entries:
    """Laboratory values of LiverTox case 8332, as dates counted from 2026-02-01; the person around them is made up."""
    draws = ((1, 126, 218, 5.6), (5, 362, 277, 9.5), (7, 282, 262, 7.0), (13, 182, 189, 3.1))
    limits = {"alt": 35.0, "alp": 130.0, "bilirubin": 1.2}
    labs = [
        (
            "lab",
            f"2026-02-{day:02}",
            Lab(name, value, "mg/dL" if name == "bilirubin" else "U/L", limits[name], "the report"),
        )
        for day, *values in draws
        for name, value in zip(limits, values, strict=True)
    ]
    return write(
        [
            ("person", "2026-01-01", Person("male", 2000, "US", "kratom", "back pain")),
            (
                "course",
                "2026-01-01",
                Course("green kratom", "kratom", "2026-01-02", "2026-01-27", "2 spoons a day", "", False),
            ),
            ("course", "2026-01-01", Course("venlafaxine", "", "2025-06-01", "", "75 mg a day", "low mood")),
            ("course", "2026-01-01", Course("doxycycline", "", "2025-03-01", "2025-04-01", "100 mg", "acne")),
            ("use", "2026-01-05T08:30", Use("green kratom", "kratom", 3, "g", "powder")),
            ("use", "2026-01-06T08:30+07:00", Use("green kratom", "kratom", 5, "g", "powder")),
            ("alcohol", "2026-01-20", Alcohol(4)),
            ("pain", "2026-01-20", Pain(6)),
            ("peg", "2026-01-20", Peg(6, 5, 4)),
            ("itch", "2026-01-31", Itch(7)),
            ("withdrawal", "2026-01-29", Withdrawal(total=12)),
            ("withdrawal", "2026-01-30", Withdrawal(items=(1,) * 16)),
            (
                "event",
                "2026-02-01",
                Event(
                    "my eyes are yellow",
                    "yellow-eyes",
                    2,
                    started="2026-01-27",
                    serious=("hospital",),
                    improved_off="yes",
                ),
            ),
            *labs,
            ("risk", "2026-01-01", Risk("liver-disease", "no")),
            ("risk", "2026-01-01", Risk("pregnancy", "yes")),
            ("risk", "2026-03-01", Risk("pregnancy", "no")),
            ("risk", "2026-01-01", Risk("mental-health", "yes", "low mood since 2024")),
            ("period", "2026-03-01", Period("2026-03-01", "2026-03-14", False, True)),
            ("note", "2026-03-02", Note("told Sam about it")),
            ("seen", "2026-03-02", Seen("liver-panel")),
            ("answered", "2026-03-02", Answered("naranjo", "e013", "placebo", "no")),
            ("answered", "2026-03-02", Answered("report", "e013", "patient/sex", "male", found="male")),
        ]
    )


@pytest.fixture(scope="session")
def skin_person() -> Entries:
    """A person with two sites, one photograph refused, and one event of darker skin."""
    cheek, belly, dark = (61.2, 10.1, 17.4), (70.3, 6.0, 13.2), (52.0, 8.0, 9.1)
    return write(
        [
            ("person", "2026-01-01", Person("female", None, "", "kratom")),
            ("course", "2026-01-01", Course("kratom tea", "", "2025-01-01", "", "", "", False)),
            ("site", "2026-01-01", Site("cheek", "exposed", 40, 0, 6, "left cheek, card below the eye")),
            ("site", "2026-01-01", Site("belly", "covered", 40, 0)),
            ("photo", "2026-01-02", Photo("a" * 64, "cheek", "image/jpeg", 3, True)),
            ("reading", "2026-01-02", Reading("e005", "card 1", cheek, (1.1, 0.6, 0.9), 1.4, (), {"pixels": 812.0})),
            ("photo", "2026-01-02", Photo("b" * 64, "belly", "image/jpeg", 3, True)),
            ("reading", "2026-01-02", Reading("e007", "card 1", belly, (1.0, 0.5, 0.8), 1.2)),
            ("photo", "2026-03-02", Photo("c" * 64, "cheek", "image/jpeg", 3)),
            ("reading", "2026-03-02", Reading("e009", "card 1", dark, (1.2, 0.7, 1.0), 1.6)),
            ("photo", "2026-03-03", Photo("d" * 64, "cheek", "image/jpeg", 3)),
            ("reading", "2026-03-03", Reading("e011", "card 1", refusals=("blur", "glare"))),
            ("event", "2026-02-10", Event("grey patch on my cheek", "darker-skin", 1, where="left cheek")),
            ("risk", "2026-01-01", Risk("sun-exposure", "yes", "fishing")),
        ]
    )
