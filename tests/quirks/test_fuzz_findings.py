"""What fuzzing the readers has found, one line each; see fuzz/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from phytovigil.errors import UnreadableFile

LISTING = (
    "Case ID,Suspect Product Names,Suspect Product Active Ingredients,Reactions,Serious,Outcomes,Sex,"
    "Latest FDA Received Date,Patient Age,Initial FDA Received Date"
)


def test_a_heading_of_a_listing_with_a_lone_carriage_return(whole, tmp_path: Path):
    (tmp_path / "listing.csv").write_bytes(LISTING.encode() + b",\rCountry\n7,Kratom\n")
    with pytest.raises(UnreadableFile, match="lacks the listing's columns case_id"):
        whole(tmp_path / "listing.csv")


def test_a_number_of_a_product_with_thousands_of_digits(whole, tmp_path: Path):
    (tmp_path / "INDI19Q1.txt").write_text(
        f"primaryid$caseid$indi_drug_seq$indi_pt\n100046943$10004694${'9' * 5000}$Pain\n"
        "100046943$10004694$000001$Itch\n"
    )
    found = whole(tmp_path / "INDI19Q1.txt")
    assert found.rows("report_indication", "seq", "indication") == [(None, "Pain"), (1, "Itch")]
    assert found.reasons == [(2, "value", "unknown-code")]
