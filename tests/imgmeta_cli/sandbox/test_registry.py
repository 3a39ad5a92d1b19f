"""The registry's files: nothing secret is readable, nothing listens elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from pathlib import Path

from imgmeta_cli.sandbox import registry

PORTS = registry.Ports(front=5000, backend=6000)


def test_the_password_is_hashed_as_nginx_reads_it() -> None:
    hashed = registry.hash_password("secret", salt=b"12345678")
    raw = base64.b64decode(hashed.removeprefix("{SSHA}"))
    assert raw[20:] == b"12345678"
    assert raw[:20] == hashlib.sha1(b"secret12345678").digest()


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    files = registry.RegistryFiles(tmp_path / "registry")
    registry.write_files(files, binds=("127.0.0.1",), ports=PORTS)
    before = files.password.read_text(), files.token.read_text()
    registry.write_files(files, binds=("127.0.0.1",), ports=PORTS)
    assert (files.password.read_text(), files.token.read_text()) == before
    for path in (files.password, files.token, files.hashes, files.nginx, files.config):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files.password.read_text() not in files.hashes.read_text()


def test_nginx_listens_on_the_given_addresses_alone(tmp_path: Path) -> None:
    files = registry.RegistryFiles(tmp_path)
    registry.write_files(files, binds=("127.0.0.1", "192.0.2.1"), ports=PORTS)
    text = files.nginx.read_text()
    listens = [line.strip() for line in text.replace(";", ";\n").splitlines() if "listen " in line]
    assert listens == ["listen 127.0.0.1:5000;", "listen 192.0.2.1:5000;"]
    assert "@" not in text.replace("@NAMES@", "")
    assert json.loads(files.config.read_text())["http"]["addr"] == "127.0.0.1:6000"


def test_the_login_is_the_owners(tmp_path: Path) -> None:
    registry.write_login(tmp_path / "docker", registry="localhost:5000", password="p")
    path = tmp_path / "docker" / "config.json"
    auth = json.loads(path.read_text())["auths"]["localhost:5000"]["auth"]
    assert base64.b64decode(auth) == b"imgmeta:p"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
