"""Starts the emulator with its answers corrected, on loopback and the Docker bridge only."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from .corrections import apply_corrections
from .metadata import MetadataService
from .settings import Settings, parse_settings
from .translation import Translator


def main() -> None:
    """Serve until SIGTERM or SIGINT; instances and address translations end with it."""
    settings = parse_settings(sys.argv[1:])
    configure_environment(settings)
    asyncio.run(serve(settings))


def configure_environment(settings: Settings) -> None:
    """Set what the emulator reads from its environment while it is being imported."""
    os.environ.update(
        GATEWAY_PORT=str(settings.port),
        HOSTNAME="",  # else it looks for a container of this name to find its own network
        IOT_MTLS_ENABLED="0",  # listens on every interface
        SFTP_ENABLED="0",  # likewise
        MINISTACK_DOCKER_TIMEOUT="60",
    )


async def serve(settings: Settings) -> None:
    """Apply the corrections, serve, and take the address translations down again."""
    from hypercorn.asyncio import serve as serve_asgi  # type: ignore[import-not-found]
    from hypercorn.config import Config  # type: ignore[import-not-found]
    from ministack.app import app
    from ministack.services import ec2, iam, sts

    translator = None if settings.bridge is None else Translator(settings.port)
    apply_corrections(ec2, settings=settings, translator=translator)
    metadata = MetadataService(ec2, iam=iam, sts=sts)

    async def gateway(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and metadata.owns(scope["path"]):
            await metadata(scope, receive, send)
        else:
            await app(scope, receive, send)

    config = Config()
    config.bind = settings.binds
    config.keep_alive_timeout = 75
    config.graceful_timeout = 5
    try:
        await serve_asgi(gateway, config, shutdown_trigger=_stop_signal().wait)
    finally:
        if translator is not None:
            translator.remove()


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped
