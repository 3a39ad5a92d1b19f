from __future__ import annotations

import sqlite3
from contextlib import closing

from prometheus_client.parser import text_string_to_metric_families

from tests.service.conftest import Service


def read(service: Service) -> dict[tuple[str, ...], float]:
    text = service.client.simulate_get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_not_by_path(service: Service, photo: bytes) -> None:
    posted = service.client.simulate_post("/api/images", body=photo)
    service.client.simulate_get(posted.headers["Location"])
    service.client.simulate_get(f"/api/images/{'0' * 64}")
    for path in ("/a", "/b", "/c"):
        service.client.simulate_get(path)
    found = read(service)
    requests = "imgmeta_requests_total"
    assert found[requests, "POST", "/api/images", "201"] == 1
    assert found[requests, "GET", "/api/images/{image_id}", "200"] == 1
    assert found[requests, "GET", "/api/images/{image_id}", "404"] == 1
    assert found[requests, "GET", "none", "404"] == 3
    assert found["imgmeta_received_bytes_total", "/api/images"] == len(photo)
    assert found["imgmeta_request_seconds_count", "/api/images"] == 1
    assert 0 < found["imgmeta_request_seconds_sum", "/api/images"] < 5


def test_a_store_that_does_not_answer_is_counted(service: Service, photo: bytes) -> None:
    with closing(sqlite3.connect(service.kept.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        service.client.simulate_post("/api/images", body=photo)
    found = read(service)
    assert found["imgmeta_store_errors_total", "/api/images"] == 1
    assert found["imgmeta_requests_total", "POST", "/api/images", "503"] == 1
