"""The three stores behind the whole service: what it keeps, and what it does without them."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from PIL import Image

from tests.e2e.postgres import Postgres, running_postgres
from tests.e2e.stack import Stack, running_stack
from tests.e2e.test_service_faults import Load
from tests.service.helpers import (
    MULTIPART_TYPE,
    answer_of,
    body_of,
    free_port,
    make_photo,
    multipart,
    status_of,
    wait_until,
)
from tests.service.moto import CREDENTIALS, running_moto

pytestmark = pytest.mark.e2e

TOKEN = "a token that only this test knows"
ADMIN = f"Authorization: Bearer {TOKEN}\r\n"
BUCKET = "imgmeta-test"


@dataclass(frozen=True)
class Backend:
    """A store outside of the service: its settings, its presence, and all that it keeps."""

    settings: Mapping[str, str]
    running: Callable[[], AbstractContextManager[object]]
    kept: Callable[[Stack], bytes]


@contextmanager
def sqlite() -> Iterator[Backend]:
    def kept(stack: Stack) -> bytes:
        files = sorted((stack.folder / "tmp").glob("imgmeta.db*"))
        assert len(files) > 1, "the write-ahead log too"
        return b"".join(path.read_bytes() for path in files)

    yield Backend({}, lambda: contextmanager(lambda: iter([None]))(), kept)


@contextmanager
def postgresql() -> Iterator[Backend]:
    with running_postgres() as server:
        server.kill()
        settings = {"IMGMETA_STORE_URL": server.url("postgres")}
        yield Backend(settings, lambda: started(server), lambda _: rows_of(server))


@contextmanager
def started(server: Postgres) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.kill()


def rows_of(server: Postgres) -> bytes:
    tables = ("requests", "results", "documents")
    with server.connect("postgres") as connection:
        rows = [
            connection.execute(f"SELECT to_json(t)::text FROM {table} t").fetchall()
            for table in tables
        ]
    return json.dumps(rows).replace('\\"', '"').replace("\\\\", "\\").encode()


@contextmanager
def s3() -> Iterator[Backend]:
    port = free_port()
    settings = {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "IMGMETA_STORE_URL": f"s3://{BUCKET}/service",
    }
    client = boto3.Session(
        CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    ).client("s3", region_name="us-east-1", endpoint_url=settings["AWS_ENDPOINT_URL"])

    @contextmanager
    def running() -> Iterator[None]:
        with running_moto(port=port):
            client.create_bucket(Bucket=BUCKET)
            yield

    def kept(_: Stack) -> bytes:
        keys = [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
        objects = [client.get_object(Bucket=BUCKET, Key=key) for key in keys]
        assert {key.split("/")[1] for key in keys} == {"requests", "results"}
        notes = json.dumps([[keys], [one["Metadata"] for one in objects]])
        return notes.encode() + b"".join(one["Body"].read() for one in objects)

    yield Backend(settings, running, kept)


@pytest.mark.parametrize("backend", [postgresql, s3])
def test_without_its_store_a_post_is_refused_and_the_service_recovers_by_itself(
    tmp_path: Path, backend: Callable[[], AbstractContextManager[Backend]]
) -> None:
    photo = make_photo(width=64, height=48)
    with backend() as store, running_stack(tmp_path, store.settings) as stack:
        workers = stack.workers("gunicorn")
        assert_down(stack, photo)
        for _ in range(2):
            with store.running():
                wait_until(lambda: status_of(stack.get("/ready")) == 200)
                answer = stack.post(photo)
                assert body_of(answer) == answer_of(photo)
                assert status_of(stack.get(f"/api/images/{body_of(answer)['id']}")) == 200
            assert_down(stack, photo)
        assert stack.workers("gunicorn")[: len(workers)] == workers, "none has died"
        assert "defect" not in stack.errors()


def assert_down(stack: Stack, photo: bytes) -> None:
    """The store is not there, and that is all."""
    for body in (photo, b"no image"):
        refused = stack.post(body)
        problem = body_of(refused)
        assert (status_of(refused), problem["status"]) == (503, 503)
        assert b"retry-after: 5\r\n" in refused.lower()
        assert b"location: " not in refused.lower()
        assert "Nothing was kept" in problem["detail"]
    assert status_of(stack.get(f"/api/images/{'0' * 64}")) == 503
    assert status_of(stack.get("/ready")) == 503
    assert status_of(stack.get("/health")) == 200
    assert status_of(stack.get("/")) == 200


def test_postgresql_killed_under_load_has_kept_what_was_answered(tmp_path: Path) -> None:
    with running_postgres() as server:
        settings = {"IMGMETA_STORE_URL": server.url("postgres")}
        with running_stack(tmp_path, settings) as stack:
            with Load(stack) as load:
                for _ in range(3):
                    load.wait_for(30)
                    server.kill()
                    load.wait_for(5, status=503)
                    server.start()
                load.wait_for(30)
            with server.connect("postgres") as connection:
                rows = connection.execute("SELECT status FROM requests").fetchall()
        kept = Counter(status for (status,) in rows)
        print(f"answered {dict(load.statuses)}, {load.cut} cut off, kept {dict(kept)}")
        assert set(load.statuses) == {201, 503}
        assert kept[201] >= load.statuses[201] > 120
        assert kept[201] - load.statuses[201] <= load.statuses[503]


PLACE = (
    b"<rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='30,15.25N'/>"
)
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    + PLACE
    + b"</rdf:RDF></x:xmpmeta>"
)
SECRETS = ("GPSLatitude", "30.2541", "40.5073", "30,15.25N", "SN-77001")


def photo_with_a_place() -> bytes:
    """A photo that tells where it was taken, three times, and by which camera."""
    exif = Image.Exif()
    exif[0x0110] = "Camera 1"
    exif.get_ifd(0x8769)[0xA431] = "SN-77001"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (30.2541, 0.0, 0.0)
    gps[3], gps[4] = "W", (40.5073, 0.0, 0.0)
    out = io.BytesIO()
    comment = b"taken at 30.2541, -40.5073"
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif, xmp=XMP, comment=comment)
    return out.getvalue()


@pytest.mark.parametrize("redact", ["0", "1"])
@pytest.mark.parametrize("backend", [sqlite, postgresql, s3])
def test_a_place_is_neither_answered_nor_kept_where_it_is_redacted(
    tmp_path: Path, backend: Callable[[], AbstractContextManager[Backend]], redact: str
) -> None:
    photo = photo_with_a_place()
    form = multipart(photo, photo)
    head = f"Content-Length: {len(form)}\r\nContent-Type: {MULTIPART_TYPE}\r\n"
    with backend() as store, store.running():
        settings = {
            **store.settings,
            "IMGMETA_REDACT": redact,
            "IMGMETA_ADMIN_TOKEN_SHA256": hashlib.sha256(TOKEN.encode()).hexdigest(),
        }
        with running_stack(tmp_path, settings) as stack:
            posted = stack.post(photo)
            known = f"/api/images/{body_of(posted)['id']}"
            seen = {
                "posted": posted,
                "some groups": stack.post(photo, path="/api/images?fields=location,exif,xmp"),
                "several": stack.post(form, head),
                "by id": stack.get(known),
                "listed": stack.get("/api/images?fields=location,exif,xmp,comments", ADMIN),
                "kept": store.kept(stack),
            }
            log = stack.get("/api/requests", ADMIN) + (stack.folder / "stdout").read_bytes()
    assert {status_of(answer) for name, answer in seen.items() if name != "kept"} <= {200, 201, 207}
    assert b"Camera 1" in seen["kept"]
    for name, text in seen.items():
        found = [secret for secret in SECRETS if secret.encode() in text]
        assert bool(found) == (redact == "0"), (name, found)
    assert set(SECRETS) <= {one for one in SECRETS if one.encode() in seen["kept"]} or redact == "1"
    assert body_of(seen["by id"])["location"] is None or redact == "0"
    assert not [secret for secret in SECRETS if secret.encode() in log]
