"""Netpbm's formats: PBM, PGM, PPM (P1 to P6), PAM (P7), and PFM (PF, Pf).

Netpbm's manual pages pbm(5), pgm(5), ppm(5), pam(5) and pfm(5). A file may hold several pictures,
one behind the other, of which the first is described.
"""

from __future__ import annotations

import re
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.text import decode_text
from service.metadata.encodings import Encoding
from service.metadata.errors import NotAnImage
from service.metadata.reader import Reader
from service.metadata.record import Record

_MOST_BYTES: Final = 64 * 1024
"""Bytes of a header: comments may be of any length."""
_MOST_DIGITS: Final = 10
_MOST_SAMPLES: Final = 65535
_NAMES: Final = {b"1": "PBM", b"2": "PGM", b"3": "PPM", b"4": "PBM", b"5": "PGM", b"6": "PPM",
                 b"7": "PAM", b"F": "PFM", b"f": "PFM"}  # fmt: skip
_MEDIA_TYPES: Final = {
    "PBM": "image/x-portable-bitmap",
    "PGM": "image/x-portable-graymap",
    "PPM": "image/x-portable-pixmap",
    "PAM": "image/x-portable-arbitrarymap",
    "PFM": "image/x-portable-floatmap",
}
_SAMPLES: Final = {"PBM": 1, "PGM": 1, "PPM": 3}
_PLAIN: Final = b"123"
_TOKEN: Final = re.compile(rb"(?:\s|#[^\n\r]*[\n\r])+([^\s#]+)")
_COMMENT: Final = re.compile(rb"#([^\n\r]*)")
_TUPLE_MODELS: Final = {"BLACKANDWHITE": "Grayscale", "GRAYSCALE": "Grayscale", "RGB": "RGB",
                        "CMYK": "CMYK"}  # fmt: skip
_PHOTOMETRIC: Final = {"Grayscale": "BlackIsZero", "RGB": "RGB", "CMYK": "CMYK"}
_XV_THUMBNAIL: Final = b"P7 332"
"""A thumbnail of the viewer XV, which had this letter and digit before PAM."""


class _Header(Record):
    """What a header says, and where it ends. `depth` is samples a pixel, `bits` bits a sample."""

    width: int
    height: int
    depth: int
    bits: int
    model: str | None
    alpha: bool
    end: int


def is_pnm(head: bytes) -> bool:
    """Tell whether `head` begins with a magic number and what may follow it."""
    if head.startswith(_XV_THUMBNAIL):
        return False
    return head[1:2] in _NAMES and (head[2:3].isspace() or head[2:3] == b"#")


def read_pnm(reader: Reader, draft: Draft) -> None:
    """Read a header. Raises `NotAnImage` where it does not go on as one: two letters are weak."""
    data = reader.some(0, _MOST_BYTES)
    kind = data[1:2]
    name = draft.format = _NAMES[kind]
    draft.media_type = _MEDIA_TYPES[name]
    header = _read_arbitrary(data) if name == "PAM" else _read_numbers(data, name)
    if header is None:
        raise NotAnImage("the input is no image of a known format")
    _describe(header, draft)
    for match in _COMMENT.finditer(data, 2, header.end):
        draft.add_comment(name, decode_text(match[1]).strip())
    if kind not in _PLAIN:
        row = (header.width + 7) // 8 if name == "PBM" else _measure_row(header)
        if reader.size < header.end + row * header.height:
            draft.warn("truncated", "the picture data is cut short", reader.base + reader.size)


def _read_numbers(data: bytes, name: str) -> _Header | None:
    """Read width, height and, but for PBM, the largest value; one space ends them."""
    found: list[bytes] = []
    at = 2
    while len(found) < (2 if name == "PBM" else 3):
        match = _TOKEN.match(data, at)
        if match is None:
            return None
        found.append(match[1])
        at = match.end()
    sides = [_number(token) for token in found[:2]]
    if name == "PFM":
        scale, bits = _scale(found[2]), 32
        depth = 3 if data[1:2] == b"F" else 1
    else:
        scale, depth = 1.0, _SAMPLES[name]
        bits = 1 if name == "PBM" else _bits(_number(found[2]))
    if None in sides or not scale or not bits:
        return None
    width, height = (side or 0 for side in sides)
    model = "Grayscale" if depth == 1 else "RGB"
    return _Header(width, height, depth, bits, model, alpha=False, end=at + 1)


def _read_arbitrary(data: bytes) -> _Header | None:
    """Read PAM's lines up to ENDHDR: a word and its value each."""
    end = re.search(rb"\nENDHDR[^\n]*\n", data)
    if end is None:
        return None
    words: dict[str, str] = {}
    for line in data[2 : end.start()].splitlines():
        word, _, value = line.strip().decode("latin-1").partition(" ")
        words[word] = f"{words.get(word, '')} {value}".strip()
    width, height, depth, most = (
        _number(words.get(word, "").encode()) for word in ("WIDTH", "HEIGHT", "DEPTH", "MAXVAL")
    )
    bits = _bits(most)
    if not (width and height and depth and bits) or depth > _MOST_SAMPLES:
        return None
    kind = words.get("TUPLTYPE", "")
    model = _TUPLE_MODELS.get(kind.removesuffix("_ALPHA"))
    return _Header(width, height, depth, bits, model, alpha=kind.endswith("_ALPHA"), end=end.end())


def _number(token: bytes) -> int | None:
    return int(token) if token.isdigit() and len(token) <= _MOST_DIGITS else None


def _bits(most: int | None) -> int:
    """Give the bits of a sample up to `most`, or 0 where it is no largest value."""
    return most.bit_length() if most and most <= 0xFFFF else 0


def _scale(token: bytes) -> float:
    """Read PFM's scale, whose sign tells the byte order, or 0 where it is none."""
    return float(token) if re.fullmatch(rb"[+-]?[\d.]{1,20}(?:e[+-]?\d{1,2})?", token) else 0.0


def _measure_row(header: _Header) -> int:
    return header.width * header.depth * (4 if header.bits == 32 else (header.bits + 7) // 8)


def _describe(header: _Header, draft: Draft) -> None:
    draft.width, draft.height = header.width, header.height
    draft.samples_per_pixel = header.depth
    draft.bits_per_sample = (header.bits,) * min(header.depth, 64)
    draft.sample_format = "float" if draft.format == "PFM" else "unsignedInteger"
    draft.color_model, draft.has_alpha = header.model, header.alpha
    draft.photometric_interpretation = _PHOTOMETRIC.get(header.model or "")
    if draft.format == "PBM":
        draft.photometric_interpretation = "WhiteIsZero"
    draft.encoding = Encoding(compression="Uncompressed", lossless=True)
