"""The application: what answers what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import falcon

from service.access import AccessControl, Rules
from service.bodyfile import BODY_FOLDER
from service.metrics import Metrics
from service.problems import add_problem_handlers
from service.requestlog import RequestLog
from service.resources.documents import DocumentResource
from service.resources.health import HealthResource
from service.resources.image import ImageResource
from service.resources.images import ImagesResource
from service.resources.metrics import MetricsResource
from service.resources.openapi import OpenApiResource
from service.resources.pages import WEB, PageResource, load_pages
from service.resources.ready import ReadyResource
from service.resources.requests import RequestsResource
from service.responseheaders import ResponseHeaders
from service.settings import Settings
from service.store import open_store
from service.store.protocol import Store


def create_app(settings: Settings, *, body_folder: Path = BODY_FOLDER) -> falcon.App[Any, Any]:
    """Give the WSGI application for `settings`, its store prepared. Raises StoreSetupError.

    `body_folder` is where nginx leaves bodies as files.
    """
    store = open_store(settings.store, full_sync=settings.store_sync_full)
    store.prepare()
    metrics = Metrics()
    rules = Rules(api_keys=settings.api_keys, admin_token_sha256=settings.admin_token_sha256)
    # An answer passes them from the last to the first: what counts sees what the log made of it.
    middleware: list[Any] = [
        ResponseHeaders(settings.cors_origins),
        metrics,
        RequestLog(store, max_request=settings.max_request, body_folder=body_folder),
        AccessControl(rules),
    ]
    app = falcon.App(middleware=middleware)
    add_problem_handlers(app, metrics)
    _add_routes(app, settings, store, metrics)
    return app


def _add_routes(
    app: falcon.App[Any, Any], settings: Settings, store: Store, metrics: Metrics
) -> None:
    pages = load_pages(WEB)
    app.add_route("/", PageResource(pages, "index.html"))
    app.add_route("/docs", PageResource(pages, "docs.html"))
    app.add_route("/web/{file}", PageResource(pages))
    app.add_route("/openapi.json", OpenApiResource())
    app.add_route("/api/images", ImagesResource(settings, store))
    app.add_route("/api/images/{image_id}", ImageResource(store))
    app.add_route("/api/requests", RequestsResource(store))
    app.add_route("/api/{name}", DocumentResource(store))
    app.add_route("/health", HealthResource())
    app.add_route("/ready", ReadyResource(store, image_digest=settings.image_digest))
    app.add_route("/metrics", MetricsResource(metrics))
