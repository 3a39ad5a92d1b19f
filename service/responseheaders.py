"""The headers that every answer has: for browsers' safety, and for pages of other origins."""

from __future__ import annotations

import falcon

# OWASP REST Security Cheat Sheet, "Security Headers": what is no page may do nothing.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_CSP = "Content-Security-Policy"
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

_EXPOSED = "ETag, Link, Location, Retry-After, X-Request-ID"
_TAKEN = "Authorization, Content-Type, If-None-Match, X-API-Key"
_PREFLIGHT_SECONDS = "600"


class ResponseHeaders:
    """The middleware that adds them; without `cors_origins` no other origin's page may call."""

    def __init__(self, cors_origins: tuple[str, ...]) -> None:
        self._origins = frozenset(cors_origins)

    def process_response(
        self,
        request: falcon.Request,
        response: falcon.Response,
        _resource: object,
        _succeeded: bool,
    ) -> None:
        """Add them to an answer of any status."""
        response.set_headers(_SAFE)
        if response.get_header(_CSP) is None:
            response.set_header(_CSP, _NO_PAGE)
        if self._origins:
            response.append_header("Vary", "Origin")
            response.set_headers(cors_headers(request, self._origins))


def cors_headers(request: falcon.Request, origins: frozenset[str]) -> dict[str, str]:
    """Give the headers of the Fetch standard (section 3.2) that let a page of `origins` call.

    No credentials of the browser are allowed: a key is sent by the page, in a header.
    """
    origin = request.get_header("Origin")
    if origin is None or not origins & {"*", origin}:
        return {}
    headers = {
        "Access-Control-Allow-Origin": "*" if "*" in origins else origin,
        "Access-Control-Expose-Headers": _EXPOSED,
    }
    if request.method == "OPTIONS":
        headers |= {
            "Access-Control-Allow-Methods": "GET, HEAD, POST",
            "Access-Control-Allow-Headers": _TAKEN,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
    return headers
