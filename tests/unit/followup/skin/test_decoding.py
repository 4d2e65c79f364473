"""Bytes in: pictures are read upright, everything else is refused with a reason; nothing is raised otherwise."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from phytovigil.followup.skin import read_photo
from phytovigil.followup.skin.decoding import decode_picture
from phytovigil.followup.skin.refusing import Unusable
from phytovigil.schema.diary import Site

SITE = Site("arm", "exposed")


def encode(kind: str = "JPEG", size: tuple[int, int] = (8, 6), **how: object) -> bytes:
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((20, 20, 200), (0, 0, 1, 1))
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def codes(data: bytes) -> list[str]:
    return [refusal.code for refusal in read_photo(data, SITE).refusals]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_four_formats_are_read(kind: str) -> None:
    pixels = decode_picture(encode(kind)).pixels
    assert pixels.shape == (6, 8, 3)
    assert abs(int(pixels[4, 5, 0]) - 200) < 12


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_is_turned_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode_picture(encode("PNG", exif=exif)).pixels
    corner = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}[
        orientation
    ]
    assert tuple(pixels[corner]) == (20, 20, 200)
    assert pixels.shape[:2] == ((6, 8) if orientation < 5 else (8, 6))


def test_the_date_of_the_camera_is_read() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:03:01 08:30:00"
    assert decode_picture(encode(exif=exif)).taken == "2026-03-01T08:30:00"
    assert read_photo(encode(exif=exif), SITE).taken == "2026-03-01T08:30:00"
    exif = Image.Exif()
    exif[0x0132] = "0000:00:00 00:00:00"
    assert decode_picture(encode(exif=exif)).taken == ""


def test_another_colour_space_is_noted() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    standard = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode_picture(encode(icc_profile=standard)).notes == ()
    assert "colour space is" in decode_picture(encode(icc_profile=lab)).notes[0]
    assert "cannot be read" in decode_picture(encode(icc_profile=b"nonsense")).notes[0]


def test_what_is_no_picture_is_refused() -> None:
    assert codes(b"") == codes(b"hello") == codes(b"\xff\xd8\xff") == codes(encode("GIF")) == ["not-a-picture"]
    assert codes(b"\0\0\0\x18ftypheic" + bytes(40)) == ["heic"]


def test_a_picture_that_breaks_off_is_refused() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = encode(kind, size=(300, 200))
        assert codes(whole[: len(whole) // 2]) == ["not-a-picture"], kind


def test_a_decompression_bomb_is_refused_before_it_unpacks() -> None:
    small = bytearray(encode("PNG"))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    assert codes(bytes(small)) == ["too-large"]
    assert codes(bytes(90_000_000)) == ["too-large"]


@given(st.binary(max_size=300), st.sampled_from(["", "JPEG", "PNG", "TIFF", "WEBP"]), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_random_bytes_never_raise(noise: bytes, kind: str, place: int) -> None:
    data = noise
    if kind:
        whole = encode(kind)
        data = whole[:place] + noise + whole[place + len(noise) :]
    assert try_to_decode(data) in ("read", "not-a-picture", "too-large", "heic")


def try_to_decode(data: bytes) -> str:
    try:
        return "read" if decode_picture(data).pixels.dtype == np.uint8 else "other pixels"
    except Unusable as unusable:
        return unusable.refusal.code
