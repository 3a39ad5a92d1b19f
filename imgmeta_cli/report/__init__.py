"""Many images at once: a summary for the terminal, and a page for the browser."""
