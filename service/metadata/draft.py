"""The answer while it is being found.

A file may be damaged anywhere, so what was read must survive what could not be: a parser writes
each fact into a `Draft` as soon as it is sure, and `finish.freeze` makes the frozen answer of it.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from service.metadata import limits
from service.metadata.encodings import Encoding
from service.metadata.model import (
    Animation,
    Cicp,
    Comment,
    Exif,
    GainMap,
    IccProfile,
    Notice,
    Page,
    Palette,
    Resolution,
    Thumbnail,
    XmpValue,
)
from service.metadata.reader import OutOfBounds, Reader

if TYPE_CHECKING:
    from types import TracebackType

DAMAGE: Final = (OutOfBounds, struct.error, ValueError, zlib.error)
"""What reading damaged bytes raises."""


class Draft:
    """The facts so far; the names are those of the frozen answer.

    `size` is that of the file. `thumbnail` is the first JPEG picture in the file that is small
    enough to be shown as one.
    """

    format: str = ""
    media_type: str = ""
    format_version: str | None = None
    trailing_bytes: int | None = None

    width: int | None = None
    height: int | None = None
    display_size: tuple[int, int] | None = None
    orientation: int | None = None
    bits_per_sample: tuple[int, ...] | None = None
    samples_per_pixel: int | None = None
    sample_format: str | None = "unsignedInteger"
    photometric_interpretation: str | None = None
    color_model: str | None = None
    has_alpha: bool | None = None
    palette: Palette | None = None
    resolution: Resolution | None = None
    page_count: int | None = 1

    encoding: Encoding = Encoding()
    icc_profile: IccProfile | None = None
    cicp: Cicp | None = None
    gamma: float | None = None
    gain_map: GainMap | None = None
    animation: Animation | None = None
    pages: tuple[Page, ...] = ()
    exif: Exif | None = None
    iptc: dict[str, str | list[str]] | None = None
    xmp: dict[str, XmpValue] | None = None
    thumbnail: Reader | None = None
    lacks_zlib_headers: bool = False
    decompressed: int = 0
    tag_text: int = 0
    xmp_marks: int = 0

    def __init__(self, size: int) -> None:
        self.size = size
        self.comments: list[Comment] = []
        self.thumbnails: list[Thumbnail] = []
        self.warnings: list[Notice] = []

    def warn(self, code: str, message: str, offset: int | None = None) -> None:
        """Note what is wrong with the file; the first `limits.WARNINGS` are kept."""
        if len(self.warnings) < limits.WARNINGS:
            self.warnings.append(Notice(code, message, offset))

    def part(self, code: str, name: str, offset: int | None = None) -> Part:
        """Give a context in which damage ends only this part, with a warning of `code`."""
        return Part(self, code=code, name=name, offset=offset)

    def warn_of(
        self, error: BaseException, code: str, name: str, offset: int | None = None
    ) -> None:
        """Note that the part called `name` is damaged, as `error`, one of `DAMAGE`, says."""
        if isinstance(error, OutOfBounds):
            self.warn(code, f"{name} is cut short", error.offset)
        else:
            self.warn(code, f"{name} is damaged: {error}", offset)

    def add_comment(
        self, source: str, text: str, *, keyword: str | None = None, language: str | None = None
    ) -> None:
        """Keep a text of the file, cut at `limits.TEXT_BYTES`."""
        self.comments.append(Comment(source, keyword, language, text[: limits.TEXT_BYTES]))

    def inflate(self, data: bytes) -> bytes:
        """Decompress a zlib stream within what is left of `limits.DECOMPRESSED_BYTES`.

        A stream that ends early gives what was in it. Raises `zlib.error` for what is none.
        Where the file `lacks_zlib_headers`, a stream without one is taken (RFC 1950, 2.2).
        """
        left = limits.DECOMPRESSED_BYTES - self.decompressed
        if left <= 0:
            self.warn("limit-decompressed", "compressed text was left out: too much of it")
            return b""
        headed = len(data) > 1 and data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
        bare = self.lacks_zlib_headers and not headed
        engine = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS)
        text = engine.decompress(data, left)
        self.decompressed += len(text)
        if engine.unconsumed_tail:
            self.warn("limit-decompressed", "compressed text was cut: too much of it")
        return text


class Part:
    """A part of a file whose damage is a warning and not the end."""

    __slots__ = ("_code", "_draft", "_name", "_offset")

    def __init__(self, draft: Draft, *, code: str, name: str, offset: int | None) -> None:
        self._draft = draft
        self._code = code
        self._name = name
        self._offset = offset

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, DAMAGE):
            return False
        self._draft.warn_of(error, self._code, self._name, self._offset)
        return True
