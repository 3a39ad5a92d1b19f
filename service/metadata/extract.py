"""The library's one entrance: `extract`."""

from __future__ import annotations

import os
import struct

from service.metadata.detect import HEAD, find_parser, is_mismatch
from service.metadata.draft import Draft
from service.metadata.errors import NotAnImage
from service.metadata.finish import freeze
from service.metadata.model import ImageMetadata
from service.metadata.reader import OutOfBounds, Reader
from service.metadata.source import Source, open_reader

_HASH_STEP = 1024 * 1024


def extract(source: Source, *, sha256: bool = False) -> ImageMetadata:
    """Give the metadata of the image in `source`: bytes, a path, or a binary stream.

    Headers are read and no pixel is decoded. A damaged image is answered with what could be read,
    and `warnings`. With `sha256` the whole input is read for its hash.

    Raises `EmptyInput`, `NotAnImage` or `Unreadable`, all of them `MetadataError`.
    """
    with open_reader(source) as reader:
        draft = read_draft(reader)
        return freeze(
            draft,
            sha256=hash_all(reader) if sha256 else None,
            extension_mismatch=find_mismatch(source, draft.format),
        )


def read_draft(reader: Reader) -> Draft:
    """Give all that can be read of an image, or raise `NotAnImage`."""
    draft = Draft(size=reader.size)
    parser = find_parser(reader.some(0, HEAD))
    if parser is None:
        from service.metadata.formats.fallback import read_fallback

        if not read_fallback(reader, draft):
            raise NotAnImage("the input is no image of a known format")
        return draft
    try:
        parser(reader, draft)
    except OutOfBounds as error:
        draft.warn("truncated", "the file is cut short", error.offset)
    except (ArithmeticError, LookupError, TypeError, ValueError, struct.error) as error:
        # A file that its parser was not made for must not end a service; tests hold that none does.
        draft.warn("parser-fault", f"the rest could not be read: {error}")
    return draft


def find_mismatch(source: Source, image_format: str) -> bool | None:
    """Whether a path's extension is that of another format; None where there is no path."""
    if isinstance(source, (str, os.PathLike)):
        return is_mismatch(os.fsdecode(source), image_format)
    return None


def hash_all(reader: Reader) -> str:
    """Give the SHA-256 of the whole input in hexadecimal."""
    from hashlib import sha256

    digest = sha256()
    for _, piece in reader.pieces(0, size=_HASH_STEP):
        digest.update(piece)
    return digest.hexdigest()
