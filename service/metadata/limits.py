"""How much work a file may ask for.

Every loop over a file's own counts is bounded by one of these, so that a small hostile file costs
little. A limit that is met ends that part with a warning; the rest is still answered.
"""

from __future__ import annotations

from typing import Final

DIRECTORIES: Final = 128
"""TIFF image file directories in one TIFF structure."""

DIRECTORY_ENTRIES: Final = 4096
"""Entries in one TIFF image file directory."""

CHUNKS: Final = 65536
"""Chunks, segments, blocks or boxes in one file."""

SUB_BLOCKS: Final = 4_194_304
"""GIF data sub-blocks of at most 255 bytes in one file: 1 GiB of pixel data."""

DECOMPRESSED_BYTES: Final = 64 * 1024 * 1024
"""Decompressed text and profiles in one file, in all."""

TEXT_BYTES: Final = 1024 * 1024
"""One comment or text value; what follows is cut."""

LISTED_NUMBERS: Final = 64
"""Numbers of one EXIF value that are listed; longer values are described by type and count."""

LISTED_BYTES: Final = 64
"""Bytes of one EXIF value that are shown in hexadecimal."""

WARNINGS: Final = 100
"""Warnings in one answer."""

TAG_TEXT_BYTES: Final = 8 * 1024 * 1024
"""Text of all EXIF tags of one file: many tags can name the same bytes."""

PREVIEWS: Final = 64
"""Pictures in the index of a multi-picture file."""

PREVIEW_BYTES: Final = 256 * 1024
"""Bytes of a picture inside a file that are searched for its size."""

PREVIEW_SEGMENTS: Final = 1024
"""Segments of a picture inside a file that are searched for its size."""

THUMBNAIL_BYTES: Final = 64 * 1024
"""A thumbnail that is handed on; EXIF in JPEG cannot hold a longer one (CIPA DC-008, 4.7.2)."""

THUMBNAIL_PIXELS: Final = 1024
"""Each side of a thumbnail that is handed on: the size in its header is the cost of decoding it."""

XMP_BYTES: Final = 16 * 1024 * 1024
"""One XMP packet."""

XMP_MARKS: Final = 131_072
"""Tags and attributes of all XMP packets of one file, by their "<" and "=": each is an object."""

XMP_DEPTH: Final = 32
"""Nested XML elements in an XMP packet."""

XMP_NODES: Final = 20_000
"""XML elements in an XMP packet."""

BOX_DEPTH: Final = 16
"""Nested boxes of an ISO base media file."""

EXACT_SCAN_BYTES: Final = 128 * 1024
"""JPEG data in which the end of the image is always searched byte by byte.

A longer file that states how long its first picture is (an index of pictures, a directory of a
motion photo, Samsung's trailer) ends there. Another that ends with the end-of-image marker is taken
to end with it: a picture longer than `TAIL_BYTES` that was appended without an index is not seen.
Searching every photo to its end would take ten times as long as all else."""

TAIL_BYTES: Final = 4 * 1024
"""The end of a long JPEG file, in which a marker of another picture is looked for."""

SCAN_BYTES: Final = 256 * 1024 * 1024
"""JPEG data searched for the end of the image where the file does not end with it."""

SPOOL_BYTES: Final = 16 * 1024 * 1024
"""Bytes kept in memory of a stream that cannot seek; a longer one goes to a temporary file."""

HEAD_BYTES: Final = 32 * 1024
"""The beginning of a file that is read at once; what lies behind it is read when it is wanted."""
