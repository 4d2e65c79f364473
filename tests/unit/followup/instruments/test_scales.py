"""Scales and their bands, as their sources print them."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, UnknownName, UnreadableFile
from phytovigil.followup.instruments import find_scale, load_scales, name_band
from phytovigil.followup.instruments.scales import FILE
from phytovigil.schema.diary import Withdrawal

ITCH = ["no itch"] + ["mild itch"] * 3 + ["moderate itch"] * 4 + ["severe itch"] * 3
"""Bands of the ItchyQuant, 0 to 10: 0, 1–3, 4–7, 8–10."""


def test_bands_of_itch_are_as_printed() -> None:
    assert [name_band("itch", score) for score in range(11)] == ITCH


def test_withdrawal_has_no_bands_over_its_whole_range() -> None:
    assert {name_band("withdrawal", score) for score in range(65)} == {""}


def test_two_scales_share_initials_and_are_told_apart() -> None:
    scale = find_scale("withdrawal")
    assert "Handelsman 1987" in scale.name
    assert "Gossop" in scale.note
    assert scale.most == Withdrawal(items=(4,) * 16).score == 64


def test_scales_without_bands_say_what_matters() -> None:
    scales = load_scales()
    assert scales["pain"].important == "2 points, or 30 % of the value before"
    assert scales["peg"].important == "1.0 to 1.75 points"
    assert not scales["pain"].bands
    assert not scales["peg"].bands


def test_every_scale_cites_something_that_was_read() -> None:
    for scale in load_scales().values():
        assert any(source.basis == "seen" for source in scale.sources)


def test_a_score_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="0 to 10"):
        name_band("itch", 11)
    with pytest.raises(InvalidRequest, match="0 to 64"):
        name_band("withdrawal", -1)
    with pytest.raises(UnknownName, match="sows"):
        name_band("sows", 3)


def test_bands_with_a_gap_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace("from = 4, to = 7", "from = 5, to = 7"))
    with pytest.raises(UnreadableFile, match="cover 0 to 10 once"):
        load_scales(file)


def test_a_basis_that_is_not_known_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace('basis = "seen"', 'basis = "sen"', 1))
    with pytest.raises(UnreadableFile, match="Did you mean “seen”"):
        load_scales(file)
