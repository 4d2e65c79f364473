"""Claims, conditions and effects of a study file: what is read, and what is refused with a way out."""

from __future__ import annotations

import re
import textwrap
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import InvalidStudy
from phytovigil.schema.claims import Claim, ClaimEvidence, Condition, Effect
from phytovigil.schema.study import Study
from phytovigil.study.claims.checking import check_claims
from phytovigil.study.claims.definition import parse_claims, parse_conditions, parse_effects
from phytovigil.vocabulary import load_products

CLAIM = """
[[claim]]
id = "itch"
text = "It itches."
about = "harm"
reactions = ["itch"]

[[claim.evidence]]
row = "series"
line = "case series"
says = "supports"
limits = ["very serious indirectness", "imprecision"]
why = "Six of eight itched."
"""
CONDITION = '[[condition]]\nid = "skin"\ntitle = "Skin"\nterms = ["ACNE"]\n'
EFFECT = (
    '[[effect]]\nid = "liver"\nkind = "unfavourable"\ntitle = "Liver"\ndescription = "Cases"\nclaim = "itch"\n'
    'importance = "High"\nreactions = ["itch"]\n'
)


def read(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def test_a_claim_with_its_evidence() -> None:
    (claim,) = parse_claims(read(CLAIM))
    assert (claim.id, claim.about, claim.reactions) == ("itch", "harm", ("itch",))
    (entry,) = claim.evidence
    assert (entry.row, entry.line, entry.says) == ("series", "case series", "supports")
    assert entry.limits == ("very serious indirectness", "imprecision")


def test_no_sections_are_no_claims() -> None:
    assert parse_claims({}) == parse_conditions({}) == parse_effects({}) == ()


def test_condition_and_effect() -> None:
    assert parse_conditions(read(CONDITION)) == (Condition("skin", "Skin", terms=("ACNE",)),)
    (effect,) = parse_effects(read(EFFECT))
    assert (effect.kind, effect.reactions, effect.row) == ("unfavourable", ("itch",), "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('about = "harm"', 'about = "harmm"', "about is “harmm”; it can be “benefit” or “harm”"),
        ('about = "harm"', 'abuot = "harm"', "“abuot” is no key of .*Did you mean “about”"),
        ('about = "harm"\n', "", r"a \[\[claim\]\] \(itch\) has no `about`"),
        ('id = "itch"', 'id = "It ch"', "is not lower-case words joined by"),
        ('reactions = ["itch"]', 'reactions = "itch"', "a list of texts is needed"),
        ('text = "It itches."', "text = 7", "a text is needed"),
        ('line = "case series"', 'line = "anecdote"', "line is “anecdote”; it can be “trial”"),
        ('line = "case series"', 'line = "reports"', "line is “reports”"),
        ('says = "supports"', 'says = "proves"', "says is “proves”; it can be “supports”"),
        ('"imprecision"', '"smallness"', "limits is “smallness”"),
        ('row = "series"\n', "", r"a \[\[claim.evidence\]\] has no `row`"),
        ("[[claim.evidence]]", "[claim.evidence]", r"claim.evidence is not a section.*\[\[claim.evidence\]\]"),
        ('text = "It itches."', 'text = "Itch is rare."', "says “rare” and is about harm.*about = “frequency”"),
        ('text = "It itches."', 'text = "It is harmless."', "says “harmless” and is about harm.*about = “safety”"),
        ('about = "harm"', 'about = "risk-factor"', "about a risk factor and names no condition"),
        ('line = "case series"', 'line = "search"', "what was not found “does not show”"),
    ],
)
def test_a_slip_in_a_claim_is_refused(old: str, new: str, said: str) -> None:
    assert old in CLAIM
    with pytest.raises(InvalidStudy) as caught:
        parse_claims(read(CLAIM.replace(old, new, 1)))
    assert re.search(said, str(caught.value)), caught.value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CLAIM + CLAIM, "two .* called “itch”"),
        (CONDITION.replace('terms = ["ACNE"]\n', ""), "no product, term or indication"),
        (EFFECT.replace('reactions = ["itch"]\n', ""), "neither reactions nor an evidence row"),
        (EFFECT.replace('"unfavourable"', '"bad"'), "kind is “bad”"),
        (EFFECT + 'product_figures = ["age"]\n', "names figures and no evidence row"),
        ('claim = "itch"\n', "claim is not a section"),
    ],
)
def test_sections_that_cannot_be(text: str, said: str) -> None:
    def parse_all() -> None:
        for parse in (parse_claims, parse_conditions, parse_effects):
            parse(read(text))

    with pytest.raises(InvalidStudy, match=said):
        parse_all()


def make_study(**parts: Any) -> Study:
    return Study("s", "S", "Q?", "kratom", ("itch",), ("caers",), ("death",), **parts)


ACNE = Condition("skin", "S", terms=("ACNE",))
ITCH = Claim("itch", "It itches.", "harm", ("itch",))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"claims": (Claim("rash", "A rash.", "harm", ("rash",)),)}, "“rash” is no outcome and no context.*context"),
        ({"claims": (Claim("r", "Risk.", "risk-factor", ("itch",), ("skin",)),)}, "there is no .*condition.* “skin”"),
        (
            {"claims": (Claim("r", "Risk.", "risk-factor", (), ("skin",)),), "conditions": (ACNE,)},
            "names no reaction",
        ),
        ({"conditions": (Condition("own", "Own", ("kratom",)),)}, "the product under study"),
        ({"conditions": (Condition("other", "Other", ("kaava",)),)}, "condition other.*“kava”"),
        ({"effects": (Effect("e", "favourable", "T", "D", "itch", "I", row="x"),)}, "no .*claim.* “itch”"),
        (
            {"claims": (ITCH,), "effects": (Effect("e", "unfavourable", "T", "D", "itch", "I", reactions=("rash",)),)},
            "effect e: “rash” is no outcome",
        ),
    ],
)  # fmt: skip
def test_what_the_study_cannot_carry_is_refused_before_anything_is_counted(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidStudy, match=said):
        check_claims(make_study(**parts), load_products("2026-11-22"))


def test_a_sound_study_passes() -> None:
    skin = Condition("skin", "Skin", ("photosensitising-medicine",), ("ACNE",))
    risk = Claim("r", "Some are at higher risk.", "risk-factor", ("itch",), ("skin",))
    check_claims(make_study(claims=(ITCH, risk), conditions=(skin,)), load_products("2026-11-22"))


def test_the_sections_of_the_how_to_are_sound(project_root: Path) -> None:
    page = (project_root / "docs" / "how-to" / "test-claims.md").read_text("utf-8")
    blocks = [textwrap.dedent(block) for block in re.findall(r"```toml\n(.*?)```", page, re.S)]
    raw = read("\n".join(blocks))
    claims, conditions, effects = parse_claims(raw), parse_conditions(raw), parse_effects(raw)
    assert ([len(part) for part in (claims, conditions, effects)], len(claims[0].evidence)) == ([2, 1, 1], 1)
    check_claims(make_study(claims=claims, conditions=conditions, effects=effects), load_products("2026-11-22"))


@pytest.mark.parametrize("kind", [Claim, ClaimEvidence, Condition, Effect])
def test_every_key_is_on_the_page_of_study_files(project_root: Path, kind: type[Any]) -> None:
    page = (project_root / "docs" / "reference" / "study-files.md").read_text("utf-8").partition("## [[claim]]")[2]
    for field in fields(kind):
        assert f"`{field.name}`" in page or field.name == "evidence"
