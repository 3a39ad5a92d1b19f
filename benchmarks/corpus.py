"""The benchmark's own pictures: what people keep in a folder, the same bytes on every machine.

Pillow codes noise, so that a file has the size that a photo of its dimensions has; the metadata in
front of it is built here, with what cameras and editors write.
"""

from __future__ import annotations

import hashlib
import io
import random
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import PIL
from PIL import Image, PngImagePlugin

SHARES = {"jpg": 270, "png": 65, "tif": 25, "gif": 20, "webp": 20}
"""Files of each format."""

_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
    'xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" '
    'xmp:CreatorTool="Editor 24.1" xmp:CreateDate="2024-05-06T07:08:09" xmp:Rating="{rating}" '
    'dc:format="image/jpeg" photoshop:ColorMode="3" xmpMM:DocumentID="xmp.did:{number:032x}">'
    "<dc:creator><rdf:Seq><rdf:li>A. Person</rdf:li></rdf:Seq></dc:creator><dc:subject><rdf:Bag>"
    "<rdf:li>harbour</rdf:li><rdf:li>boat</rdf:li><rdf:li>evening</rdf:li></rdf:Bag></dc:subject>"
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Boats in the evening</rdf:li></rdf:Alt>'
    '</dc:description><xmpMM:History><rdf:Seq><rdf:li stEvt:action="created" '
    'stEvt:when="2024-05-06T07:08:09" stEvt:softwareAgent="Editor 24.1"/><rdf:li '
    'stEvt:action="saved" stEvt:when="2024-05-07T08:09:10" stEvt:changed="/"/></rdf:Seq>'
    "</xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>"
)
_XMP_END = '<?xpacket end="w"?>'


def build_corpus(folder: Path) -> list[Path]:
    """Make the files in `folder`, or find those that an earlier run has made."""
    stamp = folder / "made-by"
    source = Path(__file__).read_bytes()
    version = hashlib.sha256(source + PIL.__version__.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != version:
        folder.mkdir(parents=True, exist_ok=True)
        print(f"making {sum(SHARES.values())} pictures, once", file=sys.stderr)
        for name, data in _files():
            (folder / name).write_bytes(data)
        stamp.write_text(version)
    return sorted(path for path in folder.iterdir() if path != stamp)


def write_sparse(folder: Path, megabytes: int) -> tuple[Path, Path]:
    """Give a JPEG and a TIFF file of this size whose picture data are zeros never written."""
    size = megabytes << 20
    camera, sample = _build_exif(random.Random(1)), io.BytesIO()
    Image.new("RGB", (640, 480)).save(sample, "JPEG", exif=b"Exif\0\0" + camera)
    jpeg, tiff = folder / f"{megabytes}.jpg", folder / f"{megabytes}.tif"
    for path, head, tail in (
        (jpeg, sample.getvalue()[:-2], b"\xff\xd9"),
        (tiff, _build_tiff_head(size), b""),
    ):
        with path.open("wb") as file:
            file.write(head)
            file.seek(size - len(tail) - (not tail))
            file.write(tail or b"\0")
    return jpeg, tiff


def _files() -> Iterator[tuple[str, bytes]]:
    makers: dict[str, Callable[[random.Random], bytes]] = {
        "jpg": _make_jpeg, "png": _make_png, "tif": _make_tiff, "gif": _make_gif,
        "webp": _make_webp,
    }  # fmt: skip
    for extension, count in SHARES.items():
        for number in range(count):
            seed = random.Random(f"{extension}{number}")
            yield f"{number:03}.{extension}", makers[extension](seed)


def _draw(seed: random.Random, width: int, height: int, *, grain: float) -> Image.Image:
    """Draw soft shapes under a grain, which decides how long the coded picture is."""
    soft = Image.frombytes("RGB", (8, 6), seed.randbytes(8 * 6 * 3))
    noise = Image.frombytes(
        "RGB", (width // 4, height // 4), seed.randbytes(width * height // 16 * 3)
    )
    picture = soft.resize((width, height), Image.Resampling.BICUBIC)
    return Image.blend(picture, noise.resize((width, height)), grain)


def _pick_size(seed: random.Random, *sizes: tuple[int, int]) -> tuple[int, int]:
    width, height = seed.choice(sizes)
    return (height, width) if seed.random() < 0.2 else (width, height)


def _make_jpeg(seed: random.Random) -> bytes:
    """A photo: four in five from a camera, some of them edited."""
    size = _pick_size(seed, (640, 480), (1024, 768), (1600, 1200), (2048, 1536), (2560, 1920))
    picture = _draw(seed, *size, grain=seed.uniform(0.1, 0.35))
    from_camera, edited = seed.random() < 0.8, seed.random() < 0.3
    options: dict[str, object] = {
        "quality": seed.choice((75, 85, 90, 92, 95)),
        "progressive": seed.random() < 0.15,
        "subsampling": seed.choice((0, 2, 2)),
    }
    if from_camera:
        options["exif"] = b"Exif\0\0" + _build_exif(seed)
    if edited or seed.random() < 0.1:
        options["icc_profile"] = _build_icc(seed)
    if edited:
        options["xmp"] = _build_xmp(seed)
    return _encode(picture, "JPEG", options)


def _make_png(seed: random.Random) -> bytes:
    """A drawing or a screenshot; a few are animated or carry EXIF."""
    kind = seed.random()
    notes = PngImagePlugin.PngInfo()
    if kind < 0.3:
        notes.add_text("Software", "Editor 24.1")
        notes.add_itxt("Title", "Boats in the evening")
    if kind > 0.8:
        notes.add_itxt("XML:com.adobe.xmp", _build_xmp(seed).decode())
    options: dict[str, object] = {"pnginfo": notes, "dpi": (144, 144), "compress_level": 1}
    picture = _draw(seed, *_pick_size(seed, (320, 240), (640, 480), (800, 600)), grain=0.12)
    if kind > 0.9:
        options["exif"] = _build_exif(seed)
    if 0.3 < kind < 0.5:
        options["icc_profile"] = _build_icc(seed)
    if 0.5 < kind < 0.7:
        picture = picture.quantize(64)
    elif kind < 0.4:
        picture.putalpha(200)
    return _encode(picture, "PNG", options)


def _make_tiff(seed: random.Random) -> bytes:
    """A scan, in strips and compressed in one of the common ways; a few have several pages."""
    picture = _draw(seed, *_pick_size(seed, (480, 640), (600, 800)), grain=0.15)
    way = seed.choice(("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"))
    options: dict[str, object] = {"compression": way, "dpi": (300, 300)}
    if seed.random() < 0.3:
        options["icc_profile"] = _build_icc(seed)
    if seed.random() < 0.2:
        options |= {"save_all": True, "append_images": [picture.resize((240, 320))] * 3}
    return _encode(picture, "TIFF", options)


def _make_gif(seed: random.Random) -> bytes:
    """A drawing, or an animation of some frames."""
    frames = [
        _draw(seed, 320, 240, grain=0.2).quantize(128) for _ in range(seed.choice((1, 1, 6, 12)))
    ]
    more = {"save_all": True, "append_images": frames[1:], "duration": 80, "loop": 0}
    return _encode(frames[0], "GIF", more if len(frames) > 1 else {})


def _make_webp(seed: random.Random) -> bytes:
    """A picture of a web page; some keep the camera's EXIF and a profile."""
    options: dict[str, object] = {"quality": 85, "method": 0, "lossless": seed.random() < 0.2}
    if seed.random() < 0.4:
        options |= {"exif": _build_exif(seed), "icc_profile": _build_icc(seed)}
    size = _pick_size(seed, (640, 480), (1024, 768), (1600, 1200))
    return _encode(_draw(seed, *size, grain=0.3), "WEBP", options)


def _encode(picture: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _build_xmp(seed: random.Random) -> bytes:
    """A packet with the padding that editors leave for changes in place."""
    text = _XMP.format(rating=seed.randrange(6), number=seed.getrandbits(128))
    return (text + (" " * 99 + "\n") * 20 + _XMP_END).encode()


def _build_icc(seed: random.Random) -> bytes:
    """A display profile of the usual length, whose curves are noise (ICC.1:2001-04)."""
    size, name = 3144, b"sRGB IEC61966-2.1\0"
    text = struct.pack(">4s4xI", b"desc", len(name)) + name
    head = struct.pack(">I4sBBH", size, b"test", 2, 0x10, 0) + b"mntrRGB XYZ "
    table = struct.pack(">I", 2) + struct.pack(">4sII", b"cprt", 500, 20)
    table += struct.pack(">4sII", b"desc", 156, len(text))
    data = head.ljust(36, b"\0") + b"acsp" + bytes(88) + table + text
    return data + seed.randbytes(size - len(data))


_Field = tuple[int, int, int, bytes]
"""Tag, type, count and the value's bytes, little-endian."""


def _text(tag: int, value: str) -> _Field:
    return tag, 2, len(value) + 1, value.encode() + b"\0"


def _shorts(tag: int, *values: int) -> _Field:
    return tag, 3, len(values), struct.pack(f"<{len(values)}H", *values)


def _long(tag: int, value: int) -> _Field:
    return tag, 4, 1, struct.pack("<I", value)


def _rationals(tag: int, *values: int) -> _Field:
    return tag, 5, len(values) // 2, struct.pack(f"<{len(values)}I", *values)


def _raw(tag: int, data: bytes) -> _Field:
    return tag, 7, len(data), data


def _pack(fields: list[_Field], start: int, *, following: int = 0) -> bytes:
    """Pack a directory that lies at `start` of its block, its long values behind it."""
    entries, values = b"", b""
    behind = start + 2 + 12 * len(fields) + 4
    for tag, kind, count, data in fields:
        entries += struct.pack("<HHI", tag, kind, count)
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack("<I", behind + len(values))
            values += data + b"\0" * (len(data) & 1)
    link = behind + len(values) if following else 0
    return struct.pack("<H", len(fields)) + entries + struct.pack("<I", link) + values


def _build_exif(seed: random.Random) -> bytes:
    """What a camera writes: some sixty tags, a maker's note, a third with GPS, a thumbnail."""
    date = f"2024:{seed.randrange(1, 13):02}:{seed.randrange(1, 29):02} 07:08:09"
    exif = _camera_fields(seed, date)
    interop = [_text(0x0001, "R98"), _raw(0x0002, b"0100")]
    gps = _place_fields(seed) if seed.random() < 0.35 else []
    main = [
        _text(0x010F, "Example Corporation"), _text(0x0110, f"EX-{seed.randrange(1000)} Mark II"),
        _shorts(0x0112, seed.choice((1, 1, 1, 6, 8))), _rationals(0x011A, 72, 1),
        _rationals(0x011B, 72, 1), _shorts(0x0128, 2), _text(0x0131, "Firmware 1.0.2"),
        _text(0x0132, date), _text(0x013B, "A. Person"), _shorts(0x0213, 1),
        _text(0x8298, "A. Person 2024"), _long(0x8769, 0),
    ]  # fmt: skip
    main += [_long(0x8825, 0)] if gps else []
    exif_at = 8 + len(_pack(main, 8))
    interop_at = exif_at + len(_pack([*exif, _long(0xA005, 0)], exif_at))
    gps_at = interop_at + len(_pack(interop, interop_at))
    thumbnail_at = gps_at + len(_pack(gps, gps_at))
    main[11] = _long(0x8769, exif_at)
    main[12:] = [_long(0x8825, gps_at)] if gps else []
    block = b"II*\0" + struct.pack("<I", 8)
    block += _pack(main, 8) + _pack([*exif, _long(0xA005, interop_at)], exif_at)
    block += _pack(interop, interop_at) + _pack(gps, gps_at)
    return _add_thumbnail(block, thumbnail_at, link_at=8 + 2 + 12 * len(main), seed=seed)


def _camera_fields(seed: random.Random, date: str) -> list[_Field]:
    return [
        _rationals(0x829A, 1, seed.choice((60, 125, 250))), _rationals(0x829D, 28, 10),
        _shorts(0x8822, 2), _shorts(0x8827, seed.choice((100, 200, 400))), _shorts(0x8830, 2),
        _raw(0x9000, b"0231"), _text(0x9003, date), _text(0x9004, date), _text(0x9010, "+01:00"),
        _raw(0x9101, b"\1\2\3\0"), _rationals(0x9102, 4, 1), _rationals(0x9201, 6965, 1000),
        _rationals(0x9202, 297, 100), _rationals(0x9204, 0, 10), _rationals(0x9205, 297, 100),
        _shorts(0x9207, 5), _shorts(0x9208, 0), _shorts(0x9209, 16), _rationals(0x920A, 50, 1),
        _shorts(0x9214, 2000, 1500, 600, 400),
        _raw(0x927C, seed.randbytes(seed.choice((800, 9000)))),
        _raw(0x9286, b"ASCII\0\0\0".ljust(120, b"\0")), _text(0x9290, "42"), _text(0x9291, "42"),
        _raw(0xA000, b"0100"), _shorts(0xA001, 1), _long(0xA002, 4000), _long(0xA003, 3000),
        _rationals(0xA20E, 4438, 1), _rationals(0xA20F, 4445, 1), _shorts(0xA210, 2),
        _shorts(0xA217, 2), _raw(0xA300, b"\3"), _raw(0xA301, b"\1"), _shorts(0xA401, 0),
        _shorts(0xA402, 0), _shorts(0xA403, 0), _rationals(0xA404, 1, 1), _shorts(0xA405, 50),
        _shorts(0xA406, 0), _rationals(0xA432, 24, 1, 70, 1, 28, 10, 28, 10),
        _text(0xA434, "EX 24-70mm F2.8"),
    ]  # fmt: skip


def _place_fields(seed: random.Random) -> list[_Field]:
    return [
        (0x0000, 1, 4, b"\2\3\0\0"), _text(0x0001, "N"),
        _rationals(0x0002, 38, 1, seed.randrange(60), 1, 2815, 100), _text(0x0003, "W"),
        _rationals(0x0004, 9, 1, seed.randrange(60), 1, 1433, 100), (0x0005, 1, 1, b"\0"),
        _rationals(0x0006, 105, 10), _rationals(0x0007, 7, 1, 8, 1, 9, 1),
        _text(0x0012, "WGS-84"), _text(0x001D, "2024:05:06"),
    ]  # fmt: skip


def _add_thumbnail(block: bytes, at: int, *, link_at: int, seed: random.Random) -> bytes:
    picture = _encode(_draw(seed, 160, 120, grain=0.3), "JPEG", {"quality": 75})
    ifd1 = [
        _shorts(0x0103, 6), _rationals(0x011A, 72, 1), _rationals(0x011B, 72, 1),
        _shorts(0x0128, 2), _long(0x0201, 0), _long(0x0202, len(picture)),
    ]  # fmt: skip
    ifd1[4] = _long(0x0201, at + len(_pack(ifd1, at)))
    linked = block[:link_at] + struct.pack("<I", at) + block[link_at + 4 :]
    return linked + _pack(ifd1, at) + picture


def _build_tiff_head(size: int) -> bytes:
    """A TIFF file's header and directory; one strip of grey up to `size` follows."""
    width = 1 << 13
    fields = [
        _long(0x0100, width), _long(0x0101, size // width - 1), _shorts(0x0102, 8),
        _shorts(0x0103, 1), _shorts(0x0106, 1), _long(0x0111, 4096), _shorts(0x0115, 1),
        _long(0x0116, size // width), _long(0x0117, (size // width - 1) * width),
    ]  # fmt: skip
    return b"II*\0" + struct.pack("<I", 8) + _pack(fields, 8)


if __name__ == "__main__":
    build_corpus(Path(sys.argv[1]) / "pictures")
    (Path(sys.argv[1]) / "sparse").mkdir(exist_ok=True)
    for size in (1, 1024):
        write_sparse(Path(sys.argv[1]) / "sparse", size)
