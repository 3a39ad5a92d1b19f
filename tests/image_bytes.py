"""Builders of image files byte by byte: what no encoder at hand writes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from tests.service.metadata.tiff_files import Field, build_tiff, pointer, rational, short, text

XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="4">'
    b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>'
    b"<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>boat</rdf:li></rdf:Bag></dc:subject>"
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
IPTC = b"\x1c\x02\x78\x00\x08A boat.\n\x1c\x02\x19\x00\x03sea\x1c\x02\x19\x00\x04boat"


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG marker segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def frame(
    marker: int = 0xC0,
    *,
    size: tuple[int, int] = (40, 30),
    factors: Sequence[tuple[int, int]] = ((2, 2), (1, 1), (1, 1)),
    precision: int = 8,
    ids: bytes = b"\1\2\3\4",
) -> bytes:
    """A JPEG frame header with these sampling factors."""
    width, height = size
    body = struct.pack(">BHHB", precision, height, width, len(factors))
    for number, (across, down) in zip(ids, factors, strict=False):
        body += bytes([number, across << 4 | down, 0])
    return segment(marker, body)


def jpeg_file(*segments: bytes, sof: bytes | None = None, scan: bytes = b"\x12\xff\0\x34") -> bytes:
    """A JPEG stream: SOI, the segments, a frame, a scan whose data no decoder would like, EOI."""
    head = b"\xff\xd8" + b"".join(segments) + (frame() if sof is None else sof)
    return head + segment(0xDA, b"\1\1\0\0\x3f\0") + scan + b"\xff\xd9"


def chunk(name: bytes, data: bytes = b"") -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_file(
    *before: bytes,
    size: tuple[int, int] = (40, 30),
    depth: int = 8,
    color: int = 2,
    interlace: int = 0,
    after: bytes = b"",
) -> bytes:
    """A PNG file with chunks before and after its picture data, which no decoder would like."""
    header = struct.pack(">IIBBBBB", *size, depth, color, 0, 0, interlace)
    data = chunk(b"IDAT", zlib.compress(b"\0"))
    parts = (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), *before, data, after, chunk(b"IEND"))
    return b"".join(parts)


def frame_control(number: int, numerator: int, denominator: int) -> bytes:
    """A PNG frame control chunk with a delay in seconds."""
    return chunk(
        b"fcTL", struct.pack(">5IHHBB", number, 40, 30, 0, 0, numerator, denominator, 0, 0)
    )


def sub_blocks(data: bytes) -> bytes:
    """GIF data sub-blocks with their terminator."""
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def gif_frame(*, delay: int | None = None, transparent: bool = False, packed: int = 0) -> bytes:
    """A GIF image with the graphic control extension before it where a delay is given."""
    control = b""
    if delay is not None:
        control = b"!\xf9\4" + struct.pack("<BHBx", int(transparent), delay, 0)
    palette = bytes(3 << (packed & 7) + 1) if packed & 0x80 else b""
    return control + b"," + struct.pack("<HHHHB", 0, 0, 2, 2, packed) + palette + b"\2\2L\1\0"


def gif_file(
    *blocks: bytes, size: tuple[int, int] = (40, 30), packed: int = 0x91, version: bytes = b"89a"
) -> bytes:
    """A GIF file; `packed` 0x91 is a global palette of four colours."""
    palette = bytes(3 << (packed & 7) + 1) if packed & 0x80 else b""
    screen = struct.pack("<HHBBB", *size, packed, 0, 0)
    return b"GIF" + version + screen + palette + b"".join(blocks or (gif_frame(),)) + b";"


def gif_extension(name: bytes, data: bytes) -> bytes:
    """A GIF application extension."""
    return b"!\xff\x0b" + name + sub_blocks(data)


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP file of these chunks."""
    body = b"WEBP"
    for name, data in chunks:
        body += name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def exif_block(
    *more: Field, order: str = "<", orientation: int = 6, thumbnail: bytes = b""
) -> bytes:
    """An EXIF block of a camera in Lisbon; `more` fields go into IFD 0."""
    exif = (
        rational(0x829A, 1, 125), rational(0x829D, 28, 10), short(0x8827, 200),
        Field(0x9000, 7, b"0232"), text(0x9003, "2024:05:06 07:08:09"), rational(0x920A, 50, 1),
        Field(0x9286, 7, b"ASCII\0\0\0quiet"), pointer(0xA005, (text(1, "R98"),)),
    )  # fmt: skip
    gps = (
        text(1, "N"), rational(2, 38, 1, 42, 1, 3600, 100), text(3, "W"),
        rational(4, 9, 1, 8, 1, 24, 1), Field(5, 1, (0,)), rational(6, 105, 10),
    )  # fmt: skip
    ifd0 = (
        text(0x010F, "Example"), text(0x0110, "Model 1"), short(0x0112, orientation),
        rational(0x011A, 300, 1), rational(0x011B, 300, 1), short(0x0128, 2), *more,
        pointer(0x8769, exif), pointer(0x8825, gps),
    )  # fmt: skip
    if not thumbnail:
        return build_tiff(ifd0, order=order)
    ifd1 = (short(0x0103, 6), Field(0x0201, 4, (8,)), Field(0x0202, 4, (len(thumbnail),)))
    return build_tiff(ifd0, ifd1, order=order, data=thumbnail)


def icc_profile(description: bytes) -> bytes:
    """An ICC profile of a display with one tag: `description` is the whole tag's data."""
    tags = struct.pack(">I4sII", 1, b"desc", 144, len(description))
    header = struct.pack(">I4sBBH", 144 + len(description), b"test", 4, 0x30, 0) + b"mntrRGB XYZ "
    return header.ljust(36, b"\0") + b"acsp" + bytes(88) + tags + description


def localized(*records: tuple[str, str]) -> bytes:
    """The data of a multiLocalizedUnicodeType: (language and country, text)."""
    head, body = struct.pack(">4sIII", b"mluc", 0, len(records), 12), b""
    for language, value in records:
        data = value.encode("utf-16-be")
        head += language.encode() + struct.pack(
            ">II", len(data), 16 + 12 * len(records) + len(body)
        )
        body += data
    return head + body


def photoshop(*resources: tuple[int, bytes]) -> bytes:
    """Photoshop image resources."""
    out = b""
    for kind, data in resources:
        out += b"8BIM" + struct.pack(">HHI", kind, 0, len(data)) + data + b"\0" * (len(data) & 1)
    return out
