"""The main header of a JPEG 2000 codestream (ISO/IEC 15444-1, annex A)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.encodings import Encoding, Jp2Encoding
from service.metadata.reader import Reader
from service.metadata.record import replace

_SIZE: Final = Struct(">HIIIIIIIIH")
_SIZ: Final = 0xFF51
_COD: Final = 0xFF52
_COM: Final = 0xFF64
_SOT: Final = 0xFF90
_EOC: Final = 0xFFD9
_HIGH_THROUGHPUT: Final = 0x4000
_PROGRESSIONS: Final = ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL")
_LATIN: Final = 1
_SIGNS: Final = ("unsignedInteger", "signedInteger")


def sample_depth(code: int) -> int:
    """Give the bits that a depth byte means: its low seven bits plus one; the top bit is a sign."""
    return (code & 0x7F) + 1


def describe_codestream(reader: Reader, draft: Draft) -> None:
    """Read the markers of the main header into the draft; what boxes have said stays."""
    draft.encoding = Encoding(compression="JPEG 2000", jp2=Jp2Encoding())
    offset = 2
    for _ in range(limits.CHUNKS):
        marker = reader.big(offset, 2)
        if marker in (_SOT, _EOC):
            return
        size = reader.big(offset + 2, 2)
        body = reader.window(offset + 4, size - 2)
        if marker == _SIZ:
            _read_size(body, draft)
        elif marker == _COD:
            _read_style(body, draft)
        elif marker == _COM and body.big(0, 2) == _LATIN:
            draft.add_comment("COM", decode_text(body.some(2, body.size)))
        offset += 2 + max(size, 2)


def _read_size(body: Reader, draft: Draft) -> None:
    """Read SIZ (A.5.1): the image area, tiles, and each component's depth and subsampling."""
    rsiz, right, bottom, left, top, tile_width, tile_height, _, _, count = body.unpack(_SIZE, 0)
    if draft.width is None:
        draft.width, draft.height = max(right - left, 0), max(bottom - top, 0)
    components = body.some(_SIZE.size, 3 * min(count, limits.DIRECTORY_ENTRIES))
    # Boxes state the depths again, and some writers do so wrongly: decoders go by these.
    draft.bits_per_sample = tuple(map(sample_depth, components[::3])) or draft.bits_per_sample
    draft.samples_per_pixel = count
    signs = {bool(code & 0x80) for code in components[::3]}
    draft.sample_format = _SIGNS[signs.pop()] if len(signs) == 1 else None
    if draft.color_model is None and count == 1:
        draft.color_model, draft.photometric_interpretation = "Grayscale", "BlackIsZero"
        draft.has_alpha = False
    details = Jp2Encoding(
        high_throughput=bool(rsiz & _HIGH_THROUGHPUT),
        tile_width=tile_width,
        tile_height=tile_height,
        subsampling=tuple(zip(components[1::3], components[2::3], strict=False)),
    )
    draft.encoding = replace(draft.encoding, jp2=details)


def _read_style(body: Reader, draft: Draft) -> None:
    """Read COD (A.6.1): a wavelet of 9 and 7 taps loses; that of 5 and 3 need not."""
    order, layers, _, levels = body.unpack(Struct(">BHBB"), 1)
    is_reversible = body.big(9, 1) == 1
    details = replace(
        draft.encoding.jp2 or Jp2Encoding(),
        reversible=is_reversible,
        progression_order=_PROGRESSIONS[order] if order < len(_PROGRESSIONS) else None,
        quality_layers=layers,
        decomposition_levels=levels,
    )
    lossless = None if is_reversible else False
    draft.encoding = replace(draft.encoding, jp2=details, lossless=lossless)
