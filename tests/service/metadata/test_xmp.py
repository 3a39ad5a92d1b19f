"""XMP packets: every form of RDF that a property can take, and packets that are not whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.xmp import read_xmp
from service.metadata.model import GainMap, XmpValue
from tests.image_bytes import XMP, jpeg_file, segment

_NAMESPACES = (
    'xmlns:x="adobe:ns:meta/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
    'xmlns:r="http://ns.adobe.com/xap/1.0/sType/ResourceRef#" '
    'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:own="http://example.com/own/"'
)
_MADE = {"xmp:Rating": "4", "dc:title": "Harbour", "dc:subject": ["sea", "boat"]}


def packet(properties: str, attributes: str = "") -> str:
    """An XMP packet with these properties in one description."""
    return (
        f"<x:xmpmeta {_NAMESPACES}><rdf:RDF><rdf:Description {attributes}>{properties}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def read(data: str | bytes) -> Draft:
    """The draft after one packet."""
    draft = Draft(size=0)
    read_xmp(data.encode() if isinstance(data, str) else data, draft)
    return draft


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("<xmp:Rating>5</xmp:Rating>", {"xmp:Rating": "5"}),
        ("<xmp:Label> \n two words </xmp:Label>", {"xmp:Label": "two words"}),
        ("<xmp:Label/>", {"xmp:Label": ""}),
        ("<dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject>", {"dc:subject": ["a"]}),
        (
            "<dc:creator><rdf:Seq><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Seq></dc:creator>",
            {"dc:creator": ["a", "b"]},
        ),
        ("<dc:subject><rdf:Bag/></dc:subject>", {"dc:subject": []}),
        (
            '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea</rdf:li>'
            '<rdf:li xml:lang="de">Meer</rdf:li></rdf:Alt></dc:title>',
            {"dc:title": {"x-default": "Sea", "de": "Meer"}},
        ),
        (
            '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea</rdf:li></rdf:Alt></dc:title>',
            {"dc:title": "Sea"},
        ),
        (
            "<own:Choice><rdf:Alt><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Alt></own:Choice>",
            {"own:Choice": ["one", "two"]},
        ),
        ('<xmp:BaseURL rdf:resource="file:a"/>', {"xmp:BaseURL": "file:a"}),
        (
            '<xmpMM:DerivedFrom rdf:parseType="Resource"><r:documentID>1</r:documentID>'
            "<r:instanceID>2</r:instanceID></xmpMM:DerivedFrom>",
            {"xmpMM:DerivedFrom": {"stRef:documentID": "1", "stRef:instanceID": "2"}},
        ),
        (
            '<xmpMM:DerivedFrom r:documentID="1" r:instanceID="2"/>',
            {"xmpMM:DerivedFrom": {"stRef:documentID": "1", "stRef:instanceID": "2"}},
        ),
        (
            '<xmpMM:DerivedFrom><rdf:Description r:documentID="1"/></xmpMM:DerivedFrom>',
            {"xmpMM:DerivedFrom": {"stRef:documentID": "1"}},
        ),
        (
            '<xmp:Label><rdf:Description><rdf:value>red</rdf:value><own:q>x</own:q>'
            "</rdf:Description></xmp:Label>",
            {"xmp:Label": "red"},
        ),
    ],
)  # fmt: skip
def test_a_property(properties: str, expected: dict[str, XmpValue]) -> None:
    draft = read(packet(properties))
    assert draft.xmp == expected
    assert draft.warnings == []


def test_properties_as_attributes() -> None:
    assert read(packet("", 'rdf:about="" xmp:Rating="3"')).xmp == {"xmp:Rating": "3"}


def test_a_prefix_of_the_file_gives_way_to_the_usual_one() -> None:
    data = packet("<d:source>x</d:source>", 'xmlns:d="http://purl.org/dc/elements/1.1/"')
    assert read(data).xmp == {"dc:source": "x"}


def test_the_first_packet_counts_and_the_second_adds() -> None:
    draft = read(packet("<xmp:Rating>5</xmp:Rating>"))
    read_xmp(packet("<xmp:Rating>1</xmp:Rating><xmp:Label>red</xmp:Label>").encode(), draft)
    assert draft.xmp == {"xmp:Rating": "5", "xmp:Label": "red"}


def test_the_version_of_a_gain_map() -> None:
    assert read(packet("", 'hdrgm:Version="1.0"')).gain_map == GainMap("hdrgm", "1.0")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_a_packet(encoding: str, mark: str) -> None:
    draft = read((mark + packet("<xmp:Label>grün</xmp:Label>")).encode(encoding))
    assert draft.xmp == {"xmp:Label": "grün"}
    assert draft.warnings == []


@pytest.mark.parametrize("padding", [b"\0", b"\0\0\r\n", b"  \n\t"])
def test_padding_around_a_packet(padding: bytes) -> None:
    draft = read(padding + XMP + padding)
    assert draft.xmp == _MADE
    assert draft.warnings == []


def test_what_follows_a_packet_costs_a_warning_and_no_more() -> None:
    draft = read(XMP + b" left over")
    assert draft.xmp == _MADE
    assert [notice.code for notice in draft.warnings] == ["xmp-damaged"]


@pytest.mark.parametrize("end", [b"<rdf:li>boat", b"boat</rdf:li>", b"</dc:subject>"])
def test_a_packet_that_breaks_off_gives_the_properties_before(end: bytes) -> None:
    draft = read(XMP[: XMP.index(end)])
    assert draft.xmp == {"xmp:Rating": "4", "dc:title": "Harbour"}
    assert [notice.code for notice in draft.warnings] == ["xmp-damaged"]


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\xff\xfe", b'<?xml version="1.0" encoding="none"?><a/>', b"<a><b></a>"]
)
def test_what_is_no_packet(data: bytes) -> None:
    draft = read(data)
    assert not draft.xmp
    assert [notice.code for notice in draft.warnings] == ["xmp-damaged"]


def test_entities_are_refused() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    draft = read(doctype + packet("<xmp:Label>&b;</xmp:Label>"))
    assert draft.xmp is None
    assert [notice.code for notice in draft.warnings] == ["xmp-damaged"]


def test_a_file_outside_is_not_read() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert read(doctype + packet("<xmp:Label>&a;</xmp:Label>")).xmp is None


def test_nesting_beyond_the_limit() -> None:
    deep = "<own:a>" * limits.XMP_DEPTH + "</own:a>" * limits.XMP_DEPTH
    draft = read(packet("<xmp:Label>red</xmp:Label>" + deep))
    assert draft.xmp == {"xmp:Label": "red"}
    assert [notice.code for notice in draft.warnings] == ["xmp-damaged"]


def test_more_elements_than_the_limit() -> None:
    draft = read(packet("<xmp:Rating>5</xmp:Rating>" + "<own:a/>" * limits.XMP_NODES))
    assert draft.xmp is not None
    assert draft.xmp["xmp:Rating"] == "5"
    assert [notice.code for notice in draft.warnings] == ["xmp-damaged"]


def test_a_packet_beyond_the_limit() -> None:
    draft = read(XMP + b" " * limits.XMP_BYTES)
    assert draft.xmp is None
    assert [notice.code for notice in draft.warnings] == ["limit-xmp"]


@pytest.mark.parametrize(
    ("image", "loaded"),
    [
        (jpeg_file(), False),
        (jpeg_file(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)), True),
    ],
    ids=["without", "with"],
)
def test_no_xml_parser_is_loaded_where_there_is_no_xmp(image: bytes, loaded: bool) -> None:
    script = (
        "import sys; from service.metadata import extract; extract(sys.stdin.buffer.read());"
        "print('defusedxml' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=image, capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == str(loaded)


def test_a_namespace_of_its_own_is_named_by_the_documents_prefix() -> None:
    own = '<own:a/><z:b xmlns:z="http://example.com/z/">2</z:b><b xmlns="http://example.com/b/"/>'
    assert read(packet(own, 'own:c="3"')).xmp == {
        "own:c": "3", "own:a": "", "z:b": "2", "http://example.com/b/:b": "",
    }  # fmt: skip


def test_a_document_cannot_take_the_prefix_of_another_namespace() -> None:
    twice = '<z:b xmlns:z="urn:1"/><z:b xmlns:z="urn:2"/><dc:title xmlns:dc="urn:3">x</dc:title>'
    assert read(packet(twice)).xmp == {"z:b": "", "urn:2:b": "", "urn:3:title": "x"}


def test_usual_prefixes_stand_whatever_the_document_calls_them() -> None:
    found = read(packet('<w:lat xmlns:w="http://www.w3.org/2003/01/geo/wgs84_pos#">38</w:lat>'))
    assert found.xmp == {"geo:lat": "38"}
