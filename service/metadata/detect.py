"""Which format a file is, from its first bytes; and which file names fit a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os.path import splitext
from typing import Final, TypeAlias

from service.metadata.draft import Draft
from service.metadata.reader import Reader

Parser: TypeAlias = Callable[[Reader, Draft], None]

HEAD: Final = 256
"""Bytes that `find_parser` looks at."""

_EXTENSIONS: Final[Mapping[str, str]] = {
    "JPEG": "jpg jpeg jpe jfif jif jfi mpo insp thm",
    "JPEG-LS": "jls jpg jpeg",
    "PNG": "png apng",
    "TIFF": "tif tiff btf tf8 ptif svs scn lsm stk nef nrw arw sr2 srw pef 3fr fff erf mef mos iiq "
    "dcr kdc cr2 exif",
    "DNG": "dng tif tiff",
    "RW2": "rw2 raw rwl",
    "ARW": "arw sr2 srf",
    "NEF": "nef nrw",
    "BMP": "bmp dib rle",
    "AVIF": "avif avifs avcs",
    "HEIC": "heic heics heif heifs hif",
    "HEIF": "heif heifs hif heic",
    "ICO": "ico icon",
    "JPEG XL": "jxl",
    "JP2": "jp2 j2k jpf jpg2",
    "JPX": "jpx jpf jp2",
    "J2C": "j2c j2k jpc jhc",
    "SVG": "svg svgz",
    "PSD": "psd psdt pdd",
    "TGA": "tga icb vda vst",
    "PBM": "pbm pnm",
    "PGM": "pgm pnm",
    "PPM": "ppm pnm",
    "PAM": "pam pnm",
    "PFM": "pfm pnm",
    "SGI": "sgi rgb rgba bw",
    "EPS": "eps ps epsf epsi",
    "SUN": "ras sun",
    "FITS": "fits fit fts",
    "farbfeld": "ff farbfeld",
    "HDR": "hdr pic rgbe xyze",
    "JPEG XR": "jxr wdp hdp",
    "FLI": "fli flc",
    "WMF": "wmf emf",
    "PIXAR": "pxr",
    "XVTHUMB": "p7 xv",
    "SPIDER": "spider spi",
    "MCIDAS": "mcidas area",
}
"""Extensions by format, without the dot; a format that is not here has its own name for one."""


def find_parser(head: bytes) -> Parser | None:
    """Give the reader of the format that `head` begins, or None. Its module is imported now."""
    for magic, at, load in _SIGNATURES:
        if head.startswith(magic, at):
            parser = load(head)
            if parser is not None:
                return parser
    return None


def is_mismatch(path: str, image_format: str) -> bool:
    """Tell whether the name of a file speaks of another format; no extension speaks of none."""
    extension = splitext(path)[1].lower().removeprefix(".")  # noqa: PTH122 - importing pathlib is a fifth of a start
    known = _EXTENSIONS.get(image_format, image_format.lower()).split()
    return extension != "" and extension not in known


def _load_jpeg(_head: bytes) -> Parser:
    from service.metadata.formats.jpeg import read_jpeg

    return read_jpeg


def _load_png(_head: bytes) -> Parser:
    from service.metadata.formats.png import read_png

    return read_png


def _load_gif(_head: bytes) -> Parser:
    from service.metadata.formats.gif import read_gif

    return read_gif


def _load_webp(head: bytes) -> Parser | None:
    if head[8:12] != b"WEBP":
        return None
    from service.metadata.formats.webp import read_webp

    return read_webp


def _load_tiff(_head: bytes) -> Parser:
    from service.metadata.formats.tiff import read_tiff

    return read_tiff


def _load_bmp(head: bytes) -> Parser | None:
    from service.metadata.formats.bmp import is_bmp, read_bmp

    return read_bmp if is_bmp(head) else None


def _load_dib(head: bytes) -> Parser | None:
    from service.metadata.formats.dib import is_dib, read_dib

    return read_dib if is_dib(head) else None


def _load_heif(head: bytes) -> Parser | None:
    from service.metadata.formats.heif import is_heif, read_heif

    return read_heif if is_heif(head) else None


def _load_ico(head: bytes) -> Parser | None:
    from service.metadata.formats.ico import is_ico, read_ico

    return read_ico if is_ico(head) else None


def _load_psd(_head: bytes) -> Parser:
    from service.metadata.formats.psd import read_psd

    return read_psd


def _load_jxl(_head: bytes) -> Parser:
    from service.metadata.formats.jxl import read_jxl

    return read_jxl


def _load_jp2(_head: bytes) -> Parser:
    from service.metadata.formats.jp2 import read_jp2

    return read_jp2


def _load_pnm(head: bytes) -> Parser | None:
    from service.metadata.formats.pnm import is_pnm, read_pnm

    return read_pnm if is_pnm(head) else None


def _load_qoi(_head: bytes) -> Parser:
    from service.metadata.formats.qoi import read_qoi

    return read_qoi


def _load_farbfeld(_head: bytes) -> Parser:
    from service.metadata.formats.qoi import read_farbfeld

    return read_farbfeld


def _load_dds(_head: bytes) -> Parser:
    from service.metadata.formats.dds import read_dds

    return read_dds


def _load_ktx(_head: bytes) -> Parser:
    from service.metadata.formats.ktx import read_ktx

    return read_ktx


def _load_exr(_head: bytes) -> Parser:
    from service.metadata.formats.exr import read_exr

    return read_exr


def _load_hdr(_head: bytes) -> Parser:
    from service.metadata.formats.hdr import read_hdr

    return read_hdr


def _load_jxr(_head: bytes) -> Parser:
    from service.metadata.formats.jxr import read_jxr

    return read_jxr


def _load_icns(_head: bytes) -> Parser:
    from service.metadata.formats.icns import read_icns

    return read_icns


def _load_sgi(head: bytes) -> Parser | None:
    from service.metadata.formats.sgi import is_sgi, read_sgi

    return read_sgi if is_sgi(head) else None


def _load_pcx(head: bytes) -> Parser | None:
    from service.metadata.formats.pcx import is_pcx, read_pcx

    return read_pcx if is_pcx(head) else None


def _load_fits(_head: bytes) -> Parser:
    from service.metadata.formats.fits import read_fits

    return read_fits


def _load_raf(_head: bytes) -> Parser:
    from service.metadata.formats.raf import read_raf

    return read_raf


def _load_cr3(head: bytes) -> Parser | None:
    from service.metadata.formats.cr3 import is_cr3, read_cr3

    return read_cr3 if is_cr3(head) else None


def _load_xpm(_head: bytes) -> Parser:
    from service.metadata.formats.xpm import read_xpm

    return read_xpm


def _load_svg(head: bytes) -> Parser | None:
    """Take any XML, which may begin with spaces, and gzip files; the reader looks at the root."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith((b"<", b"\x1f\x8b\x08", b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return None
    from service.metadata.formats.svg import read_svg

    return read_svg


_SIGNATURES: Final[tuple[tuple[bytes, int, Callable[[bytes], Parser | None]], ...]] = (
    (b"\xff\xd8\xff", 0, _load_jpeg),
    (b"\x89PNG\r\n\x1a\n", 0, _load_png),
    (b"GIF87a", 0, _load_gif),
    (b"GIF89a", 0, _load_gif),
    (b"RIFF", 0, _load_webp),
    (b"II*\0", 0, _load_tiff),
    (b"MM\0*", 0, _load_tiff),
    (b"II+\0", 0, _load_tiff),
    (b"MM\0+", 0, _load_tiff),
    (b"IIRO", 0, _load_tiff),
    (b"IIRS", 0, _load_tiff),
    (b"MMOR", 0, _load_tiff),
    (b"IIU\0", 0, _load_tiff),
    (b"ftyp", 4, _load_heif),
    (b"ftypcrx ", 4, _load_cr3),
    (b"8BPS\0\1", 0, _load_psd),
    (b"8BPS\0\2", 0, _load_psd),
    (b"\0\0\1\0", 0, _load_ico),
    (b"\0\0\2\0", 0, _load_ico),
    (b"\xff\x0a", 0, _load_jxl),
    (b"\0\0\0\x0cJXL \r\n\x87\n", 0, _load_jxl),
    (b"\0\0\0\x0cjP  \r\n\x87\n", 0, _load_jp2),
    (b"\xff\x4f\xff\x51", 0, _load_jp2),
    (b"BM", 0, _load_bmp),
    (b"BA", 0, _load_bmp),
    (b"\x28\0\0\0", 0, _load_dib),
    (b"\x6c\0\0\0", 0, _load_dib),
    (b"\x7c\0\0\0", 0, _load_dib),
    (b"qoif", 0, _load_qoi),
    (b"farbfeld", 0, _load_farbfeld),
    (b"DDS \x7c\0\0\0", 0, _load_dds),
    (b"\xabKTX 11\xbb\r\n\x1a\n", 0, _load_ktx),
    (b"\xabKTX 20\xbb\r\n\x1a\n", 0, _load_ktx),
    (b"v/1\1", 0, _load_exr),
    (b"#?RADIANCE\n", 0, _load_hdr),
    (b"#?RGBE\n", 0, _load_hdr),
    (b"II\xbc", 0, _load_jxr),
    (b"icns", 0, _load_icns),
    (b"\x01\xda", 0, _load_sgi),
    (b"\x0a", 0, _load_pcx),
    (b"SIMPLE  = ", 0, _load_fits),
    (b"FUJIFILMCCD-RAW ", 0, _load_raf),
    (b"/* XPM */", 0, _load_xpm),
    (b"P", 0, _load_pnm),
    (b"", 0, _load_svg),
)
