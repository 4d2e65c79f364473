"""Pictures for the page: PNG bytes without anything but the pixels, as addresses that carry their own content."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping

from phytovigil.errors import InvalidRequest

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
"""Chunks that draw the picture; times, texts, places and previews are in none of them."""


def make_addresses(pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Pictures as data addresses by the same keys. Raises InvalidRequest for bytes that are no PNG."""
    return {
        key: f"data:image/png;base64,{base64.b64encode(strip_png(data)).decode()}" for key, data in pictures.items()
    }


def strip_png(data: bytes) -> bytes:
    """A PNG with only the chunks that draw it. Raises InvalidRequest for other bytes, or where it is cut short."""
    return SIGNATURE + b"".join(chunk for name, chunk in list_chunks(data) if name in KEPT)


def list_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names of the chunks of a PNG with their bytes, header and check sum included."""
    place, name = len(SIGNATURE), b""
    while data.startswith(SIGNATURE) and name != b"IEND" and place + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        yield name, data[place : place + 12 + length]
        place += 12 + length
    if name != b"IEND" or place > len(data):
        raise InvalidRequest(
            "a picture for the summary is no whole PNG.", "Give the PNG that was cut from the photograph."
        )
