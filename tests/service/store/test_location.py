from __future__ import annotations

import json
import subprocess
import sys

import pytest

from service.store.location import PostgresqlLocation, parse_store_url


def test_every_part_of_a_postgresql_url_is_read() -> None:
    location = parse_store_url(
        "postgresql+psycopg://im%40ge:h%3Anter%2F2@[2001:db8::1]:6432/meta%20data"
        "?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    )
    assert location == PostgresqlLocation(
        host="2001:db8::1",
        port=6432,
        database="meta data",
        user="im@ge",
        password="h:nter/2",
        tls=(("sslmode", "verify-full"), ("sslrootcert", "/etc/ca.pem")),
    )
    assert "nter" not in f"{location} {location!r}"


def test_port_and_password_may_be_missing() -> None:
    location = parse_store_url("postgresql+psycopg://imgmeta@db.example.com/imgmeta")
    assert location == PostgresqlLocation(
        host="db.example.com", port=5432, database="imgmeta", user="imgmeta"
    )
    assert str(location) == "db.example.com:5432/imgmeta"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hunter2@host/database",
        "postgresql+psycopg://",
        "postgresql+psycopg://host/database",
        "postgresql+psycopg://user:hunter2@/database",
        "postgresql+psycopg://user:hunter2@host",
        "postgresql+psycopg://user:hunter2@host/",
        "postgresql+psycopg://user:hunter2@host:99999/database",
        "postgresql+psycopg://user:hunter2@host:port/database",
        "postgresql+psycopg://user:hunter2@[::1/database",
        "postgresql+psycopg://user:hunter#2@host/database",
        "postgresql+psycopg://user:hunter2@host/database?sslmode",
        "postgresql+psycopg://user:hunter2@host/database?options=-csearch_path%3Dx",
    ],
)
def test_a_wrong_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"postgresql\+psycopg://user") as caught:
        parse_store_url(url)
    assert "hunter" not in str(caught.value)


PROBE = """
import json, sys
from service.store import open_store
from service.store.location import parse_store_url
open_store(parse_store_url(sys.argv[1]))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("url", "loaded"),
    [
        ("sqlite:////tmp/imgmeta.db", {"sqlite3", "sqlalchemy", "alembic"}),
        ("postgresql+psycopg://user@host/database", {"psycopg", "sqlalchemy", "alembic"}),
        ("s3://imgmeta-demo/service", {"boto3"}),
    ],
)
def test_a_store_loads_its_own_driver_alone(url: str, loaded: set[str]) -> None:
    command = [sys.executable, "-c", PROBE, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    heavy = {"alembic", "boto3", "psycopg", "sqlalchemy", "sqlite3"}
    assert set(json.loads(done.stdout)) & heavy == loaded
