"""`phytovigil follow card, site, photo, mark, preview, read-again`: the colour of the skin from photographs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from phytovigil.cli.follow.group import AtOption, DiaryOption, PassphraseOption, follow_app, open_diary
from phytovigil.cli.follow.writing_down import print_written
from phytovigil.cli.options import JsonOption

if TYPE_CHECKING:
    from phytovigil.schema.card import CardValues

ValuesOption = Annotated[
    Path | None,
    typer.Option("--values", metavar="FILE", help="Colours of your printed card, measured with an instrument."),
]
PhotoArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the photo's entry, or its last characters.")]


def load_values(file: Path | None) -> CardValues | None:
    """Measured values of a card, if a file of them is given."""
    if file is None:
        return None
    from phytovigil.followup.skin import read_card_values

    return read_card_values(file)


@follow_app.command("card")
def card(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="PDF to write.")] = Path("phytovigil-card.pdf"),
    paper: Annotated[str, typer.Option("--paper", metavar="SIZE", help="a4 or letter.")] = "a4",
    json: JsonOption = False,
) -> None:
    """Write the reference card to print: it lies on the skin in every photograph."""
    from phytovigil.cli.follow.giving import print_files
    from phytovigil.cli.printing import emit
    from phytovigil.cli.writing import writing
    from phytovigil.dossier.card import write_card
    from phytovigil.schema.card import card_layout
    from phytovigil.study.following.answers import answer_files

    with writing("The card", out):
        write_card(out, card_layout(), paper=paper)
    said = "Print it at 100 % on matt paper, check the ruler, cut out card and window, and always use the same print."
    emit(answer_files([(out, "reference card to print", False)], [said]), json, print_files)


@follow_app.command("site")
def site(
    name: Annotated[str, typer.Argument(help="Name of the site, such as cheek.")],
    role: Annotated[str, typer.Argument(help="exposed (sees the sun) or covered.")],
    where: Annotated[str, typer.Option("--where", metavar="TEXT", help="Where it is and how the card lies.")] = "",
    radius: Annotated[float, typer.Option("--radius", metavar="MM", help="Radius of the measured disc.")] = 6.0,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Name a place on the skin that is photographed again and again."""
    from phytovigil.cli.printing import emit
    from phytovigil.schema.diary import Site
    from phytovigil.study.following.answers import answer_entries

    content = Site(name=name, role=role, radius=radius, where=where)
    with open_diary(diary, passphrase) as opened:
        written = opened.add(content)
    emit(answer_entries([written]), json, print_written)


@follow_app.command("photo")
def photo(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Photographs: JPEG, PNG, TIFF or WebP.")],
    site: Annotated[str, typer.Option("--site", metavar="NAME", help="Site that they show.")],
    baseline: Annotated[bool, typer.Option("--baseline", help="They belong to the start: compare with them.")] = False,
    at: AtOption = "",
    values: ValuesOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Take in photographs with the card, and read the colour of the site."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_photos

    with open_diary(diary, passphrase) as opened:
        measured = load_values(values)
        added = [opened.add_photo(file, site, at, baseline=baseline, values=measured) for file in files]
    emit(answer_photos(added), json, print_photos)


@follow_app.command("mark")
def mark(
    id: PhotoArgument,
    place: Annotated[str, typer.Argument(help="Field of the preview's grid, such as K11.")],
    only_here: Annotated[bool, typer.Option("--only-here", help="For this photo alone.")] = False,
    values: ValuesOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Mark where the site lies, by a field of the preview's grid; once for all later photos."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_photos

    with open_diary(diary, passphrase) as opened:
        marked = opened.mark(id, place, only_here=only_here, values=load_values(values))
    emit(answer_photos([marked]), json, print_photos)


@follow_app.command("preview")
def preview(
    id: PhotoArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="PNG to write, NOT encrypted.")] = Path(
        "preview.png"
    ),
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Write a photo, straightened, with a grid and the measured disc, to see and mark."""
    from phytovigil.cli.follow.giving import print_files
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_files
    from phytovigil.study.following.sharing import write_private

    with open_diary(diary, passphrase) as opened:
        drawn = opened.preview(id)
    write_private(out, drawn, force=True)
    said = "The picture is private and not encrypted: delete it when you have seen it."
    emit(answer_files([(out, "preview of a photo", False)], [said]), json, print_files)


@follow_app.command("read-again")
def read_again(
    values: ValuesOption = None,
    diary: DiaryOption = None,
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Read every photo once more: by the method of this version, or with measured colours of the card."""
    from phytovigil.cli.printing import emit
    from phytovigil.study.following.answers import answer_photos

    with open_diary(diary, passphrase) as opened:
        again = opened.read_again(load_values(values))
    emit(answer_photos(again), json, print_photos)


def print_photos(answer: dict[str, Any]) -> None:
    """What was read from each photograph, or why it was refused."""
    from phytovigil.cli.printing import say

    for one in answer["photos"]:
        entry = one["entry"]
        say(f"Photo …{entry['short']}, {entry['at'].replace('T', ' ')}, {entry['content']['site']}:")
        if one["usable"]:
            lightness, red, yellow = one["lab"]
            error = f"; the card's own colours are met to ΔE00 {one['error']:.1f}" if one["error"] is not None else ""
            say(f"  L* {lightness:.1f}, a* {red:.1f}, b* {yellow:.1f} ({one['pixels']} pixels{error})")
        for refusal in one["refusals"]:
            say(f"  Not measured: {refusal['found']} {refusal['mend']}")
        for note in one["notes"]:
            say(f"  {note}")
    refused = sum(not one["usable"] for one in answer["photos"])
    if refused:
        say(f"{refused} of {len(answer['photos'])} photos are kept but not measured.")
    if answer["photos"] and refused < len(answer["photos"]):
        say(answer["error_model"])
