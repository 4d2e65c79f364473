"""Scales for pain, itch and withdrawal; bands only where their sources print them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from phytovigil.errors import InvalidRequest, UnknownName, UnreadableFile
from phytovigil.followup.instruments.reading import DATA, check_keys, read_source, read_toml
from phytovigil.schema.instruments import Band, Scale

FILE = DATA / "scales.toml"
SCALE_KEYS = ("key", "name", "asks", "range", "low", "high", "important", "bands", "note", "source")


@cache
def load_scales(file: Path = FILE) -> Mapping[str, Scale]:
    """All scales by key.

    >>> [len(load_scales()[key].bands) for key in ("pain", "peg", "itch", "withdrawal")]
    [0, 0, 4, 0]
    """
    raw = read_toml(file)
    check_keys(raw, ("list", "scale"), ("list", "scale"), file.name)
    scales = [read_scale(one, file.name) for one in raw["scale"]]
    return {scale.key: scale for scale in scales}


def read_scale(raw: Mapping[str, Any], file: str) -> Scale:
    """One [[scale]]. Raises UnreadableFile for bands that leave a whole number out or share one."""
    where = f"{file}, {raw.get('key', '[[scale]]')}"
    check_keys(raw, SCALE_KEYS, SCALE_KEYS, where)
    least, most = raw["range"]
    bands = tuple(Band(one["from"], one["to"], one["name"]) for one in raw["bands"])
    covered = [value for band in bands for value in range(int(band.least), int(band.most) + 1)]
    if bands and covered != list(range(least, most + 1)):
        raise UnreadableFile(f"{where}: the bands do not cover {least} to {most} once.", "Mend from and to.")
    sources = tuple(read_source(one, where, f"{raw['key']}-{place}") for place, one in enumerate(raw["source"], 1))
    return Scale(
        raw["key"], raw["name"], raw["asks"], least, most, raw["low"], raw["high"], raw["important"], bands,
        raw["note"], sources,
    )  # fmt: skip


def find_scale(key: str) -> Scale:
    """A scale by its key. Raises UnknownName for any other."""
    scales = load_scales()
    if key not in scales:
        raise UnknownName("scale", key, "the list of scales", hint=f"There is {', '.join(scales)}.")
    return scales[key]


def name_band(key: str, score: float) -> str:
    """The band of a score as its source calls it, "" where no source prints bands.

    A score between two whole numbers belongs to the band above once it passes the lower one.
    Raises InvalidRequest for a score out of range.

    >>> name_band("itch", 4), name_band("itch", 3.5), name_band("withdrawal", 40)
    ('moderate itch', 'moderate itch', '')
    """
    scale = find_scale(key)
    if not scale.least <= score <= scale.most:
        raise InvalidRequest(f"{scale.name}: {score:g}.", f"It goes from {scale.least:g} to {scale.most:g}.")
    return next((band.name for band in scale.bands if score <= band.most), "")
