"""The commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phytovigil import __version__
from phytovigil.cli.claims import claims
from phytovigil.cli.compare import compare
from phytovigil.cli.evaluate import evaluate
from phytovigil.cli.evidence import evidence_app
from phytovigil.cli.examine import examine_app
from phytovigil.cli.follow import follow_app
from phytovigil.cli.options import (
    NO_NAMES,
    AdjustOption,
    AsOfOption,
    FormatOption,
    JsonOption,
    LevelOption,
    MeasureOption,
    OutOption,
    ProductOption,
    ReactionOption,
    RuleOption,
    Scope,
    SourceOption,
    StoreOption,
    StratumOption,
    TestOption,
    complete_schema,
    given,
    takes_scope,
    workspace,
)
from phytovigil.cli.products import products_app
from phytovigil.cli.reactions import reactions_app
from phytovigil.cli.screen import screen
from phytovigil.cli.series import cases_app
from phytovigil.cli.studies import snapshot, study, verify

app = typer.Typer(
    name="phytovigil",
    help="From the raw files of drug-safety regulators to an answer that a reviewer can check line by line.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
fetch_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Download raw files (the only use of a network)."
)
app.add_typer(products_app, name="products")
app.add_typer(reactions_app, name="reactions")
app.add_typer(fetch_app, name="fetch")
app.add_typer(examine_app, name="examine")
app.add_typer(cases_app, name="cases")
app.add_typer(evidence_app, name="evidence")
app.add_typer(follow_app, name="follow")


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        print(f"phytovigil {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Set the ground for every command."""


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or zips.")],
    source: SourceOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Date (2019-12-31) or quarter (2019Q4) of the release, if no file tells it."
        ),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="AMOUNT", help="Memory it may use, as 2GB [default: half of the machine's]."),
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take raw files into the store; every row is kept or quarantined with its reason."""
    from phytovigil.cli.ledgers import print_ingest
    from phytovigil.cli.printing import emit
    from phytovigil.cli.watching import watching

    opened = workspace(store, memory)
    with watching(json, together=True) as watch:
        ledger = opened.ingest(paths, source=source, as_of=as_of, progress=watch.progress, notice=watch.notice)
    emit(ledger, json, print_ingest)


@app.command()
def sources(json: JsonOption = False) -> None:
    """The data sets and file formats that can be read."""
    from phytovigil.cli.printing import emit, print_sources

    emit(workspace(None).sources(), json, print_sources)


@app.command()
def releases(
    verify: Annotated[bool, typer.Option("--verify", help="Compare every file of the store with its hash.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """The releases that the store holds."""
    from phytovigil.cli import report_error
    from phytovigil.cli.ledgers import print_releases
    from phytovigil.cli.printing import emit
    from phytovigil.errors import DamagedStore

    answer = workspace(store).releases(verify=verify)
    emit(answer, json, print_releases)
    if answer.get("damaged"):
        said = f"{len(answer['damaged'])} files of the store are damaged: {', '.join(answer['damaged'][:3])}."
        hint = "Take the raw files in again into a new store."
        report_error(f"{said} {hint}", DamagedStore.__name__, DamagedStore.exit_code, answered=True)
        raise typer.Exit(DamagedStore.exit_code)


@app.command()
def quarantine(
    source: SourceOption = None,
    as_of: AsOfOption = None,
    format: FormatOption = "table",
    out: OutOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Every row and every single value that was put aside, with file, line, reason and raw text."""
    from phytovigil.cli.exporting import check_format, export_table
    from phytovigil.cli.printing import print_quarantine
    from phytovigil.study import write_quarantine

    chosen = check_format(format, out, json)
    answer = workspace(store).quarantine(source=source, as_of=as_of)
    export_table(answer, chosen, out, print_quarantine, write_quarantine)


@app.command()
@takes_scope
def count(
    product: ProductOption,
    reaction: ReactionOption,
    scope: Scope,
    cases: Annotated[bool, typer.Option("--cases", help="List the cases that have both.")] = False,
    measures: MeasureOption = NO_NAMES,
    tests: TestOption = NO_NAMES,
    rule: RuleOption = "ic025",
    level: LevelOption = None,
    strata: StratumOption = NO_NAMES,
) -> None:
    """The 2×2 table of a product and a reaction, in distinct cases, with measures and a verdict."""
    from phytovigil.cli.printing import print_count

    asked: dict[str, Any] = {**given(measures=measures, tests=tests), "rule": rule, "level": level, "strata": strata}
    answer = scope.workspace.count(product, reaction, cases=cases, **scope.where, **asked)
    scope.show(answer, print_count)


@app.command()
@takes_scope
def signals(
    product: ProductOption,
    scope: Scope,
    min_cases: Annotated[
        int, typer.Option("--min-cases", metavar="NUMBER", min=1, help="Fewest cases of a reaction to list.")
    ] = 3,
    measures: MeasureOption = NO_NAMES,
    tests: TestOption = NO_NAMES,
    rule: RuleOption = "ic025",
    level: LevelOption = None,
    adjust: AdjustOption = "",
    strata: StratumOption = NO_NAMES,
    format: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Every reaction reported with a product, groups and single terms, with counts and measures."""
    from phytovigil.cli.exporting import check_format, export_table
    from phytovigil.cli.printing import print_signals
    from phytovigil.study import write_screen

    chosen = check_format(format, out, scope.json)
    asked: dict[str, Any] = {
        **given(measures=measures, tests=tests),
        "rule": rule,
        "level": level,
        "adjust": adjust,
        "strata": strata,
    }
    answer = scope.workspace.signals(product, min_cases=min_cases, **scope.where, **asked)
    export_table(answer, chosen, out, print_signals, write_screen)


app.command()(screen)
app.command()(compare)
app.command()(evaluate)
app.command()(study)
app.command()(claims)
app.command()(snapshot)
app.command()(verify)


@app.command()
def schema(
    name: Annotated[
        str | None, typer.Argument(help="Name, such as count; none lists them.", autocompletion=complete_schema)
    ] = None,
    json: JsonOption = False,
) -> None:
    """The JSON Schema of an answer (always JSON), or the list of them."""
    from phytovigil.cli.printing import emit, print_schemas

    emit(workspace(None).schema(name), json or name is not None, print_schemas)


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New or empty folder.")],
    reports: Annotated[int, typer.Option("--reports", metavar="NUMBER", min=1, help="Reports in all quarters.")],
    quarters: Annotated[
        str, typer.Option("--quarters", metavar="QUARTERS", help="Such as 2019Q1, 2019 or 2018Q1..2019Q4.")
    ] = "2019",
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", help="The same seed gives the same bytes.")] = 1,
    zipped: Annotated[bool, typer.Option("--zipped", help="Write zips, as FDA ships them.")] = False,
    alike: Annotated[
        bool, typer.Option("--alike", help="Duplicates that differ as real ones do, and patients who look alike.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write SIMULATED FAERS quarters of any size, with the truth beside them; for tests, never for answers."""
    from phytovigil.cli.printing import emit, print_simulated

    asked: dict[str, Any] = {"reports": reports, "quarters": quarters, "seed": seed, "zipped": zipped, "alike": alike}
    answer = workspace(None).simulate(folder, **asked)
    emit(answer, json, print_simulated)


@fetch_app.command("openfda-food")
def fetch_openfda_food(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to download into.")] = Path(
        "raw/openfda-food"
    ),
    index: Annotated[str | None, typer.Option("--index", metavar="URL", help="Address of the download index.")] = None,
    json: JsonOption = False,
) -> None:
    """Download openFDA's bulk food/event files (CAERS), resumably and checked."""
    from phytovigil.cli.printing import emit, print_fetched
    from phytovigil.cli.watching import watching

    with watching(json) as watch:
        answer = workspace(None).fetch_openfda_food(out, index=index, progress=watch.progress)
    emit(answer, json, print_fetched)


@fetch_app.command("faers")
def fetch_faers(
    quarters: Annotated[str, typer.Argument(metavar="QUARTERS", help="Such as 2019Q1, 2019 or 2004Q1..2025Q4.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to download into.")] = Path("raw/faers"),
    pattern: Annotated[
        str | None, typer.Option("--pattern", metavar="URL", help="Address with {year} and {number}, if FDA's moved.")
    ] = None,
    at_once: Annotated[int, typer.Option("--at-once", metavar="NUMBER", help="Connections, 1 to 4.")] = 2,
    json: JsonOption = False,
) -> None:
    """Download FAERS quarters (ASCII), resumably and checked; `ingest` takes them in."""
    from phytovigil.cli import report_error
    from phytovigil.cli.printing import emit, print_fetched_quarters
    from phytovigil.cli.watching import watching
    from phytovigil.errors import NetworkError

    with watching(json) as watch:
        answer = workspace(None).fetch_faers(quarters, out, pattern=pattern, at_once=at_once, progress=watch.progress)
    emit(answer, json, print_fetched_quarters)
    if answer["missing"]:
        missing, asked = len(answer["missing"]), len(answer["missing"]) + len(answer["files"])
        said = f"{missing} of {asked} quarters missing: {answer['missing'][0]['reason']}"
        report_error(said, NetworkError.__name__, NetworkError.exit_code, answered=True)
        raise typer.Exit(NetworkError.exit_code)
