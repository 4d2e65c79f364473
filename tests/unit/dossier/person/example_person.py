"""Three invented persons: one with much to tell, one with nothing, one whose course looks like jaundice.

Nobody of them lives. Values are drawn from a seed, colours and laboratory values are made up.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta

from phytovigil.schema.diary import (
    Alcohol,
    Content,
    Course,
    Entries,
    Entry,
    Event,
    Itch,
    Lab,
    Pain,
    Peg,
    Person,
    Photo,
    Reading,
    Risk,
    Site,
    Use,
    Withdrawal,
)

KINDS = {
    Person: "person",
    Use: "use",
    Course: "course",
    Alcohol: "alcohol",
    Pain: "pain",
    Peg: "peg",
    Itch: "itch",
    Withdrawal: "withdrawal",
    Event: "event",
    Lab: "lab",
    Risk: "risk",
    Site: "site",
    Photo: "photo",
    Reading: "reading",
}
START, AS_OF = date(2025, 1, 6), date(2026, 1, 4)
METHOD = "skin-colour 1"
FACE, ARM = "left cheek", "inner arm"
FACE_LAB, ARM_LAB = (62.0, 12.5, 18.0), (66.0, 9.0, 16.5)
LIMITS = {"alt": 40.0, "ast": 40.0, "alp": 130.0, "bilirubin": 1.2}


class Book:
    """Entries in the order in which they are written down."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.written: list[Entry] = []

    def add(self, content: Content, day: date) -> str:
        """One entry, and its id."""
        number = f"{len(self.written) + 1:05d}"
        self.written.append(Entry(number, KINDS[type(content)], day.isoformat(), f"{day}T20:00:00+00:00", content))
        return number

    def near(self, mean: float, spread: float, least: float = 0.0, most: float = 10.0) -> float:
        """A value around a mean, on the half points that people write."""
        return min(most, max(least, round(2 * self.random.gauss(mean, spread)) / 2))

    def photograph(self, site: str, lab: tuple[float, float, float], day: date, baseline: bool = False) -> None:
        """A photograph with its reading."""
        seen = tuple(round(value + self.random.gauss(0, 0.45), 2) for value in lab)
        digest = f"{len(self.written):064x}"
        photo = self.add(Photo(digest, site, "image/jpeg", 900_000, baseline), day)
        self.add(Reading(photo, METHOD, seen, (1.2, 0.9, 1.1), round(self.random.uniform(0.6, 1.3), 2)), day)

    def refuse(self, site: str, reason: str, day: date) -> None:
        """A photograph that cannot be used."""
        photo = self.add(Photo(f"{len(self.written):064x}", site, "image/jpeg", 900_000), day)
        self.add(Reading(photo, METHOD, refusals=(reason,)), day)

    def draw_blood(self, day: date, **values: float) -> None:
        """Liver tests of one day."""
        for analyte, value in values.items():
            unit = "mg/dL" if analyte == "bilirubin" else "U/L"
            self.add(Lab(analyte, value, unit, LIMITS[analyte], "printed on the report"), day)

    def close(self) -> Entries:
        """The diary."""
        return Entries(self.written)


def list_weeks(first: date = START, last: date = AS_OF) -> Iterator[tuple[int, date]]:
    """Number and first day of each week."""
    day = first
    while day <= last:
        yield (day - first).days // 7, day
        day += timedelta(days=7)


def build_busy() -> Entries:
    """Kratom for back pain; the face slowly darker and greyer; one episode of itch with liver tests in August."""
    book = Book(7)
    introduce(book, Person("female", 1984, "NL", "kratom", "back pain since 2019"))
    book.add(
        Course("kratom powder", "kratom-leaf", "2024-10-01", "2025-08-16", "4 g twice a day", "pain", False), START
    )
    book.add(
        Course("kratom powder", "kratom-leaf", "2025-10-06", "", "3 g twice a day", "pain", False), date(2025, 10, 6)
    )
    book.add(Course("ibuprofen", "", "2023-05-01", "", "400 mg when needed", "pain"), START)
    book.add(Course("doxycycline", "", "2025-05-05", "2025-05-19", "100 mg a day", "tick bite"), date(2025, 5, 5))
    answer_risks(book, {"sun-exposure": "yes", "photosensitiser": "no", "liver-disease": "no", "pregnancy": "no"})
    for week, day in list_weeks():
        if not 18 <= week < 23:
            write_week(book, week, day, taking=not date(2025, 8, 16) < day < date(2025, 10, 6))
    book.add(Event("my face looks darker and greyish", "darker-skin", 1, started="2025-06-01"), date(2025, 6, 15))
    itch = Event(
        "itching all over", "itch", 2, started="2025-08-12", ended="2025-09-20", outcome="recovered", improved_off="yes"
    )
    book.add(itch, date(2025, 8, 14))
    book.add(
        Event("urine like cola", "dark-urine", started="2025-08-14", ended="2025-08-30", outcome="recovered"),
        date(2025, 8, 15),
    )
    book.draw_blood(date(2025, 8, 18), alt=212, ast=141, alp=318, bilirubin=4.9)
    book.draw_blood(date(2025, 8, 25), alt=148, ast=96, alp=301, bilirubin=3.1)
    book.draw_blood(date(2025, 9, 8), alt=61, ast=48, alp=188, bilirubin=1.4)
    book.draw_blood(date(2025, 10, 1), alt=31, ast=27, alp=104, bilirubin=0.8)
    return book.close()


def introduce(book: Book, person: Person, day: date = START) -> None:
    """The person, and the places that are photographed."""
    book.add(person, day)
    book.add(Site(FACE, "exposed"), day)
    book.add(Site(ARM, "covered"), day)


def answer_risks(book: Book, answers: dict[str, str], day: date = START) -> None:
    """Answers to the questions that are asked once."""
    for risk, answer in answers.items():
        book.add(Risk(risk, answer, "garden work" if risk == "sun-exposure" and answer == "yes" else ""), day)


def write_week(book: Book, week: int, day: date, *, taking: bool) -> None:
    """What is written down in an ordinary week."""
    book.add(Pain(book.near(6.6 - 1.8 * min(1, week / 12) + (0 if taking else 1.5), 0.7)), day)
    book.add(Itch(book.near(7 if 31 <= week <= 34 else 0.4, 0.6)), day)
    if week % 2 == 0:
        book.add(Peg(*(book.near(6.2 - 1.2 * min(1, week / 12), 0.6) for _ in range(3))), day)
    if week % 4 == 0:
        book.add(Withdrawal(total=round(book.near(9 if taking else 14, 2, most=64))), day)
    for extra in range(5 if taking else 0):
        book.add(
            Use("kratom powder", "kratom-leaf", float(book.random.choice((6, 8, 8))), "g", "powder"),
            day + timedelta(days=extra),
        )
    if week == 20 or week % 13 == 5:
        book.refuse(FACE, "blur" if week % 2 else "glare", day)
        return
    change = max(0.0, (week - 6) / 46)
    face = tuple(one + change * by for one, by in zip(FACE_LAB, (-7.5, -3.0, -9.0), strict=True))
    for shot in range(3 if week < 4 else 1):
        when = day + timedelta(days=shot)
        book.photograph(FACE, face, when, week < 4)  # type: ignore[arg-type]
        book.photograph(ARM, ARM_LAB, when, week < 4)


def build_all() -> dict[str, Entries]:
    """The three diaries by name."""
    return {"busy": build_busy(), "quiet": build_quiet(), "yellow": build_yellow()}


def build_quiet() -> Entries:
    """Half a year in which nothing happened, and little was written down."""
    book = Book(11)
    introduce(book, Person("male", 1996, "NL", "kratom", ""))
    book.add(Course("kratom tea", "kratom-leaf", "2025-01-01", "", "", "", False), START)
    for week, day in list_weeks(last=date(2025, 7, 6)):
        book.add(Pain(book.near(2, 0.6)), day)
        for shot in range(2 if week < 4 else 1):
            when = day + timedelta(days=shot)
            book.photograph(FACE, FACE_LAB, when, week < 4)
            book.photograph(ARM, ARM_LAB, when, week < 4)
    return book.close()


def build_yellow() -> Entries:
    """Three weeks after the start: yellow at all sites, dark urine, itch, and liver tests that are far above limits."""
    book = Book(23)
    first = date(2025, 11, 10)
    introduce(book, Person("male", 1990, "DE", "kratom", "low mood"), first - timedelta(days=13))
    book.add(Course("kratom extract shots", "kratom", first.isoformat(), "2025-12-04", "2 a day", "mood", False), first)
    answer_risks(book, {"liver-disease": "no", "pregnancy": "no"}, first)
    for back in range(6):
        day = first - timedelta(days=12 - 2 * back)
        for site, lab in ((FACE, FACE_LAB), (ARM, ARM_LAB)):
            book.photograph(site, lab, day, baseline=True)
    for ahead, more in ((18, 4.0), (22, 9.0), (25, 11.0), (28, 11.5)):
        for site, lab in ((FACE, FACE_LAB), (ARM, ARM_LAB)):
            book.photograph(site, (lab[0] - 0.4, lab[1] + 0.5, lab[2] + more), first + timedelta(days=ahead))
    book.add(Alcohol(5), first + timedelta(days=12))
    seen = first + timedelta(days=22)
    book.add(Event("eyes and skin are yellow", "yellow-eyes", 2, started=seen.isoformat(), serious=("hospital",)), seen)
    book.add(Event("itching, cannot sleep", "itch", 3, started=(seen - timedelta(days=2)).isoformat()), seen)
    book.draw_blood(seen + timedelta(days=1), alt=410, ast=232, alp=190, bilirubin=6.8)
    book.draw_blood(seen + timedelta(days=5), alt=362, ast=190, alp=241, bilirubin=9.9)
    return book.close()


def make_picture(lab: tuple[float, float, float], size: int = 96) -> bytes:
    """A square of one colour with a little grain, as PNG; Lab is turned into sRGB by the formulas of IEC 61966-2-1."""
    grain = random.Random(3)
    rows = b""
    for _ in range(size):
        line = [to_srgb((lab[0] + grain.gauss(0, 0.8), lab[1], lab[2])) for _ in range(size)]
        rows += b"\0" + bytes(value for pixel in line for value in pixel)
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    said = [(b"IHDR", header), (b"tEXt", b"Comment\0taken at home"), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in said
    )


def to_srgb(lab: tuple[float, float, float]) -> tuple[int, int, int]:
    """One colour as 8-bit sRGB."""
    fy = (lab[0] + 16) / 116
    x, y, z = (
        white * (one**3 if one > 6 / 29 else 3 * (6 / 29) ** 2 * (one - 4 / 29))
        for white, one in zip((0.9505, 1.0, 1.089), (fy + lab[1] / 500, fy, fy - lab[2] / 200), strict=True)
    )
    linear = (
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.2040 * y + 1.0570 * z,
    )
    shown = [12.92 * one if one <= 0.0031308 else 1.055 * max(one, 0) ** (1 / 2.4) - 0.055 for one in linear]
    red, green, blue = (round(255 * min(1.0, max(0.0, one))) for one in shown)
    return red, green, blue
