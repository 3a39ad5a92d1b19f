"""Ask each oracle once over all files; its raw answers by the name of a file."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = ROOT / ".venv-oracles" / "bin" / "python"
ADVICE: Final = "run `make oracles` as root on Debian: it installs what is missing"

Raw: TypeAlias = dict[str, Any]
"""What an oracle says of one file, in its own words."""

_IDENTIFY: Final = {
    "scene": "%s", "format": "%m", "width": "%w", "height": "%h", "bits": "%z",
    "compression": "%C", "interlace": "%[interlace]", "orientation": "%[orientation]",
    "x": "%x", "y": "%y", "unit": "%U", "frames": "%n", "delay": "%T",
    "factors": "%[jpeg:sampling-factor]",
}  # fmt: skip
_FIELD: Final = re.compile(r"^(.+?): ([\w-]+): (.*)$")


def run(*command: str, stdin: str = "") -> str:
    """Give what a reader prints. Its exit code tells of files that it does not read: no error."""
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=240, text=True,
                              errors="replace", check=False)  # fmt: skip
    except FileNotFoundError as error:
        raise RuntimeError(f"{command[0]} is not there: {ADVICE}") from error
    return done.stdout


def ask_exiftool(files: Sequence[Path]) -> dict[Path, Raw]:
    """Ask ExifTool: tags by group and name, each with its id and its numerical value."""
    listed = "\n".join(map(str, files))
    printed = run("exiftool", "-n", "-j", "-D", "-G1", "-struct", "-a", "-api", "largefilesupport",
                  "-@", "-", stdin=listed)  # fmt: skip
    return {Path(answer["SourceFile"]): answer for answer in json.loads(printed or "[]")}


def ask_vips(files: Sequence[Path]) -> dict[Path, Raw]:
    """Ask libvips: its header fields, each a line behind the name of the file."""
    found: dict[Path, Raw] = {}
    for line in run("vipsheader", "-a", *map(str, files)).splitlines():
        match = _FIELD.match(line)
        if match is not None:
            found.setdefault(Path(match[1]), {})[match[2]] = match[3]
    return found


def ask_identify(files: Sequence[Path]) -> dict[Path, Raw]:
    """Ask ImageMagick: a list of scenes of every file."""
    layout = "\t".join(["%d/%f", *_IDENTIFY.values()]) + r"\n"
    found: dict[Path, Raw] = {}
    for line in run(
        "identify", "-quiet", "-ping", "-format", layout, *map(str, files)
    ).splitlines():
        name, *values = line.split("\t")
        if len(values) == len(_IDENTIFY):
            scene = dict(zip(_IDENTIFY, values, strict=True))
            found.setdefault(Path(name), {"scenes": []})["scenes"].append(scene)
    return found


def ask_python(files: Sequence[Path]) -> dict[str, dict[Path, Raw]]:
    """Ask Pillow, tifffile and Exiv2, in their own environment."""
    script = Path(__file__).with_name("python_readers.py")
    printed = run(str(PYTHON), str(script), stdin="\n".join(map(str, files)))
    if not printed:
        raise RuntimeError(f"{script.name} ended without an answer: {ADVICE}")
    answers: dict[str, dict[str, Raw]] = json.loads(printed)
    return {name: {Path(p): raw for p, raw in by.items()} for name, by in answers.items()}


def ask_all(files: Sequence[Path]) -> Mapping[str, Mapping[Path, Raw]]:
    """Give every oracle's raw answers by the path of a file."""
    return {
        "exiftool": ask_exiftool(files),
        "libvips": ask_vips(files),
        "imagemagick": ask_identify(files),
        **ask_python(files),
    }


def read_versions() -> dict[str, str]:
    """Give the version of every oracle, without what a distribution adds."""
    script = (
        "import PIL, json, pyexiv2, tifffile;"
        "print(json.dumps({'pillow': PIL.__version__, 'tifffile': tifffile.__version__,"
        "'exiv2': pyexiv2.__exiv2_version__}))"
    )
    return {
        "exiftool": run("exiftool", "-ver").strip(),
        "libvips": run("vipsheader", "--version").split()[0].removeprefix("vips-"),
        "imagemagick": run("identify", "-version").split()[2],
        **json.loads(run(str(PYTHON), "-c", script)),
    }
