"""SVG: the size by the units of CSS, and what is XML but no picture."""

from __future__ import annotations

import gzip
import time

import pytest

from service.metadata import NotAnImage, extract
from service.metadata.model import ImageMetadata

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def svg(attributes: str, before: str = "") -> bytes:
    return f"{before}<svg {NAMESPACE} {attributes}><rect width='9'/></svg>".encode()


def size_of(found: ImageMetadata) -> tuple[int | None, int | None]:
    return found.image.width, found.image.height


def codes(found: ImageMetadata) -> list[str]:
    return [notice.code for notice in found.warnings]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("width='40' height='30'", (40, 30)),
        ("width='40px' height='30.4px'", (40, 30)),
        ("width='1in' height='2.54cm'", (96, 96)),
        ("width='25.4mm' height='101.6Q'", (96, 96)),
        ("width='72pt' height='6pc'", (96, 96)),
        ("width='2em' height='4ex'", (32, 32)),
        ("width='1.2e2' height='+.5e1'", (120, 5)),
        ("viewBox='0 0 40 30'", (40, 30)),
        ("viewBox=' 0,0, 40 , 30 '", (40, 30)),
        ("width='80' viewBox='0 0 40 30'", (80, 60)),
        ("height='60' viewBox='-5 -5 40 30'", (80, 60)),
        ("width='100%' height='100%' viewBox='0 0 40 30'", (40, 30)),
        ("style='width:40px; HEIGHT : 30PX !important'", (40, 30)),
        ("width='1' height='2' style='fill:red;width:1in;width:40px;height:30px'", (40, 30)),
        ("width='40' height='30' style='max-width:9px;width:9;height:wide;width'", (40, 30)),
        ("width='1' height='2' style='width:auto;height:100%' viewBox='0 0 40 30'", (40, 30)),
        ("width='50%' height='60' viewBox='0 0 40 30'", (80, 60)),
        ("width='50%' height='60'", (None, 60)),
        ("width='red' height='-3'", (None, None)),
        ("viewBox='0 0 0 30'", (None, None)),
        ("viewBox='0 0 40'", (None, None)),
        ("", (None, None)),
    ],
)
def test_sizes(attributes: str, expected: tuple[int | None, int | None]) -> None:
    found = extract(svg(attributes))
    assert size_of(found) == expected
    assert (found.file.format, found.file.media_type) == ("SVG", "image/svg+xml")
    assert codes(found) == ([] if expected[0] else ["no-size"])


DOCTYPE = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY w "40">]>'
)


@pytest.mark.parametrize(
    "before",
    ["\ufeff", "\n\t ", "<?xml version='1.0'?>\n", "<!-- drawn -->" * 100, DOCTYPE],
)
def test_what_may_come_before_the_root(before: str) -> None:
    found = extract(svg("version='1.1' width='40' height='30'", before))
    assert size_of(found) == (40, 30)
    assert found.file.format_version == "1.1"


def test_entities_of_the_document_itself() -> None:
    assert size_of(extract(svg("width='&w;' height='30'", DOCTYPE))) == (40, 30)


def test_other_encodings() -> None:
    text = svg("width='40' height='30'").decode()
    assert size_of(extract(text.encode("utf-16"))) == (40, 30)
    latin = "<?xml version='1.0' encoding='iso-8859-1'?><!-- é -->" + text
    assert size_of(extract(latin.encode("latin-1"))) == (40, 30)


def test_a_prefix_is_as_good_as_none() -> None:
    data = b"<s:svg xmlns:s='http://www.w3.org/2000/svg' width='40' height='30'/>"
    assert size_of(extract(data)) == (40, 30)


def test_svgz() -> None:
    found = extract(gzip.compress(svg("width='40' height='30'")))
    assert (size_of(found), found.encoding.compression) == ((40, 30), "gzip")


@pytest.mark.parametrize(
    "data",
    [
        b"<html><svg/></html>",
        b"<svg xmlns='urn:other' width='1' height='1'/>",
        b"<?xml version='1.0'?><note/>",
        b"<",
        b"< 3",
        gzip.compress(b"plain text"),
        b"\x1f\x8b\x08damaged",
    ],
)
def test_what_is_no_svg(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        extract(data)


def test_a_damaged_root_is_a_warning() -> None:
    found = extract(b"<svg width=40 height=30></svg>")
    assert (size_of(found), codes(found)) == ((None, None), ["xml-damaged"])


def test_damage_behind_the_root_does_not_matter() -> None:
    assert codes(extract(svg("width='4' height='3'")[:-10] + b"<<<")) == []


def test_entities_that_multiply_end() -> None:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 50}">' for n in range(8))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "{"x" * 100}">{levels}]>'
    assert codes(extract(svg("width='&e8;'", bomb))) == ["xml-damaged"]


@pytest.mark.parametrize(
    "text", ["1" * 900_000 + "!", "1" + " " * 900_000 + "!", "1" * 900_000, "+" * 900_000]
)
def test_a_long_length_is_none_and_costs_little(text: str) -> None:
    start = time.process_time()
    found = extract(svg(f"width='{text}' viewBox='0 0 40 30'"))
    assert time.process_time() - start < 5
    assert size_of(found) == (40, 30)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("width='100'", (100, None)),
        ("height='50' width='auto'", (None, 50)),
        ("height='1e8' viewBox='0 0 1e8 1e-320'", (None, 100_000_000)),
        ("width='-5' viewBox='0 0 40 30'", (40, 30)),
        ("width='2ch' height='1vw'", (16, None)),
    ],
)
def test_what_is_known_of_a_size_is_kept(
    attributes: str, size: tuple[int | None, int | None]
) -> None:
    found = extract(svg(attributes))
    assert size_of(found) == size
    assert codes(found) == ([] if None not in size else ["no-size"])
