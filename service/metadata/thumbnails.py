"""The thumbnail inside an image file, as the JPEG bytes that its camera or editor wrote."""

from __future__ import annotations

from service.metadata.extract import find_mismatch, hash_all, read_draft
from service.metadata.finish import freeze
from service.metadata.model import ImageMetadata
from service.metadata.source import Source, open_reader


def extract_with_thumbnail(
    source: Source, *, sha256: bool = False
) -> tuple[ImageMetadata, bytes | None]:
    """Give what `extract` gives and the file's own thumbnail, with the file read once.

    The thumbnail begins as a JPEG stream, is turned as the stored picture is, and keeps to
    `limits.THUMBNAIL_BYTES` and `limits.THUMBNAIL_PIXELS`; it is not decoded and may be damaged.
    None: the file has none. With `sha256` the whole input is read for its hash.

    Raises `EmptyInput`, `NotAnImage` or `Unreadable`, all of them `MetadataError`.
    """
    with open_reader(source) as reader:
        draft = read_draft(reader)
        metadata = freeze(
            draft,
            sha256=hash_all(reader) if sha256 else None,
            extension_mismatch=find_mismatch(source, draft.format),
        )
        view = draft.thumbnail
        return metadata, view.take(0, view.size) if view is not None else None
