"""How a picture was taken, in a photographer's words (CIPA DC-008, 4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imgmeta_cli.inspect_words import as_number, as_text, name_number
from service.metadata.model import Exif, Location, Tags
from service.metadata.values import ExifValue

_PROGRAMS = {
    1: "manual",
    2: "normal program",
    3: "aperture priority",
    4: "shutter priority",
    5: "creative program",
    6: "action program",
    7: "portrait mode",
    8: "landscape mode",
}
_METERING = {
    1: "average",
    2: "centre-weighted average",
    3: "spot",
    4: "multi-spot",
    5: "pattern",
    6: "partial",
}
_WHITE_BALANCE = {0: "auto", 1: "manual"}
_FLASH_MODES = {0x08: "always on", 0x10: "always off", 0x18: "auto"}
_COLOR_SPACES = {1: "sRGB", 0xFFFF: "uncalibrated"}

Row = tuple[str, str]


def describe_camera(exif: Exif) -> Iterator[Row]:
    """Rows of what was used and how it was set."""
    tags = {**(exif.ifd0 or {}), **(exif.exif or {})}
    yield from _keep("Camera", _name_device(tags, "Make", "Model"))
    yield from _keep("Lens", _name_device(tags, "LensMake", "LensModel"))
    yield from _keep("Taken", _name_time(tags))
    yield from _keep("Exposure", _name_exposure(tags))
    yield from _keep("Focal length", _name_focal_length(tags))
    yield from _keep("Program", _choose(_PROGRAMS, tags.get("ExposureProgram")))
    yield from _keep("Metering", _choose(_METERING, tags.get("MeteringMode")))
    yield from _keep("Flash", _name_flash(tags.get("Flash")))
    yield from _keep("White balance", _choose(_WHITE_BALANCE, tags.get("WhiteBalance")))
    yield from _keep("Colour space", _choose(_COLOR_SPACES, tags.get("ColorSpace")))
    for label, name in (
        ("Software", "Software"),
        ("Description", "ImageDescription"),
        ("Comment", "UserComment"),
        ("Artist", "Artist"),
        ("Copyright", "Copyright"),
    ):
        yield from _keep(label, as_text(tags.get(name)))


def describe_location(location: Location) -> Iterator[Row]:
    """Rows of the place: decimal degrees, and metres."""
    if location.latitude is not None and location.longitude is not None:
        yield "Position", f"{location.latitude:.6f}, {location.longitude:.6f}"
    if location.altitude is not None:
        side = "below" if location.altitude < 0 else "above"
        yield "Altitude", f"{name_number(abs(location.altitude))} m {side} sea level"


def count_tags(exif: Exif) -> int:
    """The number of tags in all directories."""
    directories = (exif.ifd0, exif.exif, exif.gps, exif.interop, exif.ifd1)
    return sum(len(tags) for tags in directories if tags)


def name_exposure_time(seconds: float) -> str:
    """An exposure time as cameras show it: 1/125 s, 0.5 s, 30 s."""
    if 0 < seconds < 0.3:
        return f"1/{round(1 / seconds)} s"
    return f"{round(seconds, 1):g} s"


def _keep(label: str, value: str | None) -> Iterator[Row]:
    if value is not None:
        yield label, value


def _name_device(tags: Tags, maker: str, model: str) -> str | None:
    """A device's name; makers are often part of their models' names."""
    make, name = as_text(tags.get(maker)), as_text(tags.get(model))
    if make is None or name is None:
        return name or make
    return name if make.split()[0].lower() in name.lower() else f"{make} {name}"


def _name_time(tags: Tags) -> str | None:
    for name, offset in (("DateTimeOriginal", "OffsetTimeOriginal"), ("DateTime", "OffsetTime")):
        day, _, time = (as_text(tags.get(name)) or "").partition(" ")
        if any(sign.isdigit() and sign != "0" for sign in day):
            zone = as_text(tags.get(offset))
            return " ".join(filter(None, (day.replace(":", "-"), time, zone)))
    return None


def _name_exposure(tags: Tags) -> str | None:
    """The triangle of exposure, and its compensation where there is one."""
    time, aperture = as_number(tags.get("ExposureTime")), as_number(tags.get("FNumber"))
    speed, bias = (
        as_number(tags.get("PhotographicSensitivity")),
        as_number(tags.get("ExposureBiasValue")),
    )
    parts = (
        name_exposure_time(time) if time else None,
        f"f/{round(aperture, 1):g}" if aperture else None,
        f"ISO {speed:.0f}" if speed else None,
        f"{bias:+.2g} EV" if bias else None,
    )
    return ", ".join(part for part in parts if part) or None


def _name_focal_length(tags: Tags) -> str | None:
    length = as_number(tags.get("FocalLength"))
    if not length:
        return None
    film = as_number(tags.get("FocalLengthIn35mmFilm"))
    as_film = f" ({film:.0f} mm on 35 mm film)" if film else ""
    return f"{round(length, 1):g} mm{as_film}"


def _name_flash(value: ExifValue | None) -> str | None:
    """The flash's bits: 0 fired, 3 and 4 the mode, 5 none there, 6 red eyes reduced."""
    if not isinstance(value, int):
        return None
    if value & 0x20:
        return None
    parts = ["fired" if value & 1 else "did not fire"]
    mode = _FLASH_MODES.get(value & 0x18)
    if mode:
        parts.append(mode)
    if value & 0x40:
        parts.append("red-eye reduction")
    return ", ".join(parts)


def _choose(names: Mapping[int, str], value: ExifValue | None) -> str | None:
    return names.get(value) if isinstance(value, int) else None
