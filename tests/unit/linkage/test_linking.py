"""The whole linkage, on a small world whose duplicates are known."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from phytovigil.linkage.completeness import score_completeness
from phytovigil.linkage.fields import FIELDS, position
from phytovigil.linkage.learning import LinkModel
from phytovigil.linkage.linking import Linkage, link_records, shown_fields, weigh_pairs
from phytovigil.linkage.records import CODED, LISTS, make_records
from phytovigil.linkage.remembering import describe_model, recall_model


@pytest.fixture(scope="module")
def linkage(world) -> Linkage:
    return link_records(world.records)


def sure_pairs(linkage: Linkage, least: float = 0.95) -> set[tuple[int, int]]:
    links = linkage.links
    sure = links.probability >= least
    return set(zip(links.left[sure].tolist(), links.right[sure].tolist(), strict=True))


def test_most_duplicates_are_found_and_nearly_all_that_is_found_is_right(world, linkage):
    found = sure_pairs(linkage)
    assert len(found & world.pairs) / len(found) >= 0.97
    assert len(found & world.pairs) / len(world.pairs) >= 0.85


def test_probabilities_add_up_to_the_number_that_is_right(world, linkage):
    links = linkage.links
    pairs = zip(links.left.tolist(), links.right.tolist(), strict=True)
    right = sum(pair in world.pairs for pair in pairs)
    assert links.probability.sum() == pytest.approx(right, rel=0.1)


def test_a_batch_of_look_alikes_is_not_one_event(world, linkage):
    stories = world.records.items
    rows = [tuple(stories.item[stories.start[at] : stories.start[at + 1]].tolist()) for at in range(6000)]
    batch = max(set(rows), key=rows.count)
    assert rows.count(batch) >= 30
    members = {at for at, row in enumerate(rows) if row == batch and np.isnan(world.records.age[at])}
    inside = {pair for pair in sure_pairs(linkage) if set(pair) <= members}
    assert not inside - world.pairs


def test_prior_and_shares_are_those_of_the_world(world, linkage):
    model = linkage.model
    pairs = 6000 * 5999 / 2
    assert 2**model.prior * pairs == pytest.approx(len(world.pairs), rel=0.12)
    event = model.fields[position("event_date")]
    assert event.hit == pytest.approx(0.85 + 0.15 / 13, abs=0.06)
    reporter = model.fields[position("reporter")]
    assert reporter.miss == pytest.approx(0.3, abs=0.09)


def test_weights_add_up(linkage):
    links = linkage.links
    total = sum(links.weights.values())
    np.testing.assert_allclose(total, links.weight, atol=1e-9)
    odds = np.log2(links.probability) - np.log2(1 - links.probability)
    whole = linkage.model.prior + links.weight + links.correction
    inside = links.probability < 1 - 1e-9
    np.testing.assert_allclose(whole[inside], odds[inside], atol=1e-4)


def test_every_shown_field_has_a_weight_and_words(linkage):
    links = linkage.links
    assert list(links.weights) == list(links.agreement) == shown_fields()
    assert set(shown_fields()) == {*LISTS, *(field.name for field in FIELDS)} - {"received_with_event"}
    assert all(len(words) == len(links.left) for words in links.agreement.values())
    assert "not given" in links.agreement["weight"]
    blank = [at for at, word in enumerate(links.agreement["age"]) if word == "not given"]
    assert blank
    assert not links.weights["age"][blank].any()


def test_same_input_gives_same_bytes(world, linkage):
    again = link_records(world.records).links
    for field in ("left", "right", "weight", "probability", "look_alikes", "correction"):
        assert getattr(again, field).tobytes() == getattr(linkage.links, field).tobytes()


def test_progress_ends_with_the_records(world):
    told: list[tuple[int, int]] = []
    link_records(world.records, lambda done, total: told.append((done, total)))
    assert told
    assert all(0 < done <= total == 6000 for done, total in told)


def test_the_model_is_remembered(linkage):
    recalled = recall_model(describe_model(linkage.model))
    for field in fields(LinkModel):
        assert getattr(recalled, field.name) == getattr(linkage.model, field.name)


def test_a_pair_is_weighed_the_same_alone(world, linkage):
    links = linkage.links
    chosen = np.arange(0, len(links.left), 7)
    alone = weigh_pairs(world.records, linkage.model, links.left[chosen], links.right[chosen])
    np.testing.assert_allclose(alone.weight, links.weight[chosen], atol=1e-9)


@pytest.mark.parametrize("reports", [0, 1, 2])
def test_reports_that_tell_nothing_are_no_pair(records_of, reports):
    nobody = link_records(records_of([{}] * reports))
    assert len(nobody.links.left) == 0
    assert nobody.compared == 0


def test_completeness_counts_what_is_told(records_of):
    full = {
        "event_day": 17_000, "age": 40, "sex": 1, "country": 0, "reporter": 2, "outcomes": 1, "drugs": [1],
        "reactions": [2], "indications": [3],
    }  # fmt: skip
    without_age = {name: value for name, value in full.items() if name != "age"}
    month = {**full, "precision": 2}
    scores = score_completeness(records_of([full, without_age, month, {}]))
    assert scores.tolist() == pytest.approx([1.0, 0.7, 0.9, 0.5 * 0.7 * 0.7 * 0.7 * 0.9 * 0.9 * 0.7])


def test_no_rows_are_no_records():
    nobody = make_records([], [], np.empty(0, np.int32))
    assert nobody.number == 0
    assert set(nobody.codes) == set(CODED)
