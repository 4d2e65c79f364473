"""`phytovigil products …`: what names stand for, which map to nothing, a person's decisions, and own dictionaries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil.cli.options import (
    AsOfOption,
    JsonOption,
    SourceOption,
    StoreOption,
    VocabularyOption,
    complete_product,
    workspace,
)

products_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Product names and what they stand for.")

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="Your own vocabulary folder.")]


@products_app.command("find")
def products_find(
    text: Annotated[str, typer.Argument(help="Part of a name.")],
    vocabulary: VocabularyOption = None,
    json: JsonOption = False,
) -> None:
    """Products of the vocabulary whose names resemble a text."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_products

    emit(workspace(None, vocabulary=vocabulary).products.find(text), json, print_products)


@products_app.command("explain")
def products_explain(
    text: Annotated[str, typer.Argument(help="A product name as reported.")],
    route: Annotated[str, typer.Option("--route", metavar="TEXT", help="Route of administration in the report.")] = "",
    form: Annotated[str, typer.Option("--form", metavar="TEXT", help="Dose form in the report.")] = "",
    country: Annotated[str, typer.Option("--country", metavar="CODE", help="Country of the report.")] = "",
    vocabulary: VocabularyOption = None,
    json: JsonOption = False,
) -> None:
    """What a reported product name is taken for, and what is refused, with the reasons."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_explanation
    from phytovigil.schema.vocabulary import Setting

    setting = Setting(route, form, country)
    emit(workspace(None, vocabulary=vocabulary).products.explain(text, setting), json, print_explanation)


@products_app.command("list")
def products_list(
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only of this kind.")] = None,
    vocabulary: VocabularyOption = None,
    json: JsonOption = False,
) -> None:
    """All products of the vocabulary, with the number of their names."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_list

    emit(workspace(None, vocabulary=vocabulary).products.list(kind), json, print_list)


@products_app.command("show")
def products_show(
    product: Annotated[str, typer.Argument(help="Id or name of a product.", autocompletion=complete_product)],
    vocabulary: VocabularyOption = None,
    json: JsonOption = False,
) -> None:
    """One product: its names with their sources, what is above and below it, what is refused for it."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_node

    emit(workspace(None, vocabulary=vocabulary).products.show(product), json, print_node)


@products_app.command("unmapped")
def products_unmapped(
    source: SourceOption = None,
    as_of: AsOfOption = None,
    most: Annotated[int, typer.Option("--most", metavar="NUMBER", min=0, help="Names of each kind to list.")] = 30,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Also write all of them: .csv, or .parquet.")
    ] = None,
    vocabulary: VocabularyOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Every reported name that maps to nothing, most cases first, beside what is mapped; nothing is dropped."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_unmapped

    with written("The table", out):
        answer = workspace(store, vocabulary=vocabulary).products.unmapped(
            source=source, as_of=as_of, most=most, out=out
        )
    emit(answer, json, print_unmapped)


@products_app.command("review")
def products_review(
    source: SourceOption = None,
    as_of: AsOfOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to decide in, such as names.csv.")
    ] = None,
    vocabulary: VocabularyOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Names that a person had better decide: likely, ambiguous, without context, near a known name."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_review

    with written("The file", out):
        answer = workspace(store, vocabulary=vocabulary).products.review(source=source, as_of=as_of, out=out)
    emit(answer, json, print_review)


@products_app.command("decide")
def products_decide(
    folder: FolderArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A review file with decisions in it.")],
    replace: Annotated[bool, typer.Option("--replace", help="New decisions take the place of older ones.")] = False,
    json: JsonOption = False,
) -> None:
    """Check the decisions of a review file and take them over into your own vocabulary folder."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_decided

    with written("The decisions", folder):
        answer = workspace(None).products.decide(folder, file, replace=replace)
    emit(answer, json, print_decided)


@products_app.command("dictionary")
def products_dictionary(
    folder: FolderArgument,
    rxnorm: Annotated[
        Path | None, typer.Option("--rxnorm", metavar="FOLDER", help="Unzipped RxNorm release (RXNCONSO.RRF).")
    ] = None,
    unii: Annotated[
        Path | None, typer.Option("--unii", metavar="FILE", help="FDA's UNII_Names file, or the folder of the list.")
    ] = None,
    atc: Annotated[
        Path | None, typer.Option("--atc", metavar="FILE", help="Table of ATC codes and names (CSV).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compile RxNorm, UNII and ATC files of your own download into your own vocabulary folder."""
    from phytovigil.cli.printing import emit
    from phytovigil.cli.printing_names import print_dictionary

    with written("The dictionary", folder):
        answer = workspace(None).products.dictionary(folder, rxnorm=rxnorm, unii=unii, atc=atc)
    emit(answer, json, print_dictionary)


def written(what: str, place: Path | None) -> Any:
    """Say in one line why a place cannot be written to, if one is named."""
    from contextlib import nullcontext

    from phytovigil.cli.writing import writing

    return nullcontext() if place is None else writing(what, place)
