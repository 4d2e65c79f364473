"""What holds for every linkage, whatever the reports."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.linkage.clusters import complete_link
from phytovigil.linkage.fields import DIFFERENT, NEAR, SAME
from phytovigil.linkage.hit_miss import FieldModel
from phytovigil.linkage.linking import link_records
from phytovigil.linkage.records import CODED, NO_DAY, Records, gather_items

PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 1)).filter(lambda row: row[0] < row[1]),
    unique_by=lambda row: row[:2],
)
FEW_PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1]), max_size=4
)


@given(PAIRS, FEW_PAIRS)
def test_every_two_of_a_group_are_suspected_and_none_is_barred(rows, apart):
    left, right, probability = (np.array([row[side] for row in rows]) for side in range(3))
    groups = complete_link(left.astype(int), right.astype(int), probability.astype(float), 0.6, apart=apart)
    sure = {(one, other) for one, other, likely in rows if likely >= 0.6} - set(apart)
    members = [record for group in groups for record in group]
    assert len(members) == len(set(members))
    for group in groups:
        assert all(pair in sure for pair in combinations(group, 2))
    alone = {record for pair in sure for record in pair} - set(members)
    assert not any(pair in sure for pair in combinations(sorted(alone), 2))


@given(PAIRS, FEW_PAIRS)
def test_pairs_decided_to_be_the_same_share_a_group(rows, together):
    left, right, probability = (np.array([row[side] for row in rows]) for side in range(3))
    groups = complete_link(left.astype(int), right.astype(int), probability.astype(float), 0.6, together=together)
    assert all(any({*pair} <= set(group) for group in groups) for pair in together)


@given(st.floats(0.001, 0.5), st.floats(1e-6, 0.5), st.floats(1e-6, 0.5))
def test_rarer_values_weigh_more_and_differences_weigh_against(miss, one, other):
    model = FieldModel(1 - miss, (), miss, ())
    rare, common = sorted((one, other))
    bits = model.bits(np.array([SAME, SAME, DIFFERENT, 0]), np.array([rare, common, 0.1, 0.1]))
    assert bits[0] >= bits[1] > 0 > bits[2]
    assert bits[3] == 0


@given(st.floats(0.01, 0.3), st.floats(0.01, 0.3), st.floats(0.01, 0.5))
def test_a_near_value_is_never_worse_than_a_different_one(near, miss, unrelated):
    model = FieldModel(1 - near - miss, (near,), miss, (unrelated,))
    bits = model.bits(np.array([NEAR, DIFFERENT]), np.array([0.1, 0.1]))
    assert bits[0] > bits[1]


@st.composite
def small_worlds(draw):
    """Up to 40 reports with few drugs and reactions, so that many look alike."""
    number = draw(st.integers(2, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    listed = sorted({(at, kind, int(random.integers(5))) for at in range(number) for kind in (0, 1) for _ in range(2)})
    rows = np.array(listed)
    day = random.integers(15_000, 15_004, number)
    dated = random.random(number) < 0.7
    return Records(
        report=np.arange(number, dtype=np.int64),
        event_day=np.where(dated, day, NO_DAY).astype(np.int32),
        event_precision=np.where(dated, 3, 0).astype(np.int8),
        received=(day + random.integers(0, 5, number)).astype(np.int32),
        age=np.where(random.random(number) < 0.5, random.integers(20, 24, number), np.nan).astype(np.float32),
        weight=np.full(number, np.nan, np.float32),
        codes={name: random.integers(-1, 3, number).astype(np.int32) for name in CODED},
        items=gather_items(rows[:, 0], rows[:, 1], rows[:, 2], number),
    )


@given(small_worlds())
@settings(max_examples=15, deadline=None)
def test_links_are_pairs_once_with_probabilities_and_finite_weights(records):
    links = link_records(records).links
    pairs = list(zip(links.left.tolist(), links.right.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert all(0 <= left < right < records.number for left, right in pairs)
    assert ((links.probability > 0) & (links.probability <= 1)).all()
    assert all(np.isfinite(bits).all() for bits in (links.weight, links.correction, *links.weights.values()))
