"""Reading the examples: what is not known is refused, so that no example passes by a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import UnreadableFile
from phytovigil.followup.care.examples import load_examples, read_examples
from phytovigil.schema.diary import Lab

GOOD = """
[[example]]
id = "one"
about = "an example"
source = "made"
as_of = "2025-05-02"
alerts = { itch = "now" }
near = ["jaundice"]
entries = [{ kind = "event", at = "2025-05-01", verbatim = "itch", term = "itch" }]
labs = [{ at = "2025-05-01", alt = 30, bilirubin = 0.8 }]
limits = { alt = 40 }
skin = [{ day = "2025-05-01", direction = "lighter" }]
"""


def read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    read_examples(file, "2026-11")


def test_an_example_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    (example,) = read_examples(file, "2026-11")
    assert [entry.kind for entry in example.diary] == ["event", "lab", "lab"]
    labs = [entry.content for entry in example.diary.entries("lab")]
    assert labs == [Lab("alt", 30, "U/L", 40, "example"), Lab("bilirubin", 0.8, "mg/dL", None, "example")]
    assert [one.direction for one in example.skin] == ["lighter"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("itch = ", "itchh = ", "Did you mean “itch”"),
        ('near = ["jaundice"]', 'near = ["jaundise"]', "Did you mean “jaundice”"),
        ('"now"', '"soon"', "is no state"),
        ('source = "made"', 'source = "hearsay"', "no source is called"),
        ('kind = "event"', 'kind = "evnt"', "Did you mean “event”"),
        ("verbatim = ", "verbatm = ", "Did you mean “verbatim”"),
        ("alt = 30", "alat = 30", "“alat” is no key"),
        ('"lighter"', '"lightr"', "is no direction"),
        ("about = ", "abuot = ", "Did you mean “about”"),
    ],
)
def test_a_slip_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(UnreadableFile, match=said):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_ids_of_the_shipped_examples_are_their_own() -> None:
    ids = [example.id for example in load_examples()]
    assert len(ids) == len(set(ids)) > 100
