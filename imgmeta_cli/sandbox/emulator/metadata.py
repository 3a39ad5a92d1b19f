"""Instance metadata, answered to each instance by the address that it asks from.

The paths, the token and the credentials document are those of the EC2 user guide, "Instance
metadata categories" and "Use IMDSv2". Below `/_imgmeta/` is what the machine image reads to boot.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from .corrections.instances import read_metadata_options
from .corrections.key_pairs import read_public_key
from .credentials import LIFETIME_S, Vendor, find_role
from .machines import Instance, identity, scope_of, simple_values
from .records import Module

_TOKEN_PATH = "/latest/api/token"  # noqa: S105 - a path
_CREDENTIALS_PATH = "iam/security-credentials"
_OURS = "/_imgmeta/"


@dataclass(frozen=True)
class Reply:
    """A plain HTTP answer."""

    status: int
    body: bytes = b""


class MetadataService:
    """An ASGI application for `/latest/` and `/_imgmeta/`."""

    def __init__(self, ec2: Module, *, iam: Module, sts: Module) -> None:
        self._ec2 = ec2
        self._iam = iam
        self._vendor = Vendor(iam, sts)
        self._tokens: dict[str, tuple[str, float]] = {}

    def owns(self, path: str) -> bool:
        """Whether a request for `path` is answered here."""
        return path.startswith((_OURS, "/latest/"))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        del receive
        caller = (scope.get("client") or ("",))[0]
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        reply = self.answer(scope["method"], scope["path"], caller=caller, headers=headers)
        length = str(len(reply.body)).encode()
        fields = [(b"content-type", b"text/plain"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": reply.status, "headers": fields})
        await send({"type": "http.response.body", "body": reply.body})

    def answer(self, method: str, path: str, *, caller: str, headers: dict[str, str]) -> Reply:
        """The reply to `caller`, an address; 404 when no running instance has it."""
        instance = self._find_instance(caller)
        if instance is None:
            return Reply(404)
        if path.startswith(_OURS):
            return self._answer_boot(path.removeprefix(_OURS), instance)
        if path == _TOKEN_PATH:
            return self._issue_token(method, caller=caller, headers=headers)
        if not self._is_allowed(instance, caller=caller, headers=headers):
            return Reply(401, b"Unauthorized")
        return self._answer_metadata(path.removeprefix("/latest/").rstrip("/"), instance)

    def _find_instance(self, address: str) -> Instance | None:
        for (account, region, _), record in self._ec2._instances.all_items():
            running = record["State"]["Name"] == "running"
            if running and record["PrivateIpAddress"] == address:
                return Instance(account, region, record)
        return None

    def _answer_boot(self, name: str, instance: Instance) -> Reply:
        user_data = base64.b64decode(instance.record.get("UserData") or "")
        if name == "user-data":
            return Reply(200, user_data)
        if name != "meta-data":
            return Reply(404)
        with scope_of(instance):
            key = read_public_key(self._ec2, instance.record)
        seed = {
            "instance-id": instance.record["InstanceId"],
            "local-hostname": instance.record["PrivateDnsName"].partition(".")[0],
            "public-keys": [key] if key else [],
        }
        return Reply(200, json.dumps(seed).encode())

    def _issue_token(self, method: str, *, caller: str, headers: dict[str, str]) -> Reply:
        lifetime = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if method != "PUT" or not lifetime.isdigit() or not 1 <= int(lifetime) <= LIFETIME_S:
            return Reply(405 if method != "PUT" else 400)
        token = secrets.token_urlsafe(40)
        self._tokens[token] = (caller, time.monotonic() + int(lifetime))
        return Reply(200, token.encode())

    def _is_allowed(self, instance: Instance, *, caller: str, headers: dict[str, str]) -> bool:
        token = headers.get("x-aws-ec2-metadata-token")
        if token is None:
            return read_metadata_options(instance.record)["HttpTokens"] == "optional"
        owner, end = self._tokens.get(token, ("", 0.0))
        return owner == caller and time.monotonic() < end

    def _answer_metadata(self, path: str, instance: Instance) -> Reply:
        if path == "user-data":
            return self._answer_boot("user-data", instance)
        if path == "dynamic/instance-identity/document":
            return Reply(200, json.dumps(identity(instance)).encode())
        leaf = path.removeprefix("meta-data").lstrip("/")
        role = find_role(self._iam, instance)
        if role is not None and leaf == _CREDENTIALS_PATH:
            return Reply(200, role.encode())
        if role is not None and leaf == f"{_CREDENTIALS_PATH}/{role}":
            return Reply(200, json.dumps(self._vendor.vend(instance, role=role)).encode())
        values = simple_values(instance)
        if leaf == "":
            return Reply(200, "\n".join(sorted(values)).encode())
        return Reply(200, values[leaf].encode()) if leaf in values else Reply(404)
