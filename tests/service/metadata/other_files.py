"""Builds icons and Photoshop files byte by byte."""

from __future__ import annotations

import struct


def bitmap(width: int, height: int, bits: int, *, colors: int = 0) -> bytes:
    """A bitmap as icons hold it: twice as high, for its mask."""
    return struct.pack("<IiiHHIIiiII", 40, width, 2 * height, 1, bits, 0, 0, 0, 0, colors, 0)


def icon(*pictures: tuple[int, int, bytes], kind: int = 1, depth: int = 0) -> bytes:
    """An icon of (width, height, data); a size of 256 is stored as 0."""
    head, data = struct.pack("<HHH", 0, kind, len(pictures)), b""
    for width, height, picture in pictures:
        start = 6 + 16 * len(pictures) + len(data)
        size = width & 255, height & 255, 0, 0
        head += struct.pack("<BBBBHHII", *size, 1, depth, len(picture), start)
        data += picture
    return head + data


def psd_file(
    *,
    mode: int = 3,
    channels: int = 3,
    depth: int = 8,
    version: int = 1,
    resources: bytes = b"",
    layers: int = 0,
    compression: int = 1,
    section: bytes = b"",
) -> bytes:
    """A Photoshop file of 40 x 30 pixels; `section` is all of its layers in place of a number."""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", version, channels, 30, 40, depth, mode)
    wide = ">Q" if version == 2 else ">I"
    info = struct.pack(wide, 2) + struct.pack(">h", layers) if layers else section
    parts = (struct.pack(">I", 0), struct.pack(">I", len(resources)), resources)
    return head + b"".join(parts) + struct.pack(wide, len(info)) + info + bytes([0, compression])
