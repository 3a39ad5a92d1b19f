"""JPEG: ITU-T T.81, with JFIF (T.871), Exif (CIPA DC-008), and JPEG-LS (T.87)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.metadata.draft import DAMAGE, Draft
from service.metadata.encodings import Encoding, JpegEncoding, QuantizationTable
from service.metadata.formats.jpeg_end import describe_trailer, find_end
from service.metadata.formats.jpeg_frame import (
    Frame,
    is_lossless,
    is_progressive,
    name_color_model,
    name_entropy_coding,
    name_process,
    name_subsampling,
    read_frame,
    read_tables,
)
from service.metadata.formats.jpeg_markers import COM, DQT, FRAMES, SOS, Segment, walk_segments
from service.metadata.formats.jpeg_quality import estimate_quality
from service.metadata.formats.jpeg_segments import Pieces, read_application, read_comment
from service.metadata.formats.jpeg_stated_end import find_stated_end
from service.metadata.reader import Reader, reader_of
from service.metadata.record import replace

if TYPE_CHECKING:
    from service.metadata.embedded.multi_picture import MultiPicture

_JPEG_LS: Final = 0xF7
_PASSED_OVER: Final = frozenset({0xC4, 0xDD})
"""DHT and DRI, which only a decoder needs."""

_PHOTOMETRIC: Final = {"Grayscale": "BlackIsZero", "CMYK": "CMYK", "YCCK": "CMYK"}


class _Stream:
    """What the walk over the segments has met."""

    frame: Frame | None = None
    scan: Segment | None = None

    def __init__(self) -> None:
        self.pieces = Pieces()
        self.tables: dict[int, QuantizationTable] = {}


def read_jpeg(reader: Reader, draft: Draft) -> None:
    """Read a JPEG file from its SOI on."""
    draft.format, draft.media_type = "JPEG", "image/jpeg"
    draft.has_alpha = False
    stream = _Stream()
    with draft.part("truncated", "the JPEG header"):
        _walk(reader, stream, draft)
    describe_frame(stream.frame, stream.pieces, tuple(stream.tables.values()), draft)
    _read_pieces(stream.pieces, draft)
    if stream.scan is not None:
        with draft.part("truncated", "the JPEG data"):
            _read_ending(reader, stream, draft)
    if draft.width is None:
        draft.warn("no-frame", "no frame header was found, so the size is not known")
    elif stream.scan is None:
        draft.warn("no-scan", "the file holds no picture data")
    if stream.pieces.pictures is not None:
        _add_previews(stream.pieces.pictures, reader, draft)


def _walk(reader: Reader, stream: _Stream, draft: Draft) -> None:
    for segment in walk_segments(reader, 2):
        if segment.skipped:
            message = f"{segment.skipped} bytes belong to no segment"
            draft.warn("stray-bytes", message, reader.base + segment.offset)
        if segment.marker == SOS:
            stream.scan = segment
            return
        try:
            _read_segment(reader, segment, stream=stream, draft=draft)
        except DAMAGE as error:
            where = reader.base + segment.offset
            draft.warn_of(error, "segment-damaged", f"segment FF{segment.marker:02X}", where)


def _read_segment(reader: Reader, segment: Segment, *, stream: _Stream, draft: Draft) -> None:
    marker = segment.marker
    if marker in _PASSED_OVER and segment.offset + segment.size <= reader.size:
        return
    body = reader.window(segment.offset, segment.size)
    if body.size < segment.size:
        draft.warn("truncated", f"segment FF{marker:02X} is cut short", body.base)
    if marker & 0xF0 == 0xE0:
        read_application(marker, body, pieces=stream.pieces, draft=draft)
    elif marker == DQT:
        stream.tables.update([(table.id, table) for table in read_tables(body)])
    elif marker in FRAMES:
        if stream.frame is None:
            stream.frame = read_frame(marker, body)
    elif marker == COM:
        read_comment(body, draft)


def describe_frame(
    frame: Frame | None, pieces: Pieces, tables: tuple[QuantizationTable, ...], draft: Draft
) -> None:
    """Write what a frame header says into the draft; TIFF uses this for JPEG inside it too."""
    if frame is None:
        return
    if frame.marker == _JPEG_LS:
        draft.format, draft.media_type = "JPEG-LS", "image/jls"
    model = name_color_model(frame, jfif=pieces.jfif, adobe=pieces.adobe)
    draft.width, draft.height = frame.width, frame.height
    draft.bits_per_sample = (frame.precision,) * len(frame.components)
    draft.samples_per_pixel = len(frame.components)
    draft.color_model = model
    draft.photometric_interpretation = _PHOTOMETRIC.get(model, model) if model else None
    draft.encoding = encode_frame(frame, pieces, tables)


def encode_frame(frame: Frame, pieces: Pieces, tables: tuple[QuantizationTable, ...]) -> Encoding:
    """Give the encoding that a frame header, an Adobe segment and the tables describe."""
    lossless = is_lossless(frame.marker)
    is_dct = not lossless and frame.marker != _JPEG_LS
    return Encoding(
        compression="JPEG-LS" if frame.marker == _JPEG_LS else "JPEG",
        lossless=None if frame.marker == _JPEG_LS else lossless,
        progressive=is_progressive(frame.marker),
        jpeg=JpegEncoding(
            process=name_process(frame.marker),
            entropy_coding=name_entropy_coding(frame.marker),
            chroma_subsampling=name_subsampling(frame.components),
            sampling_factors=tuple([(c.horizontal, c.vertical) for c in frame.components]),
            quantization_tables=tables,
            quality_estimate=estimate_quality(tables) if is_dct else None,
            adobe_transform=pieces.adobe,
        ),
    )


def _read_ending(reader: Reader, stream: _Stream, draft: Draft) -> None:
    scan = stream.scan
    if scan is None:
        return
    if draft.format == "JPEG-LS":
        count = reader.big(scan.offset, 1)
        near = reader.big(scan.offset + 1 + 2 * count, 1)
        draft.encoding = replace(draft.encoding, lossless=near == 0)
    end = None
    if draft.height != 0:
        end = find_stated_end(reader, stream.pieces.pictures, draft.xmp)
    if end is None:
        data = scan.offset + scan.size
        ending = find_end(reader, data, needs_height=draft.height == 0, draft=draft)
        end = ending.end
        draft.height = draft.height or ending.height
    if end is None:
        draft.warn("no-end", "the end-of-image marker is missing", reader.base + reader.size)
    else:
        describe_trailer(reader, end, draft)


def _read_pieces(pieces: Pieces, draft: Draft) -> None:
    """Read the blocks that segments hold in part; what reads one is imported with the first."""
    if pieces.icc:
        _read_profile(pieces, draft)
    if pieces.xmp is not None or pieces.extended_xmp:
        from service.metadata.embedded.xmp import read_xmp

        if pieces.xmp is not None:
            read_xmp(pieces.xmp, draft)
        if pieces.extended_xmp:
            read_xmp(b"".join(data for _, data in sorted(pieces.extended_xmp.items())), draft)
    if pieces.photoshop:
        from service.metadata.embedded.photoshop import read_resources

        read_resources(reader_of(b"".join(pieces.photoshop)), draft)


def _read_profile(pieces: Pieces, draft: Draft) -> None:
    from service.metadata.embedded.icc import read_icc

    if len(pieces.icc) != pieces.icc_count:
        draft.warn("icc-incomplete", "a part of the ICC profile is missing")
    read_icc(b"".join([pieces.icc[number] for number in sorted(pieces.icc)]), draft)


def _add_previews(pictures: MultiPicture, reader: Reader, draft: Draft) -> None:
    from service.metadata.embedded.thumbnail import add_jpeg

    for picture in pictures.pictures[1:]:
        if picture.is_thumbnail:
            add_jpeg(reader.window(picture.offset, picture.size), source="mpf", draft=draft)
