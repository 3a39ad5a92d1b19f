"""The entrance: every kind of source, its errors, the answer's layout, what is imported."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from service.metadata import (
    EmptyInput,
    MetadataError,
    NotAnImage,
    Unreadable,
    dump_json,
    extract,
    to_json,
)
from tests.image_bytes import jpeg_file, png_file
from tests.images import encode
from tests.images import test_images as make_images

IMAGES = make_images()
KEYS = {
    "file": "size mediaType format formatVersion extensionMismatch sha256 trailingBytes",
    "image": "width height displayWidth displayHeight orientation bitsPerSample samplesPerPixel "
    "sampleFormat photometricInterpretation colorModel hasAlpha palette resolution pageCount "
    "megapixels",
    "encoding": "compression lossless progressive interlaced jpeg png webp tiff avif heic jxl "
    "jp2 gif bmp psd",
    "color": "iccProfile cicp gamma gainMap",
}
TOP = "schemaVersion file image encoding color animation pages exif location iptc xmp comments "
TOP += "thumbnails warnings"


def forget_path(data: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    data["file"]["extensionMismatch"] = None
    return data


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_every_source_gives_the_same_answer(name: str, tmp_path: Path) -> None:
    expected = to_json(extract(IMAGES[name]))
    path = tmp_path / name
    path.write_bytes(IMAGES[name])
    assert forget_path(to_json(extract(path))) == expected
    assert to_json(extract(io.BytesIO(IMAGES[name]))) == expected
    assert to_json(extract(memoryview(IMAGES[name]))) == expected
    with path.open("rb") as file:
        assert to_json(extract(file)) == expected


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_the_names_of_test_images_fit_their_formats(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(IMAGES[name])
    assert extract(path).file.extension_mismatch is False
    wrong = path.rename(tmp_path / "image.txt")
    assert extract(wrong).file.extension_mismatch is True
    bare = wrong.rename(tmp_path / "image")
    assert extract(bare).file.extension_mismatch is False


def test_a_large_file_is_read_like_a_small_one(tmp_path: Path) -> None:
    data = png_file() + bytes(1_000_000)
    path = tmp_path / "large.png"
    path.write_bytes(data)
    assert forget_path(to_json(extract(path))) == to_json(extract(data))
    assert to_json(extract(io.BytesIO(data))) == to_json(extract(data))


def test_a_stream_is_read_from_where_it_stands() -> None:
    stream = io.BytesIO(b"prefix" + png_file())
    stream.seek(6)
    found = extract(stream)
    assert (found.image.width, found.file.size) == (40, len(png_file()))
    assert not stream.closed


def test_a_pipe_is_read_too(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(jpeg_file(),))
    writer.start()
    assert extract(pipe).image.width == 40
    writer.join()


def test_the_hash_is_given_on_demand() -> None:
    data = jpeg_file()
    assert extract(data).file.sha256 is None
    assert extract(data, sha256=True).file.sha256 == hashlib.sha256(data).hexdigest()


def test_errors(tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.touch()
    for source in (b"", empty, io.BytesIO()):
        with pytest.raises(EmptyInput):
            extract(source)
    for data in (b"x", b"hello, world", bytes(5000), b"BM" + bytes(100), b"RIFF\0\0\0\0WAVEfmt "):
        with pytest.raises(NotAnImage):
            extract(data)
    for path in (tmp_path / "absent.png", tmp_path):
        with pytest.raises(Unreadable) as caught:
            extract(path)
        assert isinstance(caught.value.__cause__, OSError)
        assert isinstance(caught.value, MetadataError)


class Failing(io.BytesIO):
    """A stream on a disk that has failed."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_stream_that_fails_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="Input/output error"):
        extract(Failing(jpeg_file()))


def test_a_truncated_picture_keeps_its_size() -> None:
    whole = encode("JPEG", size=(64, 48), quality=95)
    found = extract(whole[: len(whole) - 20])
    assert (found.image.width, found.image.height) == (64, 48)
    assert [notice.code for notice in found.warnings] == ["no-end"]


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_the_layout_is_always_whole(name: str) -> None:
    answer = to_json(extract(IMAGES[name]))
    assert list(answer) == TOP.split()
    assert answer["schemaVersion"] == "1"
    for key, names in KEYS.items():
        assert list(answer[key]) == names.split()
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


@pytest.mark.parametrize("name", sorted(IMAGES))
@pytest.mark.parametrize("style", [{}, {"indent": 2}, {"separators": (",", ":")}], ids=str)
def test_the_text_is_that_of_the_dictionary(name: str, style: dict[str, Any]) -> None:
    found = extract(IMAGES[name])
    whole = {"path": "a.jpg", **to_json(found)}
    assert dump_json(found, {"path": "a.jpg"}, **style) == json.dumps(whole, **style)


def test_numbers_that_json_does_not_know_are_null() -> None:
    from tests.service.metadata.tiff_files import Field, build_tiff, picture

    field = Field(0x9999, 12, bytes.fromhex("000000000000f07f"))
    data = build_tiff(picture(field))
    at = data.index(b"\x99\x99\x0c\0") + 4
    found = extract(data[:at] + b"\1\0\0\0" + data[at + 4 :])
    answer = to_json(found)
    assert answer["exif"]["ifd0"]["0x9999"] is None
    assert json.loads(dump_json(found)) == json.loads(json.dumps(answer))


def loaded_by(code: str) -> set[str]:
    """Run `code` in a fresh interpreter and give the names of the modules that it loaded."""
    script = f"import sys\n{code}\nprint(*sys.modules)"
    root = Path(__file__).parents[3]
    run = [sys.executable, "-c", script]
    return set(
        subprocess.run(run, capture_output=True, check=True, text=True, cwd=root).stdout.split()
    )


def test_little_is_imported() -> None:
    unwanted = {"PIL", "defusedxml", "xml", "tempfile", "hashlib", "importlib.resources"}
    assert not loaded_by("import service.metadata") & unwanted
    jpeg = loaded_by(f"from service.metadata import extract; extract({jpeg_file()!r})")
    assert not jpeg & unwanted
    assert "service.metadata.formats.png" not in jpeg
    assert "service.metadata.formats.jpeg" in jpeg
