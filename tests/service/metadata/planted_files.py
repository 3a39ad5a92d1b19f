"""Files that carry one position and one serial number, in every place that can hold them."""

from __future__ import annotations

import base64
import zlib
from functools import cache

import brotli  # type: ignore[import-untyped]

from tests.image_bytes import (
    chunk,
    gif_extension,
    gif_file,
    gif_frame,
    jpeg_file,
    photoshop,
    png_file,
    riff,
    segment,
    sub_blocks,
)
from tests.images import encode
from tests.service.metadata.heif_files import Item, box, heif, hevc, size_of
from tests.service.metadata.long_tail_files import cr3
from tests.service.metadata.other_files import psd_file
from tests.service.metadata.tiff_files import (
    Directory,
    Field,
    build_tiff,
    picture,
    pointer,
    rational,
    short,
    text,
)

SERIAL = "ZQX7731904"
POSITION = (41, 13, 578642, 8, 37, 194471)
"""Degrees, minutes and ten-thousandths of seconds: north, west."""
LATITUDE = POSITION[0] + POSITION[1] / 60 + POSITION[2] / 36_000_000
LONGITUDE = -(POSITION[3] + POSITION[4] / 60 + POSITION[5] / 36_000_000)
ISO_6709 = f"{LATITUDE:+.5f}{LONGITUDE:+010.5f}+087.250/"
MINUTES = (f"41,{13 + 57.8642 / 60:.6f}N", f"8,{37 + 19.4471 / 60:.6f}W")

TRACES = (
    SERIAL, SERIAL.encode().hex(), base64.b64encode(SERIAL.encode()).decode()[:12],
    str(POSITION[2]), str(POSITION[5]), str(LATITUDE)[:6], str(LONGITUDE)[1:7], "57.864",
    "19.447", MINUTES[0][:7], MINUTES[1][:7], "87.25",
)  # fmt: skip
"""What of them would be found in an answer that held them in some form."""


def position_tags() -> Directory:
    """The GPS directory."""
    return (
        text(1, "N"), rational(2, POSITION[0], 1, POSITION[1], 1, POSITION[2], 10_000),
        text(3, "W"), rational(4, POSITION[3], 1, POSITION[4], 1, POSITION[5], 10_000),
        Field(5, 1, (0,)), rational(6, 8725, 100), text(0x1D, "2024:05:06"),
        Field(0x1B, 7, b"ASCII\0\0\0" + ISO_6709.encode()),
    )  # fmt: skip


def exif_tags() -> Directory:
    """The Exif directory."""
    return (
        Field(0x927C, 7, b"Maker\0" + SERIAL.encode()),
        Field(0x9286, 7, b"ASCII\0\0\0at " + ISO_6709.encode()), text(0xA431, SERIAL),
        text(0xA434, "Lens"), text(0xA435, SERIAL), text(0xA500, "a GPS fix at 87.25 m"),
        text(0xFDE8, SERIAL), Field(0xFDE9, 7, SERIAL.encode()),
    )  # fmt: skip


def image_tags() -> Directory:
    """IFD 0, with what writers put there by mistake."""
    return (
        rational(2, POSITION[0], 1, POSITION[1], 1, POSITION[2], 10_000),
        text(0x010E, f"Serial No. {SERIAL}"), text(0x0110, "Model 1"), short(0x0112, 6),
        text(0x013B, "Somebody"), Field(0x02BC, 2, element_packet()),
        Field(0x8482, 4, (0, 0, 0, POSITION[2], POSITION[5], 0)), pointer(0x8769, exif_tags()),
        pointer(0x8825, position_tags()), text(0xA431, SERIAL),
        Field(0xC4A5, 7, f"GPS {SERIAL}".encode()), text(0xC62F, SERIAL),
        Field(0xC634, 7, SERIAL.encode()),
    )  # fmt: skip


def exif(order: str = "<") -> bytes:
    """An EXIF block."""
    return build_tiff(image_tags(), (text(0xA431, SERIAL), text(0x0110, "Model 1")), order=order)


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "x": "adobe:ns:meta/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "e": "http://ns.adobe.com/exif/1.0/", "exifEX": "http://cipa.jp/exif/1.0/",
        "aux": "http://ns.adobe.com/exif/1.0/aux/", "dc": "http://purl.org/dc/elements/1.1/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "drone-dji": "http://www.dji.com/drone-dji/1.0/", "own": "http://example.com/own/",
        "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
        "w": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "GCamera": "http://ns.google.com/photos/1.0/camera/", "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpGImg": "http://ns.adobe.com/xap/1.0/g/img/",
    }.items()
)  # fmt: skip


def packet(attributes: str, elements: str) -> bytes:
    """An XMP packet with one description."""
    return (
        f"<x:xmpmeta {_NAMESPACES}><rdf:RDF><rdf:Description {attributes}>{elements}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def attribute_packet() -> bytes:
    """A packet whose properties are attributes, as Lightroom and drones write it."""
    north, west = MINUTES
    return packet(
        f'e:GPSLatitude="{north}" e:GPSLongitude="{west}" e:GPSAltitude="8725/100" '
        f'aux:SerialNumber="{SERIAL}" exifEX:BodySerialNumber="{SERIAL}" '
        f'exifEX:LensSerialNumber="{SERIAL}" MicrosoftPhoto:CameraSerialNumber="{SERIAL}" '
        f'drone-dji:GpsLatitude="{LATITUDE:+.7f}" drone-dji:GpsLongtitude="{LONGITUDE:+.7f}" '
        f'drone-dji:AbsoluteAltitude="+87.25" own:internalserialnumber="{SERIAL}" '
        f'e:MakerNote="{SERIAL}" xmp:Rating="4"',
        "",
    )


def element_packet() -> bytes:
    """A packet whose properties are elements, structures and arrays, with a qualifier."""
    north, west = MINUTES
    camera = base64.b64encode(f"HDRP\2\0{SERIAL}".encode()).decode()
    inside = base64.b64encode(jpeg_file(segment(0xE1, SERIAL.encode()))).decode()
    return packet(
        'xmp:Rating="4"',
        f"<e:GPSLatitude>{north}</e:GPSLatitude>"
        f"<own:GPSLongitude><rdf:Description><rdf:value>{west}</rdf:value>"
        "<own:kind>exact</own:kind></rdf:Description></own:GPSLongitude>"
        "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        f"<Iptc4xmpExt:City>Porto</Iptc4xmpExt:City><e:GPSLatitude>{north}</e:GPSLatitude>"
        f"<e:GPSLongitude>{west}</e:GPSLongitude></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>"
        f"<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li e:GPSLatitude='{north}'/></rdf:Bag>"
        "</Iptc4xmpExt:LocationCreated>"
        f"<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>geo:lat={LATITUDE:.6f}</rdf:li>"
        f"<rdf:li>geo:lon={LONGITUDE:.6f}</rdf:li></rdf:Bag></dc:subject>"
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Boats</rdf:li>"
        f"<rdf:li xml:lang='pt'>Barcos em {ISO_6709}</rdf:li></rdf:Alt></dc:description>"
        f"<w:lat>{LATITUDE:.6f}</w:lat><w:long>{LONGITUDE:.6f}</w:long><w:alt>87.25</w:alt>"
        f"<GCamera:hdrp_makernote>{camera}</GCamera:hdrp_makernote>"
        f"<xmp:Thumbnails><rdf:Alt><rdf:li xmpGImg:format='JPEG' xmpGImg:image='{inside}'/>"
        "</rdf:Alt></xmp:Thumbnails>",
    )


def iptc() -> bytes:
    """IPTC datasets: a caption, keywords, a city."""
    texts = (
        (120, f"Boats at {LATITUDE:.5f}, {LONGITUDE:.5f}"), (25, "sea"),
        (25, f"geo:lat={LATITUDE:.6f}"), (40, f"camera serial number {SERIAL}"), (90, "Porto"),
    )  # fmt: skip
    return b"".join(
        bytes([0x1C, 2, dataset]) + len(value).to_bytes(2, "big") + value.encode()
        for dataset, value in texts
    )


def raw_profile(kind: str, data: bytes) -> bytes:
    """A PNG chunk as ImageMagick writes profiles."""
    lines = f"\n{kind}\n{len(data):8d}\n{data.hex()}\n".encode()
    return chunk(b"zTXt", f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(lines))


def degrees() -> str:
    """The position as people write it."""
    return "41°13'57.8642\"N 8°37'19.4471\"W"


@cache
def planted_files() -> dict[str, bytes]:
    """Every such file by what it is."""
    return {**_jpegs(), **_pngs(), **_tiffs(), **_others()}


def _jpegs() -> dict[str, bytes]:
    xmp, extended = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
    long_packet = element_packet()
    half = len(long_packet) // 2
    parts = [
        segment(0xE1, extended + bytes(32) + len(long_packet).to_bytes(4, "big")
                + start.to_bytes(4, "big") + part)
        for start, part in ((0, long_packet[:half]), (half, long_packet[half:]))
    ]  # fmt: skip
    resources = {"iptc": (0x0404, iptc()), "exif": (0x0422, exif()), "xmp": (0x0424, long_packet)}
    files = {
        "JPEG EXIF": (0xE1, b"Exif\0\0" + exif()),
        "JPEG EXIF big-endian": (0xE1, b"Exif\0\0" + exif(">")),
        "JPEG XMP attributes": (0xE1, xmp + attribute_packet()),
        "JPEG XMP elements": (0xE1, xmp + long_packet),
        "JPEG comment ISO 6709": (0xFE, ISO_6709.encode()),
        "JPEG comment RFC 5870": (0xFE, f"geo:{LATITUDE:.5f},{LONGITUDE:.5f};u=9".encode()),
        "JPEG comment degrees": (0xFE, degrees().encode()),
        "JPEG comment serial number": (0xFE, f'{{"serialNumber": "{SERIAL}"}}'.encode()),
        "JPEG comment XMP": (0xFE, attribute_packet()),
    }
    return {
        **{name: jpeg_file(segment(marker, body)) for name, (marker, body) in files.items()},
        **{
            f"JPEG Photoshop {name}": jpeg_file(
                segment(0xED, b"Photoshop 3.0\0" + photoshop(resource))
            )
            for name, resource in resources.items()
        },
        "JPEG extended XMP": jpeg_file(
            segment(0xE1, xmp + packet('own:HasExtendedXMP="0"', "")), *parts
        ),
    }


def _pngs() -> dict[str, bytes]:
    chunks = {
        "eXIf": chunk(b"eXIf", exif()),
        "XMP": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + element_packet()),
        "raw EXIF": raw_profile("exif", b"Exif\0\0" + exif()),
        "raw XMP": raw_profile("xmp", attribute_packet()),
        "raw IPTC": raw_profile("iptc", photoshop((0x0404, iptc()))),
        "text by name": chunk(b"tEXt", b"exif:GPSLatitude\0" + b"41/1, 13/1, 578642/10000"),
        "serial by name": chunk(b"tEXt", b"exif:BodySerialNumber\0" + SERIAL.encode()),
        "text": chunk(b"iTXt", b"Comment\0\0\0en\0\0" + ISO_6709.encode()),
        "EXIF as text": chunk(b"tEXt", b"exif\0" + exif().hex().encode()),
        "EXIF in base64": chunk(b"zTXt", b"exif\0\0" + zlib.compress(base64.b64encode(exif()))),
        "JPEG in base64": chunk(
            b"tEXt", b"preview\0" + base64.b64encode(jpeg_file(segment(0xFE, SERIAL.encode())))
        ),
    }
    return {f"PNG {name}": png_file(data) for name, data in chunks.items()}


def _tiffs() -> dict[str, bytes]:
    tags = tuple(field for field in image_tags() if field.tag != 0x02BC)
    blocks = (
        Field(0x02BC, 1, element_packet()), Field(0x83BB, 7, iptc()),
        Field(0x8649, 7, photoshop((0x0424, attribute_packet()))),
    )  # fmt: skip
    return {
        "TIFF": build_tiff(picture(*image_tags())),
        "BigTIFF": build_tiff(picture(*image_tags()), big=True, order=">"),
        "TIFF with blocks": build_tiff(picture(*tags, *blocks)),
        "DNG": build_tiff(picture(*image_tags(), Field(0xC612, 1, (1, 7, 0, 0)))),
    }


def _others() -> dict[str, bytes]:
    still, magic = encode("WEBP"), b"\1" + bytes(range(255, -1, -1)) + b"\0"
    bitstream = still[20 : 20 + int.from_bytes(still[16:20], "little")]
    canvas = bytes([0x0C, 0, 0, 0, 15, 0, 0, 11, 0, 0])
    primary = Item(b"hvc1", (size_of(40, 30), hevc()), b"data")
    items = {
        "EXIF": Item(b"Exif", (), b"\0\0\0\0" + exif(), [(b"cdsc", [1])]),
        "XMP": Item(b"mime", (), element_packet(), [(b"cdsc", [1])]),
    }
    jxl = bytes.fromhex("0000000c4a584c200d0a870a") + box(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    jxl_boxes = {"EXIF": box(b"Exif", bytes(4), exif()), "XMP": box(b"xml ", attribute_packet())}
    jxl_boxes["packed EXIF"] = box(b"brob", b"Exif", brotli.compress(bytes(4) + exif()))
    jxl_boxes["packed XMP"] = box(b"brob", b"xml ", brotli.compress(element_packet()))
    jp2 = encode("JPEG2000")
    jp2_boxes = {
        "EXIF": box(b"uuid", b"JpgTiffExif->JP2", exif()),
        "map": box(b"uuid", bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03"), exif()),
        "XMP": box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), element_packet()),
        "IPTC": box(b"uuid", bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), iptc()),
    }
    return {
        "WebP EXIF": riff((b"VP8X", canvas), (b"VP8 ", bitstream), (b"EXIF", exif())),
        "WebP XMP": riff((b"VP8X", canvas), (b"VP8 ", bitstream), (b"XMP ", element_packet())),
        "GIF XMP": gif_file(b"!\xff\x0bXMP DataXMP" + element_packet() + magic, gif_frame()),
        "GIF XMP in blocks": gif_file(
            gif_extension(b"XMP DataXMP", attribute_packet()), gif_frame()
        ),
        "GIF comment": gif_file(b"!\xfe" + sub_blocks(degrees().encode()), gif_frame()),
        **{f"HEIC {name}": heif(primary, item) for name, item in items.items()},
        **{f"AVIF {n}": heif(primary, i, brands=(b"avif", b"mif1")) for n, i in items.items()},
        **{
            f"JPEG XL {name}": jxl + data + box(b"jxlc", bytes.fromhex("ff0a4f02"))
            for name, data in jxl_boxes.items()
        },
        **{f"JPEG 2000 {n}": jp2[:12] + jp2[12:32] + d + jp2[32:] for n, d in jp2_boxes.items()},
        "Netpbm comment": f"P5\n# serial {SERIAL}\n4 3\n255\n".encode() + bytes(12),
        "Radiance comment": f"#?RADIANCE\n# {ISO_6709}\n\n-Y 3 +X 4\n".encode(),
        "CR3": cr3(
            CMT1=build_tiff(tuple(f for f in image_tags() if f.tag not in (0x8769, 0x8825))),
            CMT2=build_tiff(exif_tags()),
            CMT3=exif(),
            CMT4=build_tiff(position_tags()),
        ),
        "PSD": psd_file(
            resources=photoshop((0x0404, iptc()), (0x0422, exif()), (0x0424, element_packet()))
        ),
    }
