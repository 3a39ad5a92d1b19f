"""Who may do what: decided by a key or token, of which the service knows only the SHA-256."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import Enum

import falcon

from service.caller import is_local, is_private
from service.settingvalues import ApiKey


class Access(Enum):
    """What a request needs."""

    OPEN = "nothing"
    KEY = "an API key, where there are any"
    ADMIN = "the admin token, sent privately"
    INSIDE = "to come from this machine, or the admin token"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The keys and the token that are known."""

    api_keys: tuple[ApiKey, ...] = ()
    admin_token_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Caller:
    """What a request brings: its key or token, and the way it came."""

    secret: str | None
    is_local: bool
    is_private: bool


class Refusal(Enum):
    """Why a request is refused."""

    NO_TOKEN_SET = "No admin token is set: start the service with IMGMETA_ADMIN_TOKEN_SHA256."  # noqa: S105
    NOT_PRIVATE = (
        "The admin token is taken over TLS, through a proxy in IMGMETA_TRUSTED_PROXIES, or on "
        "the machine itself: over plain HTTP it would be given away."
    )
    KEY_NEEDED = "Send a valid API key as Authorization: Bearer KEY or X-API-Key: KEY."
    TOKEN_NEEDED = "Send the admin token as Authorization: Bearer TOKEN."  # noqa: S105


def decide(access: Access, caller: Caller, rules: Rules) -> Refusal | None:
    """Give the reason for which a request is refused, or None."""
    if access is Access.OPEN or (access is Access.INSIDE and caller.is_local):
        return None
    if access is Access.KEY:
        known = tuple(key.sha256 for key in rules.api_keys)
        return None if not known or is_known(caller.secret, known) else Refusal.KEY_NEEDED
    if rules.admin_token_sha256 is None:
        return Refusal.NO_TOKEN_SET
    if not caller.is_private:
        return Refusal.NOT_PRIVATE
    known = (rules.admin_token_sha256,)
    return None if is_known(caller.secret, known) else Refusal.TOKEN_NEEDED


def is_known(secret: str | None, known: tuple[str, ...]) -> bool:
    """Tell whether the SHA-256 of `secret` is one of `known`, in the same time for any of them."""
    given = hashlib.sha256((secret or "").encode()).hexdigest()
    # A list: any() on a generator would stop at the first.
    same = [hmac.compare_digest(given, one) for one in known]
    return secret is not None and any(same)


class AccessControl:
    """The middleware that asks each resource what it needs."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def process_resource(
        self,
        request: falcon.Request,
        _response: falcon.Response,
        resource: object,
        _params: dict[str, str],
    ) -> None:
        """Raise falcon.HTTPUnauthorized or falcon.HTTPForbidden where a request may not pass."""
        needed: dict[str, Access] = getattr(resource, "access", {})
        refusal = decide(needed.get(request.method, Access.OPEN), _caller(request), self._rules)
        if refusal in (Refusal.KEY_NEEDED, Refusal.TOKEN_NEEDED):
            raise falcon.HTTPUnauthorized(description=refusal.value, challenges=["Bearer"])
        if refusal is not None:
            raise falcon.HTTPForbidden(description=refusal.value)


def _caller(request: falcon.Request) -> Caller:
    scheme, _, token = (request.get_header("Authorization") or "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else None
    return Caller(
        secret=request.get_header("X-API-Key") or bearer,
        is_local=is_local(request),
        is_private=is_private(request),
    )
