"""Photographs as bytes: what they are, and their hash."""

from __future__ import annotations

import hashlib

from phytovigil.errors import InvalidRequest

MOST_BYTES = 64 * 1024 * 1024
BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def media_type(data: bytes) -> str:
    """The media type that the first bytes tell. Raises InvalidRequest for anything but a photograph.

    >>> media_type(bytes([0xFF, 0xD8, 0xFF, 0xE0]))
    'image/jpeg'
    """
    for beginning, kind in BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise InvalidRequest(
        "The photo is none of JPEG, PNG, TIFF or WebP.", "Set the camera to JPEG, or save the photo as JPEG."
    )


def check_size(data: bytes) -> None:
    """Raise InvalidRequest for a photo of more than 64 MiB."""
    if len(data) > MOST_BYTES:
        raise InvalidRequest(
            f"The photo has {len(data) / 1e6:,.0f} MB.", f"A diary takes up to {MOST_BYTES / 1e6:,.0f} MB."
        )


def hash_of(data: bytes) -> str:
    """SHA-256, as a hexadecimal text."""
    return hashlib.sha256(data).hexdigest()
