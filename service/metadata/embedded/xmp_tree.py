"""A small XML tree, built by defusedxml's SAX parser within limits of depth and size.

The parser costs as much to import as all else here, so this module is imported where XMP is met.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from service.metadata import limits
from service.metadata.embedded.xmp_names import META, PREFIXES, RDF, USUAL

Name: TypeAlias = tuple[str, str]
"""A namespace and a local name. A namespace that has no usual prefix is given by the document's."""
"""A namespace (or the empty string) and a local name."""


@dataclass(slots=True)
class Node:
    """An element: attributes and children in document order, `text` without outer space."""

    name: Name
    attributes: dict[Name, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """What is sound of a document, and what is wrong with the rest of it, if anything is."""

    root: Node | None
    damage: str | None


def parse_tree(data: bytes) -> Tree:
    """Build the tree of `data`. Document types and entities are refused.

    Where the text breaks off, the property that it breaks off in is left out.
    """
    handler = _TreeBuilder()
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(data))
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        handler.drop_open_property()
        text = error.getMessage() if isinstance(error, SAXException) else str(error)
        return Tree(handler.root, text)
    return Tree(handler.root, None)


class _TreeBuilder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self._path: list[Node] = []
        self._text: list[list[str]] = []
        self._count = 0
        self._prefixes: dict[str, str] = {}
        self._taken = set(USUAL)

    def startPrefixMapping(  # noqa: N802 - the interface of xml.sax
        self, prefix: str | None, uri: str | None
    ) -> None:
        if prefix and uri and uri not in PREFIXES and prefix not in self._taken:
            self._prefixes.setdefault(uri, prefix)
            self._taken.add(prefix)

    def startElementNS(  # noqa: N802 - the interface of xml.sax
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._count += 1
        if self._count > limits.XMP_NODES or len(self._path) >= limits.XMP_DEPTH:
            raise ValueError("it has too many or too deeply nested elements")
        attributes = {(self._space(space), local): text for (space, local), text in attrs.items()}
        node = Node((self._space(name[0]), name[1]), attributes)
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

    def _space(self, uri: str | None) -> str:
        return self._prefixes.get(uri or "", uri or "")

    def drop_open_property(self) -> None:
        """Take out the outermost element that is still open and is a property."""
        for parent, node in pairwise(self._path):
            if node.name[0] not in (RDF, META, ""):
                parent.children.pop()
                return
