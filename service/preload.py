"""What the library imports for one format or another, all of it before the fork.

So the workers share it, and none imports it while the first client with such a file waits.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from service import metadata
from service.metadata.formats.fallback_names import PLUGINS

# What the library takes from others, in the function that needs it.
_OTHERS = ("brotli", "PIL.Image", *(f"PIL.{plugin.module}" for plugin in PLUGINS.values()))


def load_readers() -> None:
    """Import every module that reading an image may need."""
    for module in walk_packages(metadata.__path__, f"{metadata.__name__}."):
        import_module(module.name)
    for name in _OTHERS:
        import_module(name)
