"""WebP: RFC 9649."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.xmp import read_xmp
from service.metadata.encodings import Encoding, WebpEncoding
from service.metadata.formats.webp_frame import (
    ALPHA_COMPRESSIONS,
    Chunk,
    Frame,
    read_frame,
    walk_chunks,
)
from service.metadata.model import Animation
from service.metadata.reader import Reader

_HEADER: Final = 12
_MOST_PARTS: Final = 8
"""Chunks of a frame that are looked at."""
_ANIMATION: Final = 0x02
_ALPHA: Final = 0x10
_BITSTREAMS: Final = (b"VP8 ", b"VP8L")
_CODECS: Final[Mapping[tuple[str, ...], str]] = {
    ("VP8",): "VP8",
    ("VP8L",): "VP8L",
    ("VP8", "VP8L"): "mixed",
}
_MODELS: Final[Mapping[str, str]] = {"VP8": "YCbCr", "VP8L": "RGB"}


class _Stream:
    """What the walk over the chunks has met. `flags` None: there was no VP8X chunk."""

    flags: int | None = None
    canvas: tuple[int, int] | None = None
    loop_count: int | None = None
    background: str | None = None
    alpha_compression: str | None = None

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.durations: list[int] = []


def read_webp(reader: Reader, draft: Draft) -> None:
    """Read a WebP file from its RIFF header on."""
    draft.format, draft.media_type = "WebP", "image/webp"
    stream = _Stream()
    end = _find_end(reader, draft)
    for chunk in walk_chunks(reader, _HEADER, end):
        name = chunk.name.decode("latin-1").strip()
        if chunk.body.size < chunk.size:
            draft.warn("truncated", f"the chunk {name} is cut short", chunk.body.base)
        with draft.part("chunk-damaged", f"the chunk {name}", chunk.body.base):
            _read_chunk(chunk, stream, draft)
    _describe_size(stream, draft)
    _describe_samples(stream, draft)
    _describe_animation(stream, draft)


def _find_end(reader: Reader, draft: Draft) -> int:
    """Give where the RIFF chunk ends, or the file where the stated size cannot be right."""
    stated = int.from_bytes(reader.some(4, 4), "little") + 8
    if stated > reader.size:
        draft.warn("truncated", "the file is shorter than it states", reader.base + reader.size)
        return reader.size
    if stated <= _HEADER:
        draft.warn("riff-size", "the size that the file states cannot be right", reader.base + 4)
        return reader.size
    draft.trailing_bytes = reader.size - stated
    return stated


def _read_chunk(chunk: Chunk, stream: _Stream, draft: Draft) -> None:
    body = chunk.body
    if chunk.name == b"VP8X":
        stream.flags = body.little(0, 1)
        stream.canvas = body.little(4, 3) + 1, body.little(7, 3) + 1
    elif chunk.name == b"ANIM":
        blue, green, red, alpha = body.take(0, 4)
        stream.background = f"#{red:02x}{green:02x}{blue:02x}{alpha:02x}"
        stream.loop_count = body.little(4, 2)
    elif chunk.name == b"ANMF":
        stream.durations.append(body.little(12, 3))
        _read_picture(body, stream, draft)
    elif chunk.name in (*_BITSTREAMS, b"ALPH"):
        _keep_picture(chunk, stream)
    else:
        _read_metadata(chunk, draft)


def _read_picture(body: Reader, stream: _Stream, draft: Draft) -> None:
    """Read the bitstream of an animation's frame, before which only ALPH may come (2.7.1.1)."""
    for chunk in walk_chunks(body, 16, body.size, most=_MOST_PARTS):
        if chunk.name in (*_BITSTREAMS, b"ALPH"):
            with draft.part("frame-damaged", "a frame", chunk.body.base):
                _keep_picture(chunk, stream)
        if chunk.name in _BITSTREAMS:
            return


def _keep_picture(chunk: Chunk, stream: _Stream) -> None:
    if chunk.name == b"ALPH":
        code = chunk.body.little(0, 1) & 3
        stream.alpha_compression = ALPHA_COMPRESSIONS.get(code, f"unknown ({code})")
    else:
        stream.frames.append(read_frame(chunk))


def _read_metadata(chunk: Chunk, draft: Draft) -> None:
    if chunk.name == b"EXIF":
        read_exif(chunk.body, draft)
    elif chunk.name == b"XMP ":
        read_xmp(chunk.body.some(0, limits.XMP_BYTES), draft)
    elif chunk.name == b"ICCP" and draft.icc_profile is None:
        read_icc(chunk.body.some(0, limits.DECOMPRESSED_BYTES), draft)


def _describe_size(stream: _Stream, draft: Draft) -> None:
    first = stream.frames[0] if stream.frames else None
    if stream.canvas is not None:
        draft.width, draft.height = stream.canvas
        still = not stream.durations
        if first and still and (first.width, first.height) != stream.canvas:
            message = f"the picture is {first.width}x{first.height}, unlike its canvas"
            draft.warn("canvas-size", message)
    elif first is not None:
        draft.width, draft.height = first.width, first.height
    if first is None:
        draft.warn("no-frame", "no picture data was found")


def _describe_samples(stream: _Stream, draft: Draft) -> None:
    codecs = tuple(sorted({frame.codec for frame in stream.frames}))
    codec = _CODECS.get(codecs)
    draft.has_alpha = _has_alpha(stream)
    draft.color_model = draft.photometric_interpretation = _MODELS.get(codec or "")
    if codec is not None:
        draft.samples_per_pixel = 4 if draft.has_alpha else 3
        draft.bits_per_sample = (8,) * draft.samples_per_pixel
    draft.encoding = Encoding(
        compression=" and ".join(codecs) or None,
        lossless=codecs == ("VP8L",) if codecs else None,
        webp=WebpEncoding(
            container="simple" if stream.flags is None else "extended",
            codec=codec,
            chroma_subsampling="4:2:0" if "VP8" in codecs else None,
            alpha_compression=stream.alpha_compression,
            background_color=stream.background,
        ),
    )


def _has_alpha(stream: _Stream) -> bool | None:
    """Tell of transparency: a lossless still picture says it itself, else the VP8X flag or ALPH."""
    if not stream.frames and stream.flags is None:
        return None
    if len(stream.frames) == 1 and not stream.durations and stream.frames[0].codec == "VP8L":
        return stream.frames[0].alpha
    flagged = bool((stream.flags or 0) & _ALPHA)
    return flagged or stream.alpha_compression is not None


def _describe_animation(stream: _Stream, draft: Draft) -> None:
    if not stream.durations and not (stream.flags or 0) & _ANIMATION:
        return
    if not stream.durations:
        draft.warn("no-frames", "the animation has no frames")
    draft.animation = Animation(
        frame_count=len(stream.durations),
        loop_count=stream.loop_count,
        duration_ms=float(sum(stream.durations)),
        frame_durations_ms=tuple(map(float, stream.durations)),
    )
