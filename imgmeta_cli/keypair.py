"""SSH key pairs: Ed25519, made here, the private half readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from imgmeta_cli.errors import StateError


def read_public_key(path: Path) -> str | None:
    """The public half of the private key at `path` in OpenSSH's form; None if there is no key.

    Raises StateError if the file is not an Ed25519 key that can be read without a passphrase.
    """
    if not path.exists():
        return None
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise StateError(f"the key {path} cannot be read: {error}", "restore it") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StateError(f"the key {path} is not an Ed25519 key", "restore the one made by deploy")
    return _openssh(key.public_key())


def create_key_pair(path: Path) -> str:
    """Make a key pair, write it to `path` (0600) and `path`.pub, and return the public half.

    Never overwrites: an existing key is kept and its public half returned.
    """
    existing = read_public_key(path)
    if existing is not None:
        return existing
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL: whoever was here first keeps the file; the mode holds from the first byte.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    public = _openssh(key.public_key())
    path.with_name(path.name + ".pub").write_text(public + "\n")
    return public


def _openssh(key: object) -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    assert isinstance(key, Ed25519PublicKey)
    form = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return key.public_bytes(*form).decode()
