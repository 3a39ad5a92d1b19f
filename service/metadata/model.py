"""The answer: what is known of one image, as frozen values.

`serialise.to_json` turns it into JSON with the same names in camelCase. `None` means absent: the
file does not say, or the fact does not apply. Sizes are bytes, dimensions pixels, times
milliseconds, offsets bytes from the start of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from service.metadata.encodings import Encoding
from service.metadata.record import Record
from service.metadata.values import ExifValue

SCHEMA_VERSION: Final = "1"

Tags: TypeAlias = Mapping[str, ExifValue]
XmpValue: TypeAlias = "str | list[XmpValue] | dict[str, XmpValue]"


class FileFacts(Record):
    """The file itself. `trailing_bytes` follow the end of the image; None: the format has no end.

    `extension_mismatch` is None where no path was given. `sha256` is given on demand.
    """

    size: int
    media_type: str
    format: str
    format_version: str | None
    extension_mismatch: bool | None
    sha256: str | None
    trailing_bytes: int | None


class Palette(Record):
    """A colour table: the number of colours, and bits a colour."""

    entries: int
    bits_per_entry: int


class Resolution(Record):
    """Pixels a `unit`: "inch", "cm" or "m". Without a unit it is the pixels' shape alone."""

    x: float
    y: float
    unit: str | None


class ImageFacts(Record):
    """The picture. `width` and `height` are as stored, the display pair as it is to be shown.

    `orientation` is EXIF's 1 to 8. `photometric_interpretation` uses TIFF's names and
    `color_model` plain ones, both for the samples as stored. `sample_format` is
    "unsignedInteger", "signedInteger", "float", "complexInteger", "complexFloat" or "undefined".
    """

    width: int | None
    height: int | None
    display_width: int | None
    display_height: int | None
    orientation: int | None
    bits_per_sample: tuple[int, ...] | None
    samples_per_pixel: int | None
    sample_format: str | None
    photometric_interpretation: str | None
    color_model: str | None
    has_alpha: bool | None
    palette: Palette | None
    resolution: Resolution | None
    page_count: int | None
    megapixels: float | None


class IccProfile(Record):
    """The header of an ICC profile (ICC.1:2022, clause 7.2) and its description."""

    description: str | None
    size: int
    color_space: str | None
    version: str | None
    class_: str | None


class Cicp(Record):
    """Coding-independent code points (ITU-T H.273)."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool


class GainMap(Record):
    """A gain map for display in high dynamic range: which convention names it, and its version."""

    kind: str
    version: str | None


class ColorFacts(Record):
    """What the numbers mean as colours. `gamma` is the exponent of encoding, as PNG stores it."""

    icc_profile: IccProfile | None = None
    cicp: Cicp | None = None
    gamma: float | None = None
    gain_map: GainMap | None = None


class Animation(Record):
    """An animated image. `loop_count` is as stored: 0 is for ever, None where nothing is said.

    `frame_count` is None where only decoding would tell.
    """

    frame_count: int | None
    loop_count: int | None
    duration_ms: float | None
    frame_durations_ms: tuple[float, ...] | None


class Page(Record):
    """One of several images in a file."""

    width: int | None
    height: int | None
    compression: str | None


class Exif(Record):
    """EXIF tags by directory, under the standard's names; an unknown tag is named as in 0x9999."""

    ifd0: Tags | None = None
    exif: Tags | None = None
    gps: Tags | None = None
    interop: Tags | None = None
    ifd1: Tags | None = None


class Location(Record):
    """Where it was taken: decimal degrees, north and east positive; metres above sea level."""

    latitude: float | None
    longitude: float | None
    altitude: float | None


class Comment(Record):
    """A text in the file. `source` is the segment, chunk or block that holds it."""

    source: str
    keyword: str | None
    language: str | None
    text: str


class Thumbnail(Record):
    """A small picture inside the file; `source` is where it was found."""

    source: str
    width: int | None
    height: int | None
    media_type: str | None
    size: int


class Notice(Record):
    """Something in the file is not as it should be. `code` is stable, `message` is for a person."""

    code: str
    message: str
    offset: int | None


class ImageMetadata(Record):
    """All that is known of one image."""

    schema_version: str
    file: FileFacts
    image: ImageFacts
    encoding: Encoding
    color: ColorFacts
    animation: Animation | None
    pages: tuple[Page, ...]
    exif: Exif | None
    location: Location | None
    iptc: Mapping[str, str | list[str]] | None
    xmp: Mapping[str, XmpValue] | None
    comments: tuple[Comment, ...]
    thumbnails: tuple[Thumbnail, ...]
    warnings: tuple[Notice, ...]
