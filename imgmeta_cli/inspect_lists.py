"""The groups that a file fills as it likes: pages, texts, IPTC, XMP, thumbnails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imgmeta_cli.inspect_words import clean, name_dimensions, name_size, spell
from service.metadata.model import ImageMetadata, Page

Row = tuple[str, str]
_MOST_ROWS = 12
_LONGEST_LABEL = 20
_WRITTEN_BY_PEOPLE = frozenset(
    {"dc:title", "dc:description", "dc:creator", "dc:subject", "dc:rights", "dc:source",
     "xmp:Rating", "xmp:Label", "xmpRights:UsageTerms", "xmpRights:WebStatement",
     "photoshop:Headline", "photoshop:Credit", "photoshop:Source", "photoshop:Instructions",
     "photoshop:City", "photoshop:State", "photoshop:Country", "Iptc4xmpCore:Location"}
)  # fmt: skip


def describe_pages(pages: tuple[Page, ...]) -> Iterator[Row]:
    """A row a page: its number, size and compression."""
    for number, page in enumerate(pages, start=1):
        size = name_dimensions(page.width, page.height) or "unknown size"
        yield str(number), ", ".join(filter(None, (size, page.compression)))


def describe_texts(metadata: ImageMetadata) -> Iterator[Row]:
    """A row a comment, under its keyword or the place where it stands."""
    for comment in metadata.comments:
        yield clean(comment.keyword or comment.source, longest=_LONGEST_LABEL), clean(comment.text)


def describe_iptc(facts: Mapping[str, object] | None) -> Iterator[Row]:
    """A row a dataset."""
    for name, value in (facts or {}).items():
        yield clean(name, longest=_LONGEST_LABEL), spell(value)


def describe_xmp(facts: Mapping[str, object] | None) -> Iterator[Row]:
    """A row a property that a person wrote; what programs note for each other is counted."""
    for name, value in (facts or {}).items():
        if name in _WRITTEN_BY_PEOPLE:
            yield name, spell(value)
    if facts:
        yield "Properties", f"{len(facts):,}, all in --json"


def describe_thumbnails(metadata: ImageMetadata) -> Iterator[Row]:
    """A row a thumbnail, under the place where it was found."""
    for found in metadata.thumbnails:
        size = name_dimensions(found.width, found.height)
        facts = (size, found.media_type, name_size(found.size))
        yield found.source, ", ".join(fact for fact in facts if fact)


def shorten(rows: Iterator[Row]) -> tuple[Row, ...]:
    """Keep the first rows, and say how many more there are."""
    kept = tuple(rows)
    if len(kept) <= _MOST_ROWS:
        return kept
    return (*kept[:_MOST_ROWS], ("…", f"{len(kept) - _MOST_ROWS:,} more, all in --json"))
