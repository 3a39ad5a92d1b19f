"""What is fuzzed: each parser with the bytes that it begins from, and what must hold of any bytes.

Nothing here needs atheris: the ordinary tests run each target on its seeds and on what has once
been a crash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from service.metadata import ImageMetadata, MetadataError, detect, extract, to_json
from service.metadata.draft import Draft
from service.metadata.embedded.exif import read_exif
from service.metadata.embedded.icc import read_icc
from service.metadata.embedded.iptc import read_iptc
from service.metadata.embedded.photoshop import read_resources
from service.metadata.embedded.xmp import read_xmp
from service.metadata.finish import freeze
from service.metadata.formats.fallback import read_fallback
from service.metadata.reader import reader_of
from service.metadata.redact import redact

Target: TypeAlias = Callable[[bytes], None]


def read_file(data: bytes) -> None:
    """Read an image: an answer, or an error with a sentence."""
    try:
        metadata = extract(data)
    except MetadataError as error:
        assert str(error)
        return
    assert metadata.file.size == len(data)
    parser = detect.find_parser(data[: detect.HEAD])
    if parser is not None and "parser-fault" in codes(metadata):
        parser(reader_of(data), Draft(size=len(data)))  # for the traceback of what was survived
    check(metadata)


def codes(metadata: ImageMetadata) -> set[str]:
    """Give the codes of an answer's warnings."""
    return {notice.code for notice in metadata.warnings}


def check(metadata: ImageMetadata) -> None:
    """Hold that an answer is JSON, tells of no fault of ours, and can be redacted."""
    assert "parser-fault" not in codes(metadata)
    json.dumps(to_json(metadata), allow_nan=False).encode()
    redacted = redact(metadata)
    assert redact(redacted) == redacted


def reads(parse: Callable[[bytes, Draft], object]) -> Target:
    """Give the target of a parser that writes into a draft and raises nothing."""

    def target(data: bytes) -> None:
        draft = Draft(size=len(data))
        parse(data, draft)
        check(freeze(draft))

    return target


FORMATS: Final = tuple(
    name.removeprefix("_load_") for name in vars(detect) if name.startswith("_load_")
)
"""The parsers by name, so that one that is added is fuzzed from then on."""

TARGETS: Final[Mapping[str, Target]] = {
    **dict.fromkeys(FORMATS, read_file),
    "exif": reads(lambda data, draft: read_exif(reader_of(data), draft)),
    "xmp": reads(read_xmp),
    "icc": reads(read_icc),
    "iptc": reads(lambda data, draft: read_iptc(reader_of(data), draft)),
    "photoshop": reads(lambda data, draft: read_resources(reader_of(data), draft)),
    "fallback": reads(lambda data, draft: read_fallback(reader_of(data), draft)),
}
