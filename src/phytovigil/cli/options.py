"""Options that several commands share, and the scope that they make together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from phytovigil.schema.selection import Selection
    from phytovigil.study import Origin, Where, Workspace

SELECTION = "Which cases"


def complete_product(incomplete: str) -> list[str]:
    """Product ids that start with what is typed."""
    from phytovigil.vocabulary import load_products

    return [node.id for node in load_products().nodes if node.id.startswith(incomplete.lower())]


def complete_group(incomplete: str) -> list[str]:
    """Reaction groups that start with what is typed."""
    from phytovigil.vocabulary import load_reactions

    return [group.name for group in load_reactions().groups if group.name.startswith(incomplete.lower())]


def complete_source(incomplete: str) -> list[str]:
    """Sources that start with what is typed."""
    from phytovigil.sources import SOURCES

    return [name for name in SOURCES if name.startswith(incomplete)]


def complete_measure(incomplete: str) -> list[str]:
    """Measures that start with what is typed."""
    from phytovigil.signals.registry import MEASURES

    return [name for name in MEASURES if name.startswith(incomplete)]


def complete_test(incomplete: str) -> list[str]:
    """Tests that start with what is typed."""
    from phytovigil.signals.registry import STATISTICS

    return [name for name in STATISTICS if name.startswith(incomplete)]


def complete_rule(incomplete: str) -> list[str]:
    """Rules that start with what is typed."""
    from phytovigil.signals.registry import RULES

    return [name for name in RULES if name.startswith(incomplete)]


def complete_schema(incomplete: str) -> list[str]:
    """Schemas that start with what is typed."""
    from phytovigil.study.contract import schema_names

    return [name for name in schema_names() if name.startswith(incomplete)]


SnapshotOption = Annotated[
    Path | None, typer.Option("--snapshot", metavar="FOLDER", help="Run on this snapshot instead of the store.")
]
StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FOLDER", help="Folder of the store [default: $PHYTOVIGIL_STORE or the user data folder]."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="Data set, as in `sources`.", autocompletion=complete_source),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use only releases up to this date (2019-12-31) or quarter (2019Q4)."),
]
ProductOption = Annotated[
    str,
    typer.Option(
        "--product",
        metavar="NAME",
        help="Product of the vocabulary, or a name as reported.",
        autocompletion=complete_product,
    ),
]
ReactionOption = Annotated[
    str,
    typer.Option(
        "--reaction",
        metavar="NAME",
        help="Reaction group, GROUP/broad, or a TERM as reported.",
        autocompletion=complete_group,
    ),
]
RoleOption = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="suspect (or interacting), any, or primary (in FAERS ASCII).",
        rich_help_panel=SELECTION,
    ),
]
SexOption = Annotated[list[str], typer.Option("--sex", metavar="SEX", help="female, male or unknown; may be repeated.")]
AgeOption = Annotated[
    list[str], typer.Option("--age", metavar="BAND", help="Age band such as 18-44 or 75+; may be repeated.")
]
FormatOption = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, csv, json or parquet.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write to this file instead of the terminal.")
]
YearsOption = Annotated[
    str | None, typer.Option("--years", metavar="FIRST-LAST", help="Years of receipt, such as 2014-2017.")
]
SeriousOption = Annotated[bool | None, typer.Option("--serious/--not-serious", help="Only serious, or not serious.")]
ReporterOption = Annotated[
    list[str], typer.Option("--reporter", metavar="KIND", help="Kind of reporter; may be repeated.")
]
CountryOption = Annotated[list[str], typer.Option("--country", metavar="CODE", help="Country code; may be repeated.")]
ClassOption = Annotated[
    list[str],
    typer.Option("--product-class", metavar="CODE", help="The source's product class, by code (54); may be repeated."),
]
WithOption = Annotated[
    list[str],
    typer.Option("--with", metavar="PRODUCT", help="Only cases that also name it.", autocompletion=complete_product),
]
WithoutOption = Annotated[
    list[str],
    typer.Option("--without", metavar="PRODUCT", help="No case that also names it.", autocompletion=complete_product),
]


def workspace(store: Path | None, memory: str | None = None, **reading: Any) -> Workspace:
    """The workspace of a command. reading : vocabulary and pair_decisions, where the command takes them."""
    from phytovigil.study import open_workspace

    return open_workspace(store, memory, **reading)


def parse_years(years: str | None) -> tuple[int, int] | None:
    """First and last year of "2014-2017" or "2014".

    >>> parse_years("2014-2017"), parse_years("2014")
    ((2014, 2017), (2014, 2014))
    """
    from phytovigil.errors import InvalidRequest

    if years is None:
        return None
    first, _, last = years.partition("-")
    if not first.isdigit() or not (last.isdigit() or not last):
        raise InvalidRequest(f"“{years}” is no range of years.", "Write it as 2014-2017.")
    return int(first), int(last or first)


AmongOption = Annotated[
    list[str],
    typer.Option(
        "--among",
        metavar="PRODUCT",
        help="Only cases of these products (active comparators).",
        autocompletion=complete_product,
    ),
]
IndicationOption = Annotated[
    list[str],
    typer.Option("--indication", metavar="TEXT", help="Only cases with a product used for it; may be repeated."),
]
LiteratureOption = Annotated[
    bool | None,
    typer.Option("--literature/--no-literature", help="Only cases with, or without, a literature reference."),
]
WithoutReporterOption = Annotated[
    list[str],
    typer.Option("--without-reporter", metavar="KIND", help="No case from this kind of reporter; may be repeated."),
]
LikelyNamesOption = Annotated[
    bool, typer.Option("--likely-names", help="Also count names that are likely the product's: repaired misspellings.")
]
FoldOption = Annotated[bool, typer.Option("--fold-duplicates", help="Count cases that are suspected to be one as one.")]
PairDecisionsOption = Annotated[
    Path | None,
    typer.Option("--pair-decisions", metavar="FILE", help="A person's decisions on suspected duplicates (CSV)."),
]
VocabularyOption = Annotated[
    str | None,
    typer.Option(
        "--vocabulary", metavar="VERSION", help="Version of the product names, or your own vocabulary folder."
    ),
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", metavar="AMOUNT", help="Memory it may use, as 2GB [default: half of the machine's]."),
]
MeasureOption = Annotated[
    list[str],
    typer.Option(
        "--measure", metavar="NAME", help="Measure, such as ebgm; may be repeated.", autocompletion=complete_measure
    ),
]
TestOption = Annotated[
    list[str],
    typer.Option("--test", metavar="NAME", help="Test, such as fisher; may be repeated.", autocompletion=complete_test),
]
RuleOption = Annotated[
    str,
    typer.Option(
        "--rule", metavar="NAME", help="Rule that calls a pair a signal, such as eb05.", autocompletion=complete_rule
    ),
]
LevelOption = Annotated[
    float | None,
    typer.Option("--level", metavar="LEVEL", help="Level of the intervals shown [default: each measure's usual]."),
]
AdjustOption = Annotated[
    str, typer.Option("--adjust", metavar="METHOD", help="Adjust p-values for their number: bh or by.")
]
StratumOption = Annotated[
    list[str],
    typer.Option(
        "--stratum",
        metavar="NAME",
        help="Sum expected cases over sex, age, year, country, reporter or serious; may be repeated.",
    ),
]
NO_NAMES: list[str] = []


def given(**options: list[str]) -> dict[str, tuple[str, ...]]:
    """The lists of names that were given at all; the others keep the default of what is called.

    >>> given(measures=["ic"], tests=[])
    {'measures': ('ic',)}
    """
    return {name: tuple(values) for name, values in options.items() if values}


@dataclass(frozen=True)
class Place:
    """Where a command looks: a store and how it is read, a source and a date. `json`: how it shall answer."""

    source: str | None
    as_of: str | None
    vocabulary: str | None
    pair_decisions: Path | None
    memory: str | None
    store: Path | None
    json: bool

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of the command."""
        return workspace(self.store, self.memory, vocabulary=self.vocabulary, pair_decisions=self.pair_decisions)

    @property
    def origin(self) -> Origin:
        """What every question to a source takes."""
        return {"source": self.source, "as_of": self.as_of}

    def show(self, answer: dict[str, Any], printer: Callable[[dict[str, Any]], None]) -> None:
        """Print an answer, as JSON if that is wanted."""
        from phytovigil.cli.printing import emit

        emit(answer, self.json, printer)


@dataclass(frozen=True)
class Scope(Place):
    """A place, and which cases of it. Names of products in `selection` are as typed; `where` understands them."""

    selection: Selection

    @property
    def where(self) -> Where:
        """What every question about cases takes: source, date and cases."""
        return {**self.origin, "selection": self.workspace.understand(self.selection)}


def make_place(
    pair_decisions: PairDecisionsOption = None,
    vocabulary: VocabularyOption = None,
    source: SourceOption = None,
    as_of: AsOfOption = None,
    memory: MemoryOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> Place:
    """The place that the options describe."""
    return Place(source, as_of, vocabulary, pair_decisions, memory, store, json)


def make_selection(
    role: RoleOption = "suspect",
    sex: SexOption = NO_NAMES,
    age: AgeOption = NO_NAMES,
    years: YearsOption = None,
    serious: SeriousOption = None,
    reporter: ReporterOption = NO_NAMES,
    country: CountryOption = NO_NAMES,
    product_class: ClassOption = NO_NAMES,
    with_products: WithOption = NO_NAMES,
    without_products: WithoutOption = NO_NAMES,
    among: AmongOption = NO_NAMES,
    indication: IndicationOption = NO_NAMES,
    literature: LiteratureOption = None,
    without_reporter: WithoutReporterOption = NO_NAMES,
    likely_names: LikelyNamesOption = False,
    fold_duplicates: FoldOption = False,
) -> Selection:
    """The selection that the options describe, its products named as typed."""
    from phytovigil.schema.selection import Selection

    return Selection(
        role=role,
        sex=tuple(sex),
        age=tuple(age),
        years=parse_years(years),
        serious=serious,
        reporter=tuple(reporter),
        country=tuple(country),
        category=tuple(product_class),
        with_products=tuple(with_products),
        without_products=tuple(without_products),
        among=tuple(among),
        indication=tuple(indication),
        names="likely" if likely_names else "certain",
        duplicates="folded" if fold_duplicates else "kept",
        literature=literature,
        without_reporter=tuple(without_reporter),
    )


def make_scope(**options: Any) -> Scope:
    """The scope that the options of `make_selection` and `make_place` describe."""
    placed = {entry.name: options.pop(entry.name) for entry in described_parameters(make_place)}
    return Scope(**vars(make_place(**placed)), selection=make_selection(**options))


def takes_scope(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where to look and in which cases; it gets them as its argument `scope`."""
    return gather_options(command, "scope", make_scope, make_selection, make_place)


def takes_place(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where to look; it gets them as its argument `place`."""
    return gather_options(command, "place", make_place, make_place)


def gather_options(
    command: Callable[..., None], argument: str, make: Callable[..., Place], *described: Callable[..., Any]
) -> Callable[..., None]:
    """A command with the parameters of `described` as further options, listed after its own.

    It gets what `make` makes of them as one argument.
    """
    options = [entry for function in described for entry in described_parameters(function)]
    own = [entry for entry in described_parameters(command) if entry.name != argument]
    names = [entry.name for entry in options]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        made = make(**{name: given.pop(name) for name in names})
        command(**given, **{argument: made})

    # Typer reads the signature of what is wrapped, unless there is nothing wrapped to be seen.
    del run.__dict__["__wrapped__"]
    run.__dict__["__signature__"] = inspect.Signature([*own, *options])
    run.__annotations__ = {entry.name: entry.annotation for entry in (*own, *options)}
    return run


def described_parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function with what their annotations mean."""
    hints = get_type_hints(function, localns={"Selection": object}, include_extras=True)
    return [
        entry.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, entry in inspect.signature(function).parameters.items()
    ]
