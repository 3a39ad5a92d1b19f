"""FITS (IAU FITS Working Group, "Definition of the Flexible Image Transport System", 4.0)."""

from __future__ import annotations

from typing import Final

from service.metadata.draft import Draft
from service.metadata.errors import NotAnImage
from service.metadata.formats.raster import describe_compression, describe_samples
from service.metadata.reader import Reader

_CARD: Final = 80
_BLOCK: Final = 2880
_MOST_BLOCKS: Final = 64
"""Blocks of one header that are read: 2304 cards."""
_FORMATS: Final = {8: "unsignedInteger", 16: "signedInteger", 32: "signedInteger",
                   64: "signedInteger", -32: "float", -64: "float"}  # fmt: skip
_UNSIGNED: Final = {16: 2.0**15, 32: 2.0**31, 64: 2.0**63}
"""The BZERO by which signed numbers stand for unsigned ones (5.2.5)."""


def read_fits(reader: Reader, draft: Draft) -> None:
    """Read the primary header, or where it has no data that of the first extension."""
    draft.format, draft.media_type = "FITS", "image/fits"
    with draft.part("truncated", "the header"):
        cards, end = _read_header(reader, 0)
        if cards.get("NAXIS") == "0":
            cards, _ = _read_header(reader, end)
        if cards.get("XTENSION", "'IMAGE").startswith("'IMAGE"):
            _describe(cards, draft)
        elif cards.get("ZIMAGE") == "T":
            _describe({name[1:]: value for name, value in cards.items() if name[:1] == "Z"}, draft)
            describe_compression(draft, None, lossless=None)
    if draft.width is None:
        draft.warn("no-size", "the size of the picture was not found")


def _read_header(reader: Reader, offset: int) -> tuple[dict[str, str], int]:
    """Give the cards up to END, of each name the first, and where the header's blocks end."""
    cards: dict[str, str] = {}
    for block in range(offset, offset + _MOST_BLOCKS * _BLOCK, _BLOCK):
        data = reader.take(block, _BLOCK).decode("latin-1")
        for at in range(0, _BLOCK, _CARD):
            name, value = data[at : at + 8].rstrip(), data[at + 10 : at + _CARD]
            if name == "END":
                return cards, block + _BLOCK
            if data[at + 8 : at + 10] == "= ":
                cards.setdefault(name, value.partition("/")[0].strip())
    raise NotAnImage("the input is no image of a known format")


def _describe(cards: dict[str, str], draft: Draft) -> None:
    axes, bits = (_number(cards.get(name)) or 0 for name in ("NAXIS", "BITPIX"))
    if axes < 1 or bits not in _FORMATS:
        return
    width, height = _number(cards.get("NAXIS1")), _number(cards.get("NAXIS2"))
    draft.width = width if width and width > 0 else None
    draft.height = 1 if axes == 1 else height if height and height > 0 else None
    describe_compression(draft, "Uncompressed", lossless=True)
    draft.bits_per_sample, draft.sample_format = (abs(bits),), _FORMATS[bits]
    if axes == 2:
        zero = cards.get("BZERO", "").replace("D", "E")
        is_offset = bits in _UNSIGNED and bool(zero) and float(zero) == _UNSIGNED[bits]
        kind = "unsignedInteger" if is_offset else _FORMATS[bits]
        describe_samples(draft, (abs(bits),), model="Grayscale", alpha=False, sample_format=kind)


def _number(text: str | None) -> int | None:
    plain = (text or "").removeprefix("-")
    return int(text or "") if plain.isdecimal() and len(plain) < 10 else None
