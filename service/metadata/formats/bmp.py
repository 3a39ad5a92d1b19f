"""BMP: device-independent bitmaps of Windows and OS/2 in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.icc import read_icc
from service.metadata.encodings import BmpEncoding, Encoding
from service.metadata.formats.bmp_header import Header, is_header_size, read_header
from service.metadata.model import Palette, Resolution
from service.metadata.reader import Reader
from service.metadata.record import replace

_FILE_HEADER: Final = 14
_PLAIN_BITS: Final[Mapping[int, tuple[int, ...]]] = {16: (5, 5, 5), 24: (8, 8, 8), 32: (8, 8, 8)}
_COMPRESSIONS: Final[Mapping[str, str]] = {
    "BI_JPEG": "JPEG",
    "BI_PNG": "Deflate",
    "BCA_HUFFMAN1D": "CCITT Huffman RLE",
    **dict.fromkeys(("BI_RGB", "BI_BITFIELDS", "BI_ALPHABITFIELDS", "BCA_UNCOMP", "BI_CMYK"),
                    "Uncompressed"),
    **dict.fromkeys(("BI_RLE8", "BI_RLE4", "BCA_RLE8", "BCA_RLE4", "BCA_RLE24", "BI_CMYKRLE8",
                     "BI_CMYKRLE4"), "RLE"),
}  # fmt: skip


def is_bmp(head: bytes) -> bool:
    """Tell whether `head`, 18 bytes or more, begins a bitmap: two letters alone are too weak."""
    if head[:2] == b"BA":
        return head[_FILE_HEADER : _FILE_HEADER + 2] == b"BM"
    size = int.from_bytes(head[_FILE_HEADER : _FILE_HEADER + 4], "little")
    return head[:2] == b"BM" and is_header_size(size)


def read_bmp(reader: Reader, draft: Draft) -> None:
    """Read a BMP file from its "BM", or the first bitmap of an OS/2 array from its "BA"."""
    draft.format, draft.media_type = "BMP", "image/bmp"
    with draft.part("truncated", "the BMP header"):
        start = _FILE_HEADER if reader.some(0, 2) == b"BA" else 0
        header = read_header(reader, start + _FILE_HEADER)
        describe_bitmap(header, draft)
        pixels = reader.little(start + 10, 4)
        draft.palette = count_colors(header, pixels)
        if header.compression in ("BI_JPEG", "BI_PNG"):
            _describe_inner(reader.window(pixels, header.data_size or reader.size), header, draft)
        read_profile(reader, header, draft)
        if start == 0:
            _describe_end(reader, header, pixels=pixels, draft=draft)


def describe_bitmap(header: Header, draft: Draft) -> None:
    """Write what the information header says into the draft."""
    draft.width, draft.height = header.width, abs(header.height)
    if header.width < 0:
        draft.width = None
        draft.warn("width", f"the width {header.width} is negative")
    if header.resolution[0] > 0 and header.resolution[1] > 0:
        across, down = header.resolution
        draft.resolution = Resolution(across, down, "m")
    _describe_samples(header, draft)
    compression = _COMPRESSIONS.get(header.compression)
    draft.encoding = Encoding(
        compression=compression,
        lossless=True if compression else None,
        bmp=BmpEncoding(
            header=header.name,
            compression=header.compression,
            top_down=header.height < 0,
            bits_per_pixel=header.bits,
            masks=tuple(f"0x{mask:08x}" for mask in header.masks) or None,
        ),
    )


def _describe_samples(header: Header, draft: Draft) -> None:
    """Describe the samples of a pixel; the fourth byte of 32-bit BI_RGB is not used (wingdi.h)."""
    draft.has_alpha = len(header.masks) == 4 and header.masks[3] != 0
    if 0 < header.bits <= 8:
        bits: tuple[int, ...] | None = (header.bits,)
        model, photometric = "Palette", "RGBPalette"
    elif "CMYK" in header.compression:
        bits, model, photometric = (8, 8, 8, 8), "CMYK", "CMYK"
    else:
        kept = header.masks if draft.has_alpha else header.masks[:3]
        bits = tuple(mask.bit_count() for mask in kept) or _PLAIN_BITS.get(header.bits)
        model, photometric = "RGB", "RGB"
    if bits is None and header.bits:
        draft.warn("bit-depth", f"{header.bits} bits a pixel are not defined")
        return
    if bits is not None:
        draft.bits_per_sample, draft.samples_per_pixel = bits, len(bits)
        draft.color_model, draft.photometric_interpretation = model, photometric


def count_colors(header: Header, pixels: int) -> Palette | None:
    """Count the colours that the header says and for which there is room before the pixels."""
    if not 0 < header.bits <= 8:
        return None
    most = 1 << header.bits
    stated = min(header.colors or most, most)
    room = (pixels - header.end) // (3 if header.is_core else 4)
    return Palette(min(stated, room) if room > 0 else stated, 24)


def _describe_inner(picture: Reader, header: Header, draft: Draft) -> None:
    """Describe the JPEG or PNG picture that takes the pixels' place (for printers, wingdi.h)."""
    inner = Draft(size=picture.size)
    if header.compression == "BI_JPEG":
        from service.metadata.formats.jpeg import read_jpeg

        read_jpeg(picture, inner)
    else:
        from service.metadata.formats.png import read_png

        read_png(picture, inner)
    draft.bits_per_sample, draft.samples_per_pixel = inner.bits_per_sample, inner.samples_per_pixel
    draft.color_model, draft.has_alpha = inner.color_model, inner.has_alpha
    draft.photometric_interpretation = inner.photometric_interpretation
    draft.icc_profile = inner.icc_profile
    draft.warnings.extend(inner.warnings)
    draft.encoding = replace(inner.encoding, bmp=draft.encoding.bmp)


def read_profile(reader: Reader, header: Header, draft: Draft) -> None:
    """Read the ICC profile that a header of version 5 can name."""
    if header.profile is None:
        return
    offset, size = header.profile
    with draft.part("icc-damaged", "the ICC profile", reader.base + offset):
        read_icc(reader.take(offset, min(size, limits.DECOMPRESSED_BYTES)), draft)


def _describe_end(reader: Reader, header: Header, *, pixels: int, draft: Draft) -> None:
    """Compare the file's size with what the headers ask for.

    The size in the file header counts padding that some writers add; where it is less than the
    pixels need it is wrong and passed over.
    """
    needed = pixels + _measure_pixels(header)
    if reader.size < needed:
        draft.warn("truncated", "the picture data is cut short", reader.base + reader.size)
    profile_end = sum(header.profile) if header.profile else 0
    stated = min(reader.little(2, 4), reader.size)
    draft.trailing_bytes = max(reader.size - max(needed, profile_end, stated), 0)


def _measure_pixels(header: Header) -> int:
    """Give the bytes of the pixels: rows are padded to four bytes where nothing is compressed."""
    if _COMPRESSIONS.get(header.compression) != "Uncompressed":
        return header.data_size
    row = (max(header.width, 0) * header.bits + 31) // 32 * 4
    return row * abs(header.height)
