"""A registry as DockerHub is one: anyone pulls, only the owner pushes; `private/` is for the owner.

Debian's docker-registry keeps the images; nginx in front asks for a bearer token and hands it out
("Token Authentication Specification", CNCF Distribution), for nothing or for the password. A basic
challenge would not do: Docker then refuses to pull without a password.
Its name is localhost:PORT on the host and inside an instance, so any engine trusts it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

OWNER = "imgmeta"
REPOSITORY = "imgmeta/imgmeta"
PRIVATE_PREFIX = "private/"
_TEMPLATE = Path(__file__).with_name("registry.conf")


@dataclass(frozen=True)
class Ports:
    """nginx's port, which the world sees, and docker-registry's behind it."""

    front: int
    backend: int


@dataclass(frozen=True)
class RegistryFiles:
    """Where the registry keeps what; all below one folder."""

    folder: Path

    @property
    def config(self) -> Path:
        """docker-registry's configuration."""
        return self.folder / "registry.yml"

    @property
    def nginx(self) -> Path:
        """Nginx's configuration."""
        return self.folder / "nginx.conf"

    @property
    def password(self) -> Path:
        """The owner's password, 0600."""
        return self.folder / "password"

    @property
    def hashes(self) -> Path:
        """The password's hash, for nginx."""
        return self.folder / "htpasswd"

    @property
    def token(self) -> Path:
        """The owner's bearer token as the answer that carries it."""
        return self.folder / "token.json"


def write_files(files: RegistryFiles, *, binds: tuple[str, ...], ports: Ports) -> None:
    """Write both configurations; password and token are made once and kept."""
    (files.folder / "scratch").mkdir(parents=True, exist_ok=True)
    if not files.password.is_file():
        write_secret(files.password, secrets.token_urlsafe(32))
    if not files.token.is_file():
        write_secret(files.token, json.dumps({"token": secrets.token_urlsafe(32)}))
    password = files.password.read_text()
    write_secret(files.hashes, f"{OWNER}:{hash_password(password, salt=secrets.token_bytes(8))}\n")
    config = registry_config(files.folder / "data", backend=ports.backend)
    write_secret(files.config, json.dumps(config))
    token = json.loads(files.token.read_text())["token"]
    template = _TEMPLATE.read_text()
    filled = render_nginx(template, folder=files.folder, binds=binds, ports=ports, token=token)
    write_secret(files.nginx, filled)


def write_login(directory: Path, *, registry: str, password: str) -> None:
    """Write a Docker client's config.json that knows the owner's password, 0600."""
    directory.mkdir(parents=True, exist_ok=True)
    login = base64.b64encode(f"{OWNER}:{password}".encode()).decode()
    write_secret(directory / "config.json", json.dumps({"auths": {registry: {"auth": login}}}))


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may ever read, replacing what was there."""
    replacement = path.with_name(f"{path.name}.new")
    replacement.unlink(missing_ok=True)
    replacement.touch(mode=0o600, exist_ok=False)
    replacement.write_text(text)
    replacement.replace(path)


def hash_password(password: str, *, salt: bytes) -> str:
    """The {SSHA} form of nginx's auth_basic_user_file; the password is 256 random bits."""
    digest = hashlib.sha1(password.encode() + salt, usedforsecurity=False).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def registry_config(data: Path, *, backend: int) -> dict[str, object]:
    """docker-registry's configuration (YAML, and JSON is YAML): loopback only."""
    return {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(data)}, "delete": {"enabled": True}},
        "http": {
            "addr": f"127.0.0.1:{backend}",
            "relativeurls": True,
            "secret": secrets.token_hex(16),
        },
    }


def render_nginx(
    template: str, *, folder: Path, binds: tuple[str, ...], ports: Ports, token: str
) -> str:
    """Nginx's configuration; `binds` are the addresses to listen on."""
    values = {
        "FOLDER": str(folder),
        "TOKEN": token,
        "PRIVATE": PRIVATE_PREFIX,
        "LISTENS": " ".join(f"listen {host}:{ports.front};" for host in binds),
        "BACKEND": str(ports.backend),
    }
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template
