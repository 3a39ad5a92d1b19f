"""What the sandbox needs of the machine: root, Debian, a few packages, its package mirror."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from imgmeta_cli import process
from imgmeta_cli.errors import MissingToolError

Report = Callable[[str], None]

# The program that shows a package is there, and the package.
PACKAGES = {
    "dockerd": "docker.io",
    "debootstrap": "debootstrap",
    "docker-registry": "docker-registry",
    "nginx": "nginx-light",
    "ip": "iproute2",
    "iptables": "iptables",
    "conntrack": "conntrack",
}
_POLICY = Path("/usr/sbin/policy-rc.d")
_SOURCES = Path("/etc/apt")
_SERVICES = {"docker.io": "docker", "nginx-light": "nginx", "docker-registry": "docker-registry"}


def is_root_on_debian() -> bool:
    """Whether packages can be installed here: root, and apt-get is there."""
    return os.geteuid() == 0 and shutil.which("apt-get", path=search_path()) is not None


def search_path() -> str:
    """PATH with the directories where Debian keeps daemons."""
    return f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"


def program(name: str) -> str:
    """The full path of an installed program; raises MissingToolError with the package to get."""
    found = shutil.which(name, path=search_path())
    if found is None:
        package = PACKAGES.get(name)
        hint = f"apt-get install {package}" if package else f"install {name}"
        raise MissingToolError(f"{name} is not installed", hint)
    return found


def install(programs: tuple[str, ...], *, purpose: str, report: Report) -> None:
    """Install the packages of those `programs` that are missing; their services stay off."""
    missing = sorted({PACKAGES[p] for p in programs if shutil.which(p, path=search_path()) is None})
    if not missing:
        return
    names = " ".join(missing)
    if not is_root_on_debian():
        raise MissingToolError(f"{purpose} needs {names}", f"as root: apt-get install {names}")
    report(f"installing {names} with apt-get: {purpose}")
    with _services_kept_off():
        _apt_get("update", "--quiet")
        _apt_get("install", "--quiet", "--yes", "--no-install-recommends", *missing)
    if Path("/run/systemd/system").is_dir():
        services = [_SERVICES[m] for m in missing if m in _SERVICES]
        process.run(["systemctl", "disable", "--now", *services])


def _apt_get(*arguments: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": search_path()}
    done = process.run(["apt-get", *arguments], env=env)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise MissingToolError(
            f"apt-get {arguments[0]} failed: {''.join(last)}", "see that apt-get works, then retry"
        )


@contextmanager
def _services_kept_off() -> Iterator[None]:
    """A package starts its service where policy-rc.d does not forbid it (Debian Policy 9.3.3.2)."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)


def read_mirror(suite: str, *, sources: Path = _SOURCES) -> str:
    """The address that this machine gets `suite` from, by its apt sources.

    Reads sources.list and both forms of file in sources.list.d (sources.list(5)).
    """
    texts = {
        path.name: path.read_text(errors="replace")
        for path in (sources / "sources.list", *sorted((sources / "sources.list.d").glob("*")))
        if path.suffix in (".list", ".sources") and path.is_file()
    }
    found = find_mirror(texts, suite=suite)
    if found is None:
        raise MissingToolError(
            f"no apt source for {suite} on this machine", f"add one for {suite} to {sources}"
        )
    return found


def find_mirror(texts: Mapping[str, str], *, suite: str) -> str | None:
    """The first address that offers `suite` among apt source files, by file name and text."""
    for name, text in texts.items():
        entries = _read_deb822(text) if name.endswith(".sources") else _read_one_line(text)
        for address, suites in entries:
            if suite in suites:
                return address
    return None


def _read_one_line(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)", line)
        if found:
            yield found.group(1), [found.group(2)]


def _read_deb822(text: str) -> Iterator[tuple[str, list[str]]]:
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
        if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes") != "no":
            for address in fields.get("URIs", "").split():
                yield address, fields.get("Suites", "").split()
