"""KTX textures (Khronos: KTX File Format 1.0 and 2.0; Khronos Data Format 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.reader import Reader

_FIRST_ORDERS: Final[Mapping[bytes, str]] = {b"\1\2\3\4": "<", b"\4\3\2\1": ">"}
_SECOND: Final = Struct("<9I")
_BASES: Final[Mapping[int, tuple[str | None, int, bool]]] = {
    0x1903: ("Grayscale", 1, False), 0x1909: ("Grayscale", 1, False),
    0x190A: ("Grayscale", 2, True), 0x8227: (None, 2, False),
    0x1907: ("RGB", 3, False), 0x1908: ("RGB", 4, True),
}  # fmt: skip
"""OpenGL's base internal formats: colour model, samples, alpha."""
_UNSIGNED: Final[Mapping[int, int]] = {0x1401: 8, 0x1403: 16, 0x1405: 32}
_FLOATS: Final[Mapping[int, int]] = {0x140B: 16, 0x1406: 32}
_MODELS: Final[Mapping[int, str]] = {
    128: "DXT1", 129: "DXT3", 130: "DXT5", 131: "BC4", 132: "BC5", 133: "BC6H", 134: "BC7",
    160: "ETC1", 161: "ETC2", 162: "ASTC", 163: "ETC1S", 166: "UASTC",
}  # fmt: skip
"""The data format descriptor's colour models of block compression."""
_PLAIN: Final = 1
_SCHEMES: Final[Mapping[int, str]] = {2: "Zstandard", 3: "Deflate"}
_CHANNELS: Final[Mapping[frozenset[int], tuple[str, bool]]] = {
    frozenset({0}): ("Grayscale", False), frozenset({0, 1, 2}): ("RGB", False),
    frozenset({0, 1, 2, 15}): ("RGB", True),
}  # fmt: skip
_MOST_SAMPLES: Final = 16
_IS_FLOAT, _IS_SIGNED = 0x80, 0x40


def read_ktx(reader: Reader, draft: Draft) -> None:
    """Read a KTX header: the size is that of the largest level."""
    is_second = reader.some(5, 2) == b"20"
    draft.format = "KTX2" if is_second else "KTX"
    draft.media_type = f"image/{draft.format.lower()}"
    with draft.part("truncated", "the header"):
        if is_second:
            _read_second(reader, draft)
        else:
            _read_first(reader, draft)


def _read_first(reader: Reader, draft: Draft) -> None:
    order = _FIRST_ORDERS.get(reader.take(12, 4))
    if order is None:
        raise ValueError("a KTX file without a byte order")
    kind, _, _, _, base, draft.width, draft.height = reader.unpack(Struct(order + "7I"), 16)
    model, samples, alpha = _BASES.get(base, (None, 0, None))
    bits = _UNSIGNED.get(kind) or _FLOATS.get(kind) or 0
    describe_samples(
        draft, (bits,) * samples if bits else (), model=model, alpha=alpha,
        sample_format="float" if kind in _FLOATS else "unsignedInteger",
    )  # fmt: skip
    if kind:
        describe_compression(draft, "Uncompressed", lossless=True)


def _read_second(reader: Reader, draft: Draft) -> None:
    _, _, draft.width, draft.height, _, _, _, _, scheme = reader.unpack(_SECOND, 12)
    block = reader.window(reader.little(48, 4) + 4, reader.little(52, 4))
    model = block.big(8, 1)
    if model != _PLAIN:
        describe_compression(draft, _MODELS.get(model), lossless=False)
        return
    describe_compression(
        draft, _SCHEMES.get(scheme, "Uncompressed" if scheme == 0 else None), lossless=True
    )
    count = min((block.little(6, 2) - 24) // 16, _MOST_SAMPLES)
    rows = [block.take(24 + 16 * index, 4) for index in range(count)]
    known = _CHANNELS.get(frozenset(row[3] & 15 for row in rows), (None, None))
    qualifiers = [row[3] for row in rows]
    kind = "unsignedInteger"
    if any(qualifier & _IS_FLOAT for qualifier in qualifiers):
        kind = "float"
    elif any(qualifier & _IS_SIGNED for qualifier in qualifiers):
        kind = "signedInteger"
    bits = tuple(row[2] + 1 for row in rows)
    describe_samples(draft, bits, model=known[0], alpha=known[1], sample_format=kind)
