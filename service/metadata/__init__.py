"""What is in an image file: `extract(source)` gives an `ImageMetadata`, or raises `MetadataError`.

>>> from service.metadata import extract, to_json
>>> extract(b"GIF89a" + bytes.fromhex("0100010000000021fe0568656c6c6f003b")).image.width
1

It reads headers only: no pixel is decoded, and large files cost what their headers cost. It knows
no HTTP, no command line and no cloud.
"""

from __future__ import annotations

from service.metadata.errors import EmptyInput, MetadataError, NotAnImage, Unreadable
from service.metadata.extract import extract
from service.metadata.model import SCHEMA_VERSION, ImageMetadata
from service.metadata.serialise import dump_json, to_json
from service.metadata.source import Source

__all__ = [
    "SCHEMA_VERSION",
    "EmptyInput",
    "ImageMetadata",
    "MetadataError",
    "NotAnImage",
    "Source",
    "Unreadable",
    "dump_json",
    "extract",
    "to_json",
]
