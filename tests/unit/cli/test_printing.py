"""What the terminal shows, from answers made by hand."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from phytovigil.cli import printing, printing_names

ESTIMATE = {"point": 18.43, "low": 5.52, "high": 48.77}


def make_count(**changes: Any) -> dict[str, Any]:
    count = {
        "product": {"name": "kava"},
        "reaction": {"title": "Jaundice", "terms": ["JAUNDICE", "YELLOW SKIN"], "scope": "narrow"},
        "with_likely_names": None,
        "source": "caers",
        "as_of": "2017-06-30",
        "complete": True,
        "selection": {"text": "any role"},
        "a": 4,
        "b": 30,
        "c": 463,
        "d": 64_020,
        "expected": 0.246,
        "chi2_yates": 43.36,
        "estimates": {"ror-midp": ESTIMATE, "ic": {"point": -0.55, "low": -10.54, "high": 1.78}},
        "tests": {"chi2-yates": {"p": 2.1e-10}, "fisher": {"p": 0.0123}},
        "strata": [],
        "levels": {"ror-midp": 0.95, "ic": 0.95, "ebgm": 0.9},
        "measures": ["ror-midp", "ic"],
        "learned": {},
        "notes": [],
        "verdict": "disproportionate",
        "why": "4 observed.",
    }
    return {**count, **changes}


def shown(capsys: pytest.CaptureFixture[str], show: Any, *args: Any) -> str:
    show(*args)
    return capsys.readouterr().out


def test_count_shows_the_table_its_measures_and_where_it_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, printing.print_count, make_count())
    for part in (
        "kava × Jaundice (group of 2 terms, narrow)",
        "caers as of 2017-06-30, distinct cases; any role",
        "a = 4",
        "d = 64,020",
        "ROR-MIDP 18.43 (5.52 to 48.77)\n",
        "correction 43.4, p = 2.1e-10\n",
        "fisher        p = 0.012\n",
        "−0.55 (−10.54 to 1.78)",
        "Disproportionate. 4 observed.",
    ):
        assert part in text


def test_count_says_what_stands_beside_the_estimates(capsys: pytest.CaptureFixture[str]) -> None:
    answer = make_count(
        estimates={"ebgm": ESTIMATE},
        strata=["sex", "year"],
        learned={"ebgm": {"alpha1": 0.20683, "truncation": "mixture"}},
        notes=["EBGM: withheld."],
    )
    text = shown(capsys, printing.print_count, answer)
    for part in (
        "EBGM     18.43 (5.52 to 48.77)  90% interval",
        "summed over strata of sex, year; PRR and ROR are not adjusted",
        "ebgm learned from all pairs: alpha1 0.2068.",
        "EBGM: withheld.",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("likely", "said"),
    [
        (None, False),
        ({"a": 4, "product_cases": 34}, False),
        ({"a": 4, "product_cases": 35}, "1 further case is likely of kava, by a misspelt name, 0 with the reaction"),
        ({"a": 5, "product_cases": 37}, "3 further cases are likely of kava, by a misspelt name, 1 with the reaction"),
    ],
)
def test_count_says_what_likely_names_would_add(
    capsys: pytest.CaptureFixture[str], likely: dict[str, int] | None, said: str | bool
) -> None:
    text = " ".join(shown(capsys, printing.print_count, make_count(with_likely_names=likely)).split())
    assert said in text if said else "likely" not in text


def test_count_without_complement_shows_no_measure(capsys: pytest.CaptureFixture[str]) -> None:
    bare = make_count(
        complete=False, c=None, d=None, expected=None, chi2_yates=None, estimates={}, verdict="no-measure"
    )
    text = shown(capsys, printing.print_count, bare)
    assert "a = 4 cases with both, b = 30 with the product only; no complement" in text
    assert "No measure." in text
    assert "ROR" not in text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (ESTIMATE, "18.43 (5.52 to 48.77)"),
        ({"point": None, "low": None, "high": None}, "not estimable"),
        ({"point": None, "low": 2.0, "high": None}, "∞ (2.00 to ∞)"),
        ({"point": 0.0, "low": 0.0, "high": 2418.02}, "0.00 (0.00 to 2,418.02)"),
    ],
)
def test_interval(estimate: dict[str, float | None], text: str) -> None:
    assert printing.interval(estimate) == text


@pytest.mark.parametrize(("width", "measures"), [(80, 1), (109, 1), (110, 2), (200, 2)])
def test_signals_show_what_there_is_room_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int, measures: int
) -> None:
    monkeypatch.setattr(printing, "terminal_width", lambda: width)
    row = {
        "reaction": "ALANINE AMINOTRANSFERASE INCREASED",
        "kind": "term",
        "a": 1234,
        "expected": 2345.67,
        "estimates": {
            "ror-midp": {"point": 1029.5, "low": 202.5, "high": 4328.8},
            "ic": make_count()["estimates"]["ic"],
        },
        "signal": True,
    }
    answer = {**make_count(), "rows": [row], "min_cases": 3, "rule": "a rule"}
    text = shown(capsys, printing.print_signals, answer)
    assert ("1,029.5 (202.5 to 4,328.8)" in text) == (measures == 2)
    for part in ("1,234", "2345.67", "−0.55 (−10.54 to 1.78)", "signal", "Signal: a rule.", "1 reactions"):
        assert part in text
    assert max(map(len, text.splitlines()[1:-3])) <= width


def test_width_is_never_so_small_that_a_number_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    assert printing.terminal_width() == printing.PIPE_WIDTH
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert printing.terminal_width() == printing.LEAST_WIDTH


def test_search_without_a_find_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, printing_names.print_products, {"asked": "zzz", "vocabulary": "2026-11", "products": []})
    assert text == "No name in the vocabulary 2026-11 resembles “zzz”.\n"


def test_quarantine_tells_rows_from_values_and_repairs(capsys: pytest.CaptureFixture[str]) -> None:
    place = {"file": "DRUG19Q1.txt", "line": 7, "field": "", "raw": "1$2"}
    entries = [
        {**place, "scope": "row", "reason": "wrong-column-count"},
        {**place, "scope": "value", "reason": "unknown-code", "field": "sex", "raw": "X"},
        {**place, "scope": "repair", "reason": "split-row"},
    ]
    reasons = [{**entry, "count": 1, "meaning": "A sentence."} for entry in entries]
    answer = {"entries": entries, "reasons": reasons, "rows": 1, "values": 1}
    assert shown(capsys, printing.print_quarantine, answer).splitlines() == [
        "DRUG19Q1.txt line 7: wrong-column-count: row “1$2”",
        "DRUG19Q1.txt line 7: unknown-code: sex “X”",
        "DRUG19Q1.txt line 7: split-row: repaired “1$2”",
        "1 rows and 1 single values put aside; the rows of the values were kept. 1 repairs; the rows were kept.",
        "  1 × wrong-column-count: A sentence.",
        "  1 × unknown-code: A sentence.",
        "  1 × split-row: A sentence.",
    ]
    without = {**answer, "entries": [], "reasons": reasons[:2]}
    assert "repair" not in shown(capsys, printing.print_quarantine, without)


def test_json_refuses_what_json_cannot_carry() -> None:
    assert json.loads(printing.write_json({"é": None})) == {"é": None}
    assert "é" in printing.write_json({"é": None})
    with pytest.raises(ValueError, match="JSON"):
        printing.write_json({"value": math.nan})


def test_markup_in_data_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, printing.say, "[red]NAME[/red] [link]") == "[red]NAME[/red] [link]\n"
