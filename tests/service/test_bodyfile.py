from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.bodyfile import sweep, take_body_file
from tests.service.conftest import Service
from tests.service.helpers import MULTIPART_TYPE, answer_of, multipart


def post_file(service: Service, path: Path, **headers: str) -> tuple[int, object]:
    sent = {"X-Body-File": str(path), **headers}
    answer = service.client.simulate_post("/api/images", headers=sent)
    return answer.status_code, answer.json


def test_the_file_of_a_body_is_read_and_gone(service: Service, photo: bytes) -> None:
    path = service.bodies / "0000000001"
    path.write_bytes(photo)
    assert post_file(service, path) == (201, answer_of(photo))
    assert not path.exists()
    path.write_bytes(multipart(photo))
    assert post_file(service, path, **{"Content-Type": MULTIPART_TYPE}) == (201, answer_of(photo))
    assert not path.exists()
    assert [row["bytes"] for row in service.kept.requests()] == [len(photo)] * 2


def test_a_refused_body_is_gone_too_and_has_its_size(service: Service) -> None:
    path = service.bodies / "0000000001"
    path.write_bytes(b"12345")
    assert post_file(service, path, **{"Content-Type": "text/html"})[0] == 415
    assert not path.exists()
    assert [row["bytes"] for row in service.kept.requests()] == [5]


def test_nobody_but_nginx_can_name_a_file(service: Service, photo: bytes) -> None:
    path = service.bodies / "0000000001"
    path.write_bytes(photo)
    answer = service.client.simulate_post(
        "/api/images", headers={"X-Body-File": str(path)}, extras={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert answer.status_code == 411
    assert path.exists()


@pytest.mark.parametrize("name", ["../secret", "secret", "1/../../secret", "", ".", "link", "none"])
def test_no_other_file_can_be_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "bodies"
    folder.mkdir()
    (folder / "1").mkdir()
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    (folder / "7").symlink_to(secret)
    assert take_body_file(f"{folder}/{name}", folder=folder) is None
    assert take_body_file(f"{folder}/7", folder=folder) is None
    assert secret.exists()


def test_a_body_that_is_lost_is_asked_for_again(service: Service) -> None:
    status, problem = post_file(service, service.bodies / "0000000001")
    assert status == 503
    assert isinstance(problem, dict)
    assert "again" in problem["detail"]


def test_what_was_abandoned_is_swept_and_nothing_else(tmp_path: Path) -> None:
    old, new = tmp_path / "1", tmp_path / "2"
    for path in (old, new):
        path.touch()
    os.utime(old, (1, 1))
    sweep(tmp_path)
    assert (old.exists(), new.exists()) == (False, True)
    sweep(tmp_path / "nowhere")
