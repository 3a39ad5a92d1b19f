from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import SettingsError, load_settings
from service.store.location import S3Location, SqliteLocation

DIGEST = "sha256:" + "0a" * 32


def test_an_empty_environment_has_defaults() -> None:
    settings = load_settings({"IMGMETA_IMAGE_DIGEST": ""})
    assert settings.store == SqliteLocation(Path("/var/lib/imgmeta/imgmeta.db"))
    assert settings.max_body == 25 * 1024 * 1024
    assert settings.image_digest is None


def test_every_setting_is_read() -> None:
    settings = load_settings(
        {
            "IMGMETA_STORE_URL": "s3://imgmeta-demo/service/",
            "IMGMETA_MAX_BODY": "1000",
            "IMGMETA_IMAGE_DIGEST": DIGEST,
        }
    )
    assert settings.store == S3Location(bucket="imgmeta-demo", prefix="service")
    assert (settings.max_body, settings.image_digest) == (1000, DIGEST)
    assert settings.max_request > settings.max_body


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMGMETA_STORE_URL", "postgresql://user:hunter2@db.example.com/"),
        ("IMGMETA_STORE_URL", "sqlite://"),
        ("IMGMETA_STORE_URL", "sqlite:///relative.db"),
        ("IMGMETA_STORE_URL", "sqlite:////"),
        ("IMGMETA_STORE_URL", "s3://"),
        ("IMGMETA_STORE_URL", "s3://UPPER/x"),
        ("IMGMETA_STORE_URL", "s3://key:hunter2@bucket/x"),
        ("IMGMETA_STORE_URL", "s3://bucket/a//b"),
        ("IMGMETA_STORE_URL", "s3://bucket/../x"),
        ("IMGMETA_STORE_URL", "/var/lib/imgmeta.db"),
        ("IMGMETA_MAX_BODY", "0"),
        ("IMGMETA_MAX_BODY", "-1"),
        ("IMGMETA_MAX_BODY", "25MiB"),
        ("IMGMETA_MAX_BODY", "1_000"),
        ("IMGMETA_MAX_BODY", "٣"),
        ("IMGMETA_MAX_BODY", "99999999999"),
        ("IMGMETA_IMAGE_DIGEST", "latest"),
        ("IMGMETA_IMAGE_DIGEST", DIGEST.upper()),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: it must be ") as caught:
        load_settings({name: value})
    assert "hunter2" not in str(caught.value)
