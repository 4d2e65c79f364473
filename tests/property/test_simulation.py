"""What holds for every simulation, whatever is asked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.simulation import (
    Background,
    Changes,
    Confounder,
    LookAlikes,
    Parameters,
    PlantedLink,
    Truth,
    simulate,
)

SHARES = st.floats(0, 1)
LINKS = st.builds(PlantedLink, st.floats(0.1, 5.0), SHARES, st.floats(0, 0.2))
CHANGES = st.builds(
    Changes, reaction_recoded=SHARES, product_dropped=SHARES, product_added=SHARES, turned=SHARES,
    details_rewritten=SHARES, clustered=SHARES, per_cluster=st.floats(0.5, 5.0), most_days=st.integers(1, 400),
)  # fmt: skip
PARAMETERS = st.builds(
    Parameters,
    products=st.integers(10, 50),
    reactions=st.integers(10, 50),
    indications=st.just(10),
    firms=st.integers(10, 20),
    follow_up_share=st.floats(0, 0.4),
    skipped_version_share=SHARES,
    changed_share=SHARES,
    duplicate_share=SHARES,
    spelling_share=SHARES,
    deleted_share=SHARES,
    planted=st.lists(LINKS, max_size=3).map(tuple),
    confounder=st.none() | st.builds(Confounder, boost=st.floats(0.1, 9.0)),
    changes=st.none() | CHANGES,
    background=st.none() | st.builds(Background, conditions=st.integers(1, 9), items=st.integers(1, 9), tied=SHARES),
    alike=st.none() | st.just(LookAlikes(series_every=16, series_most=2, batch_every=30, batch_most=10)),
)
QUARTERS = st.lists(st.sampled_from(["2004Q2", "2012Q4", "2018Q4", "2019Q1", "2019Q2"]), min_size=1, unique=True)


@settings(max_examples=25, deadline=None)
@given(PARAMETERS, QUARTERS.map(sorted), st.integers(5, 80), st.integers(0, 2**63 - 1))
def test_every_simulation_is_whole(parameters: Parameters, quarters: list[str], reports: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "out"
        truth = simulate(root, reports=reports, quarters=quarters, seed=seed, parameters=parameters)
        written = {path.name[:4]: 0 for path in root.rglob("ascii/*")}
        for path in root.rglob("ascii/*"):
            written[path.name[:4]] += path.read_bytes().count(b"\n") - 1
    assert written["DEMO"] == reports
    assert written["DRUG"] >= reports
    assert written["REAC"] >= reports
    assert written["THER"] <= written["DRUG"] >= written["INDI"]
    check_truth(truth)


def check_truth(truth: Truth) -> None:
    assert truth.cases - len(truth.deleted) == truth.cases_left
    for pair in truth.pairs:
        assert all(sum(pair.counts[name]) == truth.cases_left for name in ("any_role", "suspect"))
        assert sum(pair.counts["suspect"][:2]) <= sum(pair.counts["any_role"][:2])
        assert pair.counts["any_role_exact_name"][0] <= pair.counts["any_role"][0]
    originals, copies = ({pair[side] for pair in truth.duplicates} for side in (0, 1))
    assert not originals & copies
    assert len(copies) == len(truth.duplicates)
    assert {tuple(sorted(pair)) for pair in truth.duplicates} <= set(truth.same_event)
    assert not copies & {case for _, _, case in truth.look_alikes}
