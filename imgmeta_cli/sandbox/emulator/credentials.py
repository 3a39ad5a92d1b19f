"""Credentials of an instance's role, which the emulator knows and maps to its account."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .machines import Instance, scope_of
from .records import Module

LIFETIME_S = 6 * 3600


def find_role(iam: Module, instance: Instance) -> str | None:
    """The role in the instance's profile, or None where it has none."""
    profile = (instance.record.get("IamInstanceProfile") or {}).get("Arn", "")
    with scope_of(instance):
        found = iam._instance_profiles.get(profile.rpartition("/")[2])
    roles = (found or {}).get("Roles", [])
    return _role_name(roles[0]) if roles else None


@dataclass(frozen=True)
class Vendor:
    """Hands out temporary credentials."""

    iam: Module
    sts: Module

    def vend(self, instance: Instance, *, role: str) -> dict[str, str]:
        """New credentials in the form of `iam/security-credentials/ROLE`."""
        key = self.iam._gen_session_access_key()
        secret, token = self.iam._gen_secret(), self.iam._gen_session_token()
        session = f"{role}/{instance.record['InstanceId']}"
        known = {
            "Arn": f"arn:aws:sts::{instance.account}:assumed-role/{session}",
            "UserId": f"AROAIMGMETA:{instance.record['InstanceId']}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": time.time() + LIFETIME_S,
            "AccountId": instance.account,
            "PrincipalType": "AssumedRole",
        }
        self.sts.register_session(key, known)
        return {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "LastUpdated": _stamp(0),
            "Expiration": _stamp(LIFETIME_S),
            "AccessKeyId": key,
            "SecretAccessKey": secret,
            "Token": token,
        }


def _role_name(role: object) -> str:
    return str(role["RoleName"]) if isinstance(role, dict) else str(role)


def _stamp(ahead: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))
