"""Key pairs keep their public half, tags and filters, and a name is taken only once."""

from __future__ import annotations

import base64
import hashlib

from ..records import Answer, Module, Parameters, Record, element, matches, refuse, succeed

_FILTERS = {"key-name": "KeyName", "key-pair-id": "KeyPairId", "fingerprint": "KeyFingerprint"}
_FIELD = "_public_key"


def correct(ec2: Module) -> None:
    """Correct ImportKeyPair and DescribeKeyPairs."""
    import_original = ec2._ACTION_MAP["ImportKeyPair"]
    describe_original = ec2._ACTION_MAP["DescribeKeyPairs"]

    def import_key_pair(p: Parameters) -> Answer:
        name = ec2._p(p, "KeyName")
        if name in ec2._key_pairs:
            taken = f"The keypair '{name}' already exists."
            return refuse(ec2, "InvalidKeyPair.Duplicate", message=taken)
        answer: Answer = import_original(p)
        pair = ec2._key_pairs.get(name)
        if pair is not None:
            pair[_FIELD] = base64.b64decode(ec2._p(p, "PublicKeyMaterial")).decode().strip()
            pair["KeyFingerprint"] = fingerprint(pair[_FIELD])
            ec2._parse_tag_specs(p, "key-pair", pair["KeyPairId"])
        return answer

    def describe_key_pairs(p: Parameters) -> Answer:
        answer: Answer = describe_original(p)
        if answer[0] >= 300:
            return answer
        names, ids = (ec2._parse_member_list(p, key) for key in ("KeyName", "KeyPairId"))
        filters = ec2._parse_filters(p)
        chosen = (
            pair
            for pair in ec2._key_pairs.values()
            if (not names or pair["KeyName"] in names)
            and (not ids or pair["KeyPairId"] in ids)
            and matches(pair, filters, names=_FILTERS)
            and ec2._resource_matches_tag_filters(pair["KeyPairId"], filters)
        )
        items = "".join(_render(ec2, pair, with_key=p) for pair in chosen)
        return succeed(ec2, "DescribeKeyPairs", inner=f"<keySet>{items}</keySet>")

    ec2._ACTION_MAP["ImportKeyPair"] = import_key_pair
    ec2._ACTION_MAP["DescribeKeyPairs"] = describe_key_pairs


def read_public_key(ec2: Module, instance: Record) -> str:
    """The public half of an instance's key pair in OpenSSH form, or an empty string."""
    pair = ec2._key_pairs.get(instance.get("KeyName") or "") or {}
    return str(pair.get(_FIELD, ""))


def fingerprint(public_key: str) -> str:
    """The SHA-256 fingerprint of an OpenSSH public key, as EC2 gives it for Ed25519."""
    blob = base64.b64decode(public_key.split()[1])
    return base64.b64encode(hashlib.sha256(blob).digest()).decode()


def _render(ec2: Module, pair: Record, *, with_key: Parameters) -> str:
    wanted = str(ec2._p(with_key, "IncludePublicKey")).lower() == "true"
    inner = "".join(
        (
            element("keyName", pair["KeyName"]),
            element("keyFingerprint", pair["KeyFingerprint"]),
            element("keyPairId", pair["KeyPairId"]),
            element("publicKey", pair.get(_FIELD) if wanted else None),
            ec2._tag_set_xml(pair["KeyPairId"]),
        )
    )
    return f"<item>{inner}</item>"
