"""XMP packets as plain dictionaries (ISO 16684-1, clause 7: RDF/XML).

A property is named by its usual prefix, else by the document's. An array is a list, a structure a
dictionary, alternatives by language a dictionary from language to text, or the text alone where
there is only x-default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.metadata import limits
from service.metadata.draft import Draft
from service.metadata.embedded.xmp_names import META, PREFIXES, RDF, XML
from service.metadata.model import GainMap, XmpValue

if TYPE_CHECKING:
    from service.metadata.embedded.xmp_tree import Name, Node

_DESCRIPTION: Final = (RDF, "Description")
_ARRAYS: Final = ((RDF, "Bag"), (RDF, "Seq"))
_ALTERNATIVES: Final = (RDF, "Alt")
_VALUE: Final = (RDF, "value")
_RESOURCE: Final = (RDF, "resource")
_LANGUAGE: Final = (XML, "lang")
_SPACES: Final = b"\0 \t\r\n"
_END_MARKS: Final = tuple(
    b"<?xpacket end=%c%c%c?>" % (quote, mode, quote) for quote in b"\"'" for mode in b"wr"
)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<\0")


def read_xmp(data: bytes, draft: Draft) -> None:
    """Read a packet into the draft; a second packet adds what the first does not say."""
    draft.xmp_marks += data.count(b"<") + data.count(b"=")
    if len(data) > limits.XMP_BYTES or draft.xmp_marks > limits.XMP_MARKS:
        draft.warn("limit-xmp", "the XMP packet is too long and left out")
        return
    from service.metadata.embedded.xmp_tree import parse_tree

    tree = parse_tree(_without_padding(data))
    if tree.damage is not None:
        draft.warn("xmp-damaged", f"the XMP packet is damaged: {tree.damage}")
    if tree.root is not None:
        _keep(tree.root, draft)


def _keep(root: Node, draft: Draft) -> None:
    properties: dict[str, XmpValue] = {}
    for description in _descriptions(root):
        properties.update(_structure(description))
    draft.xmp = {**properties, **(draft.xmp or {})}
    version = draft.xmp.get("hdrgm:Version")
    if isinstance(version, str) and draft.gain_map is None:
        draft.gain_map = GainMap("hdrgm", version)


def _without_padding(data: bytes) -> bytes:
    """Drop what surrounds a packet: NULs and spaces that writers leave. UTF-16 has NULs within.

    Between a packet and its end mark are some kilobytes of spaces, for changes in place.
    """
    if data.startswith(_UTF_16):
        return data
    data = data.strip(_SPACES)
    mark = data[-len(_END_MARKS[0]) :]
    return data[: -len(mark)].rstrip(_SPACES[1:]) if mark in _END_MARKS else data


def _descriptions(node: Node) -> list[Node]:
    """Give the rdf:Description elements at the top, under x:xmpmeta and rdf:RDF where they are."""
    if node.name == _DESCRIPTION:
        return [node]
    if node.name[0] in (RDF, META, ""):
        return [found for child in node.children for found in _descriptions(child)]
    return []


def _structure(node: Node) -> dict[str, XmpValue]:
    """Give the properties of a description, in attributes and elements."""
    found: dict[str, XmpValue] = {
        _label(name): text for name, text in node.attributes.items() if name[0] not in (RDF, XML)
    }
    for child in node.children:
        found[_label(child.name)] = _property(child)
    return found


def _property(node: Node) -> XmpValue:
    """Give the value of a property element."""
    if len(node.children) == 1:
        inner = node.children[0]
        if inner.name in _ARRAYS:
            return [_property(item) for item in inner.children]
        if inner.name == _ALTERNATIVES:
            return _alternatives(inner)
        if inner.name == _DESCRIPTION:
            return _structure_or_value(inner)
    if node.children:
        return _structure_or_value(node)
    resource = node.attributes.get(_RESOURCE)
    if resource is not None:
        return resource
    return _structure(node) or node.text


def _structure_or_value(node: Node) -> XmpValue:
    """Give a structure, or the rdf:value of a qualified property (ISO 16684-1, 7.8)."""
    for child in node.children:
        if child.name == _VALUE:
            return _property(child)
    return node.attributes.get(_VALUE) or _structure(node)


def _alternatives(node: Node) -> XmpValue:
    languages = [item.attributes.get(_LANGUAGE) for item in node.children]
    if languages == ["x-default"]:
        return _property(node.children[0])
    if any(language is None for language in languages):
        return [_property(item) for item in node.children]
    pairs = zip(languages, node.children, strict=True)
    return {language or "": _property(item) for language, item in pairs}


def _label(name: Name) -> str:
    space, local = name
    prefix = PREFIXES.get(space) or space
    return f"{prefix}:{local}" if prefix else local
