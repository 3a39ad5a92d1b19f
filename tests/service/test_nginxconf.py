from __future__ import annotations

from service.nginxconf import write_nginx_conf
from service.settings import load_settings


def written(**settings: str) -> str:
    return write_nginx_conf(load_settings({f"IMGMETA_{name}": settings[name] for name in settings}))


def test_nobody_is_believed_and_addresses_are_limited_unless_said() -> None:
    text = written()
    assert "set_real_ip_from" not in text
    assert "real_ip_header" not in text
    assert "geo $realip_remote_addr $from_proxy { default 0; }" in text
    assert "limit_req_zone $binary_remote_addr zone=ip:10m rate=100r/s;" in text
    assert "zone=key" not in text


def test_what_is_set_is_written() -> None:
    text = written(
        MAX_BODY="1000",
        TRUSTED_PROXIES="10.0.0.0/8,2001:db8::1",
        RATE_PER_IP="0",
        RATE_PER_KEY="7",
    )
    assert f"client_max_body_size {1000 + 64 * 1024};" in text
    assert "set_real_ip_from 10.0.0.0/8;\nset_real_ip_from 2001:db8::1/128;\n" in text
    assert "real_ip_recursive on;" in text
    assert "10.0.0.0/8 1; 2001:db8::1/128 1; }" in text
    assert "zone=ip" not in text
    assert "limit_req_zone $api_key zone=key:10m rate=7r/s;" in text
