"""Names of squares, and files of measured values."""

from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, UnknownName, UnreadableFile
from phytovigil.followup.skin import name_square, parse_grid, read_card_values
from phytovigil.followup.skin.error_model import describe_error_model, load_error_model
from phytovigil.schema.card import card_layout
from phytovigil.schema.skin import METHOD

COLOURS = card_layout().colours


def test_every_square_is_named_and_read_back() -> None:
    names = [f"{letter}{row}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXY" for row in range(1, 26)]
    assert [name_square(*parse_grid(name)) for name in names] == names
    assert len({parse_grid(name) for name in names}) == 625


@pytest.mark.parametrize("text", ["", "Z1", "A0", "A26", "4D", "AA1", "A1.5", "-", "A１x"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="no square"):
        parse_grid(text)


def test_values_from_toml_and_csv(tmp_path: Path) -> None:
    lines = [f'card = "{card_layout().id}"', 'source = "colorimeter"', "[lab]"]
    lines += [f"{name} = {list(lab)}" for name, lab in COLOURS.items()]
    (tmp_path / "card.toml").write_text("\n".join(lines))
    read = read_card_values(tmp_path / "card.toml")
    assert dict(read.labs) == dict(COLOURS)
    assert read.source == "colorimeter"
    rows = ["colour,L,a,b", *(f"{name},{lab[0]},{lab[1]},{lab[2]}" for name, lab in COLOURS.items())]
    (tmp_path / "card.csv").write_text("\n".join(rows))
    assert dict(read_card_values(tmp_path / "card.csv").labs) == dict(COLOURS)


@pytest.mark.parametrize(
    ("name", "text", "error", "says"),
    [
        ("a.toml", "no = ", UnreadableFile, "no TOML"),
        ("a.toml", "card = 1", UnreadableFile, "no table lab"),
        ("a.toml", 'card = "phytovigil-1"\n[lab]\nred = [1, 2]', InvalidRequest, "red"),
        ("a.toml", 'card = "phytovigil-1"\n[lab]\nblood = [1, 2, 3]', UnknownName, "blood"),
        ("a.csv", "x,y\n1,2", UnreadableFile, "columns"),
        ("a.csv", "colour,L,a,b\nred,1,2,x", InvalidRequest, "red"),
        ("a.csv", "colour,L,a,b\nred,1,2,3\nred,1,2,3", InvalidRequest, "twice"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    tmp_path: Path, name: str, text: str, error: type[Exception], says: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(error, match=says):
        read_card_values(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_card_values(tmp_path / "none.toml")


def test_the_error_model_is_of_the_present_method_and_keeps_its_bar() -> None:
    model = load_error_model()
    assert model.method == METHOD
    measured = model.find("measured")
    assert measured is not None
    assert measured.median <= 2.0
    assert measured.percentile_95 <= 4.0
    said = describe_error_model()
    assert model.dated in said
    assert "not known" in said
