"""Ancillary chunks of PNG (third edition, 11.3): one reader a chunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.icc import read_icc
from service.metadata.encodings import PngEncoding
from service.metadata.model import Cicp, Palette, Resolution
from service.metadata.reader import reader_of
from service.metadata.record import replace


def _details(draft: Draft) -> PngEncoding:
    return draft.encoding.png or PngEncoding()


def _update(draft: Draft, details: PngEncoding) -> None:
    draft.encoding = replace(draft.encoding, png=details)


def _read_palette(data: bytes, draft: Draft) -> None:
    draft.palette = Palette(len(data) // 3, 24)


def _read_transparency(data: bytes, draft: Draft) -> None:
    draft.has_alpha = True
    _update(draft, replace(_details(draft), transparency=True))


def _read_gamma(data: bytes, draft: Draft) -> None:
    draft.gamma = reader_of(data).big(0, 4) / 100_000


def _read_code_points(data: bytes, draft: Draft) -> None:
    primaries, transfer, matrix, full_range = reader_of(data).take(0, 4)
    draft.cicp = Cicp(primaries, transfer, matrix, full_range == 1)


def _read_profile(data: bytes, draft: Draft) -> None:
    _, _, rest = data.partition(b"\0")
    read_icc(draft.inflate(rest[1:]), draft)


def _read_intent(data: bytes, draft: Draft) -> None:
    _update(draft, replace(_details(draft), rendering_intent=reader_of(data).big(0, 1)))


def _read_significant_bits(data: bytes, draft: Draft) -> None:
    _update(draft, replace(_details(draft), significant_bits=tuple(data[:4])))


def _read_background(data: bytes, draft: Draft) -> None:
    wide = len(data) in (2, 6)
    values = Struct(f">{len(data) // 2}H").unpack(data) if wide else tuple(data[:1])
    _update(draft, replace(_details(draft), background=values))


def _read_physical_size(data: bytes, draft: Draft) -> None:
    x, y, unit = reader_of(data).unpack(Struct(">IIB"), 0)
    if x and y:
        draft.resolution = Resolution(x, y, "m" if unit == 1 else None)


def _read_time(data: bytes, draft: Draft) -> None:
    year, *rest = reader_of(data).unpack(Struct(">HBBBBB"), 0)
    month, day, hour, minute, second = rest
    text = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}Z"
    _update(draft, replace(_details(draft), last_modified=text))


ANCILLARY: Final[Mapping[bytes, Callable[[bytes, Draft], None]]] = {
    b"PLTE": _read_palette,
    b"tRNS": _read_transparency,
    b"gAMA": _read_gamma,
    b"cICP": _read_code_points,
    b"iCCP": _read_profile,
    b"sRGB": _read_intent,
    b"sBIT": _read_significant_bits,
    b"bKGD": _read_background,
    b"pHYs": _read_physical_size,
    b"tIME": _read_time,
}
