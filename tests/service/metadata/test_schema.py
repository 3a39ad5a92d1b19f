"""The schema describes each answer, all of it, and nothing that no answer has."""

from __future__ import annotations

import ast
import json
import math
import random
import re
import struct
import subprocess
import sys
import types
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import jsonschema  # type: ignore[import-untyped]
import pytest

from service.metadata import SCHEMA_VERSION, ImageMetadata, MetadataError, extract, to_json
from service.metadata.embedded.directory import TYPE_NAMES, TYPE_SIZES
from service.metadata.formats import (
    bmp,
    bmp_header,
    fallback_names,
    heif_pages,
    pnm,
    psd,
    tiff_names,
)
from service.metadata.redact import redact
from service.metadata.schema import read_schema
from service.metadata.values import Block, Rational
from tests.images import test_images as make_images
from tests.service.metadata.planted_files import planted_files
from tests.service.metadata.tiff_files import BYTE, Field, build_tiff, picture

SCHEMA = read_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FILES = {**make_images(), **planted_files()}
LIBRARY = Path(sys.modules[ImageMetadata.__module__].__file__ or "").parent
VALUES = (Rational, Block)
TRIES = 7


def check(data: bytes) -> None:
    """Hold the answer, if there is one, against the schema."""
    try:
        metadata = extract(data)
    except MetadataError:
        return
    hold(to_json(metadata))


def hold(answer: dict[str, Any]) -> None:
    error = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(answer))
    assert error is None, f"{error.json_path}: {error.message}"


def resolve(part: Any) -> Any:
    """Follow references, and pass by the null of what may be absent."""
    if "$ref" in part:
        return resolve(SCHEMA["$defs"][part["$ref"].removeprefix("#/$defs/")])
    kinds = [kind for kind in part.get("anyOf", ()) if kind != {"type": "null"}]
    return resolve(kinds[0]) if len(kinds) == 1 else part


def subschemas(part: Any = SCHEMA, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every object of the schema that has a path."""
    if isinstance(part, dict):
        yield path, part
        for key, inner in part.items():
            yield from subschemas(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from subschemas(inner, f"{path}/{number}")


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, part in subschemas():
        for name, inner in part.get("properties", {}).items() if "required" in part else ():
            yield f"{path}/{name}", inner


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert SCHEMA["properties"]["schemaVersion"]["const"] == SCHEMA_VERSION


@pytest.mark.parametrize("name", FILES)
def test_every_image(name: str) -> None:
    metadata = extract(FILES[name], sha256=True)
    hold(to_json(metadata))
    hold(to_json(redact(metadata)))


@pytest.mark.parametrize("name", FILES)
def test_images_that_are_cut(name: str) -> None:
    data = FILES[name]
    for end in range(1, len(data), max(len(data) // TRIES, 1)):
        check(data[:end])


@pytest.mark.parametrize("name", FILES)
def test_images_with_changed_bytes(name: str) -> None:
    chance = random.Random(name)
    for _ in range(TRIES):
        data = bytearray(FILES[name])
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
        check(bytes(data))


@pytest.mark.parametrize("tag", [field.tag for field in picture()] + [0x10A, 0x13D, 0x142, 0x152])
@pytest.mark.parametrize("kind", TYPE_SIZES)
def test_a_tag_of_any_type(tag: int, kind: int) -> None:
    """Writers give a tag a type that it should not have, and numbers that it cannot have."""
    plain = struct.pack("<HHQQ", tag, BYTE, 1, 0)
    minus_five = b"\xfb".ljust(TYPE_SIZES[kind], b"\xff").ljust(8, b"\0")
    data = build_tiff(picture(Field(tag, BYTE, (0,))), big=True)
    assert data.count(plain) == 1
    check(data.replace(plain, struct.pack("<HHQ", tag, kind, 1) + minus_five))


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, -1.0])
def test_a_resolution_that_is_none(number: float) -> None:
    data = struct.pack("<f", number)
    fields = (Field(0x11A, 11, data), Field(0x11B, 11, data))
    metadata = extract(build_tiff(picture(*fields)))
    assert metadata.image.resolution is None
    hold(to_json(metadata))


def test_a_path_of_another_format(tmp_path: Path) -> None:
    path = tmp_path / "picture.gif"
    path.write_bytes(FILES["baseline.jpg"])
    answer = to_json(extract(path))
    assert answer["file"]["extensionMismatch"] is True
    VALIDATOR.validate(answer)


def test_an_answer_of_another_shape_is_refused() -> None:
    """So that the tests above can fail at each level."""
    answer = to_json(extract(FILES["camera.jpg"]))
    VALIDATOR.validate(answer)
    for change in (
        {"more": 1},
        {"file": {**answer["file"], "more": 1}},
        {"image": {key: value for key, value in answer["image"].items() if key != "width"}},
        {"exif": {**answer["exif"], "ifd0": {"Make": True}}},
        {"warnings": [{"code": "none-such", "message": "", "offset": None}]},
    ):
        assert not VALIDATOR.is_valid({**answer, **change}), change


def records(hint: Any) -> Iterator[type]:
    """The record types of the library that a type hint names; values of tags are none."""
    if isinstance(hint, type) and hint.__module__.startswith("service.metadata."):
        yield from () if hint in VALUES else (hint,)
    for inner in get_args(hint):
        yield from records(inner)


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name.rstrip("_"))


def is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


def allows_null(part: Any) -> bool:
    return bool(VALIDATOR.evolve(schema={**part, "$defs": SCHEMA["$defs"]}).is_valid(None))


def pairs(record: type = ImageMetadata, part: Any = SCHEMA) -> Iterator[tuple[type, Any]]:
    """Each record type with the schema of its JSON, from the root down."""
    yield record, part
    for name, hint in get_type_hints(record).items():
        inner = resolve(part.get("properties", {}).get(camel(name), {}))
        for found in records(hint):
            yield from pairs(found, resolve(inner.get("items", inner)))


PAIRS = dict(pairs())


def test_all_records_are_met() -> None:
    """The walk over the types comes by every object of the schema but the values of tags."""
    objects = [part for _, part in subschemas() if "required" in part]
    assert len(PAIRS) == len(objects) - len(VALUES)


@pytest.mark.parametrize("record", PAIRS, ids=lambda record: record.__name__)
def test_its_keys_are_the_fields(record: type) -> None:
    """A field that is added must be described; one that is taken away must go here too."""
    part = PAIRS[record]
    hints = {camel(name): hint for name, hint in get_type_hints(record).items()}
    assert list(part.get("properties", ())) == list(hints)
    assert part["required"] == list(hints), "every key is always there"
    assert part["additionalProperties"] is False
    for name, hint in hints.items():
        assert allows_null(part["properties"][name]) == is_optional(hint), name


@pytest.mark.parametrize(("path", "part"), list(properties()))
def test_each_property_is_described(path: str, part: dict[str, Any]) -> None:
    assert part["title"], path
    assert part["description"].endswith("."), path
    assert "x-source" in part or "required" in resolve(part.get("items", part)), path


@cache
def constants() -> frozenset[str]:
    """Every text that the library's code spells."""
    return frozenset(
        node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        for path in LIBRARY.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    )


def words() -> Iterator[tuple[str, str]]:
    """Each word of a closed vocabulary, with its place."""
    for path, part in subschemas():
        for word in (*part.get("enum", ()), *([part["const"]] if "const" in part else ())):
            if isinstance(word, str):
                yield path, word


@pytest.mark.parametrize(("path", "word"), list(words()))
def test_each_word_is_one_that_the_library_spells(path: str, word: str) -> None:
    assert all(part in constants() for part in (word.split(" and ") if "VP8" in word else [word]))


def vocabulary(place: str) -> set[str | None]:
    """The words of the first closed vocabulary at a place: "image/colorModel"."""
    part: Any = SCHEMA
    for name in place.split("/"):
        part = resolve(part)
        part = part.get("properties", {}).get(name) or resolve(part["items"])
    part = resolve(part)
    return set(part["enum"] if "enum" in part else part["anyOf"][0]["enum"])


def names(table: Any, at: int | None = None) -> set[str | None]:
    values = list(table.values())
    return {value if at is None else value[at] for value in values}


@pytest.mark.parametrize(
    ("place", "spoken"),
    [
        ("encoding/compression", {kind.name for kind in tiff_names.COMPRESSIONS.values()}),
        ("encoding/compression", names(heif_pages.CODECS)),
        ("encoding/compression", names(psd._COMPRESSIONS)),
        ("encoding/compression", names(bmp._COMPRESSIONS)),
        ("image/photometricInterpretation", names(tiff_names.PHOTOMETRICS, 0)),
        ("image/photometricInterpretation", names(psd._MODES, 2) - {None}),
        ("image/photometricInterpretation", {m.photometric for m in fallback_names.MODES.values()}),
        ("image/colorModel", names(tiff_names.PHOTOMETRICS, 1)),
        ("image/colorModel", names(psd._MODES, 1)),
        ("image/colorModel", {mode.color_model for mode in fallback_names.MODES.values()}),
        ("image/sampleFormat", names(tiff_names.SAMPLE_FORMATS)),
        ("file/format", set(fallback_names.PLUGINS)),
        ("file/format", names(pnm._NAMES)),
        ("encoding/compression", names(fallback_names.COMPRESSIONS)),
        ("encoding/compression", names(fallback_names.BLOCK_COMPRESSIONS)),
        ("encoding/psd/colorMode", names(psd._MODES, 0)),
        ("encoding/bmp/header", {*names(bmp_header._NAMES), bmp_header._OS2_NAME}),
        ("encoding/bmp/compression", names(bmp_header._WINDOWS_COMPRESSIONS)),
        ("encoding/bmp/compression", names(bmp_header._OS2_COMPRESSIONS)),
        ("encoding/tiff/extraSamples/0", names(tiff_names.EXTRA_SAMPLES)),
        ("encoding/tiff/planarConfiguration", names(tiff_names.PLANAR_CONFIGURATIONS)),
    ],
)
def test_each_word_of_a_table_is_in_the_vocabulary(place: str, spoken: set[str | None]) -> None:
    assert spoken <= vocabulary(place)


def test_the_types_of_a_block_are_those_of_tiff() -> None:
    assert SCHEMA["$defs"]["block"]["properties"]["type"]["enum"] == list(TYPE_NAMES.values())


def spoken_codes() -> Iterator[str]:
    """The code in each call of `warn`, `part` and `warn_of`; the draft itself hands codes on."""
    places = {"warn": 0, "part": 0, "warn_of": 1}
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in places:
                code = node.args[places[name]]
                assert isinstance(code, ast.Constant) or path.name == "draft.py", path
                yield from [str(code.value)] if isinstance(code, ast.Constant) else []


def test_the_codes_of_warnings_are_those_of_the_code() -> None:
    told = SCHEMA["$defs"]["warning"]["properties"]["code"]["oneOf"]
    codes = [word["const"] for word in told]
    assert codes == sorted(codes)
    assert set(codes) == set(spoken_codes())
    assert all(word["description"].endswith(".") for word in told)


def test_it_is_in_the_wheel_and_in_what_the_image_is_made_of(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=LIBRARY.parents[1], check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in ("service", "imgmeta_cli/_bundle/service"):
            assert json.loads(archive.read(f"{name}/metadata/schema.json")) == SCHEMA
