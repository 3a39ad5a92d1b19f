"""The root element of an XML document, read without what comes after it."""

from __future__ import annotations

from typing import TypeAlias
from xml.parsers.expat import ErrorString

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

Name: TypeAlias = tuple[str, str]
"""A namespace (or the empty string) and a local name."""

_STEP = 4096


class XmlRootError(Exception):
    """The text is no XML, or its root does not come soon."""


def read_root(data: bytes) -> tuple[Name, dict[str, str]]:
    """Give the root's name and its attributes without a namespace.

    Document types may name a DTD and declare entities, as drawing programs do: expat bounds what
    they expand to, and nothing is fetched from outside the document.
    """
    parser = DefusedXMLParser(target=_Root(), forbid_entities=False, forbid_external=False)
    try:
        for start in range(0, len(data), _STEP):
            parser.feed(data[start : start + _STEP])
    except _Found as found:
        return found.name, found.attributes
    except ParseError as error:
        raise XmlRootError(ErrorString(error.code)) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise XmlRootError(str(error)) from error
    raise XmlRootError("it has no element")


class _Found(Exception):  # noqa: N818 - it ends the parser's work, which is no error
    """The root has been met."""

    def __init__(self, name: Name, attributes: dict[str, str]) -> None:
        super().__init__()
        self.name = name
        self.attributes = attributes


class _Root:
    """The target of the parser: the first element ends its work."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the root; names are as in "{namespace}local"."""
        space, _, local = tag.rpartition("}")
        bare = {name: text for name, text in attributes.items() if not name.startswith("{")}
        raise _Found((space[1:], local), bare)
