"""The group that the commands of this folder add themselves to."""

from __future__ import annotations

import typer

examine_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="A closer look at one product and one reaction: what else could explain the number, and when.",
)
