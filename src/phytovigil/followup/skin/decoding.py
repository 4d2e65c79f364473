"""Bytes of a photograph to upright pixels, or the reason why not."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from phytovigil.followup.skin.refusing import Unusable, refuse

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
MOST_BYTES = 80_000_000
"""A 100-megapixel JPEG of a phone has about 40 MB."""

MOST_PIXELS = 120_000_000
"""Phones of 108 megapixels are read; a small file that unpacks to more is taken for a decompression bomb."""

HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")

WIDE = ("sRGB", "Display P3")
"""Colour spaces with the tone curve of sRGB; their primaries are taken up by the fit to the card."""

DATE_TIME_ORIGINAL, DATE_TIME, EXIF_FOLDER = 0x9003, 0x0132, 0x8769


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright photograph. pixels : height × width × 3, 8-bit RGB. taken : ISO, empty if the file has no date."""

    pixels: NDArray[np.uint8]
    taken: str = ""
    notes: tuple[str, ...] = ()


def decode_picture(data: bytes) -> Picture:
    """Read a JPEG, PNG, TIFF or WebP. Raises Unusable with the reason for anything else."""
    check_bytes(data)
    try:
        # Pillow warns of odd tags; what matters here is whether pixels come out
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            check_size(image)
            notes = tuple(note_profile(image))
            taken = read_date(image)
            image.load()
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except Unusable:
        raise
    except Image.DecompressionBombError:
        raise refuse("too-large", most=MOST_PIXELS / 1e6) from None
    except Exception as error:  # damaged files make the decoders raise errors of many kinds
        raise refuse("not-a-picture", why=type(error).__name__, size=len(data)) from None
    return Picture(np.asarray(upright), taken, notes)


def check_bytes(data: bytes) -> None:
    """Refuse what is too long, and the format that phones like and that is not read here."""
    if len(data) > MOST_BYTES:
        raise refuse("too-large", most=MOST_PIXELS / 1e6)
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise refuse("heic")


def check_size(image: Image.Image) -> None:
    """Refuse before a single pixel is unpacked."""
    if image.width * image.height > MOST_PIXELS:
        raise refuse("too-large", most=MOST_PIXELS / 1e6)


def note_profile(image: Image.Image) -> list[str]:
    """A line where the file names a colour space whose tone curve may differ from that of sRGB."""
    profile = image.info.get("icc_profile")
    if not profile:
        return []
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return ["The file's colour profile cannot be read; the colours were taken as sRGB."]
    known = any(wide.lower() in name.lower() for wide in WIDE)
    return [] if known else [f"The file's colour space is “{name}”; the colours were taken as sRGB."]


def read_date(image: Image.Image) -> str:
    """When the camera says that the picture was taken, ISO; empty where it does not say or says nonsense."""
    tags = image.getexif()
    text = tags.get_ifd(EXIF_FOLDER).get(DATE_TIME_ORIGINAL) or tags.get(DATE_TIME) or ""
    try:
        return datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S").isoformat()
    except ValueError:
        return ""
