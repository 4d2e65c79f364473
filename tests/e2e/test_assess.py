"""`cases assess`: case files put through the scales, and files that cannot be."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
HEAD = '[case]\ntitle = "A case"\nproduct = "kava"\nreaction = "liver injury"\n'
LIVER = """
[liver]
limits = { alt = 35, alp = 130, bilirubin = 1.2, source = "printed" }
draws = [{ day = 0, alt = 126, alp = 218, bilirubin = 5.6 }, { day = 4, alt = 362, alp = 277, bilirubin = 9.5 }]
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a case file."""

    def write_case(text: str) -> Path:
        file = tmp_path / "case.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write_case


@pytest.fixture
def published(project_root: Path) -> Path:
    return project_root / "examples" / "case-patel-phelan-2024.toml"


def test_published_case_shows_both_scales_and_merges_none(ask: Ask, published: Path) -> None:
    """Naranjo 4 to 6 straddles possible and probable, WHO-UMC says possible: no withdrawal response."""
    found = ask("cases", "assess", published)
    assert (found["naranjo"]["low"], found["naranjo"]["high"]) == (4, 6)
    assert found["naranjo"]["categories"] == ["probable", "possible"]
    assert (found["who_umc"]["categories"], found["who_umc"]["as_it_stands"]) == (["possible"], "possible")
    assert "not averaged" in found["notes"][0]
    assert found["rucam"] is found["liver"] is None


def test_negative_dechallenge_of_dermal_pigment_is_a_note_and_changes_no_scale(
    ask: Ask, published: Path, write: Callable[[str], Path]
) -> None:
    noted = ask("cases", "assess", published)
    assert sum("weak evidence" in note for note in noted["notes"]) == 1
    plain = ask("cases", "assess", write(published.read_text("utf-8").replace("dermal_pigment = true", "")))
    assert not any("weak evidence" in note for note in plain["notes"])
    for scale in ("naranjo", "who_umc"):
        assert plain[scale] == noted[scale]


def test_every_answer_keeps_its_reason(ask: Ask, published: Path) -> None:
    given = tomllib.loads(published.read_text("utf-8"))["naranjo"]
    items = {item["key"]: item for item in ask("cases", "assess", published)["naranjo"]["items"]}
    for key, value in given.items():
        expected = (value, "") if isinstance(value, str) else (value["answer"], value["why"])
        assert (items[key]["answer"], items[key]["why"]) == expected


def test_answers_follow_from_dates_and_challenges_where_none_are_given(ask: Ask, write: Callable[[str], Path]) -> None:
    found = ask(
        "cases",
        "assess",
        write(HEAD + 'start = "2020-01"\nonset = "2020-03-05"\n[challenge]\ndechallenge = "positive"\n'),
    )
    items = {item["key"]: (item["answer"], item["why"]) for item in found["naranjo"]["items"]}
    assert items["after_product"] == ("yes", "from the dates")
    assert items["improved"] == ("yes", "from the dechallenge")
    assert found["onset"] == {"status": "partial", "low_days": 34, "high_days": 64}


def test_liver_case_has_both_columns_and_takes_the_one_of_its_pattern(ask: Ask, write: Callable[[str], Path]) -> None:
    found = ask("cases", "assess", write(HEAD + "age_years = 60\n" + LIVER))
    assert [(column["column"], column["taken"]) for column in found["rucam"]] == [
        ("hepatocellular", False),
        ("cholestatic-or-mixed", True),
    ]
    assert found["liver"]["first"]["pattern"] == "mixed"
    assert found["liver"]["days"][0]["hy"] == {"fda": True, "r5": False, "nr5": None}
    assert found["liver"]["days"][1]["r"] == pytest.approx(4.85, abs=0.01)
    ages = [item for column in found["rucam"] for item in column["items"] if item["key"] == "age"]
    assert [(item["answer"], item["low"]) for item in ages] == [("yes", 1), ("yes", 1)]


def test_limits_without_a_source_are_said_to_be_assumed(ask: Ask, write: Callable[[str], Path]) -> None:
    without = LIVER.replace(', source = "printed"', "")
    assert any("assumption" in note for note in ask("cases", "assess", write(HEAD + without))["notes"])
    assert not any("assumption" in note for note in ask("cases", "assess", write(HEAD + LIVER))["notes"])


def test_a_time_relation_that_rucam_does_not_allow_is_said(ask: Ask, write: Callable[[str], Path]) -> None:
    late = '[rucam]\ndays_from_start = 60\ndays_from_stop = 20\nslow_elimination = "no"\n'
    notes = ask("cases", "assess", write(HEAD + late))["notes"]
    assert sum("does not let RUCAM be scored" in note for note in notes) == 1


def test_template_is_a_case_in_which_everything_is_open(
    ask: Ask, run: Callable[..., Any], refuse: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    assert run("cases", "assess", file, "--template").code == 0
    assert run("cases", "assess", "--template").out == file.read_text("utf-8")
    found = ask("cases", "assess", file)
    assert (found["naranjo"]["low"], found["naranjo"]["high"]) == (-4, 13)
    assert len(found["who_umc"]["categories"]) == 6
    assert run("cases", "assess", file, "--template").code == 2, "answers are never overwritten"


def test_the_liver_part_of_the_template_is_sound_too(ask: Ask, run: Callable[..., Any], tmp_path: Path) -> None:
    head, marker, rest = run("cases", "assess", "--template").out.partition("# [liver]")
    file = tmp_path / "liver.toml"
    lines = [line.removeprefix("# ") for line in (marker + rest).splitlines()]
    file.write_text(head + "\n".join(lines), encoding="utf-8")
    found = ask("cases", "assess", file)
    assert found["liver"]["first"]["pattern"] == "cholestatic", "(126 / 40) / (218 / 120) is below 2"
    assert [column["low"] for column in found["rucam"]] == [-9, -7]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("[case", 4, "not TOML"),
        ("[case]\ntitle = 'x'\n", 4, "no product"),
        (HEAD + "[naranjoo]\n", 4, "“naranjo”"),
        (HEAD + "[naranjo]\nplcebo = 'yes'\n", 4, "“placebo”"),
        (HEAD + "[naranjo]\nplacebo = 'maybe'\n", 4, "“not done”"),
        (HEAD + "[naranjo]\nplacebo = { answer = 'yes', because = 'x' }\n", 4, "“because”"),
        (HEAD + "[naranjo]\nplacebo = true\n", 4, "“True”"),
        (HEAD + "start = 'soon'\n", 4, "2024-05-17"),
        (HEAD + "age_years = 'old'\n", 4, "a number is needed"),
        (HEAD + "days_to_onset = -4\n", 4, "0 or more"),
        (HEAD + "naranjo = 3\n", 4, "“naranjo”"),
        (HEAD + "[rucam]\ndays_from_start = 4.5\n", 4, "whole number"),
        (HEAD + "[liver]\nlimits = { alt = 0 }\n", 4, "above 0"),
        (HEAD + "[liver]\ndraws = [{ alt = 4 }]\n", 4, "no `day`"),
        (HEAD + "[liver]\ndraws = [{ day = 4 }, { day = 1 }]\n", 4, "oldest first"),
        (HEAD + "[liver]\nlimits = { alt = inf }\n", 4, "a number is needed"),
        (HEAD + "[challenge]\ndechallenge = 'negative'\n[naranjo]\nimproved = 'yes'\n", 2, "Mend one"),
    ],
)
def test_what_is_no_case_file_is_refused_in_one_line(
    refuse: Callable[..., str], write: Callable[[str], Path], text: str, code: int, said: str
) -> None:
    assert said in refuse(code, "cases", "assess", write(text))


def test_no_file_is_refused(refuse: Callable[..., str], tmp_path: Path) -> None:
    assert "--template" in refuse(2, "cases", "assess")
    assert "no case file" in refuse(4, "cases", "assess", tmp_path / "none.toml")


def test_text_shows_every_scale(run: Callable[..., Any], write: Callable[[str], Path]) -> None:
    out = run("cases", "assess", write(HEAD + LIVER)).out
    for part in ("Naranjo", "−4 to 13", "WHO-UMC", "RUCAM 2016", "which the pattern takes", "Hy fda", "Completeness"):
        assert part in out
