"""A redacted answer: no position, no serial number, and all else as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.metadata import ImageMetadata, extract, to_json
from service.metadata.model import Comment, IccProfile, Notice
from service.metadata.redact import redact
from tests.images import test_images as make_images
from tests.service.metadata.planted_files import SERIAL, TRACES, planted_files

FILES = {**make_images(), **planted_files()}
TELLING = re.compile(r"gps|latitude|longt?itude|serial", re.IGNORECASE)
ALWAYS_THERE = ("/exif/gps",)


def spell(metadata: ImageMetadata) -> str:
    return json.dumps(to_json(metadata), ensure_ascii=False)


def found(text: str) -> set[str]:
    """Which traces of what is planted are in `text`."""
    return {trace for trace in TRACES if trace in text}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every path of an answer with its value; an empty list or object is a value."""
    if isinstance(value, (dict, list)) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from leaves(item, f"{path}/{key}")
    else:
        yield path, value


@pytest.mark.parametrize("name", planted_files())
def test_nothing_that_is_planted_remains(name: str) -> None:
    metadata = extract(FILES[name])
    assert found(spell(metadata)), "the file carries nothing, so it shows nothing"
    assert metadata.warnings == ()
    assert found(spell(redact(metadata))) == set()


def test_every_trace_is_met_somewhere() -> None:
    met = set().union(*(found(spell(extract(data))) for data in planted_files().values()))
    assert met == set(TRACES)


@pytest.mark.parametrize("name", FILES)
def test_no_name_or_text_of_one_remains(name: str) -> None:
    for path, value in leaves(to_json(redact(extract(FILES[name])))):
        if path not in ALWAYS_THERE:
            assert not TELLING.search(f"{path} {value}"), path


@pytest.mark.parametrize("name", FILES)
def test_redacting_again_changes_nothing(name: str) -> None:
    once = redact(extract(FILES[name]))
    assert redact(once) == once


@pytest.mark.parametrize("name", make_images())
def test_all_else_is_as_it_was(name: str) -> None:
    """Our images hold positions in EXIF alone: their own names say what may go."""
    before = dict(leaves(to_json(extract(FILES[name]))))
    after = dict(leaves(to_json(redact(extract(FILES[name])))))
    gone = {path for path, value in before.items() if after.get(path, path) != value}
    elsewhere = {path for path in gone if not path.startswith(("/exif/gps", "/location"))}
    assert elsewhere <= {"/exif/ifd0/GPSInfoIFDPointer"}
    assert set(after) - set(before) <= {"/exif/gps", "/location"}


def test_what_is_told_beside_it_stays() -> None:
    metadata = redact(extract(FILES["JPEG EXIF"]))
    assert metadata.exif is not None
    assert metadata.exif.ifd0 is not None
    assert metadata.exif.exif is not None
    assert dict(metadata.exif.ifd0) | {"ExifIFDPointer": 0} == {
        "Model": "Model 1", "Orientation": 6, "Artist": "Somebody", "ExifIFDPointer": 0,
    }  # fmt: skip
    assert dict(metadata.exif.exif) == {"LensModel": "Lens"}
    xmp = redact(extract(FILES["JPEG XMP elements"])).xmp
    assert xmp == {
        "xmp:Rating": "4", "Iptc4xmpExt:LocationShown": [{"Iptc4xmpExt:City": "Porto"}],
        "dc:subject": ["sea"], "dc:description": {"x-default": "Boats"},
        "xmp:Thumbnails": [{"xmpGImg:format": "JPEG"}],
    }  # fmt: skip
    iptc = redact(extract(FILES["JPEG Photoshop iptc"])).iptc
    assert iptc == {"Keywords": ["sea"], "City": "Porto"}


def test_exposure_latitude_is_no_place() -> None:
    plain = extract(FILES["baseline.jpg"])
    metadata = replace(plain, xmp={"exifEX:ISOSpeedLatitudeyyy": "200"})
    assert redact(metadata) == metadata


@pytest.mark.parametrize(
    "text",
    [
        "A boat in the harbour of Porto.",
        "f/2.8, 1/125 s, ISO 200, 50.0 mm",
        "2024-05-06T07:08:09+01:00",
        "uuid:8a6f0b1c-41d1-3578-6428-37194471abcd",
        "Version 1.2.3, 40 x 30 cm, 0.5, 0.25",
        "call +351-22-0000",
        "180° panorama, 20°C in the shade",
    ],
)
def test_an_innocent_text_stays(text: str) -> None:
    metadata = replace(
        extract(FILES["baseline.jpg"]),
        comments=(Comment("COM", None, None, text),), iptc={"CaptionAbstract": text},
        xmp={"dc:description": text},
    )  # fmt: skip
    assert redact(metadata) == metadata


def test_what_others_tell_goes_too() -> None:
    """The name of a profile and the words of a warning come from the file as well."""
    plain = extract(FILES["profile.jpg"])
    metadata = replace(
        plain,
        color=replace(
            plain.color, icc_profile=IccProfile(f"Serial {SERIAL}", 9, "RGB", "4.3.0", "display")
        ),
        warnings=(
            Notice("raw-profile", f"the raw profile serial {SERIAL} is damaged", 4),
            Notice("truncated", "the file is cut short", 5),
        ),
    )
    redacted = redact(metadata)
    assert redacted.color.icc_profile == IccProfile(None, 9, "RGB", "4.3.0", "display")
    assert redacted.warnings == (Notice("truncated", "the file is cut short", 5),)
