"""PSD and PSB: modes, channels, resources, layers and the merged picture's coding."""

from __future__ import annotations

import struct

import pytest

from service.metadata import extract
from service.metadata.encodings import PsdEncoding
from service.metadata.model import ImageMetadata, Palette
from tests.image_bytes import IPTC, XMP, exif_block, photoshop
from tests.service.metadata.other_files import psd_file


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


@pytest.mark.parametrize(
    ("mode", "channels", "depth", "name", "model", "alpha"),
    [
        (0, 1, 1, "Bitmap", "Grayscale", False),
        (1, 2, 8, "Grayscale", "Grayscale", True),
        (3, 3, 16, "RGB", "RGB", False),
        (3, 4, 8, "RGB", "RGB", True),
        (4, 4, 8, "CMYK", "CMYK", False),
        (7, 3, 8, "Multichannel", None, None),
        (9, 3, 8, "Lab", "Lab", False),
    ],
)
def test_modes(
    mode: int, channels: int, depth: int, name: str, model: str | None, alpha: bool | None
) -> None:
    found = extract(psd_file(mode=mode, channels=channels, depth=depth))
    assert (found.file.format, found.file.media_type) == ("PSD", "image/vnd.adobe.photoshop")
    assert (found.image.width, found.image.height) == (40, 30)
    assert found.image.bits_per_sample == (depth,) * channels
    assert (found.image.color_model, found.image.has_alpha) == (model, alpha)
    assert found.encoding.psd == PsdEncoding(name, channels, 0)
    assert codes(found) == []


def test_a_palette_and_floating_point() -> None:
    assert extract(psd_file(mode=2, channels=1)).image.palette == Palette(256, 24)
    assert extract(psd_file(depth=32)).image.sample_format == "float"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(("stored", "layers"), [(5, 5), (-3, 3)])
def test_layers(version: int, stored: int, layers: int) -> None:
    found = extract(psd_file(version=version, layers=stored))
    assert found.file.format == ("PSB" if version == 2 else "PSD")
    assert found.encoding.psd == PsdEncoding("RGB", 3, layers)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("name", [b"Lr16", b"Lr32"])
def test_layers_of_deep_pictures(version: int, name: bytes) -> None:
    wide = ">Q" if version == 2 else ">I"
    before = b"8BIMPatt" + struct.pack(">I", 3) + b"abc\0"
    block = b"8BIM" + name + struct.pack(wide, 2) + struct.pack(">hxx", -4)
    section = struct.pack(wide, 0) + struct.pack(">I", 0) + before + block
    found = extract(psd_file(version=version, depth=16, section=section))
    assert found.encoding.psd == PsdEncoding("RGB", 3, 4)
    assert (found.encoding.compression, codes(found)) == ("PackBits", [])


@pytest.mark.parametrize(
    ("code", "name", "lossless"),
    [(0, "Uncompressed", True), (1, "PackBits", True), (2, "Deflate", True), (9, None, None)],
)
def test_compression(code: int, name: str | None, lossless: bool | None) -> None:
    encoding = extract(psd_file(compression=code)).encoding
    assert (encoding.compression, encoding.lossless) == (name, lossless)


def test_resources() -> None:
    block = photoshop((0x0404, IPTC), (0x0422, exif_block()), (0x0424, XMP))
    found = extract(psd_file(resources=block))
    assert found.iptc is not None
    assert found.exif is not None
    assert found.xmp is not None
    assert codes(found) == []


def test_damage() -> None:
    whole = psd_file()
    assert codes(extract(whole[:-1])) == ["truncated"]
    header = extract(whole[:26])
    assert (header.image.width, codes(header)) == (40, ["truncated"])
    assert codes(extract(psd_file(mode=44))) == ["color-mode"]
