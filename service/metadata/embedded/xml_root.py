"""The root element of an XML document, read without what comes after it."""

from __future__ import annotations

from typing import Any, TypeAlias
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

Name: TypeAlias = tuple[str, str]
"""A namespace (or the empty string) and a local name."""

_STEP = 4096


class XmlRootError(Exception):
    """The text is no XML, or its root does not come soon."""


def read_root(data: bytes) -> tuple[Name, dict[str, str]]:
    """Give the root's name and its attributes without a namespace.

    Document types may name a DTD and declare entities, as drawing programs do: expat bounds what
    they expand to, and xml.sax fetches nothing from outside the document.
    """
    handler = _RootHandler()
    parser = create_parser(forbid_entities=False, forbid_external=False)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    try:
        for start in range(0, len(data), _STEP):
            parser.feed(data[start : start + _STEP])
            if handler.root is not None:
                break
    except _Found:
        pass
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        if handler.root is None:
            text = error.getMessage() if isinstance(error, SAXException) else str(error)
            raise XmlRootError(text) from error
    if handler.root is None:
        raise XmlRootError("it has no element")
    return handler.root, handler.attributes


class _Found(Exception):  # noqa: N818 - it ends the parser's work, which is no error
    """The root has been met."""


class _RootHandler(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Name | None = None
        self.attributes: dict[str, str] = {}

    def startElementNS(  # noqa: N802 - the interface of xml.sax
        self, name: tuple[str | None, str], qname: str | None, attrs: Any
    ) -> None:
        self.root = (name[0] or "", name[1])
        self.attributes = {local: text for (space, local), text in attrs.items() if not space}
        raise _Found
