"""ICC, XMP, IPTC and Photoshop's resources, wherever a file holds them."""

from __future__ import annotations

import struct

import pytest

from service.metadata import extract, limits
from service.metadata.model import IccProfile, ImageMetadata, Resolution
from tests.image_bytes import (
    IPTC,
    exif_block,
    icc_profile,
    jpeg_file,
    localized,
    photoshop,
    segment,
)


def read_icc(profile: bytes) -> ImageMetadata:
    return extract(jpeg_file(segment(0xE2, b"ICC_PROFILE\0\1\1" + profile)))


def read_xmp(packet: bytes) -> ImageMetadata:
    return extract(jpeg_file(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)))


def read_resources(block: bytes) -> ImageMetadata:
    return extract(jpeg_file(segment(0xED, b"Photoshop 3.0\0" + block)))


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


def rdf(inner: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:my="urn:example:my" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/">' + inner + "</rdf:RDF></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (localized(("deDE", "Bildschirm"), ("enUS", "Display")), "Display"),
        (localized(("deDE", "Bildschirm"), ("frFR", "Écran")), "Bildschirm"),
        (b"desc\0\0\0\0" + struct.pack(">I", 6) + b"Old v2\0", "Old v2"),
        (b"text\0\0\0\0plain\0", "plain"),
        (b"what\0\0\0\0", None),
    ],
)
def test_icc_descriptions(description: bytes, expected: str | None) -> None:
    profile = icc_profile(description)
    found = read_icc(profile)
    assert found.color.icc_profile == IccProfile(expected, len(profile), "RGB", "4.3.0", "display")
    assert codes(found) == []


def test_damaged_profiles() -> None:
    profile = icc_profile(localized(("enUS", "Display")))
    cut = read_icc(profile[:-40])
    assert cut.color.icc_profile is not None
    assert cut.color.icc_profile.description is None
    assert codes(cut) == ["icc-damaged"]
    unsigned = read_icc(profile.replace(b"acsp", b"none"))
    assert unsigned.color.icc_profile == IccProfile(None, len(profile), None, None, None)
    assert read_icc(profile[:60]).color.icc_profile is None


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<rdf:Description xmp:Rating="3"/>', {"xmp:Rating": "3"}),
        ("<rdf:Description><xmp:Label> red </xmp:Label></rdf:Description>", {"xmp:Label": "red"}),
        (
            "<rdf:Description><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>A</rdf:li>"
            "<rdf:li xml:lang='pt'>B</rdf:li></rdf:Alt></dc:title></rdf:Description>",
            {"dc:title": {"x-default": "A", "pt": "B"}},
        ),
        (
            "<rdf:Description><my:Size rdf:parseType='Resource'><my:w>1</my:w><my:h>2</my:h>"
            "</my:Size></rdf:Description>",
            {"my:Size": {"my:w": "1", "my:h": "2"}},
        ),
        (
            "<rdf:Description><dc:source><rdf:Description my:a='1'/></dc:source></rdf:Description>",
            {"dc:source": {"my:a": "1"}},
        ),
        (
            "<rdf:Description><dc:relation rdf:resource='urn:x'/></rdf:Description>",
            {"dc:relation": "urn:x"},
        ),
        (
            "<rdf:Description><dc:source rdf:parseType='Resource'><rdf:value>v</rdf:value>"
            "<my:q>1</my:q></dc:source></rdf:Description>",
            {"dc:source": "v"},
        ),
        (
            "<rdf:Description xmp:A='1'/><rdf:Description xmp:B='2'/>",
            {"xmp:A": "1", "xmp:B": "2"},
        ),
    ],
)
def test_the_forms_of_xmp(inner: str, expected: dict[str, object]) -> None:
    assert read_xmp(rdf(inner)).xmp == expected


@pytest.mark.parametrize(
    "packet",
    [
        b"<not closed",
        b"",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<?xml version='1.0' encoding='none'?><x/>",
    ],
)
def test_packets_that_are_refused(packet: bytes) -> None:
    block = photoshop((0x0424, packet))
    found = extract(jpeg_file(*_segments(block)))
    assert (found.xmp, codes(found)) == (None, ["xmp-damaged"])


@pytest.mark.parametrize(
    "packet",
    [
        b"<a>" * (limits.XMP_DEPTH + 1),
        rdf("<rdf:Description>" + "<xmp:a/>" * limits.XMP_NODES + "</rdf:Description>"),
    ],
)
def test_packets_beyond_the_limits(packet: bytes) -> None:
    found = extract(jpeg_file(*_segments(photoshop((0x0424, packet)))))
    assert codes(found) == ["xmp-damaged"]


def _segments(block: bytes) -> list[bytes]:
    """Photoshop's resources in as many segments as they need."""
    return [
        segment(0xED, b"Photoshop 3.0\0" + block[at : at + 60000])
        for at in range(0, len(block), 60000)
    ]


def test_padding_around_a_packet() -> None:
    assert read_xmp(b"\0 " + rdf('<rdf:Description xmp:A="1"/>') + b"\0\0").xmp == {"xmp:A": "1"}


def test_iptc_by_name() -> None:
    found = read_resources(photoshop((0x0404, IPTC + b"\x1c\x02\x5a\0\3K\xf6l\x1c\x02\xfa\0\1x")))
    assert found.iptc == {
        "CaptionAbstract": "A boat.\n",
        "Keywords": ["sea", "boat"],
        "City": "Köl",
        "2:250": "x",
    }


def test_iptc_with_a_long_dataset_and_a_cut_one() -> None:
    text = b"x" * 40000
    long = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", len(text)) + text
    found = extract(jpeg_file(*_segments(photoshop((0x0404, long)))))
    assert found.iptc == {"CaptionAbstract": text.decode()}
    cut = read_resources(photoshop((0x0404, IPTC + b"\x1c\x02\x05\0\xffshort")))
    assert cut.iptc is not None
    assert cut.iptc["Keywords"] == ["sea", "boat"]
    assert codes(cut) == ["iptc-damaged"]


def test_resources_of_photoshop() -> None:
    thumbnail = struct.pack(">IIIIIIHH", 1, 16, 9, 48, 432, 100, 24, 1) + b"\xff\xd8\xff"
    found = read_resources(photoshop(
        (0x03ED, struct.pack(">IHHIHH", 300 << 16, 1, 1, 150 << 16, 1, 1)), (0x040C, thumbnail),
        (0x040F, icc_profile(localized(("enUS", "Display")))), (0x0422, exif_block()),
    ))  # fmt: skip
    assert found.image.resolution == Resolution(300.0, 150.0, "inch")
    (shown,) = found.thumbnails
    assert (shown.source, shown.width, shown.height, shown.size) == ("photoshop", 16, 9, 3)
    assert found.color.icc_profile is not None
    assert found.image.orientation == 6
    assert codes(found) == []


def test_thumbnails_of_photoshop_are_bounded() -> None:
    thumbnail = struct.pack(">IIIIIIHH", 1, 16, 9, 48, 432, 100, 24, 1) + b"\xff\xd8\xff"
    found = read_resources(photoshop(*[(0x040C, thumbnail)] * 300))
    assert len(found.thumbnails) == limits.PREVIEWS
    assert codes(found) == ["limit-pictures"]


def test_resources_that_are_cut() -> None:
    found = read_resources(photoshop((0x0404, IPTC)) + b"8BIM\x04\x04\0\0\0")
    assert found.iptc is not None
    assert codes(found) == ["photoshop-damaged"]
