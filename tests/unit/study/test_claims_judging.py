"""Claims judged: certainty by steps, conclusions by the table of rules, and words that keep two absences apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phytovigil.errors import InvalidEvidence, InvalidStudy
from phytovigil.schema.claims import ABOUT, LIMITS, LINE_KINDS, LINES, SAYS, VERY_SERIOUS, Claim, ClaimEvidence, Effect
from phytovigil.schema.evidence import KINDS
from phytovigil.study.claims.changes import say_changes
from phytovigil.study.claims.checking import check_rows
from phytovigil.study.claims.conclusions import CONCLUSIONS, RULES, conclude, list_reachable
from phytovigil.study.claims.judging import judge_claims
from phytovigil.study.claims.rubric import CERTAINTIES, STARTS, grade
from phytovigil.study.claims.subgroups import (
    LOWERED,
    NO_COMPARISON,
    NOT_RAISED,
    RAISED,
    TOO_FEW,
    judge_comparison,
)

REPORT_STATES = {
    "raised": "supports",
    "disproportionate": "supports",
    "too-few-to-say": "does not show",
    "not-raised": "does not show",
    "not-disproportionate": "does not show",
    "no-measure": "does not show",
    "withheld": "does not show",
    "not-asked": "does not show",
    "counted": "does not show",
}


@pytest.fixture(scope="module")
def example(load_example: Callable[[str], ModuleType]) -> ModuleType:
    return load_example("claims")


@pytest.fixture(scope="module")
def judged(example: ModuleType) -> dict[str, dict[str, Any]]:
    return {claim["id"]: claim for claim in example.build_claims()["claims"]}


def line(name: str, says: str, certainty: str = "very low") -> dict[str, Any]:
    return {"line": name, "says": says, "certainty": certainty}


def reports(state: str, says: str) -> dict[str, Any]:
    return {**line("reports", says), "state": state}


@pytest.mark.parametrize(
    ("name", "about", "limits", "certainty"),
    [
        ("trial", "benefit", [], "high"),
        ("trial", "benefit", ["imprecision"], "moderate"),
        ("trial", "benefit", ["very serious indirectness", "imprecision"], "very low"),
        ("trial", "benefit", ["very serious indirectness", "very serious imprecision", "inconsistency"], "very low"),
        ("observational", "harm", ["risk of bias"], "very low"),
        ("survey", "benefit", [], "low"),
        ("case series", "harm", ["imprecision"], "very low"),
        ("mechanism", "harm", ["indirectness"], "none"),
        ("mechanism", "mechanism", [], "low"),
        ("mechanism", "mechanism", ["very serious indirectness"], "very low"),
        ("search", "benefit", [], "none"),
    ],
)
def test_certainty_goes_down_step_by_step(name: str, about: str, limits: list[str], certainty: str) -> None:
    found = grade(name, about, limits)
    assert found.certainty == certainty
    assert [step["limit"] for step in found.steps] == limits
    levels = [found.start, *(step["to"] for step in found.steps)]
    assert [step["from"] for step in found.steps] == levels[:-1]
    assert levels[-1] == certainty


def test_no_limit_raises_certainty_and_nothing_below_very_low_but_none() -> None:
    for name, about in itertools.product(STARTS, ABOUT):
        before = grade(name, about, []).certainty
        for limit in (*LIMITS, *(f"{VERY_SERIOUS}{limit}" for limit in LIMITS)):
            after = grade(name, about, [limit]).certainty
            assert CERTAINTIES.index(after) <= CERTAINTIES.index(before)
            assert (after == "none") == (before == "none")


def test_every_kind_of_evidence_row_stands_on_a_line_or_on_none() -> None:
    used = {kind for kinds in LINE_KINDS.values() for kind in kinds}
    assert set(KINDS) - used == {"reports", "law"}
    assert set(LINE_KINDS) == set(LINES) == set(STARTS) - {"reports"}


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("state", REPORT_STATES)
def test_every_combination_ends_in_one_rule(about: str, state: str) -> None:
    lines = [line(name, says, level) for name in LINES for says in SAYS for level in ("very low", "moderate")]
    seen = set()
    for some in ([], *([one] for one in lines), *map(list, itertools.combinations(lines[::3], 2))):
        found = conclude(about, reports(state, REPORT_STATES[state]), some)
        assert found["conclusion"] in CONCLUSIONS
        assert found["title"] == CONCLUSIONS[found["conclusion"]]
        assert found["certainty"] in CERTAINTIES
        seen.add(found["conclusion"])
    assert seen <= set(list_reachable()[about])


def test_every_rule_and_conclusion_can_be_reached() -> None:
    reached, concluded = set(), set()
    entries = [
        line(name, says, level) for name in LINES for says in SAYS[:2] for level in ("very low", "low", "moderate")
    ]
    for about, state in itertools.product(ABOUT, REPORT_STATES):
        for some in ([], *([one] for one in entries), *map(list, itertools.combinations(entries, 2))):
            found = conclude(about, reports(state, REPORT_STATES[state]), some)
            reached.add(found["rule"])
            concluded.add(found["conclusion"])
    assert reached == {rule.id for rule in RULES}
    assert concluded == set(CONCLUSIONS)


@pytest.mark.parametrize("state", REPORT_STATES)
def test_reports_never_answer_how_often(state: str) -> None:
    for says in SAYS:
        for name in ("survey", "case series", "case reports", "mechanism"):
            found = conclude("frequency", reports(state, says), [line(name, "supports")])
            assert found["conclusion"] == "cannot-be-answered"


@pytest.mark.parametrize("state", REPORT_STATES)
def test_reports_never_show_safety_or_benefit(state: str) -> None:
    for says in ("supports", "does not show"):
        assert conclude("safety", reports(state, says), [])["conclusion"] == "not-shown"
    assert conclude("safety", reports(state, "contradicts"), [])["conclusion"] == "evidence-against"
    assert conclude("benefit", reports(state, "does not show"), [])["conclusion"] == "no-evidence-found"


@pytest.mark.parametrize(
    ("about", "state", "says", "lines", "conclusion"),
    [
        ("harm", "disproportionate", "supports", [line("case series", "supports")], "supported"),
        ("harm", "disproportionate", "supports", [], "supported-by-reports-only"),
        ("harm", "too-few-to-say", "does not show", [line("case reports", "supports")], "supported-by-cases-only"),
        ("harm", "too-few-to-say", "does not show", [], "no-evidence-found"),
        ("harm", "not-disproportionate", "does not show", [], "not-reported-more"),
        ("harm", "withheld", "does not show", [], "no-evidence-found"),
        ("harm", "too-few-to-say", "does not show", [line("mechanism", "supports", "none")], "plausible-only"),
        ("harm", "too-few-to-say", "does not show", [line("observational", "contradicts", "low")], "evidence-against"),
        ("harm", "disproportionate", "supports", [line("observational", "contradicts", "low")], "conflicting"),
        ("harm", "no-measure", "does not show", [line("survey", "supports", "low")], "unproven-self-report"),
        ("benefit", "not-asked", "does not show", [line("trial", "supports", "moderate")], "supported"),
        ("benefit", "not-asked", "does not show", [line("trial", "supports")], "partly-supported"),
        ("benefit", "not-asked", "does not show", [line("survey", "supports")], "unproven-self-report"),
        ("benefit", "not-asked", "does not show", [line("case reports", "supports")], "unproven-self-report"),
        ("benefit", "not-asked", "does not show", [line("trial", "contradicts", "high")], "evidence-against"),
        ("risk-factor", "raised", "supports", [], "supported-by-reports-only"),
        ("risk-factor", "not-raised", "does not show", [], "not-reported-more"),
        ("mechanism", "not-asked", "does not show", [line("mechanism", "supports", "low")], "shown-in-experiments"),
        ("mechanism", "not-asked", "does not show", [line("mechanism", "does not show", "low")], "no-evidence-found"),
        ("frequency", "counted", "does not show", [line("observational", "supports", "low")], "supported"),
    ],
)
def test_conclusions(about: str, state: str, says: str, lines: list[dict[str, Any]], conclusion: str) -> None:
    assert conclude(about, reports(state, says), lines)["conclusion"] == conclusion


def test_certainty_is_that_of_the_best_line_that_speaks_the_same_way() -> None:
    lines = [line("trial", "supports", "low"), line("survey", "supports"), line("search", "does not show", "none")]
    assert conclude("benefit", reports("not-asked", "does not show"), lines)["certainty"] == "low"
    against = [line("case series", "contradicts"), line("trial", "supports", "moderate")]
    assert conclude("safety", reports("not-asked", "does not show"), against)["certainty"] == "very low"


def test_the_example_comes_to_the_conclusions_that_its_numbers_carry(judged: dict[str, dict[str, Any]]) -> None:
    assert {name: claim["conclusion"] for name, claim in judged.items()} == {
        "sore-feet": "partly-supported",
        "jaundice": "supported",
        "itch": "no-evidence-found",
        "rare": "cannot-be-answered",
        "skin": "supported-by-reports-only",
        "enzyme": "no-evidence-found",
        "safe": "evidence-against",
    }
    assert judged["sore-feet"]["certainty"] == "very low"


def test_reports_tell_counts_and_the_curve_and_keep_two_absences_apart(judged: dict[str, dict[str, Any]]) -> None:
    said = judged["jaundice"]["reports"]["statement"]
    assert "9 observed, 1.0 expected; disproportionate in 2,100 of 2,304 specifications" in said
    assert "FAERS Public Dashboard listing: 6 cases of jaundice, with nothing to compare with." in said
    assert "absence of evidence, not evidence of absence" in judged["itch"]["reports"]["statement"]
    assert "no denominator" in judged["rare"]["reports"]["statement"]
    assert "never for it" in judged["safe"]["reports"]["statement"]
    assert not [title for title in CONCLUSIONS.values() if "evidence of absence" in title]


def test_controls_that_fail_withhold_the_reports(example: ModuleType) -> None:
    found = judge_claims(
        example.make_plan(), example.make_evidence(), example.make_findings(failed=True), example.LIBRARY
    )
    assert found is not None
    claims = {claim["id"]: claim for claim in found["claims"]}
    assert claims["jaundice"]["reports"]["state"] == "withheld"
    assert "verdicts are withheld" in claims["jaundice"]["reports"]["statement"]
    assert "9 cases of jaundice" in claims["jaundice"]["reports"]["statement"]
    assert claims["jaundice"]["conclusion"] == "supported-by-cases-only"
    assert claims["safe"]["conclusion"] == "not-shown"
    assert claims["skin"]["conclusion"] == "no-evidence-found"


def test_no_doubling_is_no_evidence_of_absence(example: ModuleType) -> None:
    findings = example.make_findings()
    findings["sources"][0]["pairs"][1]["verdict"] = "not-disproportionate"
    found = judge_claims(example.make_plan(), example.make_evidence(), findings, example.LIBRARY)
    assert found is not None
    itch = next(claim for claim in found["claims"] if claim["id"] == "itch")
    assert itch["conclusion"] == "not-reported-more"
    assert "not evidence that the effect is absent" in itch["reports"]["statement"]


def test_what_would_change_it(judged: dict[str, dict[str, Any]]) -> None:
    feet = judged["sore-feet"]["changes"]
    assert feet == [
        "A randomised trial of Amber root in people with sore feet: what there is, is of very low certainty, rated "
        "down for very serious indirectness and imprecision."
    ]
    assert "some 990 cases naming Amber root, where there are 200: then 7 cases of itch" in " ".join(
        judged["itch"]["changes"]
    )
    assert "2,995 people" in judged["safe"]["changes"][0]
    assert all(claim["changes"] for claim in judged.values())


def test_a_background_without_cases_is_said_to_be_too_small(example: ModuleType) -> None:
    findings = example.make_findings()
    findings["sources"][0]["pairs"][1]["c"] = 3
    found = judge_claims(example.make_plan(), example.make_evidence(), findings, example.LIBRARY)
    assert found is not None
    itch = next(claim for claim in found["claims"] if claim["id"] == "itch")
    assert "only 3 other cases report it" in " ".join(itch["changes"])


def test_a_trial_that_is_missing_is_named_as_missing() -> None:
    claim = Claim("pain", "It helps.", "benefit", people="people with pain")
    (said,) = say_changes(claim, "Amber", [], {"readings": []}, {"sources": []})
    assert said == "A randomised trial of Amber in people with pain: there is none in the evidence."


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        ({"point": 3.0, "low": 1.2, "high": 9.0}, RAISED),
        ({"point": 0.2, "low": 0.1, "high": 0.8}, LOWERED),
        ({"point": 1.0, "low": 0.6, "high": 1.9}, NOT_RAISED),
        ({"point": 1.0, "low": 0.4, "high": 2.5}, TOO_FEW),
        ({"point": None, "low": 0.4, "high": None}, TOO_FEW),
        ({"point": None, "low": None, "high": None}, TOO_FEW),
        (None, NO_COMPARISON),
    ],
)
def test_verdicts_on_a_condition(ratio: dict[str, Any] | None, verdict: str) -> None:
    found, why = judge_comparison([1, 2, 3, 4, 5, 6, 7, 8], ratio, "itch")
    assert found == verdict
    assert "1 of 3 with the condition, 3 of 7 without it" in why


def test_a_condition_of_a_listing_is_not_taken_for_the_product(example: ModuleType) -> None:
    caers, listing = example.build_claims()["conditions"][0]["sources"]
    assert (caers["verdict"], listing["verdict"]) == (RAISED, NO_COMPARISON)
    assert listing["others"] is listing["ratio"] is None
    assert caers["ratio"]["low"] > 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (ClaimEvidence("foot-trail", "trial", "supports"), "no evidence row “foot-trail”.*“foot-trial”"),
        (
            ClaimEvidence("foot-survey", "trial", "supports"),
            "kind survey and cannot stand on the line “trial”.*“survey”",
        ),
    ],
)
def test_rows_that_there_are_not_or_that_are_something_else(
    example: ModuleType, entry: ClaimEvidence, said: str
) -> None:
    plan = example.make_plan(
        claims=(Claim("feet", "It helps.", "benefit", evidence=(entry,)),), conditions=(), effects=()
    )
    with pytest.raises(InvalidStudy, match=said):
        judge_claims(plan, {}, example.make_findings(), example.LIBRARY)
    with pytest.raises(InvalidStudy, match="No evidence on this product is at hand"):
        judge_claims(plan, {}, example.make_findings(), None)


def test_a_study_without_claims_has_no_section(example: ModuleType) -> None:
    plan = example.make_plan(claims=(), conditions=(), effects=())
    assert judge_claims(plan, {}, example.make_findings(), None) is None


def test_the_page_prints_the_rubric_and_every_rule_as_they_are(project_root: Path) -> None:
    page = (project_root / "docs" / "explanation" / "claims.md").read_text("utf-8")
    for rule in RULES:
        assert f"| `{rule.id}` | {', '.join(rule.about)} | {rule.when} | {CONCLUSIONS[rule.conclusion]} |" in page
    for name, (certainty, why) in STARTS.items():
        assert f"(`{name}`) | {certainty} | {why} |" in page
    for limit, means in LIMITS.items():
        assert f"| `{limit}` | {means} |" in page
    for name, kinds in LINE_KINDS.items():
        assert f"| `{name}` | {', '.join(kinds)} |" in page


@pytest.mark.parametrize(
    ("effect", "error", "said"),
    [
        (Effect("e", "favourable", "T", "D", "feet", "I", row="foot-trail"), InvalidStudy, "effect e.*“foot-trial”"),
        (
            Effect("e", "favourable", "T", "D", "feet", "I", row="foot-trial", product_figures=("wiht",)),
            InvalidEvidence,
            "no figure “wiht”.*with, without",
        ),
    ],
)
def test_effects_cite_rows_and_figures_that_there_are(
    example: ModuleType, effect: Effect, error: type[Exception], said: str
) -> None:
    study = example.make_plan(claims=(Claim("feet", "It helps.", "benefit"),), conditions=(), effects=(effect,)).study
    with pytest.raises(error, match=said):
        check_rows(study, example.LIBRARY)


def test_rows_on_the_topics_of_a_claim_that_it_does_not_cite(
    example: ModuleType, judged: dict[str, dict[str, Any]]
) -> None:
    assert [row["row"] for row in judged["sore-feet"]["uncited"]] == ["yellow-series", "no-cohort"]
    assert judged["jaundice"]["uncited"] == []
    claim = Claim("feet", "It helps.", "benefit", topics=("footwear",))
    with pytest.raises(InvalidStudy, match=r"“footwear” is no topic.*Known are chronic-pain"):
        check_rows(example.make_plan(claims=(claim,), conditions=(), effects=()).study, example.LIBRARY)
