from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings, SettingsError, load_settings
from service.settingvalues import ApiKey
from service.store.location import S3Location, SqliteLocation

HASH = "0a" * 32
OTHER = "0b" * 32
DIGEST = f"sha256:{HASH}"


def test_an_empty_environment_has_defaults() -> None:
    settings = load_settings({"IMGMETA_IMAGE_DIGEST": "", "IMGMETA_API_KEYS": ""})
    assert settings == Settings(store=SqliteLocation(Path("/var/lib/imgmeta/imgmeta.db")))
    assert settings.max_body == 25 * 1024 * 1024
    assert (settings.keep_days, settings.rate_per_ip, settings.rate_per_key) == (90, 100, 0)


def test_every_setting_is_read() -> None:
    settings = load_settings(
        {
            "IMGMETA_STORE_URL": "s3://imgmeta-demo/service/",
            "IMGMETA_STORE_SYNC": "full",
            "IMGMETA_MAX_BODY": "1000",
            "IMGMETA_IMAGE_DIGEST": DIGEST,
            "IMGMETA_KEEP_DAYS": "7",
            "IMGMETA_REDACT": "1",
            "IMGMETA_API_KEYS": f"desk:{HASH},desk:{OTHER}",
            "IMGMETA_ADMIN_TOKEN_SHA256": HASH,
            "IMGMETA_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::1",
            "IMGMETA_RATE_PER_IP": "0",
            "IMGMETA_RATE_PER_KEY": "20",
            "IMGMETA_CORS_ORIGINS": "https://photos.example,http://127.0.0.1:3000",
        }
    )
    assert settings == Settings(
        store=S3Location(bucket="imgmeta-demo", prefix="service"),
        store_sync_full=True,
        max_body=1000,
        image_digest=DIGEST,
        keep_days=7,
        redact=True,
        api_keys=(ApiKey(name="desk", sha256=HASH), ApiKey(name="desk", sha256=OTHER)),
        admin_token_sha256=HASH,
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("2001:db8::1")),
        rate_per_ip=0,
        rate_per_key=20,
        cors_origins=("https://photos.example", "http://127.0.0.1:3000"),
    )
    assert settings.max_request > settings.max_body


def test_every_setting_is_described_and_every_one_described_is_read() -> None:
    asked: set[str] = set()

    class Environment(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return default

    load_settings(Environment())
    assert set(re.findall("IMGMETA_[A-Z0-9_]+", load_settings.__doc__ or "")) == asked


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
        ("IMGMETA_IMAGE_DIGEST", HASH),
        ("IMGMETA_STORE_SYNC", "FULL"),
        ("IMGMETA_KEEP_DAYS", "0"),
        ("IMGMETA_KEEP_DAYS", "for ever"),
        ("IMGMETA_REDACT", "yes"),
        ("IMGMETA_API_KEYS", "hunter2"),
        ("IMGMETA_API_KEYS", f"desk:{HASH},"),
        ("IMGMETA_API_KEYS", f"a desk:{HASH}"),
        ("IMGMETA_API_KEYS", "desk:hunter2"),
        ("IMGMETA_ADMIN_TOKEN_SHA256", "hunter2"),
        ("IMGMETA_ADMIN_TOKEN_SHA256", HASH.upper()),
        ("IMGMETA_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("IMGMETA_TRUSTED_PROXIES", "proxy.example"),
        ("IMGMETA_TRUSTED_PROXIES", "10.0.0.0/8;"),
        ("IMGMETA_RATE_PER_IP", "-1"),
        ("IMGMETA_RATE_PER_KEY", "10r/s"),
        ("IMGMETA_CORS_ORIGINS", "photos.example"),
        ("IMGMETA_CORS_ORIGINS", "https://photos.example/"),
        ("IMGMETA_CORS_ORIGINS", "https://Photos.example"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: it must be ") as caught:
        load_settings({name: value})
    assert "hunter2" not in str(caught.value)
