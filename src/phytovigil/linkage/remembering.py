"""What was learned, as rows that can be shown and kept, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from phytovigil.linkage.fields import FIELDS
from phytovigil.linkage.hit_miss import FieldModel, ListModel
from phytovigil.linkage.learning import LinkModel
from phytovigil.linkage.look_alikes import CROWDS
from phytovigil.linkage.records import LISTS
from phytovigil.linkage.story_odds import MIDDLES, BelievedOdds

Row = tuple[str, str, float]
"""Field, parameter, value."""

STORIES = ("story", "story of one citation")
CROWD = "crowd of "


def describe_model(model: LinkModel) -> list[Row]:
    """Rows of everything that was learned."""
    rows: list[Row] = [
        ("all", "prior", model.prior),
        ("all", "rate", model.rate),
        ("all", "rounds", float(model.rounds)),
    ]
    for name, losses in zip(LISTS, model.lists, strict=True):
        rows += [(name, "miss", losses.miss), (name, "lost", losses.lost), (name, "kept", losses.kept)]
    for field, known in zip(FIELDS, model.fields, strict=True):
        rows += [(field.name, "hit", known.hit), (field.name, "miss", known.miss), (field.name, "excess", known.excess)]
        ways = zip(field.near, known.near, known.unrelated, known.at_random, strict=True)
        for way, share, unrelated, at_random in ways:
            rows += [(field.name, f"near: {way}", share), (field.name, f"unrelated: {way}", unrelated)]
            rows.append((field.name, f"at random: {way}", at_random))
    curves = [*zip(STORIES, model.stories, strict=True), *zip(crowd_names(), model.crowds, strict=True)]
    for name, curve in curves:
        rows += [(name, f"believed at {at:g}", odds) for at, odds in zip(MIDDLES, curve.believed, strict=True)]
    return rows


def recall_model(rows: Iterable[Row]) -> LinkModel:
    """The model that rows describe."""
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for field, parameter, value in rows:
        values[field][parameter] = value
    fields = tuple(
        FieldModel(
            hit=values[field.name]["hit"],
            near=tuple(values[field.name][f"near: {way}"] for way in field.near),
            miss=values[field.name]["miss"],
            unrelated=tuple(values[field.name][f"unrelated: {way}"] for way in field.near),
            excess=values[field.name]["excess"],
            at_random=tuple(values[field.name][f"at random: {way}"] for way in field.near),
        )
        for field in FIELDS
    )
    lists = tuple(ListModel(values[name]["lost"], values[name]["kept"]) for name in LISTS)
    stories = tuple(recall_curve(values[name]) for name in STORIES)
    crowds = tuple(recall_curve(values[name]) for name in crowd_names())
    known = values["all"]
    return LinkModel(known["prior"], known["rate"], fields, lists, stories, crowds, int(known["rounds"]))


def recall_curve(values: Mapping[str, float]) -> BelievedOdds:
    """One curve."""
    return BelievedOdds(tuple(values[f"believed at {at:g}"] for at in MIDDLES))


def crowd_names() -> list[str]:
    """The classes of crowds in words.

    >>> crowd_names()[0]
    'crowd of 0 or more'
    """
    return [f"{CROWD}{few} or more" for few in CROWDS]
