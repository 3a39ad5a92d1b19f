"""A small XML tree, built by defusedxml's SAX parser within limits of depth and size."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from service.metadata import limits

Name: TypeAlias = tuple[str, str]
"""A namespace (or the empty string) and a local name."""


class XmpTreeError(Exception):
    """The text is no XML, or it is beyond the limits."""


@dataclass(slots=True)
class Node:
    """An element: attributes and children in document order, `text` without outer space."""

    name: Name
    attributes: dict[Name, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""


def parse_tree(data: bytes) -> Node:
    """Give the root element of `data`. Document types and entities are refused."""
    handler = _TreeBuilder()
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(data))
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        text = error.getMessage() if isinstance(error, SAXException) else str(error)
        raise XmpTreeError(text) from error
    if handler.root is None:
        raise XmpTreeError("it has no element")
    return handler.root


class _TreeBuilder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self._path: list[Node] = []
        self._text: list[list[str]] = []
        self._count = 0

    def startElementNS(  # noqa: N802 - the interface of xml.sax
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._count += 1
        if self._count > limits.XMP_NODES or len(self._path) >= limits.XMP_DEPTH:
            raise XmpTreeError("it has too many or too deeply nested elements")
        attributes = {(space or "", local): text for (space, local), text in attrs.items()}
        node = Node((name[0] or "", name[1]), attributes)
        if self._path:
            self._path[-1].children.append(node)
        else:
            self.root = node
        self._path.append(node)
        self._text.append([])

    def endElementNS(  # noqa: N802 - the interface of xml.sax
        self, name: tuple[str | None, str], qname: str | None
    ) -> None:
        self._path.pop().text = "".join(self._text.pop()).strip()

    def characters(self, content: str) -> None:
        if self._text:
            self._text[-1].append(content)
