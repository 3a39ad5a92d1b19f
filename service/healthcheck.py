"""What Docker's HEALTHCHECK runs: it asks for /health through nginx.

http.client and not urllib, which would ask the proxy that the environment may name.
"""

from __future__ import annotations

import sys
from http.client import HTTPConnection, HTTPException


def is_healthy() -> bool:
    """Tell whether nginx and gunicorn answer 200 within 2 s."""
    connection = HTTPConnection("127.0.0.1", 8888, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy() else 1)
