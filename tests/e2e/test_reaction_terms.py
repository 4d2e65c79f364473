"""Spellings and older names of reaction terms in CAERS, beside counts made by reading the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
COUNTED = ("--source", "caers", "--role", "any", "--store")


@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        ("RIGORS", ("CHILLS", "RIGORS")),
        ("eye redness", ("EYE REDNESS", "OCULAR HYPERAEMIA")),
        ("Gait disturbance", ("DIFFICULTY IN WALKING", "GAIT ABNORMAL", "GAIT DISTURBANCE")),
        ("ANGIONEUROTIC EDEMA", ("ANGIOEDEMA", "ANGIONEUROTIC OEDEMA")),
        ("diarrhea", ("DIARRHOEA",)),
        ("skin discoloration", ("SKIN DISCOLOURATION",)),
        ("SEIZURE", ("CONVULSION",)),
    ],
)
def test_a_term_with_its_variants(ask: Ask, store: Path, caers: Any, asked: str, reported: tuple[str, ...]) -> None:
    answer = ask("count", "--product", "kava", "--reaction", f"term:{asked}", *COUNTED, store)
    assert tuple(answer["reaction"]["reported"]) == reported
    assert answer["a"] + answer["c"] == len(caers.with_term(reported))
    assert answer["n"] == len(caers.cases)


def test_a_row_of_signals_is_the_union_of_its_variants(ask: Ask, store: Path, caers: Any) -> None:
    rows = ask("signals", "--product", "green-tea", "--min-cases", "1", *COUNTED, store)["rows"]
    found = {row["reaction"]: row for row in rows if row["kind"] == "term"}
    assert found["CHILLS"]["a"] + found["CHILLS"]["c"] == len(caers.with_term(("CHILLS", "RIGORS")))
    assert not {"RIGORS", "EYE REDNESS", "NO ADVERSE EVENT", "UNEVALUABLE EVENT"} & set(found)
    alone = {"NAUSEA", "JAUNDICE", "HEADACHE"} & set(found)
    assert alone
    for term in alone:
        assert found[term]["a"] + found[term]["c"] == len(caers.with_term((term,)))


def test_totals_of_terms_add_up(ask: Ask, store: Path, caers: Any) -> None:
    answer = ask("reactions", "unmapped", "--source", "caers", "--most", "100000", "--store", store)
    totals = answer["totals"]
    for size in ("terms", "cases"):
        assert sum(totals[kind][size] for kind in ("grouped", "ungrouped", "not_coded")) == totals["all"][size]
    assert {row["term"]: row["cases"] for row in answer["not_coded"]} == {
        "UNEVALUABLE EVENT": 25,
        "NO ADVERSE EVENT": 3,
    }
    assert len(answer["terms"]) == totals["ungrouped"]["terms"] > 3000
    whole = {row["term"]: row["cases"] for row in answer["terms"]}
    parts = {part.strip() for term in whole if "," in term for part in term.split(",")}
    for term in whole.keys() - parts:  # the oracle cuts at every comma
        assert "," in term or whole[term] == len(caers.with_term((term,))), term


def test_an_answer_of_the_older_version_has_not_changed(ask: Ask, store: Path, caers: Any, tmp_path: Path) -> None:
    """A study that pins the version of before counts RIGORS and CHILLS apart."""
    file = tmp_path / "study.toml"
    file.write_text(
        '[study]\nname = "older"\ntitle = "t"\nquestion = "q?"\nproduct = "kava"\n'
        'outcomes = ["CHILLS", "seizure"]\ncontext = ["RIGORS", "UNEVALUABLE EVENT"]\n'
        'sources = ["caers"]\nvocabulary = "2026-11"\nreactions = "2026-11"\n[selection]\nrole = "any"\n',
        encoding="utf-8",
    )
    findings = ask("study", file, "--out", tmp_path / "out", "--store", store)
    pairs = {pair["reaction"]: pair for pair in findings["sources"][0]["pairs"] if pair["part"] == "main"}
    for term in ("CHILLS", "RIGORS", "UNEVALUABLE EVENT"):
        assert pairs[term]["a"] + pairs[term]["c"] == len(caers.with_term((term,)))
    assert findings["vocabulary"]["reactions"] == "2026-11"


def test_text_fits_eighty_columns(run: Callable[..., Any], store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = run("reactions", "unmapped", "--source", "caers", "--store", store)
    assert done.code == 0, done
    table = [line for line in done.out.splitlines() if line.startswith(("MALAISE", "OVARIAN CANCER", "term "))]
    assert len(table) == 3
    assert max(map(len, table)) <= 80


def test_explain_without_a_store_tells_the_vocabulary_alone(ask: Ask, tmp_path: Path) -> None:
    answer = ask("reactions", "explain", "convulsion", "--store", tmp_path / "none")
    assert (answer["rule"], answer["current"], answer["reported"]) == ("renamed", "SEIZURE", [])
    assert json.dumps(answer)
