"""What is known of one image as groups of labelled lines; what is absent has no line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imgmeta_cli.inspect_camera import count_tags, describe_camera, describe_location
from imgmeta_cli.inspect_encoding import describe_encoding
from imgmeta_cli.inspect_lists import (
    describe_iptc,
    describe_pages,
    describe_texts,
    describe_thumbnails,
    describe_xmp,
    shorten,
)
from imgmeta_cli.inspect_words import (
    TIMES,
    clean,
    count,
    name_dimensions,
    name_exact_size,
    name_milliseconds,
    name_number,
    name_orientation,
    name_resolution,
    name_size,
)
from service.metadata.model import (
    Animation,
    ColorFacts,
    Exif,
    FileFacts,
    IccProfile,
    ImageFacts,
    ImageMetadata,
)

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A title and its (label, value) rows."""

    title: str
    rows: tuple[Row, ...]


def group_facts(metadata: ImageMetadata) -> tuple[Group, ...]:
    """Give the groups that have a row, in the order in which they are read."""
    exif, location = metadata.exif, metadata.location
    groups = (
        Group("File", tuple(_describe_file(metadata.file))),
        Group("Image", tuple(_describe_image(metadata.image))),
        Group("Encoding", tuple(describe_encoding(metadata.encoding))),
        Group("Colour", tuple(_describe_color(metadata.image, metadata.color))),
        Group("Animation", tuple(_describe_animation(metadata.animation))),
        Group("Pages", shorten(describe_pages(metadata.pages))),
        Group("Camera", tuple(describe_camera(exif)) if exif else ()),
        Group("Location", tuple(describe_location(location)) if location else ()),
        Group("Texts", shorten(describe_texts(metadata))),
        Group("IPTC", shorten(describe_iptc(metadata.iptc))),
        Group("XMP", tuple(describe_xmp(metadata.xmp))),
        Group("Thumbnails", shorten(describe_thumbnails(metadata))),
        Group("EXIF", tuple(_count_tags(exif))),
        Group(
            "Warnings", tuple((notice.code, clean(notice.message)) for notice in metadata.warnings)
        ),
    )
    return tuple(group for group in groups if group.rows)


def _count_tags(exif: Exif | None) -> Iterator[Row]:
    """The tags that the groups above leave out are worth a row where a camera wrote them."""
    if exif and exif.exif:
        yield "Tags", f"{count_tags(exif)}, all in --json"


def _describe_file(file: FileFacts) -> Iterator[Row]:
    version = file.format_version or ""
    gap = " " if version[:1].isdigit() else ", " if version else ""
    yield "Format", clean(f"{file.format}{gap}{version}")
    yield "Media type", file.media_type
    yield "Size", name_exact_size(file.size)
    if file.extension_mismatch:
        yield "Extension", "names another format"
    if file.sha256:
        yield "SHA-256", file.sha256
    if file.trailing_bytes:
        yield "After the end", name_exact_size(file.trailing_bytes)


def _describe_image(image: ImageFacts) -> Iterator[Row]:
    size = name_dimensions(image.width, image.height)
    if size:
        megapixels = image.megapixels or 0
        more = f" ({megapixels:.1f} megapixels)" if megapixels >= 1 else ""
        yield "Size", f"{size} pixels{more}"
    shown = name_dimensions(image.display_width, image.display_height)
    if image.orientation and image.orientation != 1:
        yield "Orientation", name_orientation(image.orientation)
    if shown and shown != size:
        yield "Shown as", f"{shown} pixels"
    bits = _name_bits(image)
    if bits:
        yield "Depth", bits
    if image.resolution and (resolution := name_resolution(image.resolution)):
        yield "Resolution", resolution
    if image.page_count is not None and image.page_count > 1:
        yield "Pages", f"{image.page_count:,}"


def _name_bits(image: ImageFacts) -> str | None:
    bits = image.bits_per_sample
    if not bits:
        return None
    kind = {"float": "floating point", "signedInteger": "signed"}.get(image.sample_format or "")
    if len(set(bits)) > 1:
        text = f"{' + '.join(map(str, bits[:16]))} bits"
    else:
        text = f"{bits[0]} bit{'s' * (bits[0] != 1)}"
        text = f"{len(bits)} {TIMES} {text}" if len(bits) > 1 else text
    return f"{text}, {kind}" if kind else text


def _describe_color(image: ImageFacts, color: ColorFacts) -> Iterator[Row]:
    if image.color_model:
        yield "Model", f"{image.color_model}{' with alpha' if image.has_alpha else ''}"
    elif image.has_alpha:
        yield "Alpha", "yes"
    if image.palette:
        yield "Palette", count(image.palette.entries, "colour")
    if color.icc_profile:
        yield "ICC profile", _name_profile(color.icc_profile)
    if color.cicp:
        c = color.cicp
        ranges = "full" if c.full_range else "narrow"
        yield "CICP", f"{c.primaries}/{c.transfer}/{c.matrix}, {ranges} range"
    if color.gamma:
        yield "Gamma", name_number(color.gamma)
    if color.gain_map:
        yield "HDR gain map", " ".join(filter(None, (color.gain_map.kind, color.gain_map.version)))


def _name_profile(profile: IccProfile) -> str:
    version = f"version {profile.version}" if profile.version else None
    facts = ", ".join(filter(None, (profile.color_space, version, name_size(profile.size))))
    return clean(f"{profile.description} ({facts})" if profile.description else facts)


def _describe_animation(animation: Animation | None) -> Iterator[Row]:
    if animation is None:
        return
    count = animation.frame_count
    yield "Frames", "not counted" if count is None else f"{count:,}"
    if animation.duration_ms is not None:
        yield "Duration", name_milliseconds(animation.duration_ms)
    if animation.loop_count is not None:
        yield "Loops", f"{animation.loop_count:,}" if animation.loop_count else "for ever"
