"""Splitting of reported text into the tokens that names are compared by."""

from __future__ import annotations

import pytest

from phytovigil.vocabulary.tokens import split_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("!?; \n", []),
        ("kratom", ["KRATOM"]),
        ("KRATOM.", ["KRATOM"]),
        ("KRATOM,KAVA;TEA", ["KRATOM", "KAVA", "TEA"]),
        ("HERBALS\\MITRAGYNINE", ["HERBALS", "MITRAGYNINE"]),
        ("7-Hydroxymitragynine", ["7", "HYDROXYMITRAGYNINE"]),
        ("RED_VEIN KRATOM", ["RED", "VEIN", "KRATOM"]),
        ("O.P.M.S. KRATOM", ["O", "P", "M", "S", "KRATOM"]),
        ("KRATOM 250G", ["KRATOM", "250G"]),
    ],
)
def test_every_sign_is_a_boundary(text: str, tokens: list[str]) -> None:
    assert split_tokens(text) == tokens


@pytest.mark.parametrize(
    "text",
    ["ST. JOHN'S WORT", "St. John’s wort", "ST JOHN`S WORT", "ST. JOHN^S WORT", "ST. JOHN?S WORT", "st johns wort"],
)
def test_an_apostrophe_joins_however_it_was_typed_or_damaged(text: str) -> None:
    assert split_tokens(text) == ["ST", "JOHNS", "WORT"]


def test_a_caret_that_quotes_is_a_boundary() -> None:
    assert split_tokens("RUSCUS ^BUTCHER'S BROOM^") == ["RUSCUS", "BUTCHERS", "BROOM"]
    assert split_tokens("KRATOM - ^GREEN MALAYSIAN^") == ["KRATOM", "GREEN", "MALAYSIAN"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Yerba Maté", ["YERBA", "MATE"]),
        ("Uña de gato", ["UNA", "DE", "GATO"]),
        ("Açaí", ["ACAI"]),
        ("β-carotene", ["BETA", "CAROTENE"]),
        ("Weiß", ["WEISS"]),
        ("VIVAZEN™ kratom®", ["VIVAZEN", "KRATOM"]),
        ("Citrus × aurantium", ["CITRUS", "AURANTIUM"]),
        ("กระท่อม kratom", ["KRATOM"]),
    ],
)
def test_accents_fold_and_foreign_signs_separate(text: str, tokens: list[str]) -> None:
    assert split_tokens(text) == tokens
