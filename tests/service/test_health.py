from __future__ import annotations

import sqlite3
from contextlib import closing

from service import __version__
from tests.service.conftest import Service


def test_ready_says_which_service_it_is(service: Service) -> None:
    answer = service.client.simulate_get("/ready")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "version": __version__,
        "imageDigest": service.settings.image_digest,
    }


def test_a_store_that_does_not_answer_turns_posts_and_ready_into_503(
    service: Service, photo: bytes
) -> None:
    with closing(sqlite3.connect(service.kept.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        post = service.client.simulate_post("/api/images", body=photo)
        ready = service.client.simulate_get("/ready")
        health = service.client.simulate_get("/health")
    for answer in (post, ready):
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) > 0
        assert "Location" not in answer.headers
    assert (health.status_code, health.json) == (200, {"status": "alive"})


def test_the_service_recovers_with_its_store(service: Service, photo: bytes) -> None:
    with closing(sqlite3.connect(service.kept.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert service.client.simulate_get("/ready").status_code == 503
    assert service.client.simulate_get("/ready").status_code == 200
    assert service.client.simulate_post("/api/images", body=photo).status_code == 201


def test_an_unknown_path_is_a_problem(service: Service) -> None:
    answer = service.client.simulate_get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["title"] == "Not Found"
