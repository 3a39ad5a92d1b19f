"""CR2 and RW2: raw files that have their picture's size elsewhere than TIFF has it.

CR2's picture is a lossless JPEG stream in the last directory (Canon's tag 0xC640 is there too); RW2
has Panasonic's own tags in the first. Neither is published: ExifTool and LibRaw agree on these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.metadata.draft import Draft
from service.metadata.embedded.thumbnail import add_jpeg
from service.metadata.encodings import Encoding, TiffEncoding
from service.metadata.formats.tiff_jpeg import read_jpeg
from service.metadata.formats.tiff_page import Tags
from service.metadata.formats.tiff_raw import show

_SLICES: Final = 0xC640
_SENSOR_WIDTH: Final = 0x0002
_SENSOR_HEIGHT: Final = 0x0003
_TOP, _LEFT, _BOTTOM, _RIGHT = 4, 5, 6, 7
_SAMPLE_BITS: Final = 0x000A
_PREVIEW: Final = 0x002E
_MOSAIC_COMPONENTS: Final = (2, 4)
"""Of a mosaic, neighbours in a row are coded as the components of one wide sample."""


def describe_cr2(directories: Sequence[Tags], layout: TiffEncoding, draft: Draft) -> None:
    """Describe the stream that has slices; what is shown is as large as EXIF says."""
    found = next((tags for tags in directories if tags.entry(_SLICES) is not None), None)
    stream = read_jpeg(found, draft) if found is not None else None
    if stream is None:
        draft.warn("no-size", "the picture of the sensor was not found")
        draft.encoding = Encoding(tiff=layout)
        return
    frame, inner = stream
    draft.encoding = Encoding(
        compression="JPEG", lossless=inner.lossless, jpeg=inner.jpeg, tiff=layout
    )
    draft.height = frame.height
    draft.bits_per_sample, draft.samples_per_pixel = (frame.precision,), 1
    if len(frame.components) in _MOSAIC_COMPONENTS:
        draft.width = frame.width * len(frame.components)
        if draft.width > 4 * frame.height:
            # Older cameras code two rows as one.
            draft.width, draft.height = draft.width // 2, frame.height * 2
        draft.color_model = draft.photometric_interpretation = "CFA"
    else:
        draft.width = frame.width
        draft.samples_per_pixel = len(frame.components)
        draft.bits_per_sample *= len(frame.components)
        draft.color_model = draft.photometric_interpretation = "YCbCr"
    draft.has_alpha = False
    tags = draft.exif.exif if draft.exif and draft.exif.exif else {}
    width, height = tags.get("PixelXDimension"), tags.get("PixelYDimension")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        show((width, height), draft)


def describe_rw2(tags: Tags, layout: TiffEncoding, draft: Draft) -> None:
    """Describe the sensor's picture: its borders leave what is shown."""
    draft.width, draft.height = tags.number(_SENSOR_WIDTH), tags.number(_SENSOR_HEIGHT)
    if draft.width is None or draft.height is None:
        draft.warn("no-size", "the picture of the sensor was not found")
    top, left, bottom, right = (tags.number(tag) or 0 for tag in (_TOP, _LEFT, _BOTTOM, _RIGHT))
    if right > left and bottom > top:
        show((right - left, bottom - top), draft)
    preview = tags.entry(_PREVIEW)
    if preview is not None:
        add_jpeg(tags.block.reader.window(preview.at, preview.size), source="tiff", draft=draft)
    bits = tags.number(_SAMPLE_BITS)
    if bits:
        draft.bits_per_sample, draft.samples_per_pixel = (bits,), 1
    draft.color_model = draft.photometric_interpretation = "CFA"
    draft.has_alpha = False
    draft.encoding = Encoding(tiff=layout)
