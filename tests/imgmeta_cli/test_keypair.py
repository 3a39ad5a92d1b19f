from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from imgmeta_cli.errors import StateError
from imgmeta_cli.keypair import create_key_pair, read_public_key


def test_makes_a_pair_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "id_ed25519"
    umask = os.umask(0)
    try:
        public = create_key_pair(path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.with_name("id_ed25519.pub").read_text() == public + "\n"
    assert read_public_key(path) == public


def test_the_halves_belong_together(tmp_path: Path) -> None:
    public = create_key_pair(tmp_path / "key")
    private = serialization.load_ssh_private_key((tmp_path / "key").read_bytes(), password=None)
    other = serialization.load_ssh_public_key(public.encode())
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    assert isinstance(other, ed25519.Ed25519PublicKey)
    other.verify(private.sign(b"words"), b"words")
    assert public.startswith("ssh-ed25519 ")


def test_an_existing_pair_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    public = create_key_pair(path)
    before = path.read_bytes()
    assert create_key_pair(path) == public
    assert path.read_bytes() == before


def test_a_key_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_public_key(tmp_path / "key") is None


RSA = rsa.generate_private_key(65537, 2048).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.OpenSSH,
    serialization.NoEncryption(),
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"no key", "cannot be read"),
        (RSA, "not an Ed25519 key"),
    ],
    ids=["empty", "text", "RSA"],
)
def test_what_is_no_usable_key_is_refused_and_kept(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(StateError, match=words) as caught:
        create_key_pair(path)
    assert str(path) in caught.value.message
    assert path.read_bytes() == content
