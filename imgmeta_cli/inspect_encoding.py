"""How the pixels are coded, in rows for people."""

from __future__ import annotations

from collections.abc import Iterator

from imgmeta_cli.inspect_words import count, name_dimensions
from service.metadata.encodings import (
    BmpEncoding,
    Encoding,
    GifEncoding,
    JpegEncoding,
    PngEncoding,
    TiffEncoding,
    WebpEncoding,
)

Row = tuple[str, str]

_LOSS: dict[bool | None, str] = {True: "lossless", False: "lossy"}
_UNCOMPRESSED = "Uncompressed"
_PREDICTORS = {2: "horizontal differencing", 3: "floating point"}


def describe_encoding(encoding: Encoding) -> Iterator[Row]:
    """Rows of the compression, then of what only this format has."""
    parts = [encoding.compression, _LOSS.get(encoding.lossless) if encoding.compression else None]
    if encoding.compression == _UNCOMPRESSED:
        parts = ["none"]
    if encoding.progressive and not encoding.jpeg:
        parts.append("progressive")
    parts.append("interlaced" if encoding.interlaced else None)
    if any(parts):
        yield "Compression", ", ".join(part for part in parts if part)
    if encoding.jpeg:
        yield from _describe_jpeg(encoding.jpeg)
    if encoding.webp:
        yield from _describe_webp(encoding.webp)
    if encoding.tiff:
        yield from _describe_tiff(encoding.tiff)
    if encoding.bmp:
        yield from _describe_bmp(encoding.bmp)
    if encoding.gif:
        yield from _describe_gif(encoding.gif)
    if encoding.png:
        yield from _describe_png(encoding.png)


def _describe_jpeg(jpeg: JpegEncoding) -> Iterator[Row]:
    process = [jpeg.process, f"{jpeg.entropy_coding} coding" if jpeg.entropy_coding else None]
    if any(process):
        yield "Process", ", ".join(part for part in process if part)
    if jpeg.chroma_subsampling:
        yield "Subsampling", jpeg.chroma_subsampling
    if jpeg.quality_estimate is not None:
        yield "Quality", f"about {jpeg.quality_estimate} of 100"


def _describe_webp(webp: WebpEncoding) -> Iterator[Row]:
    if webp.container:
        yield "Container", webp.container
    if webp.chroma_subsampling:
        yield "Subsampling", webp.chroma_subsampling
    if webp.alpha_compression:
        yield "Alpha", {"none": "uncompressed"}.get(webp.alpha_compression, webp.alpha_compression)


def _describe_tiff(tiff: TiffEncoding) -> Iterator[Row]:
    if tiff.byte_order:
        yield "Byte order", f"{tiff.byte_order}{', BigTIFF' if tiff.big_tiff else ''}"
    layout = _name_layout(tiff)
    if layout:
        yield "Layout", layout
    if tiff.predictor in _PREDICTORS:
        yield "Predictor", _PREDICTORS[tiff.predictor]
    if tiff.sub_images:
        yield "Further images", count(len(tiff.sub_images), "image")


def _name_layout(tiff: TiffEncoding) -> str | None:
    if tiff.layout == "tiled":
        text = f"tiles of {name_dimensions(tiff.tile_width, tiff.tile_height)}"
    elif tiff.rows_per_strip:
        text = f"strips of {count(tiff.rows_per_strip, 'row')}"
    elif tiff.layout:
        text = "one strip"
    else:
        return None
    return f"{text}, planes apart" if tiff.planar_configuration == "planar" else text


def _describe_bmp(bmp: BmpEncoding) -> Iterator[Row]:
    if bmp.header:
        yield "Header", bmp.header
    if bmp.compression:
        yield "Method", bmp.compression
    if bmp.masks:
        yield "Bit masks", ", ".join(bmp.masks)
    if bmp.top_down:
        yield "Rows", "from top to bottom"


def _describe_gif(gif: GifEncoding) -> Iterator[Row]:
    if gif.local_palettes:
        yield "Local palettes", str(gif.local_palettes)
    if gif.pixel_aspect_ratio:
        yield "Pixel shape", f"{gif.pixel_aspect_ratio:.2f}:1"


def _describe_png(png: PngEncoding) -> Iterator[Row]:
    if png.last_modified:
        yield "Last modified", png.last_modified
