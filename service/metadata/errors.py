"""What `extract` can raise, and nothing else.

MetadataError          the root: `str()` of it is one plain sentence
├── EmptyInput         there is not a single byte
├── NotAnImage         the bytes are no image format known here
└── Unreadable         the operating system refused; `__cause__` says why
"""

from __future__ import annotations


class MetadataError(Exception):
    """No metadata can be given for this input."""


class EmptyInput(MetadataError):  # noqa: N818 - the name says what the input is
    """The input has no bytes."""


class NotAnImage(MetadataError):  # noqa: N818 - the name says what the input is
    """The input is no image of a known format."""


class Unreadable(MetadataError):  # noqa: N818 - the name says what the input is
    """The input could not be opened or read."""
