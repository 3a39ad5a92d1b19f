"""What gunicorn loads: ``service.wsgi:load_app()``."""

from __future__ import annotations

import os
import sys
from typing import Any

import falcon

from service.app import create_app
from service.preload import load_readers
from service.settings import SettingsError, load_settings
from service.store.protocol import StoreSetupError


def load_app() -> falcon.App[Any, Any]:
    """Give the application for the environment, or leave with one line that says why not."""
    load_readers()
    try:
        return create_app(load_settings(os.environ))
    except (SettingsError, StoreSetupError) as error:
        sys.exit(f"imgmeta: {error}")
