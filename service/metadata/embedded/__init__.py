"""Blocks of metadata that several image formats carry: EXIF, ICC, XMP, IPTC, Photoshop."""
