from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from imgmeta_cli.admintoken import create_token, read_token_sha256
from imgmeta_cli.errors import StateError


def test_makes_a_token_of_256_bits_that_only_its_owner_can_read(tmp_path: Path) -> None:
    paths = [tmp_path / "new" / name for name in ("one", "two")]
    umask = os.umask(0)
    try:
        for path in paths:
            create_token(path)
    finally:
        os.umask(umask)
    one, two = (path.read_text() for path in paths)
    # 43 characters of 6 bits are 32 bytes.
    assert (len(one), one[-1]) == (44, "\n")
    assert one != two
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]


def test_the_hash_is_of_the_token_without_its_line_end(tmp_path: Path) -> None:
    path = tmp_path / "token"
    create_token(path)
    token = path.read_text().strip()
    assert read_token_sha256(path) == hashlib.sha256(token.encode()).hexdigest()


def test_an_existing_token_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "token"
    create_token(path)
    before = path.read_bytes()
    create_token(path)
    assert path.read_bytes() == before


def test_a_token_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_token_sha256(tmp_path / "token") is None


@pytest.mark.parametrize("content", [b"", b"\n", b"short\n", b"a" * 42 + b" \n", b"\xff" * 43])
def test_what_is_no_token_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(StateError, match="is damaged") as caught:
        create_token(path)
    assert str(path) in caught.value.message
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_token_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    create_token(path)
    path.chmod(mode)
    with pytest.raises(StateError, match="others may read") as caught:
        read_token_sha256(path)
    assert "chmod 600" in caught.value.hint
    assert path.read_text().strip() not in caught.value.message + caught.value.hint
