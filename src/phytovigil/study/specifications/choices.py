"""The choices of a study as levels that change an analysis, and the analyses that their combinations make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from phytovigil.schema.selection import Selection


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to analyse a pair. scope : list of terms of a reaction group, empty for a single term."""

    selection: Selection
    scope: str
    strata: tuple[str, ...]
    measure: str


Change = Callable[[Setting], Setting]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a choice, and what it makes of an analysis."""

    name: str
    title: str
    change: Change


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice with at least one level. main : place of the level of the main analysis."""

    name: str
    title: str
    levels: tuple[Level, ...]
    main: int


@dataclass(frozen=True, slots=True)
class Design:
    """All combinations of the levels of some choices, in order: the last choice changes fastest."""

    main: Setting
    choices: tuple[Choice, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of levels of each choice."""
        return tuple(len(choice.levels) for choice in self.choices)

    @property
    def main_place(self) -> int:
        """Place of the main analysis among the settings."""
        places, place = [choice.main for choice in self.choices], 0
        for size, level in zip(self.sizes, places, strict=True):
            place = place * size + level
        return place

    def __len__(self) -> int:
        return prod(self.sizes)

    def settings(self) -> Iterator[Setting]:
        """Every combination."""
        for levels in product(*(choice.levels for choice in self.choices)):
            setting = self.main
            for level in levels:
                setting = level.change(setting)
            yield setting

    def without(self, left_out: Mapping[tuple[str, str], str]) -> Design:
        """The design without some levels, by name of choice and level; a choice of one level is none any more."""
        kept = (keep_levels(choice, left_out) for choice in self.choices)
        return replace(self, choices=tuple(choice for choice in kept if len(choice.levels) > 1))


def keep_levels(choice: Choice, left_out: Mapping[tuple[str, str], str]) -> Choice:
    """A choice without the levels that are left out; the level of the main analysis is never one of them."""
    main = choice.levels[choice.main]
    levels = tuple(level for level in choice.levels if level is main or (choice.name, level.name) not in left_out)
    return replace(choice, levels=levels, main=levels.index(main))


def make_choice(name: str, title: str, levels: Iterable[Level], main: Level) -> Choice:
    """A choice that has the level of the main analysis, first where it was not named."""
    listed = {level.name: level for level in levels}
    named = tuple(listed.values()) if main.name in listed else (main, *listed.values())
    return Choice(name, title, named, [level.name for level in named].index(main.name))


def change_selection(**fields: object) -> Change:
    """A change of the population or role."""
    return lambda setting: replace(setting, selection=replace(setting.selection, **fields))  # type: ignore[arg-type]
