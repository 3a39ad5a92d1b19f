"""Text in metadata, whose encoding is seldom stated."""

from __future__ import annotations


def decode_text(data: bytes) -> str:
    """Decode text that ends at the first NUL and may be padded with spaces.

    It is UTF-8 where it can be, else that of the West, as cameras and Windows write it.
    """
    data = data.partition(b"\0")[0]
    try:
        return data.decode("utf-8").rstrip()
    except UnicodeDecodeError:
        return decode_western(data).rstrip()


def decode_western(data: bytes) -> str:
    """Decode text as Windows-1252, which has quotes and dashes where Latin-1 has no characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def decode_utf16(text: bytes, order: str) -> str:
    """Decode UTF-16 in struct's byte order; some writers use the other, as zeros give away."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", "replace").rstrip("\0 ")
    name = "utf-16-le" if order == "<" else "utf-16-be"
    high, low = text[0::2].count(0), text[1::2].count(0)
    if high != low:
        name = "utf-16-be" if high > low else "utf-16-le"
    return text.decode(name, "replace").rstrip("\0 ")
