"""The box mini: a HEIF file of one picture, whose header is packed bit by bit.

ISO/IEC 23008-12, Amendment 2, MinimizedImageBox. Profile, EXIF and XMP behind it are not looked at.
"""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.encodings import Encoding, HeifEncoding
from service.metadata.formats.heif_pages import CODECS
from service.metadata.formats.raster import describe_samples
from service.metadata.model import Cicp, GainMap
from service.metadata.reader import Reader

_MOST_BYTES: Final = 32
"""More than the fields up to the gain map take."""
_CHROMA: Final = ("4:0:0", "4:2:0", "4:2:2", "4:4:4")
_MONOCHROME, _HALVED, _HALVED_ACROSS = 0, 1, 2
_UNSPECIFIED: Final = 2
_SRGB: Final = (1, 13)
_BT601: Final = 6
_IDENTITY: Final = 0
_CODED_AS: Final = {"AVIF": b"av01", "HEIC": b"hvc1"}


class _Bits:
    """Gives numbers of some bits each, the highest bit of a byte first; zeros behind the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data.ljust(_MOST_BYTES, b"\0"), "big")
        self._left = 8 * _MOST_BYTES

    def take(self, count: int) -> int:
        self._left -= count
        return self._value >> self._left & (1 << count) - 1


def read_mini(body: Reader, *, brands: tuple[str, ...], draft: Draft) -> None:
    """Read what the header says of the picture. Raises ValueError for a version that is not 0."""
    body.take(0, 8)
    bits = _Bits(body.some(0, _MOST_BYTES))
    if bits.take(2):
        raise ValueError("its version is unknown")
    has_codec, is_float, is_full, alpha, has_cicp, is_hdr, has_profile, _, _ = (
        bits.take(1) for _ in range(9)
    )
    chroma = bits.take(2)
    draft.orientation = 1 + bits.take(3)
    width = 15 if bits.take(1) else 7
    draft.width, draft.height = 1 + bits.take(width), 1 + bits.take(width)
    bits.take(2 if chroma == _HALVED else int(chroma == _HALVED_ACROSS))
    depth = _read_depth(bits, is_float=bool(is_float))
    bits.take(alpha)
    points = _usual_points(chroma, has_profile=bool(has_profile))
    if has_cicp:
        points = bits.take(8), bits.take(8), bits.take(8)
    draft.cicp = Cicp(*points, bool(is_full))
    codec = bits.take(32).to_bytes(4, "big") if has_codec else _CODED_AS.get(draft.format, b"")
    bits.take(32 if has_codec else 0)
    if is_hdr and bits.take(1):
        draft.gain_map = GainMap("ISO 21496-1", None)
    model = "Grayscale" if chroma == _MONOCHROME else "RGB" if points[2] == _IDENTITY else "YCbCr"
    describe_samples(
        draft, (depth,) * ((1 if chroma == _MONOCHROME else 3) + alpha), model=model,
        alpha=bool(alpha), sample_format="float" if is_float else "unsignedInteger",
    )  # fmt: skip
    _describe_coding(codec, _CHROMA[chroma], brands=brands, draft=draft)


def _usual_points(chroma: int, *, has_profile: bool) -> tuple[int, int, int]:
    """Give the points of H.273 that hold where none are stated."""
    primaries, transfer = (_UNSPECIFIED, _UNSPECIFIED) if has_profile else _SRGB
    return primaries, transfer, _UNSPECIFIED if chroma == _MONOCHROME else _BT601


def _read_depth(bits: _Bits, *, is_float: bool) -> int:
    if is_float:
        return 1 << 4 + bits.take(2)
    return 9 + bits.take(3) if bits.take(1) else 8


def _describe_coding(codec: bytes, chroma: str, *, brands: tuple[str, ...], draft: Draft) -> None:
    details = HeifEncoding(
        brand=brands[0],
        compatible_brands=brands[1:],
        item_type=codec.decode("latin-1") or None,
        chroma_subsampling=chroma,
    )
    is_avif = draft.format == "AVIF"
    draft.encoding = Encoding(
        compression=CODECS.get(codec),
        avif=details if is_avif else None,
        heic=None if is_avif else details,
    )
