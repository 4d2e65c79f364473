"""The lists that came with the program: every medicine has a source, and its name means what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phytovigil.evidence.loading import load_evidence
from phytovigil.evidence.medicines import load_medicines
from phytovigil.evidence.medicines.loading import find_product
from phytovigil.evidence.medicines.matching import find_rules, holds_for
from phytovigil.schema.diary import RISKS
from phytovigil.schema.medicines import MEMBER_READINGS, RISK, ClassMember, MedicineClass, MedicineLists, ProductRules
from phytovigil.vocabulary import ProductVocabulary, load_products

LISTED = 576
NAMES_WITHOUT_NODE = 64
GENERAL_KNOWLEDGE = 143
ORDERS = re.compile(
    r"\b(stop taking|do not take|don't take|take less|take more|reduce|lower the dose|halve|skip)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def lists() -> MedicineLists:
    return load_medicines()


@pytest.fixture(scope="module")
def products() -> ProductVocabulary:
    return load_products()


@pytest.fixture(scope="module")
def kratom(lists: MedicineLists) -> ProductRules:
    found = find_product(lists, "kratom")
    assert found is not None
    return found


def members(lists: MedicineLists) -> list[tuple[MedicineClass, ClassMember]]:
    return [(one, member) for one in lists.classes for member in one.members]


def test_every_member_has_a_source_that_can_be_found_and_says_how_it_was_read(lists: MedicineLists) -> None:
    for belongs, member in members(lists):
        source = member.source
        assert source.doi or source.url or source.pmid or source.journal, (belongs.id, member)
        assert member.reading in MEMBER_READINGS
        # A row of a table counts as read only where the source says that a table or more of it was opened.
        if member.reading in ("table", "full text"):
            assert source.read == member.reading, (belongs.id, member.node or member.name)


def test_how_many_are_listed_and_how_many_are_general_knowledge(lists: MedicineLists) -> None:
    """A list that shrinks, or a rise of what nobody read, shall be seen."""
    found = members(lists)
    assert len(found) == LISTED
    assert sum(member.reading == "recalled" for _, member in found) <= GENERAL_KNOWLEDGE


def test_every_node_is_in_the_vocabulary(lists: MedicineLists, products: ProductVocabulary) -> None:
    nodes = [(one.id, name) for one, member in members(lists) for name in (member.node, *member.without) if name]
    assert [place for place in nodes if place[1] not in products.positions] == []


def test_names_without_a_node_are_unknown_to_the_vocabulary(lists: MedicineLists, products: ProductVocabulary) -> None:
    """A name that the vocabulary knows has to be given as its node, or the two would be told apart."""
    names = [member.name for _, member in members(lists) if member.name]
    assert len(names) == NAMES_WITHOUT_NODE
    for name in names:
        assert products.resolve(name) == ()
        assert re.fullmatch("[a-z ]{6,}", name), name


def test_every_member_of_every_class_has_a_rule_for_kratom(
    lists: MedicineLists, products: ProductVocabulary, kratom: ProductRules
) -> None:
    for belongs, member in members(lists):
        above = (
            {products.nodes[place].id for place in products.ancestors(products.positions[member.node])}
            if (member.node)
            else set()
        )
        held = [rule.id for rule in find_rules(kratom, belongs.id) if holds_for(rule, member.degree, above)]
        assert len(held) == 1, (belongs.id, member.node or member.name, held)


def test_every_risk_has_a_rule_for_kratom(kratom: ProductRules) -> None:
    assert {rule.about for rule in kratom.rules if rule.about.startswith(RISK)} == {f"{RISK}{name}" for name in RISKS}


def test_the_rules_rest_on_rows_that_there_are(kratom: ProductRules) -> None:
    library = load_evidence("kratom")
    for rule in kratom.rules:
        for row in rule.rows:
            library.row(row)
        for row, figure, _ in rule.figures:
            library.row(row).figure(figure)


def test_a_figure_is_called_measured_only_where_people_were_measured(kratom: ProductRules) -> None:
    library = load_evidence("kratom")
    for rule in kratom.rules:
        for row, figure, basis in rule.figures:
            kind, label = library.row(row).kind, library.row(row).figure(figure).label
            if basis == "measured":
                assert kind in ("interaction", "pharmacokinetics"), (rule.id, figure)
            if "model" in label or label.startswith("R1"):
                assert basis == "model", (rule.id, figure)


def test_the_measured_dose_is_that_of_its_row(kratom: ProductRules) -> None:
    measured = kratom.measured
    assert measured is not None
    row = load_evidence("kratom").row(measured.row)
    assert f"one dose of {measured.amount:g} {measured.unit} kratom tea" in row.population
    assert measured.nodes == ("kratom-leaf",)


def test_no_rule_gives_orders_on_dosing(kratom: ProductRules) -> None:
    for rule in kratom.rules:
        assert not ORDERS.search(rule.said + rule.why), rule.id


def test_figures_in_texts_come_from_rows(kratom: ProductRules) -> None:
    """Beside doses, limits of alerts and days in words, no text holds a number of its own."""
    names = r"CYP\w+|5-HT\w+|7-hydroxy\w+|IC50|R1"
    allowed = re.compile(rf"\{{[^{{}}]+\}}|{names}|from 1\.02|from 11|2 g|100 regular users|100 controls")
    for rule in kratom.rules:
        for text in (rule.said, rule.why, rule.for_clinician):
            assert not re.search(r"\d", allowed.sub("", text)), (rule.id, text)


def test_the_reference_page_gives_the_true_numbers(lists: MedicineLists, project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "follow" / "interactions.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| .+ \| (\d+ \| \d+ \| \d+) \|$", page, re.MULTILINE))
    assert rows == {
        one.id: f"{len(one.members)} | {sum(member.reading != 'recalled' for member in one.members)}"
        f" | {sum(not member.node for member in one.members)}"
        for one in lists.classes
    }
