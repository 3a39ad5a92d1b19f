"""Builds the files of formats with small headers, byte by byte or by Pillow."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image

from tests.image_bytes import exif_block, jpeg_file, png_file, segment
from tests.service.metadata.heif_files import box, full_box


def save(kind: str, mode: str, **options: Any) -> bytes:
    """A picture of 40 x 30 pixels, by Pillow."""
    out = io.BytesIO()
    image = Image.new(mode, (40, 30))
    if mode == "P":
        image.putpalette(bytes(range(48)))
    image.save(out, kind, **options)
    return out.getvalue()


def dds(
    flags: int, code: bytes = bytes(4), depth: int = 0, *masks: int, more: bytes = b""
) -> bytes:
    """A DirectDraw surface: its pixel format, and what follows the header."""
    masks = (*masks, 0, 0, 0, 0)[:4]
    head = struct.pack("<4sIIII", b"DDS ", 124, 7, 30, 40) + bytes(56)
    return head + struct.pack("<II4sIIIII", 32, flags, code, depth, *masks) + bytes(20) + more


def ktx2(model: int, *channels: tuple[int, int], scheme: int = 0) -> bytes:
    """A KTX2 texture with (bits, channel) of each sample."""
    rows = b"".join(struct.pack("<HBB12x", 0, bits - 1, channel) for bits, channel in channels)
    block = struct.pack("<IHHBBBB16x", 0, 2, 24 + len(rows), model, 1, 2, 0)[:24] + rows
    numbers = (37, 1, 40, 30, 0, 0, 1, 1, scheme, 80, 4 + len(block), 0, 0)
    head = b"\xabKTX 20\xbb\r\n\x1a\n" + struct.pack("<13I", *numbers) + bytes(16)
    return head + struct.pack("<I", 4 + len(block)) + block


def attribute(name: bytes, body: bytes) -> bytes:
    """An attribute of OpenEXR."""
    return name + b"\0kind\0" + struct.pack("<I", len(body)) + body


def exr(
    *names: bytes, kind: int = 1, packing: int = 3, version: int = 2, more: bytes = b""
) -> bytes:
    """An OpenEXR file with these channels."""
    listed = b"".join(name + b"\0" + struct.pack("<iIii", kind, 0, 1, 1) for name in names) + b"\0"
    return b"v/1\1" + struct.pack("<I", version) + b"".join((
        attribute(b"channels", listed), attribute(b"compression", bytes([packing])),
        attribute(b"dataWindow", struct.pack("<4i", -5, -5, 34, 24)),
        attribute(b"displayWindow", struct.pack("<4i", 0, 0, 29, 19)),
        attribute(b"comments", b"made by a test"),
        attribute(b"preview", struct.pack("<II", 2, 1) + bytes(8)), b"\0", more,
    ))  # fmt: skip


def element(kind: bytes, body: bytes) -> bytes:
    """An element of an Apple icon."""
    return kind + struct.pack(">I", 8 + len(body)) + body


def icns(*elements: bytes) -> bytes:
    """An Apple icon."""
    return b"icns" + struct.pack(">I", 8 + sum(map(len, elements))) + b"".join(elements)


def cards(*rows: str) -> bytes:
    """A FITS header."""
    text = "".join(row.ljust(80) for row in (*rows, "END"))
    return text.encode().ljust(-(-len(text) // 2880) * 2880)


PLAIN = ("NAXIS   = 2", "NAXIS1  = 40 / columns", "NAXIS2  = 30")


def raf(*tags: tuple[int, bytes]) -> bytes:
    """A Fujifilm raw file with these tags of the sensor's picture."""
    preview = jpeg_file(segment(0xE1, b"Exif\0\0" + exif_block()))
    rows = b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in tags)
    listed = struct.pack(">I", len(tags)) + rows
    head = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0")
    places = struct.pack(">IIII", 100, len(preview), 100 + len(preview), len(listed))
    return head + places + preview + listed


def track(kind: bytes, width: int, height: int) -> bytes:
    """A track of pictures whose sample entry is of this kind."""
    entry = box(kind, struct.pack(">24xHH50x", width, height))
    table = box(b"stbl", full_box(b"stsd", struct.pack(">I", 1), entry))
    return box(b"trak", box(b"mdia", box(b"minf", table)))


def cr3(*, more: bytes = b"", **blocks: bytes) -> bytes:
    """A Canon raw file with these boxes of tags, a sensor of 6288 x 4056 pixels, and `more`."""
    tags = b"".join(box(name.encode(), block) for name, block in blocks.items())
    canon = box(b"uuid", bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"), tags)
    head = box(b"ftyp", b"crx ", bytes(4), b"crx ", b"isom")
    return head + box(b"moov", canon, track(b"CRAW", 6288, 4056)) + more


def photo_cd(*, turned: bool = False) -> bytes:
    """The header of a Photo CD image pack; its base picture has 768 x 512 pixels."""
    return bytes(2048) + b"PCD_IPI".ljust(1538, b"\0") + bytes([turned])


FILES = {
    "pcd": photo_cd(),
    "pixar": b"\x80\xe8\0\0".ljust(416, b"\0") + struct.pack("<HH4xHH", 30, 40, 14, 2) + bytes(99),
    "xvthumb": b"P7 332\n#XVVERSION:3\n40 30 255\n" + bytes(1200),
    "mcidas": struct.pack(">64i", 0, 4, *[0] * 6, 30, 40, 2, *[0] * 53) + bytes(99),
    "spider": save("SPIDER", "F"),
    "dib": struct.pack("<IiiHHIIiiII", 40, 40, 30, 1, 8, 0, 0, 0, 0, 2, 0) + bytes(8 + 1200),
    "wbmp": b"\0\0\x28\x1e" + bytes(150),
    "qoi": b"qoif" + struct.pack(">IIBB", 40, 30, 3, 1),
    "dds": dds(4, b"DX10", more=struct.pack("<I", 10)),
    "ktx": b"\xabKTX 11\xbb\r\n\x1a\n"
    + struct.pack("<13I", 0x04030201, 0x1401, 1, 0, 0, 0x1908, 40, 30, 0, 0, 1, 1, 0),
    "ktx2": ktx2(1, (8, 0), (8, 1), (8, 2)),
    "exr": exr(b"R", b"G", b"B"),
    "hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 30 +X 40\n",
    "icns": icns(element(b"ic07", png_file(size=(128, 128))), element(b"is32", bytes(9))),
    "tga": save("TGA", "RGB", id_section=b"a name"),
    "sgi": save("SGI", "RGB")[:600],
    "pcx": save("PCX", "P")[:600],
    "fits": cards("SIMPLE  = T", "BITPIX  = 16", *PLAIN),
    "raf": raf((0x0100, struct.pack(">HH", 3000, 4000))),
    "xpm": b'/* XPM */ "40 30 2 1",',
}
