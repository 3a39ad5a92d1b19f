"""One module a format: `read_FORMAT(reader, draft)` writes what it finds into the draft."""
