"""The application: what answers what."""

from __future__ import annotations

from typing import Any

import falcon

from service.problems import add_problem_handlers
from service.requestlog import RequestLog
from service.resources.health import HealthResource
from service.resources.images import ImagesResource
from service.resources.ready import ReadyResource
from service.settings import Settings
from service.store import open_store


def create_app(settings: Settings) -> falcon.App[Any, Any]:
    """Give the WSGI application for `settings`, its store prepared. Raises StoreSetupError."""
    store = open_store(settings.store)
    store.prepare()
    app = falcon.App(middleware=[RequestLog(store, max_request=settings.max_request)])
    add_problem_handlers(app)
    app.add_route("/api/images", ImagesResource(settings))
    app.add_route("/health", HealthResource())
    app.add_route("/ready", ReadyResource(store, image_digest=settings.image_digest))
    return app
