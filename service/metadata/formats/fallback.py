"""The long tail of formats: what Pillow's plugins say of a file when they open it.

Pillow is imported here alone, and `load` is never called: no pixel is decoded. The plugins are
called one by one because `Image.open` refuses large pictures, which are only reported here.
"""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from service.metadata.draft import Draft
from service.metadata.encodings import Encoding
from service.metadata.formats.fallback_names import (
    BLOCK_COMPRESSIONS,
    COMPRESSIONS,
    LOSSLESS,
    MODES,
    PLUGINS,
)
from service.metadata.formats.tga import is_tga, read_tga
from service.metadata.formats.wbmp import find_size, read_wbmp
from service.metadata.model import Resolution
from service.metadata.reader import Reader

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_MOST_READ: Final = 1024 * 1024
"""Bytes that one plugin may read: some look for the end of a header byte by byte."""


def read_fallback(reader: Reader, draft: Draft) -> bool:
    """Ask Pillow's plugins in turn, WBMP and TGA last; tell whether one knows the file."""
    for name in PLUGINS:
        picture = _open_with(name, reader)
        if picture is not None:
            _describe(picture, name, draft)
            return True
    # These two have no signature: what is plausible and nothing else is taken for them.
    size = find_size(reader)
    if size is not None:
        read_wbmp(size, draft)
        return True
    if is_tga(reader.some(0, 18), reader.size):
        with draft.part("truncated", "the TGA header"):
            read_tga(reader, draft)
        return True
    return False


def _open_with(name: str, reader: Reader) -> ImageFile | None:
    from PIL import Image

    plugin = PLUGINS[name]
    if reader.some(plugin.mark_at, len(plugin.mark)) != plugin.mark:
        return None
    import_module(f"PIL.{plugin.module}")
    factory, accept = Image.OPEN[name]
    try:
        if accept is not None and accept(reader.some(0, 16)) is not True:
            return None
        picture = factory(io.BufferedReader(_ReaderFile(reader)), "")
        return picture if all(isinstance(side, int) for side in picture.size) else None
    except Exception:  # a plugin may raise anything on a file that is not its own
        return None


def _describe(picture: ImageFile, name: str, draft: Draft) -> None:
    plugin = PLUGINS[name]
    draft.format = name
    draft.media_type = plugin.media_type
    custom = getattr(picture, "custom_mimetype", None)
    if isinstance(custom, str):
        draft.media_type = custom
    draft.width, draft.height = picture.size
    if name == "DCX":
        draft.page_count = getattr(picture, "n_frames", 1)
    mode = MODES.get(picture.mode)
    if mode is not None:
        draft.color_model, draft.photometric_interpretation = mode.color_model, mode.photometric
        draft.bits_per_sample = (mode.bits,) * mode.samples
        draft.samples_per_pixel, draft.has_alpha = mode.samples, mode.alpha
        draft.sample_format = mode.sample_format
    compression = _name_compression(picture)
    draft.encoding = Encoding(compression, True if compression in LOSSLESS else None)
    dpi = picture.info.get("dpi")
    if isinstance(dpi, tuple) and len(dpi) == 2 and all(dpi):
        draft.resolution = Resolution(float(dpi[0]), float(dpi[1]), "inch")


def _name_compression(picture: ImageFile) -> str | None:
    """Name the coding by the decoder that Pillow chose, and its arguments."""
    if not picture.tile:
        return None
    codec, _, _, arguments = picture.tile[0]
    if codec == "bcn" and isinstance(arguments, tuple) and isinstance(arguments[0], int):
        return BLOCK_COMPRESSIONS.get(arguments[0])
    return COMPRESSIONS.get(codec)


class _ReaderFile(io.RawIOBase):
    """A reader as a file for Pillow, which may read so much of it and no more."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._at = 0
        self._left = _MOST_READ

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._reader.size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._reader.some(self._at, len(view))
        self._left -= len(data)
        if self._left < 0:
            raise OSError("the header has no end")
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
