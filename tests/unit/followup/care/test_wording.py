"""What a finding says: figures, dates, and what is not known."""

from __future__ import annotations

from datetime import date

import pytest

from phytovigil.followup.care import load_rules
from phytovigil.followup.care.wording import say_draw, say_earlier, say_event, say_score
from phytovigil.schema.care import LiverFact
from phytovigil.schema.diary import Event

NOT_KNOWN = {"fda": None, "r5": None, "nr5": None}


def make_draw(values: dict[str, float], limits: dict[str, float], **other: object) -> LiverFact:
    times = {test: values[test] / limits[test] if test in values and test in limits else None for test in TESTS}
    known = {"r": None, "nr": None, "pattern": None, "hy": NOT_KNOWN} | other
    return LiverFact(date(2024, 1, 1), (), values, limits, (), times, **known)  # type: ignore[arg-type]


TESTS = ("alt", "ast", "alp", "bilirubin")


def test_a_draw_says_what_is_missing() -> None:
    assert say_draw(make_draw({"alt": 150, "alp": 100}, {"alt": 40})) == (
        "ALT 150 U/L (3.75 × the upper limit 40), ALP 100 U/L (upper limit not given); "
        "R and Hy’s law not known: ALP and bilirubin of that day missing, or without upper limit"
    )


def test_a_draw_says_both_forms_and_the_cholestasis_that_excludes_one() -> None:
    draw = make_draw(
        {"alt": 272, "alp": 428, "bilirubin": 22.4},
        {"alt": 40, "alp": 130, "bilirubin": 1.2},
        r=2.065,
        pattern="mixed",
        hy={"fda": False, "r5": False, "nr5": None},
        first=True,
        signs=("initial-cholestasis",),
        days_from_stop=21,
    )
    assert say_draw(draw).endswith(
        "R 2.06 (mixed), first draw above a limit: its pattern counts; Hy’s law by this day’s values: FDA 2009 not met"
        ", R of 5 and more not met, nR of 5 and more not known, and ALP was at twice its limit or more at the first "
        "draw, which the FDA form excludes; 21 days after the product was last taken"
    )


@pytest.mark.parametrize(
    ("sign", "said"),
    [
        ("none-between", "with no intake of the product in between in this diary: no rechallenge"),
        ("taken-between", "with an intake of the product in between"),
        ("rising", "whether the product was taken in between is not known"),
    ],
)
def test_a_second_peak_says_whether_the_product_was_taken(sign: str, said: str) -> None:
    draw = make_draw({"alt": 100}, {"alt": 40}, signs=("second-peak", sign))
    assert f"; second peak, {said}" in say_draw(draw)


def test_an_event_says_words_place_grade_and_end() -> None:
    event = Event("grey hands", "darker-skin", grade=1, where="backs of the hands", ended="2024-02-01T10:00")
    assert say_event(event, "darker or greyer patch of skin") == (
        "darker or greyer patch of skin (“grey hands”), backs of the hands, grade 1 (CTCAE v5.0), until 2024-02-01"
    )


def test_a_score_without_bands_is_its_number() -> None:
    assert say_score("alcohol", 2.0) == "alcohol 2 drinks"
    assert say_score("pain", 4.0) == "pain 4 of 10"


def test_what_is_past_is_told_sooner_where_it_was_urgent() -> None:
    rules = load_rules()
    day = date(2024, 1, 1)
    assert "tell one within the next days." in say_earlier(rules.find("seizure").card, day)
    assert "tell one at the next visit." in say_earlier(rules.find("pigment").card, day)
