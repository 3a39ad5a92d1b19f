"""From the bytes of an image to what is kept and answered of it."""

from __future__ import annotations

import hashlib

from service.metadata import ImageMetadata, dump_json, extract
from service.metadata.record import replace
from service.metadata.redact import redact
from service.store.protocol import ImageResult


def hash_image(image: bytes) -> str:
    """Give the image's id: the SHA-256 of its bytes in hexadecimal."""
    return hashlib.sha256(image).hexdigest()


def read_result(image: bytes, *, sha256: str, redacted: bool) -> ImageResult:
    """Read the metadata of an image whose hash is known. Raises MetadataError."""
    metadata = _with_hash(extract(image), sha256)
    if redacted:
        metadata = redact(metadata)
    document = dump_json(metadata, separators=(",", ":"))
    return ImageResult(sha256=sha256, format=metadata.file.format, document=document)


def _with_hash(metadata: ImageMetadata, sha256: str) -> ImageMetadata:
    return replace(metadata, file=replace(metadata.file, sha256=sha256))
