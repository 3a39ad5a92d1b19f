"""A small XML tree, built by defusedxml's parser within limits of depth and size.

The parser is defusedxml's of ElementTree, and not that of SAX: importing `xml.sax` takes longer
than all else here together. This module is imported where XMP is met.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias
from xml.parsers.expat import ErrorString

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from service.metadata import limits
from service.metadata.embedded.xmp_names import META, PREFIXES, RDF, USUAL
from service.metadata.record import Record

Name: TypeAlias = tuple[str, str]
"""A namespace and a local name. A namespace that has no usual prefix is given by the document's."""


class Node:
    """An element: attributes and children in document order, `text` without outer space."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: Name, attributes: dict[Name, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""


class Tree(Record):
    """What is sound of a document, and what is wrong with the rest of it, if anything is."""

    root: Node | None
    damage: str | None


def parse_tree(data: bytes) -> Tree:
    """Build the tree of `data`. Document types and entities are refused.

    Where the text breaks off, the property that it breaks off in is left out.
    """
    builder = _TreeBuilder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    # Expat calls the builder itself: ElementTree between them would take apart each name again.
    parser.parser.StartElementHandler = builder.start
    parser.parser.EndElementHandler = builder.end
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        builder.drop_open_property()
        return Tree(builder.root, ErrorString(error.code))
    except (DefusedXmlException, ValueError, LookupError) as error:
        builder.drop_open_property()
        return Tree(builder.root, str(error))
    return Tree(builder.root, None)


class _TreeBuilder:
    """The target of the parser, which calls it in document order."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._path: list[Node] = []
        self._text: list[list[str]] = []
        self._count = 0
        self._prefixes: dict[str, str] = {}
        self._taken = set(USUAL)
        self._names: dict[str, Name] = {}

    def start_ns(self, prefix: str, uri: str) -> None:
        """Keep the prefix of a namespace that has no usual one."""
        if prefix and uri and uri not in PREFIXES and prefix not in self._taken:
            self._prefixes.setdefault(uri, prefix)
            self._taken.add(prefix)
            self._names.clear()

    def start(self, tag: str, attributes: list[str]) -> None:
        """Open an element; `attributes` are names and values, names are as in "namespace}local"."""
        self._count += 1
        if self._count > limits.XMP_NODES or len(self._path) >= limits.XMP_DEPTH:
            raise ValueError("it has too many or too deeply nested elements")
        name, pairs = self._split, zip(attributes[::2], attributes[1::2], strict=True)
        node = Node(name(tag), {name(key): text for key, text in pairs})
        if self._path:
            self._path[-1].children.append(node)
        else:
            self.root = node
        self._path.append(node)
        self._text.append([])

    def end(self, _tag: str) -> None:
        """Close the element that is open."""
        self._path.pop().text = "".join(self._text.pop()).strip()

    def data(self, content: str) -> None:
        """Take a piece of the text of the element that is open."""
        if self._text:
            self._text[-1].append(content)

    def _split(self, name: str) -> Name:
        found = self._names.get(name)
        if found is None:
            uri, _, local = name.rpartition("}")
            found = self._names[name] = (self._prefixes.get(uri, uri), local)
        return found

    def drop_open_property(self) -> None:
        """Take out the outermost element that is still open and is a property."""
        for parent, node in pairwise(self._path):
            if node.name[0] not in (RDF, META, ""):
                parent.children.pop()
                return
